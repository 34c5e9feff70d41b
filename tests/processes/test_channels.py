"""Borrowing and repaying, to the day and the cent.

Day 0 is Monday 2 June 2025; 5 June is day 3, 5 July (a Saturday) day 33, 5 August day 64.
"""

from __future__ import annotations

import numpy as np
import pytest
from borrowing import BANK, OWNER, PLATFORM, borrower, closure, date
from lab import day_by_day, entries, firm_of, first, run, traced, watch


def drawn(firm, name="line"):
    return entries(firm, "cash", f"loan:{name}")


def repaid(firm, name="line"):
    """Principal and interest paid in cash, by day."""
    return entries(firm, f"loan:{name}", "cash"), entries(firm, f"interest:{name}", "cash")


#: 300.00 are missing on day 3, and 1,000.00 come on day 29.
NEED = {"bills": {3: 400}, "income": {29: 1000}}


def line(**plan):
    return {"line": PLATFORM | {"repayment": "equal_principal"} | plan}


# -- drawing ------------------------------------------------------------------------------------


def test_what_is_missing_is_drawn_on_the_day():
    firm = traced(borrower(line(), **NEED))
    assert drawn(firm) == [(3, 30_000)]
    assert watch(firm, "cash_out") == (-1, 0, 0)


def test_drawing_up_to_the_floor():
    firm = traced(borrower(line(), **NEED, changes={"treasury.floor": 50}))
    assert drawn(firm)[0] == (3, 35_000)
    days = borrower(line(), **NEED, changes={"treasury.floor": "2 days"})
    # Single bills are no planned outflow: two days of nothing.
    assert drawn(traced(days)) == [(3, 30_000)]


def test_the_smallest_drawing():
    assert drawn(traced(borrower(line(min_drawing=500), **NEED))) == [(3, 50_000)]


def test_less_than_the_smallest_drawing_is_not_lent():
    # 200.00 of 600.00 are left, but at least 400.00 would have to be drawn.
    scenario = borrower(line(limit=600, min_drawing=400), bills={3: 500, 4: 200})
    firm = traced(scenario, until=10)
    assert drawn(firm) == [(3, 40_000)]
    assert watch(firm, "cash_out") == (4, 1, 6)


def test_the_limit_hit_exactly_and_by_one_cent():
    exact = run(borrower(line(limit=300), **NEED), until=10)
    assert watch(exact, "cash_out") == (-1, 0, 0)
    assert exact.headroom().tolist() == [0]
    short = run(borrower(line(limit="299.99"), **NEED), until=10)
    assert watch(short, "cash_out") == (3, 1, 7)
    assert short.columns["outcome.deepest_shortfall"].tolist() == [1]
    # A line that is used up is not closed.
    assert watch(short, "channel_closed:line") == (-1, 0, 0)


def test_a_fee_on_each_drawing():
    # 350.00 are needed and 2 % go: 350 / 0.98 = 357.1428..., rounded up 357.15, less 7.14.
    firm = traced(borrower(line(drawing_fee=0.02), **NEED, changes={"treasury.floor": 50}), until=5)
    assert drawn(firm) == [(3, 35_715)]
    assert entries(firm, "fees", "cash") == [(3, 714)]
    assert firm.cash.tolist() == [5_001]


def test_a_refused_request_may_be_made_again_the_next_day():
    firm = firm_of(borrower(line(approval=0.5), bills={3: 400}), 4000)
    firm.run(4)
    # Half are refused on day 3, a quarter on day 4 again: within 4 standard errors.
    assert abs((firm.debt() == 0).mean() - 0.5) < 4 * (0.25 / 4000) ** 0.5
    firm.run(5)
    assert abs((firm.debt() == 0).mean() - 0.25) < 4 * (0.1875 / 4000) ** 0.5


def test_a_line_that_never_approves():
    assert watch(run(borrower(line(approval=0), **NEED)), "cash_out") == (3, 1, 26)


def test_a_bank_pays_out_after_its_delay_on_a_business_day():
    # Look-ahead of 6 days: the bill of day 10 is seen on Friday, day 4; a day later is Saturday.
    bank = {"line": BANK | {"delay_days": 1}}
    firm = traced(borrower(bank, bills={10: 400}, changes={"treasury.look_ahead": 6}), until=12)
    assert drawn(firm) == [(7, 30_000)]
    on_any_day = {"line": BANK | {"delay_days": 1, "business_days": False}}
    firm = traced(
        borrower(on_any_day, bills={10: 400}, changes={"treasury.look_ahead": 6}), until=12
    )
    assert drawn(firm) == [(5, 30_000)]


