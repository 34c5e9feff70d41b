"""Clean-down: a line must stand at zero for some consecutive days in every period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cashstress.processes.channels.closing import FOR_GOOD

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Days
    from cashstress.processes.channels.revolver import RevolvingLine
    from cashstress.processes.firm import Firm

__all__ = ["CleanDown"]


class CleanDown:
    """Consecutive day-ends without a balance, and what follows where there were too few.

    On the last day of a period in which the line was never clean for long enough, drawings stop
    until it has been.
    """

    def __init__(self, firm: Firm, line: RevolvingLine) -> None:
        self._firm, self._line, self.plan = firm, line, line.plan.clean_down
        firm.columns.add(f"{line.name}.clean_days", np.int32)
        firm.columns.add(f"{line.name}.cleaned", np.bool_)
        start, horizon = firm.scenario.start, firm.scenario.horizon
        first_day_of = (
            firm.calendar.month_day(start.year, start.month + months, start.day)
            for months in range(self.plan.every_months, horizon // 28 + 2, self.plan.every_months)
        )
        self._last_days = frozenset(day - 1 for day in first_day_of)

    @property
    def clean_days(self) -> Days:
        """Consecutive day-ends without a balance up to now, per lane."""
        days: Days = self._firm.columns[f"{self._line.name}.clean_days"]
        return days

    def look(self, day: int) -> None:
        """Count the day; close at the end of a period without enough, lift once there were."""
        line, cleaned = self._line, self._firm.columns[f"{self._line.name}.cleaned"]
        self.clean_days[...] = np.where(line.drawn == 0, self.clean_days + 1, 0)
        enough = self.clean_days >= self.plan.days
        cleaned |= enough
        line.lift(enough, "clean_down")
        if day in self._last_days:
            line.close(~cleaned, "clean_down", FOR_GOOD)
            cleaned[...] = False
