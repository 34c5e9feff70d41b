"""Acceptances that the firm issues on a deposit.  Day 0 is Monday 2 June 2025.

Figures are worked out by hand from docs/reference/meanings.md, in cents.
"""

from __future__ import annotations

import pytest
from borrowing import closure
from holding import ACCEPTANCE, holder
from lab import Phase, day_by_day, entries, first, run, seen_at, traced, watch

#: 30 % deposit, 0.05 % of the face, one month.
LINE = {"line": ACCEPTANCE}
ALWAYS = {"line": ACCEPTANCE | {"use": "always"}}


def issuer(*, channels=LINE, **plan):
    return holder(share=0, channels=channels, **plan)


@pytest.fixture
def paid():
    """A bill of 1,000.00 due on day 8, to be accepted; money comes on day 35."""
    return {"mill": {8: 1000}, "cash": 400, "invoices": {35: 2000}}


def test_from_issue_to_maturity(paid):
    firm = traced(issuer(**paid))
    # Short of 600.00.  x of face relieves it of x - 0.3 x - 0.0005 x: 857.76 of face has a deposit
    # of 257.33 and a fee of 0.43, so the firm is relieved of 600.00.
    assert entries(firm, "payables:mill", "loan:line") == [(8, 85_776)]
    assert entries(firm, "deposit:line", "loan:line") == [(8, 25_733)]
    assert entries(firm, "fees", "cash") == [(8, 43)]
    assert entries(firm, "payables:mill", "cash") == [(8, 100_000 - 85_776)]
    # 10 June + 1 month: Thursday 10 July, day 38.  The deposit is used, the rest is debited.
    assert entries(firm, "loan:line", "deposit:line") == [(38, 25_733)]
    assert entries(firm, "loan:line", "cash") == [(8, 25_733), (38, 85_776 - 25_733)]
    total = firm.books.balance
    assert [int(total(a)[0]) for a in ("loan:line", "deposit:line", "payables:mill")] == [0, 0, 0]
    # Cash: 400.00 + 2,000.00 - 1,000.00 - 0.43.
    assert firm.cash.tolist() == [139_957]
    assert watch(firm, "cash_out") == (-1, 0, 0)


def test_the_deposit_is_no_cash_and_no_liquidity(paid):
    scenario = issuer(**paid, channels=ALWAYS)
    cash = day_by_day(scenario, lambda f: int(f.cash[0]))
    # All of it is issued: 300.00 of deposit and 0.50 of fee.
    assert cash[8] == 40_000 - 30_000 - 50
    liquidity = run(scenario, until=10).columns["outcome.lowest_liquidity"]
    assert liquidity.tolist() == [cash[8]]


def test_nothing_is_issued_where_cash_suffices_unless_always(paid):
    rich = paid | {"cash": 1000}
    assert entries(traced(issuer(**rich)), "payables:mill", "loan:line") == []
    always = traced(issuer(**rich, channels=ALWAYS))
    assert entries(always, "payables:mill", "loan:line") == [(8, 100_000)]


def test_what_is_missing_at_maturity_is_the_banks_advance(paid):
    paid = paid | {"invoices": {45: 2000}}
    firm = traced(issuer(**paid))
    # 600.43 due on day 38, nothing there; 0.05 % on days 38 to 44 of what was advanced.
    advance = 85_776 - 25_733
    assert watch(firm, "cash_out") == (38, 1, 7)
    assert entries(firm, "interest", "interest:line") == [(59, round(advance * 0.0005 * 7))]
    assert watch(firm, "channel_closed:line") == (39, 1, 7)


def test_an_advance_that_is_not_repaid_is_a_default(paid):
    paid = paid | {"invoices": {}}
    changes = {"outcomes.default_days": 20}
    firm = traced(issuer(**paid, changes=changes))
    assert first(firm, "default") == [58]
    assert firm.columns["outcome.balance_at_default:line"].tolist() == [85_776 - 25_733]


def test_the_treasury_sees_the_debit_ahead_less_the_deposit(paid):
    scenario = issuer(**paid, changes={"treasury.look_ahead": 10})
    ahead = seen_at(scenario, Phase.SETTLE, lambda f: int(f.channels["line"].ahead()[0]))
    rest = 85_776 - 25_733
    assert [ahead[day] for day in (8, 27, 28, 37, 38)] == [0, 0, rest, rest, 0]


