"""Credit records: what moves them, who reads them, and that no closure feeds on itself."""

from __future__ import annotations

import numpy as np
from borrowing import borrower, closure
from lab import days_of, firm_of, plain, run

LINE = {"kind": "platform", "limit": 1000, "rate": {"per_day": 0.001}, "tenor_months": 12}
STILL = {"arrears": 0, "suppliers": 0, "unstable_cash": 0, "on_time": 0, "clean": 0, "closure": 0}


def scores(scenario, kind="firm", lane=0, lanes=1):
    firm = firm_of(scenario, lanes)
    return [float(firm.columns[f"credit_record.{kind}"][lane]) for _ in days_of(firm)]


def test_a_clean_firm_wins_points_up_to_a_hundred():
    seen = scores(plain(credit_record=STILL | {"firm": 99.8, "clean": 0.05}, horizon=10))
    assert np.allclose(seen[:5], [99.85, 99.9, 99.95, 100.0, 100.0])
    assert max(seen) == 100.0


def test_nobody_keeps_a_record_that_nobody_reads():
    firm = firm_of(plain(channels={"line": LINE}))
    assert not [name for name in firm.columns.names if name.startswith("credit_record")]


def test_arrears_cost_a_point_a_day_and_paying_on_time_wins():
    line = LINE | {"drawn": 300, "opening_months": 3, "approval": 0, "due_day": 10,
                   "record": "owner", "rate": {"per_day": 0.0}}  # fmt: skip
    plan = STILL | {"arrears": 2, "on_time": 5, "owner": 50, "firm": 50}
    # Instalments of 100 on days 38 (10 July, paid), 69 (unpaid until day 72) and 100.
    scenario = borrower(
        {"line": line}, cash=100, income={72: 500}, credit_record=plan, changes={"horizon": 110}
    )
    owner, firm = scores(scenario, "owner"), scores(scenario)
    assert owner[37] == 50
    assert owner[38] == owner[68] == owner[69] == 55
    # Past due on days 70 and 71; paid in SETTLE of day 72.
    assert owner[70:73] == [53, 51, 51]
    assert owner[100] == 56
    assert set(firm) == {50}


def test_the_owners_loan_is_on_no_record():
    loan = {"kind": "owner", "limit": 1000, "drawn": 1000, "rate": {"per_day": 0.001}}
    plan = STILL | {"arrears": 1, "closure": 10, "firm": 70, "owner": 70}
    scenario = borrower(
        {"own": loan | {"approval": 0}}, cash=0, credit_record=plan, changes={"horizon": 70}
    )
    firm = firm_of(scenario, 1)
    # Interest of June is not paid, so the loan is closed for arrears.
    closed = [bool(firm.channels["own"].is_closed() is not None) for _ in days_of(firm)]
    assert closed[-1]
    for kind in ("firm", "owner"):
        assert set(scores(scenario, kind)) == {70}


def test_suppliers_past_due_and_unstable_cash_are_the_firms():
    plan = STILL | {"suppliers": 1, "unstable_cash": 3, "unstable_days": 1}
    shop = {"suppliers": {"flour": {"share": 0.5, "terms": 0, "stock": 100}},
            "costs": {"rent": {"monthly": 40_000, "day": 2}}}  # fmt: skip
    scenario = plain(credit_record=plan | {"firm": 90, "owner": 90}, horizon=20, **shop)
    firm = firm_of(scenario)
    seen, broke, behind = [90.0], [], []
    for _ in days_of(firm):
        seen.append(float(firm.columns["credit_record.firm"][0]))
        broke.append(bool(firm.cash[0] < firm.planned_daily_outflow))
        ledger = firm.suppliers[0].payable.ledger
        behind.append(
            bool(ledger.owed[0] > 0) and bool(ledger.oldest_due()[0] < firm.clock.today - 1)
        )
    # Rent takes the cash, so flour that must be paid first is paid and the rent is not.
    change = np.diff(seen)
    assert np.allclose(change, [-3 * b - s for b, s in zip(broke, behind, strict=True)])
    assert any(broke)
    assert scores(scenario, "owner") == [90.0] * 20


def reads(**plan):
    return {"reads_record": {"lag_days": 5, "below": 60} | plan}


def drop(day, points=30):
    """A record that loses points on one day: a risk-control closure of a line that reports."""
    lines = {"other": LINE | {"limit": 0}}
    shocks = {"drop": closure(day, lasts=1) | {"channels": ["other"]}}
    return {"lines": lines, "tables": {"shocks": shocks,
            "credit_record": STILL | {"firm": 70, "owner": 70, "closure": points}}}  # fmt: skip


def dropped(line, **more):
    parts = drop(3, **more)
    return plain(channels={"line": LINE | line} | parts["lines"], horizon=40, **parts["tables"])


