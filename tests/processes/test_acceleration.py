"""A lender that calls its whole balance when an instalment is too far past due (加速到期).

Day 0 is Monday 2 June 2025; 5 July (a Saturday) is day 33, 31 July is day 59.
"""

from __future__ import annotations

import numpy as np
import pytest
from borrowing import BANK, PLATFORM, borrower
from lab import day_by_day, entries, firm_of, run, traced

from cashstress.errors import ScenarioError

#: 300.00 drawn on day 3 in three parts; the first, 100.00 and 9.00 of interest, is not paid.
LINE = PLATFORM | {"tenor_months": 3, "repayment": "equal_principal", "limit": 300}
NEED = {"bills": {3: 400}}


def owed(firm, name="line"):
    line = firm.channels[name]
    return int(line.repayment.ledger.owed[0]), int(line.interest.ledger.owed[0])


def owed_by_day(channels, until=50, **plan):
    return day_by_day(borrower(channels, **NEED, **plan), owed, until=until)


def test_the_whole_balance_falls_due_on_the_day_after():
    seen = owed_by_day({"line": LINE | {"accelerate_after": 5}})
    # Past due by 5 days in LEND of day 38; on day 39, 200.00 and six days of 0.20 on them.
    assert seen[38] == (10_000, 900)
    assert seen[39:] == [(30_000, 900 + 120)] * 11
    # Without the key the second part waits for its own day.
    assert owed_by_day({"line": LINE})[39:] == [(10_000, 900)] * 11


def test_what_is_called_and_paid_late_is_the_loan_its_interest_and_the_penalty():
    firm = traced(borrower({"line": LINE | {"accelerate_after": 5}}, **NEED, income={45: 1000}))
    assert entries(firm, "loan:line", "cash") == [(45, 30_000)]
    # 0.15 % a day: 100.00 on the evenings of days 33-38 and 300.00 on days 39-44, billed on day 59:
    # 6 x 0.15 + 6 x 0.45 = 3.60.
    assert entries(firm, "interest:line", "cash") == [(45, 1_020), (59, 360)]
    assert firm.debt().tolist() == [0]
    # Nothing of the old schedule is left: the line is open again and all of it can be drawn.
    assert firm.channels["line"].headroom().tolist() == [30_000]


def test_an_instalment_paid_in_time_calls_nothing():
    # Paid on day 37, four days past due.
    seen = owed_by_day({"line": LINE | {"accelerate_after": 5}}, income={37: 120})
    assert seen[37:] == [(0, 0)] * 13
    # Paid on day 39: the call of the evening before stands, as far as the money goes.
    seen = owed_by_day({"line": LINE | {"accelerate_after": 5}}, income={39: 120})
    assert sum(seen[39]) == 30_000 + 1_020 - 12_000


def test_a_call_that_is_paid_on_its_day_does_not_call_what_is_drawn_later():
    # 300.00 are called for day 39 and paid then from 400.00; 180.00 are drawn on day 45.
    rich = {"bills": {3: 400, 45: 280}, "income": {39: 400}}
    line = LINE | {"accelerate_after": 5, "rate": {"per_day": 0.0}}
    seen = day_by_day(borrower({"line": line}, **rich), owed, until=60)
    assert seen[38] == (10_000, 0)
    assert seen[39:] == [(0, 0)] * 21


def test_an_overdraft_is_called_for_its_interest():
    # Interest of days 3-18 on 300.00 falls due on 21 June, day 19: 4.80, not paid.
    bank = BANK | {"limit": 300, "accelerate_after": 3}
    seen = owed_by_day({"line": bank}, until=26)
    assert seen[22] == (0, 480)
    # Called in LEND of day 22; by then days 19-22 have earned 1.20.
    assert seen[23] == (30_000, 480 + 120)
    # Paid on day 24, it costs one evening's penalty at the month's end, and nothing on 21 July.
    firm = traced(borrower({"line": bank}, **NEED, income={24: 1000}))
    assert entries(firm, "loan:line", "cash") == [(24, 30_000)]
    assert entries(firm, "interest:line", "cash") == [(24, 600), (28, 45)]


def test_it_takes_the_answer_on_a_roll_over_with_it():
    # Drawn on day 3, matures on day 64 (decided on day 44); interest of day 33 is never paid.
    loan = {"kind": "term_loan", "limit": 300, "rate": {"per_day": 0.001}, "tenor_months": 2,
            "roll_over": {"mode": "renew", "decision_days": 40}}  # fmt: skip
    scenario = borrower({"line": loan | {"accelerate_after": 5}}, **NEED, horizon=90)
    firm = firm_of(scenario)
    answers = firm.columns["line.answers"]
    firm.run(30)
    assert answers.any()  # yes, on day 24
    firm.run(40)
    assert not firm.columns["line.answers"].any()
    assert owed(firm) == (30_000, 900 + 180)
    firm.run()
    assert owed(firm)[0] == 30_000
    firm.audit()


def test_each_line_and_each_lane_for_itself():
    # Lane 0 has no money for the first instalments, lane 1 has; only the line that says so calls.
    half = LINE | {"limit": 150}
    scenario = borrower(
        {"line": half | {"accelerate_after": 5}, "other": half},
        **NEED, changes={"firm.cash": np.array([100, 325])},
    )  # fmt: skip
    firm = firm_of(scenario, 2)
    firm.run(40)
    due = {name: firm.channels[name].repayment.ledger.owed.tolist() for name in ("line", "other")}
    assert due == {"line": [15_000, 0], "other": [5_000, 0]}
    assert firm.channels["line"].principal.tolist()[0] == 0
    assert firm.channels["other"].principal.tolist()[0] == 10_000


@pytest.mark.parametrize("kind", ["platform", "term_loan", "revolver"])
def test_a_line_is_closed_before_its_balance_is_called(kind):
    plan = {"kind": kind, "limit": 10, "rate": {"per_day": 0.001}, "close_after_arrears": 10}
    with pytest.raises(ScenarioError, match=r"channels.line.accelerate_after.*close_after_arrears"):
        borrower({"line": plan | {"accelerate_after": 9}})
    run(borrower({"line": plan | {"accelerate_after": 10}}), until=1)
