"""The first seeds of `attack/long_run.py`: whole random firms, K1-K9 on every day."""

import importlib.util
import sys
from pathlib import Path
from random import Random

import every_day
import numpy as np
import pytest
from every_day import hold_every_day
from lab import example, firm_of, spying

from cashstress.errors import ConservationError
from cashstress.kernel.books import Books
from cashstress.kernel.levers import Modifier
from cashstress.kernel.streams import Streams
from cashstress.kernel.world import World

SCRIPT = Path(__file__).parents[2] / "attack" / "long_run.py"
SEEDS = 80
AT_ONCE = 10


@pytest.fixture(scope="module")
def long_run():
    spec = importlib.util.spec_from_file_location("long_run", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    path = list(sys.path)
    spec.loader.exec_module(module)
    sys.path[:] = path
    return module


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_k1_to_k9_on_every_day_of_random_firms(long_run, first):
    held = [long_run.attack(seed) for seed in range(first, first + AT_ONCE)]
    assert sum(held) > AT_ONCE // 2


def test_a_long_run_goes_on_where_it_stopped(long_run, tmp_path, monkeypatch):
    tried = []
    monkeypatch.setattr(long_run, "attack", lambda seed: tried.append(seed) or seed != 4)
    for count in (2, 2):
        arguments = ["long_run.py", "--count", str(count), "--state", str(tmp_path / "s.json")]
        monkeypatch.setattr(sys, "argv", [*arguments, "--first", "2", "--step", "2"])
        assert long_run.main() == 0
    assert tried == [2, 4, 6, 8]
    monkeypatch.setattr(long_run, "attack", lambda seed: 1 // (seed - 12))
    assert long_run.main() == 1
    assert "ZeroDivisionError" in (tmp_path / "s.json").read_text(encoding="utf-8")


# --- the checks see what they are there to see


SHORT = {"horizon": 40, "costs.machine": None, "shocks.closure.on": "2025-03-20"}


def held(changes=None):
    scenario = example("platform_closure").replace(SHORT | (changes or {}))
    hold_every_day(scenario, Random(1))


def test_the_example_holds():
    held()


def test_k1_a_cent_that_is_lost_is_seen(monkeypatch):
    def lose(words, posted, lanes):
        books, debit, *_ = words
        if debit == "receivables" and books._clock.today == 21:
            books.balance(debit)[2] -= 1

    monkeypatch.setattr(Books, "post", spying(Books.post, lose))
    with pytest.raises(ConservationError, match=r"day 2., lane 2: account 'receivables'"):
        held()


def test_k2_a_lane_that_sees_another_is_seen(monkeypatch):
    plainly = Streams._draw

    def draw(streams, name, dtype, *, once):
        values = plainly(streams, name, dtype, once=once)
        return np.roll(values, 1) if name == "sales.noise" else values

    monkeypatch.setattr(Streams, "_draw", draw)
    with pytest.raises(AssertionError, match=r"the twin differs in \["):
        held()


def test_k9_a_column_that_is_not_saved_is_seen(monkeypatch):
    plainly = World.save

    def save(world):
        state = plainly(world)
        del state.columns["books:receivables"]
        return state

    monkeypatch.setattr(World, "save", save)
    with pytest.raises(Exception, match=r"receivables|differs"):
        held()


def test_k4_a_shock_that_moves_a_draw_is_seen(monkeypatch):
    def seeded_by_shocks(scenario, *arguments, **options):
        return firm_of(scenario, *arguments, seed=1 - len(scenario.shocks), **options)

    monkeypatch.setattr(every_day, "firm_of", seeded_by_shocks)
    with pytest.raises(AssertionError, match="shocks moved the draws"):
        held()


def test_k6_a_lever_that_is_not_lifted_is_seen(monkeypatch):
    plainly = Modifier.put

    def put(modifier, mask=None, value=None, *, since=None):
        mask = mask if mask is None or modifier.lever.name != "sales.level" else mask | modifier.on
        plainly(modifier, mask, value, since=since)

    monkeypatch.setattr(Modifier, "put", put)
    fall = {"kind": "sales_fall", "depth": 0.5, "on": "2025-03-10", "lasts": 4}
    with pytest.raises(AssertionError, match=r"sales\.level"):
        held({"shocks.fall": fall})
