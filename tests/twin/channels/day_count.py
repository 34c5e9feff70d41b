"""Interest days between two days, by the basis of a rate."""

from __future__ import annotations


def interest_days(calendar, basis, first, last):
    if basis != "30/360":
        return last - first
    return _number(calendar.date(last)) - _number(calendar.date(first))


def _number(date):
    """Months of 30 days: the 31st earns nothing, the last of February makes up."""
    return 360 * date.year + 30 * date.month + min(date.day, 30)
