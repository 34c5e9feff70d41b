"""Inputs that `attack/fuzz_loader.py` found to break the loader, each in a file of its own."""

import importlib.util
from pathlib import Path

import pytest
from verdict import judged

ATTACK = Path(__file__).parents[2] / "attack"
FOUND = sorted(Path(__file__).with_name("found").iterdir())


@pytest.mark.parametrize("file", FOUND, ids=lambda file: file.stem)
def test_what_was_found_is_mended(file, tmp_path):
    judged(file.read_bytes(), tmp_path / "scenario.toml")


def test_the_verdict_sees_what_it_should(tmp_path):
    good = Path(__file__).with_name("platform.toml").read_bytes()
    scratch = tmp_path / "scenario.toml"
    assert judged(good, scratch) is not None
    assert judged(b"\xef\xbb\xbf" + good.replace(b"\n", b"\r\n"), scratch) is not None
    assert judged(good + b"\xff", scratch) is None
    assert judged(b"", scratch) is None


@pytest.fixture(scope="module")
def damage():
    spec = importlib.util.spec_from_file_location("damage", ATTACK / "damage.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_damaged_examples_are_refused_or_work(damage, tmp_path):
    # The fuzzer without its guide, for a few seconds; one damage in ten or so does no harm.
    mutator, worked = damage.Mutator(), 0
    for seed in range(400):
        text = mutator.mutate(damage.SEEDS[seed % len(damage.SEEDS)], seed)
        scenario = judged(text.encode("utf-8", "replace"), tmp_path / "scenario.toml")
        worked += scenario is not None
    assert 10 < worked < 200


def test_the_same_seed_does_the_same_damage(damage):
    for seed in range(40):
        first, again = (damage.Mutator().mutate(damage.MINIMAL, seed) for _ in range(2))
        assert first == again
