"""Randomness: a draw is a pure function of (seed, stream name, day, slot).

A stream is a Philox generator whose key comes from the seed and the stream's name and whose counter
is set from the epoch, the day and the slot before each draw.  Nothing is consumed, so skipping a
draw costs nothing, a part of a block draws only its part, and no process can move another's draws.
NumPy's samplers are out of reach on purpose: they eat a varying number of words.

References
----------
Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress.errors import SimulationError

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

__all__ = ["ONCE", "TABLE_CELLS", "Streams"]

#: The "day" of draws made once per replication (an effect per customer, the day of a random shock).
ONCE: Final = 2**32 - 1
#: A 16-bit draw picks one of this many cells of a quantile table.
TABLE_CELLS: Final = 65_536
#: Philox gives four 64-bit words per step of its counter.
_BLOCK_BITS: Final = 256
_COUNTER: Final = 1 << 256


class Streams:
    """Named streams of draws for the slots of one world.

    Parameters
    ----------
    seed : int
        0 <= seed < 2**64.
    slots : int64 array (lanes,)
        The slot that addresses each lane's draws (its replication number, at first).
    today : callable
        Gives the current day.
    """

    def __init__(self, seed: int, slots: npt.NDArray[np.int64], today: Callable[[], int]) -> None:
        self._seed = seed
        self._today = today
        self._generators: dict[str, tuple[np.random.Philox, int]] = {}
        self._last_day: dict[tuple[str, bool], int] = {}
        self.epoch = 0
        self.draws = 0
        self.address(slots)

    def address(self, slots: npt.NDArray[np.int64], epoch: int | None = None) -> None:
        """Give every lane the slot that its next draws come from."""
        self.slots = np.array(slots, dtype=np.int64)
        self.epoch = self.epoch if epoch is None else epoch
        count = len(self.slots)
        self._low = int(self.slots.min()) if count else 0
        self._high = int(self.slots.max()) + 1 if count else 0
        plain = np.array_equal(self.slots, np.arange(self._low, self._low + count))
        self._pick = None if plain else self.slots - self._low

    def bits16(self, name: str, *, once: bool = False) -> npt.NDArray[np.uint16]:
        """Uniform 16-bit integers, one per lane."""
        return self._draw(name, np.dtype(np.uint16), once=once)

    def uniform(
        self, name: str, *, once: bool = False, lanes: npt.NDArray[np.intp] | None = None
    ) -> npt.NDArray[np.float64]:
        """Uniforms strictly inside (0, 1), 32 bits fine, one per lane, or per entry of `lanes`."""
        words = self._draw(name, np.dtype(np.uint32), once=once)
        return ((words if lanes is None else words[lanes]) + 0.5) * 2.0**-32

    def table(
        self, name: str, table: npt.NDArray[np.floating[Any]], *, once: bool = False
    ) -> npt.NDArray[np.float64]:
        """One value per lane from a quantile table of `TABLE_CELLS` equally likely cells."""
        # A table may be float32, to stay in the cache; what is done with its values is not.
        picked = np.take(table, self.bits16(name, once=once), mode="wrap")
        return picked.astype(np.float64, copy=False)

    def exponential(self, name: str, *, once: bool = False) -> npt.NDArray[np.float64]:
        """Exp(1) draws: what a cumulated hazard must reach."""
        return -np.log(self.uniform(name, once=once))

    def _draw(
        self, name: str, dtype: np.dtype[np.unsignedinteger], *, once: bool
    ) -> npt.NDArray[Any]:
        """Draw the words of the slots low .. high and pick the lanes' own.

        A slot owns a fixed run of bits under the counter (epoch, day, slot), so the draw of a slot
        does not depend on which other slots are drawn with it.
        """
        return self._words_of_lanes(name, dtype, self._claim(name, once=once))

    def numbered(
        self, name: str, numbers: npt.NDArray[np.integer[Any]], lanes: npt.NDArray[np.intp]
    ) -> npt.NDArray[np.float64]:
        """Uniforms strictly inside (0, 1) that are addressed by a number and not by the day.

        The n-th spell of a line meets the same draw whenever it begins.

        Parameters
        ----------
        name : str
        numbers : int array (of the lanes), >= 0
            Which draw of the stream each lane wants.
        lanes : index array
        """
        drawn = np.empty(len(lanes))
        for number in np.unique(numbers).tolist():
            words = self._words_of_lanes(f"{name}#", np.dtype(np.uint32), number)
            wanted = numbers == number
            drawn[wanted] = (words[lanes[wanted]] + 0.5) * 2.0**-32
        return drawn

    def _words_of_lanes(
        self, name: str, dtype: np.dtype[np.unsignedinteger], day: int
    ) -> npt.NDArray[Any]:
        """Words under the counter (epoch, day, slot) of every lane."""
        per_step = _BLOCK_BITS // (dtype.itemsize * 8)
        first = self._low // per_step
        steps = -(-self._high // per_step) - first
        raw = self._words(name, dtype, (self.epoch << 128) | (day << 64) | first, steps)
        self.draws += 1
        values = raw.view(dtype)[self._low - first * per_step : self._high - first * per_step]
        return values if self._pick is None else values[self._pick]

    def _claim(self, name: str, *, once: bool) -> int:
        day = ONCE if once else self._today()
        if self._last_day.get((name, once)) == day:
            msg = f"stream {name!r} is drawn twice on day {self._today()}; name each draw apart"
            raise SimulationError(msg, day=self._today())
        self._last_day[name, once] = day
        return day

    def _words(
        self, name: str, dtype: np.dtype[np.unsignedinteger], counter: int, steps: int
    ) -> npt.NDArray[np.uint64]:
        """`steps` counter steps of 64-bit words from `counter` on."""
        key = f"{name}/{dtype.itemsize * 8}"
        generator, position = self._generators.get(key) or (self._generator(key), 0)
        # A jump is cheaper than a new generator (2 us against 10) and counters are absolute all the
        # same.
        generator.advance((counter - position) % _COUNTER)
        words = generator.random_raw(4 * steps)
        self._generators[key] = (generator, counter + steps)
        return words

    def _generator(self, key: str) -> np.random.Philox:
        digest = hashlib.sha256(f"{self._seed}/{key}".encode()).digest()
        return np.random.Philox(key=int.from_bytes(digest[:16], "little"), counter=0)