def test_approved_money_arrives_though_the_line_closes():
    # Asked for on day 0 (the bill lies within 14 days), there on day 3, closed on days 1-40.
    bank = {"line": BANK | {"delay_days": 3}}
    scenario = borrower(bank, bills={10: 400}, shocks={"closed": closure(1, 40)})
    firm = traced(scenario, until=12)
    assert drawn(firm) == [(3, 30_000)]
    assert watch(firm, "channel_closed:line") == (1, 1, 11)
    assert watch(firm, "cash_out") == (-1, 0, 0)


def test_a_request_is_not_doubled_while_it_is_on_its_way():
    # 300.00 are missing from day 0 on; the bank takes five days. Nothing more is asked for
    # meanwhile.
    bank = {"line": BANK | {"delay_days": 5}}
    scenario = borrower(bank, bills={0: 400})
    pending = day_by_day(scenario, lambda firm: int(firm.channels["line"].pending[0]), until=8)
    # Day 5 is a Saturday: the money comes on Monday, and its interest of days 7-18, due on day 19,
    # comes in sight.
    assert pending == [30_000] * 7 + [360]
    assert drawn(traced(scenario, until=12)) == [(7, 30_000)]


def test_two_slow_lines_are_not_both_asked_for_the_same_money():
    bank = BANK | {"delay_days": 5}
    firm = traced(borrower({"line": bank, "other": bank}, bills={0: 400}), until=12)
    assert (drawn(firm), drawn(firm, "other")) == ([(7, 30_000)], [])


# -- repaying -----------------------------------------------------------------------------------


def test_one_instalment_on_a_saturday():
    # 30 days x 0.001 x 300.00 = 9.00, debited with the principal on 5 July.
    assert repaid(traced(borrower(line(), **NEED))) == ([(33, 30_000)], [(33, 900)])


def test_equal_principal():
    # 5 July, August, September: 100.00 each; 30 x 0.3 = 9.00, 31 x 0.2 = 6.20, 31 x 0.1 = 3.10
    scenario = borrower(line(tenor_months=3), **NEED, changes={"horizon": 100})
    principal, interest = repaid(traced(scenario))
    assert principal == [(33, 10_000), (64, 10_000), (95, 10_000)]
    assert interest == [(33, 900), (64, 620), (95, 310)]


def test_equal_instalments_on_actual_days():
    # Growth 1.03, x 1.031, x 1.031: the level is 300 / 2.825922... = 106.16.
    #     9.00 + 97.16;  202.84 x 0.031 = 6.29 + 99.87;  102.97 x 0.031 = 3.19 + 102.97
    scenario = borrower(
        line(tenor_months=3, repayment="equal_instalment"), **NEED, changes={"horizon": 100}
    )
    principal, interest = repaid(traced(scenario))
    assert principal == [(33, 9_716), (64, 9_987), (95, 10_297)]
    assert interest == [(33, 900), (64, 629), (95, 319)]


def test_interest_first():
    scenario = borrower(
        line(tenor_months=3, repayment="interest_first"), **NEED, changes={"horizon": 100}
    )
    # 30 x 0.3, 31 x 0.3 and 31 x 0.3
    principal, interest = repaid(traced(scenario))
    assert principal == [(95, 30_000)]
    assert interest == [(33, 900), (64, 930), (95, 930)]


def test_a_common_due_day_begins_in_the_next_month():
    # Drawn on 5 June: the 20th of June is too early, 20 July is a Sunday, day 48: 45 days.
    assert repaid(traced(borrower(line(due_day=20), **NEED))) == ([(48, 30_000)], [(48, 1_350)])


def test_a_month_too_short():
    # Drawn on 31 January 2025, day 4 of a run from 27 January; due on 28 February, 28 days later.
    scenario = borrower(line(), bills={4: 400}, income={20: 1000}, changes={"start": "2025-01-27"})
    assert repaid(traced(scenario)) == ([(32, 30_000)], [(32, 840)])


def test_a_balance_from_before_the_start():
    # 300.00 in three instalments left, on the 2nd: 2 July (day 30), 2 August (61), 2 September
    # (92).
    scenario = borrower(
        line(tenor_months=12, opening_months=3, drawn=300), cash=1000, changes={"horizon": 100}
    )
    principal, interest = repaid(traced(scenario))
    assert principal == [(30, 10_000), (61, 10_000), (92, 10_000)]
    assert interest == [(30, 900), (61, 620), (92, 310)]


