"""What is paid first, what is borrowed where and when.  Day 0 is Monday 2 June 2025."""

from __future__ import annotations

import pytest
from borrowing import BANK, OWNER, PLATFORM, borrower, closure, date
from lab import entries, first, plain, run, seen_at, traced, watch

from cashstress.errors import ScenarioError
from cashstress.kernel.clock import Phase
from cashstress.scenario import Array

# -- paying -------------------------------------------------------------------------------------

#: On Friday 13 June (day 11) one bill of each class falls due, in the order of paying.
CLASSES = ("wages", "taxes_payable", "payables:flour", "costs_payable:rent", "costs_payable:power")
CLASSES += ("costs_payable:party",)


def everything_due(cash, changes=None):
    opening = [{"due": date(11), "amount": 60}]
    return plain(
        {"sales.annual": 0, "firm.cash": cash} | (changes or {}),
        payroll={"staff": 1, "wage": 300, "pay_day": 13},
        taxes={"vat": "general", "opening_vat": 50, "day": 13},
        suppliers={"flour": {"share": 0, "terms": 30, "opening": opening, "tolerance": 60}},
        costs={
            "party": {"monthly": 90, "day": 13, "pay_class": "discretionary"},
            "power": {"monthly": 80, "day": 13, "pay_class": "other"},
            "rent": {"monthly": 70, "day": 13, "pay_class": "rent"},
        },
    )


