"""The page of benchmark results says what was measured, and judges it rightly."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def common():
    spec = importlib.util.spec_from_file_location("common", BENCHMARKS / "sections" / "common.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    yield spec.loader.exec_module(module) or module
    del sys.modules[spec.name]


def test_no_figure_is_written_by_hand():
    # `make bench BENCH_ARGS=--page` writes it again from the JSON file.
    command = [sys.executable, str(BENCHMARKS / "make_results.py"), "--check"]
    assert subprocess.run(command, check=False).returncode == 0


@pytest.mark.parametrize(
    ("measured", "wanted", "at_least", "verdict"),
    [
        (200, 200, True, "met"),
        (100, 200, True, "missed: 0.50 of the goal"),
        (1.1, 1.1, False, "met"),
        (2.2, 1.1, False, "missed: 0.50 of the goal"),
        (None, 0.3, True, "not measured"),
        # A figure that is no number meets nothing.
        (float("nan"), 0.3, True, "missed: nan of the goal"),
    ],
)
def test_a_goal_is_met_or_missed_by_so_much(common, measured, wanted, at_least, verdict):
    assert common.Goal("speed", measured, wanted, at_least).row()[-1] == verdict


def test_a_straight_line_is_found_and_called_straight(common):
    # 0.5 s whatever the number and 0.2 s for each, exactly.
    fit = common.line([1, 2, 5, 50], [0.7, 0.9, 1.5, 10.5])
    assert fit == pytest.approx((0.5, 0.2, 0.0, 1.0), abs=1e-9)


def test_a_curve_is_not_called_straight(common):
    # Seconds are the squares: the last step, from 5 to 50, costs 55 s for each.
    fit = common.line([1, 2, 5, 50], [1, 4, 25, 2500])
    assert fit.last == pytest.approx(55 / fit.each)
    assert fit.last > 1.25
    assert fit.residual > 0.5


def test_the_last_step_is_that_to_the_largest(common):
    assert common.line([50, 1, 5, 2], [2500, 1, 25, 4]) == common.line(
        [1, 2, 5, 50], [1, 4, 25, 2500]
    )


def test_ratios_are_taken_round_by_round(common):
    # The second round was three times slower for both: 2, 2 and 4 times.
    assert common.paired([2, 6, 4], [1, 3, 1]) == 2


def test_rounds_of_all_take_turns(common, capsys):
    done, clock = [], iter(range(100))
    works = {name: lambda turn, name=name: done.append((turn, name)) for name in "ab"}
    seconds = common.turns(works, lambda: next(clock), common.How(rounds=2))
    assert done == [(0, "a"), (0, "b"), (1, "a"), (1, "b")]
    assert seconds == {"a": [1, 1], "b": [1, 1]}
