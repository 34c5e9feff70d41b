"""The main example in plain SimPy and salabim, one replication at a time, against lanes.

Run it with `make agree`. It prints replications a second, their ratio and the peak memory of a run,
and asserts what does not depend on the machine: both programs do the same work, and give the same
answer within the Monte Carlo error of both, figure by figure (see `agreement`).

CASHSTRESS_BENCH_PLAIN and CASHSTRESS_BENCH_LANES set the replications of the comparison,
CASHSTRESS_BENCH_TWIN those of the program that knows every kind of channel.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest

import cashstress as cs
from cashstress.processes.channels import kinds

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # the plain firm's modules stand beside this file

from agreement import rows  # noqa: E402 - found only after the line above
from plain_diary import Answer  # noqa: E402 - the same
from plain_plan import Plan  # noqa: E402 - the same
from plain_simpy import Firm  # noqa: E402 - the same
from programs import EXAMPLE, cashstress, plain  # noqa: E402 - the same
from replayed_twin import Lived, differences, live  # noqa: E402 - the same
from sections.engines import same  # noqa: E402 - the same
from strain import STRAIN  # noqa: E402 - the same

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_benchmark.fixture import BenchmarkFixture

PLAIN_RUNS = int(os.environ.get("CASHSTRESS_BENCH_PLAIN", "2000"))
LANE_RUNS = int(os.environ.get("CASHSTRESS_BENCH_LANES", "20480"))
TWIN_RUNS = int(os.environ.get("CASHSTRESS_BENCH_TWIN", "6"))
ROUNDS = 5
#: Turns of the comparison with every kind of channel, and who takes them.
TURNS = 3
SLOW_AND_FAST = ("plain", "twin before", "lanes before", "twin after", "lanes after")
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


def test_plain_simpy(benchmark: BenchmarkFixture, scenario: cs.Scenario) -> None:
    """One replication in plain SimPy."""
    plan = Plan(scenario)
    seeds = iter(range(10**6, 10**7))
    benchmark.extra_info["replications"] = 1
    diary = benchmark(lambda: Firm(plan, Random(next(seeds))).run())  # noqa: S311
    assert "channel_closed:jiebei" in diary.outcomes


def test_salabim(benchmark: BenchmarkFixture, scenario: cs.Scenario) -> None:
    """One replication in salabim."""
    from salabim_firm import SalabimFirm

    plan = Plan(scenario)
    seeds = iter(range(10**6, 10**7))
    benchmark.extra_info["replications"] = 1
    diary = benchmark(lambda: SalabimFirm(plan, Random(next(seeds))).run())  # noqa: S311
    assert "channel_closed:jiebei" in diary.outcomes


@pytest.mark.parametrize("changes", [{}, STRAIN], ids=["stressed", "strained"])
def test_salabim_is_plain_simpy(scenario: cs.Scenario, changes: dict[str, Any]) -> None:
    """Under the same seeds both engines give the same to the last bit, so order of events too."""
    from salabim_firm import SalabimFirm

    plan = Plan(scenario.replace(changes))
    assert same(plain(Firm, plan, 0, 200), plain(SalabimFirm, plan, 0, 200))


def test_lanes(benchmark: BenchmarkFixture, scenario: cs.Scenario) -> None:
    """A run in lanes on one core."""
    benchmark.extra_info["replications"] = LANE_RUNS
    run = benchmark.pedantic(  # type: ignore[no-untyped-call]
        cashstress, args=(scenario, LANE_RUNS, 2), rounds=1, warmup_rounds=1
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
        part = plain(Firm, plan, turn * share, share)
        between = time.process_time()
        run = cashstress(firm, LANE_RUNS, 2)
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
    """The ratio before and after the other channels: the example, and it with one of every kind.

    The plain firm of this folder knows only the example's own channels. The twin of the tests knows
    all: it does the same work, and has the same balances on every day to the cent, so its ratio is
    that of like with like. It is written to be read, and is slower than the plain firm. Its time
    is that of its days alone: neither draws nor opening the firm, nor tables of the answer. That of
    the lanes has all of these. All take turns, in processor time.
    """
    firms = {"before": scenario, "after": scenario.replace(EVERY_CHANNEL)}
    assert {line.kind for line in firms["after"].channels.values()} == set(kinds())
    plan, share = Plan(scenario), -(-TWIN_RUNS // TURNS)
    times: dict[str, list[float]] = {name: [] for name in SLOW_AND_FAST}
    lives: dict[str, list[Lived]] = {name: [] for name in firms}
    for turn in range(TURNS):
        times["plain"].append(seconds_of(lambda: plain(Firm, plan, turn * 100, 100)) / 100)  # noqa: B023
        for name, firm in firms.items():
            lived = [live(firm, turn * share + one) for one in range(share)]
            lives[name] += lived
            times[f"twin {name}"].append(sum(life.seconds for life in lived) / share)
            took = seconds_of(lambda: cashstress(firm, LANE_RUNS, 2))  # noqa: B023
            times[f"lanes {name}"].append(took / LANE_RUNS)
    with capsys.disabled():
        print()
        print_speeds(times)
    for name, firm in firms.items():
        assert not differences(firm, lives[name])


def seconds_of(act: Callable[[], object]) -> float:
    """Processor time of an act."""
    began = time.process_time()
    act()
    return time.process_time() - began


def print_speeds(times: dict[str, list[float]]) -> None:
    """Replications a second of every program, and the ratios of those that do the same work.

    Last an estimate: the ratio to a plain firm that would know every channel, if they cost it what
    they cost the twin.
    """
    for name, each in times.items():
        print(f"{name:14s} {1 / median(each):10,.1f} replications/s")
    for slow, fast in (
        ("plain", "lanes before"),
        ("twin before", "lanes before"),
        ("twin after", "lanes after"),
        ("lanes after", "lanes before"),
    ):
        print(f"{fast} / {slow}: {_ratio(times, slow, fast):,.2f}")
    others = _ratio(times, "twin after", "twin before")
    estimate = (
        others
        * _ratio(times, "plain", "lanes before")
        / _ratio(times, "lanes after", "lanes before")
    )
    print(f"were they {others:.2f} times the work of the plain firm too: {estimate:,.0f}")


def _ratio(times: dict[str, list[float]], slow: str, fast: str) -> float:
    return median(theirs / ours for theirs, ours in zip(times[slow], times[fast], strict=True))


def test_peak_memory(capsys: pytest.CaptureFixture[str]) -> None:
    """10,000 replications of a year in a fresh process use less than 500 MB."""
    command = [sys.executable, "-c", MEMORY, str(EXAMPLE)]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    # Linux counts in KiB, macOS in bytes.
    megabytes = int(shown) / (1024 if sys.platform != "darwin" else 1024**2)
    with capsys.disabled():
        print(f"\npeak memory of 10,000 replications: {megabytes:,.0f} MB")
    assert megabytes < 500
