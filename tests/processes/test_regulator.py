"""Regulators: rules for every platform line, sourced rules, notice, and rules without effect."""

from __future__ import annotations

import numpy as np
import pytest
from borrowing import date
from lab import days_of, firm_of, plain, run

import cashstress as cs
from cashstress.scenario.rule_changes import RULES, notes

LINE = {"kind": "platform", "limit": 400_000, "rate": {"per_day": 0.0008}}
BANK = {"kind": "revolver", "limit": 400_000, "rate": {"per_year": 0.05, "basis": "ACT/365"}}
ANCHOR = {"share": 0.5, "terms": 90}
WALK_IN = {"share": 0.5, "paid_at_once": 1}


def firm_under(rule, day=10, *, changes=None, **channels):
    lines = channels or {"line": LINE, "own": LINE | {"record": "owner"}, "bank": BANK}
    shock = {"kind": "regulation"} | rule | {"on": date(day)}
    customers = {"anchor": ANCHOR, "walk_in": WALK_IN}
    return plain(changes, channels=lines, shocks={"rule": shock}, customers=customers)


def levers(scenario, day=12):
    firm = firm_of(scenario)
    firm.run(day)
    return {lever.name: lever.value for lever in firm.levers}


def test_limits_and_rates_of_platform_lines_are_cut_and_come_back():
    rule = {"limit_factor": 0.5, "limit_cap": 150_000, "rate_cap": {"per_day": 0.0005},
            "lasts": 5}  # fmt: skip
    during, after = levers(firm_under(rule)), levers(firm_under(rule), 16)
    assert during["line.limit"] == during["own.limit"] == 15_000_000
    assert during["line.rate"] == 0.0005
    assert during["bank.limit"] == after["line.limit"] == 40_000_000
    assert after["line.rate"] == 0.0008


def test_a_cap_above_the_limit_holds_back_what_raises_it():
    scenario = firm_under({"limit_cap": 500_000})
    raised = {"kind": "lever", "lever": "line.limit", "operation": "scale", "value": 2}
    during = levers(scenario.replace({"shocks.raised": raised | {"on": date(5)}}))
    assert during["line.limit"] == 50_000_000
    assert during["own.limit"] == 40_000_000


def test_only_the_lines_named_are_meant():
    during = levers(firm_under({"limit_factor": 0.5, "channels": ["bank"]}))
    assert during["bank.limit"] == 20_000_000
    assert during["line.limit"] == 40_000_000


def test_new_drawings_are_stopped_on_every_platform_line():
    firm = run(firm_under({"stop": True, "lasts": 7}))
    closed = {name: firm.outcomes.watches[f"channel_closed:{name}"].days[0] for name in
              ("line", "own", "bank")}  # fmt: skip
    assert closed == {"line": 7, "own": 7, "bank": 0}


def test_what_is_committed_is_neither_stopped_nor_cut():
    rule = {"stop": True, "limit_factor": 0.1, "limit_cap": 5, "rate_cap": {"per_day": 0.0005}}
    scenario = firm_under(rule, line=LINE | {"committed": True})
    firm = run(scenario)
    assert firm.outcomes.watches["channel_closed:line"].days[0] == 0
    assert firm.channels["line"].limit.value == 40_000_000
    assert firm.channels["line"].rate.value == 0.0005
    draft = {"kind": "rule_change", "rule": "jan_2025_micro_loan"}
    promised = LINE | {"committed": True, "record": "owner"}
    assert notes(firm_under(draft, line=promised))


@pytest.mark.parametrize(("notice", "watch", "known"), [(0, 0, 0), (4, 0, 4), (0, 6, 6), (8, 6, 8)])
@pytest.mark.parametrize("kind", ["regulation", "platform_closure"])
def test_policy_watch_gives_notice_of_what_was_not_announced(kind, notice, watch, known):
    rule = {"regulation": {"stop": True}, "platform_closure": {"kind": kind, "channels": ["line"],
            "cause": "regulator"}}[kind]  # fmt: skip
    scenario = firm_under(rule | {"notice_days": notice}, changes={"treasury.policy_watch": watch})
    firm, seen = firm_of(scenario), []
    for day in days_of(firm, 20):
        on_notice = firm.channels["line"].on_notice()
        # What the next day's treasury knows, and the day itself is no notice any more.
        seen += [day + 1] if on_notice is not None and on_notice[0] else []
    # Given in SHOCK of day 10 - known, read at each day's end.
    assert seen == list(range(11 - known, 10))


