"""The main example in plain SimPy, one replication at a time, against lanes on one core.

Run it with `make bench`. It prints replications a second, their ratio and the peak memory of a run,
and asserts what does not depend on the machine: both programs give the same probabilities, within
the Monte Carlo error of both.

CASHSTRESS_BENCH_PLAIN and CASHSTRESS_BENCH_LANES set the replications of the comparison.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

import cashstress as cs

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # the plain firm's modules stand beside this file

from plain_plan import Plan  # noqa: E402 - found only after the line above
from plain_simpy import Firm  # noqa: E402 - the same

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

EXAMPLE = HERE.parent / "examples" / "platform_closure.toml"
PLAIN_RUNS = int(os.environ.get("CASHSTRESS_BENCH_PLAIN", "2000"))
LANE_RUNS = int(os.environ.get("CASHSTRESS_BENCH_LANES", "20480"))
OUTCOMES = ("missed_payroll", "supplier_hold", "stock_out", "supply_disruption", "cash_out")
DAYS = (30, 90, 365)
WIDEST_Z = 4.0

MEMORY = """
import resource, sys
import cashstress as cs
cs.simulate(cs.load(sys.argv[1]), runs=10_000, seed=1, workers=1)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.fixture(scope="module")
def scenario() -> cs.Scenario:
    """The main example, with its closure."""
    return cs.load(EXAMPLE)


def plain(plan: Plan, first: int, runs: int) -> list[dict[str, int]]:
    """Run the plain firm, each replication with a generator of its own."""
    return [Firm(plan, Random(seed)).run() for seed in range(first, first + runs)]  # noqa: S311


def test_plain_simpy(benchmark: BenchmarkFixture, scenario: cs.Scenario) -> None:
    """One replication in plain SimPy."""
    plan = Plan(scenario)
    seeds = iter(range(10**6, 10**7))
    benchmark.extra_info["replications"] = 1
    first = benchmark(lambda: plain(plan, next(seeds), 1)[0])
    assert "channel_closed:jiebei" in first


def test_lanes(benchmark: BenchmarkFixture, scenario: cs.Scenario) -> None:
    """A run in lanes on one core."""
    benchmark.extra_info["replications"] = LANE_RUNS
    run = benchmark.pedantic(  # type: ignore[no-untyped-call]
        cs.simulate,
        args=(scenario,),
        kwargs={"runs": LANE_RUNS, "seed": 1, "workers": 1},
        rounds=1,
        warmup_rounds=1,
    )
    assert run.runs == LANE_RUNS


@pytest.mark.parametrize("shocked", [True, False], ids=["stressed", "baseline"])
def test_same_probabilities(
    scenario: cs.Scenario, capsys: pytest.CaptureFixture[str], *, shocked: bool
) -> None:
    """Both programs agree within 4 joint standard errors; the table shows speed as well."""
    firm = scenario if shocked else scenario.without_shocks()
    plan = Plan(firm)
    began = time.perf_counter()
    lived = plain(plan, 0, PLAIN_RUNS)
    between = time.perf_counter()
    run = cs.simulate(firm, runs=LANE_RUNS, seed=2, workers=1)
    ended = time.perf_counter()
    speeds = PLAIN_RUNS / (between - began), LANE_RUNS / (ended - between)
    rows = [row(lived, run, name, day) for name in OUTCOMES for day in DAYS]
    with capsys.disabled():
        print(f"\nplain SimPy {speeds[0]:,.0f} replications/s, lanes {speeds[1]:,.0f}", end="")
        print(f", ratio {speeds[1] / speeds[0]:,.0f}")
        for name, day, plain_share, lane_share, z in rows:
            print(f"{name:18s} by {day:3d}  {plain_share:8.3%} {lane_share:8.3%}  z {z:5.1f}")
    assert all(abs(z) <= WIDEST_Z for *_, z in rows)


def row(
    lived: list[dict[str, int]], run: cs.Result, outcome: str, day: int
) -> tuple[str, int, float, float, float]:
    """Outcome, day, both probabilities, and their distance in joint standard errors."""
    mine = sum(firsts.get(outcome, day) < day for firsts in lived) / len(lived)
    happened = run.first_day(outcome)
    theirs = float(((happened >= 0) & (happened < day)).mean())
    pooled = (mine * len(lived) + theirs * run.runs) / (len(lived) + run.runs)
    error = math.sqrt(pooled * (1 - pooled) * (1 / len(lived) + 1 / run.runs))
    z = 0.0 if mine == theirs else (mine - theirs) / error
    return outcome, day, mine, theirs, z


def test_peak_memory(capsys: pytest.CaptureFixture[str]) -> None:
    """10,000 replications of a year in a fresh process use less than 500 MB."""
    command = [sys.executable, "-c", MEMORY, str(EXAMPLE)]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    # Linux counts in KiB, macOS in bytes.
    megabytes = int(shown) / (1024 if sys.platform != "darwin" else 1024**2)
    with capsys.disabled():
        print(f"\npeak memory of 10,000 replications: {megabytes:,.0f} MB")
    assert megabytes < 500
