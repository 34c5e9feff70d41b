"""Loans repaid in monthly instalments: rings of future principal by due month, accrued by the day.

Drawings whose due days share a nominal day of the month form a *group*.  All drawings of a group
fall due together, so a lane needs, per group, the principal due in each coming month, the
rate-weighted principal that earns interest, and the interest accrued since the last due day.
Interest is never scheduled: it accrues on the end-of-day balance (算头不算尾: the drawing day
counts, the due day does not) and is rounded once, when it falls due.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import attrs
import numpy as np

from cashstress.kernel.money import to_money

if TYPE_CHECKING:
    import numpy.typing as npt

    from cashstress.kernel.arrays import Level
    from cashstress.kernel.clock import Clock
    from cashstress.kernel.columns import Columns

__all__ = ["EMPTY", "InstalmentRing", "Repayment", "principal_parts"]

#: The due day of a row that holds nothing.
EMPTY = -1

Repayment = Literal["equal_instalment", "equal_principal", "interest_first", "bullet"]


def principal_parts(
    amount: npt.NDArray[np.int64],
    rate: Level,
    periods: npt.NDArray[np.int64],
    repayment: Repayment,
) -> npt.NDArray[np.int64]:
    """The principal in each instalment of a drawing; the last one takes the residue.

    Parameters
    ----------
    amount : int64 array (drawings,), minor units
    rate : number or float64 array (drawings,), per day, as a fraction
    periods : int array (instalments,)
        Interest days of each period.
    repayment : {"equal_instalment", "equal_principal", "interest_first", "bullet"}
        等额本息 (level on actual days), 等额本金, 先息后本; 到期一次还本付息 (see `BulletRing`).

    Returns
    -------
    int64 array (instalments, drawings), minor units; columns sum to `amount`.

    Examples
    --------
    >>> import numpy as np
    >>> periods = np.array([30, 31, 30])
    >>> principal_parts(np.array([1000]), np.array([0.0]), periods, "equal_instalment").T
    array([[333, 333, 334]])
    """
    parts = np.zeros((len(periods), len(amount)), np.int64)
    if repayment == "equal_principal":
        share = to_money(amount / len(periods))
        # A few cents, rounded up each time, may run out before the last instalment.
        left = amount - np.multiply.outer(np.arange(len(periods) - 1), share)
        parts[:-1] = np.clip(left, 0, share)
    elif repayment == "equal_instalment":
        _level_parts(parts, amount, rate, periods)
    parts[-1] = amount - parts[:-1].sum(axis=0)
    return parts


def _level_parts(
    parts: npt.NDArray[np.int64],
    amount: npt.NDArray[np.int64],
    rate: Level,
    periods: npt.NDArray[np.int64],
) -> None:
    """Cents as a lender counts them: instalment and interest rounded, principal is the rest."""
    cost = [days * rate for days in periods.tolist()]
    growth: Level = 1.0
    annuity: Level = 0.0
    # Multiplied and added up in order, for one rate as for many.
    for factor in cost:
        growth = growth * (1.0 + factor)
        annuity = annuity + 1.0 / growth
    level = to_money(amount / annuity)
    balance = amount.copy()
    for part, factor in zip(parts[:-1], cost, strict=False):
        interest = to_money(balance * factor)
        np.minimum(np.maximum(level - interest, 0), balance, out=part)
        balance -= part


@attrs.frozen
class Calendar:
    """Due days of the instalment groups.

    Attributes
    ----------
    due : int64 array (groups, months)
        Due day of each group in each calendar month from the start month on (may lie before day 0).
    month : int64 array (days,)
        Calendar month, counted from the start month, of each day.
    count : int64 array (days,)
        Interest-day number of each day; the difference of two is the days between them under the
        rate's basis (actual days, or 30/360).
    """

    due: npt.NDArray[np.int64]
    month: npt.NDArray[np.int64]
    count: npt.NDArray[np.int64]


class InstalmentRing:
    """Open principal of one channel, not yet due, and the interest accruing on it.

    Parameters
    ----------
    name : str
        Prefix of its columns.
    months : int
        Longest tenor.
    calendar : Calendar
    window : int
        Days of look-ahead, see `ahead`.
    """

    _PARTS: ClassVar[tuple[str, ...]] = ("principal", "earning", "daily", "accrued")

    def __init__(
        self,
        name: str,
        columns: Columns,
        clock: Clock,
        calendar: Calendar,
        *,
        months: int,
        window: int = 0,
    ) -> None:
        self.name, self._columns, self._clock = name, columns, clock
        self._calendar, self._window = calendar, window
        self._groups = len(calendar.due)
        self._months = months + 2
        rows = self._groups * self._months
        columns.add(f"{name}.principal", np.int64, rows=rows)
        columns.add(f"{name}.earning", np.float64, rows=rows)
        columns.add(f"{name}.balance", np.int64)
        self._add_interest_columns(rows)
        # The due day whose principal a row holds; nothing is due before the first day.
        columns.add_common(f"{name}.due", np.full(rows, EMPTY, np.int64))
        self._groups_by_day = _groups_by_day(calendar)

    def _add_interest_columns(self, rows: int) -> None:
        """Interest of a group is one amount: it is all asked for on each of its due days."""
        del rows
        columns, name = self._columns, self.name
        columns.add(f"{name}.daily", np.float64, rows=self._groups)
        columns.add(f"{name}.accrued", np.float64, rows=self._groups)
        columns.add(f"{name}.since", np.int64, rows=self._groups)
        # Lanes share a group's due days, but a lane pays interest from its own first one on.
        columns.add(f"{name}.first", np.int32, rows=self._groups)

    @property
    def balance(self) -> npt.NDArray[np.int64]:
        """Principal not yet due, per lane, minor units."""
        return self._columns[f"{self.name}.balance"]

    def draw(
        self,
        lanes: npt.NDArray[np.intp],
        amount: npt.NDArray[np.int64],
        rate: Level,
        *,
        group: int,
        months: int,
        repayment: Repayment,
        begin: int = 1,
    ) -> None:
        """Add one drawing per lane of `lanes`, made today, due over `months` months of `group`.

        Parameters
        ----------
        lanes : index array (drawings,)
        amount : int64 array (drawings,), minor units
        rate : number or float64 array (drawings,), per day, as a fraction
        group : int
            Row of the calendar's due days.
        begin : int, optional
            Months from the current one to the first due day: 0 for a loan made before, whose next
            due day lies in this month.
        """
        today = self._clock.today
        self._accrue(group, lanes)
        first = int(self._calendar.month[today]) + begin
        due = self._calendar.due[group, first : first + months]
        count = self._calendar.count
        periods = np.diff(count[due], prepend=count[today])
        parts = principal_parts(amount, rate, periods, repayment)
        rows = np.array([self._row(group, month) for month in range(first, first + months)])
        owing = (self._column("principal")[self._rows(group)].take(lanes, axis=1) > 0).any(axis=0)
        owing |= self._column("accrued")[group].take(lanes) > 0.0
        self._column("first")[group][lanes[~owing]] = due[0]
        at = self._places(rows, lanes)
        principal, earning = self._flat("principal"), self._flat("earning")
        principal[at] = principal.take(at) + parts
        earning[at] = earning.take(at) + parts * rate
        self._add_up_daily(group, lanes)
        self.balance[lanes] += amount
        self._due[rows] = due

    def groups_due(self) -> list[int]:
        """Groups with an instalment due today."""
        today = self._clock.today
        return [
            group
            for group in self._groups_by_day.get(today, ())
            if self._due[self._row_today(group)] == today
        ]

    def due_today(self, group: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Take out what falls due in `group` today.

        Returns
        -------
        principal, interest : int64 arrays (lanes,), minor units
        """
        row = self._row_today(group)
        billed = self._column("first")[group] <= self._clock.today
        # Only there: interest added up in two steps is not the same to the last bit, and whether
        # other lanes have something due today must not matter.
        self._accrue(group, np.flatnonzero(billed))
        accrued = self._column("accrued")[group]
        interest = to_money(accrued * billed)
        accrued *= ~billed
        principal = self._column("principal")[row].copy()
        self._column("principal")[row] = 0
        self._column("earning")[row] = 0.0
        self._due[row] = EMPTY
        self.balance[...] -= principal
        self._column("daily")[group] = _added_up(self._column("earning")[self._rows(group)])
        return principal, interest

    def due_now(self, group: int) -> npt.NDArray[np.int64]:
        """Principal that falls due in `group` today, per lane, before it is taken out."""
        due: npt.NDArray[np.int64] = self._column("principal")[self._row_today(group)]
        return due

    def coming(self, days: int) -> list[tuple[int, int]]:
        """Due day and row of what falls due within `days` days, today not counted, soonest first.

        Lanes share the rows: in one lane a row may hold nothing.
        """
        today = self._clock.today
        rows = np.flatnonzero((self._due > today) & (self._due <= today + days))
        found = [(int(self._due[row]), int(row)) for row in rows]
        return sorted(found)

    def row_due_now(self, group: int) -> int:
        """Row whose principal falls due in `group` today."""
        return self._row_today(group)

    def days_asked_for_after(self, row: int, due: int, until: int) -> int:
        """Interest days from a due day to the last one of its group up to `until`."""
        later = self._calendar.due[row // self._months]
        last = int(later[later <= until].max())
        return int(self._calendar.count[last] - self._calendar.count[due])

    def principal_of(self, row: int) -> npt.NDArray[np.int64]:
        """Principal in a row, per lane."""
        principal: npt.NDArray[np.int64] = self._column("principal")[row]
        return principal

    def postpone(
        self,
        lanes: npt.NDArray[np.intp],
        amount: npt.NDArray[np.int64],
        rate: npt.NDArray[np.float64],
        *,
        group: int,
        months: int,
    ) -> None:
        """Move principal that falls due in `group` today to the due day `months` months later.

        Call it before `due_today`, which then asks for what is left and for all interest up to
        today.  In the months between only interest is due.

        Parameters
        ----------
        lanes : index array
        amount : int64 array, minor units, 0 < amount <= principal due today
        rate : float64 array, per day, as a fraction
            What the principal moved earns from today on.
        months : int
            At least 1, at most the longest tenor.
        """
        self._accrue(group, lanes)
        here, next_month = self._row_today(group), int(self._calendar.month[self._clock.today]) + 1
        later = range(next_month, next_month + months)
        self._move(lanes, amount, rate, here=here, there=self._row(group, later[-1]))
        self._due[[self._row(group, month) for month in later]] = self._calendar.due[group, later]

    def _move(
        self,
        lanes: npt.NDArray[np.intp],
        amount: npt.NDArray[np.int64],
        rate: npt.NDArray[np.float64],
        *,
        here: int,
        there: int,
    ) -> None:
        """Move principal between rows; its interest so far stays where it is."""
        principal, earning = self._column("principal"), self._column("earning")
        old = principal[here, lanes]
        earning[here, lanes] *= (old - amount) / old
        principal[here, lanes] = old - amount
        principal[there, lanes] += amount
        earning[there, lanes] += amount * rate

    def interest_to_repay(
        self, lanes: npt.NDArray[np.intp], principal: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        """Interest to be paid with an early repayment of `principal` today (利随本清).

        It is the interest accrued on the part repaid; the rest stays with its due days.
        """
        accrued = _added_up(self._accrued_now(lanes))
        balance = self.balance[lanes]
        share = np.divide(principal, balance, out=np.zeros(len(lanes)), where=balance > 0)
        return to_money(accrued * share)

    def prepay(
        self,
        lanes: npt.NDArray[np.intp],
        principal: npt.NDArray[np.int64],
        *,
        shorten: bool = False,
    ) -> None:
        """Repay principal early; its interest is `interest_to_repay`, read before.

        Parameters
        ----------
        lanes : index array
        principal : int64 array, minor units, 0 < principal <= balance
        shorten : bool
            Drop the last principal first (缩短期限) instead of scaling all that remains (减少月供).
        """
        rows = self._rows_by_due_day()
        groups = np.unique(rows // self._months)
        for group in groups:
            self._accrue(group, lanes)
        balance = self.balance[lanes]
        rest = balance - principal
        share = rest / balance
        self._column("accrued")[:, lanes] *= share
        at = self._places(rows, lanes)
        held, earning = self._flat("principal"), self._flat("earning")
        old = held.take(at)
        so_far = old.copy()
        for before, here in pairwise(so_far):
            np.add(before, here, out=here)
        kept = np.minimum(so_far, rest) if shorten else to_money(so_far * share)
        new = np.diff(kept, axis=0, prepend=0)
        held[at] = new
        ratio = np.divide(new, old, out=np.zeros(new.shape), where=old > 0)
        earning[at] = earning.take(at) * ratio
        self.balance[lanes] = rest
        for group in groups:
            self._add_up_daily(group, lanes)

    def ahead(self, until: int | None = None) -> npt.NDArray[np.int64]:
        """Principal and interest that fall due after today, per lane, minor units.

        Exactly what will fall due if nothing is drawn or repaid before.

        Parameters
        ----------
        until : int, optional
            Last day; by default the last of the next `window` days.
        """
        last = self._clock.today + self._window if until is None else until
        rows = np.flatnonzero((self._due > self._clock.today) & (self._due <= last))
        if not rows.size:
            return np.zeros(self._columns.lanes, np.int64)
        groups = np.unique(rows // self._months)
        # From the calendar and not from the ring, where other lanes may have later due days.
        due = self._calendar.due[groups]
        last_day = np.where(due <= last, due, EMPTY).max(axis=1)
        days = self._calendar.count[last_day][:, None] - self._column("since")[groups]
        interest = self._column("accrued")[groups] + self._column("daily")[groups] * days
        interest *= self._column("first")[groups] <= last_day[:, None]
        interest = _added_up(interest) - self._stops_earning(rows, groups, last_day)
        principal: npt.NDArray[np.int64] = self._column("principal")[rows].sum(axis=0)
        return principal + to_money(interest)

    def _stops_earning(
        self,
        rows: npt.NDArray[np.intp],
        groups: npt.NDArray[np.intp],
        last_day: npt.NDArray[np.int64],
    ) -> npt.NDArray[np.float64]:
        """Interest that principal due in `rows` no longer earns before its group's last due day."""
        until = last_day[np.searchsorted(groups, rows // self._months)]
        days = self._calendar.count[until] - self._calendar.count[self._due[rows]]
        early = days > 0
        return _added_up(days[early][:, None] * self._column("earning")[rows[early]])

    def write_off(self, lanes: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
        """Remove everything in `lanes`, with its interest; returns the principal removed."""
        gone = self.balance[lanes].copy()
        for part in self._PARTS:
            self._column(part)[:, lanes] = 0
        self.balance[lanes] = 0
        return gone

    @property
    def rows(self) -> int:
        """How many due days it can hold, over all groups."""
        return self._groups * self._months

    @property
    def total(self) -> npt.NDArray[np.int64]:
        """Sum of the ring, for the audit: always equal to `balance`."""
        total: npt.NDArray[np.int64] = self._column("principal").sum(axis=0, dtype=np.int64)
        return total

    @property
    def _due(self) -> npt.NDArray[np.int64]:
        return self._columns.common(f"{self.name}.due")

    def _column(self, part: str) -> npt.NDArray[Any]:
        return self._columns[f"{self.name}.{part}"]

    def _flat(self, part: str) -> npt.NDArray[Any]:
        flat: npt.NDArray[Any] = self._column(part).reshape(-1)
        return flat

    def _places(
        self, rows: npt.NDArray[np.intp], lanes: npt.NDArray[np.intp]
    ) -> npt.NDArray[np.intp]:
        """Where rows and lanes meet in a flat column: much quicker than two indices."""
        places: npt.NDArray[np.intp] = rows[:, None] * self._columns.lanes + lanes
        return places

    def _row(self, group: int, month: int) -> int:
        return group * self._months + month % self._months

    def _rows(self, group: int) -> slice:
        return slice(group * self._months, (group + 1) * self._months)

    def _row_today(self, group: int) -> int:
        return self._row(group, int(self._calendar.month[self._clock.today]))

    def _rows_by_due_day(self) -> npt.NDArray[np.intp]:
        """Rows that hold principal still to fall due, soonest first (by group on one day)."""
        rows = np.flatnonzero(self._due > self._clock.today)
        return rows[np.argsort(self._due[rows], kind="stable")]

    def _accrue(self, group: int, lanes: npt.NDArray[np.intp] | slice) -> None:
        """Bring the accrued interest of a group up to today."""
        count = self._calendar.count[self._clock.today]
        since, daily = self._column("since")[group], self._column("daily")[group]
        self._column("accrued")[group][lanes] += daily[lanes] * (count - since[lanes])
        since[lanes] = count

    def _add_up_daily(self, group: int, lanes: npt.NDArray[np.intp]) -> None:
        """Interest of a day, always added up over the same rows in the same order."""
        earning = self._column("earning")[self._rows(group)]
        self._column("daily")[group][lanes] = _added_up(earning.take(lanes, axis=1))

    def _accrued_now(self, lanes: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        days = self._calendar.count[self._clock.today] - self._column("since")[:, lanes]
        accrued: npt.NDArray[np.float64] = self._column("accrued")[:, lanes]
        grown: npt.NDArray[np.float64] = accrued + self._column("daily")[:, lanes] * days
        return grown


def _added_up(rows: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float64]:
    """Sum of (rows, lanes) over the rows, in their order: NumPy adds one lane alone in another."""
    total = np.zeros(rows.shape[1])
    for row in rows:
        total += row
    return total


def _groups_by_day(calendar: Calendar) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = {}
    for group, days in enumerate(calendar.due.tolist()):
        for day in days:
            groups.setdefault(day, []).append(group)
    return groups
