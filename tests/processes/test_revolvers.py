"""Revolving lines that are renewed or not, cleaned down or not; overdrafts; the owner's equity.

Day 0 is Monday 2 June 2025; 20 June is day 18, 30 June day 28, 2 July day 30, 2 August day 61.
"""

from __future__ import annotations

import numpy as np
import pytest
from borrowing import BANK, OWNER, borrower, closure, date
from lab import day_by_day, entries, firm_of, first, run, seen_at, traced, watch

from cashstress.kernel.clock import Phase


def revolver(**plan):
    return {"line": BANK | {"drawn": 1200, "limit": 2000} | plan}


def repaid(firm):
    return entries(firm, "loan:line", "cash")


# -- renewal ------------------------------------------------------------------------------------


def renewed(chance, **plan):
    given = {"on": date(18), "chance": chance, "decision_days": 10} | plan
    return revolver(renewal={key: value for key, value in given.items() if value is not None})


def test_a_line_that_is_renewed_goes_on():
    firm = traced(borrower(renewed(1.0), cash=2000))
    assert repaid(firm) == []
    assert watch(firm, "channel_closed:line") == (-1, 0, 0)


def test_a_line_that_is_not_renewed_expires():
    firm = traced(borrower(renewed(0.0), cash=2000))
    # The balance on the day; 18 days of 1.20 three days later; drawings until the day.
    assert repaid(firm) == [(18, 120_000)]
    assert entries(firm, "interest:line", "cash") == [(19, 2_160)]
    assert watch(firm, "channel_closed:line") == (18, 1, 42)


def test_it_may_be_drawn_until_its_last_day():
    plan, changes = renewed(0.0, on=date(21)), {"treasury.look_ahead": 0}
    plan["line"]["rate"] = {"per_day": 0.0}
    firm = traced(borrower(plan, bills={17: 2100, 22: 100}, cash=2000, changes=changes))
    assert entries(firm, "cash", "loan:line")[0] == (17, 10_000)
    assert watch(firm, "channel_closed:line")[0] == 21


def test_renewals_every_month_have_a_chance_each():
    plan = revolver(renewal={"every_months": 1, "chance": 0.8, "decision_days": 5})
    firm = firm_of(borrower(plan, cash=2000, changes={"horizon": 100}), 4000)
    for day, left in ((31, 0.8), (62, 0.64), (93, 0.512)):  # 2 July, 2 August, 2 September
        firm.run(day)
        share = firm.channels["line"].is_open().mean()
        assert abs(share - left) < 4 * (left * (1 - left) / 4000) ** 0.5, day


@pytest.mark.parametrize("chance", [0.0, 1.0])
@pytest.mark.parametrize("expects", [False, True])
def test_the_treasury_knows_the_answer_from_its_day_on(chance, expects):
    # A renewal on day 40, decided on day 30; a look-ahead of 15 days sees day 40 from day 25 on.
    plan = renewed(chance, on=date(40))
    plan["line"]["rate"] = {"per_day": 0.0}
    changes = {"treasury.look_ahead": 15, "treasury.expects_roll_over": expects}
    scenario = borrower(plan, cash=2000, changes=changes)
    seen = seen_at(scenario, Phase.SETTLE, lambda firm: int(firm.outflows_ahead()[0]), until=40)
    assert [seen[day] for day in range(25)] == [0] * 25
    assert [seen[day] for day in range(25, 30)] == [0 if expects else 120_000] * 5
    assert [seen[day] for day in range(30, 40)] == [0 if chance else 120_000] * 10


def test_a_line_in_arrears_or_closed_is_not_renewed():
    # 19 x 1.20 of interest are not there on day 19; the renewal of day 25 was granted on day 15.
    plan = renewed(1.0, on=date(25))
    used_up = {"line": plan["line"] | {"limit": 1200}}
    poor = run(borrower(used_up, cash=0))
    assert poor.columns["line.expires"].tolist() == [25]
    shut = run(borrower(plan, cash=2000, shocks={"closed": closure(24, 2)}))
    assert shut.columns["line.expires"].tolist() == [25]
    early = run(borrower(plan, cash=2000, shocks={"closed": closure(5, 2)}))
    assert early.columns["line.expires"].tolist() == [2**30]


def test_renewal_days_keep_the_day_of_the_month_of_the_start():
    # From 31 May: 30 June, 31 July. The line is closed on 31 July alone, so its yes is off.
    plan, changes = revolver(renewal={"every_months": 1}), {"start": "2025-05-31"}
    shut = {"closed": closure(59, 1)}
    firm = run(borrower(plan, cash=2000, changes=changes | {"horizon": 80}, shocks=shut))
    assert firm.columns["line.expires"].tolist() == [61]


