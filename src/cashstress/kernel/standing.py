"""Amounts that stand from one day until another, and what stands today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cashstress.kernel.rings import ArrivalRing

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Days, Lanes, Level, Money
    from cashstress.kernel.clock import Clock
    from cashstress.kernel.columns import Columns

__all__ = ["Standing"]


class Standing:
    """A running sum of amounts, each of which enters it on a day and leaves it on a later one.

    Parameters
    ----------
    name : str
        Prefix of its columns.
    days : int
        Longest time until an amount leaves.
    at_once : bool
        Whether every amount enters on the day on which it is added.
    """

    def __init__(
        self, name: str, columns: Columns, clock: Clock, *, days: int, at_once: bool
    ) -> None:
        self._columns, self._clock, self._name = columns, clock, name
        columns.add(name, np.int64)
        self._leaving = ArrivalRing(f"{name}.leaving.ring", columns, clock, days=days)
        self._entering = (
            None if at_once else ArrivalRing(f"{name}.entering.ring", columns, clock, days=days)
        )

    @property
    def total(self) -> Money:
        """What stands now, per lane."""
        return self._columns[self._name]

    def add(self, amount: Money, start: Level, end: Days) -> None:
        """Add amounts (lanes,) that enter on the day `start` and leave on the day `end`.

        Parameters
        ----------
        amount : int64 array (lanes,), at least 0
        start, end : int, or int array (lanes,)
            Where there is an amount, `end` is after today and after `start`.
        """
        total = self.total
        lanes = np.flatnonzero(amount)
        self._leaving.scatter(amount[lanes], end[lanes], lanes)
        if self._entering is None:
            total += amount
            return
        later = start > self._clock.today
        total += np.where(later, 0, amount)
        waiting = np.flatnonzero(later & (amount > 0))
        self._entering.scatter(amount[waiting], start[waiting], waiting)

    def withdraw(self, amount: Money, end: Days, lanes: Lanes) -> None:
        """Take out parts that stand now, one per entry; a lane may have several."""
        self._leaving.pile(-amount, end, lanes)
        np.subtract.at(self.total, lanes, amount)

    def open_day(self) -> None:
        """Let in what enters today, and let go what leaves."""
        total = self.total
        entering = None if self._entering is None else self._entering.arrivals()
        if entering is not None:
            total += entering
        leaving = self._leaving.arrivals()
        if leaving is not None:
            total -= leaving
