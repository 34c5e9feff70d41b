"""Open invoices of one customer, kept one by one by invoice day, so that a lender can buy them.

Collections need only sums by day of payment.  A buyer needs to know which invoices it gets: oldest
first, and of each when it falls due and what becomes of it.  One invoice per customer and day
exists in each lane; and as nothing overdue is bought, those of the longest terms are enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from cashstress.kernel.items import ItemRing, oldest_first
from cashstress.kernel.money import whole_down
from cashstress.kernel.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from cashstress.kernel.arrays import Days, Flags, Lanes, Level, Money
    from cashstress.kernel.items import OldestFirst
    from cashstress.processes.firm import Firm

__all__ = ["DISPUTED", "NEVER", "InvoiceBook", "Parts"]

#: What becomes of an invoice, added up: 0 is paid.
NEVER: Final = 1
DISPUTED: Final = 2
#: More than any amount.
_HUGE: Final = 2**60


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
    up_to : int64 array, minor units
        Face of the lane's parts of this customer up to and with this one.
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
    up_to: Money
    due: Days
    until: Days
    fate: Any

    def where(self, some: Flags) -> Parts:
        """Those entries alone."""
        return Parts(*(getattr(self, field.name)[some] for field in attrs.fields(Parts)))

    def total(self, amount: Money, lanes: Lanes) -> Money:
        """An amount of each entry added up per lane of those that were asked for."""
        total = np.zeros(len(lanes), np.int64)
        np.add.at(total, self.at, amount)
        return total


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
        self._firm, self._wait = firm, wait
        columns, clock = firm.columns, firm.clock
        kept = {"unsold": np.int64, "due": np.int32, "until": np.int32, "fate": np.int8}
        if wait is not None:
            kept["from"] = np.int32
        self._invoices = ItemRing(customer, columns, clock, days=terms, given=openings, values=kept)
        self._on_offer = Standing(
            f"{customer}.sellable", columns, clock, days=terms, at_once=wait is None
        )

    @property
    def sellable(self) -> Money:
        """Face that can be sold today, per lane."""
        return self._on_offer.total

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
        if opening is None:
            invoice = self._invoices.made_on(issued or 0)
        else:
            invoice = self._invoices.given(opening)
        invoice["due"][...] = due
        invoice["until"][...] = until
        invoice["fate"][...] = fate
        end = np.minimum(invoice["due"], invoice["until"])
        start: Any = self._firm.clock.today
        if self._wait is not None:
            if opening is None:
                start = np.maximum(start, (issued or 0) + np.asarray(self._wait()).astype(np.int64))
            # A disputed invoice is not confirmed.
            start = np.where(invoice["fate"] & DISPUTED, end, start)
            invoice["from"][...] = start
        # What is due at once, or before it could be sold, is out of reach from the beginning.
        face = np.where((end > self._firm.clock.today) & (end > start), gross, 0)
        invoice["unsold"][...] = face
        self._on_offer.add(face, start, end)

    def open_day(self) -> None:
        """Let in what is confirmed today, and let go what falls due or is paid."""
        self._on_offer.open_day()

    # -- selling -----------------------------------------------------------------------------------

    def on_sale(self, lanes: Lanes) -> Money:
        """What of each invoice can be sold today in `lanes`: (invoices, lanes), oldest first."""
        return self._on_sale(self._invoices.of(lanes))

    def pick(self, lanes: Lanes, face: Money) -> Parts:
        """Take `face` out of the book, per lane of `lanes`: oldest first, the last in part."""
        invoices = self._invoices.of(lanes)
        return self._sell(invoices, oldest_first(face, self._on_sale(invoices)))

    def pick_whole(self, lanes: Lanes, advance: Money, rate: Level) -> Parts:
        """Take out whole invoices, oldest first, as many as `advance` covers at this rate."""
        invoices = self._invoices.of(lanes)
        face, up_to = self._whole(invoices, advance, rate)
        return self._sell(invoices, np.where(up_to <= advance, face, 0))

    def whole_up_to(self, lanes: Lanes, room: Money, rate: Level) -> Money:
        """The most that whole invoices bring within `room`, per lane of `lanes`."""
        _, up_to = self._whole(self._invoices.of(lanes), room, rate)
        return _most(up_to, room)

    def whole_from(self, lanes: Lanes, least: Money, room: Money, rate: Level) -> Money:
        """The least that whole invoices bring from `least` on, within `room`; or the most below."""
        _, up_to = self._whole(self._invoices.of(lanes), room, rate)
        enough = np.where((up_to >= least) & (up_to <= room), up_to, _HUGE)
        fewest = enough.min(axis=0, initial=_HUGE)
        return np.where(fewest < _HUGE, fewest, _most(up_to, room))

    def _whole(self, invoices: OldestFirst, room: Money, rate: Level) -> tuple[Money, Money]:
        """Face of each invoice that fits `room` by itself, and the advance on all up to it."""
        on_sale = self._on_sale(invoices)
        face = np.where(whole_down(on_sale * rate) <= room, on_sale, 0)
        return face, whole_down(np.cumsum(face, axis=0) * rate)

    def _on_sale(self, invoices: OldestFirst) -> Money:
        today = self._firm.clock.today
        on_sale = (invoices["due"] > today) & (invoices["until"] > today)
        if self._wait is not None:
            on_sale &= invoices["from"] <= today
        return np.where(on_sale, invoices["unsold"], 0)

    def _sell(self, invoices: OldestFirst, face: Money) -> Parts:
        """Take a face of each out of the book."""
        sold = invoices.take("unsold", face)
        due, until = sold["due"].astype(np.int64), sold["until"].astype(np.int64)
        self._on_offer.withdraw(sold.amount, np.minimum(due, until), sold.lanes)
        return Parts(sold.at, sold.lanes, sold.amount, sold.up_to, due, until, sold["fate"])


def _most(up_to: Money, room: Money) -> Money:
    """The largest advance within `room`, per lane; 0 where there is none."""
    most: Money = np.where(up_to <= room, up_to, 0).max(axis=0, initial=0)
    return most
