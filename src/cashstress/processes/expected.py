"""Expected receipts: what the treasury counts on of one customer.

It counts on open invoices that fall due within its look-ahead.  So an invoice enters on the day on
which its due day comes into sight, and goes on the day on which it is paid or falls due, whichever
is first.  Both days are known when it is written, and nobody looks at invoices one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cashstress.kernel.rings import ArrivalRing

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Days, Level, Money
    from cashstress.processes.firm import Firm
    from cashstress.processes.invoices import Parts

__all__ = ["ExpectedReceipts"]


class ExpectedReceipts:
    """Open invoices of one customer that fall due in the days ahead.

    Parameters
    ----------
    firm : Firm
    customer : str
    longest : int
        Longest time from the invoice to its due day, days.
    sight : int
        Days ahead of today in which an invoice must fall due to be counted on.
    """

    def __init__(self, firm: Firm, customer: str, *, longest: int, sight: int) -> None:
        self._columns, self._clock, self._sight = firm.columns, firm.clock, sight
        self._name = f"{customer}.expected"
        firm.columns.add(self._name, np.int64)
        # What enters, less what goes, by day.
        self._moves = ArrivalRing(f"{self._name}.moves", firm.columns, firm.clock, days=longest)

    @property
    def total(self) -> Money:
        """What is counted on, per lane."""
        return self._columns[self._name]

    def begin_day(self) -> None:
        """Let enter what comes into sight today, and go what is paid or falls due today."""
        moves = self._moves.arrivals()
        if moves is not None:
            self.total[...] += moves

    def add(self, amount: Money, due: Level, until: Days) -> None:
        """Count on invoices (lanes,) while they are open, before their due day.

        Parameters
        ----------
        amount : int64 array (lanes,), minor units
        due : int or int array (lanes,)
            Due day.
        until : int array (lanes,)
            Day on which they are paid or written off, today or later.
        """
        enters = np.maximum(due - self._sight, self._clock.today)
        if np.ndim(due) == 0 and np.minimum.reduce(until, initial=due) >= due:
            if due > enters:
                self._enter_together(amount, int(enters))
                self._moves.add(-amount, int(due))
            return
        goes = np.minimum(until, due)
        amount = amount * (goes > enters)
        if np.ndim(enters) == 0:
            self._enter_together(amount, int(enters))
        else:
            self._enter(amount, enters)
        self._moves.scatter(-amount, np.maximum(goes, enters))

    def remove(self, parts: Parts) -> None:
        """Count no longer on parts of invoices that are sold."""
        enters = np.maximum(parts.due - self._sight, self._clock.today)
        goes = np.minimum(parts.until, parts.due)
        counted = goes > enters
        face, lanes = parts.face[counted], parts.lanes[counted]
        now = enters[counted] == self._clock.today
        np.subtract.at(self.total, lanes[now], face[now])
        self._moves.pile(-face[~now], enters[counted][~now], lanes[~now])
        self._moves.pile(face, goes[counted], lanes)

    def _enter_together(self, amount: Money, day: int) -> None:
        if day > self._clock.today:
            self._moves.add(amount, day)
        else:
            self.total[...] += amount

    def _enter(self, amount: Money, days: Any) -> None:
        later = days > self._clock.today
        self.total[...] += amount * ~later
        lanes = np.flatnonzero(later & (amount != 0))
        self._moves.scatter(amount[lanes], days[lanes], lanes)
