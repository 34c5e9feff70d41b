"""A bank's term loan: applied for, served, prepaid, rolled over or not.

Day 0 is Monday 2 June 2025; 2 July is day 30, 2 August (a Saturday) day 61, 2 September day 92.
"""

from __future__ import annotations

import numpy as np
import pytest
from borrowing import borrower, closure, date
from lab import entries, firm_of, run, seen_at, traced, watch

from cashstress.kernel.clock import Phase

#: 300.00 drawn before the start at 0.30 a day; interest monthly, all principal at the end.
LOAN = {"kind": "term_loan", "limit": 300, "rate": {"per_day": 0.001}, "tenor_months": 2,
        "drawn": 300, "opening_months": 1}  # fmt: skip
YES = {"mode": "renew", "decision_days": 10}
REDRAW = {"mode": "repay_redraw", "decision_days": 10, "delay_days": 3}


def loan(**plan):
    return {"line": LOAN | plan}


def paid(firm):
    return entries(firm, "loan:line", "cash"), entries(firm, "interest:line", "cash")


def drawn(firm):
    return entries(firm, "cash", "loan:line")


def sights(scenario):
    """What the treasury sees ahead when it settles, by day."""
    return seen_at(scenario, Phase.SETTLE, lambda firm: int(firm.outflows_ahead()[0]), until=30)


def long_run(channels, **given):
    changes = {"horizon": 130, "treasury.look_ahead": 0} | given.pop("changes", {})
    return borrower(channels, changes=changes, **{"cash": 500} | given)


# -- applying -----------------------------------------------------------------------------------


def application(**plan):
    fresh = {"drawn": 0, "opening_months": None, "limit": 1000, "tenor_months": 3}
    return {"line": {k: v for k, v in (LOAN | fresh | plan).items() if v is not None}}


def test_money_comes_after_the_bank_s_days():
    # 300.00 are missing on day 10; in sight on day 4, five days to the money: day 9.
    scenario = borrower(
        application(delay_days=5), bills={10: 400}, changes={"treasury.look_ahead": 6}
    )
    assert drawn(traced(scenario, until=12)) == [(9, 30_000)]


def test_after_a_refusal_the_next_application_waits():
    scenario = borrower(application(approval=0.5, reapply_days=4), bills={3: 400}, cash=100)
    firm = firm_of(scenario, 4000)
    firm.run(4)
    refused = firm.debt() == 0
    assert abs(refused.mean() - 0.5) < 4 * (0.25 / 4000) ** 0.5
    assert firm.headroom()[refused].tolist() == [0] * int(refused.sum())
    firm.run(7)
    assert np.array_equal(firm.debt() == 0, refused)
    firm.run(8)  # day 7: four days after day 3
    assert abs((firm.debt() == 0).mean() - 0.25) < 4 * (0.1875 / 4000) ** 0.5


@pytest.mark.parametrize(
    ("reusable", "second"), [(False, [30_000, 40_000]), (True, [30_000, 70_000])]
)
def test_what_was_repaid_is_not_lent_again_unless_the_limit_revolves(reusable, second):
    # 300.00 for a month, repaid on 5 July; then 900.00 are missing: 700.00 of a limit of 1,000.00
    # are left, or all of it.
    plan = application(tenor_months=1, reusable=reusable, limit=700)
    scenario = long_run(plan, bills={3: 400, 40: 900}, income={29: 330}, cash=100)
    firm = traced(scenario, until=50)
    assert [amount for _, amount in drawn(firm)] == second


# -- serving and repaying early -----------------------------------------------------------------


def test_a_maturity_this_month_and_one_on_another_day():
    # 20 June is day 18: 18 days x 0.30.  20 July is day 48: 18, then 30 days.
    one = traced(long_run(loan_maturing(18)))
    assert paid(one) == ([(18, 30_000)], [(18, 540)])
    two = traced(long_run(loan_maturing(48)))
    assert paid(two) == ([(48, 30_000)], [(18, 540), (48, 900)])


def loan_maturing(day, **plan):
    kept = {key: value for key, value in LOAN.items() if key != "opening_months"}
    return {"line": kept | {"matures": date(day)} | plan}