def test_the_limit_is_of_face_less_deposit():
    line = {"line": ACCEPTANCE | {"limit": 70, "use": "always"}}
    scenario = issuer(mill={8: 60, 9: 60}, cash=200, channels=line)
    firm = traced(scenario)
    # 42.00 of exposure for 60.00; then 28.00 are left, which is 40.00 of face.
    assert entries(firm, "payables:mill", "loan:line") == [(8, 6_000), (9, 4_000)]
    assert entries(firm, "payables:mill", "cash") == [(9, 2_000)]


def test_a_maturity_frees_the_limit():
    line = {"line": ACCEPTANCE | {"limit": 42, "use": "always"}}
    scenario = issuer(mill={8: 60, 38: 60, 39: 60}, cash=300, channels=line)
    # The first is debited on day 38, in SETTLE: the second is paid in cash, the third accepted.
    assert entries(traced(scenario), "payables:mill", "loan:line") == [(8, 6_000), (39, 6_000)]


def test_a_closed_line_issues_nothing_and_what_was_issued_matures():
    shut = {"shut": closure(9)}
    scenario = issuer(mill={8: 60, 10: 60}, cash=300, channels=ALWAYS, shocks=shut)
    firm = traced(scenario)
    assert entries(firm, "payables:mill", "loan:line") == [(8, 6_000)]
    assert entries(firm, "payables:mill", "cash") == [(10, 6_000)]
    assert entries(firm, "loan:line", "deposit:line") == [(38, 1_800)]


def test_the_deposit_comes_after_what_is_paid_first():
    # Rent is paid after a critical supplier, taxes and wages before.  380.00 of 400.00 are for a
    # loan.
    platform = {"kind": "platform", "limit": 0, "drawn": 380, "rate": {"per_day": 0},
                "opening_months": 1, "tenor_months": 1, "due_day": 10}  # fmt: skip
    scenario = issuer(mill={8: 1000}, cash=400, channels={"loan": platform, **ALWAYS})  # fmt: skip
    firm = traced(scenario)
    # 10 July is day 38: not in the way on day 8, where all can be accepted.
    assert entries(firm, "payables:mill", "loan:line") == [(8, 100_000)]
    opening = [{"due": "2025-07-02", "amount": 1000}]
    early = scenario.replace(
        {
            "channels.loan.due_day": None,
            "channels.loan.drawn": 380,
            "suppliers.mill.opening": opening,
        }
    )
    firm = traced(early)
    # On day 30 both are due: 20.00 are left for deposit and fee.
    (day, face), *_ = entries(firm, "payables:mill", "loan:line")
    assert day == 30
    deposit, fee = -(-face * 3 // 10), round(face * 0.0005)
    assert 2_000 - 3 < deposit + fee <= 2_000


def test_critical_suppliers_come_before_others():
    other = {"other": {"share": 0, "terms": 30, "accepts_bills": True, "critical": False,
                       "opening": [{"due": "2025-06-10", "amount": 50}]}}  # fmt: skip
    line = {"line": ACCEPTANCE | {"limit": 42, "use": "always"}}
    scenario = issuer(mill={8: 50}, cash=300, channels=line)
    scenario = scenario.replace({"suppliers": other | {"mill": scenario.suppliers["mill"]}})
    firm = traced(scenario)
    # 42.00 of exposure: 50.00 to the mill use 35.00, so 10.00 go to the other.
    assert entries(firm, "payables:mill", "loan:line") == [(8, 5_000)]
    assert entries(firm, "payables:other", "loan:line") == [(8, 1_000)]


def test_the_weeks_add_up(paid):
    sums = run(issuer(**paid), 4).reporter.weeks
    sums = {name: rows.sums for name, rows in sums.items()}
    out = sum(rows for name, rows in sums.items() if name.startswith("pay:"))
    moved = sums["receipts"] + sums["drawings"] - out - sums["repayments"]
    assert (sums["opening_cash"] + moved == sums["closing_cash"]).all()
    # The deposit and the debit are repayments.
    assert sums["repayments"].sum() == 4 * 85_776
