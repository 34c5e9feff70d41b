"""Histograms of money, one row per day or week, that add up exactly in any order.

A bin is read off the top bits of the amount as a double: sign, exponent and a few bits of the
mantissa.  That gives bins of equal relative width for three cheap array operations, no logarithm.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from cashstress.errors import SimulationError

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Sketch"]

#: Amounts below one major unit (in minor units, of either sign) share the bin of zero.
SMALLEST: Final = 100
#: Beyond this a double no longer holds every amount; larger amounts share the last bin.
LARGEST: Final = 2**53
_MANTISSA: Final = 52
_SIGN_BIT: Final = 63
_INT64: Final = np.iinfo(np.int64)
#: One bin in so many is kept beside those in use.
_SPARE: Final = 4


class _Layout(NamedTuple):
    """Which bin a pattern of top bits falls in, and where each bin lies on the line of amounts."""

    table: npt.NDArray[np.intp]
    lower: npt.NDArray[np.float64]
    upper: npt.NDArray[np.float64]


@lru_cache(maxsize=8)
def _layout(bits: int) -> _Layout:
    shift = _MANTISSA - bits
    first, last = _pattern(SMALLEST, bits), _pattern(LARGEST, bits)
    width = last - first + 1
    positive = np.clip(np.arange(1 << (_SIGN_BIT - shift)) - first + 1, 0, width)
    edges = (np.arange(first, last + 2) << shift).view(np.float64)
    edges[0] = SMALLEST
    # The bin of zero lies in the middle and has no width: what is in it counts as zero.
    return _Layout(
        table=np.concatenate([width + positive, width - positive]),
        lower=np.concatenate([-edges[:0:-1], [0.0], edges[:-1]]),
        upper=np.concatenate([-edges[-2::-1], [0.0], edges[1:]]),
    )


class Sketch:
    """A mergeable histogram of amounts, one row per day (or week).

    Everything kept is an integer, so adding blocks in any order, by any number of workers, gives
    the same bits.

    Parameters
    ----------
    rows : int
        Number of days or weeks.
    bits : int, default 5
        Bits of the mantissa that tell bins apart: a bin is at most ``2**-bits`` of the amount wide
        (3.1 % for 5, 0.8 % for 7).  Memory is at most about ``rows * 375 * 2**bits`` bytes, and a
        tenth of that where amounts are alike.

    Attributes
    ----------
    counts : uint32 (rows, bins)
        Amounts seen per bin, from the most negative to the largest.  Only the bins in use are kept;
        reading this makes the whole table.
    sums : int64 (rows,)
        Exact sum of the amounts, minor units.
    n : int64 (rows,)
        How many amounts.
    low, high : int64 (rows,)
        Smallest and largest amount, minor units; meaningless where `n` is 0.

    Notes
    -----
    Limits: a quantile is good to the width of its bin and never outside the amounts seen, so it is
    exact in a row where all amounts are equal.  Amounts below one major unit count as zero, unless
    their row holds nothing larger.

    Examples
    --------
    >>> sketch = Sketch(rows=1)
    >>> sketch.add(0, np.array([120_000, 120_000, 120_000]))
    >>> sketch.quantile(0.1), sketch.mean()
    (array([120000.]), array([120000.]))
    """

    __slots__ = ("_first", "_kept", "_table", "_total", "bits", "high", "low", "n", "sums")

    def __init__(self, rows: int, *, bits: int = 5) -> None:
        self._shape(rows, bits)
        self.sums = np.zeros(rows, np.int64)
        self.n = np.zeros(rows, np.int64)
        self.low = np.full(rows, _INT64.max)
        self.high = np.full(rows, _INT64.min)

    def _shape(self, rows: int, bits: int) -> None:
        layout = _layout(bits)
        self.bits = bits
        self._table, self._total = layout.table, layout.lower.size
        # The bins from `_first` on, as many as are in use and some more: a tenth of all or less.
        self._first, self._kept = self._total, np.zeros((rows, 0), np.uint32)

    @property
    def counts(self) -> npt.NDArray[np.uint32]:
        """Amounts seen per bin: uint32 (rows, bins)."""
        counts = np.zeros((len(self._kept), self._total), np.uint32)
        counts[:, self._first : self._first + self._kept.shape[1]] = self._kept
        return counts

    @counts.setter
    def counts(self, counts: npt.NDArray[np.uint32]) -> None:
        self._first, self._kept = 0, counts

    def _room(self, first: int, last: int) -> npt.NDArray[np.uint32]:
        """The table of bins `first` .. `last` - 1, a view."""
        if first < self._first or last > self._first + self._kept.shape[1]:
            self._make_room(first, last)
        return self._kept[:, first - self._first : last - self._first]

    def _make_room(self, first: int, last: int) -> None:
        """Keep the bins `first` .. `last` - 1 too, and some beside them: days differ by little."""
        kept, before = self._kept, self._first
        wide = kept.shape[1]
        if wide:
            first, last = min(first, before), max(last, before + wide)
        spare = (last - first) // _SPARE
        first, last = max(first - spare, 0), min(last + spare, self._total)
        self._first = first
        self._kept = np.zeros((len(kept), last - first), np.uint32)
        if wide:
            self._kept[:, before - first : before - first + wide] = kept

    def add(
        self,
        row: int,
        values: npt.NDArray[np.int64],
        mask: npt.NDArray[np.bool_] | None = None,
    ) -> None:
        """Count one amount per lane in a row.

        Parameters
        ----------
        row : int
            Day or week.
        values : int64 (lanes,), minor units
        mask : bool (lanes,), optional
            Lanes to count; all of them when absent.

        Raises
        ------
        SimulationError
            When the sum of the row would leave int64: nothing ever wraps.
        """
        if mask is not None:
            values = values[mask]
        if not values.size:
            return
        low, high = np.minimum.reduce(values).item(), np.maximum.reduce(values).item()
        _fits(max(high, -low) * values.size)
        patterns = values.astype(np.float64).view(np.int64)
        patterns >>= _MANTISSA - self.bits
        first, found = self._count(patterns, low, high)
        self._room(first, first + found.size)[row] += found.astype(np.uint32)
        self.sums[row] = _fits(self.sums.item(row) + np.add.reduce(values).item())
        self.n[row] += values.size
        self.low[row] = min(self.low.item(row), low)
        self.high[row] = max(self.high.item(row), high)

    def _count(
        self, patterns: npt.NDArray[np.int64], low: int, high: int
    ) -> tuple[int, npt.NDArray[np.intp]]:
        """The first bin in use, and how many amounts are in it and in those after it.

        Parameters
        ----------
        patterns : int64 array
            Top bits of the amounts; written over.
        low, high : int
            The smallest and the largest amount.
        """
        table = self._table
        if low < 0 or high > LARGEST:
            # Patterns of negative amounts are negative and so index the table from its end, which
            # is where their half of it lies.
            bins = table.take(patterns, mode="wrap")
            first = np.minimum.reduce(bins).item()
            bins -= first
            return first, np.bincount(bins)
        # Between the two a bin is its pattern but for a shift: nothing to look up.
        start = max(_pattern(low, self.bits), _pattern(SMALLEST, self.bits) - 1)
        np.maximum(patterns, start, out=patterns)
        patterns -= start
        return table.item(start), np.bincount(patterns)

    def absorb(self, other: Sketch) -> None:
        """Count everything another sketch has seen.

        Parameters
        ----------
        other : Sketch
            Of the same rows and bits; it does not change.

        Raises
        ------
        ValueError
            When the shapes differ.
        SimulationError
            When a sum would leave int64.
        """
        mine, theirs = (len(self.n), self._total), (len(other.n), other._total)
        if (self.bits, mine) != (other.bits, theirs):
            raise ValueError(f"sketches of different shape: {mine} and {theirs}")
        _fits(int(np.abs(self.sums.astype(np.float64) + other.sums).max(initial=0.0)))
        if other._kept.shape[1]:
            room = self._room(other._first, other._first + other._kept.shape[1])
            room += other._kept
        self.sums += other.sums
        self.n += other.n
        np.minimum(self.low, other.low, out=self.low)
        np.maximum(self.high, other.high, out=self.high)

    def copy(self) -> Sketch:
        """Return a sketch with the same contents that shares no array with this one."""
        new = Sketch(len(self.n), bits=self.bits)
        new.absorb(self)
        return new

    @classmethod
    def merge(cls, a: Sketch, b: Sketch) -> Sketch:
        """Return a sketch of everything `a` and `b` have seen; neither of them changes."""
        new = a.copy()
        new.absorb(b)
        return new

    def mean(self) -> npt.NDArray[np.float64]:
        """Return the mean of each row: float64 (rows,), minor units, NaN where a row is empty."""
        mean = np.full(len(self.n), np.nan)
        np.divide(self.sums, self.n, out=mean, where=self.n > 0)
        return mean

    def quantile(self, q: float) -> npt.NDArray[np.float64]:
        """Return a quantile of each row, on a straight line inside its bin.

        Parameters
        ----------
        q : float
            Between 0 and 1.

        Returns
        -------
        float64 (rows,), minor units
            NaN where a row is empty.

        Raises
        ------
        ValueError
            When `q` is not between 0 and 1.
        """
        if not 0 <= q <= 1:
            raise ValueError(f"quantile: given {q}; accepted: a number between 0 and 1")
        layout, rows, wanted = _layout(self.bits), np.arange(len(self.n)), q * self.n
        if not self._kept.shape[1]:
            return np.full(len(rows), np.nan)
        seen = np.cumsum(self._kept, axis=1, dtype=np.int64)
        bins = (seen < np.maximum(wanted, 0.5)[:, None]).sum(axis=1)
        bins = np.minimum(bins, self._kept.shape[1] - 1)
        inside = self._kept[rows, bins].astype(np.int64)
        part = (wanted - (seen[rows, bins] - inside)) / np.maximum(inside, 1)
        left = np.maximum(layout.lower[self._first + bins], self.low)
        right = np.minimum(layout.upper[self._first + bins], self.high)
        # A row of small change alone lies wholly in the bin of zero and falls back on its extremes.
        value = np.clip(left + np.maximum(part, 0.0) * (right - left), self.low, self.high)
        return np.where(self.n > 0, value, np.nan)

    def __getstate__(self) -> dict[str, Any]:
        # Only the bins in use travel between processes.
        used = np.flatnonzero(self._kept.any(axis=0))
        state = {name: getattr(self, name) for name in ("bits", "sums", "n", "low", "high")}
        return state | {"used": self._first + used, "packed": self._kept[:, used]}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._shape(len(state["n"]), state["bits"])
        used = state["used"]
        if used.size:
            first = used.min().item()
            self._room(first, used.max().item() + 1)[:, used - first] = state["packed"]
        self.sums, self.n = state["sums"], state["n"]
        self.low, self.high = state["low"], state["high"]


def _pattern(amount: int, bits: int) -> int:
    """Top bits of an amount as a double: sign, exponent and so many bits of the mantissa."""
    return int(np.float64(amount).view(np.int64)) >> (_MANTISSA - bits)


def _fits(total: int) -> int:
    if not abs(total) < 2**62:
        raise SimulationError(
            "amounts too large to be added up exactly: use fewer runs or a larger currency unit"
        )
    return total
