"""Customers: when they pay, how late, and what is never paid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar

from cashstress.errors import Problem
from cashstress.scenario.bills import Bill
from cashstress.scenario.fields import date, days, flag, fraction, many, money, number, one
from cashstress.scenario.levels import DaysLevel
from cashstress.scenario.problems import show
from cashstress.scenario.table import Table, rule, table

__all__ = ["Customer", "DaysToPay", "EarlyPayment", "Lateness", "OpeningItem"]

_PAYS = "terms with lateness, or days_to_pay"


@table
class OpeningItem(Table):
    """An open invoice on day 0.

    Parameters
    ----------
    due : date
        Its due date; lateness of a customer applies to it.
    amount : Decimal
        Major units, VAT included, above 0.
    """

    due: dt.date = date()
    amount: Decimal = money(positive=True)


@table
class Lateness(Table):
    """Days after the due date, in two parts: late or not, then how late.

    Parameters
    ----------
    probability : float
        Share of invoices paid late.
    mean_days : float
        Mean days late of those.
    shape : float
        Shape of their Gamma distribution; 1 is exponential.
    """

    probability: float = fraction()
    mean_days: float = number(above=True, high=3650, unit="days")
    shape: float = number(1.0, above=True, high=1e4)


@table
class DaysToPay(Table):
    """Days from invoice to payment, Gamma distributed.

    Parameters
    ----------
    mean : float
        Days.
    shape : float
        Shape of the Gamma distribution. The default is that of the mean days to pay of UK large
        buyers, Gamma(4.50, 8.24): UK payment practices reports 2017-20, Open Government Licence.
    """

    mean: float = number(above=True, high=3650, unit="days")
    shape: float = number(4.5, above=True, high=1e4)


@table
class EarlyPayment(Table):
    """A discount offered to a customer for paying early.

    Parameters
    ----------
    discount : float
        Share of the invoice, VAT included.
    days : int
        Days from invoice to early payment.
    take_up : float
        Share of invoices on which it is taken, drawn for each.
    """

    discount: float = fraction()
    days: int = days(10, high=365)
    take_up: float = fraction()


@rule("early_payment", "terms")
def _early_before_due(customer: Customer) -> list[Problem]:
    """Early is before the due date."""
    offer, terms = customer.early_payment, customer.terms
    if offer is None:
        return []
    if terms is None:
        return [Problem("early_payment", "needs terms to be early on", accepted="terms = 30")]
    if not isinstance(terms, int) or offer.days < terms:
        return []
    accepted = f"less than terms ({terms})"
    return [
        Problem("early_payment.days", "must end before the due date", f"{offer.days}", accepted)
    ]


@rule("terms", "lateness", "days_to_pay")
def _one_way(customer: Customer) -> list[Problem]:
    """Two descriptions of the same delay would contradict each other."""
    if customer.days_to_pay is None:
        return []
    return [
        Problem(key, "cannot stand beside days_to_pay", show(getattr(customer, key)), _PAYS)
        for key in ("terms", "lateness")
        if getattr(customer, key) is not None
    ]


@rule("paid_at_once", "terms", "days_to_pay")
def _some_way(customer: Customer) -> list[Problem]:
    """What is not paid at once is paid some time."""
    if customer.paid_at_once == 1 or customer.terms is not None or customer.days_to_pay is not None:
        return []
    return [Problem("terms", "required unless paid_at_once = 1 or days_to_pay", accepted=_PAYS)]


@rule("terms", "lateness")
def _late_after_something(customer: Customer) -> list[Problem]:
    """Late is after the terms."""
    if customer.lateness is None or customer.terms is not None:
        return []
    return [Problem("lateness", "needs terms to be late on", accepted="terms = 30, for instance")]


@rule("disputed", "never_paid")
def _disputed_or_never(customer: Customer) -> list[Problem]:
    """An invoice is disputed or never paid, not both."""
    total = customer.disputed + customer.never_paid
    if total <= 1:
        return []
    return [Problem("never_paid", "disputed and never_paid are above 1 together", f"{total:g}")]


@rule("paid_by_bill", "bill", "paid_at_once")
def _bills_have_terms(customer: Customer) -> Iterator[Problem]:
    """Who pays by bill says by which; a bill described is given."""
    share, bill = customer.paid_by_bill, customer.bill
    if share and bill is None:
        message = f"required: paid_by_bill says that {share:g} of each invoice is paid by bill"
        yield Problem("bill", message, accepted='{ tenor_months = 6, acceptor = "bank" }')
    if bill is not None and not share and not bill.opening:
        message = "no invoice is paid by bill: paid_by_bill is 0"
        yield Problem("bill", message, accepted="paid_by_bill = 0.5, for instance")
    if share and customer.paid_at_once == 1:
        message = "nothing is left to pay by bill: paid_at_once is 1"
        yield Problem("paid_by_bill", message, f"{share:g}", "0, or a smaller paid_at_once")


@table
class Customer(Table):
    """One customer, or a group that pays alike.

    Parameters
    ----------
    share : float
        Share of sales; the shares of all customers add up to 1.
    paid_at_once : float
        Share of its sales paid on the day.
    terms : int, Draw or Array, optional
        Calendar days from invoice to due date.
    lateness : Lateness, optional
        How late it pays; absent is on time.
    days_to_pay : DaysToPay, optional
        Days from invoice to payment, instead of terms and lateness.
    consumer : bool
        Pays on any day; others on business days.
    spread : float
        Coefficient of variation of a mean-one Gamma effect, drawn once per replication, on days
        late (or days to pay).
    disputed : float
        Share of invoices disputed.
    dispute_days : int
        Days a dispute adds.
    never_paid : float
        Share of invoices never paid.
    write_off_after : int
        Days past due after which those are written off.
    economy : float
        Loading: days late are multiplied by exp(-loading x factor), so a bad economy is later.
    early_payment : EarlyPayment, optional
        Discount it is offered for paying early; absent is none.
    paid_by_bill : float
        Share of what it pays later that it pays by handing over a bill (承兑汇票).
    bill : Bill, optional
        Those bills.
    opening : tuple of OpeningItem, optional
        Open invoices on day 0; absent is the steady state.
    """

    RULES: ClassVar = (
        _one_way,
        _some_way,
        _late_after_something,
        _disputed_or_never,
        _early_before_due,
        _bills_have_terms,
    )

    share: float = fraction()
    paid_at_once: float = fraction(0)
    terms: DaysLevel | None = days(None, level=True, high=365)
    lateness: Lateness | None = one(Lateness, None)
    days_to_pay: DaysToPay | None = one(DaysToPay, None)
    consumer: bool = flag(default=False)
    spread: float = number(0.0, high=10.0)
    disputed: float = fraction(0)
    dispute_days: int = days(30)
    never_paid: float = fraction(0)
    write_off_after: int = days(180)
    economy: float = number(0.0, low=-2.0, high=2.0)
    early_payment: EarlyPayment | None = one(EarlyPayment, None)
    paid_by_bill: float = fraction(0)
    bill: Bill | None = one(Bill, None)
    opening: tuple[OpeningItem, ...] | None = many(OpeningItem, None)
