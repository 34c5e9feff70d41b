"""Lines that are drawn on together: what is missing is spread over them by their headroom.

Drawing on one line up to its limit leaves a firm with one lender; spread drawings keep some
headroom on each, whoever closes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cashstress.kernel.money import to_money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cashstress.kernel.arrays import Lanes, Money
    from cashstress.processes.channels import Channel
    from cashstress.processes.need import Need

__all__ = ["Spread"]


class Spread:
    """The lines of `draw_together`, in the order of drawing; none of them is a plain order."""

    def __init__(self, channels: Sequence[Channel]) -> None:
        self._channels = list(channels)

    def part(self, channel: Channel, lanes: Lanes, wanted: Money, believed: Money) -> Money:
        """What of `wanted` one line is asked for today, per lane of `lanes`.

        It is what its headroom is of its own and that of the lines whose turn is still to come; so
        the last is asked for the rest, and what one refuses is asked of those after it.
        """
        if channel not in self._channels:
            return wanted
        later = self._channels[self._channels.index(channel) + 1 :]
        room = believed.copy()
        for other in later:
            if other.moves_money_today():
                room += other.believed_headroom(lanes) * other.comes_same_day(lanes)
        share = np.divide(believed, room, out=np.ones(room.shape), where=room > 0)
        return to_money(np.multiply(wanted, share, dtype=np.float64))

    def ask_again(self, need: Need) -> None:
        """Ask for what others refused, in order, the lines that give what they have."""
        for channel in self._channels:
            if not channel.moves_money_today():
                continue
            gives = channel.is_sure(need.lanes) & channel.comes_same_day(need.lanes)
            wanted = np.maximum(need.today, 0) * gives
            need.draw(channel, wanted, channel.believed_headroom(need.lanes))
