"""A closing that comes by chance, spell by spell: by risk control, a fault, misuse."""

from __future__ import annotations

import math

from cashstress.scenario import MeanDays
from twin.levers import Lever

FOR_GOOD = 10**9
DAYS_A_MONTH = 365 / 12
#: A shock's closure for the same cause has its own end.
OWN = {"risk_control": "own risk_control", "fault": "own fault", "misuse": "own misuse"}


class Hazard:
    """It is cumulated day by day until it reaches the spell's own draw."""

    def __init__(self, line, cause, plan, *, factor=1.0, notice=0):
        self._line, self.cause, self._plan, self._notice = line, cause, plan, notice
        self._key = f"channels.{line.name}.{cause}"
        base = self._per_day() * factor
        self.lever = line.firm.levers[f"{line.name}.{cause}"] = Lever(base)
        self._spell, self._cumulated, self._closes, self._opens = 0, 0.0, None, None
        self._needed = self._drawn("needed")

    def _per_day(self):
        level = self._line.firm.draws.level
        if self._plan.mean_days is not None:
            return 1 / level(f"{self._key}.mean_days", self._plan.mean_days)
        return level(f"{self._key}.per_month", self._plan.per_month or 0.0) / DAYS_A_MONTH

    def _drawn(self, what):
        """Exponential with mean 1, by the number of the spell."""
        return -math.log(self._line.firm.draws.numbered(f"{self._key}.{what}", self._spell))

    @property
    def is_in_force(self):
        return OWN[self.cause] in self._line.causes_in_force()

    def lift(self):
        self._line.reopen(OWN[self.cause])
        self._opens = None

    def end(self, day):
        """What ends by itself ends."""
        if self._opens is not None and self._opens <= day:
            self.lift()

    def pass_day(self, day, *, was_free, times):
        """Cumulate where it was not in force this morning; decide, and close."""
        if was_free and self._closes is None:
            self._cumulated += self.lever.value * times
            if self._cumulated >= self._needed:
                self._closes = day + self._notice
                if self._notice:
                    self._line.announce(self.cause, day + self._notice + 1)
        if self._closes is not None and self._closes <= day:
            self._close(day)

    def _close(self, day):
        self._line.close(OWN[self.cause], FOR_GOOD)
        self._closes, self._opens = None, self._end(day)
        self._spell += 1
        self._cumulated, self._needed = 0.0, self._drawn("needed")

    def _end(self, day):
        lasts = self._plan.lasts
        if lasts is None:
            return None
        if not isinstance(lasts, MeanDays):
            return day + lasts
        return day + max(math.ceil(self._drawn("lasts") * lasts.mean_days), 1)
