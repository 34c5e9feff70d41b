"""How a year's sales fall on its days: week, month, growth, Spring Festival, closed days."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Final

import numpy as np

from cashstress.processes.bill_book import days_in_bills
from cashstress.processes.schedules import longest_roll
from cashstress.scenario import SPRING_FESTIVAL
from cashstress.scenario.levels import most
from cashstress.scenario.steady import expected_days_to_pay

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Floats
    from cashstress.scenario import BusinessCalendar, Customer, Scenario, SpringFestival

__all__ = ["SalesPattern"]

_YEAR: Final = 365
#: The pattern covers at least so many days before the start and after the horizon.
_LEAST: Final = 400


class SalesPattern:
    """Share of the annual sales that falls on each day.

    The week and the months are normalised so that a plain year without holidays has the mean 1/365
    a day; holidays and the Spring Festival then add to or take from it.
    """

    def __init__(self, scenario: Scenario, calendar: BusinessCalendar) -> None:
        first, last = (
            -_days_before(scenario, longest_roll(calendar)),
            scenario.horizon + _days_after(scenario),
        )
        self._first = first
        days = np.arange(first, last)
        dates = [scenario.start + timedelta(days=int(day)) for day in days]
        weekly = np.array(scenario.sales.weekly) / np.mean(scenario.sales.weekly)
        monthly = np.array(scenario.sales.monthly) / np.mean(scenario.sales.monthly)
        weights = weekly[[date.weekday() for date in dates]]
        weights *= monthly[[date.month - 1 for date in dates]]
        weights *= (1.0 + scenario.sales.growth) ** (days / _YEAR)
        if not scenario.sales.on_holidays:
            weights[calendar.holidays_between(first, last)] = 0.0
        if scenario.sales.spring_festival is not None:
            for festival in SPRING_FESTIVAL.values():
                place = (festival - scenario.start).days - first
                _spring_festival(weights, place, scenario.sales.spring_festival)
        self._shares: Floats = weights / _YEAR
        self._sums: Floats = np.concatenate(([0.0], np.cumsum(self._shares)))

    def share(self, day: int) -> float:
        """Share of annual sales on `day` (which may be negative: before the start)."""
        return float(self._shares[self._place(day, len(self._shares) - 1)])

    def share_between(self, first: int, last: int) -> float:
        """Share of annual sales on days first .. last - 1."""
        end = len(self._shares)
        return float(self._sums[self._place(last, end)] - self._sums[self._place(first, end)])

    def _place(self, day: int, last: int) -> int:
        """Where a day stands; a day before the first would be taken from the end."""
        place = day - self._first
        if not 0 <= place <= last:
            msg = f"sales are planned for days {self._first} to {last + self._first}, not for {day}"
            raise IndexError(msg)
        return place


def _days_before(scenario: Scenario, roll: int) -> int:
    """How long ago the oldest open invoice or bill in hand can have been sold, days."""
    customers = scenario.customers.values()
    in_bills = (
        round(expected_days_to_pay(customer)) + days_in_bills(customer.bill, roll)
        for customer in customers
        if customer.bill is not None
    )
    return max([_LEAST, *(_days_open(customer) for customer in customers), *in_bills])


def _days_open(customer: Customer) -> int:
    """From an invoice until it is given up, days."""
    if customer.days_to_pay is not None:
        return round(customer.days_to_pay.mean) + customer.write_off_after
    return int(most(customer.terms or 0)) + customer.write_off_after


def _days_after(scenario: Scenario) -> int:
    """How far ahead of sales stock is bought, days."""
    covers = (s.lead_days + s.stock_days + s.review_every for s in scenario.suppliers.values())
    return max([_LEAST, *(ceil(cover) for cover in covers)])


def _spring_festival(weights: Floats, first: int, plan: SpringFestival) -> None:
    """Busy or slack before, closed from the festival on, slow start afterwards."""
    reopen = first + plan.closed_days
    spans = (
        (first - plan.before_days, first, plan.before_factor),
        (first, reopen, 0.0),
        (reopen, reopen + plan.after_days, plan.after_factor),
    )
    for start, stop, factor in spans:
        weights[max(start, 0) : max(stop, 0)] *= factor
