from __future__ import annotations

import copy

import numpy as np
import pytest

from cashstress.errors import ScenarioError
from cashstress.scenario import Scenario


def keys(changed):
    with pytest.raises(ScenarioError) as caught:
        Scenario(**changed)
    return {problem.key: problem for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("path", "value", "key", "message"),
    [
        ("customers.shops.share", 0.6, "customers", "must add up to 1"),
        ("treasury.draw_order", ["jiebie"], "treasury.draw_order", "unknown channel"),
        ("treasury.prepay_order", ["banc"], "treasury.prepay_order", "unknown channel"),
        ("shocks.fall.on", "2024-01-01", "shocks.fall.on", "outside the run"),
        ("shocks.fall.on", "2026-01-06", "shocks.fall.on", "outside the run"),
        (
            "shocks.closure.between",
            ["2025-02-01", "2027-01-01"],
            "shocks.closure.between[1]",
            "outside the run",
        ),
        ("costs.lorry", {"once": 5, "on": "2024-01-01"}, "costs.lorry.on", "outside the run"),
        (
            "suppliers.flour.opening",
            [{"due": "2025-01-05", "amount": 1}],
            "suppliers.flour.opening[0].due",
            "before the start",
        ),
        ("channels.bank.expires", "2024-01-01", "channels.bank.expires", "before the start"),
        (
            "shocks.lost",
            {"kind": "customer_loss", "on": "2025-03-01", "customer": "shop"},
            "shocks.lost.customer",
            "unknown customer",
        ),
        (
            "shocks.dear",
            {"kind": "price_rise", "on": "2025-03-01", "factor": 2, "costs": ["rnt"]},
            "shocks.dear.costs",
            "unknown cost",
        ),
        (
            "shocks.late",
            {"kind": "customers_pay_later", "on": "2025-03-01", "customers": ["shps"]},
            "shocks.late.customers",
            "unknown customer",
        ),
        ("start", "2041-01-06", "sales.spring_festival", "known only for some years"),
        ("sales.annual", 9e13, "sales.annual", "annual sales over the horizon"),
        ("payroll.staff", 1e7, "", ""),
        ("payroll.wage", 9e12, "payroll.wage", "wages over the horizon"),
        ("costs.rent.monthly", 9e12, "costs.rent.monthly", "over the horizon"),
        ("costs.repairs.claims.amount", 9e13, "costs.repairs.claims", "over the horizon"),
        ("suppliers.flour.price", 1000, "", ""),
        ("channels.owner.limit", 90_071_992_547_409, "channels", "all limits together"),
        (
            "calendar.weekend",
            ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
            "calendar.weekend",
            "",
        ),
        ("calendar.country", "cn", "calendar.country", "unknown country"),
    ],
)
def test_rules_between_tables(data, path, value, key, message):
    *walk, last = path.split(".")
    node = data
    for part in walk:
        node = node.setdefault(part, {})
    node[last] = value
    if not key:
        Scenario(**data)
        return
    found = keys(data)
    assert key in found
    assert message in str(found[key])


@pytest.mark.parametrize(
    ("floor", "ceiling", "refused"),
    [
        ("100.00", "99.99", True),
        ("100.00", "100.00", False),
        ("5 days", "4.5 days", True),
        ("5 days", "5 days", False),
        (0, 0, False),
    ],
)
def test_a_ceiling_below_the_floor(data, floor, ceiling, refused):
    data["treasury"] |= {"floor": floor, "ceiling": ceiling}
    if not refused:
        assert Scenario(**data).treasury.ceiling is not None
        return
    problem = keys(data)["treasury.ceiling"]
    assert "below the floor" in problem.message
    assert problem.accepted == f"at least floor ({floor})"


@pytest.mark.parametrize("floor_in_days", [True, False])
def test_a_ceiling_below_the_floor_in_other_units(data, floor_in_days):
    # Nothing but rent: 3,650.00 x 12 / 365 = 120.00 a day, so five days are 600.00.
    data |= {"costs": {"rent": {"monthly": 3650}}, "suppliers": {}, "taxes": {"vat": "none"}}
    data.pop("payroll"), data.pop("shocks")
    least, days = ("600", "5 days")
    plan = {"floor": days, "ceiling": least} if floor_in_days else {"floor": least, "ceiling": days}
    data["treasury"] = plan
    assert Scenario(**data).treasury.ceiling is not None
    wrong = {"ceiling": "599.99"} if floor_in_days else {"floor": "600.01"}
    data["treasury"] = plan | wrong
    problem = keys(data)["treasury.ceiling"]
    assert "planned outflow is 120.00 a day" in problem.message
    # Beside a supplier or a cost that was refused nothing is planned, so nothing is compared.
    data["costs"]["rent"]["monthly"] = -1
    assert set(keys(data)) == {"costs.rent.monthly"}


