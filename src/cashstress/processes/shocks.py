"""Shocks: what strikes, when, in which lanes, and how it goes away again.

A shock decides when it is in force; what it does is a few lines over levers (or closes a channel).
Shocks know nothing of each other: where two pull one lever, the lever settles it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.processes.effects import Effect, effect_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from cashstress import scenario as sc
    from cashstress.kernel.arrays import Days, Flags
    from cashstress.processes.firm import Firm

__all__ = ["Strike", "shock"]

#: The day of what does not happen.
_NEVER: Final = 2**30


class Strike:
    """When one shock starts and ends in each lane."""

    def __init__(self, firm: Firm, name: str, plan: sc.Shock) -> None:
        self._firm, self.name, self.plan = firm, name, plan
        firm.columns.add(f"shock.{name}.start", np.int32, _NEVER)
        firm.columns.add(f"shock.{name}.end", np.int32, _NEVER)
        self.effect: Effect = effect_of(firm, name, plan)
        self._decide()
        if plan.after is not None:
            firm.world.on_fresh_take(self._renew)

    @property
    def start(self) -> Days:
        """First day in force, per lane."""
        return self._firm.columns[f"shock.{self.name}.start"]

    @property
    def end(self) -> Days:
        """First day no longer in force, per lane."""
        return self._firm.columns[f"shock.{self.name}.end"]

    def days(self) -> range | list[int]:
        """Days on which something may happen: a dated shock sleeps until its date."""
        plan, firm = self.plan, self._firm
        if plan.on is None or plan.lasts is None or not isinstance(plan.lasts, int):
            first = 0 if plan.on is None else self._dated() - self.effect.notice_days
            return range(max(first, firm.clock.today), firm.scenario.horizon)
        begin = self._dated()
        end, notice = begin + plan.lasts, max(begin - self.effect.notice_days, 0)
        wanted = {notice, begin, *range(end, end + self.effect.tail + 1)}
        return [d for d in sorted(wanted) if firm.clock.today <= d < firm.scenario.horizon]

    def act(self, day: int) -> None:
        """Announce, begin, follow and end, as the day has it."""
        start, end = self.start, self.end
        if self.effect.notice_days:
            # Where it strikes sooner after the start than its notice is long, on day 0.
            noticed = (start == day + self.effect.notice_days) | (self._is_near(day) & (day == 0))
            self.effect.announce(noticed, start)
        begins, ends = start == day, end == day
        if begins.any():
            self.effect.begin(begins, end)
        if ends.any():
            self.effect.finish(ends)
        if self.effect.tail:
            self.effect.recover(day - end, (end <= day) & (day <= end + self.effect.tail))

    def _is_near(self, day: int) -> Flags:
        """Lanes in which it is known on `day` and still to come."""
        near: Flags = (self.start > day) & (self.start <= day + self.effect.notice_days)
        return near

    def _decide(self) -> None:
        """Draw the start and the duration of every lane, once."""
        plan, streams = self.plan, self._firm.streams
        if plan.on is not None:
            self.start[...] = self._dated()
        elif plan.between is not None:
            first, last = ((date - self._firm.scenario.start).days for date in plan.between)
            u = streams.uniform(f"shocks.{self.name}.start", once=True)
            self.start[...] = first + np.floor(u * (last - first + 1)).astype(np.int32)
        elif plan.after is not None:
            waiting = streams.exponential(f"shocks.{self.name}.start", once=True)
            self.start[...] = self._whole_days(waiting * plan.after.mean_days)
        self.end[...] = np.minimum(self.start.astype(np.int64) + self._duration(), _NEVER)

    def _duration(self) -> Any:
        lasts = self.plan.lasts
        if lasts is None:
            return _NEVER
        if isinstance(lasts, int):
            return lasts
        drawn = self._firm.streams.exponential(f"shocks.{self.name}.lasts", once=True)
        return np.maximum(np.ceil(drawn * lasts.mean_days), 1.0).astype(np.int64)

    def _renew(self) -> None:
        """Waiting times are memoryless: lanes that still wait, and know nothing, wait anew."""
        mean = self.plan.after.mean_days if self.plan.after is not None else 0.0
        waiting = self.start > self._firm.clock.today + self.effect.notice_days
        drawn = self._firm.streams.exponential(
            f"shocks.{self.name}.start.{self._firm.streams.epoch}"
        )
        fresh = self._firm.clock.today + 1 + self._whole_days(drawn * mean)
        length = self.end.astype(np.int64) - self.start
        self.start[waiting] = np.minimum(fresh, _NEVER)[waiting]
        self.end[waiting] = np.minimum(self.start.astype(np.int64) + length, _NEVER)[waiting]

    def _dated(self) -> int:
        on = self.plan.on or self._firm.scenario.start
        return (on - self._firm.scenario.start).days

    def _whole_days(self, waiting: Any) -> Any:
        return np.minimum(np.floor(waiting), _NEVER).astype(np.int64)


def shock(firm: Firm, strike: Strike) -> Generator[Any, Any, None]:
    """Strike, last, and go away, on the days that matter."""
    for day in strike.days():
        yield firm.clock.at(day, Phase.SHOCK)
        strike.act(day)
