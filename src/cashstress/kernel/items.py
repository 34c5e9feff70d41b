"""Single things by the day on which they were made, each with several values, per lane.

Where sums by day are not enough: somebody chooses among the things that are there, oldest first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from cashstress.kernel.arrays import Lanes, Money
    from cashstress.kernel.clock import Clock
    from cashstress.kernel.columns import Columns

__all__ = ["Chosen", "ItemRing", "OldestFirst", "oldest_first"]


class ItemRing:
    """One thing per lane and day, as long as it may matter, and those given at the start.

    Parameters
    ----------
    name : str
        Prefix of its columns.
    days : int
        Days for which a thing is kept after the one on which it was made; then its values are
        overwritten.
    given : sequence of int
        Order of those given at the start: the one with the least comes first.
    values : mapping of str to dtype
        What is kept of each.
    """

    def __init__(
        self,
        name: str,
        columns: Columns,
        clock: Clock,
        *,
        days: int,
        given: Sequence[int],
        values: Mapping[str, npt.DTypeLike],
    ) -> None:
        self._columns, self._clock, self._span = columns, clock, days + 1
        self._given = np.argsort(np.array(given, np.int64), kind="stable") + self._span
        self._names = {value: f"{name}.{value}.ring" for value in values}
        for value, dtype in values.items():
            columns.add(self._names[value], dtype, rows=self._span + len(given))

    def made_on(self, day: int) -> dict[str, npt.NDArray[Any]]:
        """Views of the values (lanes,) of what was made on a day."""
        return self._one(day % self._span)

    def given(self, place: int) -> dict[str, npt.NDArray[Any]]:
        """Views of the values (lanes,) of one that was given at the start, by its place there."""
        return self._one(self._span + place)

    def of(self, lanes: Lanes) -> OldestFirst:
        """All things of some lanes: those given at the start, then by day until today."""
        today = self._clock.today
        days = np.arange(today - self._span + 1, today + 1) % self._span
        rings = {value: self._columns[name] for value, name in self._names.items()}
        return OldestFirst(rings, np.concatenate([self._given, days]), lanes)

    def _one(self, row: int) -> dict[str, npt.NDArray[Any]]:
        return {value: self._columns[name][row] for value, name in self._names.items()}


class OldestFirst:
    """The things of some lanes, oldest first; for use at once, as it looks into the columns."""

    def __init__(self, rings: dict[str, npt.NDArray[Any]], rows: Any, lanes: Lanes) -> None:
        self._rings, self._rows, self._lanes = rings, rows, lanes
        self._all = np.ix_(rows, lanes)

    def __getitem__(self, value: str) -> Any:
        """One value of each: (things, lanes), a copy."""
        return self._rings[value][self._all]

    def take(self, value: str, part: Money) -> Chosen:
        """Lower a value by parts (things, lanes), and say what was chosen."""
        place, at = np.nonzero(part)
        rows, lanes, amount = self._rows[place], self._lanes[at], part[place, at]
        self._rings[value][rows, lanes] -= amount
        return Chosen(at, lanes, amount, part.cumsum(axis=0)[place, at], self._rings, rows)


@attrs.frozen(eq=False)
class Chosen:
    """Parts of things, one per entry; a lane may have several, oldest first.

    Attributes
    ----------
    at, lanes : int arrays
        Place of the lane among those that were looked at, and the lane.
    amount : int64 array
    up_to : int64 array
        Amount of the lane's parts up to and with this one.
    """

    at: Lanes
    lanes: Lanes
    amount: Money
    up_to: Money
    _rings: dict[str, npt.NDArray[Any]]
    _rows: Any

    def __getitem__(self, value: str) -> Any:
        """One value of each entry's thing."""
        return self._rings[value][self._rows, self.lanes]


def oldest_first(amount: Money, there: Money) -> Money:
    """Take `amount` (lanes,) of what is `there` (things, lanes): the first first, the last in part.

    Returns
    -------
    int64 array (things, lanes)
        What is taken of each: all that is there where that is less than the amount.
    """
    before = np.cumsum(there, axis=0) - there
    return np.clip(amount - before, 0, there)
