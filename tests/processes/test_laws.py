"""Laws: what must hold of any firm, whatever its numbers."""

from __future__ import annotations

import numpy as np
import pytest
from borrowing import PLATFORM, borrower
from hypothesis import given
from hypothesis import strategies as st
from lab import example, facts, firm_of, plain, run, traced

from cashstress.scenario import InvoiceFinance
from strategies import scenarios, some

quick = some(12)

#: Money of this firm is whole whatever the factor: shares of one half and whole days of use.
WHOLE = {
    "suppliers": {
        "flour": {"share": 0.5, "terms": 20, "stock": 600, "opening": [], "stock_days": 5}
    },
    "payroll": {"staff": 2, "wage": 1000, "pay_day": 15, "leave_per_week": 0.5},
    "costs": {"rent": {"monthly": 200}, "freight": {"share_of_sales": 0.25, "terms": 10}},
    "channels": {"line": PLATFORM | {"rate": {"per_day": 0.0}, "tenor_months": 2,
                                     "repayment": "equal_principal", "limit": 400}},
    "shocks": {"fall": {"kind": "sales_fall", "depth": 0.5, "on": "2025-06-20", "lasts": 14}},
}  # fmt: skip
#: A line without draws.
SURE = {
    "limit": 5000, "delay_days": 1, "approval": 1, "min_drawing": 0, "economy": 0,
    "risk_control": None, "fault": None, "misuse": None, "agreement": None, "data_sharing": None,
    "reopening": None, "reads_record": None,
}  # fmt: skip
#: Money of `WHOLE`, by key.
AMOUNTS = {
    "firm.cash": 100, "sales.annual": 36_500, "suppliers.flour.stock": 600, "payroll.wage": 1000,
    "costs.rent.monthly": 200, "channels.line.limit": 400, "treasury.floor": 0,
}  # fmt: skip


@pytest.mark.parametrize("k", [2, 3, 10, 1000])
def test_scaling_all_money_scales_all_results(k):
    base = plain(AMOUNTS, **WHOLE)
    scaled = plain({key: amount * k for key, amount in AMOUNTS.items()}, **WHOLE)
    ours, theirs = run(base), run(scaled)
    for name, values in facts(ours).items():
        factor = k if values.dtype == np.int64 and _is_money(name) else 1
        assert np.array_equal(values * factor, facts(theirs)[name]), name
    # It is no idle firm: it runs short, borrows and loses staff.
    assert ours.outcomes.watches["cash_out"].first.tolist() != [-1]
    assert ours.debt().tolist() != [0]


def _is_money(name):
    counts = (" age", ".since", ".until", ".delay", ".terms", ".days_added", "channel", ".first")
    counts += (".tenor_months",)
    return not name.endswith(counts) and not name.startswith(
        ("watch.", "lever flour.t", "lever line.d")
    )


@quick
@given(scenarios())
def test_without_chance_all_lanes_are_one(scenario):
    still = _without_chance(scenario.without_shocks())
    firm = firm_of(still, 5)
    firm.run()
    for name, values in facts(firm).items():
        assert (values == values[..., :1]).all(), name


def _without_chance(scenario):
    """The same firm with nothing left to draw."""
    changes = {"sales.volatility": 0, "sales.economy": 0, "firm.cash": 1000, "sales.annual": 36_500}
    for name, customer in scenario.customers.items():
        key = f"customers.{name}"
        chance = ("lateness", "days_to_pay", "spread", "disputed", "never_paid", "economy", "terms")
        changes |= {f"{key}.{part}": None for part in (*chance, "early_payment")}
        changes |= {} if customer.bill is None else {f"{key}.bill.failure": 0}
        if customer.paid_at_once < 1:
            changes[f"{key}.terms"] = 9
    for name, supplier in scenario.suppliers.items():
        changes |= {f"suppliers.{name}.price": 1, f"suppliers.{name}.terms": 20}
        if supplier.discount_days >= 20:
            changes[f"suppliers.{name}.discount"] = 0
    for name, cost in scenario.costs.items():
        if cost.claims is not None:
            changes[f"costs.{name}"] = None
        elif cost.monthly is not None:
            changes[f"costs.{name}.monthly"] = 40
    for name, channel in scenario.channels.items():
        changes |= _no_chance_in_lending(f"channels.{name}", channel)
    changes["credit_record"] = None
    if scenario.payroll is not None:
        changes["payroll.wage"] = 300
    return scenario.replace(changes)


def _no_chance_in_lending(key, channel):
    """A channel that lends for certain, after a day, whose lender has no will of its own."""
    changes = {f"{key}.{part}": value for part, value in SURE.items()}
    if isinstance(channel, InvoiceFinance):
        changes[f"{key}.advance_rate"] = 0.85
    if channel.kind == "acceptance":
        changes.pop(f"{key}.delay_days")  # issued on the day, and on no other
    if channel.kind == "reverse_factoring":
        changes[f"{key}.confirmation_days"] = 2
    if channel.kind == "term_loan":
        changes[f"{key}.prepayment_fee"] = 0.01
    if getattr(channel, "roll_over", None) is not None:
        days = channel.roll_over.decision_days
        changes[f"{key}.roll_over"] = {"mode": channel.roll_over.mode, "decision_days": days}
    if getattr(channel, "renewal", None) is not None:
        changes[f"{key}.renewal"] = {"every_months": 1}
    return changes


@quick
@given(st.integers(0, 2000), st.integers(1, 2000))
def test_more_cash_is_never_out_of_cash_sooner(cash, more):
    # True where nothing is bought or borrowed with it: bills and income do not depend on cash.
    plan = {"bills": {1: 150, 8: 400, 12: 700}, "income": {4: 60, 9: 500, 30: 500}}
    poor, rich = (run(borrower({}, cash=c, **plan)) for c in (cash, cash + more))
    first = [firm.outcomes.watches["cash_out"].first[0] for firm in (poor, rich)]
    assert first[1] == -1 or (first[0] != -1 and first[1] >= first[0])
    assert poor.columns["outcome.deepest_shortfall"] >= rich.columns["outcome.deepest_shortfall"]


@quick
@given(scenarios())
def test_a_scenario_is_not_changed_by_running_it(scenario):
    digest = scenario.digest
    firm_of(scenario, 3).run()
    assert scenario.digest == digest


def test_tracing_a_lane_changes_nothing():
    ours, theirs = firm_of(example("platform_closure"), 4), firm_of(example("platform_closure"), 4)
    theirs.books.traced = 2
    for firm in (ours, theirs):
        firm.run(120)
    assert {name: values.tobytes() for name, values in facts(ours).items()} == {
        name: values.tobytes() for name, values in facts(theirs).items()
    }
    assert theirs.books.journal


def test_a_journal_explains_the_balance():
    firm = traced(example("platform_closure").replace({"firm.cash": 50_000}), lanes=3, lane=1)
    opening = firm_of(firm.scenario, 3).cash[1]
    into = sum(entry.amount for entry in firm.books.journal if entry.debit == "cash")
    out = sum(entry.amount for entry in firm.books.journal if entry.credit == "cash")
    assert firm.cash[1] == opening + into - out
