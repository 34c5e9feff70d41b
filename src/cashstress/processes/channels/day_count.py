"""Interest days under a rate's basis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Counts
    from cashstress.scenario import BusinessCalendar

__all__ = ["day_count"]


def day_count(calendar: BusinessCalendar, basis: str | None, days: int) -> Counts:
    """A number per day whose differences are interest days: actual days, or 30/360.

    Under 30/360 every month has 30 days: the 31st earns nothing, the last of February makes up.
    """
    if basis != "30/360":
        return np.arange(days, dtype=np.int64)
    dates = [calendar.date(day) for day in range(days)]
    return np.array([360 * d.year + 30 * d.month + min(d.day, 30) for d in dates], np.int64)
