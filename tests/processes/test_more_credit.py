"""More limit and more notice: when they cannot hurt, and cases in which they do.

Where money costs nothing, a line has no instalments and nobody acts on how it is used, a lane with
more limit or more notice has the same bills, the same receipts and at least the cash of the other
lane until that one is out of cash.
"""

from __future__ import annotations

import numpy as np
from borrowing import PLATFORM, borrower, closure
from hypothesis import given
from hypothesis import strategies as st
from lab import firm_of

from strategies import UNSHAPED, scenarios, some

NEVER = 2**30
LANES = 6
quick = some(25)
#: What the firm does with cash that it would not do with less of it.
CAREFUL = {
    "treasury.austerity_days": 0,
    "treasury.take_discounts": None,
    "treasury.defer": None,
    "treasury.endorse": "never",
    "treasury.draw_together": None,
    "treasury.ceiling": None,
    "treasury.draw_order": None,
    "treasury.prepay_order": None,
}


def first_cash_out(scenario, lanes=LANES):
    firm = firm_of(scenario, lanes)
    firm.run()
    first = firm.outcomes.watches["cash_out"].first
    return np.where(first < 0, NEVER, first)


def free_line(scenario, line, shut):
    """The same firm with one free line without instalments, which a shock closes."""
    kept = {
        f"shocks.{name}": None
        for name, shock in scenario.shocks.items()
        if shock.kind in {"lending_tightening", "repricing", *UNSHAPED}
        or shock.when is not None
        or shock.after_shock is not None
    }
    kind = {"kind": "revolver", "rate": {"per_day": 0}, "business_days": False}
    shut = {"kind": "platform_closure", "channels": ["free"], **shut}
    other = {"channels": {"free": kind | line}, "shocks.shut": shut}
    return scenario.replace(CAREFUL | kept | other)


@st.composite
def lines(draw):
    """A scenario, a line and its closure, and what is changed: more limit or more notice."""
    scenario = draw(scenarios())
    # Little before and much after: else nearly every firm has enough, or too little, of both.
    limit, more = draw(st.sampled_from([0, 100, 2_000])), draw(st.integers(1, 100_000))
    notice, longer = draw(st.sampled_from([0, 1, 10])), draw(st.sampled_from([1, 5, 40]))
    on = scenario.start + np.timedelta64(draw(st.integers(0, scenario.horizon - 1)), "D").item()
    shut = {"on": on, "notice_days": notice}
    if draw(st.booleans()):
        shut["lasts"] = draw(st.integers(1, 60))
    base = free_line(scenario, {"limit": limit}, shut)
    if draw(st.booleans()):
        return base, base.replace({"channels.free.limit": limit + more})
    return base, base.replace({"shocks.shut.notice_days": notice + longer})


@quick
@given(lines())
def test_more_limit_or_notice_never_brings_a_first_cash_out_nearer(pair):
    before, after = map(first_cash_out, pair)
    assert (after >= before).all()


@st.composite
def agreements(draw):
    """A scenario whose free line its lender closes by itself, with less notice and with more.

    For a while, where the firm draws all of it on notice, or for good, whatever the firm does.
    """
    scenario = draw(scenarios())
    limit = draw(st.integers(1, 50_000))
    control = {"mean_days": draw(st.sampled_from([0.001, 5, 40]))}
    policy = draw(st.sampled_from(["draw_all", "draw_needed", "nothing"]))
    if policy == "draw_all" and draw(st.booleans()):
        control["lasts"] = draw(st.integers(1, 30))
    notice, longer = draw(st.sampled_from([0, 1, 10])), draw(st.sampled_from([1, 5, 40]))
    on = {"on": scenario.start, "cause": "fault", "lasts": 1}
    base = free_line(scenario, {"limit": limit, "risk_control": control}, on)
    base = base.replace({"treasury.on_notice": policy})
    key = "channels.free.agreement"
    return tuple(base.replace({key: {"notice_days": n}}) for n in (notice, notice + longer))


@quick
@given(agreements())
def test_more_notice_by_the_lender_never_brings_a_first_cash_out_nearer(pair):
    before, after = map(first_cash_out, pair)
    assert (after >= before).all()


