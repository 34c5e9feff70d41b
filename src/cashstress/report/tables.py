"""What all tables in the terminal look like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.table import Table

__all__ = ["NARROW", "broken", "columns_that_fit", "plain_table", "safe"]

#: Below so many columns a number and its interval do not fit side by side, a few times in a row.
NARROW: Final = 112
#: Blanks between two columns.
_BETWEEN: Final = 3


def plain_table(*columns: str, heading: str | None = None) -> Table:
    """Return a table without a frame: names to the left, numbers to the right."""
    from rich import box
    from rich.table import Table

    title = None if heading is None else safe(heading)
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for i, column in enumerate(columns):
        table.add_column(safe(column), justify="left" if i == 0 else "right", no_wrap=i == 0)
    return table


def broken(text: str) -> str:
    """Return a cell with its interval under its number, for a narrow screen.

    Examples
    --------
    >>> broken("+0.0 (-0.1 to +0.1, none seen)").splitlines()
    ['+0.0, none seen', '(-0.1 to +0.1)']
    """
    number, bracket, interval = text.partition(" (")
    if interval.endswith(", none seen)"):
        number, interval = f"{number}, none seen", interval.replace(", none seen", "")
    text = f"{number}\n({interval}" if bracket else number
    return text.replace(": below", ":\nbelow").replace("not possible yet", "not possible\nyet")


def columns_that_fit(rows: Sequence[Sequence[str]], room: int) -> int:
    """Return how many of the first columns of `rows` fit side by side in `room`; at least one.

    Examples
    --------
    >>> columns_that_fit([["1,000", "20", "3"], ["1", "2,000", "3"]], room=18)
    2
    """
    used = 0
    for count, column in enumerate(zip(*rows, strict=True)):
        used += _widest(column) + _BETWEEN
        if used > room:
            return max(count, 1)
    return max((len(row) for row in rows), default=1)


def _widest(cells: Iterable[str]) -> int:
    return max(map(len, cells))


def safe(text: str) -> str:
    """Return a text in which brackets are brackets, and no markup."""
    from rich.markup import escape

    return escape(text)