def test_a_committed_line_may_still_not_be_renewed():
    plan = renewed(0.0)
    plan["line"]["committed"] = True
    assert repaid(traced(borrower(plan, cash=2000))) == [(18, 120_000)]


# -- clean-down ---------------------------------------------------------------------------------

CLEAN = {"days": 10, "every_months": 1}


def test_a_line_never_clean_stops_at_the_end_of_the_period():
    # The first period ends on the evening of 1 July, day 29; no day was without a balance.
    firm = run(borrower(revolver(clean_down=CLEAN), cash=500))
    assert watch(firm, "channel_closed:line") == (29, 1, 31)


def test_a_line_that_was_clean_for_long_enough_goes_on():
    # Repaid from 1,300.00 on day 12 (100.00 are kept): clean evenings 12-21 are ten.
    changes = {"treasury.ceiling": 100}
    firm = run(borrower(revolver(clean_down=CLEAN), cash=100, income={12: 1300}, changes=changes))
    assert watch(firm, "channel_closed:line")[0] == -1


def test_every_period_must_have_its_clean_days():
    # Ten clean evenings in June (0-9); drawn from day 11 on, so July has none: closed on 1 August.
    plan = {"line": BANK | {"limit": 2000, "clean_down": CLEAN, "rate": {"per_day": 0.0}}}
    firm = run(borrower(plan, bills={11: 400}, changes={"treasury.look_ahead": 0, "horizon": 70}))
    assert watch(firm, "channel_closed:line") == (60, 1, 10)


def test_drawings_come_back_once_it_has_been_clean():
    # Repaid on Monday, day 42: clean evenings 42-51, open again on day 52 (and clean in the second
    # month).
    changes = {"treasury.ceiling": 100}
    scenario = borrower(
        revolver(clean_down=CLEAN), cash=100, income={42: 1300}, changes=changes | {"horizon": 62}
    )
    firm = run(scenario)
    assert watch(firm, "channel_closed:line") == (29, 1, 23)
    days = day_by_day(scenario, lambda firm: int(firm.channels["line"].clean_down.clean_days[0]))
    assert days[41:53] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]


def test_clean_days_must_follow_each_other():
    # Clean on days 3-10, drawn on days 11-15, clean on days 16-24: eight and nine are not ten.
    plan = {"line": BANK | {"limit": 2000, "clean_down": CLEAN, "rate": {"per_day": 0.0}}}
    changes = {"treasury.ceiling": 100, "treasury.look_ahead": 0}
    bills = {0: 300, 11: 400, 25: 700}
    scenario = borrower(plan, bills=bills, income={3: 300, 16: 400}, cash=100, changes=changes)
    firm = run(scenario, until=31)
    days = day_by_day(scenario, lambda firm: int(firm.channels["line"].clean_down.clean_days[0]))
    assert days[:30] == [0] * 3 + list(range(1, 9)) + [0] * 5 + list(range(1, 10)) + [0] * 5
    assert watch(firm, "channel_closed:line")[0] == 29


# -- overdraft ----------------------------------------------------------------------------------


def test_an_overdraft_is_a_line_without_delay_and_without_a_smallest_drawing():
    # Any amount on any day: 0.07 for a bill on Friday, day 4; 0.05 come in on Saturday and go back
    # at once; an instalment is debited on Sunday, 6 July (day 34): 50.00 + 34 x 0.05 = 51.70.
    overdraft = {"line": BANK | {"business_days": False, "delay_days": 0, "min_drawing": 0}}
    debit = {"kind": "platform", "limit": 50, "rate": {"per_day": 0.001}, "tenor_months": 1,
             "drawn": 50, "opening_months": 1, "due_day": 6, "prepayable": False}  # fmt: skip
    scenario = borrower(
        overdraft | {"debit": debit}, bills={4: "100.07"}, cash=100,
        changes={"treasury.draw_order": ["line", "debit"], "treasury.ceiling": 0,
                 "horizon": 40},
        income={5: "0.05"},
    )  # fmt: skip
    firm = traced(scenario)
    assert entries(firm, "cash", "loan:line") == [(4, 7), (34, 5_170)]
    assert repaid(firm) == [(5, 5)]
    assert firm.cash.tolist() == [0]
    assert watch(firm, "cash_out") == (-1, 0, 0)


# -- the owner's equity -------------------------------------------------------------------------

EQUITY = {"kind": "equity", "limit": 1000}


