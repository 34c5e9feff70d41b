"""What is owed: exact first-in-first-out by due day, per lane, with partial payment and ageing.

Under first-in-first-out payment the unpaid part is always the most recent bills.  So besides the
ring of bills by due day a lane needs only its oldest unpaid due day and what is left of that day's
bills, and these two move only in lanes that pay in part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cashstress.errors import ConservationError
from cashstress.kernel.rings import DueRing

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Days, Lanes, Money
    from cashstress.kernel.clock import Clock
    from cashstress.kernel.columns import Columns

__all__ = ["Cursor", "Obligations", "share_out"]


class Obligations:
    """One ledger of bills, for all lanes.

    Parameters
    ----------
    name : str
        Prefix of its columns.
    columns, clock
        Of the world it lives in.
    term : int
        Longest time from billing to the due day, days.
    age : int
        Longest age that matters, days past due.  Older debt keeps its total and shows this age.
    window : int, optional
        Days of look-ahead kept as a running sum, see `ahead`.
    ahead : str, optional
        Column of that sum; ledgers that name the same column share one.
    """

    def __init__(
        self,
        name: str,
        columns: Columns,
        clock: Clock,
        *,
        term: int,
        age: int,
        window: int = 0,
        ahead: str | None = None,
    ) -> None:
        self.name = name
        self._columns, self._clock, self._age = columns, clock, age
        self._bills = DueRing(name, columns, clock, term=term, age=age, window=window, ahead=ahead)
        parts = tuple(f"{name}.{part}" for part in ("owed", "oldest", "head"))
        self._owed_column, self._oldest_column, self._head_column = parts
        for part in parts:
            columns.add(part, np.int64)
        # Whether any lane owes something, and which lanes; None where somebody must look.
        self._owes: bool | None = None
        self._owing: Lanes | None = None

    @property
    def owed(self) -> Money:
        """Due or overdue and unpaid, per lane."""
        return self._columns[self._owed_column]

    @property
    def ahead(self) -> Money:
        """What falls due in the `window` days after the last opened day, per lane."""
        return self._bills.ahead

    @property
    def total(self) -> Money:
        """All that is billed and unpaid, due or not, per lane."""
        return self.owed + self._bills.later()

    def bill(self, amount: Money, due: int | Days) -> None:
        """Add bills; `due` is one day for all lanes or one per lane, today or later.

        Raises
        ------
        SimulationError
            A due day before today, or beyond the longest term.
        """
        if isinstance(due, np.ndarray):
            for day in np.unique(due):
                self.bill(np.where(due == day, amount, 0), int(day))
            return
        self._bills.add(amount, due)
        if due <= self._bills.opened:
            self._fall_due(amount, due)

    def withdraw(self, amount: Money, due: Days) -> None:
        """Take back bills that are not yet due (paid early), one due day per lane."""
        self._bills.withdraw(amount, due)

    def open_day(self) -> None:
        """Let today's bills fall due; call it once every day."""
        due = self._bills.open_day()
        if due is not None:
            self._fall_due(due, self._clock.today)

    def due_on(self, day: int) -> Money | None:
        """Bills of one due day, paid or not, while the ring remembers it; None for no bills."""
        return self._bills.on(day)

    def has_due(self) -> bool:
        """Whether any lane owes something now."""
        if self._owes is None:
            # Nothing owed is negative: the largest answers faster than a look at every one.
            self._owes = bool(np.maximum.reduce(self.owed, initial=0))
        return self._owes

    def owing(self) -> Lanes:
        """The lanes that owe something now; not to be written to."""
        if self._owing is None:
            self._owing = (self.owed > 0).nonzero()[0]
        return self._owing

    def forget(self) -> None:
        """Look again: what is owed has changed, or the lanes were replaced."""
        self._owes = self._owing = None

    def pay(self, amount: Money, lanes: Lanes | slice = slice(None)) -> None:
        """Pay `amount` (0 <= amount <= owed), oldest first, in all lanes or in `lanes`."""
        column = self.owed
        owed = column[lanes] - amount
        column[lanes] = owed
        self.forget()
        partly = ((owed > 0) & (amount > 0)).nonzero()[0]
        if partly.size:
            self._settle(partly if isinstance(lanes, slice) else lanes[partly], amount[partly])

    def pay_off(self, amount: Money) -> None:
        """Pay, per lane, all that is owed or nothing."""
        owed = self.owed
        owed -= amount
        self.forget()

    def days_past_due(self, lanes: Lanes | slice = slice(None)) -> Days:
        """Age of the oldest unpaid bill, 0 where nothing is owed; at most the longest age.

        Parameters
        ----------
        lanes : index array, optional
            Only these lanes; by default all.
        """
        age = self._clock.today - self._oldest[lanes]
        past_due: Days = np.minimum(age, self._age) * (self.owed[lanes] > 0)
        return past_due

    def oldest_due(self) -> Days:
        """Due day of the oldest unpaid bill, per lane (meaningless where nothing is owed)."""
        return np.maximum(self._oldest, self._clock.today - self._age)

    def oldest_amount(self, lanes: Lanes) -> Money:
        """What is left of the bills of the oldest unpaid due day, for `lanes` that owe."""
        self._merge_beyond_age(lanes, self.owed[lanes])
        left: Money = self._head[lanes]
        return left

    def owed_longer_than(self, days: int, lanes: Lanes | slice = slice(None)) -> Money:
        """The part of `owed` that is at least `days` past due, a copy.

        Unpaid bills are the most recent ones, so it is what exceeds the bills of the last `days`
        days.  Only lanes whose oldest bill is that old are looked at: most have none.

        Parameters
        ----------
        days : int
        lanes : index array, optional
            Only these lanes; by default all.
        """
        owed = self.owed[lanes]
        # Debt beyond the longest age may have been merged into one bill of that age.
        age = min(days, self._age)
        late = (owed > 0) & (self._oldest[lanes] <= self._clock.today - age)
        older: Money = np.zeros(len(owed), np.int64)
        some = late.nonzero()[0]
        if some.size:
            where = some if isinstance(lanes, slice) else lanes[some]
            older[some] = np.maximum(owed[some] - self._bills.recent(days, where), 0)
        return older

    @property
    def _oldest(self) -> Days:
        return self._columns[self._oldest_column]

    @property
    def _head(self) -> Money:
        return self._columns[self._head_column]

    def _fall_due(self, amount: Money, day: int) -> None:
        owed, oldest, head = self.owed, self._oldest, self._head
        if not self.has_due():
            # Nobody owed anything before: the bills of today are all there is.
            oldest[...], head[...], owed[...] = day, amount, amount
            self.forget()
            return
        # Most lanes owe nothing from before: theirs is overwritten, that of the others put back.
        lanes = self.owing()
        before, left = oldest[lanes], head[lanes]
        oldest[...], head[...] = day, amount
        oldest[lanes], head[lanes] = before, left + amount[lanes] * (before == day)
        owed += amount
        self.forget()

    def cursor(self, lanes: Lanes) -> Cursor:
        """A look through the unpaid bills of `lanes`, oldest first, that changes nothing."""
        self._merge_beyond_age(lanes, self.owed[lanes])
        return Cursor(lanes, self._bills, self.owed[lanes], self._oldest[lanes], self._head[lanes])

    def _settle(self, lanes: Lanes, paid: Money) -> None:
        """Walk the lanes that paid in part on to their new oldest unpaid day."""
        owed = self.owed[lanes] + paid
        self._merge_beyond_age(lanes, owed)
        walk = Cursor(lanes, self._bills, owed, self._oldest[lanes], self._head[lanes])
        walk.pay(paid, np.arange(len(lanes)))
        self._oldest[lanes], self._head[lanes] = walk.oldest, walk.head

    def _merge_beyond_age(self, lanes: Lanes, owed: Money) -> None:
        """Treat everything older than the longest age as one bill of that age."""
        limit = self._clock.today - self._age
        old = self._oldest[lanes] < limit
        if not old.any():
            return
        lanes, owed = lanes[old], owed[old]
        # Up to the last opened day: bills that are to fall due later today are not yet owed.
        owed = owed - self._bills.opened_after(limit, lanes)
        self._oldest[lanes] = limit
        self._head[lanes] = owed


