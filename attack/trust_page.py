"""Write docs/reference/trust.md: every way to check this library, its command, its last result.

With names of ways their commands are run first, and the last line of each that says how it went is
kept in `attack/last_results.json`, with the commit.  What has a page of its own is read from there.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

import mutation_page

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT: Final = Path(__file__).parents[1]
KEPT: Final = ROOT / "attack" / "last_results.json"
REFERENCE: Final = ROOT / "docs" / "reference"
PAGE: Final = REFERENCE / "trust.md"
#: In the last line that says how it went.
_SAYS: Final = re.compile(r"\b(passed|failed|failures|held|ran)\b")
#: Bars in a row of the verification page's tables of claims.
_CELLS: Final = 6
# ruff: noqa: E501 - lines of a page, as wide as its other lines
_HEAD: Final = """\
# Every way to check us

Made by `python attack/trust_page.py`. Each row is a way to find out that an answer is wrong, with the command
that repeats it and what it said the last time. A result is copied from the page or the output of its
command, not typed by hand; commands need `pip install -e '.[attack]'`.

No single one is enough. Exact values reach only firms with a closed form. The second program shares our
reading of the meanings. Laws hold for wrong numbers too. Golden digests say that something moved, never which
answer is right. Breaks and mutants test the tests.
"""


def _page(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


def _verification() -> str:
    lines = _page("verification").splitlines()
    rows = [line.split("|") for line in lines if line.count("|") >= _CELLS]
    z = [cells[4].strip() for cells in rows if re.fullmatch(r"[+-]\d+\.\d", cells[4].strip())]
    equal = sum(cells[4].strip() == "equal" for cells in rows)
    share = re.findall(r"Made with a share of .*", _page("verification"))[-1]
    worst = max(abs(float(each)) for each in z)
    return (
        f"{len(z)} claims with chance in them, the largest distance {worst} standard errors; "
        f"{equal} equal. {share}"
    )


def _golden() -> str:
    files = sorted((ROOT / "tests" / "golden" / "recorded").glob("*.toml"))
    parts = sum(file.read_text(encoding="utf-8").count("digest = ") for file in files)
    return f"{len(files)} examples, {parts} digests; part of every test run"


def _breaks() -> str:
    return re.findall(r"^\d+ of \d+ breaks .*", _page("breaks"), re.MULTILINE)[0]


def _mutation() -> str:
    kept = mutation_page.known()
    lines = []
    for room in mutation_page.ROOMS:
        some = [found for name, found in kept.items() if name.startswith(f"{room}/")]
        pairs = [mutation_page.counts(found) for found in some]
        killed, tried = (sum(pair[at] for pair in pairs) for at in (0, 1))
        share = mutation_page.share(killed, tried)
        lines.append(f"`{room}/`: {killed} of {tried} killed ({share}), {len(some)} modules")
    return "; ".join(lines)


@attrs.frozen
class Way:
    """One way to check.

    Parameters
    ----------
    name, asks : str
    command : str
    page : str
        Where to read about it.
    says : callable, optional
        Reads the last result from a page; without it the command's own last line is kept.
    """

    name: str
    asks: str
    command: str
    page: str
    says: Callable[[], str] | None = None


WAYS: Final = (
    Way(
        "verification",
        "Does a firm give the value that is known exactly?",
        "make verify",
        "[page](verification.md)",
        _verification,
    ),
    Way(
        "twin",
        "Does a second program, written from the meanings alone, give the same cents on every day?",
        "python -m pytest tests/twin -q",
        "[page](../explanation/twin.md)",
    ),
    Way(
        "golden",
        "Did any draw, day or cent of an example change?",
        "python -m pytest tests/golden -q",
        "[page](golden.md)",
        _golden,
    ),
    Way(
        "breaks",
        "Is a rule that is broken on purpose noticed?",
        "python attack/breaks.py --page",
        "[page](breaks.md)",
        _breaks,
    ),
    Way(
        "mutation",
        "Is a small change of the code noticed?",
        "python attack/mutate.py --sample 40 --page",
        "[page](mutation.md)",
        _mutation,
    ),
    Way(
        "laws",
        "Do K1 to K9 (no leak, lanes apart, same bits, common draws, save and resume) hold?",
        "python -m pytest tests/processes/test_contracts.py tests/kernel -q",
        "[lanes](../explanation/lanes.md)",
        lambda: "part of every test run",
    ),
    Way(
        "long run",
        "Do they hold on every day of whole random firms?",
        "python attack/long_run.py --count 100000 --state FILE",
        "`attack/README.md`",
    ),
    Way(
        "fuzz",
        "Does anything but a clear error come out of a damaged scenario file?",
        "python attack/fuzz_loader.py --inputs 1000000",
        "`attack/README.md`",
    ),
    Way(
        "damaged",
        "Does what the loader accepts of damaged files run, or say why not?",
        "python attack/run_damaged.py --count 100000",
        "`attack/README.md`",
    ),
    Way(
        "replay",
        "Is one replication alone the same as in its run, and do bean-check and hledger agree with its books?",
        "python -m pytest tests/replay -q",
        "[how to](../how-to/replay.md)",
    ),
    Way(
        "your channel",
        "Does a channel of your own hold to the laws of ours?",
        "cashstress.conformance",
        "[how to](../how-to/own-channel.md)",
        lambda: "for you to run",
    ),
)


def known() -> dict[str, dict[str, str]]:
    """Return what commands said last."""
    kept: dict[str, dict[str, str]] = {}
    if KEPT.exists():
        kept = json.loads(KEPT.read_text(encoding="utf-8"))
    return kept


def run(way: Way, command: str) -> None:
    """Run a command, perhaps a shorter one than the way's own, and keep the last line it prints."""
    words = [sys.executable if word == "python" else word for word in shlex.split(command)]
    done = subprocess.run(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    lines = [line.strip(" =") for line in done.stdout.splitlines() if _SAYS.search(line)]
    said = re.sub(r" in \d.*|, \d+ MB, \d+/s", "", lines[-1]) if lines else "nothing"
    git = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    status = "" if done.returncode == 0 else f"ended with status {done.returncode}: "
    kept = known()
    kept[way.name] = {"command": command, "said": f"{status}{said}", "commit": commit.strip()}
    KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{way.name}: {kept[way.name]['said']}")


def page() -> str:
    """Return the page: a row a way."""
    kept = known()
    rows = ["| | asks | command | last result | more |", "|---|---|---|---|---|"]
    for way in WAYS:
        if way.says is not None:
            said = way.says()
        elif way.name in kept:
            last = kept[way.name]
            by = "" if last["command"] == way.command else f" (`{last['command']}`)"
            said = f"{last['said']}{by}, at commit {last['commit']}"
        else:
            said = "not kept"
        rows.append(f"| {way.name} | {way.asks} | `{way.command}` | {said} | {way.page} |")
    return "\n".join([_HEAD, *rows]) + "\n"


def main() -> None:
    """Run the named ways, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ways = {way.name: way for way in WAYS if way.says is None}
    parser.add_argument("names", nargs="*", help=f"run first: {', '.join(ways)}")
    parser.add_argument("--as", dest="command", help="run this instead, as with fewer inputs")
    options = parser.parse_args()
    for name in options.names:
        run(ways[name], options.command or ways[name].command)
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
