"""One process and several."""

from __future__ import annotations

import os
from contextlib import ExitStack
from statistics import median
from typing import TYPE_CHECKING

from sections.common import Child, Goal, paired, table

if TYPE_CHECKING:
    from sections.common import Data, How

RUNS = (20_000, 200_000)
_HEAD = ("replications", "workers", "wall, s", "replications/s")


def crews() -> list[int]:
    """One, two, and twice the cores."""
    return sorted({1, 2, 2 * (os.cpu_count() or 1)})


def measure(how: How) -> Data:
    """Wall seconds, in turns; every number of workers has a process of its own, its pool warm."""
    data: Data = {"cold": {}, "wall": {}, "processor": {}}
    with ExitStack() as stack:
        children = {workers: stack.enter_context(Child()) for workers in crews()}
        for workers, child in children.items():
            first = child.run("lanes", RUNS[0], seed=99, workers=workers)
            data["cold"][str(workers)] = first["wall"]
        for runs in RUNS:
            how.say(f"{runs:,} replications")
            spent: dict[str, list[float]] = {str(workers): [] for workers in children}
            used: dict[str, list[float]] = {str(workers): [] for workers in children}
            for turn in how.turns():
                for workers, child in children.items():
                    cost = child.run("lanes", runs, seed=turn, workers=workers)
                    spent[str(workers)].append(cost["wall"])
                    used[str(workers)].append(cost["processor"])
            data["wall"][str(runs)], data["processor"][str(runs)] = spent, used
    return data


def goals(data: Data) -> list[Goal]:
    """Two workers on a long run."""
    spent = data["wall"][str(RUNS[-1])]
    times = paired(spent["1"], spent["2"])
    return [Goal(f"2 workers against 1, {RUNS[-1]:,} replications, times", times, 1.9)]


def show(data: Data) -> str:
    """A row for each run and number of workers."""
    lines = []
    for runs, spent in data["wall"].items():
        for workers, seconds in spent.items():
            times = paired(spent["1"], seconds)
            rate = int(runs) / median(seconds)
            used = median(data["processor"][runs][workers])
            each = f"{median(seconds):.2f}", f"{rate:,.0f}", f"{times:.2f}", f"{used:.2f}"
            lines.append([f"{int(runs):,}", workers, *each])
    cold = ", ".join(f"{seconds:.1f} s with {n}" for n, seconds in data["cold"].items())
    return (
        table([*_HEAD, "times as fast as 1", "processor of all, s"], lines)
        + f"\n\nThe first run of {RUNS[0]:,} in a new process, starting its workers: {cold}."
    )
