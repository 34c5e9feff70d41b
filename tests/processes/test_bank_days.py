"""A bank line whose money comes on the same day, on the days on which banks are closed.

Day 0 is Monday 2 June 2025; days 5 and 6 are a weekend.
"""

from __future__ import annotations

from borrowing import BANK, PLATFORM, borrower, closure
from lab import day_by_day, entries, traced, watch

FREE = BANK | {"rate": {"per_day": 0}}
SLOW = FREE | {"delay_days": 5}


def drawn(firm, name="bank"):
    return entries(firm, "cash", f"loan:{name}")


def test_it_is_not_asked_on_a_weekend_for_what_lies_ahead():
    # 400.00 on Thursday, day 10, are 14 days ahead from the start on: nothing is asked before.
    scenario = borrower({"bank": FREE}, bills={10: 400})
    assert drawn(traced(scenario, until=12)) == [(10, 30_000)]
    pending = day_by_day(scenario, lambda firm: int(firm.channels["bank"].pending[0]), until=12)
    assert pending == [0] * 12


def test_a_gap_of_the_weekend_is_asked_for_on_monday():
    # A holiday on Wednesday, day 2, to Friday: the bill of Wednesday waits for Monday, day 7.
    holidays = {"calendar.holidays": ["2025-06-04", "2025-06-05", "2025-06-06"]}
    firm = traced(borrower({"bank": FREE}, bills={2: 400}, changes=holidays), until=12)
    assert drawn(firm) == [(7, 30_000)]
    assert watch(firm, "cash_out") == (-1, 0, 0)


def test_a_gap_seen_on_a_weekend_waits_for_monday_too():
    # Closed until Friday, it opens on Saturday, when 50.00 are missing to the floor.
    changes = {"treasury.floor": 50}
    shut = {"shut": closure(0, 5)}
    scenario = borrower({"line": FREE}, cash=0, changes=changes, shocks=shut)
    pending = day_by_day(scenario, lambda firm: int(firm.channels["line"].pending[0]), until=12)
    assert pending == [0] * 12
    assert drawn(traced(scenario, until=12), "line") == [(7, 5_000)]


def test_a_slow_line_behind_it_is_not_asked_on_weekends_either():
    # What the same-day line can bring on Monday counts on Saturday, too.
    firm = traced(borrower({"bank": FREE, "slow": SLOW}, bills={10: 400}), until=16)
    assert (drawn(firm), drawn(firm, "slow")) == ([(10, 30_000)], [])
    small = {"bank": FREE | {"limit": 120}, "slow": SLOW}
    firm = traced(borrower(small, bills={10: 400}), until=16)
    assert (drawn(firm), drawn(firm, "slow")) == ([(10, 12_000)], [(7, 18_000)])


#: From Thursday 5 June 2025: one instalment of 300.00 + 30 x 0.30 falls due on Saturday 5 July, day
#: 30.
OWED = PLATFORM | {"limit": 300, "drawn": 300, "opening_months": 1}


def owing(lines, changes=None, **plan):
    given = {"start": "2025-06-05"} | (changes or {})
    return borrower({"owed": OWED} | lines, cash=0, changes=given, **plan)


def test_what_is_debited_on_a_weekend_is_drawn_before_it():
    firm = traced(owing({"bank": FREE}), until=34)
    assert drawn(firm) == [(29, 30_900)]
    assert entries(firm, "loan:owed", "cash") == [(30, 30_000)]
    assert watch(firm, "cash_out") == watch(firm, "channel_closed:owed") == (-1, 0, 0)


def test_before_a_long_holiday_too():
    # Closed from Wednesday 2 July on: asked on Tuesday, day 26, three days of interest before.
    holidays = {"calendar.holidays": ["2025-07-02", "2025-07-03", "2025-07-04"]}
    firm = traced(owing({"bank": FREE}, holidays), until=34)
    assert drawn(firm) == [(26, 30_900)]
    assert watch(firm, "cash_out") == (-1, 0, 0)