def test_a_fee_for_repaying_early():
    # 300.00 in three parts, equal principal.  Ten days on 0.30 a day accrued; of 103.00 above the
    # ceiling at 2 %: p (1 + 0.01 + 0.02) = 103.00, so 100.00, 1.00 and 2.00.
    plan = loan(repayment="equal_principal", tenor_months=3, opening_months=3, prepayment_fee=0.02)
    scenario = long_run(
        plan, cash=100, income={10: 103, 29: 400}, changes={"treasury.ceiling": 100}
    )
    firm = traced(scenario, until=20)
    assert entries(firm, "loan:line", "cash") == [(10, 10_000)]
    assert entries(firm, "interest", "cash") == [(10, 100)]
    assert entries(firm, "fees", "cash") == [(10, 200)]
    assert firm.debt().tolist() == [20_000]


def test_a_prepayment_never_takes_more_than_there_is():
    # Up to 320.00 of cash, kept; 320.00 come on day 10: as much as there was is spare, from 0.01 to
    # 320.00.  Principal, ten days of interest and the fee, each rounded, fit into it.
    spare = np.arange(1, 32_001, 7)
    plan = loan(prepayment_fee=0.033, rate={"per_day": 0.000777})
    changes = {"firm.cash": np.round(spare / 100, 2), "treasury.ceiling": 320}
    firm = firm_of(long_run(plan, cash=0, income={10: 320}, changes=changes), len(spare))
    firm.run(11)
    firm.audit()
    left = firm.cash - 32_000
    assert left.min() >= 0
    # Nearly all of it was used, until all is repaid; some lanes could use all but a cent or two.
    assert left[firm.debt() > 0].max() <= 2
    assert (firm.debt() == 0).any()


# -- covenant -----------------------------------------------------------------------------------


def test_a_covenant_stops_drawings_and_the_roll_over():
    # Nothing but 500.00 of cash against 300.00 of debt: on 30 June (day 28) 0.6 is above 0.5.
    plan = loan(covenant={"max_liabilities_to_assets": 0.5}, roll_over=YES | {"decision_days": 0})
    firm = traced(long_run(plan))
    assert watch(firm, "channel_closed:line")[0] == 28
    assert paid(firm)[0] == [(30, 30_000)]


# -- roll-over: renew ---------------------------------------------------------------------------


def test_a_renewed_loan_matures_later_and_pays_its_interest_on_every_due_day():
    # Renewed on day 30 for two months: 30, 31 and 31 days of 0.30; then again, and so on.
    firm = traced(long_run(loan(roll_over=YES)))
    assert paid(firm) == ([], [(30, 900), (61, 930), (92, 930), (122, 900)])
    assert firm.debt().tolist() == [30_000]


def test_refused_it_falls_due():
    firm = traced(long_run(loan(roll_over=YES | {"chance": 0.0})))
    assert paid(firm) == ([(30, 30_000)], [(30, 900)])
    assert drawn(firm) == []


def test_each_maturity_is_decided_anew_with_its_chance():
    scenario = long_run(loan(roll_over=YES | {"chance": 0.7}))
    firm = firm_of(scenario, 4000)
    firm.run(31)
    once = firm.debt() > 0
    assert abs(once.mean() - 0.7) < 4 * (0.21 / 4000) ** 0.5
    firm.run(93)
    assert abs((firm.debt() > 0)[once].mean() - 0.7) < 4 * (0.21 / 2800) ** 0.5
    assert not firm.debt()[~once].any()


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_the_treasury_sees_the_answer_from_its_day_on(chance):
    # Decided on day 20; a look-ahead of 15 days sees day 30 from day 15 on: 300.00 + 9.00.
    scenario = long_run(
        loan(roll_over=YES | {"chance": chance}), changes={"treasury.look_ahead": 15}
    )
    seen = sights(scenario)
    assert [seen[day] for day in range(15)] == [0] * 15
    assert [seen[day] for day in range(15, 20)] == [30_900] * 5
    assert [seen[day] for day in range(20, 30)] == [900 if chance else 30_900] * 10


def test_a_treasury_that_counts_on_it_sees_only_the_interest():
    changes = {"treasury.look_ahead": 15, "treasury.expects_roll_over": True}
    scenario = long_run(loan(roll_over=YES | {"chance": 0.0}), changes=changes)
    seen = sights(scenario)
    assert [seen[day] for day in range(15, 20)] == [900] * 5
    assert [seen[day] for day in range(20, 30)] == [30_900] * 10


def test_the_look_ahead_beyond_a_renewal_counts_its_next_interest():
    # Forty days see day 30, known to be renewed from day 20 on, and day 61 from day 21 on: what is
    # renewed earns 31 x 0.30 until then.
    scenario = long_run(loan(roll_over=YES), changes={"treasury.look_ahead": 40})
    seen = sights(scenario)
    assert [seen[day] for day in (19, 20)] == [30_900, 900]
    assert [seen[day] for day in range(21, 30)] == [1_830] * 9


