"""What a replayed replication lived through, as objects: events, and what each day looked like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["Day", "Due", "Event", "Late", "LineState"]


@attrs.frozen(kw_only=True)
class Event:
    """Something that happened on a day.

    Attributes
    ----------
    day : int
        From the start.
    date : datetime.date
    phase : str
        Part of the day.
    kind : str
        As ``"line_closed"``, ``"drawing_refused"``, ``"hold_began"``.
    subject : str
        Shock, line, supplier or customer it is about, by its name in the scenario; may be empty.
    text : str
        The same as a sentence.
    amount : int or None
        Minor units, where there is an amount.
    """

    day: int
    date: dt.date
    phase: str
    kind: str
    subject: str
    text: str
    amount: int | None = None


@attrs.frozen(kw_only=True)
class Due:
    """What one creditor was owed in the morning of the paying, and got.

    Attributes
    ----------
    name : str
        The creditor, to read.
    amount, paid : int
        Due or overdue before SETTLE, and paid in it; minor units.
    days_past_due : int
        Age of the oldest bill.
    may_wait : int
        What of it the policy lets wait, minor units.
    whole : bool
        Whether a bill is paid in full or not at all, and cash is kept for it.
    """

    name: str
    amount: int
    paid: int
    days_past_due: int
    may_wait: int
    whole: bool

    @property
    def left(self) -> int:
        """What stayed unpaid, minor units."""
        return self.amount - self.paid


@attrs.frozen(kw_only=True)
class Late:
    """A customer's invoices that were past due and not in.

    Attributes
    ----------
    customer : str
    amount : int
        Minor units.
    invoices : int
    oldest : int
        Day on which the oldest was expected; before 0 for one of before the start.
    disputed, soon : int
        What of it was disputed, and what came in the 14 days that followed; minor units.
    """

    customer: str
    amount: int
    invoices: int
    oldest: int
    disputed: int
    soon: int


@attrs.frozen(kw_only=True)
class LineState:
    """A line before the treasury asks it.

    Attributes
    ----------
    name : str
    limit, drawn, pending, headroom : int
        Minor units; what is pending is approved and on its way.
    causes : tuple of str
        Why it is closed; empty for open.
    closed_since : int or None
        Day on which it closed.
    refused_until : int
        First day on which it may be asked again after a refusal; 0 for any.
    """

    name: str
    limit: int
    drawn: int
    pending: int
    headroom: int
    causes: tuple[str, ...]
    closed_since: int | None
    refused_until: int


@attrs.frozen(kw_only=True)
class Day:
    """One day in figures, minor units.

    Attributes
    ----------
    day : int
    date : datetime.date
    banks_open : bool
    opening_cash, received, borrowed, paid, closing_cash : int
        Cash in the morning, from customers and others, from lines, all payments, at the end.
    due : tuple of Due
    required, gap, gap_ahead : int
        What the treasury knew when it went to borrow: what has to be paid today; what is missing
        for it and the floor (0 for nothing); and at the end of its look-ahead.
    look_ahead : int
        Days of that.
    floor : int
        Cash that the treasury wants to keep.
    cash_orders : int
        Asked for by suppliers who want cash today.
    late : tuple of Late
    lines : tuple of LineState
    unpaid : int
        Due or overdue at the end, and not let wait by policy.
    headroom : int
        Drawable at the end.
    """

    day: int
    date: dt.date
    banks_open: bool
    opening_cash: int
    received: int
    borrowed: int
    paid: int
    closing_cash: int
    due: tuple[Due, ...]
    required: int
    gap: int
    gap_ahead: int
    look_ahead: int
    floor: int
    cash_orders: int
    late: tuple[Late, ...]
    lines: tuple[LineState, ...]
    unpaid: int
    headroom: int

    @property
    def liquidity(self) -> int:
        """Cash and headroom less what is unpaid, at the end."""
        return self.closing_cash + self.headroom - self.unpaid
