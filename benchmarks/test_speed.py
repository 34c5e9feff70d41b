"""The main example in plain SimPy, one replication at a time, against lanes on one core.

Run it with `make bench`. It prints replications a second, their ratio and the peak memory of a run,
and asserts what does not depend on the machine: both programs do the same work, and give the same
answer within the Monte Carlo error of both, figure by figure (see `agreement`).

CASHSTRESS_BENCH_PLAIN and CASHSTRESS_BENCH_LANES set the replications of the comparison.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
import pytest

import cashstress as cs
from cashstress.processes.channels import kinds

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # the plain firm's modules stand beside this file

from agreement import QUANTILES, rows  # noqa: E402 - found only after the line above
from plain_diary import Answer  # noqa: E402 - the same
from plain_plan import Plan  # noqa: E402 - the same
from plain_simpy import Firm  # noqa: E402 - the same
from strain import STRAIN  # noqa: E402 - the same

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

EXAMPLE = HERE.parent / "examples" / "platform_closure.toml"
PLAIN_RUNS = int(os.environ.get("CASHSTRESS_BENCH_PLAIN", "2000"))
LANE_RUNS = int(os.environ.get("CASHSTRESS_BENCH_LANES", "20480"))
ROUNDS = 5
#: Every other kind of channel beside those of the example, each of which lends now and then.
EVERY_CHANNEL = {
    "channels.term": {
        "kind": "term_loan",
        "limit": 200_000,
        "rate": {"per_year": 0.0478, "basis": "ACT/360"},
        "drawn": 150_000,
        "opening_months": 6,
        "delay_days": 10,
        "approval": 0.8,
        "roll_over": {"mode": "repay_redraw", "chance": 0.9, "delay_days": 5},
    },
    "channels.factor": {
        "kind": "factoring",
        "customers": ["trade"],
        "limit": 150_000,
        "rate": {"per_year": 0.1, "basis": "ACT/360"},
        "advance_rate": 0.8,
    },
    "channels.voucher": {
        "kind": "reverse_factoring",
        "anchor": "anchor",
        "limit": 150_000,
        "rate": {"per_year": 0.06, "basis": "ACT/360"},
        "advance_rate": 0.9,
        "confirmation_days": 10,
        "divisible": True,
    },
    "channels.discount": {
        "kind": "bills",
        "limit": 150_000,
        "rate": {"per_year": 0.02, "basis": "ACT/360"},
    },
    "channels.acceptance": {
        "kind": "acceptance",
        "limit": 100_000,
        "deposit": 0.3,
        "tenor_months": 3,
    },
    "customers.anchor.paid_by_bill": 0.3,
    "customers.anchor.bill": {"tenor_months": 6},
    "suppliers.fittings.accepts_bills": True,
    "channels.partner": {"kind": "equity", "limit": 50_000, "delay_days": 10},
    "treasury.defer": {"other": 10},
}
WIDEST_Z = 4.0
#: Rows that are printed: each program's headline, and whatever is beyond this many errors.
HEADLINE = ("missed_payroll by", "supply_disruption by", "cash_out by", "net_assets")
WORTH_A_LOOK = 3.0

MEMORY = """
import resource, sys
from pathlib import Path
import cashstress as cs
cs.simulate(cs.load(sys.argv[1]), runs=10_000, seed=1, workers=1)
status = Path("/proc/self/status")
if status.exists():  # Linux hands the peak of a parent on as `ru_maxrss`: here is our own, in KiB
    print(status.read_text().split("VmHWM:")[1].split()[0])
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.fixture(scope="module")
def scenario() -> cs.Scenario:
    """The main example, with its closure."""
    return cs.load(EXAMPLE)


def plain(plan: Plan, first: int, runs: int) -> Answer:
    """Run the plain firm, each replication with a generator of its own, and tabulate."""
    seeds = range(first, first + runs)
    answer = Answer(plan, (Firm(plan, Random(seed)).run() for seed in seeds), runs)  # noqa: S311
    for values in answer.paths.values():
        np.nanmean(values, axis=1)
        np.nanquantile(values, QUANTILES, axis=1)
    for values in answer.weeks.values():
        values.mean(axis=1)
        np.quantile(values, QUANTILES, axis=1)
    return answer


