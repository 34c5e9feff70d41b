"""Rings over days: amounts by the day on which they will act, per lane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cashstress.errors import SimulationError

if TYPE_CHECKING:
    import numpy.typing as npt

    from cashstress.kernel.arrays import Days, Flags, Floats, Lanes, Money
    from cashstress.kernel.clock import Clock
    from cashstress.kernel.columns import Columns

__all__ = ["ArrivalRing", "DueRing"]

#: Of a row that holds no day: no day that anybody asks for, be it before the start.
_EMPTY = np.iinfo(np.int64).min
#: Share of the rows of a ledger that its bills use: 8 to 20 % in four examples.
_BILLED = 0.2


class ArrivalRing:
    """Amounts that arrive on a day of their own in each lane, and leave the ring when they do.

    Parameters
    ----------
    name : str
        Prefix of its column.
    days : int
        Longest time until arrival.
    dtype : dtype, optional
        Of the amounts; float64 for what is not yet rounded.
    """

    def __init__(
        self,
        name: str,
        columns: Columns,
        clock: Clock,
        *,
        days: int,
        dtype: npt.DTypeLike = np.int64,
    ) -> None:
        self.name, self._columns, self._clock, self._days = name, columns, clock, days
        self._rows = days + 1
        # Looked up instead of divided: a remainder costs as much as ten additions.
        self._row_of = np.arange(clock.horizon + self._rows + 1) % self._rows
        columns.add(name, dtype, fill=None, rows=self._rows)
        self._used = columns.add_common(f"{name}.used", np.zeros(self._rows, np.bool_))
        # Rows that have been used before; the others hold whatever was in the buffer.
        self._clean = columns.add_common(f"{name}.clean", np.zeros(self._rows, np.bool_))

    def add(self, amount: Money, day: int) -> None:
        """Add amounts (lanes,) that all arrive on `day`."""
        self._check(day, day)
        row = day % self._rows
        self._use(np.array([row]))
        self._columns[self.name][row] += amount

    def scatter(self, amount: Money, days: Days, lanes: Lanes | None = None) -> None:
        """Add amounts that arrive on one day per lane, or per entry of `lanes`."""
        if not len(days):
            return
        first, last = int(np.minimum.reduce(days)), int(np.maximum.reduce(days))
        self._check(first, last)
        ring = self._columns[self.name]
        width = ring.shape[1]
        self._use(self._row_of[first : last + 1])
        where = self._row_of.take(days)
        where *= width
        where += self._columns.everyone if lanes is None else lanes
        np.add.at(ring.reshape(-1), where, amount)

    def pile(self, amount: Money | Floats, days: Days, lanes: Lanes) -> None:
        """Add amounts one by one; a lane may come several times, in the order of its entries."""
        if not len(days):
            return
        self._check(int(days.min()), int(days.max()))
        ring = self._columns[self.name]
        rows = self._row_of.take(days)
        self._use(rows)
        np.add.at(ring.reshape(-1), rows * ring.shape[1] + lanes, amount)

    def arrivals(self, running: Flags | None = None) -> Any:
        """What arrives today, taken out of the ring; None when no lane expects anything.

        Parameters
        ----------
        running : bool array (lanes,), optional
            Lanes that can take it.  In the others it stays in the ring for ever, as their books
            stand still.
        """
        row = self._clock.today % self._rows
        if not self._used.item(row):
            return None
        self._used[row] = False
        waiting = self._columns[self.name][row]
        if running is None:
            amount = waiting.copy()
            waiting.fill(0)
            return amount
        amount = waiting * running
        waiting -= amount
        return amount

    def until(self, last: int) -> Money:
        """What arrives after today and until `last`, per lane."""
        today = self._clock.today
        days = np.arange(today + 1, min(last, today + self._days) + 1) % self._rows
        total: Money = self._columns[self.name][days[self._used[days]]].sum(axis=0, dtype=np.int64)
        return total

    def is_empty(self) -> bool:
        """Whether no lane expects anything."""
        return 1 not in self._used.tobytes()

    @property
    def total(self) -> Money:
        """All that is still to come, per lane."""
        ring = self._columns[self.name]
        total = np.zeros(ring.shape[1], np.int64)
        for row in self._clean.nonzero()[0]:
            total += ring[row]
        return total

    def _use(self, rows: npt.NDArray[np.intp]) -> None:
        """Something is put into these rows: clear those that were never used."""
        self._used[rows] = True
        if 0 in self._clean.tobytes():
            new = rows[~self._clean[rows]]
            self._columns[self.name][new] = 0
            self._clean[new] = True

    def _check(self, first: int, last: int) -> None:
        today = self._clock.today
        if first < today or last > today + self._days:
            msg = f"{self.name}: days {first} to {last} do not fit a ring of {self._days} days"
            raise SimulationError(msg, day=today)


class DueRing:
    """Amounts by due day, kept after they fell due, with a running sum of what lies just ahead.

    Parameters
    ----------
    name : str
        Prefix of its columns.
    term, age : int
        Days kept ahead of today and behind it.
    window : int
        Days of the running sum `ahead`.
    ahead : str, optional
        Column of the running sum; rings that name the same column share one sum.
    """

    def __init__(
        self,
        name: str,
        columns: Columns,
        clock: Clock,
        *,
        term: int,
        age: int,
        window: int,
        ahead: str | None = None,
    ) -> None:
        self.name, self._columns, self._clock = name, columns, clock
        self._term, self._window = term, window
        self._rows, self._age = term + age + 2, age
        self._ahead, self._column = ahead or f"{name}.ahead", f"{name}.ring"
        # A row is cleared when its day is first billed for, and few days are billed for.
        columns.add(self._column, np.int64, fill=None, rows=self._rows, used=_BILLED)
        if self._ahead not in columns:
            columns.add(self._ahead, np.int64)
        # The day that each row holds; and by day, one in place of another, its row if it has any.
        self._stamps = columns.add_common(f"{name}.stamps", np.full(self._rows, _EMPTY, np.int64))
        self._row_of = columns.add_common(f"{name}.row_of", np.zeros(self._rows, np.int64))
        self._opened = columns.add_common(f"{name}.opened", np.full(1, clock.today - 1, np.int64))

    @property
    def ahead(self) -> Money:
        """What falls due in the `window` days after the last opened day, per lane."""
        return self._columns[self._ahead]

    @property
    def opened(self) -> int:
        """The last day that was opened."""
        return int(self._opened.item(0))

    def add(self, amount: Money, due: int) -> None:
        """Add amounts (lanes,) due on one day, today or later."""
        row = self._row(due)
        self._ring[row] += amount
        opened = self.opened
        if opened < due <= opened + self._window:
            ahead = self.ahead
            ahead += amount

    def withdraw(self, amount: Money, due: Days) -> None:
        """Take back amounts added for one due day per lane, all after today."""
        lanes = np.flatnonzero(amount)
        self._ring[self._row_of[due[lanes] % self._rows], lanes] -= amount[lanes]
        near = lanes[due[lanes] <= self.opened + self._window]
        self.ahead[near] -= amount[near]

    def withdraw_from(self, lanes: Lanes, amount: Money, due: Days) -> None:
        """The same for single entries, of which a lane may have several."""
        np.subtract.at(self._ring, (self._row_of[due % self._rows], lanes), amount)
        near = due <= self.opened + self._window
        np.subtract.at(self.ahead, lanes[near], amount[near])

    def open_day(self) -> Money | None:
        """Let today's amounts fall due; call it once every day.  None when there are none."""
        today = self._clock.today
        due = self.on(today)
        self._opened[0] = today
        if self._window:
            entering, ahead = self.on(today + self._window), self.ahead
            if due is not None:
                ahead -= due
            if entering is not None:
                ahead += entering
        return due

    def on(self, day: int) -> Money | None:
        """The amounts of one day (a view), or None when no lane has any."""
        row = self._row_of.item(day % self._rows)
        if self._stamps.item(row) != day:
            return None
        amounts: Money = self._ring[row]
        return amounts

    def of(self, days: Days, lanes: Lanes) -> Money:
        """The amounts of a day per entry of `lanes`, or of several: (days, entries)."""
        rows = self._row_of[days % self._rows]
        return np.where(self._stamps[rows] == days, self._ring[rows, lanes], 0)

    def days_opened(self) -> Days:
        """Due days remembered that were opened and had bills in some lane, in order."""
        opened = self._stamps <= self.opened
        days: Days = np.sort(self._stamps[opened & (self._stamps != _EMPTY)])
        return days

    def opened_after(self, day: int, lanes: Lanes) -> Money:
        """Sum of the opened amounts of all days after `day`, per entry of `lanes`."""
        total = np.zeros(len(lanes), np.int64)
        for row in ((self._stamps > day) & (self._stamps <= self.opened)).nonzero()[0]:
            total += self._ring[row][lanes]
        return total

    def recent(self, days: int, lanes: Lanes) -> Money:
        """Sum of what fell due in the last `days` days, today included once it is opened.

        One amount for each entry of `lanes`.
        """
        total = np.zeros(len(lanes), np.int64)
        for day in range(self._clock.today - days + 1, self.opened + 1):
            row = self.on(day)
            if row is not None:
                total += row[lanes]
        return total

    def later(self) -> Money:
        """Sum of what falls due after the last opened day."""
        rows = np.flatnonzero(self._stamps > self.opened)
        total: Money = self._ring[rows].sum(axis=0, dtype=np.int64)
        return total

    @property
    def _ring(self) -> Money:
        return self._columns[self._column]

    def _row(self, due: int) -> int:
        """The row of day `due`: if it has none yet, the first that holds no day which matters.

        So the few days that are billed for share few rows, and the others cost no memory.
        """
        today, stamps = self._clock.today, self._stamps
        if not today <= due <= today + self._term:
            msg = f"{self.name}: a bill due on day {due} does not fit its ledger on day {today}"
            raise SimulationError(msg, day=today)
        row: int = self._row_of.item(due % self._rows)
        if stamps.item(row) != due:
            row = int((stamps < today - self._age - 1).argmax())
            self._ring[row].fill(0)
            stamps[row], self._row_of[due % self._rows] = due, row
        return row
