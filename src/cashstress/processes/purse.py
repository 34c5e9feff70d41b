"""The cash of lanes that cannot pay everything: it is spent in order, and then it is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Flags, Lanes, Money
    from cashstress.processes.payables import Payable

__all__ = ["Purse"]


@attrs.define(eq=False)
class Purse:
    """Cash that is left to pay with, in some lanes; minor units.

    Attributes
    ----------
    lanes : int array
    cash : int64 array (of the lanes)
    """

    lanes: Lanes
    cash: Money

    def leave_behind_the_empty(self) -> None:
        """Forget the lanes in which nothing is left: they pay nothing more."""
        if self.lanes.size and not np.minimum.reduce(self.cash):
            some = self.cash.nonzero()[0]
            self.lanes, self.cash = self.lanes[some], self.cash[some]

    def pay(self, payable: Payable, amount: Money) -> None:
        """Pay a creditor `amount`, at most the cash that is left and what is due."""
        payable.pay(amount, self.lanes)
        self.cash = self.cash - amount

    def hold(self, waits: Flags) -> None:
        """Keep back all cash where a bill waits for it: nothing else is paid from it."""
        self.cash = np.where(waits, 0, self.cash)
