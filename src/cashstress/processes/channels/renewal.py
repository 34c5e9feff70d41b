"""The renewal of a revolving line: decided before its day, and refused it expires."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TYPE_CHECKING, Final

import numpy as np

from cashstress.processes.levels import level

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Flags
    from cashstress.processes.channels.revolver import RevolvingLine
    from cashstress.processes.firm import Firm

__all__ = ["Renewal"]

_MONTHS: Final = 12


class Renewal:
    """Renewal days, and whether the bank says yes.

    It decides on the day `decision_days` before (on day 0 where that has gone by) and says so; no
    means that the line expires on the renewal day.  A yes is off where on the day itself the line
    is closed or something is overdue on it.
    """

    def __init__(self, firm: Firm, line: RevolvingLine) -> None:
        self._firm, self._line, self.plan = firm, line, line.plan.renewal
        self.chance = firm.levers.add(
            f"{line.name}.renewal",
            level(firm.world, f"channels.{line.name}.renewal.chance", self.plan.chance),
            "share", (0.0, 1.0),
        )  # fmt: skip
        self._days = self._renewal_days()

    def act(self, day: int) -> None:
        """Decide on the days for that; on a renewal day see whether a yes still stands."""
        early = self.plan.decision_days
        asked = [d for d in self._days if d - early == day or (day == 0 and d < early)]
        if asked:
            refused = ~(self._says_yes() & self._is_sound())
            self._expire(refused, asked[0])
        if day in self._days:
            self._expire(~self._is_sound(), day)

    def may_end(self, last: int) -> Flags | bool:
        """Whether a renewal day up to `last` has no answer yet, and is not counted on."""
        firm = self._firm
        if firm.scenario.treasury.expects_roll_over:
            return False
        undecided = firm.clock.today + self.plan.decision_days
        # A day is decided in DUE, before the treasury looks.
        return any(undecided < day <= last for day in self._days)

    def _renewal_days(self) -> list[int]:
        """Renewal days up to the last that the treasury of the last day looks at."""
        firm, plan = self._firm, self.plan
        start = firm.scenario.start
        end = firm.scenario.horizon + firm.look_ahead
        every = plan.every_months or 0
        count = end // (28 * every) + 1 if every else 0
        # Counted from one date, so that the last of a short month moves no later day.
        first, begin = (start, 1) if plan.on is None else (plan.on, 0)
        dates = [_months_later(first, every * k) for k in range(begin, begin + count + 1)]
        days = [(date - start).days for date in dates]
        return [day for day in days if day <= end]

    def _says_yes(self) -> Flags | bool:
        chance = self.chance.value
        if np.ndim(chance) == 0 and chance >= 1.0:
            return True
        drawn = self._firm.streams.uniform(f"channels.{self._line.name}.renewal")
        said: Flags = drawn < chance
        return said

    def _is_sound(self) -> Flags:
        """Lanes in good standing: the line is open and nothing is overdue on it."""
        line = self._line
        owes = (line.repayment.ledger.owed > 0) | (line.interest.ledger.owed > 0)
        sound: Flags = line.is_open() & ~owes
        return sound

    def _expire(self, lanes: Flags, day: int) -> None:
        np.copyto(self._line.expires, np.minimum(self._line.expires, day), where=lanes)


def _months_later(date: dt.date, months: int) -> dt.date:
    """The same day of a later month, or its last."""
    years, month = divmod(date.month - 1 + months, _MONTHS)
    year, month = date.year + years, month + 1
    return dt.date(year, month, min(date.day, calendar.monthrange(year, month)[1]))
