"""Break one rule of the model at a time, and see which tests notice.

    python attack/breaks.py --page                  # all breaks; writes docs/reference/breaks.md
    python attack/breaks.py --only "grace"          # those with this in their name

A break is a change of the source (`attack/breaks.toml`), made in a copy of the tree and never in
place.  It has to be caught by the tests named beside it: laws, and numbers worked out by hand or by
another program.  Golden digests and the second program are run beside them and count for nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
TABLE: Final = ROOT / "attack" / "breaks.toml"
PAGE: Final = ROOT / "docs" / "reference" / "breaks.md"
#: What the tests that are run need of the tree.
_PARTS: Final = ("src", "tests", "examples", "pyproject.toml")
#: What is found by a break's own tests.
_CAUGHT: Final = "tests"
#: Enough to see who notices; more would only take time.
_MOST_FAILED: Final = 6
_SHOWN: Final = 3
_PATIENCE: Final = 1800
#: Run beside the tests, to be shown; neither counts as a catch.
_BESIDE: Final = {"golden": "tests/golden", "twin": "tests/twin/test_examples.py"}
_FAILED: Final = re.compile(r"^(?:FAILED|ERROR) (\S+?)(?:\[.*)?(?: - .*)?$", re.MULTILINE)
# ruff: noqa: E501 - lines of a page, as wide as its other lines
_HEAD: Final = """\
# Broken on purpose: one rule at a time, and who notices

Made by `python attack/breaks.py --page`. Each line breaks one rule of the [meanings](meanings.md), or one
of the promises about draws and books, by a change of the source in a copy of the tree
(`attack/breaks.toml` has the code before and after), and names tests that failed. Those tests check laws,
and numbers that were worked out by hand or by another program.

The last two columns say whether the [golden digests](golden.md) of the examples changed, and whether the
[second program](../explanation/twin.md) disagreed on one of the examples. Neither counts as a catch: a
digest knows no right or wrong, and an example need not have the rule in it.
"""


def breaks() -> list[dict[str, Any]]:
    """Return every break of the table."""
    found: list[dict[str, Any]] = tomllib.loads(TABLE.read_text(encoding="utf-8"))["break"]
    return found


def broken(source: str, one: dict[str, Any]) -> str:
    """Return the source with the rule broken.

    Raises
    ------
    ValueError
        Where the code to be changed does not occur exactly once.
    SyntaxError
        Where what comes out is no Python: everybody would notice that.
    """
    if source.count(one["before"]) != 1:
        times = source.count(one["before"])
        raise ValueError(f"{one['name']}: its code occurs {times} times in {one['file']}")
    changed = source.replace(one["before"], one["after"])
    compile(changed, one["file"], "exec")
    return changed


class Scratch:
    """A copy of the tree in which things may be broken."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for part in _PARTS:
            source = ROOT / part
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, folder / part)  # type: ignore[operator]

    def failed(self, one: dict[str, Any] | None, tests: list[str], most: int) -> list[str]:
        """Return the tests that fail under a break, at most so many; under none, all is well."""
        if one is None:
            return self._run(tests, most)
        path = self._folder / "src" / "cashstress" / one["file"]
        whole = path.read_text(encoding="utf-8")
        path.write_text(broken(whole, one), encoding="utf-8")
        try:
            return self._run(tests, most)
        finally:
            path.write_text(whole, encoding="utf-8")

    def _run(self, tests: list[str], most: int) -> list[str]:
        options = ["-q", "--tb=no", "-rfE", f"--maxfail={most}", "-p", "no:cacheprovider"]
        environment = os.environ | {
            "PYTHONPATH": str(self._folder / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *tests],
            cwd=self._folder, env=environment, capture_output=True, text=True, check=False,
            timeout=_PATIENCE,
        )  # fmt: skip
        names = list(dict.fromkeys(_FAILED.findall(done.stdout)))
        if done.returncode and not names:
            sys.exit(done.stdout + done.stderr)
        return names


