"""The Spring Festival beyond sales: suppliers are settled before it, staff come back late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Days
    from cashstress.scenario import BusinessCalendar, SpringFestival

__all__ = ["Festival"]


class Festival:
    """Every Spring Festival near the run.

    Parameters
    ----------
    calendar : BusinessCalendar
    plan : SpringFestival or None
        None for a firm that it passes by.
    """

    def __init__(self, calendar: BusinessCalendar, plan: SpringFestival | None) -> None:
        self._staff: dict[int, float] = {}
        self._settled: Days | None = None
        if plan is None:
            return
        reopenings = {first: first + plan.closed_days for first in calendar.spring_festivals}
        for reopening in reopenings.values():
            self._staff |= _coming_back(reopening, plan)
        if plan.settle_suppliers:
            self._settled = np.arange(int(calendar.next_business.max()) + 1)
            for first, reopening in reopenings.items():
                last = calendar.roll(first - 1, "previous")
                until = calendar.roll(reopening, "next")
                self._settled[max(last + 1, 0) : max(until + 1, 0)] = last

    def staff_present(self, day: int) -> float:
        """Share of the staff that is back on `day`: 1 outside the weeks after a festival."""
        return self._staff.get(day, 1.0)

    def settled(self, due: Any, delivered: int) -> Any:
        """Due days of suppliers' bills, after settlement.

        Parameters
        ----------
        due : int or int64 array
            Due days that the terms give, on business days.
        delivered : int
            Day of the delivery.  What comes after the last business day before the festival keeps
            its terms.
        """
        if self._settled is None:
            return due
        settled = self._settled[due]
        return np.where(settled >= delivered, settled, due)[()]


def _coming_back(reopening: int, plan: SpringFestival) -> dict[int, float]:
    """Share of the staff on each day on which some are still away: rising evenly to all."""
    away = 1.0 - plan.staff_back
    days = plan.staff_back_days if away else 0
    return {reopening + k: 1.0 - away * (1.0 - k / days) for k in range(days)}
