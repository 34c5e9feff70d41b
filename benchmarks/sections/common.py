"""Rounds in turns, fresh processes, the machine, tables and goals."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Data = dict[str, Any]

CHILD = Path(__file__).parent.parent / "child.py"


class How(NamedTuple):
    """How to measure.

    Attributes
    ----------
    rounds : int
        The table gives their medians.
    million : bool
        Whether to run 1,000,000 replications, which takes minutes.
    """

    rounds: int = 5
    million: bool = True

    def turns(self) -> Iterator[int]:
        """Numbers of the rounds; says how far it is."""
        for turn in range(self.rounds):
            yield turn
            self.say(f"round {turn + 1} of {self.rounds}")

    def say(self, text: str) -> None:
        """Say how far it is."""
        print(f"  {text}", flush=True)


class Goal(NamedTuple):
    """A ratio that the project set itself."""

    what: str
    measured: float | None
    wanted: float
    at_least: bool = True

    def row(self) -> list[str]:
        """What, measured, wanted, and whether it is met."""
        sign = ">=" if self.at_least else "<="
        if self.measured is None:
            return [self.what, "not measured", f"{sign} {self.wanted:g}", "not measured"]
        share = self.measured / self.wanted if self.at_least else self.wanted / self.measured
        verdict = "met" if share >= 1 else f"missed: {share:.2f} of the goal"
        return [self.what, f"{self.measured:,.3g}", f"{sign} {self.wanted:g}", verdict]


def turns(
    works: dict[str, Callable[[int], Any]],
    clock: Callable[[], float],
    how: How,
) -> dict[str, list[float]]:
    """Seconds of each piece of work in each round; rounds of all take turns.

    A busy machine then slows all alike, and the ratio of two in the same round says more than that
    of their medians.
    """
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for turn in how.turns():
        for name, work in works.items():
            began = clock()
            work(turn)
            seconds[name].append(clock() - began)
    return seconds


def paired(over: Sequence[float], under: Sequence[float]) -> float:
    """Median of the ratios round by round."""
    return median(a / b for a, b in zip(over, under, strict=True))


class Child:
    """A fresh process that runs programs when told, and says how long it took and its peak memory.

    It lives as long as the `with`, so its pool of workers stays warm.
    """

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter, our own file
            [sys.executable, str(CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def run(self, program: str, runs: int, **options: Any) -> Data:
        """Run a program: wall and processor seconds, and peak memory of the child so far, MB."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        json.dump({"program": program, "runs": runs} | options, self._process.stdin)
        print(file=self._process.stdin, flush=True)
        answer: Data = json.loads(self._process.stdout.readline())
        return answer


def wall(command: Sequence[str]) -> float:
    """Wall seconds of a command."""
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own commands
    return time.perf_counter() - began


def machine() -> dict[str, str]:
    """What the figures depend on; no names, no paths."""
    versions = {name: _version(name) for name in ("simpy", "salabim", "numba", "scipy")}
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "system": platform.system(),
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        **versions,
    }


def load() -> float | None:
    """Processes that wanted a core in the last minute: above the workers of a run, not idle."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    for line in info.read_text().splitlines() if info.exists() else ():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table in Markdown, numbers to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


class Line(NamedTuple):
    """A straight line through costs, and how straight they are.

    Attributes
    ----------
    fixed, each : float
        Seconds whatever the number, and seconds for each.
    residual : float
        Largest distance of a point from the line, over the point.
    last : float
        Seconds for each between the two largest numbers, over `each`: above 1 costs grow faster
        than in proportion.
    """

    fixed: float
    each: float
    residual: float
    last: float


def line(numbers: Sequence[float], seconds: Sequence[float]) -> Line:
    """Least squares, points weighted by 1 / seconds so that small ones count as much."""
    x, y = np.array(sorted(zip(numbers, seconds, strict=True)), float).T
    each, fixed = np.polyfit(x, y, 1, w=1 / y)
    residual = float(np.abs((fixed + each * x) / y - 1).max())
    last = (y[-1] - y[-2]) / (x[-1] - x[-2]) / each
    return Line(float(fixed), float(each), residual, float(last))


def said(fit: Line, unit: str) -> str:
    """A line in words."""
    return (
        f"Straight line: {fit.fixed:.2f} s and {fit.each * 1000:,.2f} ms for each {unit}; the "
        f"farthest point is {fit.residual:.0%} off it; each {unit} of the last step costs "
        f"{fit.last:.2f} times as much as the line says."
    )
