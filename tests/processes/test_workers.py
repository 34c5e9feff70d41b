"""The same bytes whatever the workers, the width of a block or the executor, on a real firm."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import cashstress as cs
from cashstress import processes
from cashstress.montecarlo import crews

EXAMPLE = Path(__file__).parents[2] / "examples" / "platform_closure.toml"
RUNS = 150


@pytest.fixture(scope="module")
def scenario():
    return cs.load(EXAMPLE).replace({"horizon": 60, "costs.machine": None})


@pytest.fixture
def narrow(monkeypatch):
    """Blocks of 32 replications, so that a small run has several of them."""

    def narrow_to(width):
        monkeypatch.setattr(processes, "lanes_per_block", lambda *_, **__: width)

    return narrow_to


@pytest.fixture
def fresh_workers():
    """Workers that no other test has put a stand-in for a firm into."""
    crews._forget(crews.warm_pool(2))


def answer(scenario, **options):
    return cs.compare(scenario.without_shocks(), scenario, runs=RUNS, seed=7, **options).to_json()


def test_workers_do_not_change_a_byte(scenario, narrow, fresh_workers):
    narrow(32)
    alone = answer(scenario, workers=1)
    assert answer(scenario, workers=2) == alone
    assert answer(scenario, workers=3) == alone


@pytest.mark.parametrize("width", [13, 64, 4096])
def test_the_width_of_a_block_does_not_change_a_byte(scenario, narrow, width):
    narrow(32)
    expected = answer(scenario, workers=1)
    narrow(width)
    assert answer(scenario, workers=1) == expected


def test_threads_do_not_change_a_byte(scenario, narrow):
    narrow(32)
    with ThreadPoolExecutor(2) as threads:
        assert answer(scenario, executor=threads) == answer(scenario, workers=1)


def test_the_first_replications_of_a_longer_run_are_the_shorter_run(scenario, narrow):
    narrow(32)
    long = cs.simulate(scenario, runs=RUNS, seed=7, workers=1)
    short = cs.simulate(scenario, runs=50, seed=7, workers=1)
    for outcome in short.outcomes:
        assert (long.first_day(outcome)[:50] == short.first_day(outcome)).all()
    for metric in short.metrics:
        assert (long.metric(metric)[:50] == short.metric(metric)).all()