def revolver(**plan):
    return {"line": BANK | {"drawn": 1200, "limit": 2000} | plan}


@pytest.mark.parametrize(
    ("rate", "interest"),
    [
        # 0.073 / 365 = 0.0002 a day: 1,200 x 0.0002 x 19, 30, 31 days.
        ({"per_year": 0.073, "basis": "ACT/365"}, [456, 720, 744]),
        # 0.06 / 360: 0.20 a day.
        ({"per_year": 0.06, "basis": "ACT/360"}, [380, 600, 620]),
        # The 31st earns nothing: 19, 30 and 30 days.
        ({"per_year": 0.06, "basis": "30/360"}, [380, 600, 600]),
    ],
)
def test_interest_on_the_twenty_first_by_each_basis(rate, interest):
    # 21 June (day 19), July (49), August (80).
    firm = traced(borrower(revolver(rate=rate), cash=500, changes={"horizon": 90}))
    assert repaid(firm)[1] == list(zip([19, 49, 80], interest, strict=True))


def test_february_has_thirty_days_by_30_360():
    # From Monday 3 February: 18 days until the 21st, 30 until Friday 21 March, at 0.20 a day.
    rate = {"per_year": 0.06, "basis": "30/360"}
    changes = {"start": "2025-02-03", "horizon": 50}
    firm = traced(borrower(revolver(rate=rate), cash=500, changes=changes))
    assert repaid(firm)[1] == [(18, 360), (46, 600)]


def test_the_day_of_drawing_counts_and_the_day_of_repaying_does_not():
    # 300.00 drawn on day 3 and repaid on day 10 from 1,000.00: seven days x 0.30.
    scenario = borrower(
        {"line": BANK}, bills={3: 400}, income={10: 1000}, changes={"treasury.ceiling": 0}
    )
    firm = traced(scenario, until=30)
    assert repaid(firm) == ([(10, 30_000)], [(19, 210)])


def test_a_line_whose_fee_takes_all_is_not_drawn():
    firm = run(borrower(line(drawing_fee=1), **NEED), until=10)
    assert firm.debt().tolist() == [0]
    assert watch(firm, "cash_out") == (3, 1, 7)


def test_a_fee_on_what_is_not_drawn():
    # 19 days x (1,200 x 0.0002 + 800 x 0.0001) = 4.56 + 1.52
    fee = revolver(rate={"per_day": 0.0002}, commitment_fee={"per_day": 0.0001})
    assert repaid(traced(borrower(fee, cash=500), until=30))[1] == [(19, 608)]


def test_an_owner_is_paid_after_everybody_else():
    # 1,000.00 at 0.001 a day: 28 days by 30 June, 31 by 31 July (days 28 and 59).
    owner = {"line": OWNER | {"drawn": 1000, "rate": {"per_day": 0.001}}}
    firm = traced(borrower(owner, cash=500))
    assert repaid(firm) == ([], [(28, 2_800), (59, 3_100)])
    # A bill of the same day comes first: 500.00 - 490.00 leave 10.00 of 28.00.
    poor = traced(borrower(owner, bills={28: 490}, cash=500), until=30)
    assert repaid(poor)[1] == [(28, 1_000)]


def test_an_owner_s_interest_waits_for_a_business_day():
    # 31 May 2025 is a Saturday: day 5 of a run from 26 May.
    owner = {"line": OWNER | {"drawn": 1000, "rate": {"per_day": 0.001}}}
    firm = traced(borrower(owner, cash=500, changes={"start": "2025-05-26"}), until=20)
    assert repaid(firm)[1] == [(7, 500)]
    assert watch(firm, "cash_out") == (-1, 0, 0)


def test_early_repayment_scales_what_remains():
    # Opening 300.00 in three parts. 161.60 come on day 10, above a ceiling of 200.00: ten days of
    # 0.30 are 3.00, so 160.00 go with 1.60.  140.00 remain as 46.67 + 46.66 + 46.67; on 2 July
    # 1.40 + 20 x 0.14 = 4.20 of interest.
    scenario = borrower(
        line(tenor_months=3, drawn=300), cash=200, income={10: "161.60"},
        changes={"treasury.ceiling": 200, "horizon": 100},
    )  # fmt: skip
    firm = traced(scenario)
    assert entries(firm, "interest", "cash") == [(10, 160)]
    principal, interest = repaid(firm)
    assert principal == [(10, 16_000), (30, 4_667), (61, 4_666), (92, 4_667)]
    # 31 x 0.09333 = 2.893, 31 x 0.04667 = 1.4468
    assert interest == [(30, 420), (61, 289), (92, 145)]