def test_a_closed_line_does_not_renew_though_it_said_yes():
    # Said yes on day 20, closed on days 25-40: due on day 30.
    scenario = long_run(loan(roll_over=YES), shocks={"closed": closure(25, 15)})
    assert paid(traced(scenario))[0] == [(30, 30_000)]
    # Closed on the day of the answer and open again at maturity: the answer was no.
    scenario = long_run(loan(roll_over=YES), shocks={"closed": closure(20, 1)})
    assert paid(traced(scenario))[0] == [(30, 30_000)]


def test_no_answer_outlives_its_maturity():
    # Yes on day 20 and on day 82; from day 100 on the answer is no: due on 2 November, day 153.
    never = {"kind": "lever", "lever": "line.roll_over", "operation": "set", "value": 0,
             "on": date(100)}  # fmt: skip
    scenario = long_run(loan(roll_over=YES), shocks={"no": never}, changes={"horizon": 230})
    assert paid(traced(scenario))[0] == [(153, 30_000)]


def test_no_lever_breaks_the_promise_of_a_committed_loan():
    never = {"kind": "lever", "lever": "line.roll_over", "operation": "set", "value": 0,
             "on": date(1)}  # fmt: skip
    scenario = long_run(loan(roll_over=YES, committed=True), shocks={"no": never})
    assert paid(traced(scenario))[0] == []


def test_a_committed_loan_is_renewed_though_the_bank_would_rather_not():
    plan = loan(roll_over=YES, committed=True)
    scenario = long_run(plan, shocks={"closed": closure(5)})
    assert paid(traced(scenario))[0] == []
    broken = long_run(plan, shocks={"closed": closure(5, cause="fault")})
    assert paid(traced(broken))[0] == [(30, 30_000)]


def test_arrears_forbid_the_renewal():
    # The interest of day 30 (9.00) is not there until day 50; the second maturity, day 61, comes
    # when all is paid; the first has been renewed on its morning, before anything was overdue.
    plan = loan(roll_over=YES, opening_months=2, close_after_arrears=90)
    scenario = long_run(plan, cash=0, income={70: 1000})
    firm = traced(scenario)
    assert watch(firm, "cash_out") == (30, 1, 40)
    # On day 51 the bank says no: 9.00 are overdue.  So 300.00 fall due on day 61.
    assert paid(firm)[0] == [(70, 30_000)]


def test_a_cut_limit_renews_a_part():
    # A limit of 200.00 from day 5 on: of 300.00 at maturity 200.00 are renewed.
    tight = {
        "kind": "lending_tightening",
        "channels": ["line"],
        "on": date(5),
        "limit_factor": 2 / 3,
    }
    firm = traced(long_run(loan(roll_over=YES), shocks={"tight": tight}))
    assert paid(firm) == ([(30, 10_000)], [(30, 900), (61, 620), (92, 620), (122, 600)])


def test_a_renewal_takes_the_rate_and_the_tenor_of_its_day():
    shock = {"kind": "repricing", "channels": ["line"], "on": date(29), "tenor_months": 1,
             "rate_add": {"per_day": 0.001}, "lasts": 5}  # fmt: skip
    firm = traced(long_run(loan(roll_over=YES), shocks={"dearer": shock}), until=62)
    # Day 30 is paid at the old rate; 31 days at 0.60; the maturity of day 61 is renewed again.
    assert paid(firm) == ([], [(30, 900), (61, 1_860)])
    assert firm.channels["line"].ring.coming(70)[-1][0] == 122


def test_tightening_makes_roll_overs_rarer():
    tight = {
        "kind": "lending_tightening",
        "channels": ["line"],
        "on": date(5),
        "approval_factor": 0,
    }
    assert paid(traced(long_run(loan(roll_over=YES), shocks={"tight": tight})))[0] == [(30, 30_000)]


def test_a_bullet_that_is_renewed_pays_its_interest():
    firm = traced(long_run(loan(repayment="bullet", roll_over=YES)))
    # 30 days, then 62.
    assert paid(firm) == ([], [(30, 900), (92, 1_860)])


# -- roll-over: repay and redraw ------------------------------------------------------------------


