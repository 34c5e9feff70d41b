"""What is refused of bills, with the keys that are wrong, and what files keep."""

from __future__ import annotations

import pytest

from cashstress.errors import ScenarioError
from cashstress.scenario import Scenario, dumps, loads
from cashstress.scenario.doubts import doubts

BILL = {"tenor_months": 6}
DISCOUNT = {"kind": "bills", "limit": 1000, "rate": {"per_year": 0.02, "basis": "ACT/360"}}
ACCEPTANCE = {"kind": "acceptance", "limit": 1000, "deposit": 0.3}


def firm(channels=None, shop=None, mill=None):
    return {
        "name": "firm",
        "start": "2025-01-06",
        "firm": {"cash": 1},
        "sales": {"annual": 365},
        "customers": {
            "shop": {"share": 0.6, "terms": 60, "paid_by_bill": 0.5, "bill": BILL} | (shop or {}),
            "walk_in": {"share": 0.4, "paid_at_once": 1},
        },
        "suppliers": {"mill": {"share": 0.3, "terms": 30, "accepts_bills": True} | (mill or {})},
        "channels": channels or {},
    }


def problems(plan):
    with pytest.raises(ScenarioError, match="problem") as caught:
        Scenario(**plan)
    return {problem.key: problem for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("plan", "key", "message"),
    [
        # Both places: the share, and the terms that are missing.
        (firm(shop={"bill": None}), "customers.shop.bill", "paid_by_bill says that 0.5"),
        (firm(shop={"paid_by_bill": 0}), "customers.shop.bill", "paid_by_bill is 0"),
        (firm(shop={"paid_by_bill": 1.5}), "customers.shop.paid_by_bill", ""),
        (firm(shop={"paid_at_once": 1}), "customers.shop.paid_by_bill", "nothing is left"),
        (firm(shop={"bill": {"tenor_months": 7}}), "customers.shop.bill.tenor_months", ""),
        (firm(shop={"bill": {"tenor_months": 0}}), "customers.shop.bill.tenor_months", ""),
        (firm(shop={"bill": {}}), "customers.shop.bill.tenor_months", ""),
        (firm(shop={"bill": BILL | {"failure": 0.1}}), "customers.shop.bill.failure", "a bank"),
        (
            firm(shop={"bill": BILL | {"opening": [{"matures": "2025-01-05", "face": 1}]}}),
            "customers.shop.bill.opening[0].matures", "then or later",
        ),
        (
            firm({"line": DISCOUNT | {"customers": ["walk_in"]}}),
            "channels.line.customers", "customers.walk_in has no paid_by_bill",
        ),
        (
            firm({"line": DISCOUNT | {"customers": ["shopp"]}}),
            "channels.line.customers", "unknown customer",
        ),
        (
            firm({"line": DISCOUNT}, shop={"bill": None, "paid_by_bill": 0}),
            "channels.line", "no bill to discount",
        ),
        (
            firm({"line": DISCOUNT | {"rate": {"per_year": 4, "basis": "ACT/360"}}}),
            "channels.line.rate.per_year", "did you mean 0.04",
        ),
        (firm({"line": DISCOUNT | {"drawn": 5}}), "channels.line.drawn", "before the start"),
        (firm({"line": DISCOUNT | {"prepayable": True}}), "channels.line.prepayable", "maturity"),
        (firm({"line": ACCEPTANCE | {"deposit": 1}}), "channels.line.deposit", "nothing is lent"),
        (firm({"line": ACCEPTANCE | {"delay_days": 2}}), "channels.line.delay_days", "on the day"),
        (firm({"line": ACCEPTANCE | {"tenor_months": 7}}), "channels.line.tenor_months", ""),
        (
            firm({"line": ACCEPTANCE}, mill={"accepts_bills": False}),
            "channels.line", "no supplier has accepts_bills",
        ),
    ],
)  # fmt: skip
def test_what_is_refused(plan, key, message):
    found = problems(plan)
    assert key in found
    assert message in found[key].message


def test_a_supplier_who_accepts_bills_that_nobody_gives_is_doubted():
    nobody = Scenario(**firm(shop={"bill": None, "paid_by_bill": 0}))
    assert [doubt.key for doubt in doubts(nobody)] == ["suppliers.mill.accepts_bills"]
    assert doubts(Scenario(**firm())) == ()


def test_files_keep_bills():
    opening = [{"matures": "2025-03-01", "face": "12.50"}]
    bill = BILL | {"acceptor": "commercial", "failure": 0.01, "divisible": True, "opening": opening}
    scenario = Scenario(
        **firm({"line": DISCOUNT, "own": ACCEPTANCE | {"use": "always"}}, shop={"bill": bill})
    )
    assert loads(dumps(scenario)) == scenario
