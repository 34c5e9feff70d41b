"""The mutation tester: which mutants it makes, and that it tells the dead from the living."""

import importlib.util
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

ATTACK = Path(__file__).parents[2] / "attack"


@pytest.fixture(scope="module")
def mutants():
    spec = importlib.util.spec_from_file_location("mutants", ATTACK / "mutants.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutants"] = module
    spec.loader.exec_module(module)
    return module


def made(mutants, source):
    return [str(mutant).partition(": ")[2] for mutant in mutants.Module(source, "x.py").mutants]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a < b", ["a < b  ->  a <= b"]),
        ("a + 1", ["a + 1  ->  a - 1", "1  ->  2"]),
        ("not a", ["not a  ->  a"]),
        ("x = -a", ["x = -a  ->  x = a"]),
        ("f(-a)", ["f(-a)  ->  f(a)"]),
        ("a and b", ["a and b  ->  a or b"]),
        ("np.minimum(a, b)", ["np.minimum  ->  np.maximum"]),
        ("a.b += c", ["a.b += c  ->  a.b -= c"]),
        ("x = True", ["True  ->  False"]),
        ("def f():\n    return a", ["return a  ->  return None"]),
    ],
)
def test_each_way_to_be_wrong(mutants, source, expected):
    found = made(mutants, source)
    assert [each for each in expected if each not in found] == []


@pytest.mark.parametrize(
    "source",
    [
        "import a",
        "raise Error(f'{a} < {b + 1}')",
        "x: Final[1] = a",
        "'a text' in b" and "f('a text')" and "'a docstring'",
        "def f():\n    return None",
        "if TYPE_CHECKING:\n    x = 1",
    ],
)
def test_what_no_test_could_see_is_left_alone(mutants, source):
    assert made(mutants, source) == []


def test_mutants_that_read_the_same_are_told_apart(mutants):
    names = [mutant.name for mutant in mutants.Module("a = 1\nb = 1\n", "x.py").mutants]
    assert names == ["module: 1  ->  2", "module: 1  ->  2 [2]"]


def test_every_excuse_is_of_a_mutant_that_there_is(mutants):
    excuses = tomllib.loads((ATTACK / "equivalent.toml").read_text(encoding="utf-8"))
    for module, reasons in excuses.items():
        path = ATTACK.parent / "src" / "cashstress" / f"{module}.py"
        made = mutants.Module(path.read_text(encoding="utf-8"), str(path)).mutants
        names = [mutant.name for mutant in made]
        assert [name for name in reasons if names.count(name) != 1] == [], module
        assert all(reasons.values())


def test_statements_can_be_lost(mutants):
    module = mutants.Module("def f(x):\n    x.y = z\n    g()\n    a = b\n", "x.py")
    assert [str(mutant) for mutant in module.mutants] == [
        "line 2, f: x.y = z  ->  pass",
        "line 3, f: g()  ->  pass",
    ]
    seen, names = [], {"g": lambda: seen.append("g"), "z": 1, "b": 2}
    for code in [None, *module.mutants]:
        exec(module.code(code), names)  # noqa: S102 -- three lines of our own
        names["f"](SimpleNamespace())
    assert seen == ["g", "g"]


def test_a_module_is_itself_again_after_each_mutant(mutants):
    module = mutants.Module("def f(a, b):\n    return a + b\n", "x.py")
    for mutant in module.mutants:
        module.code(mutant)
    names = {}
    exec(module.code(None), names)  # noqa: S102 -- as above
    assert names["f"](2, 3) == 5


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="needs fork")
def test_money_is_tested(tmp_path):
    done = subprocess.run(
        [sys.executable, ATTACK / "mutate.py", "kernel/money", "--every", "9"],
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert "kernel/money: 4 of 4 mutants killed (100 %)" in done.stdout, done.stdout + done.stderr
