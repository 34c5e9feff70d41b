"""The progress bar: blocks, rate, time left and the estimate so far; silent off a terminal."""

from __future__ import annotations

import itertools
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cashstress.kernel.record import Record

    Watch = Callable[[tuple[Record, ...]], None]
    Headline = Callable[[tuple[Record, ...]], str]

__all__ = ["progress_bar"]


@contextmanager
def progress_bar(runs: int, headline: Headline, *, show: bool) -> Iterator[Watch | None]:
    """Open a bar on standard error.

    Parameters
    ----------
    runs : int
        Replications asked for.
    headline : callable
        Gets the records of each block, one per scenario, and returns the estimate so far.
    show : bool
        Whether a bar is wanted; without a terminal there is none anyway.

    Yields
    ------
    callable or None
        What `replicate` takes as `watch`.
    """
    if not (show and sys.stderr is not None and sys.stderr.isatty()):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(),
        TextColumn("{task.completed:,} of {task.total:,} runs, {task.fields[blocks]}"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[headline]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=runs, blocks="in the first block", rate="", headline="")
        done = itertools.count(1)

        def watch(group: tuple[Record, ...]) -> None:
            state = bar.tasks[0]
            count = next(done)
            bar.update(
                task,
                advance=group[0].lanes,
                blocks=f"{count} block{'' if count == 1 else 's'}",
                rate=f"{state.speed:,.0f}/s" if state.speed else "",
                headline=headline(group),
            )

        yield watch