def test_early_repayment_shortens_the_tenor():
    scenario = borrower(
        line(tenor_months=3, drawn=300, prepayment="shorten"), cash=200, income={10: "161.60"},
        changes={"treasury.ceiling": 200, "horizon": 100},
    )  # fmt: skip
    principal, interest = repaid(traced(scenario))
    assert principal == [(10, 16_000), (30, 10_000), (61, 4_000)]
    assert interest == [(30, 420), (61, 124)]


def test_a_payoff_clears_everything():
    scenario = borrower(
        line(tenor_months=3, drawn=300),
        cash=200,
        income={10: 5000},
        changes={"treasury.ceiling": 200},
    )
    firm = traced(scenario)
    assert repaid(firm) == ([(10, 30_000)], [])
    assert entries(firm, "interest", "cash") == [(10, 300)]
    assert firm.debt().tolist() == [0]


def test_a_line_that_may_not_be_repaid_early():
    scenario = borrower(
        line(drawn=300, prepayable=False), cash=5000, changes={"treasury.ceiling": 0}
    )
    assert repaid(traced(scenario))[0] == [(30, 30_000)]


# -- overdue ------------------------------------------------------------------------------------

#: All of a limit of 300.00 and 9.00 fall due on day 33; nothing is there until 1,000.00 come on day
#: 40.
LATE = {"bills": {3: 400}, "income": {40: 1000}}


@pytest.mark.parametrize(
    ("compound", "penalty"),
    # Seven days (33-39) x 0.001 x 1.5 on 300.00 = 3.15, on 309.00 = 3.2445; billed on 31 July.
    [(False, 315), (True, 324)],
)
def test_penalty_interest_on_what_is_overdue(compound, penalty):
    firm = traced(borrower(line(limit=300, compound_overdue=compound), **LATE))
    assert repaid(firm) == ([(40, 30_000)], [(40, 900), (59, penalty)])


def test_what_is_not_yet_due_earns_no_penalty():
    # Of 300.00 over two months 150.00 and 9.00 fall due on day 33 and are paid on day 40: seven
    # days x 0.001 x 1.5 on 150.00 = 1.575, half to even.  The rest is due beyond the horizon.
    firm = traced(borrower(line(limit=300, tenor_months=2), **LATE))
    assert repaid(firm) == ([(40, 15_000)], [(40, 900), (59, 158)])


def test_arrears_close_the_line_until_they_are_paid():
    # Two days past due on day 35 in LEND, paid on day 40: open again on day 41.
    firm = run(borrower(line(limit=300, close_after_arrears=2), **LATE))
    assert watch(firm, "channel_closed:line") == (35, 1, 6)
    assert watch(firm, "cash_out") == (33, 1, 7)


def test_default_after_thirty_days_ends_the_firm():
    scenario = borrower(
        line(limit=300), bills={3: 400}, changes={"outcomes.default_days": 30, "horizon": 80}
    )
    firm = traced(scenario)
    assert watch(firm, "default") == (63, 1, 1)
    assert first(firm, "wound_up") == [63]
    assert firm.columns["outcome.balance_at_default:line"].tolist() == [30_000]
    assert watch(firm, "cash_out") == (33, 1, 31)


def test_ninety_days_by_default():
    firm = run(borrower(line(limit=300), bills={3: 400}, changes={"horizon": 130}))
    assert watch(firm, "default") == (123, 1, 1)


# -- open and closed ----------------------------------------------------------------------------


def test_a_closure_binds_the_same_day():
    firm = run(borrower(line(), **NEED, shocks={"closed": closure(3)}), until=20)
    assert watch(firm, "channel_closed:line") == (3, 1, 17)
    assert watch(firm, "cash_out") == (3, 1, 17)


@pytest.mark.parametrize("lasts", [1, 4, 10])
def test_a_closure_lasts_exactly(lasts):
    firm = traced(borrower(line(), **NEED, shocks={"closed": closure(3, lasts)}), until=20)
    assert watch(firm, "channel_closed:line") == (3, 1, lasts)
    # It is paid on the first open day that is a business day too (day 13 is a Sunday).
    paid_on = {1: 4, 4: 7, 10: 14}[lasts]
    assert entries(firm, "costs_payable:bill_3", "cash") == [(3, 10_000), (paid_on, 30_000)]
    assert watch(firm, "cash_out") == (3, 1, paid_on - 3)


