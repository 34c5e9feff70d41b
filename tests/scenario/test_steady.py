from __future__ import annotations

import math

import numpy as np
import pytest

from cashstress.scenario import Customer, PlatformLine, RevolvingLine, Scenario, steady
from cashstress.scenario.debt import annual_debt_service, annual_interest
from cashstress.scenario.plain_year import (
    daily_inflow,
    daily_outflow,
    peak_need,
    sales_pattern,
)

PLAIN = {
    "name": "Plain",
    "start": "2025-01-01",
    "firm": {"cash": 10_000},
    "sales": {"annual": 365_000},
    "customers": {"all": {"share": 1, "terms": 30}},
    "suppliers": {"flour": {"share": 0.4, "terms": 20, "stock_days": 10}},
    "payroll": {"staff": 2, "wage": 3650, "employer": 0.25},
    "costs": {
        "rent": {"monthly": 3650, "vat": 0.1},
        "fees": {"share_of_sales": 0.05},
        "claims": {"claims": {"per_day": 0.1, "amount": 200}},
        "machine": {"once": 5000, "on": "2025-06-01"},
    },
    "taxes": {"vat": "general", "rate": 0.13, "input_rate": 0.13, "surcharge": 0.12},
}


@pytest.fixture
def plain():
    return Scenario(**PLAIN)


def test_planned_outflow_by_hand(plain):
    # Sales are 1,000 a day.
    materials = 400 * 1.13
    wages = 2 * 3650 * 1.25 * 12 / 365
    rent, fees, claims = 120 * 1.1, 50, 20
    vat = (130 - 52 - 12) * 1.12
    assert steady.planned_daily_sales(plain) == 1000
    assert steady.planned_daily_wages(plain) == pytest.approx(wages)
    assert steady.planned_daily_net_vat(plain) == pytest.approx(vat)
    expected = materials + wages + rent + fees + claims + vat
    assert steady.planned_daily_outflow(plain) == pytest.approx(expected)


def test_regimes_of_vat(plain):
    levy = plain.replace({"taxes": {"vat": "small_scale", "rate": 0.01, "surcharge": 0.1}})
    assert steady.planned_daily_net_vat(levy) == pytest.approx(11)
    none = plain.replace({"taxes": None})
    assert steady.planned_daily_net_vat(none) == 0
    credit = plain.replace({"taxes.rate": 0.0})
    assert steady.planned_daily_net_vat(credit) == 0


def test_uncertain_levels_enter_by_their_mean(plain):
    drawn = plain.replace({"sales.annual": {"draw": "uniform", "low": 0, "high": 730_000}})
    assert steady.planned_daily_sales(drawn) == 1000
    listed = plain.replace({"sales.annual": np.array([0, 730_000])})
    assert steady.planned_daily_sales(listed) == 1000


@pytest.mark.parametrize(
    ("keys", "days"),
    [
        ({"terms": 30}, 30),
        ({"terms": 30, "lateness": {"probability": 0.4, "mean_days": 20}}, 38),
        ({"terms": 30, "disputed": 0.1, "dispute_days": 60}, 36),
        ({"days_to_pay": {"mean": 37.07}}, 37.07),
        ({"paid_at_once": 1}, 0),
    ],
)
def test_expected_days_to_pay(keys, days):
    assert steady.expected_days_to_pay(Customer(share=1, **keys)) == pytest.approx(days)


def test_opening_balances_of_the_steady_state(plain):
    customer, supplier = plain.customers["all"], plain.suppliers["flour"]
    assert steady.opening_receivables(plain, customer) == pytest.approx(1130 * 30)
    assert steady.opening_payables(plain, supplier) == pytest.approx(452 * 20)
    assert steady.opening_stock(plain, supplier) == pytest.approx(4000)
    assert steady.accrued_wages(plain) == pytest.approx(2 * 3650 * 1.25 / 2)


def test_opening_balances_that_are_given(plain):
    item = [{"due": "2025-01-10", "amount": 77}]
    given = plain.replace(
        {
            "customers.all.opening": item,
            "suppliers.flour.opening": item,
            "suppliers.flour.stock": 55,
        }
    )
    assert steady.opening_receivables(given, given.customers["all"]) == 77
    assert steady.opening_payables(given, given.suppliers["flour"]) == 77
    assert steady.opening_stock(given, given.suppliers["flour"]) == 55


def test_what_is_never_paid_waits_for_its_write_off(plain):
    bad = plain.replace({"customers.all.never_paid": 0.1, "customers.all.write_off_after": 100})
    expected = 1130 * (0.9 * 30 + 0.1 * 130)
    assert steady.opening_receivables(bad, bad.customers["all"]) == pytest.approx(expected)
    slow = bad.replace(
        {"customers.all.terms": None, "customers.all.days_to_pay": {"mean": 50, "shape": 2}}
    )
    expected = 1130 * (0.9 * 50 + 0.1 * 150)
    assert steady.opening_receivables(slow, slow.customers["all"]) == pytest.approx(expected)