def look(scratch: Scratch, one: dict[str, Any], what: str) -> list[str]:
    """Return who notices one break: its own tests, or what is run beside them."""
    if what == _CAUGHT:
        return scratch.failed(one, one["tests"], _MOST_FAILED)
    return scratch.failed(one, [_BESIDE[what]], 1)


def page(found: dict[str, dict[str, Any]]) -> str:
    """Return the page: a line a break."""
    rows = []
    for one in breaks():
        result = found[one["name"]]
        rule = f"[{one['rule']}](meanings.md#{one['at']})" if "at" in one else one["rule"]
        tests = _names(result[_CAUGHT]) if result[_CAUGHT] else "**NOBODY**"
        beside = " | ".join("yes" if result[name] else "no" for name in _BESIDE)
        rows.append(f"| {one['name']} | {rule} | {tests} | {beside} |")
    counts = {
        what: sum(bool(result[what]) for result in found.values()) for what in (_CAUGHT, *_BESIDE)
    }
    last = (
        f"{counts[_CAUGHT]} of {len(found)} breaks are caught by a law or an exact number. Beside them the "
        f"golden digests changed in {counts['golden']}, and the second program disagreed in "
        f"{counts['twin']}."
    )
    table = ["| broken | rule | caught by, among others | golden | twin |", "|---|---|---|---|---|"]
    return "\n".join([_HEAD, last, "", *table, *rows]) + "\n"


def _names(tests: list[str]) -> str:
    """Return the first few tests: file, and function."""
    shown = (test.removeprefix("tests/").rpartition("::") for test in tests[:_SHOWN])
    return "<br>".join(f"`{file.partition('::')[0]}` `{name}`" for file, _, name in shown)


class Finder:
    """Looks who notices, and remembers it from one run to the next."""

    def __init__(self, scratch: Scratch, state: Path | None) -> None:
        self._scratch, self._state = scratch, state
        known = state is not None and state.exists()
        self.kept: dict[str, list[str]] = json.loads(state.read_text()) if state and known else {}

    def found(self, one: dict[str, Any], what: str) -> list[str]:
        """Return who notices a break; what was found of the very same one is not looked for."""
        said = one["tests"] if what == _CAUGHT else ""
        key = json.dumps([what, one["file"], one["before"], one["after"], said])
        if key not in self.kept:
            self.kept[key] = look(self._scratch, one, what)
            if self._state:
                self._state.write_text(json.dumps(self.kept))
        return self.kept[key]


def main() -> int:
    """Try the breaks; 1 where one is caught by nobody."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="breaks with this in their name")
    parser.add_argument("--alone", action="store_true", help="run nothing beside their tests")
    parser.add_argument("--page", action="store_true", help="write docs/reference/breaks.md")
    parser.add_argument("--state", type=Path, help="keeps what was found, to go on from there")
    options = parser.parse_args()
    wanted = [one for one in breaks() if options.only in one["name"]]
    found: dict[str, dict[str, Any]] = {one["name"]: {} for one in wanted}
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Scratch(Path(folder))
        finder = Finder(scratch, options.state)
        tests = sorted({test for one in wanted for test in one["tests"]})
        if not finder.kept and (failed := scratch.failed(None, [*tests, *_BESIDE.values()], 9)):
            sys.exit(f"these tests fail without any break: {failed}")
        for what in [_CAUGHT] if options.alone else [_CAUGHT, *_BESIDE]:
            for one in wanted:
                who = found[one["name"]][what] = finder.found(one, what)
                said = f"noticed by {len(who)}" if who else "NOT NOTICED"
                took = f"{time.monotonic() - begun:.0f} s"
                print(f"{what}: {one['name']}: {said}; {took}", flush=True)
    if options.page and not options.alone:
        PAGE.write_text(page(found), encoding="utf-8")
    return 0 if all(result[_CAUGHT] for result in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