def test_cash_above_the_floor_is_used_first():
    firm = traced(owing({"bank": FREE}, {"firm.cash": 100}), until=34)
    assert drawn(firm) == [(29, 20_900)]
    # The floor is kept over the weekend, which it would not need to be on the day itself.
    firm = traced(owing({"bank": FREE}, {"firm.cash": 100, "treasury.floor": 50}), until=34)
    assert drawn(firm) == [(29, 25_900)]


def test_a_line_that_pays_out_on_any_day_is_asked_on_the_day_itself():
    any_day = PLATFORM | {"rate": {"per_day": 0}}
    firm = traced(owing({"line": any_day, "bank": FREE}), until=34)
    assert (drawn(firm, "line"), drawn(firm)) == ([(30, 30_900)], [])
    # Of 109.00 there the bank has to bring 200.00 before.
    firm = traced(owing({"line": any_day | {"limit": 109}, "bank": FREE}), until=34)
    assert (drawn(firm, "line"), drawn(firm)) == ([(30, 10_900)], [(29, 20_000)])


def test_interest_and_an_expiry_on_a_weekend_are_drawn_for():
    # The 21 June is a Saturday, day 19: 500.00 x 0.001 x 19 = 9.50 of interest, and the balance.
    old = BANK | {"limit": 500, "drawn": 500, "expires": "2025-06-21"}
    firm = traced(borrower({"old": old, "bank": FREE}, cash=0), until=25)
    assert drawn(firm) == [(18, 50_950)]
    assert watch(firm, "cash_out") == (-1, 0, 0)


#: 300.00 of the bill of Thursday, day 3, stay unpaid; the line opens on Saturday, day 5.
OVERDUE = {"bills": {3: 400}, "shocks": {"shut": closure(0, 5)}}


def test_the_horizon_may_end_before_a_long_closure_of_the_banks():
    # Banks are open on Wednesday to Friday; interest is due on Monday 30 June, day 28, and the last
    # day is Friday, day 25.  Nothing else is looked at beyond the horizon.
    calendar = {"calendar.weekend": ["sat", "sun", "mon", "tue"]}
    line = FREE | {"business_days": True, "interest_day": 30, "drawn": 10}
    plan = {"treasury.look_ahead": 0, "horizon": 26}
    firm = traced(borrower({"bank": line}, changes=plan | calendar))
    assert drawn(firm) == []


def test_nothing_is_drawn_on_closed_days_for_bills_that_wait_for_the_banks():
    # The line pays out on any day, but Saturday's money could not be used before Monday.
    firm = traced(borrower({"line": PLATFORM}, **OVERDUE), until=12)
    assert drawn(firm, "line") == [(7, 30_000)]


def test_a_slow_line_is_asked_on_closed_days_for_bills_that_wait():
    # Asked on Saturday, the money comes on Thursday, day 10; asked on Monday, on Monday week.
    firm = traced(borrower({"line": SLOW}, **OVERDUE), until=16)
    assert drawn(firm, "line") == [(10, 30_000)]


def test_on_notice_bills_that_wait_for_the_banks_are_drawn_for():
    # It closes for good on Sunday, announced on Saturday, when 300.00 wait for Monday.
    shocks = OVERDUE["shocks"] | {"closed": closure(6, notice_days=1)}
    firm = traced(borrower({"line": PLATFORM}, bills={3: 400}, shocks=shocks), until=12)
    assert drawn(firm, "line") == [(5, 30_000)]
    assert watch(firm, "cash_out") == (3, 1, 4)


def test_bills_that_wait_by_policy_are_not_drawn_for_on_closed_days():
    # Stretched by 30 days: nothing is required of it on Saturday, nor on Monday.
    changes = {"treasury.defer": {"other": 30}, "treasury.look_ahead": 1}
    firm = traced(borrower({"line": SLOW}, **OVERDUE, changes=changes), until=16)
    assert drawn(firm, "line") == []


def test_on_notice_it_is_asked_on_a_weekend():
    # Announced on Saturday, closed on Sunday: asked at once, and what is approved comes on Monday.
    scenario = borrower(
        {"line": FREE}, bills={10: 400}, shocks={"closed": closure(6, notice_days=1)}
    )
    assert drawn(traced(scenario, until=12), "line") == [(7, 30_000)]