#: Due days that a walk looks at together: on most of them only other lanes were billed.
_STEPS: Final = np.arange(8)[:, np.newaxis]
#: Later than any due day.
_NEVER: Final = 2**40


class Cursor:
    """The oldest unpaid bills of some lanes, and how paying moves them on.

    Attributes
    ----------
    owed, head : int64 arrays (of the lanes), minor units
        All that is owed, and what is left of the oldest due day's bills.
    oldest : int64 array
        That due day (meaningless where nothing is owed).
    """

    def __init__(
        self, lanes: Lanes, bills: DueRing, owed: Money, oldest: Days, head: Money
    ) -> None:
        self._lanes, self._bills = lanes, bills
        # Sought once, by the first lane that goes on to another day: most never do.
        self._days: Days | None = None
        self.owed, self.oldest, self.head = owed, oldest, head

    def pay(self, amount: Money, at: Lanes) -> None:
        """Pay `amount` (at most `owed`) at the places `at`, over as many due days as it must."""
        rest = amount
        while at.size:
            used = np.minimum(self.head[at], rest)
            self.head[at] -= used
            self.owed[at] -= used
            rest = rest - used
            on = ((self.head[at] == 0) & (self.owed[at] > 0)).nonzero()[0]
            at, rest = at[on], rest[on]
            if at.size:
                self._walk_on(at)

    def _walk_on(self, at: Lanes) -> None:
        """Go to the next due day on which the lane was billed, or to the last one looked at."""
        if self._days is None:
            self._days = self._bills.days_opened()
        opened = self._days
        place = opened.searchsorted(self.oldest[at], side="right")
        if np.maximum.reduce(place) == len(opened):
            # Nothing owed falls due after the last opened day: on a bug, do not walk for ever.
            lane = at[place.argmax()]
            msg = f"{self._bills.name}, lane {self._lanes[lane]}: {self.owed[lane]} owed"
            raise ConservationError(msg + ", but no unpaid bill holds it")
        days = opened[np.minimum(place + _STEPS, len(opened) - 1)]
        amounts = self._bills.of(days, self._lanes[at])
        billed = amounts > 0
        chosen = np.where(billed.any(axis=0), billed.argmax(axis=0), len(_STEPS) - 1)
        each = np.arange(len(at))
        self.oldest[at], self.head[at] = days[chosen, each], amounts[chosen, each]


def share_out(cursors: list[Cursor], cash: Money) -> list[Money]:
    """Pay the oldest due day over several ledgers, then the next, until the cash is gone.

    On one due day the first ledger comes first.

    Parameters
    ----------
    cursors : list of Cursor
        One per ledger, of the same lanes; they are moved on.
    cash : int64 array (of the lanes), minor units
        In every lane more is owed than this.

    Returns
    -------
    list of int64 arrays (of the lanes), minor units
        What each ledger gets.
    """
    paid, left = [np.zeros(len(cash), np.int64) for _ in cursors], cash.copy()
    oldest = np.array([np.where(c.owed > 0, c.oldest, _NEVER) for c in cursors])
    at = left.nonzero()[0]
    while at.size:
        first = oldest[:, at].argmin(axis=0)
        for index in np.unique(first):
            cursor, here = cursors[index], at[first == index]
            amount = np.minimum(cursor.head[here], left[here])
            cursor.pay(amount, here)
            oldest[index, here] = np.where(cursor.owed[here] > 0, cursor.oldest[here], _NEVER)
            paid[index][here] += amount
            left[here] -= amount
        at = at[left[at] > 0]
    return paid