def lender_with_notice(days, **line):
    """A free line of 1,000.00 that is closed as soon as it may be; 500.00 are due on day 11."""
    free = {"kind": "revolver", "rate": {"per_day": 0}, "business_days": False, "limit": 1000}
    free |= {"risk_control": {"mean_days": 0.001} | line, "agreement": {"notice_days": days}}
    changes = {"treasury.on_notice": "nothing", "treasury.look_ahead": 3}
    return borrower({"free": free}, bills={11: 500}, cash=100, changes=changes)


def test_notice_moves_a_closure_that_ends_and_that_can_hurt_without_rates():
    # Closed on the evening of day 0 for ten days it is open on day 11, and closed again that
    # evening.  With five days of notice it is closed from the evening of day 5 to that of day 15.
    sudden, announced = (lender_with_notice(days, lasts=10) for days in (0, 5))
    assert first_cash_out(sudden, 1).tolist() == [NEVER]
    assert first_cash_out(announced, 1).tolist() == [11]
    # What is due lies beyond the look-ahead, so to draw what is needed is nothing either; all is.
    for policy, day in (("draw_needed", 11), ("draw_all", NEVER)):
        answered = announced.replace({"treasury.on_notice": policy})
        assert first_cash_out(answered, 1).tolist() == [day]
    # Closed for good, notice helps or does nothing.
    for days, day in ((0, 11), (5, 11), (11, NEVER)):
        assert first_cash_out(lender_with_notice(days), 1).tolist() == [day]


def test_the_law_is_no_empty_one():
    # A bill that only the larger limit pays, and one that only the longer notice pays.
    bill = {"bills": {20: 500}, "cash": 100}
    free = {"kind": "revolver", "rate": {"per_day": 0}, "business_days": False}
    small, large = (borrower({"free": free | {"limit": limit}}, **bill) for limit in (100, 1000))
    assert first_cash_out(small, 1).tolist() == [21]
    assert first_cash_out(large, 1).tolist() == [NEVER]
    shut = closure(15, channels=["free"])
    sudden, announced = (
        borrower(
            {"free": free | {"limit": 1000}}, shocks={"shut": shut | {"notice_days": n}}, **bill
        )
        for n in (0, 9)
    )
    assert first_cash_out(sudden, 1).tolist() == [21]
    assert first_cash_out(announced, 1).tolist() == [NEVER]


# -- where it does hurt -------------------------------------------------------------------------


#: The firm keeps 500.00 in hand by borrowing on one month's terms, and the line closes on day 20.
FLOOR = {
    "bills": {52: 80},
    "cash": 100,
    "treasury": {"floor": 500},
    "shocks": {"shut": closure(20)},
}


def test_with_rates_more_limit_can_bring_it_nearer():
    # A limit of 200.00: 30 days at 0.25 % cost 15.00, and 85.00 are left for the bill of 80.00.
    # A limit of 800.00: 400.00 are drawn and cost 30.00, and 70.00 are left.
    line = PLATFORM | {"rate": {"per_day": 0.0025}}
    small, large = (borrower({"line": line | {"limit": limit}}, **FLOOR) for limit in (200, 800))
    assert first_cash_out(small, 1).tolist() == [NEVER]
    assert first_cash_out(large, 1).tolist() == [52]


def test_that_case_is_none_without_rates():
    line = PLATFORM | {"rate": {"per_day": 0}, "limit": 800}
    assert first_cash_out(borrower({"line": line}, **FLOOR), 1).tolist() == [NEVER]


def test_without_rates_instalments_that_come_sooner_can_hurt_too():
    # The first line wants its money back in a month, the second in a year; both close on day 20.
    # More limit on the first moves 200.00 of the drawing to it, and day 30 cannot pay them.
    free = {"rate": {"per_day": 0}}
    quick, slow = PLATFORM | free, PLATFORM | free | {"tenor_months": 12}
    plan = {"bills": {7: 400}, "cash": 100, "income": {14: 100}}
    plan["shocks"] = {"shut": closure(20, channels=["line", "slow"])}
    small, large = (
        borrower({"line": quick | {"limit": limit}, "slow": slow}, **plan) for limit in (0, 300)
    )
    assert first_cash_out(small, 1).tolist() == [NEVER]
    assert first_cash_out(large, 1)[0] < 45
