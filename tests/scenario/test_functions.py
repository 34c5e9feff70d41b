"""A user's own processes in a scenario: carried in Python, refused by files."""

import pickle

import pytest

import cashstress as cs
from cashstress.scenario.lever_names import lever_names


def trade_fair(firm):
    yield firm.clock.at(30, 0)


def other_fair(firm):
    yield firm.clock.at(40, 0)


@pytest.fixture
def stall():
    return cs.Scenario(
        name="Stall",
        start="2025-01-01",
        firm={"cash": 5000},
        sales={"annual": 90_000},
        customers={"walk_in": {"share": 1, "paid_at_once": 1}},
    )


def test_a_function_is_carried_and_tells_scenarios_apart(stall):
    one, other = (stall.replace({"processes": [f]}) for f in (trade_fair, other_fair))
    assert one.processes[0].function is trade_fair
    assert len({stall.digest, one.digest, other.digest}) == 3
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own bytes


def test_a_file_cannot_hold_a_function(stall):
    with pytest.raises(cs.ScenarioError, match=r"processes.*cannot be written.*trade_fair"):
        cs.dumps(stall.replace({"processes": [trade_fair]}))


def test_a_file_cannot_ask_for_a_function():
    with pytest.raises(cs.ScenarioError, match=r"processes.*must be a function.*'os.system'"):
        cs.loads('processes = ["os.system"]')


def test_lever_names_are_those_the_actors_make(stall):
    full = stall.replace(
        {
            "payroll": {"staff": 1, "wage": 1000},
            "costs.rent": {"monthly": 100},
            "suppliers.flour": {"share": 0.2, "terms": 30},
            "channels.line": {"kind": "platform", "limit": 100, "rate": {"per_day": 0.0004}},
        }
    )
    assert sorted(lever_names(full)) == sorted(lever.name for lever in cs.levers(full))