@pytest.mark.parametrize(
    ("rule", "warned"),
    [({"limit_factor": 0.9}, True), ({"limit_factor": 1.5}, False),
     ({"limit_cap": 399_999}, True), ({"limit_cap": 400_000}, False)],
)  # fmt: skip
def test_only_a_cut_is_a_warning(rule, warned):
    # The limit is 400,000.
    firm = firm_of(firm_under(rule, changes={"treasury.policy_watch": 5}))
    seen = []
    for _ in days_of(firm, 10):
        on_notice = firm.channels["line"].on_notice()
        seen.append(on_notice is not None and bool(on_notice[0]))
    assert any(seen) == warned


def test_a_rule_at_a_random_time_is_no_surprise_to_who_watches():
    scenario = firm_under({"stop": True}, changes={"treasury.policy_watch": 5})
    scenario = scenario.replace({"shocks.rule": {"kind": "regulation", "stop": True,
                                                 "after": {"mean_days": 30}}})  # fmt: skip
    firm = firm_of(scenario, 300)
    first = {}
    for day in days_of(firm):
        on_notice = firm.channels["line"].on_notice()
        for lane in np.flatnonzero(on_notice) if on_notice is not None else ():
            first.setdefault(int(lane), day)
    start = firm.strikes[0].start
    late = [lane for lane in range(300) if 7 < start[lane] < 60]
    assert len(late) > 100
    assert all(start[lane] - first[lane] == 5 for lane in late)


#: What each sourced rule does to a firm with lines of 400,000 at 0.08 % a day (29.2 % a year) and a
#: buyer on 90 days, as the rules are written in the page of meanings.
EFFECTS = {
    "nov_2020_micro_loan_draft": {"own.limit": 30_000_000},
    "feb_2021_joint_loans": {},
    "jan_2023_bills": {},
    "jan_2025_micro_loan": {"own.limit": 20_000_000},
    "jun_2025_payment_terms": {"anchor.terms": 60},
    "jun_2025_e_vouchers": {},
    "oct_2025_facilitation": {"line.rate": 0.24 / 365, "own.rate": 0.24 / 365},
}


@pytest.mark.parametrize("rule", RULES)
def test_sourced_rules_pull_what_they_say_and_nothing_else(rule):
    scenario = firm_under({"kind": "rule_change", "rule": rule})
    before, after = levers(scenario, 10), levers(scenario, 11)
    assert {name: after[name] for name in after if after[name] != before[name]} == EFFECTS[rule]
    said = notes(scenario)
    assert len(said) == (0 if EFFECTS[rule] else 1)
    assert all(f"{RULES[rule]}): no effect" in line for line in said)


def test_a_third_of_the_owners_income_is_the_draft_of_2020():
    rule = {"kind": "rule_change", "rule": "nov_2020_micro_loan_draft", "owner_income": 100_000}
    assert levers(firm_under(rule))["own.limit"] == 3_333_333


def test_only_large_customers_pay_sooner():
    rule = {"kind": "rule_change", "rule": "jun_2025_payment_terms", "customers": ["walk_in"]}
    scenario = firm_under(rule)
    assert levers(scenario)["anchor.terms"] == 90
    assert notes(scenario)


def test_a_rule_without_effect_says_so_in_the_answer():
    scenario = firm_under({"limit_cap": 500_000})
    answer = cs.simulate(scenario, runs=2)
    assert answer.to_dict()["notes"] == ["rule: no effect on this firm"]
    assert "notes" not in cs.simulate(firm_under({"limit_cap": 1}), runs=2).to_dict()
    # No platform line, nothing to stop.
    assert notes(firm_under({"stop": True}, bank=BANK)) == ("rule: no effect on this firm",)
