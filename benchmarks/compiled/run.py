"""Run the loop, and say what it found as the library says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import cashstress as cs
from cashstress.kernel.record import Record
from cashstress.kernel.sketch import SMALLEST, Sketch, _pattern
from cashstress.processes.chain import TROUBLE, USED_UP
from cashstress.processes.channels.closing import CAUSES
from cashstress.processes.payables import PAY_CLASSES
from compiled import diary
from compiled.ledgers import LINES
from compiled.life import METRICS, live_all
from compiled.luck import GROUP, Streams, make_luck
from compiled.plan import make_plan
from compiled.state import make_firm

if TYPE_CHECKING:
    from cashstress import Scenario

_BITS = 5
_PATHS = ("cash", "headroom", "debt", "liquidity")
_OUTCOMES = (
    "missed_payroll",
    "supplier_hold",
    "stock_out",
    "supply_disruption",
    "cash_out",
    "default",
    "wound_up",
)


def run(scenario: Scenario, runs: int, seed: int, first: int = 0) -> cs.Result:
    """Replications `first` to `first + runs - 1` of a firm like the main example's.

    Returns
    -------
    Result
        As `cashstress.simulate` gives under the same draws; only the first day on which an outcome
        can occur at all is not worked out, and is 0.

    Raises
    ------
    NotImplementedError
        For a firm with more than the main example has.
    """
    plan = make_plan(scenario)
    streams = Streams(scenario, seed, int(plan["opens_from"][0]))
    answer = _Answer(scenario, plan, runs)
    places = make_firm(plan), plan, make_luck(plan, streams)
    habits = streams.habits(first, runs)
    drawn = streams.keys, streams.words, streams.draws, streams.tables
    live_all(places, drawn, habits, first, answer.places)
    return cs.Result(scenario=scenario, record=answer.record(), seed=seed, requested=runs)


class _Answer:
    """What the replications say together."""

    def __init__(self, scenario: Scenario, plan: Any, runs: int) -> None:
        self._scenario, self._runs = scenario, runs
        lines = tuple(scenario.channels)
        self._outcomes = (*_OUTCOMES, *(f"channel_closed:{name}" for name in lines))
        self._metrics = (*METRICS, *(f"balance_at_default:{name}" for name in lines))
        days = int(plan["horizon"][0])
        weeks = min(13, -(-days // diary.WEEK))
        self._spells = np.zeros((runs, 3, len(self._outcomes)), np.int32)
        self._amounts = np.zeros((runs, len(self._metrics)), np.int64)
        self._chain = np.zeros((runs, len(diary.CHAIN) + len(lines)), np.int32)
        self._events = np.zeros((weeks, len(diary.WEEKLY)), np.int64)
        self._alive = np.zeros(days, np.int64)
        self._paths, self._weeks = _sketches(len(_PATHS), days), _sketches(len(LINES), weeks)
        self.places = (
            self._spells,
            self._amounts,
            self._chain,
            self._events,
            self._alive,
            self._paths,
            self._weeks,
            _scratch(days, weeks),
        )

    def record(self) -> Record:
        """The library's record of it."""
        first_day, episodes, days = self._spells.transpose(1, 2, 0)
        shocks = self._scenario.shocks
        strikes = [_strike(self._scenario, shock) for shock in shocks.values()]
        every = np.full(len(self._events), self._runs)
        return Record(
            lanes=self._runs,
            outcomes=self._outcomes,
            first_day=first_day,
            episodes=episodes,
            days_in_force=days,
            earliest=dict.fromkeys(self._outcomes, 0),
            metrics=self._metrics,
            amounts=self._amounts.T,
            marks=tuple(shocks),
            mark_days=np.repeat(strikes, self._runs).reshape(len(shocks), self._runs),
            paths=_named(_PATHS, self._paths, self._alive),
            alive=self._alive,
            links=(*diary.CHAIN, *(f"state:{name}" for name in self._scenario.channels)),
            chain=self._chain.T,
            words=self._words(),
            weeks=_named(LINES, self._weeks, every),
            week_events={
                self._outcomes[outcome]: self._events[:, row]
                for row, outcome in enumerate(diary.WEEKLY)
            },
        )

    def _words(self) -> dict[str, tuple[str, ...]]:
        """What bits and numbers of the chain stand for."""
        return {
            "trouble": TROUBLE,
            "unpaid": PAY_CLASSES,
            "states": (*CAUSES, USED_UP),
            "channels": tuple(self._scenario.channels),
        }


def _strike(scenario: Scenario, shock: Any) -> int:
    day = (shock.on - scenario.start).days
    return day if day < scenario.horizon else -1


def _sketches(count: int, rows: int) -> Any:
    """Counts, sums, lowest and highest of some histograms, and the bin before the first."""
    like = Sketch(rows, bits=_BITS)
    bins = like.counts.shape[1]
    return (
        np.zeros((count, rows, bins), np.uint32),
        np.zeros((count, rows), np.int64),
        np.tile(like.low, (count, 1)),
        np.tile(like.high, (count, 1)),
        _pattern(SMALLEST, _BITS) - 1,
        bins // 2,
    )


def _scratch(days: int, weeks: int) -> Any:
    """Doubles and their bits, and the bins and lives of the replications counted together."""
    doubles = np.zeros(days)
    bins = np.zeros((len(_PATHS), GROUP, days), np.uint16)
    week_bins = np.zeros((len(LINES), GROUP, weeks), np.uint16)
    lives = np.zeros(GROUP, np.int64)
    return (doubles, doubles.view(np.int64)), bins, week_bins, lives, np.full(GROUP, weeks)


def _named(names: tuple[str, ...], sketches: Any, seen: Any) -> dict[str, Sketch]:
    """The library's histograms, by name."""
    counts, sums, low, high, *_ = sketches
    made = {}
    for row, name in enumerate(names):
        sketch = made[name] = Sketch(len(sums[row]), bits=_BITS)
        sketch.counts, sketch.sums, sketch.n = counts[row], sums[row], seen.copy()
        sketch.low, sketch.high = low[row], high[row]
    return made
