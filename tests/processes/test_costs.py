"""Rent, freight, machines, repairs: billed and paid on their days.  Day 0 is Monday 2 June 2025."""

from __future__ import annotations

import numpy as np
import pytest
from lab import entries, firm_of, plain, seen_at, traced, watch

from cashstress.kernel.clock import Phase


def paid(cost, changes=None, *, until=None, name="line"):
    firm = traced(plain(changes, costs={name: cost}), until=until)
    return entries(firm, f"costs_payable:{name}", "cash")


@pytest.mark.parametrize(
    ("cost", "days"),
    [
        # 1 June is the Sunday before the start: rolled to Monday, day 0.  1 July, 1 August.
        ({}, [0, 29, 60]),
        # 7 June is a Saturday: Monday, day 7.  7 July is a Monday, 7 August a Thursday.
        ({"day": 7}, [7, 35, 66]),
        # 31 May is the Saturday before the start: day 0.  30 June, 31 July.
        ({"day": "last"}, [0, 28, 59]),
        # June, then September.
        ({"day": 10, "every": 3}, [8]),
        # 10 August is a Sunday.
        ({"day": 10, "every": 1}, [8, 38, 70]),
    ],
)
def test_monthly_costs(cost, days):
    assert paid({"monthly": 30} | cost, {"horizon": 75}) == [(day, 3_000) for day in days]


def test_a_bill_of_the_day_after_the_last_keeps_nobody_waiting():
    # 30 days from 2 June: the last is 1 July, and the bill of 2 July is beyond them.
    firm = firm_of(plain({"horizon": 30}, costs={"line": {"monthly": 30, "day": 2}}))
    firm.run()
    assert firm.clock.generators() == []


def test_a_share_of_sales_on_terms():
    # 10 % of 100.00 a day, 30 days later; day 33 and 34 are a weekend.
    expected = [(30, 1_000), (31, 1_000), (32, 1_000), (35, 3_000)]
    assert paid({"share_of_sales": 0.1, "terms": 30}, until=36) == expected


def test_no_sales_no_share_of_them():
    week = {"sales.weekly": [1, 1, 1, 1, 1, 0, 0]}
    # 14.00 on each working day.
    assert paid({"share_of_sales": 0.1}, week, until=9) == [
        (day, 1_400) for day in (0, 1, 2, 3, 4, 7, 8)
    ]


def test_a_single_payment_waits_for_a_business_day():
    firm = traced(plain(costs={"line": {"once": "12.34", "on": "2025-06-07"}}), until=10)
    assert entries(firm, "costs_payable:line", "cash") == [(7, 1_234)]
    assert watch(firm, "cash_out") == (-1, 0, 0)


@pytest.mark.parametrize(("regime", "account"), [("general", "vat"), ("none", "input_vat")])
def test_vat_on_top(regime, account):
    scenario = plain(
        {"taxes.vat": regime}, costs={"line": {"once": 50, "on": "2025-06-10", "vat": 0.06}}
    )
    firm = traced(scenario, until=10)
    assert entries(firm, "costs_payable:line", "cash") == [(8, 5_300)]
    assert entries(firm, account, "costs_payable:line") == [(8, 300)]


def test_claims_are_poisson():
    scenario = plain(
        {"firm.cash": 10**7}, costs={"line": {"claims": {"per_day": 0.9, "amount": "2.50"}}}
    )
    firm = firm_of(scenario, 3000)
    firm.run(20)
    number = firm.books.balance("costs:line") / 250
    assert np.array_equal(number, np.rint(number))
    # 18 expected in 20 days, variance 18: four standard errors of the mean and of the variance.
    assert abs(number.mean() - 18) < 4 * (18 / 3000) ** 0.5
    assert abs(number.var() - 18) < 4 * 18 * (2 / 3000) ** 0.5


def test_many_claims_a_day():
    scenario = plain(
        {"firm.cash": 10**9}, costs={"line": {"claims": {"per_day": 5000, "amount": 1}}}
    )
    firm = firm_of(scenario, 500)
    firm.run(1)
    number = firm.books.balance("costs:line") / 100
    assert abs(number.mean() - 5000) < 4 * (5000 / 500) ** 0.5


def test_discretionary_spending_is_cut_when_cash_is_short():
    # Planned outflow 1,000 x 12 / 365 = 32.88 a day; ten days of it are 328.77.
    cost = {"monthly": 1000, "day": 16, "pay_class": "discretionary"}
    policy = {"treasury.austerity_days": 10, "treasury.austerity_cut": 0.4}
    # 1,000.00 + 15 x 100.00 in hand on day 14: nothing is cut.
    assert paid(cost, policy, until=20) == [(14, 100_000)]
    # 10.00 a day: 150.00 + 178.76 in hand is one cent short of enough: 40 % is cut.
    poor = policy | {"sales.annual": 3650, "firm.cash": "178.76"}
    scenario = plain(poor, costs={"line": cost})
    assert entries(traced(scenario, until=20), "costs:line") == [(14, 60_000)]
    enough = scenario.replace({"firm.cash": "178.77"})
    assert entries(traced(enough, until=20), "costs:line") == [(14, 100_000)]


def test_rent_is_not_cut():
    poor = {"treasury.austerity_days": 10, "sales.annual": 3650, "firm.cash": 0}
    firm = traced(plain(poor, costs={"line": {"monthly": 1000, "day": 16}}), until=20)
    assert entries(firm, "costs:line") == [(14, 100_000)]


def test_capital_spending_waits_until_there_is_cash_again():
    # Rent of 300.00 a month is 9.863 a day; twenty days of it are 197.26.  Cash is 50.00 and 10.00
    # a day: 190.00 on day 13, 200.00 on day 14.
    costs = {
        "rent": {"monthly": 300, "day": 28},
        "machine": {"once": 100, "on": "2025-06-04", "pay_class": "capital"},
    }
    poor = {"treasury.austerity_days": 20, "sales.annual": 3650, "firm.cash": 50}
    firm = traced(plain(poor, costs=costs), until=20)
    assert entries(firm, "costs:machine") == [(14, 10_000)]
    assert entries(firm, "costs_payable:machine", "cash") == [(14, 10_000)]


def test_a_rise_in_rent():
    rise = {"kind": "price_rise", "costs": ["line"], "factor": 1.5, "on": "2025-06-20", "lasts": 12}
    # From 20 June for twelve days: the rent of 1 July is dearer, that of 1 August not.
    scenario = plain({"horizon": 75, "shocks.rise": rise}, costs={"line": {"monthly": 30}})
    assert entries(traced(scenario), "costs_payable:line", "cash") == [
        (0, 3_000), (29, 4_500), (60, 3_000),
    ]  # fmt: skip


def test_contracted_costs_are_seen_ahead():
    # Look-ahead 14 days: the rent of day 29 is seen on days 15-28.  On the day its bill is there.
    scenario = plain({"firm.cash": 5000}, costs={"line": {"monthly": 30}})
    seen = seen_at(scenario, Phase.SETTLE, lambda firm: int(firm.outflows_ahead()[0]), until=32)
    assert list(seen.values()) == [0] * 15 + [3_000] * 14 + [0] * 3
