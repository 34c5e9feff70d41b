"""Change the code in small ways, one at a time, and see whether a test notices.

    python attack/mutate.py kernel/levers kernel/money
    python attack/mutate.py processes/taxes --sample 40 --page

Each mutant lives in a process forked from one that has imported everything slow, so it costs what
its tests cost: a second or two.  Which tests those are stands in `attack/tests_of.toml`.  Mutants
that no test can notice, because they change nothing that anybody could see, stand in
`attack/equivalent.toml`, each with its reason.  `--page` keeps what was found in
`attack/mutation.json` and writes docs/reference/mutation.md from it.
"""

from __future__ import annotations

import argparse
import importlib.abc
import importlib.util
import os
import random
import resource
import sys
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import mutation_page
from mutants import Module, Mutant

if TYPE_CHECKING:
    from types import CodeType, ModuleType

ROOT: Final = Path(__file__).parents[1]
SOURCES: Final = ROOT / "src" / "cashstress"
#: A mutant may loop for ever: it gets so many times the processor time of the sound module.
PATIENCE: Final = 4
LEAST_SECONDS: Final = 10
#: For a module whose tests were timed in an earlier run.
_KNOWN_SOUND_SECONDS: Final = 600
MOST_MEMORY: Final = 4 * 2**30
PROFILE: Final = "mutants"
#: Run last for every module of a room: most tests have one lane, and many a mutant needs two.
_LAST: Final = {
    "processes": ["tests/processes/test_contracts.py::test_k2_no_lane_sees_another"],
}


class Served(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module from code we made."""

    def __init__(self, name: str, path: Path, code: CodeType) -> None:
        self._name, self._path, self._code = name, path, code

    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        """Find our module, and leave the others to whoever comes next."""
        if name != self._name:
            return None
        # A package must say where its modules lie.
        within = [str(self._path.parent)] if self._path.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            name, self._path, loader=self, submodule_search_locations=within
        )

    def exec_module(self, module: ModuleType) -> None:
        """Run our code in it."""
        exec(self._code, module.__dict__)  # noqa: S102 -- a mutant of our own module


def import_what_is_slow() -> None:
    """Import what every mutant needs, and nothing of the library."""
    import attrs  # noqa: F401
    import cattrs  # noqa: F401
    import holidays  # noqa: F401
    import hypothesis
    import hypothesis.stateful
    import numpy as np  # noqa: F401
    import pytest  # noqa: F401
    import scipy.special
    import scipy.stats  # noqa: F401
    import simpy  # noqa: F401

    # To be seen is enough: nobody reads the smallest example.
    phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
    hypothesis.settings.register_profile(
        PROFILE, phases=phases, derandomize=True, deadline=None, database=None
    )


def lives(served: Served, tests: list[str], seconds: float) -> bool:
    """Run tests on a module in a process of its own; True where none fails."""
    child = os.fork()
    if child == 0:
        _live(served, tests, seconds)
    _, status = os.waitpid(child, 0)
    return status == 0


def _live(served: Served, tests: list[str], seconds: float) -> None:
    import pytest

    quiet = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(quiet, stream)
    most = int(seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    sys.meta_path.insert(0, served)
    # What is imported already cannot be rewritten for prettier messages, which nobody reads.
    options = ["-x", "-q", "--assert=plain", "-p", "no:cacheprovider"]
    status = 1
    try:
        status = pytest.main([*options, f"--hypothesis-profile={PROFILE}", *tests])
    finally:
        os._exit(int(status))


class Trial:
    """One module and the tests that should notice its mutants."""

    def __init__(self, name: str, tests: list[str], excuses: dict[str, str]) -> None:
        self.name, self._tests, self._excuses = name, tests, excuses
        self._path = SOURCES / f"{name}.py"
        self._module = Module(self._path.read_text(encoding="utf-8"), str(self._path))
        self.killed, self.excused = 0, 0
        self.survivors: list[Mutant] = []

    def chosen(self, every: int, sample: int | None) -> list[Mutant]:
        """Return every so manieth mutant, or a sample of them: always the same one."""
        mutants = self._module.mutants[::every]
        if sample is None or sample >= len(mutants):
            return mutants
        at = sorted(random.Random(self.name).sample(range(len(mutants)), sample))
        return [mutants[i] for i in at]

    def again(self, before: mutation_page.Found) -> list[Mutant]:
        """Return those that lived before; what was killed then counts as killed."""
        self.killed, self.excused = before["killed"], before["excused"]
        return [mutant for mutant in self._module.mutants if mutant.name in before["survived"]]

    def run(self, mutants: list[Mutant], *, known_sound: bool = False) -> None:
        """Try some mutants, where the tests pass on the module as it is."""
        seconds = _KNOWN_SOUND_SECONDS if known_sound else self._sound()
        for mutant in mutants:
            if mutant.name in self._excuses:
                self.excused += 1
            elif self._lives(mutant, seconds):
                self.survivors.append(mutant)
                print(f"  survived {self.name}, {mutant}", flush=True)
            else:
                self.killed += 1

    def found(self) -> mutation_page.Found:
        """Return what there is to be kept."""
        return {
            "mutants": len(self._module.mutants),
            "killed": self.killed,
            "excused": self.excused,
            "survived": [mutant.name for mutant in self.survivors],
        }

    def _sound(self) -> float:
        """Return the processor time a mutant gets; the sound module must pass."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        if not self._lives(None, 3600):
            sys.exit(f"{self.name}: its tests fail without any change")
        took = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        return LEAST_SECONDS + PATIENCE * took

    def _lives(self, mutant: Mutant | None, seconds: float) -> bool:
        dotted = "cashstress." + self.name.removesuffix("/__init__").replace("/", ".")
        return lives(Served(dotted, self._path, self._module.code(mutant)), self._tests, seconds)

    def __str__(self) -> str:
        tried = self.killed + len(self.survivors)
        share = 100 * self.killed / max(tried, 1)
        return (
            f"{self.name}: {self.killed} of {tried} mutants killed ({share:.0f} %), "
            f"{self.excused} excused"
        )


def _table(name: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((ROOT / "attack" / name).read_text(encoding="utf-8"))


def main() -> int:
    """Try the mutants of some modules, or of all; 1 where one survives without an excuse."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    tests, excuses = _table("tests_of.toml"), _table("equivalent.toml")
    parser.add_argument("modules", nargs="*", help="as kernel/levers [all]", default=list(tests))
    parser.add_argument("--every", type=int, default=1, help="only every so manieth mutant")
    parser.add_argument("--sample", type=int, help="at most so many mutants of each module")
    parser.add_argument("--again", action="store_true", help="only those that lived, with --page")
    parser.add_argument("--page", action="store_true", help="keep it for the page, and write that")
    options = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT / "src"))
    import_what_is_slow()
    begun, survived = time.monotonic(), 0
    for name in options.modules:
        last = _LAST.get(name.partition("/")[0], [])
        trial = Trial(name, [*tests[name], *last], excuses.get(name, {}))
        before = mutation_page.known().get(name)
        if options.again and before:
            trial.run(trial.again(before), known_sound=True)
        else:
            trial.run(trial.chosen(options.every, options.sample))
        survived += len(trial.survivors)
        if options.page:
            mutation_page.keep(name, trial.found())
        print(f"{trial}, {time.monotonic() - begun:.0f} s so far", flush=True)
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