def test_ratios_by_hand(plain):
    ratios = plain.check()
    assert ratios.annual_sales == 365_000
    assert ratios.days_sales_outstanding == pytest.approx(30)
    assert ratios.days_payables_outstanding == pytest.approx(20)
    assert ratios.stock_days == pytest.approx(10)
    assert ratios.cash_conversion_cycle == pytest.approx(20)
    assert ratios.payroll_over_sales == pytest.approx(0.3)
    assert ratios.debt_service == 0
    # 1,000 less 400, 300, 120, 50, 20 and 12 % of 66 of VAT.
    assert ratios.net_margin == pytest.approx(0.11 - 0.12 * 0.066)
    assert ratios.days_of_cash == pytest.approx(10_000 / steady.planned_daily_outflow(plain))
    assert [unit for *_, unit in ratios.rows()].count("days") == 5


def test_income_tax_and_bad_debts_lower_the_margin(plain):
    before = plain.check().net_margin
    taxed = plain.replace({"taxes.income_tax": 0.25})
    assert taxed.check().net_margin == pytest.approx(0.75 * before)
    losing = plain.replace({"customers.all.never_paid": 0.02})
    assert losing.check().net_margin == pytest.approx(before - 0.02 * 1.13)


def test_ratios_without_meaning_are_none(plain):
    bare = plain.replace({"suppliers": {}, "sales.annual": 0})
    ratios = bare.check()
    assert ratios.net_margin is None
    assert ratios.days_sales_outstanding is None
    assert ratios.stock_days is None
    assert ratios.debt_service_over_cash_flow is None


def test_a_plain_year_adds_up(plain):
    assert sales_pattern(plain).mean() == pytest.approx(1)
    assert daily_inflow(plain).sum() == pytest.approx(1130 * 365)
    assert daily_outflow(plain).sum() == pytest.approx(steady.planned_daily_outflow(plain) * 365)


def test_a_bonus_falls_before_the_festival(plain):
    bonus = plain.replace({"payroll.bonus_months": 1, "payroll.pay_day": 15})
    extra = daily_outflow(bonus) - daily_outflow(plain)
    # The festival of 2025 is on 29 January: the last pay day before it is 15 January, day 14.
    assert np.flatnonzero(extra).tolist() == [14]
    assert extra[14] == pytest.approx(2 * 3650 * 1.25)
    # From 20 January on, that pay day is past.
    later = bonus.replace({"start": "2025-01-20"})
    assert daily_outflow(later).sum() == pytest.approx(daily_outflow(bonus).sum() - extra.sum())


def test_peak_need_of_a_firm_that_waits(plain):
    idle = plain.replace(
        {
            "suppliers": {},
            "costs": {"rent": {"monthly": 1000, "day": 1}},
            "taxes": None,
            "payroll": None,
            "sales.annual": 12_000,
        }
    )
    # Worst on 1 May 2025, the 121st day: five rents paid (later firsts are weekends, or better).
    assert peak_need(idle) == pytest.approx(5000 - 121 * 12_000 / 365)
    assert peak_need(idle.replace({"costs": {}})) == 0


def line(**keys):
    return {"kind": "platform", "limit": 12_000, "drawn": 12_000, "tenor_months": 12} | keys


@pytest.mark.parametrize(
    ("channel", "principal", "interest"),
    [
        (line(rate={"per_day": 0}), 12_000, 0),
        (line(rate={"per_day": 0}, tenor_months=24), 6_000, 0),
        (line(rate={"per_day": 0}, tenor_months=24, opening_months=6), 12_000, 0),
        # Equal principal at 1 % a month: interest on 12, 11, ... 1 thousand.
        (
            line(rate={"per_year": 0.12, "basis": "ACT/365"}, repayment="equal_principal"),
            12_000,
            780,
        ),
        (
            line(rate={"per_year": 0.12, "basis": "ACT/365"}, repayment="interest_first"),
            12_000,
            1440,
        ),
        # Annuity: 12,000 x 0.01 / (1 - 1.01**-12) x 12 - 12,000.
        (
            line(rate={"per_year": 0.12, "basis": "30/360"}),
            12_000,
            12_000 * 0.01 / (1 - 1.01**-12) * 12 - 12_000,
        ),
        (line(rate={"per_day": 5e-324}), 12_000, 0),
        (
            {"kind": "owner", "limit": 500, "drawn": 500, "rate": {"per_day": 0.0002}},
            0,
            500 * 0.0002 * 365,
        ),
        (
            {
                "kind": "revolver",
                "limit": 1000,
                "drawn": 400,
                "rate": {"per_year": 0.05, "basis": "ACT/360"},
                "commitment_fee": {"per_year": 0.01, "basis": "30/360"},
            },
            0,
            400 * 0.05 * 365 / 360 + 6,
        ),
        (
            {
                "kind": "revolver",
                "limit": 1000,
                "drawn": 400,
                "rate": {"per_day": 0},
                "expires": "2025-12-31",
            },
            400,
            0,
        ),
    ],
)
def test_first_year_of_opening_debt(plain, channel, principal, interest):
    indebted = plain.replace({"channels": {"loan": channel}})
    assert annual_interest(indebted) == pytest.approx(interest, abs=1e-6)
    assert annual_debt_service(indebted) == pytest.approx(principal + interest, abs=1e-6)
    assert math.isfinite(indebted.check().debt_service_over_cash_flow)


def test_channel_classes_have_their_own_defaults():
    assert PlatformLine(limit=1, rate={"per_day": 0}).business_days is False
    assert RevolvingLine(limit=1, rate={"per_day": 0}).business_days is True
