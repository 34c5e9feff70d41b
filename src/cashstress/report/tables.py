"""What all tables in the terminal look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["plain_table", "safe"]


def plain_table(*columns: str, heading: str | None = None) -> Table:
    """Return a table without a frame: names to the left, numbers to the right."""
    from rich import box
    from rich.table import Table

    title = None if heading is None else safe(heading)
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for i, column in enumerate(columns):
        table.add_column(safe(column), justify="left" if i == 0 else "right", no_wrap=i == 0)
    return table


def safe(text: str) -> str:
    """Return a text in which brackets are brackets, and no markup."""
    from rich.markup import escape

    return escape(text)
