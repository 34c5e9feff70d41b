"""Clean-down: days in a row without a balance that a bank asks for in each period."""

from __future__ import annotations

FOR_GOOD = 10**9


class CleanDown:
    def __init__(self, line, plan):
        self._line, self._plan = line, plan
        self._clean_days, self._was_clean = 0, False

    def look(self, day):
        """Count today; at the end of a period, close the line that was not clean in it."""
        self._clean_days = 0 if self._line.drawn else self._clean_days + 1
        if self._clean_days >= self._plan.days:
            self._was_clean = True
            self._line.lift("clean_down")
        if self._is_last_of_period(day):
            if not self._was_clean:
                self._line.close("clean_down", FOR_GOOD)
            self._was_clean = False

    def _is_last_of_period(self, day):
        calendar, every = self._line.firm.calendar, self._plan.every_months
        months = range(every, calendar.horizon // 28 + every + 2, every)
        return any(calendar.month_day(0, n, calendar.start.day) == day + 1 for n in months)
