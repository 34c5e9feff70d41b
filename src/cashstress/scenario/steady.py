"""The steady state a scenario implies: planned daily flows and the balances they leave open.

Pure functions in float major units, for plans and for opening balances that a scenario does not
give. Uncertain levels enter by their mean.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from cashstress.scenario.costs import Cost
from cashstress.scenario.customers import Customer
from cashstress.scenario.draws import Draw
from cashstress.scenario.levels import Array, Level
from cashstress.scenario.model import Scenario
from cashstress.scenario.suppliers import Supplier

__all__ = [
    "DAYS_A_YEAR",
    "accrued_wages",
    "days_of_bill",
    "expected_days_to_pay",
    "input_vat_rate",
    "opening_bills",
    "opening_payables",
    "opening_receivables",
    "opening_stock",
    "output_vat_rate",
    "planned_daily_costs",
    "planned_daily_net_vat",
    "planned_daily_outflow",
    "planned_daily_purchases",
    "planned_daily_sales",
    "planned_daily_wages",
    "typical",
]

DAYS_A_YEAR = 365
_MONTHS = 12


def typical(level: Level) -> float:
    """Return the mean of a level: a scalar, a draw or an array.

    Examples
    --------
    >>> typical(Draw(draw="uniform", low=10, high=20))
    15.0
    """
    return level.mean() if isinstance(level, Draw | Array) else float(level)


def planned_daily_sales(scenario: Scenario) -> float:
    """Return planned sales net of VAT, major units a day: a year's over 365."""
    return typical(scenario.sales.annual) / DAYS_A_YEAR


def output_vat_rate(scenario: Scenario) -> float:
    """Return VAT on top of sales, as a fraction: 0 without VAT."""
    return 0.0 if scenario.taxes.vat == "none" else scenario.taxes.rate


def input_vat_rate(scenario: Scenario, supplier: Supplier) -> float:
    """Return VAT on top of a supplier's price, as a fraction."""
    return scenario.taxes.input_rate if supplier.vat is None else supplier.vat


def planned_daily_purchases(scenario: Scenario, supplier: Supplier) -> float:
    """Return what one supplier bills, VAT included, major units a day at its present price."""
    net = planned_daily_sales(scenario) * supplier.share * typical(supplier.price)
    return net * (1 + input_vat_rate(scenario, supplier))


def planned_daily_wages(scenario: Scenario) -> float:
    """Return gross wages, employer's social insurance and bonus, major units a day."""
    payroll = scenario.payroll
    if payroll is None:
        return 0.0
    month = payroll.staff * typical(payroll.wage)
    return month * (_MONTHS + payroll.bonus_months) * (1 + payroll.employer) / DAYS_A_YEAR


def planned_daily_costs(scenario: Scenario, cost: Cost) -> float:
    """Return what one line of costs takes, VAT included, major units a day; 0 for a single one."""
    return _net_cost(scenario, cost) * (1 + cost.vat)


def _net_cost(scenario: Scenario, cost: Cost) -> float:
    """Return one line of costs net of VAT, major units a day."""
    if cost.monthly is not None:
        return typical(cost.monthly) * _MONTHS / cost.every / DAYS_A_YEAR
    if cost.share_of_sales is not None:
        return planned_daily_sales(scenario) * cost.share_of_sales
    if cost.claims is not None:
        return cost.claims.per_day * float(cost.claims.amount)
    return 0.0


def planned_daily_net_vat(scenario: Scenario) -> float:
    """Return VAT (or the levy) to pay with its surcharge, major units a day, never negative."""
    taxes = scenario.taxes
    owed = planned_daily_sales(scenario) * output_vat_rate(scenario)
    if taxes.vat == "general":
        owed -= math.fsum(_input_vat(scenario))
    return max(0.0, owed) * (1 + taxes.surcharge)


