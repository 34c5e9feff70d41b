"""No example does more work than it did: a guard of the speed that needs no clock."""

import json

import numpy as np
import pytest
from counting import EXAMPLES, RECORD, counting, lived, work_of

RECORDED = json.loads(RECORD.read_text(encoding="utf-8"))
#: Enough for another version of NumPy, and for a rule that touches a few days.
TOLERANCE = 0.05
ACCEPT = (
    "If the change is worth it, say so in the commit and record the new figures with "
    "`python tests/speed/counting.py`; less work is recorded too, so that it stays less."
)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_does_the_work_that_is_recorded(name):
    assert name in RECORDED, f"{name} is new. {ACCEPT}"
    found = work_of(name)
    other = {
        kind: f"{found[kind]:,} instead of {before:,} ({found[kind] / before - 1:+.1%})"
        for kind, before in RECORDED[name].items()
        if abs(found[kind] - before) > TOLERANCE * before
    }
    assert not other, f"{name}, {other}. {ACCEPT}"


def test_nothing_is_recorded_of_examples_that_are_gone():
    assert RECORDED.keys() == EXAMPLES.keys()


def test_counting_changes_nothing():
    plain = lived("four_lines").world.save().columns
    with counting():
        counted = lived("four_lines").world.save().columns
    money = [name for name in plain if name.startswith(("books:", "watch."))]
    assert money
    assert all(np.array_equal(plain[name], counted[name]) for name in money)


def test_operations_of_every_sort_are_counted():
    with counting() as done:
        cash = lived("one_line").cash
        done.clear()
        for act in (
            lambda: cash + 1,
            lambda: np.add.reduce(cash),
            lambda: np.where(cash > 0, cash, 0),  # two
            lambda: np.flatnonzero(cash),
            lambda: cash.max(),
            lambda: cash[np.arange(3)],
            lambda: cash.take([1, 2]).astype(float),  # two
        ):
            act()
        assert done["operations"] == 9
        # Looks at a row or at a part copy nothing.
        assert cash[1:].size == cash.size - 1
        assert done["operations"] == 9