def test_the_balance_of_a_closed_line_stays_on_its_schedule():
    plan = line(tenor_months=12, opening_months=3, drawn=300)
    calm = borrower(plan, cash=1000, changes={"horizon": 100})
    shut = calm.replace({"shocks.closed": closure(1)})
    assert repaid(traced(calm)) == repaid(traced(shut))


def test_causes_lift_separately():
    shocks = {
        "first": closure(3, 10),
        "second": closure(5, 4, cause="fault"),
        "third": closure(12, 3, cause="regulator"),
    }
    # Days 3-12, within them 5-8, then 12-14: closed on days 3-14, once.
    assert watch(run(borrower(line(), shocks=shocks)), "channel_closed:line") == (3, 1, 12)


def test_overlapping_closures_of_one_cause_last_to_the_later_end():
    shocks = {"first": closure(3, 10), "second": closure(5, 4)}
    assert watch(run(borrower(line(), shocks=shocks)), "channel_closed:line") == (3, 1, 10)


@pytest.mark.parametrize(("cause", "day"), [("risk_control", -1), ("regulator", -1), ("fault", 3)])
def test_a_committed_line_stops_only_for_what_its_contract_says(cause, day):
    shocks = {"closed": closure(3, cause=cause)}
    firm = run(borrower(line(committed=True), **NEED, shocks=shocks), until=20)
    assert first(firm, "channel_closed:line") == [day]
    firm = run(borrower(line(), **NEED, shocks=shocks), until=20)
    assert first(firm, "channel_closed:line") == [3]


def test_an_expired_line_is_due_and_closed_for_good():
    firm = traced(borrower(revolver(expires=date(18)), cash=2000))
    # 20 June: the whole balance; interest for 18 days (0-17) on the 21st.
    assert repaid(firm) == ([(18, 120_000)], [(19, 2_160)])
    assert watch(firm, "channel_closed:line") == (18, 1, 42)
    assert firm.headroom().tolist() == [0]


def test_an_expiry_nobody_can_pay_is_overdue():
    firm = run(borrower(revolver(expires=date(18)), cash=200))
    assert first(firm, "cash_out") == [18]


def test_a_covenant_breach_stops_drawings_until_a_test_is_passed():
    # Rent of 300.00 a month is 9.863 a day; ten days are 98.63.  60.00 are there on 30 June (day
    # 28), 960.00 on 31 July (day 59).
    bank = {"line": BANK | {"covenant": {"min_days_of_cash": 10}}}
    costs = {"rent": {"monthly": 300, "day": 10}, "repair": {"once": 100, "on": date(35)}}
    scenario = borrower(bank, income={8: 300, 38: 300, 55: 1000}, cash=60).replace({"costs": costs})
    firm = traced(scenario.replace({"horizon": 65, "treasury.look_ahead": 0}))
    # Tested in LEND of day 28: closed on days 28-59, open on day 60.
    assert watch(firm, "channel_closed:line") == (28, 1, 32)
    assert drawn(firm) == []
    # Of the repair 40.00 are missing, and then of the rent, until 1,000.00 come on day 55,
    # a Sunday: paid on Monday.
    assert watch(firm, "cash_out") == (35, 1, 21)


def test_a_covenant_on_liabilities_over_assets():
    def first_closed(other_liabilities):
        bank = {"line": BANK | {"drawn": 100, "covenant": {"max_liabilities_to_assets": 0.7}}}
        scenario = borrower(bank, cash=1000, changes={"firm.other_liabilities": other_liabilities})
        return first(run(scenario, until=30), "channel_closed:line")

    # 100.00 + 2.10 of interest paid on day 19 and the rest unbilled: assets 1,000.00 - 1.90.
    # Limit 0.7 x 998.10 = 698.67: with the loan of 100.00, 598.67 more may be owed.
    assert first_closed("598.67") == [-1]
    assert first_closed("598.68") == [28]


def test_an_excess_of_input_vat_is_an_asset_under_a_covenant():
    # 950 owed, 1,000 in cash and 300 of VAT: 950 / 1,300 is 0.73, while 650 / 1,000 would pass.
    bank = {"line": BANK | {"drawn": 950, "rate": {"per_day": 0}}}
    bank["line"] |= {"covenant": {"max_liabilities_to_assets": 0.7}}
    firm = run(borrower(bank, cash=1000, taxes={"vat": "general", "opening_vat": -300}))
    assert watch(firm, "channel_closed:line")[0] == 28  # 30 June


