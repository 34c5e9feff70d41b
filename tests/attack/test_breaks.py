"""The table of rules broken on purpose still fits the code, and its page tells of each."""

import importlib.util
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "breaks.md").read_text(encoding="utf-8")
BREAKS = tomllib.loads((ROOT / "attack" / "breaks.toml").read_text(encoding="utf-8"))["break"]


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("breaks", ROOT / "attack" / "breaks.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["breaks"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("one", BREAKS, ids=lambda one: one["name"])
def test_each_break_still_fits_the_code(script, one):
    path = ROOT / "src" / "cashstress" / one["file"]
    source = path.read_text(encoding="utf-8")
    assert script.broken(source, one) != source
    assert one["tests"]
    assert all((ROOT / test.partition("::")[0]).is_file() for test in one["tests"])
    # A digest says that something moved, not that it was right.
    assert not any("golden" in test or "twin" in test for test in one["tests"])


@pytest.mark.parametrize("one", BREAKS, ids=lambda one: one["name"])
def test_each_break_is_on_the_page_and_somebody_notices(one):
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| {one['name']} |"))
    caught = row.split(" | ")[2]
    assert caught != "**NOBODY**"
    for file, name in re.findall(r"`(\S+\.py)` `(\w+)`", caught):
        text = (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert f"def {name}(" in text, f"{name} is gone: python attack/breaks.py --page"


def test_names_are_unique():
    names = [one["name"] for one in BREAKS]
    assert len(names) == len(set(names)) >= 20


def test_a_break_that_no_longer_fits_is_told(script):
    one = {"name": "a", "file": "x.py", "before": "b", "after": "c"}
    assert script.broken("a = b", one) == "a = c"
    with pytest.raises(ValueError, match=r"a: its code occurs 2 times in x\.py"):
        script.broken("b b", one)
    with pytest.raises(SyntaxError):
        script.broken("b", one | {"after": "("})


@pytest.mark.slow
def test_a_break_is_caught_and_a_sound_tree_is_not(script, tmp_path):
    scratch = script.Scratch(tmp_path)
    one = next(one for one in BREAKS if one["name"] == "round every product down")
    assert scratch.failed(None, one["tests"], 1) == []
    assert scratch.failed(one, one["tests"], 1) != []
    # Whole again.
    assert scratch.failed(None, one["tests"], 1) == []
