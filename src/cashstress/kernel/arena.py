"""Buffers that outlive a world: the first touch of fresh memory costs more than the work in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

__all__ = ["borrow", "empty", "give_back", "holds", "keep_only"]

_Key = tuple[str, tuple[int, ...]]
_free: dict[_Key, list[npt.NDArray[Any]]] = {}


def borrow(shape: tuple[int, ...], dtype: npt.DTypeLike, fill: float | None) -> npt.NDArray[Any]:
    """An array of this shape filled with `fill`: one given back earlier, or a new one.

    None leaves in it whatever there is, for rows that their owner clears before it uses them.
    """
    kind = np.dtype(dtype)
    waiting = _free.get((kind.str, shape))
    if not waiting:
        return np.full(shape, fill, kind) if fill else np.zeros(shape, kind)
    array = waiting.pop()
    if fill is not None:
        array.fill(fill)
    return array


def holds() -> bool:
    """Whether an earlier world has left anything here."""
    return bool(_free)


def keep_only(lanes: int) -> None:
    """Drop arrays of another number of lanes: they would only take memory."""
    for key in [key for key in _free if key[1][-1] != lanes]:
        del _free[key]


def empty() -> None:
    """Give all memory back to the system, after a run so long that a new start costs nothing."""
    _free.clear()


def give_back(arrays: Iterable[npt.NDArray[Any]]) -> None:
    """Keep these arrays for the next world; whoever gives one back must not use it any more.

    Only the shapes of the last world are kept: a run's blocks are alike, and another run's may be
    of any other shape.
    """
    _free.clear()
    for array in arrays:
        _free.setdefault((array.dtype.str, array.shape), []).append(array)
