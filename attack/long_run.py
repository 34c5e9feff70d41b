"""Whole random firms, each held against K1-K9 on every day of its run.

    python attack/long_run.py --count 100000 --state long_run.json

Scenarios come from `tests/strategies.py`, the checks from `tests/processes/every_day.py`.  A seed
is a scenario: what fails prints its seed, and `--only SEED` repeats it.  With `--state` a run that
was stopped goes on where it was; `--first` and `--step` share the seeds among several processes.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

ROOT: Final = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "processes"), str(ROOT / "src")]

from every_day import hold_every_day  # noqa: E402 -- from the tests
from hypothesis import HealthCheck, given, settings  # noqa: E402 -- with them

import cashstress as cs  # noqa: E402 -- of this tree
from cashstress import processes  # noqa: E402 -- of this tree
from strategies import scenarios  # noqa: E402 -- from the tests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cashstress.scenario import Scenario

#: Enough for the largest scenario the strategies make; a few seeds run out all the same.
_CHOICES: Final = 1 << 14
_NOTED_EVERY: Final = 20
#: Every so many seeds the answer is also computed by two processes.
_WORKERS_EVERY: Final = 25


def scenario_of(seed: int) -> Scenario | None:
    """Return the scenario of a seed; a few seeds make none."""
    made: list[Scenario] = []

    @settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(scenarios())
    def keep(scenario: Scenario) -> None:
        made.append(scenario)

    keep.hypothesis.fuzz_one_input(Random(seed).randbytes(_CHOICES))
    return made[-1] if made else None


def attack(seed: int) -> bool:
    """Hold the scenario of a seed against K1-K9; False where the seed makes none."""
    scenario = scenario_of(seed)
    if scenario is None:
        return False
    hold_every_day(scenario, Random(seed))
    if seed % _WORKERS_EVERY == 0:
        assert _answer(scenario, workers=1) == _answer(scenario, workers=2), "workers matter"
    return True


def _answer(scenario: Scenario, *, workers: int) -> str:
    """Return a run's answer, computed in several blocks of a few lanes."""
    usual = processes.lanes_per_block
    processes.lanes_per_block = lambda *_, **__: 3
    try:
        return cs.simulate(scenario, runs=8, seed=0, workers=workers).to_json()
    finally:
        processes.lanes_per_block = usual


class Diary:
    """How far a run came, kept in a file if there is one."""

    def __init__(self, path: Path | None, first: int) -> None:
        self._path = path
        self.facts: dict[str, Any] = {"next": first, "held": 0, "empty": 0, "failed": {}}
        if path is not None and path.exists():
            self.facts = json.loads(path.read_text(encoding="utf-8"))

    def keep(self) -> None:
        """Write it down."""
        if self._path is not None:
            self._path.write_text(json.dumps(self.facts, indent=1), encoding="utf-8")

    def note(self, seed: int, step: int) -> None:
        """Attack one seed and note what came of it."""
        try:
            self.facts["held" if attack(seed) else "empty"] += 1
        except Exception as error:  # noqa: BLE001 -- whatever comes out is what we look for
            traceback.print_exc(limit=-4)
            print(f"FAILED seed {seed}: {type(error).__name__}: {error}", flush=True)
            self.facts["failed"][str(seed)] = f"{type(error).__name__}: {error}"[:500]
            self.keep()
        self.facts["next"] = seed + step


def _seeds(first: int, options: argparse.Namespace) -> Iterator[int]:
    """Seeds until there were enough, or the time is up."""
    begun = time.monotonic()
    for i in range(options.count):
        if options.seconds and time.monotonic() - begun > options.seconds:
            return
        yield first + i * options.step


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="seeds to try")
    parser.add_argument("--seconds", type=int, default=0, help="stop after; 0 for no limit")
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--step", type=int, default=1, help="from one seed to the next")
    parser.add_argument("--state", type=Path, help="file that a later run goes on from")
    parser.add_argument("--only", type=int, help="repeat one seed")
    return parser.parse_args()


def main() -> int:
    """Attack many seeds; 1 where one of them failed."""
    options = _arguments()
    if options.only is not None:
        print(scenario_of(options.only))
        return 0 if attack(options.only) else 2
    diary, begun = Diary(options.state, options.first), time.monotonic()
    for done, seed in enumerate(_seeds(diary.facts["next"], options), start=1):
        diary.note(seed, options.step)
        if done % _NOTED_EVERY == 0:
            diary.keep()
            rate = done / (time.monotonic() - begun)
            held, failed = diary.facts["held"], len(diary.facts["failed"])
            print(f"seed {seed}: {held:,} held, {failed} failed, {rate:.2f}/s", flush=True)
    diary.keep()
    print(f"{diary.facts['held']:,} scenarios held, failed: {sorted(diary.facts['failed'])}")
    return 1 if diary.facts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
