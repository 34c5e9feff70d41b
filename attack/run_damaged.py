"""Run what is left of damaged scenario files: what the loader accepts must run, or say why not.

    python attack/run_damaged.py --count 100000

A run may be refused for amounts that grow too large; it may not end in an error of Python's own, in
books that do not add up, in a warning, or after long.  What fails prints its seed.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
import traceback
import warnings
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))

from cashstress.conformance import DailyLaws  # noqa: E402 -- of this tree
from cashstress.errors import ScenarioError, SimulationError  # noqa: E402 -- of this tree
from cashstress.processes import Firm, levers  # noqa: E402 -- of this tree
from cashstress.scenario import Scenario, loads  # noqa: E402 -- of this tree
from damage import SEEDS, Mutator  # noqa: E402 -- after the path of this tree

#: Longer runs find little more.
_MOST_DAYS: Final = 120
_LANES: Final = 3
#: Processor time of one scenario, seconds: the examples take 1 to 3.
_SLOW: Final = 30
#: A SimulationError that only wraps one of Python's own.
_OF_PYTHON: Final = re.compile(r"\b[A-Z][A-Za-z]*(?:Error|Warning|Exception)\b")


def damaged(seed: int, mutator: Mutator) -> Scenario | None:
    """Return what is left of an example, or None where the loader refuses it."""
    text = SEEDS[seed % len(SEEDS)]
    for times in range(1 + seed % 3):
        text = mutator.mutate(text, 10 * seed + times)
    try:
        return loads(text)
    except ScenarioError:
        return None


def run(scenario: Scenario) -> bool:
    """Live through some days, audited each day; False where amounts grow too large."""
    import numpy as np

    try:
        levers(scenario)
        firm = Firm(scenario, seed=1, slots=np.arange(_LANES))
        DailyLaws(firm)
        for day in range(min(scenario.horizon, _MOST_DAYS)):
            firm.run(day + 1)
            firm.audit()
        firm.run(firm.clock.today)
    except SimulationError as error:
        if _OF_PYTHON.search(str(error)) or "2**53" not in str(error):
            raise
        return False
    return True


def main() -> int:
    """Run many damaged examples; 1 where one failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000, help="seeds to try")
    parser.add_argument("--first", type=int, default=0, help="first seed")
    options = parser.parse_args()
    warnings.simplefilter("error")
    mutator, ran, refused, failed = Mutator(), 0, 0, []
    for seed in range(options.first, options.first + options.count):
        scenario = damaged(seed, mutator)
        if scenario is None:
            continue
        begun = time.process_time()
        try:
            ran += 1
            refused += not run(scenario)
        except Exception as error:  # noqa: BLE001 -- whatever comes out is what we look for
            traceback.print_exc(limit=-3)
            print(f"FAILED seed {seed}: {type(error).__name__}: {error}", flush=True)
            failed.append(seed)
        if (took := time.process_time() - begun) > _SLOW:
            print(f"SLOW seed {seed}: {took:.0f} s", flush=True)
        if ran % 100 == 0:
            print(
                f"seed {seed}: {ran:,} ran, {refused} too large, {len(failed)} failed", flush=True
            )
    print(f"{ran:,} ran, {refused} too large, failed: {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
