"""Why lines were closed and how they came to be open again, as a table in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cashstress.report.tables import broken, plain_table
from cashstress.report.words import cell
from cashstress.results import sides_of
from cashstress.results.closures import line_histories

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from cashstress.results import Comparison, Result
    from cashstress.results.closures import LineHistory

__all__ = ["closure_table"]

_SHORT = {"baseline": "without", "stressed": "with"}


def closure_table(answer: Result | Comparison, *, narrow: bool = False) -> Table | None:
    """Return the table; None where no line of a lender with a will was ever closed."""
    sides = {
        side: {name: line for name, line in line_histories(result).items() if line.closed}
        for side, result in sides_of(answer).items()
    }
    if not any(sides.values()):
        return None
    table = plain_table(
        "line", "", "closed by", "of the runs", "times", "days", "opened again, times",
        heading="Lines closed by their lenders (times and days: means over all runs)",
    )  # fmt: skip
    for side, lines in sides.items():
        for name, line in lines.items():
            for row in _rows(line):
                cells = (broken(text).replace(", ", "\n") if narrow else text for text in row)
                table.add_row(name, _SHORT[side], *cells)
    return table


def _rows(line: LineHistory) -> Iterator[tuple[str, ...]]:
    ways = ", ".join(f"{way} {times.mean():.2f}" for way, times in line.reopened.items())
    for i, (cause, closing) in enumerate(line.closed.items()):
        numbers = f"{closing.spells.mean():.2f}", f"{closing.days.mean():.1f}"
        yield (cause, cell(closing.probability, last=True), *numbers, "" if i else ways)
