"""Shocks: what strikes, when, in which lanes, and how it goes away again.

A shock decides when it is in force; what it does is a few lines over levers (or closes a channel).
Where two pull one lever, the lever settles it.  A shock that follows another asks only on which
day that one strikes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.processes.conditions import is_met
from cashstress.processes.effects import Effect, effect_of
from cashstress.scenario.sequence import causes_first

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from cashstress import scenario as sc
    from cashstress.kernel.arrays import Days, Flags
    from cashstress.processes.firm import Firm

__all__ = ["Strike", "in_order", "shock"]

#: The day of what does not happen.
_NEVER: Final = 2**30
_DAYS_OF_YEAR: Final = 365


class Strike:
    """When one shock starts and ends in each lane; of several strikes, the one that is next."""

    def __init__(self, firm: Firm, name: str, plan: sc.Shock) -> None:
        self._firm, self.name, self.plan = firm, name, plan
        firm.columns.add(f"shock.{name}.start", np.int32, _NEVER)
        firm.columns.add(f"shock.{name}.end", np.int32, _NEVER)
        # A shock that strikes once keeps its day in `start`.
        if self._strikes_again:
            firm.columns.add(f"shock.{name}.first", np.int32, _NEVER)
        self.effect: Effect = effect_of(firm, name, plan)
        self._mean_wait = _mean_wait(plan)
        self._decide()
        if self._mean_wait is not None:
            firm.world.on_fresh_take(self._renew)

    @property
    def start(self) -> Days:
        """First day in force, per lane: of this strike, or of the one that is known to come."""
        return self._firm.columns[f"shock.{self.name}.start"]

    @property
    def end(self) -> Days:
        """First day no longer in force, per lane."""
        return self._firm.columns[f"shock.{self.name}.end"]

    @property
    def first(self) -> Days:
        """Day of the first strike, per lane."""
        part = "first" if self._strikes_again else "start"
        return self._firm.columns[f"shock.{self.name}.{part}"]

    @property
    def _strikes_again(self) -> bool:
        return self.plan.at_rate is not None or self.plan.after_shock is not None

    @property
    def _is_decided(self) -> bool:
        """Whether all its days are known from the beginning."""
        return not self._strikes_again and self.plan.when is None

    def days(self) -> range | list[int]:
        """Days on which something may happen: a dated shock sleeps until its date."""
        plan, firm = self.plan, self._firm
        if plan.on is None or plan.lasts is None or not isinstance(plan.lasts, int):
            first = 0 if plan.on is None else self._dated() - self.effect.notice_days
            return range(max(first, firm.clock.today), firm.scenario.horizon)
        begin = self._dated()
        end, notice = begin + plan.lasts, max(begin - self.effect.notice_days, 0)
        built = range(begin, min(begin + self.effect.build, end))
        wanted = {notice, begin, *built, *range(end, end + self.effect.tail + 1)}
        return [d for d in sorted(wanted) if firm.clock.today <= d < firm.scenario.horizon]

    def act(self, day: int, causes: Mapping[str, Strike]) -> None:
        """End, recover, wait anew, announce, begin and build up, as the day has it."""
        self._go_away(day)
        news = None if self._is_decided else self._arm(day, causes)
        if self.effect.notice_days:
            self._announce(day, news)
        begins = self.start == day
        if begins.any():
            self.effect.begin(begins, self.end)
            if self._strikes_again:
                np.copyto(self.first, day, where=begins & (self.first == _NEVER))
        if self.effect.build:
            self._build_up(day)

    def _go_away(self, day: int) -> None:
        """Lift it where it ends, or follow the recovery."""
        end = self.end
        ends = end == day
        if ends.any():
            self.effect.finish(ends)
        if self.effect.tail:
            coming = (end <= day) & (day <= end + self.effect.tail)
            self.effect.recover(day - end, coming, end - self.start)

    def _build_up(self, day: int) -> None:
        since = day - self.start
        building = (since >= 0) & (since < self.effect.build) & (day < self.end)
        self.effect.build_up(since, building)

    def _announce(self, day: int, news: Flags | None) -> None:
        """Give notice on its day; what is known later than that, at once."""
        start = self.start
        at_once = self._is_near(day) & ((day == 0) if news is None else news)
        self.effect.announce((start == day + self.effect.notice_days) | at_once, start)

    def _is_near(self, day: int) -> Flags:
        """Lanes in which it is known on `day` and still to come."""
        near: Flags = (self.start > day) & (self.start <= day + self.effect.notice_days)
        return near

    # -- when it strikes ---------------------------------------------------------------------

    def _decide(self) -> None:
        """Draw the start and the duration of every lane, once, where they need nothing else."""
        plan, streams = self.plan, self._firm.streams
        if plan.on is not None:
            self.start[...] = self._dated()
        elif plan.between is not None:
            first, last = ((date - self._firm.scenario.start).days for date in plan.between)
            u = streams.uniform(f"shocks.{self.name}.start", once=True)
            self.start[...] = first + np.floor(u * (last - first + 1)).astype(np.int32)
        elif self._mean_wait is not None:
            waiting = streams.exponential(f"shocks.{self.name}.start", once=True)
            self.start[...] = _whole_days(waiting * self._mean_wait)
        else:
            return
        self.end[...] = np.minimum(self.start.astype(np.int64) + self._duration(), _NEVER)

    def _duration(self, *, once: bool = True) -> Any:
        lasts = self.plan.lasts
        if lasts is None:
            return _NEVER
        if isinstance(lasts, int):
            return lasts
        drawn = self._firm.streams.exponential(f"shocks.{self.name}.lasts", once=once)
        return np.maximum(np.ceil(drawn * lasts.mean_days), 1.0).astype(np.int64)

    def _arm(self, day: int, causes: Mapping[str, Strike]) -> Flags:
        """Set start and end where today decides them; returns those lanes."""
        plan = self.plan
        if plan.at_rate is not None:
            armed, start = self._wait_again(day)
        elif plan.when is not None:
            armed, start = self._watch(plan.when, day)
        else:
            armed, start = self._follow(plan.after_shock, day, causes)
        if armed.any():
            np.copyto(self.start, start, where=armed, casting="same_kind")
            end = np.minimum(np.asarray(start, np.int64) + self._duration(once=False), _NEVER)
            np.copyto(self.end, end, where=armed, casting="same_kind")
        # A wait drawn before the first day is known on it.
        return armed | (day == 0) if plan.at_rate is not None else armed

    def _is_over(self, day: int) -> Flags:
        """Lanes in which no strike is known to come, is in force, or is wearing off."""
        over: Flags = (self.start == _NEVER) | (self.end.astype(np.int64) + self.effect.tail <= day)
        return over

    def _wait_again(self, day: int) -> tuple[Flags, Any]:
        """The next wait begins on the first day on which nothing is left of the last strike."""
        over = (self.end.astype(np.int64) + self.effect.tail == day) & (self.end < _NEVER)
        if not over.any():
            return over, day
        drawn = self._firm.streams.exponential(f"shocks.{self.name}.again")
        return over, np.minimum(day + _whole_days(drawn * (self._mean_wait or 0.0)), _NEVER)

    def _watch(self, condition: sc.Condition, day: int) -> tuple[Flags, int]:
        """It strikes once, on the first day of its condition, or after its notice from then."""
        waiting = self.start == _NEVER
        met = waiting & is_met(self._firm, condition) if waiting.any() else waiting
        return met, day + self.effect.notice_days

    def _follow(
        self, link: sc.AfterShock | None, day: int, causes: Mapping[str, Strike]
    ) -> tuple[Flags, int]:
        """It follows each strike of its cause, unless the last one is not over yet."""
        if link is None:  # pragma: no cover -- a shock has one trigger
            return np.zeros(self._firm.world.lanes, np.bool_), day
        struck = causes[link.shock].start == day
        if not struck.any():
            return struck, day
        struck &= self._is_over(day)
        if link.probability < 1:
            chance = self._firm.streams.uniform(f"shocks.{self.name}.follows")
            struck &= chance < link.probability
        return struck, day + link.days

    def _renew(self) -> None:
        """Waiting times are memoryless: lanes that still wait, and know nothing, wait anew."""
        waiting = self.start > self._firm.clock.today + self.effect.notice_days
        drawn = self._firm.streams.exponential(
            f"shocks.{self.name}.start.{self._firm.streams.epoch}"
        )
        fresh = self._firm.clock.today + 1 + _whole_days(drawn * (self._mean_wait or 0.0))
        length = self.end.astype(np.int64) - self.start
        self.start[waiting] = np.minimum(fresh, _NEVER)[waiting]
        self.end[waiting] = np.minimum(self.start.astype(np.int64) + length, _NEVER)[waiting]

    def _dated(self) -> int:
        on = self.plan.on or self._firm.scenario.start
        return (on - self._firm.scenario.start).days


def _mean_wait(plan: sc.Shock) -> float | None:
    """Mean days until it strikes, where the wait is exponential."""
    if plan.after is not None:
        return plan.after.mean_days
    return None if plan.at_rate is None else _DAYS_OF_YEAR / plan.at_rate.per_year


def _whole_days(waiting: Any) -> Any:
    return np.minimum(np.floor(waiting), _NEVER).astype(np.int64)


def in_order(strikes: list[Strike]) -> list[Strike]:
    """The shocks in the order in which they act on a day: a cause before what follows it."""
    by_name = {strike.name: strike for strike in strikes}
    return [by_name[name] for name in causes_first({s.name: s.plan for s in strikes})]


def shock(firm: Firm, strike: Strike) -> Generator[Any, Any, None]:
    """Strike, last, and go away, on the days that matter."""
    causes = {each.name: each for each in firm.strikes}
    for day in strike.days():
        yield firm.clock.at(day, Phase.SHOCK)
        strike.act(day, causes)
