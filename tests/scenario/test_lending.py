"""What is refused of term loans, renewals, clean-down, equity and repricing; what files keep."""

from __future__ import annotations

import copy

import pytest

from cashstress.errors import ScenarioError
from cashstress.scenario import (
    CleanDown,
    OwnerEquity,
    PlatformLine,
    Renewal,
    Repricing,
    RevolvingLine,
    RollOver,
    Scenario,
    TermLoan,
    dumps,
    loads,
)

RATE = {"per_year": 0.0435, "basis": "ACT/360"}
YES = {"mode": "renew"}
REDRAW = {"mode": "repay_redraw"}


def loan(**keys):
    return lambda: TermLoan(**({"limit": 500_000, "rate": RATE} | keys))


@pytest.mark.parametrize(
    ("make", "key", "message"),
    [
        (loan(tenor_months=0), "tenor_months", "at least 1"),
        (loan(rate={"per_year": 4, "basis": "ACT/365"}), "rate.per_year", r"did you mean 0\.04"),
        (
            loan(tenor_months=360, repayment="equal_instalment", limit=1000,
                 rate={"per_year": 1.0, "basis": "ACT/365"}),
            "tenor_months", "instalments that cannot repay",
        ),
        (
            lambda: PlatformLine(limit="0.05", rate={"per_day": 0}, tenor_months=12),
            "tenor_months", "instalments that cannot repay",
        ),
        (loan(roll_over=YES, repayment="equal_principal"), "roll_over", "amortising"),
        (loan(roll_over=YES | {"decision_days": 84}, tenor_months=3), "roll_over.decision_days",
         "before the money is drawn"),
        (loan(roll_over=YES | {"chance": 0.9}, committed=True), "roll_over.chance", "committed"),
        (loan(roll_over=REDRAW | {"withdrawn": 0.1}, committed=True), "roll_over.withdrawn",
         "committed"),
        (lambda: RollOver(mode="renew", delay_days=5), "delay_days", "moves no money"),
        (lambda: RollOver(mode="renew", withdrawn=0.1), "withdrawn", "moves no money"),
        (
            lambda: RollOver(mode="renew", withdrawn={"draw": "uniform", "low": 0, "high": 1}),
            "withdrawn", "moves no money",
        ),
        (lambda: RollOver(mode="extend"), "mode", "renew"),
        (loan(matures="2026-01-01"), "matures", "nothing is drawn"),
        (loan(matures="2026-01-01", drawn=5, opening_months=3), "opening_months", "given twice"),
        (loan(matures="2026-01-05", drawn=5, due_day=20), "matures", "due day"),
        (loan(opening_months=13, drawn=5), "opening_months", "longer than the tenor"),
        (lambda: Renewal(chance=0.5), "", "needs a day"),
        (lambda: CleanDown(days=57, every_months=2), "days", "longer than its period"),
        (
            lambda: RevolvingLine(limit=5, rate=RATE, expires="2026-01-01",
                                  renewal={"on": "2026-01-01"}),
            "renewal", "expires on a date already",
        ),
        (lambda: OwnerEquity(limit=5, rate=RATE), "rate", "no interest"),
        (lambda: OwnerEquity(limit=5, prepayable=True), "prepayable", "not repaid"),
        (lambda: OwnerEquity(limit=5, drawn=3), "drawn", "firm.cash already"),
        (lambda: Repricing(channels=["a"], on="2026-01-01"), "", "changes nothing"),
    ],
)  # fmt: skip
def test_refused(make, key, message):
    with pytest.raises(ScenarioError, match=message) as caught:
        make()
    assert [problem.key for problem in caught.value.problems] == [key]


