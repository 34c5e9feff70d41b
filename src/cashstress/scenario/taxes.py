"""Taxes: VAT by regime, surcharges, income tax, and what lateness costs."""

from __future__ import annotations

from decimal import Decimal

from cashstress.scenario.fields import choice, fraction, money, month_day, number
from cashstress.scenario.table import Table, table

__all__ = ["Taxes"]


@table
class Taxes(Table):
    """The tax position.

    Parameters
    ----------
    vat : {"none", "general", "small_scale"}
        General (一般纳税人): output less input, monthly. Small-scale (小规模纳税人): a levy on
        sales, quarterly, no input credit.
    rate : float
        Output VAT rate, or the levy rate.
    input_rate : float
        Input VAT rate of suppliers that do not say their own.
    surcharge : float
        Share of VAT paid on top.
    income_tax : float
        Share of profit, quarterly.
    day : int or "last"
        Day of the next month (quarter) on which taxes are due; rolls forward to a business day.
    late_per_day : float
        Late charge, fraction per day (0.05 %: China's Tax Collection Law, article 32).
    opening_vat : Decimal
        Major units; positive is owed, negative a credit carried forward.
    """

    vat: str = choice("none", "general", "small_scale", default="none")
    rate: float = fraction(0)
    input_rate: float = fraction(0)
    surcharge: float = fraction(0)
    income_tax: float = fraction(0)
    day: int | str = month_day(15)
    late_per_day: float = number(0.0005, high=0.01, unit="fraction per day")
    opening_vat: Decimal = money(0, signed=True)