# -- shocks of lenders --------------------------------------------------------------------------


def tightening(day, **plan):
    return {"tight": {"kind": "lending_tightening", "channels": ["line"], "on": date(day)} | plan}


def test_a_dearer_platform_is_dearer_for_new_drawings_only():
    # 100.00 from day 3 at 0.001 (3.00 in 30 days), 100.00 from day 7 at 0.002 (due 9 July: 6.00).
    scenario = borrower(
        line(), bills={3: 200, 7: 100}, income={29: 1000},
        shocks=tightening(5, rate_add={"per_day": 0.001}),
    )  # fmt: skip
    assert repaid(traced(scenario))[1] == [(33, 300), (37, 600)]


def test_a_dearer_revolving_line_is_dearer_at_once():
    # 1,200.00: ten days (0-9) at 0.0002, nine (10-18) at 0.0003: 2.40 + 3.24
    plan = revolver(rate={"per_day": 0.0002})
    scenario = borrower(plan, cash=500, shocks=tightening(10, rate_add={"per_day": 0.0001}))
    assert repaid(traced(scenario, until=30))[1] == [(19, 564)]


def test_a_limit_below_the_balance_stops_drawings_and_calls_nothing():
    scenario = borrower(
        line(), bills={3: 400, 10: 100}, income={29: 1000}, shocks=tightening(5, limit_factor=0.2)
    )
    firm = traced(scenario)
    assert drawn(firm) == [(3, 30_000)]
    assert watch(firm, "cash_out") == (10, 1, 19)
    assert watch(firm, "channel_closed:line") == (-1, 0, 0)
    assert repaid(firm) == ([(33, 30_000)], [(33, 900)])


def test_slower_and_rarer_approvals():
    bank = {"line": BANK | {"delay_days": 1}}
    changes = {"treasury.look_ahead": 6}
    scenario = borrower(bank, bills={10: 400}, changes=changes, shocks=tightening(2, delay_add=5))
    # Asked for on day 4; six days later is day 10, a Thursday.
    assert drawn(traced(scenario, until=15)) == [(10, 30_000)]
    rarer = borrower(line(), bills={3: 400}, shocks=tightening(2, approval_factor=0.25))
    firm = firm_of(rarer, 4000)
    firm.run(4)
    assert abs((firm.debt() > 0).mean() - 0.25) < 4 * (0.1875 / 4000) ** 0.5


def test_a_tightening_that_ends():
    scenario = borrower(
        line(), bills={3: 400, 10: 100}, income={29: 1000},
        shocks=tightening(2, limit_factor=0, lasts=5),
    )  # fmt: skip
    # No limit on days 2-6: both the rest of the first bill and the second are drawn afterwards.
    assert drawn(traced(scenario)) == [(7, 30_000), (10, 10_000)]


def test_a_promised_limit_is_kept():
    scenario = borrower(
        line(committed=True), **NEED,
        shocks=tightening(2, limit_factor=0, rate_add={"per_day": 0.001}),
    )  # fmt: skip
    # The limit stands; the price is not promised: 30 x 0.002 x 300.00.
    assert repaid(traced(scenario)) == ([(33, 30_000)], [(33, 1_800)])


def test_levels_may_differ_between_lanes():
    limits = np.array([0.0, 100.0, 300.0, 1000.0])
    firm = run(borrower(line(limit=limits), **NEED), lanes=4, until=5)
    # An array goes by replication; what cannot be borrowed stays unpaid.
    assert firm.debt().tolist() == [0, 10_000, 30_000, 30_000]
    assert firm.treasury.unpaid.tolist() == [30_000, 20_000, 0, 0]


@pytest.mark.parametrize(
    ("announced", "last"),
    # On day 5 for day 10, and on day 0 for day 30: seen from the end of the day on.
    [(["soon"], range(6, 10)), (["soon", "late"], range(1, 30)), (["late", "soon"], range(1, 30))],
)
def test_it_is_on_notice_until_the_last_closure_announced(announced, last):
    both = {
        "soon": closure(10, lasts=5, notice_days=5, cause="fault"),
        "late": closure(30, lasts=5, notice_days=30),
    }
    firm, days = firm_of(borrower(line(), shocks={name: both[name] for name in announced})), []
    for day in range(40):
        firm.run(day + 1)
        notice = firm.channels["line"].on_notice()
        days += [day + 1] if notice is not None and notice[0] else []
    assert days == list(last)
