"""The 13-week direct-method table in the terminal, in parts that fit on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cashstress.report.words import amount, title
from cashstress.results import Comparison, sides_of, weeks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.table import Table

    from cashstress.results import Result, Week

__all__ = ["weekly_tables"]

#: Columns for the names of a row, and for a week with its blanks.
_NAMES: Final = 44
_WEEK: Final = 10
_MOST: Final = 7
_SHORT: Final = {"baseline": "without", "stressed": "with"}
_STATISTICS: Final = ("mean", "p10", "p90")


def weekly_tables(answer: Result | Comparison, width: int = 120) -> Iterator[Table]:
    """Yield the table of the first weeks that fit in `width`, then of the next; at most seven."""
    at_once = min(max((width - _NAMES) // _WEEK, 1), _MOST)
    tables = {key: weeks(side) for key, side in sides_of(answer).items()}
    count = len(next(iter(tables.values())))
    for first in range(0, count, at_once):
        part = {key: rows[first : first + at_once] for key, rows in tables.items()}
        yield _part(part, _currency(answer))


def _currency(answer: Result | Comparison) -> str:
    side = answer.other if isinstance(answer, Comparison) else answer
    currency: str = side.scenario.currency
    return currency


def _part(tables: dict[str, list[Week]], currency: str) -> Table:
    from rich import box
    from rich.table import Table

    shown = next(iter(tables.values()))
    first, last = shown[0].number, shown[-1].number
    span = f"Week {first}" if first == last else f"Weeks {first} to {last}"
    heading = f"{span}, {currency} (p10: 10 % of the runs are below)"
    table = Table(title=heading, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("week of", "", ""):
        table.add_column(name, no_wrap=True)
    for week in shown:
        table.add_column(f"{week.start:%d %b}", justify="right")
    for line in shown[0].lines:
        for cells in _line_rows(tables, line):
            table.add_row(*cells)
        table.add_section()
    for event in shown[0].events:
        for cells in _event_rows(tables, event):
            table.add_row(*cells)
    return table


def _line_rows(tables: dict[str, list[Week]], line: str) -> Iterator[Sequence[str]]:
    for i, (key, rows) in enumerate(tables.items()):
        for j, statistic in enumerate(_STATISTICS):
            cells = [amount(getattr(week.lines[line], statistic)) for week in rows]
            yield [title(line) if i == j == 0 else "", "" if j else _SHORT[key], statistic, *cells]


def _event_rows(tables: dict[str, list[Week]], event: str) -> Iterator[Sequence[str]]:
    for i, (key, rows) in enumerate(tables.items()):
        cells = [f"{100 * (week.events[event].value or 0.0):.1f} %" for week in rows]
        yield ["" if i else event, _SHORT[key], "runs", *cells]
