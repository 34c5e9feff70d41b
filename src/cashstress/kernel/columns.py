"""Columns: the only place where something that differs between lanes may be kept.

A column is an array with the lanes on its last axis.  Because every quantity per lane is in this
registry, a running world can be resampled, saved and resumed by treating arrays, and nothing else.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from cashstress.errors import SimulationError
from cashstress.kernel import arena

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Columns"]


class Columns(dict[str, "npt.NDArray[Any]"]):
    """A registry of arrays, (lanes,) or (rows, lanes), reached as items or attributes by name.

    Notes
    -----
    Read the column each time (``columns["cash"]``), and never keep the array over a ``yield``: a
    resampled world has new buffers.  It is a dictionary because columns are read thousands of times
    a day.
    """

    def __init__(self, lanes: int) -> None:
        super().__init__()
        arena.keep_only(lanes)
        self._set_lanes(lanes)
        self._common: dict[str, npt.NDArray[Any]] = {}
        self._share_used: dict[str, float] = {}

    def add(
        self,
        name: str,
        dtype: npt.DTypeLike,
        fill: float | None = 0,
        rows: int | None = None,
        used: float = 1.0,
    ) -> npt.NDArray[Any]:
        """Register a column and return its current buffer.

        Parameters
        ----------
        name : str
            Unique; dots are fine (``"jiebei.balance"``).
        dtype : dtype
        fill : scalar or None
            Value in every lane until something is written; None leaves the buffer as it is, for
            rows that are cleared when they are first used.
        rows : int, optional
            Give the column `rows` rows of lanes.
        used : float, optional
            Share of the rows that a run is likely to write to, where `fill` is None: the system
            gives no memory for the others.
        """
        self._refuse_known(name)
        shape = (self.lanes,) if rows is None else (rows, self.lanes)
        array = arena.borrow(shape, dtype, fill)
        super().__setitem__(name, array)
        self._share_used[name] = used
        return array

    def add_common(self, name: str, array: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Register an array common to all lanes that belongs to the state (a ring's stamps)."""
        self._refuse_known(name)
        self._common[name] = array
        return array

    def common(self, name: str) -> npt.NDArray[Any]:
        """The current buffer of a common array."""
        return self._common[name]

    def __setitem__(self, name: str, values: npt.NDArray[Any]) -> None:
        """Replace a column's buffer by an array of the same shape and type."""
        old = self[name]
        if values.shape != old.shape or values.dtype != old.dtype:
            msg = f"column {name!r} is {old.dtype} {old.shape}, not {values.dtype} {values.shape}"
            raise ValueError(msg)
        super().__setitem__(name, np.ascontiguousarray(values))

    def __getattr__(self, name: str) -> npt.NDArray[Any]:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, in order of registration."""
        return tuple(self)

    @property
    def bytes_per_lane(self) -> int:
        """Memory that one lane is likely to take over all columns, bytes."""
        return sum(
            round(array.itemsize * prod(array.shape[:-1]) * self._share_used[name])
            for name, array in self.items()
        )

    def take(self, indices: npt.NDArray[np.int64]) -> None:
        """Replace every column by its lanes at `indices` (repeats allowed)."""
        self._set_lanes(len(indices))
        for name, array in self.items():
            super().__setitem__(name, np.ascontiguousarray(array[..., indices]))

    def save(self) -> dict[str, npt.NDArray[Any]]:
        """Copies of all arrays; common arrays under a leading ``=``."""
        saved = {name: array.copy() for name, array in self.items()}
        return saved | {f"={name}": array.copy() for name, array in self._common.items()}

    def load(self, saved: dict[str, npt.NDArray[Any]]) -> None:
        """Put saved values into the columns that exist; a column not saved keeps its fill.

        Raises
        ------
        SimulationError
            When a saved column has another shape: terms, delays or ages that rules ask for were
            changed, and with them how many days are kept.
        """
        for name, values in saved.items():
            target = self._common.get(name[1:]) if name[0] == "=" else self.get(name)
            if target is None:
                continue
            if target.shape != values.shape:
                msg = f"column {name!r} was saved as {values.shape} and is {target.shape} now"
                raise SimulationError(
                    msg + "; resume with the terms, delays and ages that were saved"
                )
            target[...] = values

    def close(self) -> None:
        """Give the buffers back for the next world; nothing may use these columns afterwards."""
        arena.give_back(self.values())
        self.clear()

    def _set_lanes(self, lanes: int) -> None:
        self.lanes = lanes
        #: Indices of all lanes, not to be written to.
        self.everyone: npt.NDArray[np.intp] = np.arange(lanes)
        self.everyone.flags.writeable = False

    def _refuse_known(self, name: str) -> None:
        if name in self or name in self._common:
            msg = f"column {name!r} is already registered"
            raise ValueError(msg)
