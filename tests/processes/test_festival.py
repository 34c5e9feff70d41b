"""The weeks around the Spring Festival, to the day and the cent.

Day 0 is Monday 6 January 2025, the festival Wednesday 29 January, day 23.  Banks are closed on days
22-29 (28 January to 4 February), so the last business day before it is Monday, day 21; the firm,
closed for seven days, opens again on Wednesday, day 30, and so do the banks.
"""

from __future__ import annotations

import pytest
from borrowing import BANK, borrower, date
from lab import entries, firm_of, plain, traced, watch

from cashstress.errors import ScenarioError

START = "2025-01-06"
BANKS_CLOSED = [f"2025-01-{day}" for day in (28, 29, 30, 31)]
BANKS_CLOSED += [f"2025-02-0{day}" for day in (1, 2, 3, 4)]
AWAY = {"closed_days": 7}
SETTLES = AWAY | {"settle_suppliers": True}
FLOUR = {"share": 0.5, "terms": 30, "lead_days": 3, "stock_days": 5, "stock": 600, "opening": []}
LATER = {"terms": 5, "lead_days": 7, "stock_days": 14}


def around(festival, changes=None, **tables):
    given = {"firm.cash": 5000, "calendar.holidays": BANKS_CLOSED}
    given |= {"sales.spring_festival": festival} | (changes or {})
    # Dates are checked against these, so they cannot be changed afterwards.
    return plain(given, start=given.pop("start", START), **tables)


def owing(*days):
    opening = [{"due": date(day, START), "amount": 100} for day in days]
    return {"flour": {"share": 0, "terms": 30, "stock": 0, "opening": opening}}


def paid(scenario, until=None):
    return entries(traced(scenario, until=until), "payables:flour", "cash")


# -- suppliers are settled -----------------------------------------------------------------------


def test_bills_due_until_the_reopening_are_due_before_the_festival():
    # Day 18 as it is; day 22 would wait for the banks until day 30; day 31 is after the reopening.
    bills = owing(18, 22, 25, 30, 31)
    settled = [(18, 10_000), (21, 30_000), (31, 10_000)]
    assert paid(around(SETTLES, suppliers=bills), 40) == settled
    assert paid(around(AWAY, suppliers=bills), 40) == [(18, 10_000), (30, 30_000), (31, 10_000)]


def test_without_a_closure_of_the_firm_it_is_until_the_banks_reopen():
    settles = {"settle_suppliers": True}
    assert paid(around(settles, suppliers=owing(25, 31)), 40) == [(21, 10_000), (31, 10_000)]
    # Weekends only: Tuesday, day 22, is the last day; the festival's own day counts as closed.
    weekends = around(settles, {"calendar.holidays": []}, suppliers=owing(22, 23, 24))
    assert paid(weekends, 40) == [(22, 20_000), (24, 10_000)]


def test_what_is_delivered_after_the_settlement_keeps_its_terms():
    # Five days' terms.  Delivered on day 17 it would be due on day 22, so on day 30: settled on day
    # 21.  Delivered on day 24, while all are away, it is due on day 29, so on day 30.
    flour = {"flour": FLOUR | {"terms": 5}}
    firm = traced(around(SETTLES, suppliers=flour), until=32)
    delivered = [day for day, _ in entries(firm, "stock", "payables:flour")]
    assert delivered == [3, 10, 17, 24, 31]
    assert [day for day, _ in entries(firm, "payables:flour", "cash")] == [8, 15, 21, 30]
    # Delivered on the last business day itself, due on it.
    late = around(SETTLES, suppliers={"flour": FLOUR | LATER})
    firm = traced(late, until=32)
    assert 21 in [day for day, _ in entries(firm, "stock", "payables:flour")]
    assert 21 in [day for day, _ in entries(firm, "payables:flour", "cash")]


def test_new_terms_of_a_shock_are_settled_too():
    shock = {"kind": "supplier_terms", "suppliers": ["flour"], "terms": 12, "on": date(9, START)}
    flour = {"flour": FLOUR | {"terms": 60}}
    # Day 10 + 12 = 22, so 30: settled.  Day 17 + 12 = 29, so 30: settled.  Day 24: on day 36.
    firm = traced(around(SETTLES, {"shocks.shorter": shock}, suppliers=flour), until=40)
    assert [day for day, _ in entries(firm, "payables:flour", "cash")] == [21, 36]


