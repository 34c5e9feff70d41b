"""Room for what every lane of a run says: in memory while that is little, else in a file.

Everything else that a run keeps does not grow with its replications.  With this in a file its
memory does not either, and the arrays that come out are ordinary ones: the system reads what is
looked at, and forgets it when memory is wanted for something else.
"""

from __future__ import annotations

import weakref
from itertools import accumulate
from math import prod
from tempfile import TemporaryFile, gettempdir
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np

from cashstress.errors import SimulationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

__all__ = ["Shelf"]

#: Up to so many bytes stay in memory: little beside what a block takes.
_LITTLE: Final = 32 * 2**20


class Shelf:
    """Arrays (rows, lanes) that are filled from the first lane on.

    Parameters
    ----------
    like : mapping of name to array (rows, any lanes)
        One block's arrays, for their rows and types.
    lanes : int
        How many lanes there will be at most.

    Attributes
    ----------
    in_file : bool
        Whether the arrays lie in a file.  It has no name, so nothing of it stays behind.

    Raises
    ------
    SimulationError
        When the file cannot be written, here or in `put`.

    Examples
    --------
    >>> block = {"first_day": np.array([[3, -1]])}
    >>> shelf = Shelf(block, lanes=4)
    >>> shelf.put(block)
    >>> shelf.put({"first_day": np.array([[7, 8]])})
    >>> shelf.arrays()["first_day"].tolist()
    [[3, -1, 7, 8]]
    """

    def __init__(self, like: Mapping[str, npt.NDArray[Any]], lanes: int) -> None:
        self._room = lanes
        self._filled = 0
        self._types = {name: array.dtype for name, array in like.items()}
        self._shapes = {name: (len(array), lanes) for name, array in like.items()}
        sizes = [self._types[name].itemsize * prod(shape) for name, shape in self._shapes.items()]
        self.in_file = sum(sizes) > _LITTLE
        if not self.in_file:
            self._arrays = {
                name: np.empty(shape, self._types[name]) for name, shape in self._shapes.items()
            }
            return
        self._starts = dict(zip(like, accumulate([0, *sizes]), strict=False))
        self._bytes = sum(sizes)
        try:
            self._file: IO[bytes] = TemporaryFile(prefix="cashstress-", buffering=0)  # noqa: SIM115
            weakref.finalize(self, self._file.close)  # what was mapped from it stays
            self._file.truncate(self._bytes)
        except OSError as error:
            raise self._full(error) from error

    def put(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Put the lanes of a block behind those already here.

        Raises
        ------
        ValueError
            When there is no room for so many.
        SimulationError
            When the file cannot take them.
        """
        lanes = next(iter(arrays.values())).shape[1]
        if self._filled + lanes > self._room:
            raise ValueError(f"{self._filled + lanes} lanes; there is room for {self._room}")
        for name, array in arrays.items():
            if self.in_file:
                self._write(name, array)
            else:
                self._arrays[name][:, self._filled : self._filled + lanes] = array
        self._filled += lanes

    def _write(self, name: str, array: npt.NDArray[Any]) -> None:
        kind = self._types[name]
        try:
            for number, row in enumerate(np.ascontiguousarray(array, kind)):
                before = number * self._room + self._filled
                self._file.seek(self._starts[name] + before * kind.itemsize)
                left = memoryview(row).cast("B")
                while left:
                    left = left[self._file.write(left) :]
        except OSError as error:
            raise self._full(error) from error

    def _full(self, error: OSError) -> SimulationError:
        return SimulationError(
            f"the outcomes of {self._room:,} replications take {self._bytes / 2**20:,.0f} MB in a "
            f"file in {gettempdir()}: {error.strerror or error}; use fewer runs, or a folder with "
            "more room (environment variable TMPDIR)"
        )

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Everything put here so far, read-only: (rows, lanes) by name."""
        found = {name: self._array(name)[:, : self._filled] for name in self._shapes}
        for array in found.values():
            array.flags.writeable = False
        return found

    def _array(self, name: str) -> npt.NDArray[Any]:
        shape, kind = self._shapes[name], self._types[name]
        if not self.in_file:
            return self._arrays[name]
        if not prod(shape):  # nothing can be mapped that has no bytes
            return np.empty(shape, kind)
        start = self._starts[name]
        return np.asarray(np.memmap(self._file, kind, mode="r", offset=start, shape=shape))
