"""What channels that buy invoices refuse, with the keys that are wrong."""

from __future__ import annotations

import numpy as np
import pytest

from cashstress.errors import ScenarioError
from cashstress.processes import levers
from cashstress.scenario import Scenario, dumps, loads
from cashstress.scenario.lever_names import lever_names

FACTOR = {
    "kind": "factoring",
    "customers": ["shop", "mill"],
    "limit": 1000,
    "advance_rate": 0.8,
    "rate": {"per_day": 0.0004},
}
REVERSE = {
    "kind": "reverse_factoring",
    "anchor": "shop",
    "limit": 1000,
    "advance_rate": 0.9,
    "rate": {"per_day": 0.0002},
}


def firm(channels, customers=None, **tables):
    customers = {
        "shop": {"share": 0.6, "terms": 60},
        "mill": {"share": 0.3, "days_to_pay": {"mean": 30}},
        "walk_in": {"share": 0.1, "paid_at_once": 1},
    } | (customers or {})
    plan = {"name": "firm", "start": "2025-01-06", "firm": {"cash": 1}, "sales": {"annual": 365}}
    return plan | {"customers": customers, "channels": channels} | tables


def problems(plan):
    with pytest.raises(ScenarioError) as caught:
        Scenario(**plan)
    return {problem.key: problem for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("channels", "key", "message"),
    [
        ({"line": REVERSE | {"anchor": "shopp"}}, "channels.line.anchor", "unknown customer"),
        (
            {"line": FACTOR | {"customers": ["mil"]}},
            "channels.line.customers",
            "unknown customer",
        ),
        (
            {"line": FACTOR, "bank": REVERSE},
            "channels.bank.anchor",
            "invoices are sold already by channels.line.customers",
        ),
        (
            {"line": FACTOR, "other": FACTOR | {"customers": ["mill"]}},
            "channels.other.customers",
            "invoices are sold already by channels.line.customers",
        ),
        (
            {"line": FACTOR | {"customers": ["walk_in"]}},
            "channels.line.customers",
            "no invoice could ever be sold",
        ),
        (
            {"line": REVERSE | {"anchor": "walk_in"}},
            "channels.line.anchor",
            "no invoice could ever be sold",
        ),
        (
            {"line": REVERSE | {"confirmation_days": 60}},
            "channels.line.anchor",
            "no invoice could ever be sold",
        ),
        ({"line": FACTOR | {"customers": []}}, "channels.line.customers", "wrong number of items"),
        (
            {"line": FACTOR | {"customers": ["mill", "mill"]}},
            "channels.line.customers",
            "the same item twice",
        ),
        ({"line": FACTOR | {"advance_rate": 1.01}}, "channels.line.advance_rate", "at most 1"),
        (
            {"line": FACTOR | {"advance_rate": 80}},
            "channels.line.advance_rate",
            "write it as a fraction: 0.8",
        ),
        (
            {"line": FACTOR | {"recourse": False, "recourse_days": 30}},
            "channels.line.recourse_days",
            "there is no recourse",
        ),
        (
            {"line": REVERSE | {"recourse_days": 30}},
            "channels.line.recourse_days",
            "there is no recourse",
        ),
        (
            {"line": FACTOR | {"concentration": 0.49}},
            "channels.line.concentration",
            "never holds with 2 customers",
        ),
        ({"line": FACTOR | {"prepayable": True}}, "channels.line.prepayable", "not bought back"),
        (
            {"line": FACTOR | {"rate": {"per_day": 4}}},
            "channels.line.rate.per_day",
            "above 100 % a year",
        ),
    ],
)
def test_refused(channels, key, message):
    found = problems(firm(channels))
    assert list(found) == [key]
    assert message in str(found[key])


def test_the_nearest_name_and_an_accepted_value_are_told():
    anchor = problems(firm({"line": REVERSE | {"anchor": "shopp"}}))["channels.line.anchor"]
    assert (anchor.nearest, anchor.accepted) == ("shop", "shop, mill, walk_in")
    few = problems(firm({"line": FACTOR | {"concentration": 0.1}}))["channels.line.concentration"]
    assert few.accepted == "at least 0.5, or more customers"


def test_all_is_told_at_once():
    bad = FACTOR | {"customers": ["mill", "nobody"], "advance_rate": 2, "recourse_days": -1}
    keys = problems(firm({"line": bad, "bank": REVERSE | {"anchor": "someone"}}))
    assert set(keys) == {
        "channels.line.advance_rate", "channels.line.recourse_days", "channels.bank.anchor",
    }  # fmt: skip


