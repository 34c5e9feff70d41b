"""Bad input of lenders with a will: each names the key, what was given and what is accepted."""

from __future__ import annotations

import pytest

import cashstress as cs

LINE = {"kind": "platform", "limit": 1000, "rate": {"per_day": 0.0}}


def stall(**line):
    return cs.Scenario(
        name="Stall",
        start="2025-01-01",
        firm={"cash": 5000},
        sales={"annual": 90_000},
        customers={"walk_in": {"share": 1, "paid_at_once": 1}},
        channels={"line": LINE | line},
    )


SLIPS = [
    ({"risk_control": {"per_month": 5}}, r"per_month: above 1 closure a month; did you mean 0.05"),
    ({"fault": {"per_month": 2}}, r"fault.per_month: above 1 closure a month; did you mean 0.02"),
    ({"risk_control": {"per_month": -0.1}}, r"risk_control.per_month: .*-0.1"),
    ({"risk_control": {"per_month": 0.1, "mean_days": 9}}, r"mean_days: given beside per_month"),
    ({"risk_control": {"mean_days": 0}}, r"risk_control.mean_days: .*above 0"),
    (
        {"risk_control": {"utilisation": {"above": 0.9, "times": -1}}},
        r"risk_control.utilisation.times: .*-1",
    ),
    ({"risk_control": {"arrears": {}}}, r"risk_control.arrears.times: required key is missing"),
    ({"risk_control": {"utilization": {}}}, r"utilization: unknown key.*utilisation"),
    ({"risk_control": {"limit_after": 80}}, r"risk_control.limit_after: .*80"),
    ({"reopening": {"ways": ["pray"]}}, r"reopening.ways.*pray"),
    ({"reopening": {"ways": ["wait"], "ask": {}}}, r"reopening.ask: is not among the ways"),
    ({"reopening": {"ways": ["wait", "diagnose"]}}, r"reopening.ways: diagnose says when.*or no"),
    ({"reopening": {"ways": ["ask"], "ask": {"fault": 30}}}, r"reopening.ask.fault: .*30"),
    ({"agreement": {"hazard_factor": -0.5}}, r"agreement.hazard_factor: .*-0.5"),
    (
        {"reopening": {"firm_record_weight": 0.5}},
        r"reopening.firm_record_weight: .*on the firm's record.*0.5.*record = .owner.",
    ),
    ({"reads_record": {"below": 0}}, r"reads_record.below: .*above 0"),
    ({"reads_record": {"limit_factor": 1.5}}, r"reads_record.limit_factor: .*1.5"),
]


@pytest.mark.parametrize(("line", "message"), SLIPS, ids=[m for _, m in SLIPS])
def test_slips_are_named(line, message):
    with pytest.raises(cs.ScenarioError, match=message):
        stall(**line)


def test_a_shock_closes_only_a_personal_line_for_misuse():
    shock = {"kind": "platform_closure", "channels": ["line"], "cause": "misuse"}
    dated = {"shocks.found": shock | {"on": "2025-02-01"}}
    with pytest.raises(cs.ScenarioError, match=r"shocks.found.channels: .*line.*owner"):
        stall().replace(dated)
    assert stall(record="owner").replace(dated).shocks["found"].cause == "misuse"


@pytest.mark.parametrize(
    ("shock", "message"),
    [
        ({"kind": "regulation"}, r"changes nothing.*limit_cap"),
        ({"kind": "regulation", "stop": True, "channels": ["lime"]}, r"channels.*lime.*line"),
        ({"kind": "rule_change", "rule": "jan_2025"}, r"rule: .*jan_2025_micro_loan"),
        ({"kind": "rule_change", "rule": "jan_2023_bills", "customers": ["x"]}, r"customers.*x"),
    ],
)
def test_slips_of_rules_are_named(shock, message):
    with pytest.raises(cs.ScenarioError, match=message):
        stall().replace({"shocks.rule": shock | {"on": "2025-02-01"}})


def test_scores_lie_between_0_and_100():
    with pytest.raises(cs.ScenarioError, match=r"credit_record.firm: .*at most 100"):
        stall().replace({"credit_record": {"firm": 101}})


def test_levers_of_hazards_have_names():
    shock = {"kind": "lever", "lever": "line.fault", "operation": "scale", "value": 3}
    dated = {"shocks.worse": shock | {"on": "2025-02-01"}}
    assert stall(fault={}).replace(dated).shocks["worse"].lever == "line.fault"
    with pytest.raises(cs.ScenarioError, match=r"lever.*line.fault"):
        stall().replace(dated)
    made = {lever.name for lever in cs.levers(stall(fault={}, risk_control={}))}
    assert made >= {"line.fault", "line.risk_control"}