def test_the_look_ahead_sees_the_settlement():
    # 100.00 of cash, 300.00 due on day 25: from day 7 on it stands 14 days ahead, on day 21.  The
    # bank takes five days: asked on day 7, there on Monday, day 14 (day 12 is a Saturday).
    scenario = borrower(
        {"line": BANK | {"delay_days": 5, "rate": {"per_day": 0}}},
        suppliers=owing(25, 25, 25),
        changes={"start": START},
    ).replace({"sales.spring_festival": SETTLES, "calendar.holidays": BANKS_CLOSED})
    firm = firm_of(scenario)
    firm.run(7)
    assert firm.outflows_ahead().tolist() == [0]
    firm.run(8)
    assert firm.outflows_ahead().tolist() == [30_000]
    firm = traced(scenario, until=40)
    assert entries(firm, "cash", "loan:line") == [(14, 20_000)]
    assert entries(firm, "payables:flour", "cash") == [(21, 30_000)]


def test_unpaid_it_is_past_due_from_the_settlement_on():
    scenario = around(SETTLES, {"firm.cash": 0, "sales.annual": 0}, suppliers=owing(25))
    assert watch(traced(scenario, until=30), "cash_out") == (21, 1, 9)


def test_a_firm_that_opens_after_the_settlement_has_paid():
    # From Thursday 30 January, weekends only: the festival is day -1, its last business day -2, the
    # reopening Wednesday, day 6.  Deliveries 4, 11 and 18 days ago with 20 days' terms are due on
    # days 16, 9 and 2, Saturdays, so 18, 11 and 4; the last was settled.
    flour = FLOUR | {"terms": 20, "lead_days": 10, "stock_days": 14, "stock": None}
    flour = {"flour": flour | {"opening": None}}
    changes = {"start": "2025-01-30", "calendar.holidays": []}
    kept = paid(around(SETTLES, changes, suppliers=flour), 20)
    assert [day for day, _ in kept] == [11, 18]
    assert paid(around(AWAY, changes, suppliers=flour), 20) == [(4, kept[0][1]), *kept]
    # A bill that the scenario gives is open all the same, and due as it says.
    given = {"flour": flour["flour"] | {"opening": [{"due": "2025-02-03", "amount": 100}]}}
    assert paid(around(SETTLES, changes, suppliers=given), 20)[0] == (4, 10_000)


# -- staff come back late ------------------------------------------------------------------------

LATE = AWAY | {"staff_back": 0.5, "staff_back_days": 4}


def sold(scenario, until=36):
    firm = traced(scenario, until=until)
    by_day = dict(entries(firm, credit="sales"))
    return [by_day.get(day, 0) for day in range(22, until)], firm


def test_output_follows_the_staff():
    # 100.00 a day; closed on days 23-29; then half of the staff, and an eighth more each day.
    payroll = {"staff": 10, "wage": 100}
    days, firm = sold(around(LATE, payroll=payroll))
    slow = [5_000, 6_250, 7_500, 8_750]
    assert days == [10_000, *[0] * 7, *slow, 10_000, 10_000]
    assert firm.columns["sales.lost"].tolist() == [4 * 10_000 - sum(slow)]
    # It is no lack of material, and they are paid all the same: 10 x 100.00 on 14 February.
    assert watch(firm, "stock_out") == (-1, 0, 0)
    wages = entries(traced(around(LATE, payroll=payroll), until=45), "wages", "cash")
    assert wages == [(9, 100_000), (39, 100_000)]


def test_staff_beyond_what_is_needed_makes_up_for_those_away():
    # 10 x 0.5 / 8 = 62.5 %, then 78.125 %, 93.75 %, and 10 x 0.875 is more than enough.
    days, _ = sold(around(LATE, payroll={"staff": 10, "wage": 100, "staff_needed": 8}))
    assert days[8:13] == [6_250, 7_812, 9_375, 10_000, 10_000]


def test_a_firm_without_a_payroll_too():
    assert sold(around(LATE))[0][8:13] == [5_000, 6_250, 7_500, 8_750, 10_000]


def test_nobody_back_on_the_first_day():
    nobody = AWAY | {"staff_back": 0, "staff_back_days": 2}
    assert sold(around(nobody))[0][8:11] == [0, 5_000, 10_000]


def test_who_never_comes_back_is_refused():
    with pytest.raises(ScenarioError, match=r"staff_back_days: nobody else would come back") as e:
        around(AWAY | {"staff_back": 0.5})
    assert e.value.problems[0].key == "sales.spring_festival.staff_back_days"
