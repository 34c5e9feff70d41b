"""The map of the mutation tester names what is there."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS_OF = tomllib.loads((ROOT / "attack" / "tests_of.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("module", TESTS_OF)
def test_modules_and_tests_are_there(module):
    assert (ROOT / "src" / "cashstress" / f"{module}.py").is_file()
    assert TESTS_OF[module]
    assert all((ROOT / test).is_file() for test in TESTS_OF[module])


@pytest.mark.parametrize("room", ["kernel", "processes"])
def test_no_module_with_anything_to_change_is_left_out(room):
    folder = ROOT / "src" / "cashstress" / room
    modules = {
        str(path.relative_to(folder.parent).with_suffix("")) for path in folder.rglob("*.py")
    }
    left_out = {
        "kernel/__init__",  # a docstring
        "kernel/arena",  # buffers used again: speed alone
        "kernel/arrays",  # types
        "kernel/bullets",  # with instalments
        "processes/__init__",  # imports
        "processes/channels/__init__",  # imports and a table
        "processes/ranks",  # a table of ranks
    }
    assert modules - set(TESTS_OF) <= left_out
