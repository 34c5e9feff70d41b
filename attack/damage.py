"""Damage done to scenario files with some understanding of what they are.

A mutator that knows no TOML rarely gets past the parser.  This one reads the file, puts nasty or
misplaced values into some of its places, and writes it again; at times it works on lines instead,
so that the parser gets its share.
"""

from __future__ import annotations

import copy
import datetime as dt
import random
import re
import tomllib
from pathlib import Path
from typing import Any, Final

import tomli_w

ROOT: Final = Path(__file__).parents[1]
FILES: Final = [*sorted((ROOT / "examples").glob("*.toml")), ROOT / "tests/scenario/platform.toml"]
MINIMAL: Final = """\
name = "Stall"
start = 2025-01-01
firm.cash = 5000
sales.annual = "90000.50"
customers.walk_in = { share = 1, paid_at_once = 1 }
"""
#: Without their comments: the parser would spend most of its time there.
SEEDS: Final = [
    MINIMAL,
    *(tomli_w.dumps(tomllib.loads(file.read_text(encoding="utf-8"))) for file in FILES),
]

_NUMBERS = [
    *(0, 1, -1, 2, 7, 31, 100, 365, 3650, 3651, 11_000, 2**31, 2**53, 2**53 + 1, 2**63, -(2**63)),
    *(0.0, -0.0, 0.5, 1.0, 1.0000001, 4.5, 1e-9, 5e-324, 1e9, 1e15, 1e308, 0.1 + 0.2, 0.005),
    *(float("inf"), float("-inf"), float("nan")),
]
_TEXTS = [
    *("", " ", "x" * 500, "\U0001f4b8", "1200.50", "1e3", "-0", "12 days", "last", "C\tNY"),
    *("jiebei", "sales", "payroll", "firm", "sales.level", "jiebei.limit", "1e400 days", "\u94b1"),
    *("1_000", "\x7f", "\u202e", "\ufeff", "nan", "inf", "2025-13-01", "0x1F", "__class__"),
]  # fmt: skip
_DATES = [
    *(dt.date(1, 1, 1), dt.date(9999, 12, 31), dt.date(2025, 3, 1), dt.date(2024, 2, 29)),
    dt.datetime(2025, 3, 1, 12, 30),  # noqa: DTZ001 -- TOML knows dates without a zone
    dt.datetime(2025, 3, 1, tzinfo=dt.UTC),
    dt.time(10, 0),
]
_SHAPES: list[Any] = [
    *([], {}, [[]], [{}], {"a": 1}, [1, 2], [0.5, 0.5], True, False),
    {"draw": "uniform", "low": 1, "high": 2},
    {"draw": "choice", "values": [1, 2], "shares": [0.5, 0.5]},
    {"draw": "histogram", "edges": [0, 1, 2], "shares": [0.5, 0.5]},
    {"mean_days": 3},
    {"per_day": 0.001},
    {"per_year": 0.05, "basis": "ACT/365"},
    {"kind": "platform"},
]
NASTY: Final = [*_NUMBERS, *_TEXTS, *_DATES, *_SHAPES]
_TOKEN = re.compile(r"[-+]?\d[\d_.:eE+-]*|\"[^\"\n]*\"|[A-Za-z_]\w*")
_TOKENS = [
    *("1e400", "-1", "nan", "inf", "0", "0.1", "true", "[1]", "1_000", "9" * 5000),
    *("99999-01-01", "0001-01-01", "9999-12-31", '"\\U0001F4B8"'),
]
_SCRAPS = [
    *("[", "]", "{", "}", "=", ".", ",", '"', "'''", "\n", "\r\n", "#", "[[a]]"),
    *("\\u0000", "\x00"),
]
#: Of so many texts one is damaged by lines, so that the parser gets its share.
_LINES_EVERY: Final = 3

Place = tuple[Any, ...]


def places(tree: Any, path: Place = ()) -> list[Place]:
    """Return the paths of all values in a tree of tables and lists."""
    found = []
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
        found.append((*path, key))
        if isinstance(value, dict | list):
            found += places(value, (*path, key))
    return found


def _at(tree: Any, path: Place) -> Any:
    for key in path:
        tree = tree[key]
    return tree


