from __future__ import annotations

import pickle

import pytest

from cashstress.errors import (
    CashstressError,
    ConservationError,
    Problem,
    ScenarioError,
    SimulationError,
)

ERRORS = [
    ScenarioError([Problem("a.b", "unknown key", "3", "c", "c"), Problem("", "bad")], "x.toml"),
    SimulationError("overflow", block=3, day=0, process="payroll"),
    SimulationError("overflow"),
    ConservationError("cash: 1 beside 2"),
]


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_errors_survive_pickling_with_their_attributes(error):
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_errors_have_one_base(error):
    assert isinstance(error, CashstressError)


def test_headline_counts_and_names_the_source():
    assert str(ERRORS[0]) == (
        "2 problems in x.toml:\n"
        "  - a.b: unknown key; given 3; accepted: c; did you mean c?\n"
        "  - bad"
    )


def test_place_of_a_failed_run():
    assert str(ERRORS[1]) == "overflow (block 3, day 0, process payroll)"
    assert str(ERRORS[2]) == "overflow"


def test_conservation_asks_for_a_report():
    assert str(ERRORS[3]).endswith("please report it with this message.")


def test_problem_seen_from_the_table_above():
    assert Problem("due", "x").under("[0]").under("opening").key == "opening[0].due"
    assert Problem("", "x").under("firm").key == "firm"
