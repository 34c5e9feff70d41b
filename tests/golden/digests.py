"""What every example answers, replication by replication, as a digest and plain figures a part.

A digest says that a part is the same to the last cent and the last day; the figures beside it say
how far it moved when it is not.
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any, Final

import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.processes import Firm
from cashstress.results.provenance import here
from cashstress.scenario import load

ROOT: Final = Path(__file__).parents[2]
EXAMPLES: Final = sorted((ROOT / "examples").glob("*.toml"))
FOLDER: Final = Path(__file__).parent / "recorded"
SEED: Final = 1
REPLICATIONS: Final = 256
ACCEPT: Final = 'python tests/golden/accept.py --reason "..."'
#: Libraries whose arithmetic, order of events or calendars an answer may depend on.
_LIBRARIES: Final = ("numpy", "scipy", "simpy", "holidays")

Part = dict[str, Any]


class _Evenings:
    """A process of the firm: writes down what it owns and owes at the end of each day."""

    def __init__(self):
        self.seen = {name: [] for name in ("cash", "debt", "headroom", "unpaid")}

    def __call__(self, firm):
        for day in firm.days():
            yield firm.clock.at(day, Phase.OBSERVE)
            amounts = (firm.cash, firm.debt(), firm.headroom(), firm.treasury.unpaid)
            for name, values in zip(self.seen, amounts, strict=True):
                self.seen[name].append(values.copy())


def answer(path: Path) -> dict[str, Part]:
    """Run an example: each part of its answer by name."""
    slots = np.arange(REPLICATIONS, dtype=np.int64)
    firm = Firm(load(path), seed=SEED, slots=slots)
    evenings = _Evenings()
    firm.add_process(evenings)
    firm.run()
    firm.audit()
    record = firm.reporter.record()
    parts = {f"evening {name}": _part(values) for name, values in evenings.seen.items()}
    for account in firm.books.kinds:
        # One with nothing in it is left out: a new kind of account then moves no other firm.
        if firm.books.balance(account).any():
            parts[f"account {account}"] = _part(firm.books.balance(account))
    return _outcomes(record) | _by_row(record) | _weeks(record) | parts


def _outcomes(record):
    parts = {}
    for row, name in enumerate(record.outcomes):
        first, days = record.first_day[row], record.days_in_force[row]
        parts[f"outcome {name}"] = {
            "digest": digest(first, record.episodes[row], days),
            "replications": int((first >= 0).sum()),
            "first_days": int(first[first >= 0].sum()),
            "days_in_force": int(days.sum()),
        }
    return parts


def _by_row(record):
    tables = {
        "metric": (record.metrics, record.amounts),
        "shock": (record.marks, record.mark_days),
        "line": (record.histories, record.history),
        "first trouble": (record.links, record.chain),
    }
    return {
        f"{kind} {name}": _part(values[row])
        for kind, (names, values) in tables.items()
        for row, name in enumerate(names)
    }


def _weeks(record):
    return {
        f"week {name}": {
            "digest": digest(sketch.counts, sketch.sums),
            "sum": int(sketch.sums.sum()),
        }
        for name, sketch in record.weeks.items()
    }


def _part(values):
    return {"digest": digest(values), "sum": int(np.sum(values, dtype=np.int64))}


def digest(*arrays) -> str:
    """Return a digest of whole numbers, whatever kind of integer they are kept in."""
    found = hashlib.sha256()
    for array in arrays:
        whole = np.asarray(array)
        assert whole.dtype.kind in "iub", "a digest of floats would not travel"
        found.update(np.ascontiguousarray(whole, dtype="<i8").tobytes())
    return found.hexdigest()[:16]


# -- files ---------------------------------------------------------------------------------------


def recorded(path: Path) -> dict[str, Any]:
    """Return what is recorded of an example; nothing where a merge left marks in the file."""
    file = FOLDER / path.name
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, tomllib.TOMLDecodeError):
        return {}


def text_of(path: Path, parts: dict[str, Part], reason: str) -> str:
    """Return the file of an example: a line a part."""
    made = here()
    versions = {name: made.libraries[name] for name in _LIBRARIES}
    lines = [
        f"# What examples/{path.name} answers; docs/reference/golden.md says what that promises.",
        f"# Written by: {ACCEPT}",
        "",
        f"reason = {_quoted(reason)}",
        f"seed = {SEED}",
        f"replications = {REPLICATIONS}",
        f"scenario = {_quoted(load(path).digest)}",
        f"processor_features = {_quoted(made.processor_features)}",
        f"libraries = {_inline(versions)}",
        "",
        "[parts]",
        *(f"{_quoted(name)} = {_inline(part)}" for name, part in parts.items()),
    ]
    return "\n".join(lines) + "\n"


def _inline(table):
    cells = (
        f"{key} = {_quoted(value) if isinstance(value, str) else value}"
        for key, value in table.items()
    )
    return "{ " + ", ".join(cells) + " }"


def _quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


# -- what moved ----------------------------------------------------------------------------------


def moved(before: dict[str, Part], after: dict[str, Part]) -> list[str]:
    """Return each part that is not the same, in words, with its figures before and after."""
    lines = []
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            lines.append(f"{name}: {'new' if old is None else 'gone'}")
        elif old != new:
            lines.append(f"{name}: {_figures(old, new)}")
    return lines


def _figures(old, new):
    changed = [
        f"{key} {old.get(key):,} -> {new[key]:,}"
        for key in new
        if key != "digest" and old.get(key) != new[key]
    ]
    return ", ".join(changed) or "other replications, the same totals"


def elsewhere(file: dict[str, Any], path: Path) -> list[str]:
    """Return what was not the same when it was recorded: the scenario, libraries, processor."""
    made, libraries = here(), file.get("libraries", {})
    pairs = [
        ("the example, as the library reads it,", file.get("scenario"), load(path).digest),
        ("processor features", file.get("processor_features"), made.processor_features),
        *((name, libraries.get(name), made.libraries[name]) for name in _LIBRARIES),
    ]
    return [f"{name} {old} (here {new})" for name, old, new in pairs if old != new]
