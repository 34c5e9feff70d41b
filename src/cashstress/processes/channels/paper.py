"""Channels that deal in paper: they give money for invoices or bills, or bills for money later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cashstress.processes.channels.base import Channel

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Lanes, Money

__all__ = ["PaperChannel"]


class PaperChannel(Channel):
    """A channel whose drawings are no plain debt.

    Subclasses book a drawing themselves in `_take_on`: what it brings depends on the paper.
    """

    def _disburse(self, lanes: Lanes, amount: Money) -> None:
        """Pay out in some lanes; a wound-up firm has nothing to give for it."""
        some = (amount > 0) & self.firm.world.running[lanes]
        if some.any():
            self._take_on(lanes[some], amount[some], opening=False)

    def _prepay(self, lanes: Lanes, spare: Money) -> Money:
        """Nothing: paper runs to its day, and the scenario refuses `prepayable`."""
        del lanes
        return np.zeros_like(spare)