def test_the_nearest_channel_is_named(data):
    data["treasury"]["draw_order"] = ["jiebie"]
    assert keys(data)["treasury.draw_order"].nearest == "jiebei"


def test_rules_between_tables_are_checked_beside_broken_fields(data):
    data["channels"]["bank"]["limit"] = -1
    data["channels"]["bnak"] = {"kind": "owner"}
    data["treasury"]["draw_order"] = ["bank", "nobody"]
    data["firm"] = {}
    found = keys(data)
    # bank was refused, but it is a name: only nobody is unknown.
    assert set(found) == {
        "channels.bank.limit",
        "channels.bnak.limit",
        "treasury.draw_order",
        "firm.cash",
    }
    assert "nobody" in found["treasury.draw_order"].given


@pytest.mark.parametrize(
    ("table", "name", "message"),
    [
        ("costs", "jiebei", "taken by costs.jiebei"),
        ("customers", "sales", "taken by the simulator"),
        ("suppliers", "shops", "taken by customers.shops"),
    ],
)
def test_a_name_means_one_thing(data, table, name, message):
    data[table][name] = next(iter(data[table].values()))
    if table == "customers":
        del data["customers"]["shops"]
    found = [str(problem) for problem in keys(data).values()]
    assert any(message in problem for problem in found), found


def test_wages_rise_only_where_there_are_wages(data):
    del data["payroll"]
    data["shocks"] = {
        "dear": {"kind": "price_rise", "on": "2025-03-01", "factor": 2, "wages": True}
    }
    assert set(keys(data)) == {"shocks.dear.wages"}


def terms(on, lasts=None, **more):
    shock = {"kind": "supplier_terms", "suppliers": ["flour"], "terms": 7, "on": on} | more
    return shock | ({} if lasts is None else {"lasts": lasts})


@pytest.mark.parametrize(
    ("one", "other", "refused"),
    [
        (terms("2025-02-01"), terms("2025-06-01"), True),
        (terms("2025-02-01", 30), terms("2025-06-01"), False),
        (terms("2025-02-01", 30), terms("2025-03-02", 30), True),  # its last day
        (terms("2025-02-01", 30), terms("2025-03-03", 30), False),  # the day after
        (terms("2025-02-01"), terms(None, after={"mean_days": 5}), False),
        (terms("2025-02-01", {"mean_days": 90}), terms("2025-02-02"), False),
        (terms("2025-02-01", {"mean_days": 90}), terms("2025-02-01"), True),
        (terms(None, between=["2025-02-01", "2025-03-01"]), terms("2025-03-01", 1), True),
        (terms(None, 20, between=["2025-02-01", "2025-03-01"]), terms("2025-02-10"), False),
        (terms(None, 29, between=["2025-02-01", "2025-03-01"]), terms("2025-03-01"), True),
        (
            terms("2025-02-01"),
            {
                "kind": "lever",
                "lever": "flour.terms",
                "operation": "set",
                "value": 5,
                "on": "2025-02-01",
            },
            True,
        ),
        (
            terms("2025-02-01"),
            {
                "kind": "lever",
                "lever": "flour.terms",
                "operation": "cap",
                "value": 5,
                "on": "2025-02-01",
            },
            False,
        ),
    ],
)
def test_two_sets_of_one_lever(data, one, other, refused):
    data["shocks"] = {"one": {k: v for k, v in one.items() if v is not None}}
    data["shocks"]["other"] = {k: v for k, v in other.items() if v is not None}
    if refused:
        found = keys(data)
        assert set(found) == {"shocks.other"}
        assert "sets flour.terms while shocks.one sets it too" in found["shocks.other"].message
    else:
        Scenario(**data)


def test_amounts_of_arrays_and_draws_count_by_their_largest(data):
    data = copy.deepcopy(data)
    data["sales"]["annual"] = np.array([1.0, 9e13])
    data["payroll"]["wage"] = {"draw": "uniform", "low": 1, "high": 9e12}
    assert {"sales.annual", "payroll.wage"} <= set(keys(data))
