"""Whether the plain firm and the library say the same, figure by figure.

A mean is compared by Welch's z: the difference over its standard error, each side with its own
spread.  Where one side hardly saw a thing, its spread says nothing and both samples are pooled.
Days and weeks always are, the library's from the bins of its histogram: taxes paid two weeks late
are nearly all in the 7 of 20,480 replications that pay a whole quarter's then, which 2,000 plain
ones see none of half the time.  Their own spread, a seventh of the true one, then makes a mean
without them look certain.  A quantile is compared by its rank among the plain firm's values, as
near as the bins of the histogram allow.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from cashstress.kernel.sketch import Sketch, _layout
from plain_diary import LINES, PATHS, WEEKLY_OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    import cashstress as cs
    from plain_diary import Answer

DAYS = (30, 90, 365)
#: Days on whose ends the paths are compared.
PATH_DAYS = (0, 14, 29, 59, 89, 179, 269, 364)
QUANTILES = (0.10, 0.50, 0.90)
#: Fewer replications than this that show anything tell nothing about the spread.
FEW = 30
#: Relative width of a bin of the library's histograms; amounts below one unit share a bin.
BIN, SMALL = 1 / 32, 100


class Row(NamedTuple):
    """One figure of both programs, and their distance in joint standard errors."""

    name: str
    plain: float
    lanes: float
    z: float


def rows(answer: Answer, run: cs.Result) -> Iterator[Row]:
    """All figures that both programs give."""
    for name in run.outcomes:
        yield from _outcome(answer, run, name)
    for name, mine in answer.metrics.items():
        theirs = run.metric(name)
        yield _means(name, mine, theirs)
        for q in QUANTILES:
            yield _rank(f"{name}, {q:.0%}", mine, float(np.quantile(theirs, q)), q, run.runs)
    yield from _paths(answer, run)
    yield from _weeks(answer, run)


def _outcome(answer: Answer, run: cs.Result, name: str) -> Iterator[Row]:
    first, episodes, days = answer.outcome(name)
    theirs = run.first_day(name)
    for by in DAYS:
        happened = (theirs >= 0) & (theirs < by)
        yield _means(f"{name} by {by}", (first >= 0) & (first < by), happened)
    yield _means(f"{name}, episodes", episodes, run.episodes(name))
    yield _means(f"{name}, days in force", days, run.days_in_force(name))


def _paths(answer: Answer, run: cs.Result) -> Iterator[Row]:
    for day in (day for day in PATH_DAYS if day < run.horizon):
        alive = np.isfinite(answer.paths["cash"][day])
        yield _shares(f"alive, day {day}", alive, int(run.record.alive[day]), run.runs)
        for name in PATHS:
            values = answer.paths[name][day][alive]
            yield from _histogram(f"{name}, day {day}", values, run.path(name), day)


def _weeks(answer: Answer, run: cs.Result) -> Iterator[Row]:
    for line in LINES:
        for week, values in enumerate(answer.weeks[line]):
            yield from _histogram(f"week {week + 1}, {line}", values, run.week_line(line), week)
    for name in WEEKLY_OUTCOMES:
        counts = run.record.week_events[name]
        for week, events in enumerate(answer.week_events[name]):
            yield _shares(f"week {week + 1}, {name}", events, int(counts[week]), run.runs)


def _means(name: str, mine: Any, theirs: Any) -> Row:
    mine, theirs = np.asarray(mine, np.float64), np.asarray(theirs, np.float64)
    if min(_telling(mine), _telling(theirs)) < FEW:
        spreads = (np.concatenate([mine, theirs]).var(ddof=1),) * 2
    else:
        spreads = mine.var(ddof=1), theirs.var(ddof=1)
    error = math.sqrt(spreads[0] / mine.size + spreads[1] / theirs.size)
    return Row(name, mine.mean(), theirs.mean(), _z(mine.mean() - theirs.mean(), error))


def _shares(name: str, mine: Any, count: int, runs: int) -> Row:
    share = count / runs
    pooled = (mine.sum() + count) / (mine.size + runs)
    error = math.sqrt(pooled * (1 - pooled) * (1 / mine.size + 1 / runs))
    return Row(name, mine.mean(), share, _z(mine.mean() - share, error))


def _histogram(name: str, mine: Any, sketch: Any, row: int) -> Iterator[Row]:
    """The mean and the quantiles of a row of a histogram.

    A row that is nearly constant has no spread to speak of: there, the shares that are elsewhere.
    """
    mean, runs = float(sketch.mean()[row]), int(sketch.n[row])
    ours = Sketch(1, bits=sketch.bits)
    ours.add(0, mine.astype(np.int64))
    # The usual amount may lie on the edge of two bins; the same three are looked at on both sides.
    bins = sketch.counts[row].astype(np.int64)
    usual = int(np.convolve(bins, np.ones(3, np.int64), "same").argmax())
    three = slice(max(usual - 1, 0), usual + 2)
    elsewhere = mine.size - int(ours.counts[0, three].sum())
    if elsewhere < FEW:
        unlike = np.arange(mine.size) < elsewhere
        yield _shares(name, unlike, runs - int(bins[three].sum()), runs)
        return
    error = math.sqrt(_pooled(mine, mean, sketch, row) * (1 / mine.size + 1 / runs))
    yield Row(name, mine.mean(), mean, _z(mine.mean() - mean, error))
    for q in QUANTILES:
        quantile = float(sketch.quantile(q)[row])
        yield _rank(f"{name}, {q:.0%}", mine, quantile, q, runs)


def _pooled(mine: Any, mean: float, sketch: Any, row: int) -> float:
    """Variance of both samples together, each about its own mean, the library's by its bins."""
    bins = np.flatnonzero(sketch.counts[row])
    layout = _layout(sketch.bits)
    middle = (layout.lower[bins] + layout.upper[bins]) / 2
    squares = float(((middle - mean) ** 2 * sketch.counts[row, bins]).sum())
    both = int(mine.size + sketch.n[row]) - 2
    return (float(mine.var() * mine.size) + squares) / both


def _width(amount: float) -> float:
    """How far two amounts may lie apart in one bin of the histogram."""
    return max(SMALL, abs(amount) * BIN)


def _rank(name: str, mine: Any, quantile: float, q: float, runs: int) -> Row:
    """A quantile by its rank: the shares below and up to its bin lie on either side of `q`."""
    width = _width(quantile)
    below = float((mine < quantile - width).mean())
    up_to = float((mine <= quantile + width).mean())
    outside = max(below - q, 0.0) - max(q - up_to, 0.0)
    error = math.sqrt(q * (1 - q) * (1 / mine.size + 1 / runs))
    return Row(name, float(np.quantile(mine, q)), quantile, _z(-outside, error))


def _telling(values: Any) -> int:
    """How many values differ from the most common one of a thing that seldom happens."""
    return int((values != np.median(values)).sum())


def _z(difference: float, error: float) -> float:
    # The same constant on both sides, up to the rounding of a mean.
    if abs(difference) < 1e-6:
        return 0.0
    return difference / error if error else math.inf