@pytest.mark.parametrize(
    ("cash", "paid"),
    [
        (650, [300, 50, 60, 70, 80, 90]),
        (649, [300, 50, 60, 70, 80, 89]),
        (505, [300, 50, 60, 70, 25, 0]),
        (400, [300, 50, 50, 0, 0, 0]),
        (310, [300, 10, 0, 0, 0, 0]),
        # Wages are all or nothing, and their cash is held.
        (299, [0, 0, 0, 0, 0, 0]),
    ],
)
def test_strict_order_of_classes(cash, paid):
    firm = traced(everything_due(cash), until=13)
    assert [sum(a for _, a in entries(firm, name, "cash")) // 100 for name in CLASSES] == paid


def test_cash_that_a_pay_run_cannot_use_may_be_released():
    # 299.00 are too little for wages of 300.00: taxes 50.00, flour 60.00, rent 70.00, power 80.00
    # and 39.00 of the party.
    firm = traced(everything_due(299, {"treasury.release": True}), until=13)
    paid = [sum(a for _, a in entries(firm, name, "cash")) // 100 for name in CLASSES]
    assert paid == [0, 50, 60, 70, 80, 39]


def test_old_low_class_debt_never_comes_before_new_wages():
    # Rent of 100.00 is overdue since day 3.  250.00 come with the pay day: wages of 200.00 first.
    scenario = borrower(
        {},
        bills={3: 100},
        income={11: 250},
        cash=0,
        payroll={"staff": 1, "wage": 200, "pay_day": 13},
    )
    firm = traced(scenario, until=13)
    assert entries(firm, "wages", "cash") == [(11, 20_000)]
    assert entries(firm, "costs_payable:bill_3", "cash") == [(11, 5_000)]


def test_instalments_are_debited_before_wages():
    # 150.00 in one instalment on 2 July; wages of 200.00 of a run on 2 July as well.
    line = {"line": PLATFORM | {"drawn": 150, "opening_months": 1, "limit": 150}}
    payroll = {"staff": 1, "wage": 200, "pay_day": 2, "grace": 90}
    scenario = borrower(line, cash=210, payroll=payroll, changes={"start": "2025-06-03"})
    firm = traced(scenario)
    # Opened on the 3rd: due on 3 July (day 30), one day after the pay day of 2 July (day 29).
    assert entries(firm, "wages", "cash") == [(29, 20_000)]
    same_day = scenario.replace({"payroll.pay_day": 3})
    # The opening run of 3 June is paid on day 0; 10.00 are left: 4.50 of interest, 5.50 of 150.00.
    firm = traced(same_day, until=31)
    assert entries(firm, "wages", "cash") == [(0, 20_000)]
    assert entries(firm, "interest:line", "cash") == [(30, 450)]
    assert entries(firm, "loan:line", "cash") == [(30, 550)]


def test_bills_wait_for_the_banks_to_open():
    # A holiday on Friday 13 June: due on that nominal day, billed and paid on Monday.
    firm = traced(everything_due(650, {"calendar.holidays": ["2025-06-13"]}), until=20)
    # Wages are paid the day before; the rest on day 14.
    assert [day for day, _ in entries(firm, "wages", "cash")] == [10]
    assert [day for day, _ in entries(firm, "costs_payable:rent", "cash")] == [14]
    assert watch(firm, "cash_out") == (-1, 0, 0)


def test_a_stretched_class_is_paid_last_and_from_cash_above_the_floor():
    # 80.00 due on day 1 may wait ten days.  Of 100.00 with a floor of 50.00 half is paid at once,
    # the other 30.00 when they are ten days past due: day 11.
    changes = {"treasury.defer": {"other": 10}, "treasury.floor": 50}
    firm = traced(borrower({}, bills={1: 80}, cash=100, changes=changes), until=20)
    assert entries(firm, "costs_payable:bill_1", "cash") == [(1, 5_000), (11, 3_000)]
    assert watch(firm, "cash_out") == (-1, 0, 0)


def test_stretched_beyond_its_limit_is_out_of_cash():
    changes = {"treasury.defer": {"other": 10}}
    firm = run(borrower({}, bills={1: 80}, cash=0, changes=changes), until=20)
    assert watch(firm, "cash_out") == (11, 1, 9)
    assert watch(run(borrower({}, bills={1: 80}, cash=0), until=20), "cash_out") == (1, 1, 19)


@pytest.mark.parametrize("days", [4, 5, 6])
def test_a_limit_on_a_closed_day_is_one_of_the_next_business_day(days):
    # Due on Tuesday, day 1: it may wait until Saturday, Sunday or Monday, and is paid on Monday.
    changes = {"treasury.defer": {"other": days}}
    paid = traced(borrower({}, bills={1: 80}, income={7: 80}, cash=0, changes=changes), until=20)
    assert entries(paid, "costs_payable:bill_1", "cash") == [(7, 8_000)]
    assert watch(paid, "cash_out") == (-1, 0, 0)
    unpaid = run(borrower({}, bills={1: 80}, cash=0, changes=changes), until=20)
    assert watch(unpaid, "cash_out") == (7, 1, 13)


def test_a_limit_in_a_long_holiday_waits_for_its_end():
    # Closed from Wednesday, day 2, to Sunday, day 13: ten days more than the limit of two.
    closed = [str(date(day)) for day in (2, 3, 4, 7, 8, 9, 10, 11)]
    changes = {"treasury.defer": {"other": 2}, "calendar.holidays": closed}
    firm = run(borrower({}, bills={1: 80}, cash=0, changes=changes), until=20)
    assert watch(firm, "cash_out") == (14, 1, 6)


@pytest.mark.parametrize(
    ("days", "income", "flour", "sugar"),
    [
        # Beyond their limit are sugar's of day 2 and flour's of day 3.
        (3, 150, [(9, 5_000)], [(9, 10_000)]),
        # Then what may wait, again the oldest first: half of flour's of day 7.
        (3, 250, [(9, 10_000), (9, 5_000)], [(9, 10_000)]),
        # All of it may wait.
        (10, 250, [(9, 15_000)], [(9, 10_000)]),
    ],
)
def test_oldest_bills_first_in_a_stretched_class_too(days, income, flour, sugar):
    def supplier(*dues):
        opening = [{"due": date(day), "amount": 100} for day in dues]
        return {"share": 0, "terms": 30, "stock": 0, "opening": opening}

    scenario = borrower(
        {}, income={9: income}, cash=0,
        suppliers={"flour": supplier(3, 7), "sugar": supplier(2, 8)},
        changes={"treasury.defer": {"critical": days}},
    )  # fmt: skip
    firm = traced(scenario, until=10)
    paid = (entries(firm, f"payables:{name}", "cash") for name in ("flour", "sugar"))
    assert [[(day, a) for day, a in each if a] for each in paid] == [flour, sugar]


def test_nothing_is_borrowed_for_what_may_wait():
    changes = {"treasury.defer": {"other": 10}}
    firm = traced(borrower({"line": PLATFORM}, bills={1: 80}, cash=0, changes=changes), until=20)
    assert entries(firm, "cash", "loan:line") == [(11, 8_000)]


# -- borrowing ----------------------------------------------------------------------------------

TWO = {"line": PLATFORM | {"limit": 200}, "other": PLATFORM | {"limit": 1000}}


@pytest.mark.parametrize(
    ("order", "drawn"),
    [(None, (20_000, 10_000)), (["other", "line"], (0, 30_000)), (["line"], (20_000, 0))],
)
def test_the_order_of_drawing(order, drawn):
    changes = {"treasury.draw_order": order} if order else {}
    firm = run(borrower(TWO, bills={3: 400}, changes=changes), until=5)
    assert tuple(int(channel.drawn[0]) for channel in firm.channels.values()) == drawn


@pytest.mark.parametrize(
    ("order", "left"), [(None, (20_000, 0)), (["line", "other"], (10_000, 10_000))]
)
def test_the_order_of_repaying(order, left):
    # 300.00 borrowed from both; 100.00 + its interest are there to repay on day 10.
    lines = {"line": BANK | {"limit": 200, "business_days": False}}
    lines["other"] = BANK | {"business_days": False}
    changes = {"treasury.ceiling": 0} | ({"treasury.prepay_order": order} if order else {})
    firm = run(borrower(lines, bills={3: 400}, income={10: 100}, changes=changes), until=12)
    assert tuple(int(channel.drawn[0]) for channel in firm.channels.values()) == left


def test_what_rounding_leaves_repays_no_other_line():
    # 300.00 drawn on day 3 cost 0.7 % by day 10.  Of 99.50, 98.80 and 0.69 are repaid: there are
    # 99.50 x 300.00 / 302.10 = 98.808, rounded down, and 0.6916 of interest.
    lines = {"line": PLATFORM | {"limit": 300}, "bank": BANK | {"business_days": False}}
    changes = {"treasury.ceiling": 0, "treasury.prepay_order": ["line", "bank"]}
    scenario = borrower(lines, bills={3: 500}, income={10: 99.5}, changes=changes)
    firm = traced(scenario, until=13)
    assert entries(firm, "cash", "loan:bank") == [(3, 10_000)]
    assert entries(firm, "loan:line", "cash") == [(10, 9_880)]
    assert entries(firm, "interest", "cash") == [(10, 69)]
    # The bank is not repaid 0.01, nor asked for it again.
    assert entries(firm, "loan:bank", "cash") == []
    assert firm.cash.tolist() == [1]
    # What is paid off lets the next be repaid.
    richer = borrower(lines, bills={3: 500}, income={10: 350}, changes=changes)
    firm = traced(richer, until=13)
    assert entries(firm, "loan:line", "cash") == [(10, 30_000)]
    assert entries(firm, "loan:bank", "cash") == [(10, 35_000 - 30_000 - 210)]


@pytest.mark.parametrize(("drawn", "cash"), [(500, "400.01"), ("0.01", 450)])
def test_a_cent_is_repaid_early(drawn, cash):
    bank = {"line": BANK | {"drawn": drawn}}
    firm = traced(borrower(bank, cash=cash, changes={"treasury.ceiling": 400}), until=2)
    assert entries(firm, "loan:line", "cash") == [(0, 1)]


def test_only_above_the_ceiling():
    bank = {"line": BANK | {"drawn": 500}}
    firm = traced(borrower(bank, cash=450, changes={"treasury.ceiling": 400}), until=2)
    assert entries(firm, "loan:line", "cash") == [(0, 5_000)]
    assert entries(traced(borrower(bank, cash=450), until=2), "loan:line", "cash") == []


def test_nothing_is_repaid_early_while_something_is_unpaid():
    # A pay run of 300.00 on Friday 13 June (day 11) is paid whole or not at all: the 250.00 that
    # come on that day wait for it.  120.00 come on day 14: 300.00 for wages, 70.00 for the line.
    line = {"line": BANK | {"drawn": 100, "limit": 100, "prepayable": True}}
    scenario = borrower(
        line,
        income={11: 250, 14: 120},
        cash=0,
        payroll={"staff": 1, "wage": 300, "pay_day": 13},
        changes={"treasury.ceiling": 0},
    )
    firm = traced(scenario, until=16)
    assert entries(firm, "wages", "cash") == [(14, 30_000)]
    assert entries(firm, "loan:line", "cash") == [(14, 7_000)]


def test_buffers_in_days_of_planned_outflow():
    # Rent of 365.00 a month: 365 x 12 / 365 = 12.00 a day; five days are 60.00.
    scenario = borrower({"line": PLATFORM}, cash=10, changes={"treasury.floor": "5 days"})
    firm = traced(scenario.replace({"costs.rent": {"monthly": 365, "day": 28}}), until=2)
    assert firm.treasury.floor == 6_000
    assert entries(firm, "cash", "loan:line") == [(0, 5_000)]


SLOW = BANK | {"delay_days": 5}


def test_a_slow_line_is_asked_early():
    # 400.00 on day 10, seen from day 0 on within 14 days: asked for on day 0, there on day 7 (day 5
    # is a Saturday).
    firm = traced(borrower({"line": SLOW}, bills={10: 400}), until=12)
    assert entries(firm, "cash", "loan:line") == [(7, 30_000)]
    assert watch(firm, "cash_out") == (-1, 0, 0)


def test_without_looking_ahead_it_is_asked_too_late():
    firm = traced(
        borrower({"line": SLOW}, bills={10: 400}, changes={"treasury.look_ahead": 0}), until=18
    )
    # Asked for on day 10, there on day 15.
    assert entries(firm, "cash", "loan:line") == [(15, 30_000)]
    assert watch(firm, "cash_out") == (10, 1, 5)


def test_a_slow_line_is_not_asked_for_what_a_quick_one_can_bring():
    lines = {"quick": PLATFORM, "line": SLOW}
    firm = traced(borrower(lines, bills={10: 400}), until=12)
    assert entries(firm, "cash", "loan:line") == []
    assert entries(firm, "cash", "loan:quick") == [(10, 30_000)]
    # A quick one of 120.00 leaves 180.00 to be asked for.
    lines = {"quick": PLATFORM | {"limit": 120}, "line": SLOW}
    firm = traced(borrower(lines, bills={10: 400}), until=12)
    assert entries(firm, "cash", "loan:line") == [(7, 18_000)]
    assert entries(firm, "cash", "loan:quick") == [(10, 12_000)]


def test_what_a_quick_line_has_just_given_it_cannot_give_again():
    # On day 3 the quick line gives its 100.00 for the bill of the day, and the 200.00 of day 10
    # come into sight: all of them are asked of the slow line.
    lines = {"quick": BANK | {"limit": 100}, "slow": SLOW}
    scenario = borrower(lines, bills={3: 100, 10: 200}, cash=0, changes={"treasury.look_ahead": 7})
    firm = traced(scenario, until=10)
    assert entries(firm, "cash", "loan:quick") == [(3, 10_000)]
    assert sum(amount for _, amount in entries(firm, "cash", "loan:slow")) == 20_000


def test_expected_receipts_count_with_a_haircut():
    # 200.00 are due on day 8: 80 % of it are counted on, so 300 - 160 = 140.00 are asked for.
    firm = traced(borrower({"line": SLOW}, bills={10: 400}, income={8: 200}), until=12)
    assert entries(firm, "cash", "loan:line") == [(7, 14_000)]


@pytest.mark.parametrize(
    ("check_every", "drawn", "out"), [(1, 8, (-1, 0, 0)), (30, 15, (10, 1, 5))]
)
def test_dead_headroom_is_counted_until_somebody_looks(check_every, drawn, out):
    # The quick line closes on day 3.  Seen at once, the slow one is asked then (there on day 8);
    # else only when the quick one refuses on day 10 (there on day 15).
    lines = {"line": PLATFORM, "slow": SLOW}
    scenario = borrower(
        lines, bills={10: 400}, shocks={"closed": closure(3)},
        changes={"treasury.check_every": check_every},
    )  # fmt: skip
    firm = traced(scenario, until=18)
    assert entries(firm, "cash", "loan:slow")[0] == (drawn, 30_000)
    assert watch(firm, "cash_out") == out


@pytest.mark.parametrize(
    ("policy", "drawn", "out"),
    [
        ("nothing", [], [15]),
        # The bill of day 15 lies within the 14 days of day 5: the 300.00 that will be missing.
        ("draw_needed", [(5, 30_000)], [-1]),
        ("draw_all", [(5, 100_000)], [-1]),
    ],
)
def test_on_notice_of_a_closure(policy, drawn, out):
    # Closed for good on day 10, announced on day 5.
    scenario = borrower(
        {"line": PLATFORM}, bills={15: 400}, shocks={"closed": closure(10, notice_days=5)},
        changes={"treasury.on_notice": policy},
    )  # fmt: skip
    firm = traced(scenario, until=20)
    assert entries(firm, "cash", "loan:line") == drawn
    assert first(firm, "cash_out") == out


def test_the_owner_is_asked_last_and_repaid_first():
    lines = {"line": PLATFORM | {"limit": 200}, "owner_loan": OWNER}
    scenario = borrower(lines, bills={3: 400}, income={10: 60}, changes={"treasury.ceiling": 0})
    firm = traced(scenario, until=12)
    assert entries(firm, "cash", "loan:line") == [(3, 20_000)]
    assert entries(firm, "cash", "loan:owner_loan") == [(3, 10_000)]
    assert entries(firm, "loan:owner_loan", "cash") == [(10, 6_000)]


def test_liquidity_is_cash_and_headroom_less_what_is_unpaid():
    scenario = borrower({"line": PLATFORM | {"limit": 250}}, bills={3: 400})
    firm = run(scenario, until=3)
    assert firm.columns["outcome.lowest_liquidity"].tolist() == [35_000]
    firm.run(4)
    # 100.00 and 250.00 paid 350.00 of 400.00.
    assert firm.columns["outcome.lowest_liquidity"].tolist() == [-5_000]
    assert firm.columns["outcome.deepest_shortfall"].tolist() == [5_000]
    assert firm.columns["outcome.lowest_cash"].tolist() == [0]


def test_posted_and_contracted_outflows_are_seen_exactly():
    # Posted: a bill on 30 days' terms; contracted: the rent of the 20th; nothing else.
    costs = {
        "freight": {"claims": {"per_day": 0.0001, "amount": 1}},
        "rent": {"monthly": 30, "day": 20},
    }
    scenario = borrower({}, cash=500).replace({"costs": costs})
    seen = seen_at(scenario, Phase.SETTLE, lambda firm: int(firm.outflows_ahead()[0]), until=25)
    # 20 June is day 18: seen on days 4-17.
    assert list(seen.values()) == [0] * 4 + [3_000] * 14 + [0] * 7


def test_wages_of_a_month_not_yet_over_are_seen_from_the_first_day_of_the_look_ahead():
    # June's 300.00 are due on 2 July, day 30: seen on days 16-29, before and after they are billed
    # on 30 June (day 28).
    scenario = borrower({}, cash=900, payroll={"staff": 1, "wage": 300, "pay_day": 2})
    seen = seen_at(scenario, Phase.SETTLE, lambda firm: int(firm.outflows_ahead()[0]), until=40)
    assert list(seen.values()) == [0] * 16 + [30_000] * 14 + [0] * 10


# -- drawing on several lines together ----------------------------------------------------------


def together(*names, bills=None, **plans):
    """Drawings by line: 600.00 are missing on day 3, in this order of drawing."""
    lines = {"a": PLATFORM | {"limit": 900}, "b": PLATFORM | {"limit": 300}}
    lines |= {"c": OWNER | {"limit": 1000}}
    lines = {name: line | plans.get(name, {}) for name, line in lines.items()}
    firm = traced(
        borrower(lines, bills=bills or {3: 700}, treasury={"draw_together": list(names)}), until=20
    )
    return {name: entries(firm, "cash", f"loan:{name}") for name in lines}


def test_lines_drawn_on_together_share_by_headroom():
    # In order, the first line gives all; together, 900 to 300 of headroom: 450.00 and 150.00.
    assert together("b", "c") == {"a": [(3, 60_000)], "b": [], "c": []}
    assert together("a", "b") == {"a": [(3, 45_000)], "b": [(3, 15_000)], "c": []}
    # A second bill meets 450 and 150 left: again three to one.
    again = together("a", "b", bills={3: 700, 10: 200})
    assert again == {"a": [(3, 45_000), (10, 15_000)], "b": [(3, 15_000), (10, 5_000)], "c": []}
    # More than they have: what is left is asked of the line after them.
    more = together("a", "b", bills={3: 1400})
    assert more == {"a": [(3, 90_000)], "b": [(3, 30_000)], "c": [(3, 10_000)]}


def test_a_smallest_drawing_and_odd_cents_are_no_hole():
    # 200.00 at least from b: it is asked for the rest, 150.00, and gives 200.00.
    least = together("a", "b", b={"min_drawing": 200})
    assert least == {"a": [(3, 45_000)], "b": [(3, 20_000)], "c": []}
    odd = together("a", "b", "c", bills={3: "100.01"}, c={"limit": 1})
    # 0.01 missing: 900 of 1,201 of a cent round to one.
    assert odd == {"a": [(3, 1)], "b": [], "c": []}


def test_what_one_line_refuses_the_others_give_on_the_same_day():
    # The firm looks at its lines every 30 days, so it does not know that b was closed on day 1.
    lines = {"a": PLATFORM | {"limit": 900}, "b": PLATFORM | {"limit": 300}}
    shut = {"shut": closure(1, channels=["b"])}
    plan = {"draw_together": ["a", "b"], "check_every": 30}
    firm = traced(borrower(lines, bills={3: 700}, shocks=shut, treasury=plan), until=5)
    assert sum(n for _, n in entries(firm, "cash", "loan:a")) == 60_000
    assert {day for day, _ in entries(firm, "cash", "loan:a")} == {3}
    assert watch(firm, "cash_out") == (-1, 0, 0)
    # One that may refuse is not asked twice on one day.
    lines["a"] |= {"approval": 0.999999}
    firm = traced(borrower(lines, bills={3: 700}, shocks=shut, treasury=plan), until=5)
    assert entries(firm, "cash", "loan:a") == [(3, 45_000), (4, 15_000)]


def test_a_lane_is_asked_again_whether_or_not_another_may_be_refused():
    # In lane 0 line a never refuses; in lane 1 it may, and is not asked again for what b refused.
    lines = {"a": PLATFORM | {"limit": 900}, "b": PLATFORM | {"limit": 300}}
    lines["a"] |= {"approval": Array([1.0, 0.999999])}
    shut = {"shut": closure(1, channels=["b"])}
    plan = {"draw_together": ["a", "b"], "check_every": 30}
    scenario = borrower(lines, bills={3: 700}, shocks=shut, treasury=plan)
    for slots in ([0], [0, 1], [1]):
        firm = run(scenario, slots=slots, until=4)
        drawn = [[60_000, 45_000][slot] for slot in slots]
        assert firm.channels["a"].drawn.tolist() == drawn


def test_names_of_lines_drawn_on_together():
    lines = {"a": PLATFORM, "b": PLATFORM}
    for plan, message in (
        ({"draw_together": ["a", "bb"]}, r"treasury\.draw_together.*unknown channel"),
        ({"draw_together": ["a"]}, r"treasury\.draw_together"),
        ({"draw_together": ["a", "b"], "draw_order": ["a"]}, r"not in draw_order"),
        ({"draw_together": ["a", "bb"], "draw_order": ["a", "b"]}, r"did you mean b\?"),
    ):
        with pytest.raises(ScenarioError, match=message):
            borrower(lines, treasury=plan)