class Mutator:
    """Changes scenario texts; the same seed gives the same changes."""

    def __init__(self) -> None:
        self._trees = [tomllib.loads(text) for text in SEEDS]
        pairs = [(tree, place) for tree in self._trees for place in places(tree)]
        self._values = [_at(tree, place) for tree, place in pairs]
        self._keys = sorted({str(place[-1]) for _, place in pairs if isinstance(place[-1], str)})
        # Some words are no keys of ours.
        self._words = [*self._keys, *_TEXTS]

    def mutate(self, text: str, seed: int) -> str:
        """Return the text with one to four changes."""
        chance = random.Random(seed)
        if chance.randrange(_LINES_EVERY) == 0:
            return _damage_lines(text, chance)
        try:
            tree = tomllib.loads(text)
        except (ValueError, RecursionError):
            return _damage_lines(chance.choice([text, *SEEDS]), chance)
        for _ in range(chance.choice([1, 1, 1, 2, 4])):
            self._damage_tree(tree, chance)
        try:
            return tomli_w.dumps(tree)
        except (ValueError, TypeError, RecursionError):
            return _damage_lines(text, chance)

    def _damage_tree(self, tree: dict[str, Any], chance: random.Random) -> None:
        """Change one place."""
        known = places(tree)
        if not known:
            tree.update(copy.deepcopy(chance.choice(self._trees)))
            return
        *path, key = chance.choice(known)
        node = _at(tree, tuple(path))
        ways = [self._drop, self._rename, self._add, self._nudge, *[self._replace] * 3]
        pool = [_at(tree, chance.choice(known)), chance.choice(self._values), *NASTY]
        chance.choice(ways)(node, key, pool, chance)

    def _drop(self, node: Any, key: Any, _: list[Any], __: random.Random) -> None:
        del node[key]

    def _rename(self, node: Any, key: Any, _: list[Any], chance: random.Random) -> None:
        if isinstance(node, dict):
            node[chance.choice(self._words)] = node.pop(key)

    def _add(self, node: Any, _: Any, pool: list[Any], chance: random.Random) -> None:
        value = copy.deepcopy(chance.choice(pool))
        if isinstance(node, dict):
            node[chance.choice(self._words)] = value
        else:
            node.insert(chance.randint(0, len(node)), value)

    def _nudge(self, node: Any, key: Any, _: list[Any], chance: random.Random) -> None:
        node[key] = _nudged(node[key], chance)

    def _replace(self, node: Any, key: Any, pool: list[Any], chance: random.Random) -> None:
        """Put another value there: of elsewhere in the file, of another file, or a nasty one."""
        node[key] = copy.deepcopy(chance.choice([*pool[:2], chance.choice(pool)]))


def _nudged(value: Any, chance: random.Random) -> Any:
    """Return a value near the one that was there."""
    if isinstance(value, bool) or not isinstance(value, int | float | dt.date):
        return copy.deepcopy(chance.choice(NASTY))
    if isinstance(value, dt.date):
        try:
            return value + dt.timedelta(days=chance.choice([-400, -1, 1, 30, 10_000]))
        except OverflowError:
            return value
    return value * chance.choice([-1, 0, 2, 10, 100]) + chance.choice([0, 0, 1, -1])


def _damage_lines(text: str, chance: random.Random) -> str:
    """Return the text with one line changed, lost, doubled or put elsewhere."""
    lines = text.splitlines() or [""]
    at = chance.randrange(len(lines))
    before, line, after = lines[:at], lines[at], lines[at + 1 :]
    spot = chance.randint(0, len(line))
    scrap = line[:spot] + chance.choice(_SCRAPS) + line[spot:]
    other = chance.choice(chance.choice(SEEDS).splitlines())
    changed = chance.choice([
        [*before, *after],
        [*before, line, line, *after],
        [*before, other, line, *after],
        [*before, _with_token(line, chance), *after],
        [*before, scrap, *after],
        before,
        [*after, line, *before],
    ])  # fmt: skip
    return "\n".join(changed)


def _with_token(line: str, chance: random.Random) -> str:
    """Return the line with one of its words or numbers replaced."""
    tokens = list(_TOKEN.finditer(line))
    if not tokens:
        return line
    token = chance.choice(tokens)
    return line[: token.start()] + chance.choice(_TOKENS) + line[token.end() :]
