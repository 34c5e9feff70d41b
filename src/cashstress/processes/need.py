"""What a firm is in need of, while it asks one lender after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Flags, Lanes, Money
    from cashstress.processes.channels import Channel

__all__ = ["Need"]


@attrs.define(eq=False)
class Need:
    """Money that is missing, in the lanes that have a reason to ask for some; minor units.

    It belongs to one day's borrowing: each drawing lowers it.

    Attributes
    ----------
    lanes : int array
        The lanes that ask.
    today : int64 array (of the lanes)
        Missing today; below 0 is cash to spare.
    ahead : int64 array (of the lanes)
        Missing at the end of the look-ahead, beyond what lines can still give today.
    debits : int64 array (of the lanes), optional
        What lenders will debit before the banks open again, as far as no line that pays out on
        closed days can give it then; None where that is no question today.
    """

    lanes: Lanes
    today: Money
    ahead: Money
    debits: Money | None

    @classmethod
    def where(cls, asks: Flags, today: Money, ahead: Money, debits: Money | None) -> Need:
        """The need of the lanes that ask, of amounts for all lanes."""
        lanes = np.flatnonzero(asks)
        return cls(lanes, today[lanes], ahead[lanes], None if debits is None else debits[lanes])

    def until_banks_open(self) -> Money:
        """Missing today, and for the debits before the banks open again."""
        return self.today if self.debits is None else self.today + self.debits

    def draw(self, line: Channel, wanted: Money, headroom: Money) -> Money:
        """Ask a line for as much as leaves what is wanted after its fee, within its headroom.

        Returns the headroom that the firm believes in afterwards.
        """
        asked = np.maximum(line.to_receive(self.lanes, wanted), line.min_drawing)
        asked = np.minimum(np.where(wanted > 0, asked, 0), headroom)
        asking = asked.nonzero()[0]
        if asking.size:
            arrived, later = line.request(self.lanes[asking], asked[asking])
            self.today[asking] -= arrived
            self.ahead[asking] -= arrived + later
            headroom[asking] = line.believed_headroom(self.lanes[asking])
        return headroom

    def rely_on(self, could_give: Money, *, on_closed_days: bool) -> None:
        """A line could still give so much, today or later: that is not missing ahead."""
        self.ahead -= could_give
        if self.debits is not None and on_closed_days:
            self.debits -= np.minimum(self.debits, could_give)
