"""Acceleration (加速到期): after so many days past due a lender calls the whole balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Flags
    from cashstress.processes.channels.base import Channel
    from cashstress.processes.firm import Firm

__all__ = ["Acceleration"]


class Acceleration:
    """Decided in LEND, due the next day: what was not due, with the interest accrued on it.

    It goes by this line's own arrears: a call on one line does not call another.

    Parameters
    ----------
    firm : Firm
    channel : Channel
        With `accelerate_after` in its plan.
    """

    def __init__(self, firm: Firm, channel: Channel) -> None:
        self._firm, self._channel = firm, channel
        self._after: int = channel.plan.accelerate_after
        firm.columns.add(f"{channel.name}.called", np.bool_)

    @property
    def called(self) -> Flags:
        """Lanes in which all that is left falls due on the next day."""
        called: Flags = self._firm.columns[f"{self._channel.name}.called"]
        return called

    def judge(self) -> None:
        """LEND: call where the oldest instalment is too old and something is not yet due."""
        channel = self._channel
        if channel.is_owed():
            late = channel.days_past_due() >= self._after
            self.called[...] = late & (channel.principal > 0) & self._firm.world.running

    def fall_due(self, day: int) -> None:
        """DUE: ask for what was called yesterday."""
        if not self.called.any():
            return
        channel, lanes = self._channel, np.flatnonzero(self.called)
        principal, interest = np.zeros((2, self._firm.world.lanes), np.int64)
        principal[lanes], interest[lanes] = channel.call_in(lanes)
        channel.repayment.ledger.bill(principal, day)
        channel.interest.bill(interest, day, against="interest", memo="interest called")
        self.called[...] = False
