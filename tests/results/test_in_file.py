"""A run whose outcomes lie in a file answers as one that keeps them in memory."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import cashstress as cs
from cashstress import processes
from cashstress.kernel import arena, shelf

EXAMPLE = Path(__file__).parents[2] / "examples" / "closed_by_risk_control.toml"
RUNS = 60


@pytest.fixture(autouse=True)
def _stand_in_blocks(monkeypatch):
    """Whole firms in blocks of 25, not the stand-in of this folder."""
    monkeypatch.setattr(processes, "lanes_per_block", lambda *_, **__: 25)


@pytest.fixture(scope="module")
def firm():
    return cs.load(EXAMPLE).replace({"horizon": 40, "costs.machine": None})


def compared(firm, **options):
    return cs.compare(firm.without_closures(), firm, runs=RUNS, seed=9, **options)


@pytest.fixture
def both(firm, monkeypatch):
    """The same comparison from memory and from files."""
    in_memory = compared(firm, workers=1)
    monkeypatch.setattr(shelf, "_LITTLE", -1)
    return in_memory, compared(firm, workers=1)


def test_every_array_is_the_same(both):
    memory, file = both
    for ours, theirs in ((memory.base, file.base), (memory.other, file.other)):
        for outcome in ours.outcomes:
            for question in ("first_day", "episodes", "days_in_force"):
                mine, other = getattr(ours, question)(outcome), getattr(theirs, question)(outcome)
                assert (type(other), other.dtype) == (np.ndarray, mine.dtype)
                assert not other.flags.writeable
                np.testing.assert_array_equal(mine, other)
        for metric in ours.metrics:
            np.testing.assert_array_equal(ours.metric(metric), theirs.metric(metric))


def test_the_answer_is_the_same_to_the_byte(both, firm):
    in_memory, in_file = both
    assert in_file.to_json() == in_memory.to_json()
    with ThreadPoolExecutor(2) as threads:
        assert compared(firm, executor=threads).to_json() == in_memory.to_json()


def test_saved_files_are_the_same_to_the_byte(both, tmp_path):
    for name, answer in zip(("memory", "file"), both, strict=True):
        answer.save(tmp_path / name)
    assert (tmp_path / "memory").read_bytes() == (tmp_path / "file").read_bytes()


def test_a_result_travels(both):
    result = both[1].other
    copied = pickle.loads(pickle.dumps(result))  # noqa: S301 - our own
    np.testing.assert_array_equal(copied.metric("net_assets"), result.metric("net_assets"))


def test_a_run_that_goes_to_a_file_gives_its_buffers_back(firm, monkeypatch):
    cs.simulate(firm, runs=5, seed=1, workers=1)
    assert arena.holds()
    monkeypatch.setattr(shelf, "_LITTLE", -1)
    cs.simulate(firm, runs=5, seed=1, workers=1)
    assert not arena.holds()