BASE = {
    "name": "borrower",
    "start": "2025-06-02",
    "horizon": 100,
    "firm": {"cash": 1000},
    "sales": {"annual": 36_500},
    "customers": {"walk_in": {"share": 1, "paid_at_once": 1}},
    "channels": {
        "loan": {"kind": "term_loan", "limit": 500, "rate": RATE, "drawn": 300,
                 "matures": "2025-12-20", "roll_over": {"mode": "repay_redraw", "chance": 0.9,
                 "decision_days": 20, "delay_days": 7, "withdrawn": 0.05}},
        "line": {"kind": "revolver", "limit": 500, "rate": RATE, "clean_down": {},
                 "renewal": {"on": "2025-09-01", "every_months": 12, "chance": 0.8}},
        "owner": {"kind": "equity", "limit": 100},
    },
}  # fmt: skip


def changed(**channels):
    plan = copy.deepcopy(BASE)
    for name, keys in channels.items():
        plan["channels"][name] |= keys
    return plan


@pytest.mark.parametrize(
    ("plan", "key", "message"),
    [
        (changed(loan={"matures": "2025-06-02"}), "channels.loan.matures", "before the run"),
        (changed(owner={"penalty": 2.0}), "channels.owner.penalty", "equity is never overdue"),
        (changed(owner={"compound_overdue": True}), "channels.owner.compound_overdue", "never"),
        (changed(owner={"close_after_arrears": 9}), "channels.owner.close_after_arrears", "never"),
        (changed(loan={"matures": "2026-06-20"}), "channels.loan.matures", "longer than the tenor"),
        (changed(line={"renewal": {"on": "2025-06-01"}}), "channels.line.renewal.on", "before the"),
        (
            BASE | {"shocks": {"short": {"kind": "repricing", "channels": ["line"],
                                         "on": "2025-07-01", "tenor_months": 3}}},
            "shocks.short.tenor_months", "line has no tenor",
        ),
        (
            BASE | {"shocks": {
                "short": {"kind": "repricing", "channels": ["loan"], "on": "2025-07-01",
                          "tenor_months": 3},
                "long": {"kind": "lever", "lever": "loan.tenor_months", "operation": "set",
                         "value": 24, "on": "2025-07-09"},
            }},
            "shocks.long", "sets loan.tenor_months while shocks.short",
        ),
        (
            BASE | {"shocks": {"no": {"kind": "lever", "lever": "line.roll_over", "value": 0,
                                      "operation": "set", "on": "2025-07-01"}}},
            "shocks.no.lever", "unknown lever",
        ),
    ],
)  # fmt: skip
def test_refused_together(plan, key, message):
    with pytest.raises(ScenarioError, match=message) as caught:
        Scenario(**plan)
    assert [problem.key for problem in caught.value.problems] == [key]


def test_a_file_keeps_all_of_it():
    scenario = Scenario(**BASE)
    again = loads(dumps(scenario))
    assert again == scenario
    assert again.digest == scenario.digest
    assert "roll_over" in dumps(scenario)


def test_a_maturity_at_the_end_of_the_tenor_is_accepted():
    # Twelve due days: 20 June 2025 to 20 May 2026.
    line = Scenario(**changed(loan={"matures": "2026-05-20"})).channels["loan"]
    assert line.due_days_left(Scenario(**BASE).start) == (0, 12)


@pytest.mark.parametrize(
    ("keys", "service"),
    [
        # Seven months to 20 December: principal and 7 x 1.0875 (0.0435 x 365 / 360 / 12 x 300).
        ({"repayment": "bullet"}, 300 + 7 * 300 * 0.0435 * 365 / 360 / 12),
        ({"repayment": "interest_first"}, 300 + 7 * 300 * 0.0435 * 365 / 360 / 12),
        ({"repayment": "equal_principal", "roll_over": None, "rate": {"per_day": 0}}, 300),
        ({"repayment": "bullet", "matures": None, "tenor_months": 24, "rate": RATE}, 0),
    ],
)
def test_debt_service_of_the_first_year(keys, service):
    plan = changed(loan=keys, line={"rate": {"per_day": 0}})
    plan["channels"]["loan"] = {k: v for k, v in plan["channels"]["loan"].items() if v is not None}
    assert Scenario(**plan).check().debt_service == pytest.approx(service, rel=1e-12)