def lanes(scenario: cs.Scenario) -> cs.Result:
    """Run the library on one core, and tabulate the same."""
    run = cs.simulate(scenario, runs=LANE_RUNS, seed=2, workers=1)
    for sketch in (*run.record.paths.values(), *run.record.weeks.values()):
        sketch.mean()
        for q in QUANTILES:
            sketch.quantile(q)
    return run


def test_plain_simpy(benchmark: BenchmarkFixture, scenario: cs.Scenario) -> None:
    """One replication in plain SimPy."""
    plan = Plan(scenario)
    seeds = iter(range(10**6, 10**7))
    benchmark.extra_info["replications"] = 1
    diary = benchmark(lambda: Firm(plan, Random(next(seeds))).run())  # noqa: S311
    assert "channel_closed:jiebei" in diary.outcomes


def test_lanes(benchmark: BenchmarkFixture, scenario: cs.Scenario) -> None:
    """A run in lanes on one core."""
    benchmark.extra_info["replications"] = LANE_RUNS
    run = benchmark.pedantic(  # type: ignore[no-untyped-call]
        lanes, args=(scenario,), rounds=1, warmup_rounds=1
    )
    assert run.runs == LANE_RUNS


@pytest.mark.parametrize("case", ["stressed", "baseline", "strained"])
def test_same_answer(scenario: cs.Scenario, capsys: pytest.CaptureFixture[str], case: str) -> None:
    """Both programs agree within 4 joint standard errors; the table shows speed as well.

    Rounds of both take turns, in processor time, so that a busy machine slows both alike.
    """
    firm = scenario
    if case == "baseline":
        firm = scenario.without_shocks()
    elif case == "strained":
        firm = scenario.replace(STRAIN)
    plan, share = Plan(firm), -(-PLAIN_RUNS // ROUNDS)
    answer = Answer(plan, (), 0)
    speeds = []
    for turn in range(ROUNDS):
        began = time.process_time()
        part = plain(plan, turn * share, share)
        between = time.process_time()
        run = lanes(firm)
        ended = time.process_time()
        speeds.append((share / (between - began), LANE_RUNS / (ended - between)))
        answer.absorb(part)
    slow, fast = (median(each) for each in zip(*speeds, strict=True))
    ratio = median(theirs / mine for mine, theirs in speeds)
    table = list(rows(answer, run))
    apart = [row for row in table if abs(row.z) > WIDEST_Z]
    with capsys.disabled():
        print(f"\n{case}: plain SimPy {slow:,.0f} replications/s, ", end="")
        print(f"lanes {fast:,.0f}, ratio {ratio:,.0f}")
        print(f"{len(table)} figures compared, {len(apart)} beyond {WIDEST_Z:g} standard errors")
        for row in table:
            if row.name.startswith(HEADLINE) or abs(row.z) > WORTH_A_LOOK:
                print(f"{row.name:44s} {row.plain:18,.4f} {row.lanes:18,.4f}  z {row.z:5.1f}")
    assert not apart


def test_every_channel(scenario: cs.Scenario, capsys: pytest.CaptureFixture[str]) -> None:
    """What the other channels cost: the example against the same firm with one of every kind.

    The plain firm knows only the example's own; rounds of both take turns, in processor time.
    """
    firm = scenario.replace(EVERY_CHANNEL)
    assert {line.kind for line in firm.channels.values()} == set(kinds())
    speeds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        lanes(scenario)
        between = time.process_time()
        lanes(firm)
        ended = time.process_time()
        speeds.append((LANE_RUNS / (between - began), LANE_RUNS / (ended - between)))
    before, after = (median(each) for each in zip(*speeds, strict=True))
    share = median(theirs / mine for mine, theirs in speeds)
    with capsys.disabled():
        print(f"\nexample {before:,.0f} replications/s, with every kind of channel ", end="")
        print(f"{after:,.0f}: {share:.0%} of it")


def test_peak_memory(capsys: pytest.CaptureFixture[str]) -> None:
    """10,000 replications of a year in a fresh process use less than 500 MB."""
    command = [sys.executable, "-c", MEMORY, str(EXAMPLE)]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    # Linux counts in KiB, macOS in bytes.
    megabytes = int(shown) / (1024 if sys.platform != "darwin" else 1024**2)
    with capsys.disabled():
        print(f"\npeak memory of 10,000 replications: {megabytes:,.0f} MB")
    assert megabytes < 500