def test_equity_comes_after_its_delay_up_to_its_limit_and_stays():
    # 300.00 are missing on day 10, seen on day 4; three days to the money; then 5,000.00 come.
    scenario = borrower(
        {"line": EQUITY | {"delay_days": 3}}, bills={10: 400}, income={20: 5000},
        changes={"treasury.look_ahead": 6, "treasury.ceiling": 0},
    )  # fmt: skip
    firm = traced(scenario)
    assert entries(firm, "cash", "equity:line") == [(7, 30_000)]
    assert entries(firm, "equity:line", "cash") == []
    assert firm.channels["line"].drawn.tolist() == [30_000]
    assert firm.headroom().tolist() == [70_000]
    assert firm.debt().tolist() == [0]
    assert firm.books.balance("interest").tolist() == [0]
    assert watch(firm, "cash_out") == (-1, 0, 0)


def test_the_limit_of_equity_is_for_good():
    scenario = borrower(
        {"line": EQUITY}, bills={3: 800, 10: 800}, changes={"treasury.look_ahead": 0}
    )
    firm = traced(scenario)
    assert entries(firm, "cash", "equity:line") == [(3, 70_000), (10, 30_000)]
    assert first(firm, "cash_out") == [10]


def test_what_the_owner_puts_in_is_no_profit():
    # The same firm with an owner's loan and with equity: net assets differ by nothing, for a loan
    # without interest.  Without either, the bill stays unpaid: nothing is lost or gained.
    def net(channels):
        firm = run(borrower(channels, bills={3: 400}))
        metrics = dict(zip(firm.reporter.record().metrics, firm.reporter.record().amounts,
                           strict=True))  # fmt: skip
        return int(metrics["net_assets"][0]), int(firm.books.net_assets()[0])

    equity, loan, nothing = net({"line": EQUITY}), net({"line": OWNER}), net({})
    assert equity[0] == loan[0] == nothing[0] == -30_000
    # The books themselves hold the equity paid in.
    assert equity[1] == 0


def test_levels_of_equity_may_differ_between_lanes():
    plan = {"line": EQUITY | {"limit": np.array([0.0, 100.0, 300.0])}}
    firm = run(borrower(plan, bills={3: 400}), lanes=3, until=5)
    assert firm.channels["line"].drawn.tolist() == [0, 10_000, 30_000]


def test_an_owner_who_changes_his_mind():
    firm = traced(borrower({"line": EQUITY}, bills={3: 400}, shocks={"no": closure(2)}))
    assert entries(firm, "cash", "equity:line") == []


# -- a platform that reprices -------------------------------------------------------------------


def test_a_repricing_moves_new_drawings_only_and_closes_nothing():
    # 300.00 on day 3 over three months as before; 100.00 on day 10 in one month at the new rate.
    line = {"kind": "platform", "limit": 1000, "rate": {"per_day": 0.001}, "tenor_months": 3,
            "repayment": "equal_principal"}  # fmt: skip
    shock = {"kind": "repricing", "channels": ["line"], "on": date(5), "tenor_months": 1,
             "rate_add": {"per_day": 0.0005}, "lasts": 10}  # fmt: skip
    scenario = borrower(
        {"line": line}, bills={3: 400, 10: 100, 16: 100}, income={29: 1000},
        shocks={"dearer": shock}, changes={"horizon": 140},
    )  # fmt: skip
    firm = traced(scenario)
    # Day 16 is past the shock: three months at the old rate again, from 18 July (day 46) on.
    assert repaid(firm) == [
        (33, 10_000), (40, 10_000), (46, 3_333), (64, 10_000), (77, 3_333), (95, 10_000),
        (108, 3_334),
    ]  # fmt: skip
    interest = dict(entries(firm, "interest:line", "cash"))
    # 30 days: 300.00 x 0.001 and 100.00 x 0.0015.
    assert (interest[33], interest[40], interest[46]) == (900, 450, 300)
    assert watch(firm, "channel_closed:line") == (-1, 0, 0)


def test_a_lever_of_tenors_is_whole_months():
    line = {"kind": "platform", "limit": 1000, "rate": {"per_day": 0.001}, "tenor_months": 12}
    shock = {"kind": "lever", "lever": "line.tenor_months", "operation": "scale", "value": 0.21,
             "on": date(2)}  # fmt: skip
    scenario = borrower({"line": line}, bills={3: 400}, income={29: 1000}, shocks={"short": shock},
                        changes={"horizon": 150})  # fmt: skip
    assert [day for day, _ in repaid(traced(scenario))] == [33, 64, 95]  # 2.52 are 3
