"""Covenants: tests on month-end books that stop drawings while they fail."""

from __future__ import annotations

FOR_GOOD = 10**9


def look_at_covenant(line, day):
    """At a month's end: a breach stops drawings from tomorrow on, a pass allows them again."""
    covenant = getattr(line.plan, "covenant", None)
    if covenant is None or not line.firm.calendar.is_month_end(day):
        return
    if _is_breached(line.firm, covenant):
        line.close("covenant", FOR_GOOD)
    else:
        line.lift("covenant")


def _is_breached(firm, covenant):
    books, most = firm.books, covenant.max_liabilities_to_assets
    if most is not None and books.liabilities() > most * books.assets():
        return True
    least = covenant.min_days_of_cash
    return least is not None and firm.cash < least * firm.plan.daily_outflow
