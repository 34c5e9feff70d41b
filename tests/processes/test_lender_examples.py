"""The examples of lenders with a will: they load, run, hold together, and show what they say."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest
from lab import EXAMPLES, differences, example, facts, firm_of, run

import cashstress as cs
from cashstress.scenario.rule_changes import notes

NAMES = ("closed_by_risk_control", "closed_by_fault", "rule_changes", "wait_ask_or_repair",
         "agreement")  # fmt: skip
RUNS = 400


@pytest.mark.parametrize("name", NAMES)
def test_books_hold_every_day_and_lanes_stand_alone(name):
    whole = run(example(name), 16)
    alone = firm_of(example(name), slots=[11, 3])
    alone.run()
    assert differences(facts(whole), facts(alone), lanes=[11, 3]) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_lever_and_level_is_marked(name):
    text = (EXAMPLES / f"{name}.toml").read_text(encoding="utf-8")
    assert "assumption" in text
    assert cs.loads(cs.dumps(example(name))) == example(name)


def closed(name, changes=None):
    scenario = example(name).replace(changes or {})
    return cs.simulate(scenario, runs=RUNS, seed=2)


def test_frequent_borrowing_and_quick_repayment_close_the_line():
    control = "channels.jiebei.risk_control"
    calm = dict.fromkeys([f"{control}.frequent_drawing", f"{control}.quick_prepayment"])
    as_it_is, others = closed("closed_by_risk_control"), closed("closed_by_risk_control", calm)
    ours, theirs = (r.probability("channel_closed:jiebei") for r in (as_it_is, others))
    assert ours.low > theirs.high


def test_a_fault_is_short_and_heals():
    fault = closed("closed_by_fault").closures()["jiebei"].closed["fault"]
    # Twelve days of the outage, and two to three for each of the others.
    assert (fault.days >= 12).all()
    assert fault.days.max() < 60


def test_rules_without_effect_are_named():
    assert [line.split(" ")[0] for line in notes(example("rule_changes"))] == [
        "paid_sooner",
        "joint_loans",
    ]


def test_asking_beats_waiting_and_an_agreement_helps():
    ways = "channels.jiebei.reopening"
    asked = closed("wait_ask_or_repair")
    waited = closed("wait_ask_or_repair", {ways: {"ways": ["wait"]}})
    days = [r.days_in_force("channel_closed:jiebei") for r in (asked, waited)]
    assert (days[0] <= days[1]).mean() > 0.95
    assert days[0].mean() < days[1].mean() - 30
    without = dict.fromkeys(["channels.jiebei.agreement", "channels.jiebei.data_sharing"])
    signed, unsigned = closed("agreement"), closed("agreement", without)
    risk = [r.probability("channel_closed:jiebei").value for r in (signed, unsigned)]
    assert risk[0] < risk[1]
    firsts = np.array([r.days_in_force("channel_closed:jiebei").mean() for r in (signed, unsigned)])
    assert firsts[0] < firsts[1]


def test_the_spread_over_multipliers_is_printed(capsys):
    script = runpy.run_path(str(Path(EXAMPLES) / "closed_by_risk_control.py"))
    script["main"](runs=40)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + 15 + 1
    assert lines[-1].startswith("cash out: ")