def _input_vat(scenario: Scenario) -> Iterator[float]:
    """Iterate over creditable input VAT, major units a day."""
    for supplier in scenario.suppliers.values():
        rate = input_vat_rate(scenario, supplier)
        yield planned_daily_purchases(scenario, supplier) * rate / (1 + rate)
    for cost in scenario.costs.values():
        yield _net_cost(scenario, cost) * cost.vat


def planned_daily_outflow(scenario: Scenario) -> float:
    """Return the planned operating outflow, major units a day.

    Materials with VAT, wages with on-costs and bonus, monthly, variable and irregular costs with
    VAT, and net VAT with its surcharge. Not in it: income tax, single payments, interest,
    instalments.
    """
    lines = [planned_daily_wages(scenario), planned_daily_net_vat(scenario)]
    lines += [planned_daily_purchases(scenario, each) for each in scenario.suppliers.values()]
    lines += [planned_daily_costs(scenario, each) for each in scenario.costs.values()]
    return math.fsum(lines)


def expected_days_to_pay(customer: Customer) -> float:
    """Return the mean calendar days from invoice to cash of what is not paid at once.

    Invoices never paid are left out; the economy factor and the customer effect are at their
    means; waiting for a business day is not counted.
    """
    disputes = customer.disputed * customer.dispute_days
    if customer.days_to_pay is not None:
        return customer.days_to_pay.mean + disputes
    late = customer.lateness
    days_late = 0.0 if late is None else late.probability * late.mean_days
    terms = 0.0 if customer.terms is None else typical(customer.terms)
    return terms + days_late + disputes


def opening_receivables(scenario: Scenario, customer: Customer) -> float:
    """Return open invoices on day 0, VAT included, major units: the list given, or steady state."""
    if customer.opening is not None:
        return math.fsum(float(item.amount) for item in customer.opening)
    billed = planned_daily_sales(scenario) * (1 + output_vat_rate(scenario)) * customer.share
    credit = billed * (1 - customer.paid_at_once)
    paid = (1 - customer.never_paid) * expected_days_to_pay(customer)
    unpaid = customer.never_paid * (_terms(customer) + customer.write_off_after)
    return credit * (paid + unpaid)


def opening_bills(scenario: Scenario, customer: Customer) -> float:
    """Return bills in hand on day 0, major units: the list given, or the steady state."""
    if customer.bill is None:
        return 0.0
    if customer.bill.opening is not None:
        return math.fsum(float(item.face) for item in customer.bill.opening)
    billed = planned_daily_sales(scenario) * (1 + output_vat_rate(scenario)) * customer.share
    paid = billed * (1 - customer.paid_at_once) * (1 - customer.never_paid)
    return paid * customer.paid_by_bill * days_of_bill(customer)


def days_of_bill(customer: Customer) -> float:
    """Return the mean days from handing over a bill to its maturity; 0 for who gives none."""
    return 0.0 if customer.bill is None else customer.bill.tenor_months * DAYS_A_YEAR / _MONTHS


def _terms(customer: Customer) -> float:
    """Return the days until an invoice is due (its mean days to pay, without terms)."""
    if customer.terms is not None:
        return typical(customer.terms)
    return 0.0 if customer.days_to_pay is None else customer.days_to_pay.mean


def opening_payables(scenario: Scenario, supplier: Supplier) -> float:
    """Return unpaid invoices of a supplier on day 0, VAT included, major units."""
    if supplier.opening is not None:
        return math.fsum(float(item.amount) for item in supplier.opening)
    return planned_daily_purchases(scenario, supplier) * typical(supplier.terms)


def opening_stock(scenario: Scenario, supplier: Supplier) -> float:
    """Return opening stock at cost, net of VAT, major units: the figure given, or the target."""
    if supplier.stock is not None:
        return float(supplier.stock)
    daily = planned_daily_sales(scenario) * supplier.share * typical(supplier.price)
    return daily * supplier.stock_days


def accrued_wages(scenario: Scenario) -> float:
    """Return wages earned and not due on day 0, on average half a month, major units."""
    return planned_daily_wages(scenario) * DAYS_A_YEAR / _MONTHS / 2
