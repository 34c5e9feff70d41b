"""What led to the first trouble of a replication: lines closed, what went unpaid, who lent last.

Looked at only where trouble begins, so a day without any costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cashstress.processes.payables import PAY_CLASSES
from cashstress.processes.watch import NEVER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cashstress.kernel.arrays import Days, Flags, Lanes
    from cashstress.processes.channels import Channel
    from cashstress.processes.firm import Firm
    from cashstress.processes.watch import Watch

__all__ = ["TROUBLE", "Chain"]

#: Outcomes of a firm that lacks money; a default comes after one of them.
TROUBLE: Final = ("cash_out", "missed_payroll", "supplier_hold")
#: State of a line that is open and has nothing left to draw, after those of the causes.
USED_UP: Final = "used_up"
#: A lender's own closures stand in rows of their own under this word and the cause.
_OWN: Final = "own "


class Chain:
    """The chain that led to the first trouble, per lane."""

    def __init__(self, firm: Firm) -> None:
        self._firm = firm
        columns = firm.columns
        columns.add("chain.day", np.int32, NEVER)
        columns.add("chain.unpaid", np.int32)
        columns.add("chain.last_resort", np.int16, NEVER)
        columns.add("chain.lent_last", np.int16, NEVER)
        for name in firm.channels:
            columns.add(f"chain.state:{name}", np.int32)
        rows = [row for channel in firm.channels.values() for row in channel.rows]
        self.causes = tuple(dict.fromkeys(row.removeprefix(_OWN) for row in rows))
        self._place = {name: place for place, name in enumerate(firm.channels)}

    @property
    def day(self) -> Days:
        """First day of trouble per lane, -1 where there was none."""
        days: Days = self._firm.columns["chain.day"]
        return days

    def lends(self, channel: str, lanes: Lanes) -> None:
        """Note that money of this channel has come in: the last to give is the last resort."""
        self._firm.columns["chain.lent_last"][lanes] = self._place[channel]

    def note(self, day: int, watches: Mapping[str, Watch]) -> None:
        """Look at the lanes whose first trouble is today's."""
        today = [watches[name].today for name in TROUBLE]
        seen = [flags for flags in today if flags is not None]
        if not seen:
            return
        lanes = np.flatnonzero(np.logical_or.reduce(seen) & (self.day == NEVER))
        if not lanes.size:
            return
        columns = self._firm.columns
        self.day[lanes] = day
        columns["chain.last_resort"][lanes] = columns["chain.lent_last"][lanes]
        columns["chain.unpaid"][lanes] = self._unpaid(lanes)
        for name, channel in self._firm.channels.items():
            columns[f"chain.state:{name}"][lanes] = self._state(channel, lanes)

    def _unpaid(self, lanes: Lanes) -> Days:
        """One bit for each class of payment with something required and unpaid."""
        bits = np.zeros(len(lanes), np.int32)
        paying = self._firm.treasury.paying
        for payable in self._firm.payables:
            if payable.has_due():
                bit = 1 << PAY_CLASSES.index(payable.pay_class)
                bits |= np.where(paying.required_of(payable, lanes) > 0, bit, 0).astype(np.int32)
        return bits

    def _state(self, channel: Channel, lanes: Lanes) -> Days:
        """One bit for each cause that closes a line, or the bit of a line that is used up."""
        bits = np.zeros(len(lanes), np.int32)
        in_force: Flags = channel.in_force_by_row(lanes)
        for row, closed in zip(channel.rows, in_force, strict=True):
            bits |= np.where(closed, 1 << self.causes.index(row.removeprefix(_OWN)), 0)
        empty = channel.headroom(lanes) <= 0
        return np.where((bits == 0) & empty, 1 << len(self.causes), bits).astype(np.int32)

    def links(self) -> dict[str, Days]:
        """What is kept of each lane, by name."""
        columns = self._firm.columns
        states = {f"state:{name}": columns[f"chain.state:{name}"] for name in self._firm.channels}
        kept = {part: columns[f"chain.{part}"] for part in ("day", "unpaid", "last_resort")}
        return kept | states

    def words(self) -> dict[str, tuple[str, ...]]:
        """What bits and numbers of the links stand for."""
        return {
            "trouble": TROUBLE,
            "unpaid": PAY_CLASSES,
            "states": (*self.causes, USED_UP),
            "channels": tuple(self._firm.channels),
        }
