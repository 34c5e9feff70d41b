"""The main example by hand for Numba, one replication after another, against lanes on one core.

Run it with `make bench`. The loop meets the same draws as the lanes, so both must say the same:
every outcome, amount, path and week of every replication, to the cent. What differs is speed.

CASHSTRESS_BENCH_LANES sets the replications.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
import pytest

import cashstress as cs

pytest.importorskip(
    "numba", reason="the hand-written loop needs Numba: pip install 'cashstress[bench]'"
)

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # the loop's modules stand beside this file

from compiled import run  # noqa: E402 - found only after the line above
from strain import STRAIN  # noqa: E402 - the same

if TYPE_CHECKING:
    from cashstress.kernel.record import Record

EXAMPLE = HERE.parent / "examples" / "platform_closure.toml"
RUNS = int(os.environ.get("CASHSTRESS_BENCH_LANES", "20480"))
ROUNDS = 5
SEED = 2
#: Replications of which each is compared, and where they begin: inside a step of the generator.
COMPARED, FIRST = 3000, 40
QUANTILES = (0.10, 0.50, 0.90)
ARRAYS = ("first_day", "episodes", "days_in_force", "amounts", "chain", "mark_days", "alive")


@pytest.fixture(scope="module")
def scenario() -> cs.Scenario:
    """The main example, with its closure."""
    return cs.load(EXAMPLE)


def tabulate(run: cs.Result) -> cs.Result:
    """What the comparison shows of a run."""
    for sketch in (*run.record.paths.values(), *run.record.weeks.values()):
        sketch.mean()
        for q in QUANTILES:
            sketch.quantile(q)
    return run


def differences(mine: Record, theirs: Record) -> list[str]:
    """Names of all that the two do not agree in."""
    assert (mine.outcomes, mine.metrics) == (theirs.outcomes, theirs.metrics)
    assert (mine.links, mine.words) == (theirs.links, theirs.words)
    pairs = {
        name: (getattr(mine, name), getattr(theirs, name))
        for name in (
            "first_day",
            "episodes",
            "days_in_force",
            "amounts",
            "chain",
            "mark_days",
            "alive",
        )
    }
    pairs |= {
        f"weeks with {name}": (events, theirs.week_events[name])
        for name, events in mine.week_events.items()
    }
    for kind in ("paths", "weeks"):
        for name, sketch in getattr(mine, kind).items():
            other = getattr(theirs, kind)[name]
            for part in ("counts", "sums", "n", "low", "high"):
                pairs[f"{kind}: {name}, {part}"] = getattr(sketch, part), getattr(other, part)
    return [name for name, (ours, others) in pairs.items() if not np.array_equal(ours, others)]


@pytest.mark.parametrize("case", ["stressed", "baseline", "strained"])
def test_the_same_to_the_cent(scenario: cs.Scenario, case: str) -> None:
    """Every replication agrees in all that is recorded."""
    firm = {
        "stressed": scenario,
        "baseline": scenario.without_shocks(),
        "strained": scenario.replace(STRAIN),
    }[case]
    theirs = cs.simulate(firm, runs=COMPARED, seed=SEED, workers=1)
    assert differences(run(firm, COMPARED, SEED).record, theirs.record) == []
    if case == "strained":
        # It has seen what a firm in trouble does, to its end.
        assert (theirs.first_day("wound_up") >= 0).any()


def test_any_replications(scenario: cs.Scenario) -> None:
    """A part of the replications says what it says in the whole."""
    whole, part = run(scenario, FIRST + 100, SEED), run(scenario, 100, SEED, first=FIRST)
    for name in ("first_day", "episodes", "days_in_force", "amounts"):
        assert np.array_equal(getattr(part.record, name), getattr(whole.record, name)[:, FIRST:])


def test_a_firm_with_more_is_refused(scenario: cs.Scenario) -> None:
    """The loop says what it was not written for."""
    firm = scenario.replace({"customers.trade.disputed": 0.1, "channels.jiebei.drawing_fee": 0.01})
    with pytest.raises(NotImplementedError, match="no disputes, no fees"):
        run(firm, 1, SEED)


def test_speed(scenario: cs.Scenario, capsys: pytest.CaptureFixture[str]) -> None:
    """Replications a second of both, in processor time; rounds take turns.

    A busy machine slows both alike. The loop is compiled before.
    """
    run(scenario, 16, SEED)
    speeds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        mine = tabulate(run(scenario, RUNS, SEED))
        between = time.process_time()
        theirs = tabulate(cs.simulate(scenario, runs=RUNS, seed=SEED, workers=1))
        ended = time.process_time()
        speeds.append((RUNS / (between - began), RUNS / (ended - between)))
    loop, lanes = (median(each) for each in zip(*speeds, strict=True))
    ratio = median(theirs / mine for mine, theirs in speeds)
    with capsys.disabled():
        print(f"\nNumba loop {loop:,.0f} replications/s, lanes {lanes:,.0f}, ", end="")
        print(f"lanes over loop {ratio:.2f}")
    assert differences(mine.record, theirs.record) == []
