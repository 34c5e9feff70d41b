"""Other costs: by the month, with sales, once, or as irregular claims."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from cashstress.errors import Problem
from cashstress.scenario.fields import (
    choice,
    date,
    days,
    fraction,
    money,
    month_day,
    number,
    one,
    whole,
)
from cashstress.scenario.levels import MoneyLevel
from cashstress.scenario.table import Table, rule, table

__all__ = ["Claims", "Cost"]

_FORMS = ("monthly", "share_of_sales", "once", "claims")


@table
class Claims(Table):
    """Irregular bills: a Poisson number a day, each of one amount.

    Parameters
    ----------
    per_day : float
        Mean number a day.
    amount : Decimal
        Each, major units.
    """

    per_day: float = number(above=True, high=1e4, unit="a day")
    amount: Decimal = money()


@rule(*_FORMS)
def _one_form(cost: Cost) -> list[Problem]:
    """A cost is of one form, so that its line can be read."""
    given = [form for form in _FORMS if getattr(cost, form) is not None]
    if len(given) == 1:
        return []
    return [Problem("", "needs exactly one form", " and ".join(given), ", ".join(_FORMS))]


@rule("once", "on")
def _dated_once(cost: Cost) -> list[Problem]:
    """A single payment has a date, the others a rhythm."""
    if (cost.once is None) == (cost.on is None):
        return []
    if cost.on is None:
        return [Problem("on", "a cost paid once needs its date", accepted="on = 2025-03-01")]
    return [Problem("on", "only a cost paid once has a date", str(cost.on))]


@table
class Cost(Table):
    """One line of costs, of exactly one form.

    Parameters
    ----------
    monthly : Decimal, Draw or Array, optional
        Major units per payment, net of VAT, on ``day`` of every ``every``-th month.
    share_of_sales : float, optional
        Fraction of net sales, billed with them.
    once : Decimal, optional
        A single payment ``on`` a date, major units.
    claims : Claims, optional
        Irregular bills.
    on : date, optional
        Date of a single payment.
    day : int or "last"
        Day of the month of a monthly cost.
    every : int
        Months between its payments.
    pay_class : {"rent", "other", "discretionary", "capital"}
        Place in the paying order; capital spending waits under cost control.
    terms : int
        Days to pay a cost with sales, or claims.
    vat : float
        Creditable input VAT rate on top.
    """

    RULES: ClassVar = (_one_form, _dated_once)

    monthly: MoneyLevel | None = money(None, level=True)
    share_of_sales: float | None = fraction(None)
    once: Decimal | None = money(None)
    claims: Claims | None = one(Claims, None)
    on: dt.date | None = date(None)
    day: int | str = month_day(1)
    every: int = whole(1, low=1, high=12, unit="months")
    pay_class: str = choice("rent", "other", "discretionary", "capital", default="rent")
    terms: int = days(0, high=365)
    vat: float = fraction(0)
