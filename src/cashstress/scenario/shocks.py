"""Shocks, one class each: what happens, and to what."""

from __future__ import annotations

from typing import ClassVar

from cashstress.errors import Problem
from cashstress.scenario.fields import (
    choice,
    days,
    flag,
    fraction,
    name,
    names,
    number,
    text,
    whole,
)
from cashstress.scenario.rates import Rate, rate
from cashstress.scenario.shock import LeverPull, Shock
from cashstress.scenario.table import Rule, rule, table

__all__ = [
    "CustomerLoss",
    "LatePayment",
    "LendingTightening",
    "LeverShock",
    "PlatformClosure",
    "PriceRise",
    "Repricing",
    "SalesFall",
    "SupplierTerms",
]

_MOST_FACTOR = 1000.0


@table
class PlatformClosure(Shock):
    """Channels close: what is drawn stays on its schedule, nothing more can be drawn.

    Parameters
    ----------
    channels : tuple of str
        The channels.
    cause : {"risk_control", "fault", "regulator", "misuse"}
        Why; causes lift separately.  Misuse only of lines on the owner's record.
    notice_days : int
        Days of notice before.

    Other parameters are those of `Shock`.
    """

    kind: ClassVar[str] = "platform_closure"
    closes: ClassVar[bool] = True

    channels: tuple[str, ...] = names(least=1)
    cause: str = choice("risk_control", "fault", "regulator", "misuse", default="risk_control")
    notice_days: int = days(0)


@table
class LendingTightening(LeverPull):
    """Lenders ask more and give less.

    Parameters
    ----------
    channels : tuple of str
        The channels.
    rate_add : Rate, optional
        Added to the rate.
    limit_factor : float
        Factor on the limit.
    approval_factor : float
        Factor on the chance of approval.
    delay_add : int
        Days added to the delay.

    Other parameters are those of `LeverPull`.
    """

    kind: ClassVar[str] = "lending_tightening"

    channels: tuple[str, ...] = names(least=1)
    rate_add: Rate | None = rate(None)
    limit_factor: float = number(1.0, high=_MOST_FACTOR)
    approval_factor: float = fraction(1.0)
    delay_add: int = days(0, high=365)


@rule("rate_add", "tenor_months")
def _some_new_price(shock: Repricing) -> list[Problem]:
    """A repricing of nothing is a slip."""
    if shock.rate_add is not None or shock.tenor_months is not None:
        return []
    return [Problem("", "changes nothing", accepted="rate_add, tenor_months or both")]


@table
class Repricing(LeverPull):
    """Lenders reprice new drawings or shorten their tenors, and close nothing.

    Parameters
    ----------
    channels : tuple of str
        The channels.
    rate_add : Rate, optional
        Added to the rate.
    tenor_months : int, optional
        The tenor of new drawings.

    Other parameters are those of `LeverPull`.
    """

    kind: ClassVar[str] = "repricing"
    RULES: ClassVar[tuple[Rule, ...]] = (*LeverPull.RULES, _some_new_price)

    channels: tuple[str, ...] = names(least=1)
    rate_add: Rate | None = rate(None)
    tenor_months: int | None = whole(None, low=1, high=360, unit="months")


@table
class LatePayment(LeverPull):
    """Customers pay later.

    Parameters
    ----------
    customers : tuple of str, optional
        The customers; absent is all.
    lateness_factor : float
        Factor on days late (or days to pay).
    days_add : int
        Days added to every payment.

    Other parameters are those of `LeverPull`.
    """

    kind: ClassVar[str] = "customers_pay_later"

    customers: tuple[str, ...] | None = names(None, least=1)
    lateness_factor: float = number(1.0, high=_MOST_FACTOR)
    days_add: int = days(0)


@table
class SalesFall(LeverPull):
    """Sales fall, then recover.

    Parameters
    ----------
    depth : float
        Share of sales lost while it lasts.

    Other parameters are those of `LeverPull`.
    """

    kind: ClassVar[str] = "sales_fall"

    depth: float = fraction()


@table
class SupplierTerms(LeverPull):
    """Suppliers change their terms, for new invoices.

    Parameters
    ----------
    suppliers : tuple of str
        The suppliers.
    terms : int
        The new terms, days.

    Other parameters are those of `LeverPull`.
    """

    kind: ClassVar[str] = "supplier_terms"

    suppliers: tuple[str, ...] = names(least=1)
    terms: int = days(high=365)


@rule("suppliers", "wages", "costs")
def _some_price(shock: PriceRise) -> list[Problem]:
    """A rise of nothing is a slip."""
    if shock.suppliers or shock.wages or shock.costs:
        return []
    return [Problem("", "raises no price", accepted="suppliers, wages = true, or costs")]


@table
class PriceRise(LeverPull):
    """Prices of material, wages or other costs change.

    Parameters
    ----------
    suppliers : tuple of str
        Suppliers whose prices change.
    wages : bool
        Wages change.
    costs : tuple of str
        Costs that change.
    factor : float
        The factor.

    Other parameters are those of `LeverPull`.
    """

    kind: ClassVar[str] = "price_rise"
    RULES: ClassVar[tuple[Rule, ...]] = (*LeverPull.RULES, _some_price)

    suppliers: tuple[str, ...] = names(())
    wages: bool = flag(default=False)
    costs: tuple[str, ...] = names(())
    factor: float = number(above=True, high=_MOST_FACTOR)


@table
class CustomerLoss(LeverPull):
    """A customer buys less or nothing.

    Parameters
    ----------
    customer : str, optional
        The customer; absent is the largest by share.
    fraction : float
        Share of its sales lost.

    Other parameters are those of `LeverPull`.
    """

    kind: ClassVar[str] = "customer_loss"

    customer: str | None = name(None)
    fraction: float = fraction(1.0)


@table
class LeverShock(LeverPull):
    """Any lever, by name: see ``cashstress levers FILE``.

    Parameters
    ----------
    lever : str
        Name of the lever, such as ``jiebei.limit``.
    operation : {"set", "scale", "add", "floor", "cap"}
        What is done to it.
    value : float
        With what.

    Other parameters are those of `LeverPull`.
    """

    kind: ClassVar[str] = "lever"

    lever: str = text(
        pattern=r"[a-z][a-z0-9_:]*(\.[a-z][a-z0-9_]*)*", accepted="a lever: jiebei.limit"
    )
    operation: str = choice("set", "scale", "add", "floor", "cap")
    value: float = number(low=-1e14, high=1e14)