def test_the_new_loan_comes_some_days_after_the_old_one_is_repaid():
    # Repaid on Wednesday, day 30; three days later is Saturday: Monday, day 35.
    firm = traced(long_run(loan(roll_over=REDRAW, limit=500)), until=60)
    assert (paid(firm)[0], drawn(firm)) == ([(30, 30_000)], [(35, 30_000)])
    # The new one matures two months after it came: 7 September is day 97.
    assert firm.channels["line"].ring.coming(60)[-1][0] == 97
    # It does not use the line up any further.
    assert firm.headroom().tolist() == [20_000]


def test_without_delay_it_is_lent_again_on_the_same_evening():
    # A bridge of one day: cash of 309.00 goes out in the settlement and 300.00 come back.
    firm = traced(long_run(loan(roll_over=REDRAW | {"delay_days": 0}), cash=309), until=31)
    assert drawn(firm) == [(30, 30_000)]
    assert firm.cash.tolist() == [30_000]


def test_until_it_is_repaid_in_full_nothing_is_lent():
    # 109.00 are there on day 30, 200.00 more on day 38; the line closes on arrears of ten days.
    plan = loan(roll_over=REDRAW, close_after_arrears=10)
    firm = traced(long_run(plan, cash=109, income={38: 200}), until=60)
    assert paid(firm)[0] == [(30, 10_000), (38, 20_000)]
    # Day 38 is a Thursday; three days later is Sunday: Monday, day 42.
    assert drawn(firm) == [(42, 30_000)]


def test_arrears_forbid_it():
    firm = traced(long_run(loan(roll_over=REDRAW), cash=109, income={38: 200}), until=60)
    assert drawn(firm) == []


def test_repaid_and_not_lent_again():
    assert drawn(traced(long_run(loan(roll_over=REDRAW | {"chance": 0.0})))) == []
    # A yes that is not kept.
    assert drawn(traced(long_run(loan(roll_over=REDRAW | {"withdrawn": 1.0})))) == []
    # A line that closes before the money is repaid.
    closed = long_run(loan(roll_over=REDRAW), shocks={"closed": closure(28, 5)})
    assert drawn(traced(closed)) == []
    # Approved money comes though the line closes meanwhile.
    later = long_run(loan(roll_over=REDRAW), shocks={"closed": closure(31, 9)})
    assert drawn(traced(later, until=60)) == [(35, 30_000)]


def test_a_share_of_the_promises_is_broken():
    firm = firm_of(long_run(loan(roll_over=REDRAW | {"chance": 0.8, "withdrawn": 0.25})), 4000)
    firm.run(40)
    assert abs((firm.debt() > 0).mean() - 0.6) < 4 * (0.24 / 4000) ** 0.5


def test_no_more_than_the_limit_of_the_day_is_lent_again():
    tight = {"kind": "lending_tightening", "channels": ["line"], "on": date(5), "limit_factor": 0.5}
    firm = traced(long_run(loan(roll_over=REDRAW), shocks={"tight": tight}), until=60)
    assert drawn(firm) == [(35, 15_000)]


def test_a_bridge_carries_the_firm_over():
    # 300.00 + 9.00 are due on day 30 and 20.00 are there: a platform bridges with 289.00, and with
    # what comes on day 35 it is repaid, above a ceiling of nothing.
    bridge = {"kind": "platform", "limit": 1000, "rate": {"per_day": 0.001}, "tenor_months": 12}
    lines = loan(roll_over=REDRAW, prepayable=False) | {"bridge": bridge}
    scenario = long_run(lines, cash=20, changes={"treasury.ceiling": 0})
    firm = traced(scenario, until=36)
    assert entries(firm, "cash", "loan:bridge") == [(30, 28_900)]
    # Five days x 0.289 = 1.445, half to even.
    assert entries(firm, "interest", "cash") == [(35, 144)]
    assert entries(firm, "loan:bridge", "cash") == [(35, 28_900)]
    assert watch(firm, "cash_out") == (-1, 0, 0)
    without = run(long_run(loan(roll_over=REDRAW), cash=20))
    assert watch(without, "cash_out")[0] == 30


def test_random_delays_are_one_per_replication():
    delays = np.array([0, 1, 5, 20])
    scenario = long_run(loan(roll_over=REDRAW | {"delay_days": delays}))
    firm, arrived = firm_of(scenario, 4), {}
    for day in range(60):
        firm.run(day + 1)
        for lane in np.flatnonzero((firm.debt() > 0) & (day >= 30)):
            arrived.setdefault(int(lane), day)
    # Thursday, day 31; Monday, day 35; Tuesday, day 50.
    assert [arrived[lane] for lane in range(4)] == [30, 31, 35, 50]
