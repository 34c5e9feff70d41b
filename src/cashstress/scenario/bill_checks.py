"""Rules between bills, the customers who pay with them, and those who take them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cashstress.errors import Problem
from cashstress.scenario.bills import MOST_MONTHS, Acceptance, BillDiscount
from cashstress.scenario.crosschecks import sound
from cashstress.scenario.problems import BROKEN, unknown
from cashstress.scenario.table import rule

if TYPE_CHECKING:
    from cashstress.scenario.model import Scenario

__all__ = ["RULES", "unaccepted"]

#: No six months are longer.
_LONGEST = dt.timedelta(days=31 * MOST_MONTHS)


def _lines(scenario: Scenario) -> Iterator[tuple[str, BillDiscount]]:
    for name, channel in sound(scenario.channels):
        if isinstance(channel, BillDiscount):
            yield name, channel


def _gives_bills(customer: Any) -> bool:
    """Whether bills of a customer are ever in hand; one that was refused may give some."""
    return customer is BROKEN or customer.bill is not None


@rule("channels", "customers")
def _drawers_exist(scenario: Scenario) -> Iterator[Problem]:
    """A facility names customers who give bills."""
    for name, line in _lines(scenario):
        key = f"channels.{name}.customers"
        for drawer in line.customers or ():
            if drawer not in scenario.customers:
                yield unknown(drawer, scenario.customers, "customer").under(key)
            elif not _gives_bills(scenario.customers[drawer]):
                message = f"gives no bills: customers.{drawer} has no paid_by_bill and no bill"
                yield Problem(key, message, drawer, "a customer with paid_by_bill and bill")


@rule("channels", "customers")
def _something_to_discount(scenario: Scenario) -> Iterator[Problem]:
    """Without a bill a facility never pays."""
    if any(_gives_bills(customer) for customer in scenario.customers.values()):
        return
    for name, line in _lines(scenario):
        if line.customers is None:
            message = "there is no bill to discount: no customer has paid_by_bill and bill"
            yield Problem(f"channels.{name}", message, accepted="a customer who pays by bill")


@rule("channels", "suppliers")
def _somebody_accepts(scenario: Scenario) -> Iterator[Problem]:
    """Without a supplier who accepts bills none is issued."""
    suppliers: dict[str, Any] = dict(scenario.suppliers)  # a broken one stands for itself
    if any(s is BROKEN or s.accepts_bills for s in suppliers.values()):
        return
    for name, channel in sound(scenario.channels):
        if isinstance(channel, Acceptance):
            message = "no acceptance is ever issued: no supplier has accepts_bills = true"
            yield Problem(f"channels.{name}", message, accepted="a supplier who accepts bills")


@rule("start", "customers")
def _opening_bills(scenario: Scenario) -> Iterator[Problem]:
    """Bills in hand on day 0 mature then or later, and within half a year."""
    last = scenario.start + _LONGEST
    for name, customer in sound(scenario.customers):
        for place, bill in enumerate((customer.bill and customer.bill.opening) or ()):
            if not scenario.start <= bill.matures <= last:
                key = f"customers.{name}.bill.opening[{place}].matures"
                accepted = f"{scenario.start} to {last}"
                message = "a bill in hand on day 0 matures then or later, within six months"
                yield Problem(key, message, str(bill.matures), accepted)


def unaccepted(scenario: Scenario) -> Iterator[Problem]:
    """Report suppliers who accept bills that nobody gives and no line issues."""
    gives = any(_gives_bills(customer) for customer in scenario.customers.values())
    if gives or any(isinstance(line, Acceptance) for line in scenario.channels.values()):
        return
    for name, supplier in scenario.suppliers.items():
        if supplier.accepts_bills:
            message = "there is no bill to accept: no customer pays by bill, no line issues any"
            accepted = "a customer with paid_by_bill, or a channel of kind acceptance"
            yield Problem(f"suppliers.{name}.accepts_bills", message, "true", accepted)


RULES = (_drawers_exist, _something_to_discount, _somebody_accepts, _opening_bills)
