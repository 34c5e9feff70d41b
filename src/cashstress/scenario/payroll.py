"""Payroll: staff, wages, what is withheld, what happens when pay is missed."""

from __future__ import annotations

from decimal import Decimal

from cashstress.scenario.fields import days, flag, fraction, money, month_day, number, one
from cashstress.scenario.levels import MoneyLevel
from cashstress.scenario.table import Table, table

__all__ = ["Payroll", "Stoppage"]


@table
class Stoppage(Table):
    """Wages while production stands still (停工): a share of the local minimum wage.

    Parameters
    ----------
    minimum_wage : Decimal
        Major units a month.
    share : float
        Share of it that is paid: Beijing 0.7, Guangdong 0.8, Shanghai 1.0.
    after_days : int
        Days of full pay first: one wage period.
    """

    minimum_wage: Decimal = money()
    share: float = fraction()
    after_days: int = days(30)


@table
class Payroll(Table):
    """The pay run.

    Parameters
    ----------
    staff : float
        People, in full-time equivalents.
    wage : Decimal, Draw or Array
        Gross wage a month each, major units.
    pay_day : int or "last"
        Day of the month; rolls backward to a business day.
    grace : int
        Calendar days after the pay day before pay counts as missed.
    partial : bool
        Pay what there is; otherwise all or nothing.
    withheld : float
        Share of gross kept for tax and the employees' social insurance, paid to the authorities.
    employer : float
        The employer's social insurance, share of gross.
    social_day : int or "last"
        Day of the next month on which both are due.
    bonus_months : float
        Months of gross wages paid with the last pay run before the Spring Festival.
    leave_per_week : float
        Share of staff leaving per full week that wages stay missed.
    staff_needed : float, optional
        Staff for full output; absent is ``staff``.
    stoppage : Stoppage, optional
        Lower pay when output stands still.
    """

    staff: float = number(above=True, high=1e7, unit="people")
    wage: MoneyLevel = money(level=True)
    pay_day: int | str = month_day(15)
    grace: int = days(0)
    partial: bool = flag(default=False)
    withheld: float = fraction(0)
    employer: float = fraction(0)
    social_day: int | str = month_day(15)
    bonus_months: float = number(0.0, high=24.0, unit="months")
    leave_per_week: float = fraction(0)
    staff_needed: float | None = number(None, above=True, high=1e7, unit="people")
    stoppage: Stoppage | None = one(Stoppage, None)
