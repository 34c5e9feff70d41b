"""When an event counts: thresholds of the outcomes."""

from __future__ import annotations

from cashstress.scenario.fields import days, fraction
from cashstress.scenario.table import Table, table

__all__ = ["Outcomes"]


@table
class Outcomes(Table):
    """Thresholds.

    Parameters
    ----------
    min_output : float
        Share of demanded output below which a working day is a stock-out.
    hold_days : int
        Consecutive days of one critical hold that make a supply disruption.
    default_days : int
        Days past due at which a loan is in default.
    """

    min_output: float = fraction(1.0)
    hold_days: int = days(3, low=1)
    default_days: int = days(90, low=1)
