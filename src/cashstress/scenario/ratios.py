"""The ratios a scenario implies, which tell a typing error from a firm."""

from __future__ import annotations

import math

import attrs

from cashstress.scenario import steady
from cashstress.scenario.customers import Customer
from cashstress.scenario.debt import annual_debt_service, annual_interest
from cashstress.scenario.model import Scenario
from cashstress.scenario.plain_year import peak_need

__all__ = ["Ratios", "ratios"]


@attrs.frozen(kw_only=True)
class Ratios:
    """Implied ratios; a ratio that has no meaning is ``None``.

    Parameters
    ----------
    annual_sales : float
        Net of VAT, major units.
    net_margin : float or None
        Profit after interest and income tax over sales, as a fraction.
    days_sales_outstanding : float or None
        Opening receivables and bills in hand over sales a day, VAT included (DSO).
    days_payables_outstanding : float or None
        Opening payables over purchases a day (DPO).
    stock_days : float or None
        Opening stock over its use a day.
    cash_conversion_cycle : float or None
        DSO + stock days - DPO; a part without meaning counts 0.
    peak_need : float
        Largest cumulative planned deficit over a plain year, major units.
    debt_service : float
        Principal, interest and fees due in the first year on opening balances, major units.
    debt_service_over_cash_flow : float or None
        The same over a plain year's operating cash flow; ``None`` where that is not above 0.
    payroll_over_sales : float or None
        Wages with on-costs over sales, as a fraction.
    days_of_cash : float or None
        Opening cash over planned daily outflow.
    """

    annual_sales: float
    net_margin: float | None
    days_sales_outstanding: float | None
    days_payables_outstanding: float | None
    stock_days: float | None
    cash_conversion_cycle: float | None
    peak_need: float
    debt_service: float
    debt_service_over_cash_flow: float | None
    payroll_over_sales: float | None
    days_of_cash: float | None

    def rows(self) -> tuple[tuple[str, float | None, str], ...]:
        """Return label, value and unit ("money", "share" or "days") of each, to print."""
        return tuple((label, getattr(self, name), unit) for name, (label, unit) in _LABELS.items())


_LABELS = {
    "annual_sales": ("annual sales, net of VAT", "money"),
    "net_margin": ("net margin", "share"),
    "days_sales_outstanding": ("days sales outstanding (DSO)", "days"),
    "days_payables_outstanding": ("days payables outstanding (DPO)", "days"),
    "stock_days": ("stock days", "days"),
    "cash_conversion_cycle": ("cash conversion cycle", "days"),
    "peak_need": ("peak need over a plain year", "money"),
    "debt_service": ("debt service in the first year", "money"),
    "debt_service_over_cash_flow": ("debt service over operating cash flow", "share"),
    "payroll_over_sales": ("payroll over sales", "share"),
    "days_of_cash": ("days of cash", "days"),
}


def ratios(scenario: Scenario) -> Ratios:
    """Return the ratios implied by a scenario.

    Parameters
    ----------
    scenario : Scenario
        Uncertain levels enter by their mean.

    Returns
    -------
    Ratios
        Amounts in major units, shares as fractions.
    """
    sales = steady.typical(scenario.sales.annual)
    service = annual_debt_service(scenario)
    received, paid, stock = _dso(scenario), _dpo(scenario), _stock_days(scenario)
    return Ratios(
        annual_sales=sales,
        net_margin=_over(_annual_profit(scenario), sales),
        days_sales_outstanding=received,
        days_payables_outstanding=paid,
        stock_days=stock,
        cash_conversion_cycle=(received or 0.0) + (stock or 0.0) - (paid or 0.0),
        peak_need=peak_need(scenario),
        debt_service=service,
        debt_service_over_cash_flow=_over(service, _operating_cash_flow(scenario)),
        payroll_over_sales=_over(
            steady.planned_daily_wages(scenario), steady.planned_daily_sales(scenario)
        ),
        days_of_cash=_over(
            steady.typical(scenario.firm.cash), steady.planned_daily_outflow(scenario)
        ),
    )


def _over(amount: float, by: float) -> float | None:
    """Return the ratio, or nothing where it has no meaning."""
    return amount / by if by > 0 else None


def _dso(scenario: Scenario) -> float | None:
    daily = steady.planned_daily_sales(scenario) * (1 + steady.output_vat_rate(scenario))
    customers = scenario.customers.values()
    owed = math.fsum(steady.opening_receivables(scenario, each) for each in customers)
    in_bills = math.fsum(steady.opening_bills(scenario, each) for each in customers)
    return _over(owed + in_bills, daily)


def _dpo(scenario: Scenario) -> float | None:
    suppliers = scenario.suppliers.values()
    daily = math.fsum(steady.planned_daily_purchases(scenario, each) for each in suppliers)
    return _over(math.fsum(steady.opening_payables(scenario, each) for each in suppliers), daily)


def _stock_days(scenario: Scenario) -> float | None:
    suppliers = scenario.suppliers.values()
    daily = steady.planned_daily_sales(scenario) * math.fsum(
        each.share * steady.typical(each.price) for each in suppliers
    )
    return _over(math.fsum(steady.opening_stock(scenario, each) for each in suppliers), daily)


def _bad_debts(scenario: Scenario) -> float:
    """Return invoices and bills never paid, VAT included, major units a day: no VAT comes back."""
    billed = steady.planned_daily_sales(scenario) * (1 + steady.output_vat_rate(scenario))
    return billed * math.fsum(
        each.share * _never_paid(each) * (1 - each.paid_at_once)
        for each in scenario.customers.values()
    )


def _never_paid(customer: Customer) -> float:
    """Return the share of what is invoiced on credit that neither customer nor acceptor pays."""
    failing = 0.0 if customer.bill is None else customer.paid_by_bill * customer.bill.failure
    return customer.never_paid + (1 - customer.never_paid) * failing


def _discounts_given(scenario: Scenario) -> float:
    """Return discounts for early payment, major units a day: on what is not in trouble."""
    billed = steady.planned_daily_sales(scenario) * (1 + steady.output_vat_rate(scenario))
    return billed * math.fsum(
        each.share * (1 - each.paid_at_once) * _taken(each) for each in scenario.customers.values()
    )


def _taken(customer: Customer) -> float:
    """Return the discount on its mean invoice, as a fraction."""
    offer = customer.early_payment
    if offer is None:
        return 0.0
    return offer.discount * offer.take_up * (1 - customer.never_paid) * (1 - customer.disputed)


def _daily_operating(scenario: Scenario) -> float:
    """Return operating cash flow, major units a day: what is paid of all billed, less outflow."""
    billed = steady.planned_daily_sales(scenario) * (1 + steady.output_vat_rate(scenario))
    unpaid = _bad_debts(scenario) + _discounts_given(scenario)
    return billed - unpaid - steady.planned_daily_outflow(scenario)


def _operating_cash_flow(scenario: Scenario) -> float:
    """Return a plain year's cash flow before debt service and after income tax, major units."""
    return _daily_operating(scenario) * steady.DAYS_A_YEAR - _income_tax(scenario)


def _income_tax(scenario: Scenario) -> float:
    profit = _daily_operating(scenario) * steady.DAYS_A_YEAR - annual_interest(scenario)
    return max(0.0, profit) * scenario.taxes.income_tax


def _annual_profit(scenario: Scenario) -> float:
    """Return a plain year's profit after interest and income tax; in steady state it is cash."""
    return _operating_cash_flow(scenario) - annual_interest(scenario)
