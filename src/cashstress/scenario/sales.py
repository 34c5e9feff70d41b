"""Sales: level, weekly and yearly pattern, growth, noise."""

from __future__ import annotations

from typing import ClassVar

from cashstress.errors import Problem
from cashstress.scenario.fields import days, flag, fraction, money, number, numbers, one
from cashstress.scenario.levels import MoneyLevel
from cashstress.scenario.problems import show
from cashstress.scenario.table import Table, rule, table

__all__ = ["Sales", "SpringFestival"]

_MOST_FACTOR = 100.0


@rule("staff_back", "staff_back_days")
def _staff_comes_back(festival: SpringFestival) -> list[Problem]:
    """Who is not back at once comes back some day."""
    if festival.staff_back >= 1 or festival.staff_back_days:
        return []
    accepted = "1 or more when staff_back is below 1"
    return [Problem("staff_back_days", "nobody else would come back", "0", accepted)]


@table
class SpringFestival(Table):
    """What the weeks around the Spring Festival (春节) do to sales, staff and suppliers.

    Parameters
    ----------
    before_days : int
        Calendar days before the festival with changed sales.
    before_factor : float
        Factor on sales in them.
    closed_days : int
        Days without sales, from the day of the festival on.
    after_days : int
        Calendar days after those with changed sales.
    after_factor : float
        Factor on sales in them.
    staff_back : float
        Share of the staff that is back on the day of the reopening, after ``closed_days``.
    staff_back_days : int
        Calendar days over which the others come back, day by day.
    settle_suppliers : bool
        Suppliers' bills due until the reopening fall due before the festival (年前结清).
    """

    RULES: ClassVar = (_staff_comes_back,)

    before_days: int = days(0, high=90)
    before_factor: float = number(1.0, high=_MOST_FACTOR)
    closed_days: int = days(0, high=90)
    after_days: int = days(0, high=90)
    after_factor: float = number(1.0, high=_MOST_FACTOR)
    staff_back: float = fraction(1.0)
    staff_back_days: int = days(0, high=90)
    settle_suppliers: bool = flag(default=False)


@rule("weekly")
def _open_some_day(sales: Sales) -> list[Problem]:
    """A week with no sales at all has no level to normalise to."""
    if any(sales.weekly):
        return []
    return [Problem("weekly", "needs a day with sales", show(sales.weekly), "some number above 0")]


@rule("monthly")
def _open_some_month(sales: Sales) -> list[Problem]:
    """The same for the year."""
    if any(sales.monthly):
        return []
    return [Problem("monthly", "needs a month with sales", show(sales.monthly), "some above 0")]


@table
class Sales(Table):
    """Sales net of VAT.

    Parameters
    ----------
    annual : Decimal, Draw or Array
        Major units per year of 365 days, before growth, shocks and noise. Patterns are normalised
        so that a plain year has this level.
    weekly : tuple of 7 float
        Relative sales Monday to Sunday; 0 is closed.
    monthly : tuple of 12 float
        Relative sales January to December.
    on_holidays : bool
        Sells on public holidays.
    growth : float
        Per year, as a fraction, above -1.
    volatility : float
        Standard deviation of the daily log noise (mean-one lognormal).
    economy : float
        Log points of sales per standard deviation of the economy factor.
    spring_festival : SpringFestival, optional
        Changes around the festival.
    """

    RULES: ClassVar = (_open_some_day, _open_some_month)

    annual: MoneyLevel = money(level=True)
    weekly: tuple[float, ...] = numbers((1.0,) * 7, least=7, most=7, high=1e6)
    monthly: tuple[float, ...] = numbers((1.0,) * 12, least=12, most=12, high=1e6)
    on_holidays: bool = flag(default=True)
    growth: float = number(0.0, low=-1.0, above=True, high=10.0, unit="per year")
    volatility: float = number(0.0, high=2.0)
    economy: float = number(0.0, low=-2.0, high=2.0)
    spring_festival: SpringFestival | None = one(SpringFestival, None)
