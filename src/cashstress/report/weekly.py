"""The 13-week direct-method table in the terminal, in halves that fit on a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cashstress.report.words import amount, title
from cashstress.results import Comparison, sides_of, weeks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.table import Table

    from cashstress.results import Result, Week

__all__ = ["weekly_tables"]

_HALF: Final = 7
_SHORT: Final = {"baseline": "without", "stressed": "with"}
_STATISTICS: Final = ("mean", "p10", "p90")


def weekly_tables(answer: Result | Comparison) -> Iterator[Table]:
    """Yield the table of the first seven weeks, then of the rest; stressed under baseline."""
    tables = {key: weeks(side) for key, side in sides_of(answer).items()}
    count = len(next(iter(tables.values())))
    for first in range(0, count, _HALF):
        part = {key: rows[first : first + _HALF] for key, rows in tables.items()}
        yield _half(part, _currency(answer))


def _currency(answer: Result | Comparison) -> str:
    side = answer.other if isinstance(answer, Comparison) else answer
    currency: str = side.scenario.currency
    return currency


def _half(tables: dict[str, list[Week]], currency: str) -> Table:
    from rich import box
    from rich.table import Table

    shown = next(iter(tables.values()))
    heading = f"Weeks {shown[0].number} to {shown[-1].number}, {currency}"
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
        yield ["" if i else f"P({event})", _SHORT[key], "", *cells]
