"""Open invoices of one customer, kept one by one by invoice day, so that a lender can buy them.

Collections need only sums by day of payment.  A buyer needs to know which invoices it gets: oldest
first, and of each when it falls due and what becomes of it.  One invoice per customer and day
exists in each lane, so rows by invoice day are exact; and as nothing overdue is bought, the rows of
the longest terms are enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from cashstress.kernel.money import to_money
from cashstress.kernel.rings import ArrivalRing

if TYPE_CHECKING:
    from collections.abc import Callable

    from cashstress.kernel.arrays import Days, Flags, Lanes, Level, Money
    from cashstress.processes.firm import Firm

__all__ = ["DISPUTED", "NEVER", "InvoiceBook", "Parts", "whole_down", "whole_up"]

#: What becomes of an invoice, added up: 0 is paid.
NEVER: Final = 1
DISPUTED: Final = 2
#: More than any amount.
_HUGE: Final = 2**60
#: Products of decimal rates and whole amounts are whole within this many digits.
_DIGITS: Final = 6


def whole_down(values: Any) -> Money:
    """Whole minor units below; a hair under a whole one counts as that."""
    return to_money(np.floor(np.round(values, _DIGITS)))


def whole_up(values: Any) -> Money:
    """Whole minor units above; a hair over a whole one counts as that."""
    return to_money(np.ceil(np.round(values, _DIGITS)))


@attrs.frozen(eq=False)
class Parts:
    """Parts of invoices, one per entry; a lane may have several, oldest first.

    Attributes
    ----------
    at : int array
        Place of the lane among the lanes that were asked for.
    lanes : int array
        The lane.
    face : int64 array, minor units
    due : int array
        Due day.
    until : int array
        Day on which the customer pays, or on which it is written off.
    fate : int array
        `NEVER` and `DISPUTED`, added up.
    """

    at: Lanes
    lanes: Lanes
    face: Money
    due: Days
    until: Days
    fate: Any

    def where(self, some: Flags) -> Parts:
        """Those entries alone."""
        return Parts(*(getattr(self, field.name)[some] for field in attrs.fields(Parts)))


class InvoiceBook:
    """Invoices of one customer that are open and not yet due.

    Parameters
    ----------
    firm : Firm
    customer : str
    terms : int
        Longest time from the invoice to its due day, days.
    openings : list of int
        Due days of the invoices given at the opening, in the order of the scenario.
    wait : callable, optional
        Gives the days until an invoice can be sold; absent is at once, and disputed ones too.
    """

    def __init__(
        self,
        firm: Firm,
        customer: str,
        *,
        terms: int,
        openings: list[int],
        wait: Callable[[], Level] | None,
    ) -> None:
        self._firm, self._name, self._wait = firm, customer, wait
        self._span = terms + 1
        self._openings = np.argsort(np.array(openings, np.int64), kind="stable") + self._span
        columns, rows = firm.columns, self._span + len(openings)
        columns.add(f"{customer}.sellable", np.int64)
        columns.add(f"{customer}.unsold.ring", np.int64, rows=rows)
        columns.add(f"{customer}.due.ring", np.int32, rows=rows)
        columns.add(f"{customer}.until.ring", np.int32, rows=rows)
        columns.add(f"{customer}.fate.ring", np.int8, rows=rows)
        self._leaving = ArrivalRing(f"{customer}.leaving.ring", columns, firm.clock, days=terms)
        if wait is not None:
            columns.add(f"{customer}.from.ring", np.int32, rows=rows)
            self._entering = ArrivalRing(
                f"{customer}.entering.ring", columns, firm.clock, days=terms
            )

    @property
    def sellable(self) -> Money:
        """Face that can be sold today, per lane."""
        return self._firm.columns[f"{self._name}.sellable"]

    def note(
        self,
        gross: Money,
        due: Level,
        until: Days,
        fate: Any,
        *,
        issued: int | None = None,
        opening: int | None = None,
    ) -> None:
        """Keep an invoice, by its day or by its place among those given at the opening."""
        row = self._span + opening if opening is not None else (issued or 0) % self._span
        today = self._firm.clock.today
        self._rows("due")[row] = due
        self._rows("until")[row] = until
        self._rows("fate")[row] = fate
        end = np.minimum(self._rows("due")[row], self._rows("until")[row])
        start: Any = today
        if self._wait is not None:
            start = np.full(len(gross), today)
            if opening is None:
                start = np.maximum(start, (issued or 0) + np.asarray(self._wait()).astype(np.int64))
            # A disputed invoice is not confirmed.
            start = np.where(self._rows("fate")[row] & DISPUTED, end, start)
            self._rows("from")[row] = start
        # What is due at once, or before it could be sold, is out of reach from the beginning.
        face = np.where((end > today) & (end > start), gross, 0)
        self._rows("unsold")[row] = face
        self._enter(face, start, end)

    def _enter(self, face: Money, start: Any, end: Days) -> None:
        lanes = np.flatnonzero(face)
        self._leaving.scatter(face[lanes], end[lanes], lanes)
        if self._wait is None:
            self.sellable[...] += face
            return
        later = start > self._firm.clock.today
        self.sellable[...] += np.where(later, 0, face)
        waiting = np.flatnonzero(later & (face > 0))
        self._entering.scatter(face[waiting], start[waiting], waiting)

    def open_day(self) -> None:
        """Let in what is confirmed today, and let go what falls due or is paid."""
        entering = self._entering.arrivals() if self._wait is not None else None
        if entering is not None:
            self.sellable[...] += entering
        leaving = self._leaving.arrivals()
        if leaving is not None:
            self.sellable[...] -= leaving

    def pick(self, lanes: Lanes, face: Money) -> Parts:
        """Take `face` out of the book, per lane of `lanes`: oldest first, the last in part."""
        rows, open_now = self._on_sale(lanes)
        before = np.cumsum(open_now, axis=0) - open_now
        return self._take_out(lanes, rows, np.clip(face - before, 0, open_now))

    def pick_whole(self, lanes: Lanes, advance: Money, rate: Level) -> Parts:
        """Take out whole invoices, oldest first, as many as `advance` covers at this rate."""
        rows, open_now, total = self._whole(lanes, advance, rate)
        return self._take_out(lanes, rows, np.where(total <= advance, open_now, 0))

    def whole_up_to(self, lanes: Lanes, room: Money, rate: Level) -> Money:
        """The most that whole invoices bring within `room`, per lane of `lanes`."""
        _, _, total = self._whole(lanes, room, rate)
        most: Money = np.where(total <= room, total, 0).max(axis=0, initial=0)
        return most

    def whole_from(self, lanes: Lanes, least: Money, room: Money, rate: Level) -> Money:
        """The least that whole invoices bring from `least` on, within `room`; or the most below."""
        _, _, total = self._whole(lanes, room, rate)
        enough = np.where((total >= least) & (total <= room), total, _HUGE).min(
            axis=0, initial=_HUGE
        )
        most = np.where(total <= room, total, 0).max(axis=0, initial=0)
        best: Money = np.where(enough < _HUGE, enough, most)
        return best

    def _whole(self, lanes: Lanes, room: Money, rate: Level) -> tuple[Any, Money, Money]:
        """Rows, their open face, and the advance on all up to each, without those above `room`."""
        rows, open_now = self._on_sale(lanes)
        open_now = np.where(whole_down(open_now * rate) <= room, open_now, 0)
        return rows, open_now, whole_down(np.cumsum(open_now, axis=0) * rate)

    def _on_sale(self, lanes: Lanes) -> tuple[Any, Money]:
        """Rows, oldest first, and what of each can be sold today in `lanes`."""
        today = self._firm.clock.today
        days = np.arange(today - self._span + 1, today + 1) % self._span
        rows = np.concatenate([self._openings, days])
        at = np.ix_(rows, lanes)
        on_sale = (self._rows("due")[at] > today) & (self._rows("until")[at] > today)
        if self._wait is not None:
            on_sale &= self._rows("from")[at] <= today
        return rows, np.where(on_sale, self._rows("unsold")[at], 0)

    def _take_out(self, lanes: Lanes, rows: Any, part: Money) -> Parts:
        row, at = np.nonzero(part)
        where, face = (rows[row], lanes[at]), part[row, at]
        self._rows("unsold")[where] -= face
        due = self._rows("due")[where].astype(np.int64)
        until = self._rows("until")[where].astype(np.int64)
        self._leaving.pile(-face, np.minimum(due, until), lanes[at])
        self.sellable[lanes] -= part.sum(axis=0)
        return Parts(at, lanes[at], face, due, until, self._rows("fate")[where])

    def _rows(self, part: str) -> Any:
        return self._firm.columns[f"{self._name}.{part}.ring"]
