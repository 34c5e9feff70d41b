"""The same work in four programs, on one core."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

import cashstress as cs
from agreement import rows
from plain_diary import Answer
from plain_plan import Plan
from programs import EXAMPLE, PROGRAMS, available
from sections.common import Goal, paired, table, turns

if TYPE_CHECKING:
    from sections.common import Data, How

#: Replications of a round.
RUNS = {"simpy": 400, "salabim": 400, "numba": 20_480, "cashstress": 20_480}
SHOWN = {
    "simpy": "plain SimPy",
    "salabim": "salabim",
    "numba": "Numba, hand-written loop",
    "cashstress": "cashstress, NumPy alone",
}
#: No figure of two programs lies farther apart, in standard errors of both.
WIDEST_Z = 4.0


def measure(how: How) -> Data:
    """Time all programs in turns, and see that they say the same."""
    scenario = cs.load(EXAMPLE)
    names = [name for name in PROGRAMS if available(name)]
    for name in names:  # compiles, imports, fills caches
        PROGRAMS[name](scenario, 40 if RUNS[name] < 1000 else RUNS[name], 0)
    answers: dict[str, list[Any]] = {name: [] for name in names}

    def work(name: str) -> Any:
        return lambda turn: answers[name].append(PROGRAMS[name](scenario, RUNS[name], turn + 1))

    seconds = turns({name: work(name) for name in names}, time.process_time, how)
    return {
        "runs": {name: RUNS[name] for name in names},
        "seconds": seconds,
        "agreement": _agree(scenario, answers),
    }


def _agree(scenario: cs.Scenario, answers: dict[str, list[Any]]) -> Data:
    """Every program's answer against plain SimPy's.

    Salabim's runs under the same seeds and so must be equal to the last bit; the others have their
    own draws, and every figure must agree within the Monte Carlo error of both.
    """
    pooled = Answer(Plan(scenario), (), 0)
    for part in answers["simpy"]:
        pooled.absorb(part)
    found: Data = {}
    for name, theirs in answers.items():
        if name == "simpy":
            continue
        if isinstance(theirs[0], Answer):
            pairs = zip(answers["simpy"], theirs, strict=True)
            assert all(same(mine, other) for mine, other in pairs), f"{name} is not plain SimPy"
            found[name] = {"runs": sum(part.runs for part in theirs), "equal": True}
            continue
        compared = list(rows(pooled, theirs[-1]))
        apart = [row for row in compared if not abs(row.z) <= WIDEST_Z]
        assert not apart, f"{name} and plain SimPy differ: {apart}"
        widest = max(abs(row.z) for row in compared)
        found[name] = {"runs": theirs[-1].runs, "figures": len(compared), "widest": widest}
    return found | {"simpy": {"runs": pooled.runs}}


def same(mine: Answer, other: Answer) -> bool:
    """Whether two answers are equal to the last bit."""
    if {*mine.outcomes} != {*other.outcomes}:
        return False
    tables = ("outcomes", "metrics", "paths", "weeks", "week_events")
    return all(
        np.array_equal(values, getattr(other, kind)[name], equal_nan=kind == "paths")
        for kind in tables
        for name, values in getattr(mine, kind).items()
    )


def ratio(data: Data, slow: str, fast: str = "cashstress") -> float | None:
    """How many times as many replications a second `fast` does, median of the rounds."""
    seconds, runs = data["seconds"], data["runs"]
    if slow not in seconds:
        return None
    return float(runs[fast] / runs[slow]) * paired(seconds[slow], seconds[fast])


def goals(data: Data) -> list[Goal]:
    """The ratios of the comparison."""
    return [
        Goal("cashstress against plain SimPy, times", ratio(data, "simpy"), 200),
        Goal("cashstress against salabim, times", ratio(data, "salabim"), 200),
        Goal("cashstress (NumPy alone) against the Numba loop", ratio(data, "numba"), 0.3),
        Goal("cashstress (`fast` extra) against the Numba loop", None, 0.6),
    ]


def show(data: Data) -> str:
    """The table of the four programs."""
    lines = []
    for name, words in SHOWN.items():
        if name not in data["seconds"]:
            lines.append([words, "not measured", "", "", ""])
            continue
        each = [data["runs"][name] / spent for spent in data["seconds"][name]]
        times = 1.0 if name == "cashstress" else ratio(data, name)
        spread = f"{min(each):,.0f} to {max(each):,.0f}"
        said = _said(data["agreement"][name])
        lines.append([words, f"{median(each):,.0f}", spread, f"{times:,.3g}", said])
    head = ("program", "replications/s", "over the rounds", "cashstress: times as fast", "answer")
    return table(head, lines)


def _said(agreement: Data) -> str:
    if agreement.get("equal"):
        return f"equal to plain SimPy's, bit for bit, in {agreement['runs']:,} replications"
    if "figures" in agreement:
        return (
            f"{agreement['figures']:,} figures agree with plain SimPy's, the farthest by "
            f"{agreement['widest']:.1f} standard errors"
        )
    return f"{agreement['runs']:,} replications, the yardstick"
