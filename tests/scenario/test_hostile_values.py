"""Junk in every place of a good scenario: a ``ScenarioError`` that names the place, or a scenario.

Nothing else may come out: no other exception, no warning, no scenario that cannot be dumped.
"""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import tomllib
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cashstress.errors import ScenarioError
from cashstress.scenario import Array, Scenario, dumps, loads

GOOD = tomllib.loads(Path(__file__).with_name("platform.toml").read_text(encoding="utf-8"))


def nested(wrap):
    value = 1
    for _ in range(5000):
        value = wrap(value)
    return value


class Evil:
    __hash__ = None

    def __repr__(self):
        raise RuntimeError("no repr")

    def __eq__(self, other):
        raise RuntimeError("no comparison")


JUNK = {
    "nan": float("nan"),
    "inf": float("inf"),
    "true": True,
    "numpy bool": np.bool_(False),
    "numpy nan": np.float64("nan"),
    "negative": np.int64(-5),
    "huge": 10**400,
    "minus huge": -(10**400),
    "unprintable": 10**5000,
    "huge decimal": Decimal("1e400"),
    "tiny decimal": Decimal("1e-400"),
    "tiny": 5e-324,
    "signalling": Decimal("sNaN"),
    "string": "30",
    "long string": "x" * 100_000,
    "surrogate": "\ud800",
    "datetime": dt.datetime(2025, 3, 1, tzinfo=dt.UTC),
    "time": dt.time(10),
    "last date": dt.date.max,
    "none": None,
    "list": [],
    "table": {},
    "array of tables": [{"a": 1}],
    "deep table": nested(lambda value: {"a": value}),
    "deep list": nested(lambda value: [value]),
    "evil": Evil(),
    "bytes": b"x",
    "set": {1, 2},
    "numbered": {1: 2},
    "array": np.array([1.0, 2.0]),
    "bad array": np.array([np.nan]),
    "objects": np.array([object()]),
    "dates": np.array([1, 2], dtype="M8[D]"),
    "draw": {"draw": "uniform", "low": 1, "high": 2},
    "bad draw": {"draw": ["uniform"]},
    "bad kind": {"kind": []},
}


def places(tree, path=()):
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


def with_junk(path, value):
    tree = copy.deepcopy(GOOD)
    node = tree
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return tree


def holds_array(value):
    return isinstance(value, np.ndarray | Array)


def judged(tree):
    """Return the problems, or none for a scenario that works in every way."""
    try:
        scenario = Scenario(**tree)
    except ScenarioError as error:
        return error.problems
    assert scenario.check().rows()
    assert scenario.digest
    assert hash(scenario) == hash(copy.deepcopy(scenario))
    return scenario


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK.keys())
def test_junk_anywhere_is_named_or_taken(junk):
    for path in places(GOOD):
        found = judged(with_junk(path, junk))
        if isinstance(found, Scenario):
            if not holds_array(junk):
                assert loads(dumps(found)) == found
            continue
        assert all(len(str(problem)) < 1000 for problem in found)
        # Emptying a table of names is reported where the names are used.
        assert any(str(path[0]) in problem.key for problem in found) or isinstance(junk, dict)


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.text(max_size=5),
    st.dates(),
    st.datetimes(),
    st.sampled_from(["uniform", "platform", "last", "shops", "jiebei", "10 days"]),
)
KEYS = st.one_of(
    st.text(max_size=3),
    st.sampled_from(["kind", "draw", "share", "terms", "per_day", "low", "high", "on", "limit"]),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(list(places(GOOD))), TREES), min_size=1, max_size=4))
def test_random_trees_in_random_places(changes):
    tree = copy.deepcopy(GOOD)
    for path, value in changes:
        node = tree
        for key in path[:-1]:
            node = node[key] if isinstance(node, dict) and key in node else None
        if isinstance(node, dict):
            node[path[-1]] = value
    judged(tree)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_random_text_is_refused(text):
    with pytest.raises(ScenarioError, match="problem"):
        loads(text)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 1400), st.integers(0, 40), st.text(max_size=4))
def test_a_damaged_file_is_refused_or_read(at, cut, put):
    text = Path(__file__).with_name("platform.toml").read_text(encoding="utf-8")
    with contextlib.suppress(ScenarioError):
        assert loads(text[:at] + put + text[at + cut :]).check().rows()
