"""Why lines were closed and how they came to be open again, as a table in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cashstress.report.words import cell
from cashstress.results import sides_of
from cashstress.results.closures import line_histories

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from cashstress.results import Comparison, Result
    from cashstress.results.closures import LineHistory

__all__ = ["closure_table"]

_HEADINGS = {"baseline": "without shocks", "stressed": "with shocks"}


def closure_table(answer: Result | Comparison) -> Table | None:
    """Return the table; None where no line of a lender with a will was ever closed."""
    from rich import box
    from rich.table import Table

    sides = {
        side: {name: line for name, line in line_histories(result).items() if line.closed}
        for side, result in sides_of(answer).items()
    }
    if not any(sides.values()):
        return None
    table = Table(
        title="Lines closed by their lenders, and how they were opened again (means over all runs)",
        title_justify="left",
        box=box.SIMPLE_HEAD,
    )
    for heading in ("line", "", "closed by", "probability", "times", "days", "opened again by"):
        table.add_column(heading)
    for side, lines in sides.items():
        for name, line in lines.items():
            for row in _rows(line):
                table.add_row(name, _HEADINGS[side], *row)
    return table


def _rows(line: LineHistory) -> Iterator[tuple[str, ...]]:
    ways = ", ".join(f"{way} {times.mean():.2f}" for way, times in line.reopened.items())
    for i, (cause, closing) in enumerate(line.closed.items()):
        numbers = f"{closing.spells.mean():.2f}", f"{closing.days.mean():.1f}"
        yield (cause, cell(closing.probability, last=True), *numbers, "" if i else ways)