def test_a_broken_customer_is_not_reported_twice():
    keys = problems(firm({"line": FACTOR}, {"mill": {"share": 0.3, "terms": -1}}))
    assert set(keys) == {"customers.mill.terms"}
    offer = {"discount": 0.02, "days": 10, "take_up": 2}
    keys = problems(firm({"line": FACTOR}, {"shop": {"share": 0.6, "terms": 60,
                                                     "early_payment": offer}}))  # fmt: skip
    assert "customers.shop.early_payment.take_up" in keys


def test_a_discount_beside_a_facility():
    offer = {"discount": 0.02, "days": 10, "take_up": 0.5}
    shop = {"share": 0.6, "terms": 60, "early_payment": offer}
    found = problems(firm({"line": REVERSE}, {"shop": shop}))
    assert "channels.line.anchor" in str(found["customers.shop.early_payment"])
    assert Scenario(**firm({"line": REVERSE | {"anchor": "mill"}}, {"shop": shop}))


@pytest.mark.parametrize(
    ("customer", "key", "message"),
    [
        ({"terms": 10}, "customers.shop.early_payment.days", "must end before the due date"),
        ({"days_to_pay": {"mean": 30}}, "customers.shop.early_payment", "needs terms"),
    ],
)
def test_early_is_before_the_due_date(customer, key, message):
    offer = {"discount": 0.02, "days": 10, "take_up": 0.5}
    shop = {"share": 0.6, "early_payment": offer} | customer
    assert message in str(problems(firm({}, {"shop": shop}))[key])
    # Where terms vary the simulation sees to it.
    drawn = {"draw": "choice", "values": [5, 30], "shares": [0.5, 0.5]}
    assert Scenario(**firm({}, {"shop": {"share": 0.6, "early_payment": offer, "terms": drawn}}))


def test_what_can_be_sold():
    # Confirmed sooner than the longest terms; open invoices are always something to sell.
    terms = {"draw": "choice", "values": [5, 30], "shares": [0.5, 0.5]}
    some = {"shop": {"share": 0.6, "terms": terms}}
    line = REVERSE | {"confirmation_days": 29}
    assert Scenario(**firm({"line": line}, some))
    assert problems(firm({"line": line | {"confirmation_days": 30}}, some))
    varied = line | {"confirmation_days": np.array([29, 90])}
    assert Scenario(**firm({"line": varied}, some))
    opening = {"share": 0.1, "paid_at_once": 1, "opening": [{"due": "2025-02-01", "amount": 5}]}
    assert Scenario(**firm({"line": REVERSE | {"anchor": "walk_in"}}, {"walk_in": opening}))


def test_through_a_file():
    fee = {"share": 0.03, "days": 30, "per_day_after": 0.001}
    line = FACTOR | {"time_fee": fee, "recourse_days": 0, "concentration": 0.6}
    channels = {"line": line | {"customers": ["mill", "walk_in"]}, "bank": REVERSE}
    scenario = Scenario(**firm(channels))
    assert loads(dumps(scenario)) == scenario
    assert scenario.check().rows()


def test_levers():
    scenario = Scenario(**firm({"line": FACTOR | {"customers": ["mill"]}, "bank": REVERSE}))
    known = {lever.name: lever for lever in levers(scenario)}
    assert set(lever_names(scenario)) == set(known)
    assert (known["line.advance_rate"].unit, known["line.advance_rate"].domain) == (
        "share", (0.0, 1.0),
    )  # fmt: skip
    assert known["bank.confirmation"].unit == "days"
    assert "line.confirmation" not in known


def test_a_lever_of_a_line_that_was_refused_is_not_reported_too():
    pull = {"kind": "lever", "lever": "line.advance_rate", "operation": "set", "value": 0.5,
            "on": "2025-02-03"}  # fmt: skip
    bad = FACTOR | {"limit": -1}
    assert set(problems(firm({"line": bad}, shocks={"pull": pull}))) == {"channels.line.limit"}
    bank = {"kind": "revolver", "limit": 5, "rate": {"per_day": 0}}
    found = problems(firm({"line": bank}, shocks={"pull": pull}))
    assert set(found) == {"shocks.pull.lever"}


def test_a_discount_given_is_in_the_margin():
    # 60 % of sales, half of what is not in trouble, 2 % of it: 0.6 x 0.5 x 0.02 = 0.6 %.
    offer = {"discount": 0.02, "days": 10, "take_up": 0.5}
    shop = {"share": 0.6, "terms": 60}
    before = Scenario(**firm({}, {"shop": shop})).check().net_margin
    after = Scenario(**firm({}, {"shop": shop | {"early_payment": offer}})).check().net_margin
    assert after == pytest.approx(before - 0.006)
