"""Blocks: which replications are computed together."""

from __future__ import annotations

from typing import Final

import attrs

__all__ = ["Block", "blocks"]

#: Several workers share blocks whose number is a multiple of this ...
_SHARES: Final = 4
#: ... as long as none gets narrower than this: a narrow block takes nearly as long as a wide one.
_WORTHWHILE: Final = 8192
#: A first block so narrow is soon done.
_SOON: Final = 2048


@attrs.frozen
class Block:
    """Replications `first` .. `first + lanes - 1` of a run."""

    index: int
    first: int
    lanes: int

    def __str__(self) -> str:
        return f"replications {self.first} to {self.first + self.lanes - 1}"


def blocks(runs: int, width: int, *, shared: bool = False, soon: bool = False) -> list[Block]:
    """Cut a run into blocks of equal width, at most `width`; the last one takes what is left.

    Replication `i` has the same draws in whatever block it lies, so the width decides speed and
    memory, never a result.

    Parameters
    ----------
    runs, width : int
    shared : bool, optional
        Whether several workers share them: then there are enough for all to be busy to the end.
    soon : bool, optional
        Whether somebody waits for it: then the first is narrow, so that there is soon an estimate,
        and something to keep after Ctrl-C.

    Examples
    --------
    >>> [str(block) for block in blocks(runs=10, width=4)]
    ['replications 0 to 3', 'replications 4 to 7', 'replications 8 to 9']
    """
    if soon and runs >= 2 * _SOON and width > _SOON:
        rest = blocks(runs - _SOON, width, shared=shared)
        moved = [Block(each.index + 1, each.first + _SOON, each.lanes) for each in rest]
        return [Block(0, 0, _SOON), *moved]
    count = -(-runs // width)
    if shared:
        count = max(count, min(-(-count // _SHARES) * _SHARES, runs // _WORTHWHILE))
    lanes = -(-runs // count) if count else width
    starts = range(0, runs, lanes)
    return [Block(i, first, min(lanes, runs - first)) for i, first in enumerate(starts)]
