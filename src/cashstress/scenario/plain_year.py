"""One year of planned daily flows, without noise, growth, shocks or borrowing.

An estimate for a reader, not the simulation: customers pay after their mean days, material is
bought when it is used, VAT is paid in equal parts, and nothing is sold or bought differently on
holidays or around the festival.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from cashstress.scenario.calendar import BusinessCalendar
from cashstress.scenario.costs import Cost
from cashstress.scenario.model import Scenario
from cashstress.scenario.steady import (
    DAYS_A_YEAR,
    days_of_bill,
    expected_days_to_pay,
    output_vat_rate,
    planned_daily_costs,
    planned_daily_net_vat,
    planned_daily_purchases,
    planned_daily_sales,
    typical,
)

__all__ = ["daily_inflow", "daily_outflow", "peak_need", "sales_pattern"]

FloatArray = NDArray[np.float64]


def sales_pattern(scenario: Scenario) -> FloatArray:
    """Return relative sales of each day of a plain year from the start, mean 1.

    Returns
    -------
    float64 (365,)
        Weekly times monthly pattern; all ones when they leave no open day.
    """
    first = np.datetime64(scenario.start, "D")
    days = first + np.arange(DAYS_A_YEAR)
    weekdays = (scenario.start.weekday() + np.arange(DAYS_A_YEAR)) % 7
    month = days.astype("datetime64[M]").astype(np.int64) % 12
    pattern = (
        np.asarray(scenario.sales.weekly)[weekdays] * np.asarray(scenario.sales.monthly)[month]
    )
    mean = float(pattern.mean())
    return pattern / mean if mean > 0 else np.ones(DAYS_A_YEAR)


def daily_inflow(scenario: Scenario) -> FloatArray:
    """Return planned receipts, VAT included.

    Returns
    -------
    float64 (365,)
        Major units.
    """
    pattern = sales_pattern(scenario)
    billed = planned_daily_sales(scenario) * (1 + output_vat_rate(scenario)) * pattern
    total = np.zeros(DAYS_A_YEAR)
    for customer in scenario.customers.values():
        days, by_bill = expected_days_to_pay(customer), customer.paid_by_bill
        later = np.roll(billed, round(days)) * (1 - by_bill)
        later += np.roll(billed, round(days + days_of_bill(customer))) * by_bill
        credit = (1 - customer.paid_at_once) * (1 - customer.never_paid)
        total += customer.share * (customer.paid_at_once * billed + credit * later)
    return total


def daily_outflow(scenario: Scenario) -> FloatArray:
    """Return planned operating payments.

    Returns
    -------
    float64 (365,)
        Major units.
    """
    calendar = BusinessCalendar(scenario, horizon=DAYS_A_YEAR)
    pattern = sales_pattern(scenario)
    total = _on(calendar.monthly(scenario.taxes.day), planned_daily_net_vat(scenario) * DAYS_A_YEAR)
    for supplier in scenario.suppliers.values():
        bought = planned_daily_purchases(scenario, supplier) * pattern
        total += np.roll(bought, round(typical(supplier.terms)))
    for cost in scenario.costs.values():
        total += _cost(scenario, cost, calendar, pattern)
    return total + _wages(scenario, calendar)


def _on(days: Iterable[int], amount: float) -> FloatArray:
    """Return an amount spread evenly over some days."""
    flow = np.zeros(DAYS_A_YEAR)
    places = list(days)
    if places:
        flow[places] = amount / len(places)
    return flow


def _cost(
    scenario: Scenario, cost: Cost, calendar: BusinessCalendar, pattern: FloatArray
) -> FloatArray:
    """Return one line of costs."""
    yearly = planned_daily_costs(scenario, cost) * DAYS_A_YEAR
    if cost.monthly is not None:
        return _on(calendar.monthly(cost.day, every=cost.every), yearly)
    flow = pattern if cost.share_of_sales is not None else np.ones(DAYS_A_YEAR)
    return np.roll(flow * yearly / DAYS_A_YEAR, cost.terms)


def _wages(scenario: Scenario, calendar: BusinessCalendar) -> FloatArray:
    """Return wages with on-costs on the pay days, the bonus on the last before the festival."""
    payroll = scenario.payroll
    if payroll is None:
        return np.zeros(DAYS_A_YEAR)
    month = payroll.staff * typical(payroll.wage) * (1 + payroll.employer)
    runs = calendar.monthly(payroll.pay_day, roll="previous")
    flow = _on(runs, month * len(runs))
    festivals = [day for day in calendar.spring_festivals if day >= 0]
    before = [day for day in runs if festivals and day < festivals[0]]
    return flow + _on(before[-1:], month * payroll.bonus_months)


def peak_need(scenario: Scenario) -> float:
    """Return the largest cumulative planned deficit over a plain year, major units, 0 or more."""
    balance = np.cumsum(daily_inflow(scenario) - daily_outflow(scenario))
    return max(0.0, -float(balance.min()))
