"""Channels that buy invoices: factoring, and reverse factoring through an anchor customer."""

from __future__ import annotations

import math
from typing import ClassVar, Final

from cashstress.errors import Problem
from cashstress.scenario.channels import Channel
from cashstress.scenario.fields import days, flag, fraction, name, names, number, one
from cashstress.scenario.levels import DaysLevel, NumberLevel
from cashstress.scenario.table import Rule, Table, rule, table

__all__ = ["Factoring", "InvoiceFinance", "ReverseFactoring", "TimeFee"]

#: Days after the due day on which an unpaid invoice comes back, when nothing is said.
_RECOURSE_DAYS: Final = 30


@table
class TimeFee(Table):
    """A fee on the face of an invoice that grows with the time until it is paid.

    Parameters
    ----------
    share : float
        Share of the face for the first ``days``.
    days : int
        Calendar days from the sale that ``share`` covers.
    per_day_after : float
        Share of the face for each calendar day beyond.
    """

    share: float = fraction()
    days: int = days(30)
    per_day_after: float = number(0.0, high=0.1)


@rule("recourse", "recourse_days")
def _recourse_days(line: InvoiceFinance) -> list[Problem]:
    """Days of recourse belong to recourse."""
    if line.recourse or line.recourse_days is None:
        return []
    message = "there is no recourse: recourse is false"
    return [Problem("recourse_days", message, str(line.recourse_days), "recourse = true beside it")]


@rule("prepayable")
def _sold_is_sold(line: InvoiceFinance) -> list[Problem]:
    """An invoice sold is settled by the customer, not bought back."""
    if not line.prepayable:
        return []
    return [Problem("prepayable", "invoices sold are not bought back", "true", "false")]


@table
class InvoiceFinance(Channel):
    """What factoring and reverse factoring have in common: the lender buys invoices.

    Parameters
    ----------
    prepayable : bool
        Cannot be set: sold is sold.
    advance_rate : float, Draw or Array
        Share of the face that is advanced (预付比例).
    recourse : bool
        What is not paid comes back to the firm (有追索权).
    recourse_days : int, optional
        Days after the due date on which it comes back; absent is 30.
    service_fee : float, Draw or Array
        Share of the face sold, taken from the advance.
    time_fee : TimeFee, optional
        Fee on the face by the time until payment, beside the rate on the advance.

    Other parameters are those of `Channel`.
    """

    RULES: ClassVar[tuple[Rule, ...]] = (*Channel.RULES, _recourse_days, _sold_is_sold)

    prepayable: bool = flag(default=False)
    advance_rate: NumberLevel = fraction(level=True)
    recourse: bool = flag(default=True)
    recourse_days: int | None = days(None, high=365)
    service_fee: NumberLevel = fraction(0, level=True)
    time_fee: TimeFee | None = one(TimeFee, None)

    @property
    def patience(self) -> int:
        """Days after the due day that the lender waits, with recourse."""
        return _RECOURSE_DAYS if self.recourse_days is None else self.recourse_days

    @property
    def buyers(self) -> tuple[str, ...]:
        """Names of the customers whose invoices can be sold."""
        raise NotImplementedError

    @property
    def waits(self) -> DaysLevel:
        """Days from the invoice until it can be sold."""
        return 0


@rule("customers", "concentration")
def _concentration_can_hold(line: Factoring) -> list[Problem]:
    """With too few customers one of them is always above the limit."""
    if line.concentration * len(line.customers) >= 1:
        return []
    even = math.ceil(1e4 / len(line.customers))
    message = f"never holds with {len(line.customers)} customers: one has at least its even share"
    accepted = f"at least {even / 1e4:g}, or more customers"
    return [Problem("concentration", message, f"{line.concentration:g}", accepted)]


@table
class Factoring(InvoiceFinance):
    """A factor that buys invoices of some customers (保理).

    Parameters
    ----------
    customers : tuple of str
        Customers whose invoices it buys.
    concentration : float
        Largest share of one customer in the pool after a purchase.

    Other parameters are those of `InvoiceFinance`.
    """

    kind: ClassVar[str] = "factoring"
    RULES: ClassVar[tuple[Rule, ...]] = (*InvoiceFinance.RULES, _concentration_can_hold)

    customers: tuple[str, ...] = names(least=1)
    concentration: float = fraction(1.0)

    @property
    def buyers(self) -> tuple[str, ...]:
        """Names of the customers whose invoices can be sold."""
        return self.customers


@table
class ReverseFactoring(InvoiceFinance):
    """Finance of invoices that an anchor customer has confirmed (反向保理).

    Parameters
    ----------
    anchor : str
        The customer that confirms.
    confirmation_days : int, Draw or Array
        Days from the invoice to its confirmation.
    divisible : bool
        Any part can be sold (digital confirmations); otherwise whole invoices.

    Other parameters are those of `InvoiceFinance`; there is no recourse unless it is set.
    """

    kind: ClassVar[str] = "reverse_factoring"

    recourse: bool = flag(default=False)
    anchor: str = name()
    confirmation_days: DaysLevel = days(0, level=True, high=365)
    divisible: bool = flag(default=False)

    @property
    def buyers(self) -> tuple[str, ...]:
        """Names of the customers whose invoices can be sold."""
        return (self.anchor,)

    @property
    def waits(self) -> DaysLevel:
        """Days from the invoice until it can be sold."""
        return self.confirmation_days
