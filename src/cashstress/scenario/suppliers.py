"""Suppliers: terms, discounts, stock rule, credit hold."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from cashstress.errors import Problem
from cashstress.scenario.customers import OpeningItem
from cashstress.scenario.fields import choice, days, flag, fraction, many, money, number, one
from cashstress.scenario.levels import DaysLevel, NumberLevel
from cashstress.scenario.table import Table, rule, table

__all__ = ["Substitute", "Supplier"]


@table
class Substitute(Table):
    """Another source when the supplier does not ship.

    Parameters
    ----------
    delay_days : int
        Days from the need to the first delivery.
    price_factor : float
        Its price over the supplier's.
    paid : {"at once"}
        It gives no credit.
    """

    delay_days: int = days(low=1)
    price_factor: float = number(1.2, above=True, high=1000.0)
    paid: str = choice("at once", default="at once")


@rule("discount", "discount_days", "terms")
def _discount_before_due(supplier: Supplier) -> list[Problem]:
    """A discount for paying on the due date is a lower price."""
    if not supplier.discount or not isinstance(supplier.terms, int):
        return []
    if supplier.discount_days < supplier.terms:
        return []
    given, accepted = str(supplier.discount_days), f"less than terms ({supplier.terms})"
    return [Problem("discount_days", "must end before the due date", given, accepted)]


@table
class Supplier(Table):
    """One supplier, or a group with the same terms.

    Parameters
    ----------
    share : float
        Material at base price, net of VAT, per unit of net sales.
    terms : int, Draw or Array
        Calendar days from delivery to due date; 0 is on delivery.
    discount : float
        Early-payment discount on the whole invoice.
    discount_days : int
        Days from delivery within which it is given.
    lead_days : int
        Days from order to delivery.
    review_every : int
        Days between looks at the stock.
    stock_days : float
        Target cover, days of planned use.
    min_order : Decimal
        Smallest order, major units.
    critical : bool
        Output stops without it.
    tolerance : int
        Days past due at which the supplier stops shipping (assumption: practice is 10 to 60).
    cod_days : int
        Days of cash on delivery after a hold.
    price : float, Draw or Array
        Multiplier of the base price.
    vat : float, optional
        Input VAT rate of its invoices; absent is ``taxes.input_rate``.
    stock : Decimal, optional
        Opening stock at cost, major units; absent is the steady state.
    opening : tuple of OpeningItem, optional
        Open invoices on day 0; absent is the steady state.
    substitute : Substitute, optional
        Another source.
    accepts_bills : bool
        Takes a bill instead of cash: endorsed (背书转让), or accepted by a bank of the firm's.
    """

    RULES: ClassVar = (_discount_before_due,)

    share: float = fraction()
    terms: DaysLevel = days(level=True, high=365)
    discount: float = fraction(0)
    discount_days: int = days(0)
    lead_days: int = days(3, low=1)
    review_every: int = days(7, low=1)
    stock_days: float = number(14, high=3650, unit="days")
    min_order: Decimal = money(0)
    critical: bool = flag(default=True)
    tolerance: int = days(30)
    cod_days: int = days(30)
    price: NumberLevel = number(1.0, level=True, above=True, high=1000.0)
    vat: float | None = fraction(None)
    stock: Decimal | None = money(None)
    opening: tuple[OpeningItem, ...] | None = many(OpeningItem, None)
    substitute: Substitute | None = one(Substitute, None)
    accepts_bills: bool = flag(default=False)
