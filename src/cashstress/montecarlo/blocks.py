"""Blocks: which replications are computed together."""

from __future__ import annotations

import attrs

__all__ = ["Block", "blocks"]


@attrs.frozen
class Block:
    """Replications `first` .. `first + lanes - 1` of a run."""

    index: int
    first: int
    lanes: int

    def __str__(self) -> str:
        return f"replications {self.first} to {self.first + self.lanes - 1}"


def blocks(runs: int, width: int) -> list[Block]:
    """Cut a run into blocks of equal width; the last one takes what is left.

    Replication `i` has the same draws in whatever block it lies, so the width decides speed and
    memory, never a result.

    Examples
    --------
    >>> [str(block) for block in blocks(runs=10, width=4)]
    ['replications 0 to 3', 'replications 4 to 7', 'replications 8 to 9']
    """
    starts = range(0, runs, width)
    return [Block(i, first, min(width, runs - first)) for i, first in enumerate(starts)]
