"""Rules between channels that buy invoices and the customers who owe them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cashstress.errors import Problem
from cashstress.scenario.crosschecks import sound
from cashstress.scenario.factoring import Factoring, InvoiceFinance
from cashstress.scenario.levels import least, most
from cashstress.scenario.problems import BROKEN, unknown
from cashstress.scenario.table import rule

if TYPE_CHECKING:
    from cashstress.scenario.customers import Customer
    from cashstress.scenario.model import Scenario

__all__ = ["RULES"]


def _lines(scenario: Scenario) -> Iterator[tuple[str, InvoiceFinance]]:
    for name, channel in sound(scenario.channels):
        if isinstance(channel, InvoiceFinance):
            yield name, channel


def _key(line: InvoiceFinance, name: str) -> str:
    return f"channels.{name}.{'customers' if isinstance(line, Factoring) else 'anchor'}"


def _named(scenario: Scenario) -> Iterator[tuple[str, InvoiceFinance, str]]:
    """Iterate over channels and the customers they name that exist."""
    for name, line in _lines(scenario):
        for buyer in line.buyers:
            if buyer in scenario.customers:
                yield name, line, buyer


@rule("channels", "customers")
def _buyers_exist(scenario: Scenario) -> Iterator[Problem]:
    """Invoices are those of customers."""
    for name, line in _lines(scenario):
        for buyer in line.buyers:
            if buyer not in scenario.customers:
                what = f"customer: no customers.{buyer}{_another(scenario, buyer)}"
                yield unknown(buyer, scenario.customers, what).under(_key(line, name))


def _another(scenario: Scenario, name: str) -> str:
    """What a name that is no customer stands for, if it stands for anything."""
    tables = ("suppliers", "channels", "costs")
    found = [f"; {table}.{name} is none" for table in tables if name in getattr(scenario, table)]
    return "".join(found)


@rule("channels", "customers")
def _one_facility(scenario: Scenario) -> Iterator[Problem]:
    """An invoice is sold once."""
    taken: dict[str, str] = {}
    for name, line, buyer in _named(scenario):
        key = _key(line, name)
        if buyer in taken:
            accepted = "a customer of no other facility"
            yield Problem(key, f"invoices are sold already by {taken[buyer]}", buyer, accepted)
        taken.setdefault(buyer, key)


@rule("channels", "customers")
def _something_to_sell(scenario: Scenario) -> Iterator[Problem]:
    """A line without an invoice to buy never lends."""
    for name, line in _lines(scenario):
        buyers: list[Any] = [scenario.customers.get(buyer) for buyer in line.buyers]
        if any(buyer is None or buyer is BROKEN for buyer in buyers):
            continue
        if not any(_sells(buyer, line) for buyer in buyers):
            message = "no invoice could ever be sold: all are paid, or due, before they could be"
            accepted = "a customer with invoices due later than that"
            yield Problem(_key(line, name), message, ", ".join(line.buyers), accepted)


def _sells(customer: Customer, line: InvoiceFinance) -> bool:
    """Whether some invoice of the customer is open for a while."""
    if customer.opening:
        return True
    if customer.paid_at_once == 1:
        return False
    mean = None if customer.days_to_pay is None else round(customer.days_to_pay.mean)
    return most(customer.terms or 0) + (mean or 0) > least(line.waits)


@rule("channels", "customers")
def _no_discount_on_what_is_sold(scenario: Scenario) -> Iterator[Problem]:
    """Who pays a lender cannot take a discount of the firm's."""
    for name, line, buyer in _named(scenario):
        customer: Any = scenario.customers[buyer]
        if customer is not BROKEN and customer.early_payment is not None:
            message = f"cannot stand beside {_key(line, name)}: its invoices may be sold"
            accepted = "one of the two"
            yield Problem(f"customers.{buyer}.early_payment", message, accepted=accepted)


RULES = (_buyers_exist, _one_facility, _something_to_sell, _no_discount_on_what_is_sold)
