"""Amounts that would not fit: a run counts minor units exactly only up to 2**53."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cashstress.errors import Problem
from cashstress.scenario.crosschecks import sound
from cashstress.scenario.levels import most
from cashstress.scenario.numeric import MOST_MONEY
from cashstress.scenario.table import rule

if TYPE_CHECKING:
    from cashstress.scenario.model import Scenario

__all__ = ["RULES"]

_YEAR = 365
_MONTH = 28


def _checked(key: str, amount: float, what: str) -> Iterator[Problem]:
    """Report an amount over the horizon beyond the limit."""
    if not amount <= float(MOST_MONEY):
        message = f"{what} over the horizon would pass 2**53 minor units"
        yield Problem(key, message, f"{amount:.3g}", f"at most {float(MOST_MONEY):.3g} in all")


@rule("sales", "taxes", "horizon")
def _sales(scenario: Scenario) -> Iterator[Problem]:
    years = scenario.horizon / _YEAR
    growth = max(1.0, (1 + scenario.sales.growth) ** years)
    amount = most(scenario.sales.annual) * max(1.0, years) * growth * (1 + scenario.taxes.rate)
    yield from _checked("sales.annual", amount, "annual sales")


@rule("sales", "suppliers", "horizon")
def _materials(scenario: Scenario) -> Iterator[Problem]:
    years = max(1.0, scenario.horizon / _YEAR)
    for name, supplier in sound(scenario.suppliers):
        amount = most(scenario.sales.annual) * years * supplier.share * most(supplier.price)
        yield from _checked(f"suppliers.{name}.share", amount, "purchases")


@rule("payroll", "horizon")
def _wages(scenario: Scenario) -> Iterator[Problem]:
    payroll = scenario.payroll
    if payroll is not None:
        months = scenario.horizon / _MONTH + 1 + payroll.bonus_months
        amount = most(payroll.wage) * payroll.staff * months * (1 + payroll.employer)
        yield from _checked("payroll.wage", amount, "wages")


@rule("costs", "horizon")
def _costs(scenario: Scenario) -> Iterator[Problem]:
    months = scenario.horizon / _MONTH + 1
    for name, cost in sound(scenario.costs):
        if cost.monthly is not None:
            yield from _checked(f"costs.{name}.monthly", most(cost.monthly) * months, "the cost")
        if cost.claims is not None:
            amount = cost.claims.per_day * float(cost.claims.amount) * scenario.horizon
            yield from _checked(f"costs.{name}.claims", amount, "claims")


@rule("channels")
def _limits(scenario: Scenario) -> Iterator[Problem]:
    total = sum(most(channel.limit) for _, channel in sound(scenario.channels))
    yield from _checked("channels", total, "all limits together")


RULES = (_sales, _materials, _wages, _costs, _limits)
