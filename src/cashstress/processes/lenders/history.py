"""What became of a line: closed by which cause, for how many days, reopened by which way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress.processes.channels.closing import CAUSES, OWN_CAUSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cashstress.kernel.arrays import Counts, Flags
    from cashstress.processes.channels import Channel
    from cashstress.processes.firm import Firm

__all__ = ["CLOSED_BY", "WAYS", "History"]

#: Causes as they are reported; one in force by a shock and by the lender itself is one cause.
CLOSED_BY: Final = (*CAUSES, "score")
#: How a line came to be open again: by itself, by a ticket, or by mending and paying.
WAYS: Final = ("wait", "ask", "repair")
#: Causes that the firm itself ends, by paying or by passing a test.
_MENDED: Final = ("arrears", "covenant")
_NAMES: Final = {own: cause for cause, own in OWN_CAUSES.items()}


class History:
    """Counts per lane over the days on which the firm lives."""

    def __init__(self, firm: Firm, channel: Channel) -> None:
        self._firm, self._channel = firm, channel
        self._reported = [CLOSED_BY.index(_NAMES.get(row, row)) for row in channel.rows]
        name = f"{channel.name}.history"
        firm.columns.add(f"{name}.closed", np.bool_, rows=len(CLOSED_BY))
        firm.columns.add(f"{name}.days", np.int32, rows=len(CLOSED_BY))
        firm.columns.add(f"{name}.spells", np.int32, rows=len(CLOSED_BY))
        firm.columns.add(f"{name}.reopened", np.int32, rows=len(WAYS))

    def is_closed_by(self, causes: Sequence[int]) -> Flags:
        """Lanes that one of these causes (places in `CLOSED_BY`) closed when last noted."""
        closed: Flags = self._column("closed")[causes].any(axis=0)
        return closed

    def note(self, lifted: Mapping[str, Flags]) -> Flags | None:
        """Note the end of the day.

        Parameters
        ----------
        lifted : mapping of way to bool array (lanes,)
            Where a cause was lifted today by asking or mending.

        Returns
        -------
        bool array (causes, lanes) or None
            Which spells began today; None for none.
        """
        before = self._column("closed")
        in_force = self._channel.in_force_by_row()
        if not in_force.any() and not before.any():
            return None
        running = self._firm.world.running
        now = np.zeros_like(before)
        for place, row in zip(self._reported, in_force, strict=True):
            now[place] |= row
        began = now & ~before
        self._column("days")[...] += now & running
        self._column("spells")[...] += began & running
        open_again = before.any(axis=0) & ~now.any(axis=0) & running
        if open_again.any():
            self._note_way(open_again, before, lifted)
        before[...] = now
        shown: Flags = began & running
        return shown

    def rows(self) -> dict[str, Counts]:
        """What is reported, by name: ``days:CAUSE``, ``spells:CAUSE``, ``reopened:WAY``."""
        named = {
            f"{part}:{cause}": self._column(part)[i]
            for part in ("days", "spells")
            for i, cause in enumerate(CLOSED_BY)
        }
        return named | {f"reopened:{w}": self._column("reopened")[i] for i, w in enumerate(WAYS)}

    def _note_way(self, open_again: Flags, before: Flags, lifted: Mapping[str, Flags]) -> None:
        """Asking comes before mending, and mending before time."""
        count = self._column("reopened")
        left = open_again.copy()
        paid = before[[CLOSED_BY.index(cause) for cause in _MENDED]].any(axis=0)
        nowhere = np.zeros_like(left)
        for way, by_way in (
            ("ask", lifted.get("ask", nowhere)),
            ("repair", lifted.get("repair", nowhere) | paid),
            ("wait", left.copy()),
        ):
            count[WAYS.index(way)] += left & by_way
            left &= ~by_way

    def _column(self, part: str) -> Any:
        return self._firm.columns[f"{self._channel.name}.history.{part}"]
