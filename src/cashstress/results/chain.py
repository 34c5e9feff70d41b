"""The chain that led to the first trouble: what was unpaid, which lines failed, who lent last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from cashstress.results.estimate import proportion
from cashstress.results.names import row

if TYPE_CHECKING:
    import numpy.typing as npt

    from cashstress.kernel.record import Record
    from cashstress.results.estimate import Estimate

__all__ = ["NOBODY", "OPEN", "Chain"]

#: A line that is open and has something left to draw.
OPEN: Final = "open"
#: No channel has given any money yet.
NOBODY: Final = "nobody"


@attrs.frozen(eq=False)
class Chain:
    """What led to the first day of trouble.

    Trouble is `cash_out`, `missed_payroll` or `supplier_hold`, whichever comes first.  All shares
    are of the replications that had any.

    Attributes
    ----------
    record : Record
    """

    record: Record

    @property
    def day(self) -> npt.NDArray[np.int32]:
        """Return the first day of trouble: int32 (runs,), -1 where there was none."""
        return self._link("day")

    @property
    def runs(self) -> int:
        """Number of replications with trouble."""
        return int((self.day >= 0).sum())

    def _troubled(self, where: Any) -> npt.NDArray[np.bool_]:
        """Leave out replications without trouble."""
        found: npt.NDArray[np.bool_] = (self.day >= 0) & where
        return found

    def first(self, outcome: str) -> npt.NDArray[np.bool_]:
        """Return where an outcome was in force on the first day of trouble: bool (runs,)."""
        record = self.record
        place = row("trouble", outcome, record.words["trouble"])
        days = record.first_day[record.outcomes.index(record.words["trouble"][place])]
        return self._troubled(days == self.day)

    def unpaid(self, pay_class: str) -> npt.NDArray[np.bool_]:
        """Return where a class of payment was unpaid on that day: bool (runs,)."""
        place = row("class of payment", pay_class, self.record.words["unpaid"])
        return self._troubled(self._link("unpaid") >> place & 1 == 1)

    def state(self, channel: str, state: str) -> npt.NDArray[np.bool_]:
        """Return where a channel was in a state on that day: bool (runs,).

        Parameters
        ----------
        channel : str
        state : str
            A cause that closed it, ``"used_up"``, or ``"open"``; several causes may hold together.
        """
        self._channel(channel)
        bits = self._link(f"state:{channel}")
        place = row("state", state, (*self.record.words["states"], OPEN))
        return self._troubled(bits == 0 if state == OPEN else bits >> place & 1 == 1)

    def last_resort(self, channel: str) -> npt.NDArray[np.bool_]:
        """Return where a channel was the last to give money by that day: bool (runs,)."""
        place = -1 if channel == NOBODY else self._channel(channel)
        return self._troubled(self._link("last_resort") == place)

    def shares(self) -> dict[str, dict[str, Any]]:
        """Return all of it as shares of the replications with trouble, what never was left out.

        Returns
        -------
        dict
            ``"first"``, ``"unpaid"`` and ``"last_resort"`` map names to `Estimate`; ``"lines"``
            maps each channel to its states.
        """
        words = self.record.words
        channels = words.get("channels", ())
        states = (*words.get("states", ()), OPEN)
        return {
            "first": self._shares(words.get("trouble", ()), self.first),
            "unpaid": self._shares(words.get("unpaid", ()), self.unpaid),
            "lines": {
                name: self._shares(states, lambda state, name=name: self.state(name, state))
                for name in channels
            },
            "last_resort": self._shares((*channels, NOBODY) if channels else (), self.last_resort),
        }

    def _shares(self, names: tuple[str, ...], where: Any) -> dict[str, Estimate]:
        counts = {name: int(where(name).sum()) for name in names}
        return {name: proportion(count, self.runs) for name, count in counts.items() if count}

    def _channel(self, name: str) -> int:
        return row("channel", name, self.record.words["channels"])

    def _link(self, name: str) -> npt.NDArray[np.int32]:
        if not self.record.links:
            return np.full(self.record.lanes, -1, np.int32)
        values: npt.NDArray[np.int32] = self.record.chain[self.record.links.index(name)]
        return values
