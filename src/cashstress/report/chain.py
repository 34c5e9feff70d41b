"""What led to the first trouble, in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cashstress.report.tables import plain_table, safe
from cashstress.report.words import cell, title

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.table import Table

    from cashstress.results import Result

__all__ = ["chain_table"]

_PARTS = {
    "first": "first trouble",
    "unpaid": "unpaid on that day",
    "last_resort": "lent last before it",
}


def chain_table(sides: Mapping[str, Result], headings: Mapping[str, str]) -> Table | None:
    """Return the table of what led to the first trouble; None where there was none."""
    chains = {name: side.chain() for name, side in sides.items()}
    if not any(chain.runs for chain in chains.values()):
        return None
    table = plain_table(
        "", "", *(headings[name] for name in sides),
        heading="What led to the first trouble (shares of the runs that had any)",
    )  # fmt: skip
    table.add_row("runs with trouble", "", *(f"{chain.runs:,}" for chain in chains.values()))
    shares = {name: chain.shares() for name, chain in chains.items()}
    for part, label in _PARTS.items():
        for cells in _rows(label, {name: each[part] for name, each in shares.items()}):
            table.add_row(*cells)
    lines = dict.fromkeys(line for each in shares.values() for line in each["lines"])
    for line in lines:
        states = {name: each["lines"].get(line, {}) for name, each in shares.items()}
        for cells in _rows(f"line {line}", states):
            table.add_row(*cells)
    return table


def _rows(label: str, sides: Mapping[str, Mapping[str, Any]]) -> Iterator[list[str]]:
    """Yield a row for each name that some side has, the label in the first."""
    names = dict.fromkeys(name for shares in sides.values() for name in shares)
    for i, name in enumerate(names):
        cells = [cell(s[name], last=True) if name in s else "-" for s in sides.values()]
        yield ["" if i else safe(label), title(name), *cells]
