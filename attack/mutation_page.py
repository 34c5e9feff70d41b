"""Write docs/reference/mutation.md from what `attack/mutate.py --page` kept.

python attack/mutation_page.py
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
KEPT: Final = ROOT / "attack" / "mutation.json"
PAGE: Final = ROOT / "docs" / "reference" / "mutation.md"
#: What was found of a module: counts of mutants, and the names of those that lived.
Found = dict[str, Any]
ROOMS: Final = ("kernel", "processes")
# ruff: noqa: E501 - lines of a page, as wide as its other lines
_HEAD: Final = """\
# Mutation testing: does a test notice a small change of the code?

Made by `python attack/mutate.py MODULES --page` (`--sample 40` for at most 40 mutants a module, always the
same ones). A mutant is one small change of a module: an operator or a number that is another, a condition
turned round, a statement or a sign left out. It is *killed* when a test of `attack/tests_of.toml` fails.
*Excused* are mutants that nobody could notice; `attack/equivalent.toml` says of each why, and they are in
neither number. Golden digests take no part.

The share is killed over tried. Where a module was sampled, the share is an estimate for it. Survivors were
tried again after tests were written for them, so the share says how the tests stand now on the mutants that
were sampled, and is kind to them for the others.
"""


def keep(module: str, found: Found) -> None:
    """Keep what was found of a module, in place of what was known before, and write the page."""
    kept = known()
    kept[module] = found
    KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    PAGE.write_text(page(kept), encoding="utf-8")


def known() -> dict[str, Found]:
    """Return what is kept, module by module."""
    kept: dict[str, Found] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    return kept


def page(kept: dict[str, Found]) -> str:
    """Return the page: a table a room, survivors, and what was not tried."""
    table = (ROOT / "attack" / "tests_of.toml").read_text(encoding="utf-8")
    modules = tomllib.loads(table)
    parts = [_HEAD]
    for room in ROOMS:
        some = {name: found for name, found in kept.items() if name.startswith(f"{room}/")}
        parts.append(f"## `{room}/`\n\n" + "\n".join(_rows(some)))
    left = [name for name in modules if name not in kept]
    if left:
        parts.append("## Not tried\n\n" + ", ".join(f"`{name}`" for name in left) + ".")
    survivors = [line for name in sorted(kept) for line in _survivors(name, kept[name])]
    parts.append("## Survivors\n\n" + ("\n".join(survivors) or "None."))
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _rows(some: dict[str, Found]) -> list[str]:
    rows = ["| module | mutants | tried | killed | share | excused |", "|---|---|---|---|---|---|"]
    for name in sorted(some):
        found = some[name]
        _, tried = counts(found)
        whole = "all" if tried + found["excused"] == found["mutants"] else f"{tried}"
        rows.append(
            f"| `{name}` | {found['mutants']} | {whole} | {found['killed']} of {tried} | "
            f"{share(found['killed'], tried)} | {found['excused']} |"
        )
    pairs = [counts(found) for found in some.values()]
    killed, tried = (sum(pair[at] for pair in pairs) for at in (0, 1))
    mutants, excused = (sum(f[key] for f in some.values()) for key in ("mutants", "excused"))
    total = f"| **all of these** | {mutants} | {tried} | {killed} of {tried} |"
    return [*rows, f"{total} **{share(killed, tried)}** | {excused} |"]


def counts(found: Found) -> tuple[int, int]:
    """Return how many were killed, and how many tried."""
    return found["killed"], found["killed"] + len(found["survived"])


def share(killed: int, tried: int) -> str:
    """Return killed over tried, in per cent."""
    return f"{100 * killed / tried:.0f} %" if tried else ""


def _survivors(name: str, found: Found) -> list[str]:
    if not found["survived"]:
        return []
    return [f"`{name}`", "", *(f"- `{each}`" for each in found["survived"]), ""]


if __name__ == "__main__":
    PAGE.write_text(page(known()), encoding="utf-8")
