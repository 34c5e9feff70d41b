"""Why a channel is closed: causes, each in force until a day of its own in each lane.

A channel is open when no cause is in force; each cause lifts separately.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress.kernel.remembered import Remembered

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Days, Flags, Lanes
    from cashstress.processes.firm import Firm

__all__ = ["CAUSES", "FOR_GOOD", "OWN_CAUSES", "Closable"]

#: Why a channel may be closed.
CAUSES: Final = (
    "risk_control", "fault", "regulator", "misuse", "arrears", "covenant", "expiry", "clean_down",
)  # fmt: skip
#: Causes that a lender itself puts in force and lifts, in rows of their own: a shock's closure for
#: the same cause lasts as long as the shock says.
OWN_CAUSES: Final = {
    "risk_control": "own risk_control", "fault": "own fault", "misuse": "own misuse",
    "score": "score",
}  # fmt: skip
#: Causes for which a committed line does not close.
_PROMISED: Final = ("risk_control", "regulator")
#: A day that never comes.
FOR_GOOD: Final = 2**30


class Closable:
    """What causes close, and what the firm knows of it.

    Parameters
    ----------
    firm : Firm
    name : str
    plan : scenario channel
    """

    def __init__(self, firm: Firm, name: str, plan: Any) -> None:
        self.firm, self.name, self.plan = firm, name, plan
        columns = firm.columns
        self.rows: tuple[str, ...] = (*CAUSES, *_own_causes(plan))
        columns.add(f"{name}.causes", np.int32, rows=len(self.rows))
        columns.add(f"{name}.closed_until", np.int32)
        columns.add(f"{name}.known_closed", np.bool_)
        columns.add(f"{name}.notice_of", np.int32)  # the closure announced last
        columns.add(f"{name}.notice_until", np.int32)
        # The first day on which no lane is closed any more, or under notice.
        self._all_open_on = Remembered(firm.world, lambda: self._latest("closed_until"))
        self._no_notice_on = Remembered(firm.world, lambda: self._latest("notice_until"))

    # -- what the treasury sees -------------------------------------------------------------

    def is_open(self) -> Flags:
        """Lanes in which no cause is in force."""
        open_now: Flags = self._column("closed_until") <= self.firm.clock.today
        return open_now

    def is_closed(self) -> Flags | None:
        """Lanes in which a cause is in force; None for nowhere."""
        return ~self.is_open() if self._is_closed_somewhere() else None

    def in_force_by_row(self, lanes: Lanes | slice = slice(None)) -> Flags:
        """Which causes are in force: bool (rows, lanes), in the order of `rows`."""
        in_force: Flags = self._column("causes")[:, lanes] > self.firm.clock.today
        return in_force

    def on_notice(self) -> Flags | None:
        """Lanes in which a closure is announced and has not come yet; None for nowhere."""
        today = self.firm.clock.today
        return self._column("notice_until") > today if self._no_notice_on() > today else None

    def look(self) -> None:
        """The firm looks whether the line is open."""
        closed = self.is_closed()
        self._column("known_closed")[...] = False if closed is None else closed

    # -- what lenders, shocks and the calendar do -------------------------------------------

    def announce(self, lanes: Flags, cause: str, day: Days) -> None:
        """Give notice in `lanes` that it will close for a cause on `day` (of all lanes)."""
        if not self._is_promised(cause):
            np.copyto(self._column("notice_of"), day, where=lanes)
            # One announced later may come sooner: what was announced before it still comes.
            last = self._column("notice_until")
            np.copyto(last, np.maximum(last, day), where=lanes, casting="same_kind")
            self._no_notice_on.forget()

    def close(self, lanes: Flags, cause: str, until: int | Days) -> None:
        """Put a cause in force in `lanes` until (not including) a day."""
        if self._is_promised(cause):
            return
        row = self.closed_by(cause)
        np.copyto(row, np.maximum(row, until), where=lanes, casting="same_kind")
        self._add_up_causes()

    def lift(self, lanes: Flags, cause: str) -> None:
        """Lift one cause in `lanes` from tomorrow on."""
        self._end(lanes, cause, self.firm.clock.today + 1)

    def reopen(self, lanes: Flags, cause: str) -> None:
        """Lift one cause in `lanes` at once: at the end of today it is no longer in force."""
        self._end(lanes, cause, self.firm.clock.today)

    def closed_by(self, cause: str) -> Days:
        """First day on which a cause is no longer in force, per lane."""
        row: Days = self._column("causes")[self.rows.index(cause)]
        return row

    # -- inside -------------------------------------------------------------------------------

    def _is_closed_somewhere(self) -> bool:
        """Whether any lane is closed: where none is, nothing needs to be looked at lane by lane."""
        return self._all_open_on() > self.firm.clock.today

    def _is_promised(self, cause: str) -> bool:
        """Whether the line is committed not to close for this cause.

        It stops only on a breach, arrears, a fault or its expiry: neither its lender's change of
        mind nor a regulator's reaches what has been promised.
        """
        return bool(self.plan.committed) and cause in _PROMISED

    def _end(self, lanes: Flags, cause: str, day: int) -> None:
        row = self.closed_by(cause)
        lanes = lanes & (row > self.firm.clock.today)
        if lanes.any():
            row[lanes] = day
            self._add_up_causes()

    def _add_up_causes(self) -> None:
        self._column("causes").max(axis=0, out=self._column("closed_until"))
        self._all_open_on.forget()

    def _latest(self, part: str) -> int:
        return int(np.maximum.reduce(self._column(part), initial=0))

    def _column(self, part: str) -> Any:
        return self.firm.columns[f"{self.name}.{part}"]


def _own_causes(plan: Any) -> list[str]:
    """Names of the rows of causes that this lender puts in force by itself."""
    has = {
        "risk_control": plan.risk_control is not None,
        "fault": plan.fault is not None,
        "misuse": plan.misuse is not None,
        "score": plan.reads_record is not None and plan.reads_record.closes_below is not None,
    }
    return [OWN_CAUSES[cause] for cause, given in has.items() if given]