def test_lenders_read_it_after_a_lag_and_tighten_in_proportion():
    plan = reads(rate_add={"per_day": 0.002}, limit_factor=0.4, approval_factor=0.5)
    firm = firm_of(dropped(plan))
    levers = firm.channels["line"]
    for day in days_of(firm, 20):
        # 70 until day 2, then 40, a third below 60; read in LEND five days later.
        doubt = 1 / 3 if day >= 8 else 0.0
        assert np.isclose(levers.rate.value, 0.001 + doubt * 0.002)
        assert levers.limit.value == round(100_000 * (1 - doubt * 0.6))
        assert np.isclose(levers.approval.value, 1 - doubt * 0.5)


def test_a_committed_line_keeps_limit_and_approval():
    plan = reads(rate_add={"per_day": 0.002}, limit_factor=0.4, approval_factor=0.5,
                 closes_below=50)  # fmt: skip
    firm = run(dropped(plan | {"committed": True}), until=20)
    levers = firm.channels["line"]
    assert (levers.limit.value, levers.approval.value) == (100_000, 1.0)
    assert levers.rate.value > 0.001
    assert firm.outcomes.watches["channel_closed:line"].days[0] == 0


def test_a_line_reads_the_record_that_it_sits_on():
    firm = run(dropped(reads(limit_factor=0.0) | {"record": "owner"}), until=20)
    assert firm.channels["line"].limit.value == 100_000


def test_only_some_closures_show_and_each_spell_once():
    def loss(cause, *, reports=True, lasts=5, shocks=None):
        lines = {"line": LINE | {"reports": reports}}
        table = shocks or {"shock": closure(4, lasts=lasts, cause=cause)}
        plan = STILL | {"closure": 7, "firm": 70}
        return 70 - scores(plain(channels=lines, credit_record=plan, shocks=table))[-1]

    assert loss("risk_control") == loss("risk_control", lasts=40) == 7
    assert loss("fault") == loss("regulator") == loss("risk_control", reports=False) == 0
    twice = {"one": closure(4, lasts=5), "two": closure(7, lasts=9), "three": closure(20, lasts=2)}
    # Days 4-15 are one spell, days 20-21 another.
    assert loss(None, shocks=twice) == 14


def test_a_closure_by_arrears_shows_too():
    line = LINE | {"drawn": 300, "opening_months": 1, "approval": 0, "due_day": 10}
    plan = STILL | {"closure": 7, "firm": 70}
    assert scores(borrower({"line": line}, cash=0, credit_record=plan))[-1] == 63


def test_a_closure_with_two_reasons_is_one_spell():
    # Risk control from day 3 on, arrears after day 8 (the 10th): the line is closed all the while.
    line = LINE | {"drawn": 300, "opening_months": 1, "approval": 0, "due_day": 10}
    plan, shocks = STILL | {"closure": 7, "firm": 70}, {"shock": closure(3, lasts=60)}
    scenario = borrower({"line": line}, cash=0, credit_record=plan, shocks=shocks)
    assert scores(scenario)[-1] == 63


def test_no_closure_feeds_on_itself():
    # Eight lines that close at 65 or less.  One closure of another line costs 10 of 70 points; all
    # eight close by the score alone, cost nothing, and come back when it has recovered.
    fragile = LINE | reads(closes_below=65, limit_factor=0.1)
    lines = {f"line_{i}": fragile for i in range(8)} | {"first": LINE}
    scenario = plain(
        channels=lines, horizon=200,
        credit_record=STILL | {"firm": 70, "closure": 10, "clean": 0.25},
        shocks={"shock": closure(10, lasts=2) | {"channels": ["first"]}},
    )  # fmt: skip
    firm = firm_of(scenario)
    seen, closed = [], []
    for _ in days_of(firm):
        seen.append(float(firm.columns["credit_record.firm"][0]))
        closed.append(sum(not c.is_open()[0] for n, c in firm.channels.items() if n != "first"))
    assert min(seen) == seen[10]
    assert np.isclose(seen[10], 70 + 11 * 0.25 - 10)
    assert (np.diff(seen[10:]) >= 0).all()
    assert max(closed) == 8
    # 62.75 on day 10 and 0.25 a day: 65 is there on day 19 and read five days later.
    assert [day for day, n in enumerate(closed) if n] == list(range(15, 24))
    # Reported as closed by the score.
    days = firm.lenders.histories()["line_0:days:score"]
    assert days.tolist() == [9]


def test_scores_open_where_they_are_said_to_and_may_differ():
    draw = {"draw": "uniform", "low": 20, "high": 90}
    scenario = plain(credit_record=STILL | {"firm": draw}, channels={"line": LINE | reads()})
    firm = firm_of(scenario, 50)
    opening = firm.columns["credit_record.firm"].copy()
    assert 20 < opening.min() < opening.max() < 90
    firm.run()
    assert (firm.columns["credit_record.firm"] == opening).all()
