"""Loans repaid at maturity with all their interest (到期一次还本付息): each maturity keeps its own.

In an `InstalmentRing` drawings that share a due day pay the interest of all of them on each of
their due days.  Here nothing is asked for before a drawing's own maturity, so interest is kept by
maturity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from cashstress.kernel.instalments import EMPTY, InstalmentRing, Repayment
from cashstress.kernel.money import to_money

if TYPE_CHECKING:
    import numpy.typing as npt

    from cashstress.kernel.arrays import Level

__all__ = ["BulletRing"]


class BulletRing(InstalmentRing):
    """Open principal of one channel by maturity, and the interest accruing on each.

    Parameters are those of `InstalmentRing`.
    """

    _PARTS: ClassVar[tuple[str, ...]] = ("principal", "earning", "accrued")

    def _add_interest_columns(self, rows: int) -> None:
        """Interest by maturity; what a maturity earns a day is its row of `earning`."""
        self._columns.add(f"{self.name}.accrued", np.float64, rows=rows)
        self._columns.add(f"{self.name}.since", np.int64, rows=rows)

    def draw(
        self,
        lanes: npt.NDArray[np.intp],
        amount: npt.NDArray[np.int64],
        rate: Level,
        *,
        group: int,
        months: int,
        repayment: Repayment = "bullet",
        begin: int = 1,
    ) -> None:
        """Add one drawing per lane of `lanes`, made today, due on one day with its interest."""
        del repayment
        month = int(self._calendar.month[self._clock.today]) + begin + months - 1
        row = self._row(group, month)
        self._accrue_rows([row], lanes)
        self._column("principal")[row, lanes] += amount
        self._column("earning")[row, lanes] += amount * rate
        self.balance[lanes] += amount
        self._due[row] = self._calendar.due[group, month]

    def due_today(self, group: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Take out what falls due in `group` today: principal and interest, per lane."""
        row = self._row_today(group)
        self._accrue_rows([row], slice(None))
        interest = to_money(self._column("accrued")[row])
        principal = self._column("principal")[row].copy()
        for part in self._PARTS:
            self._column(part)[row] = 0
        # Nothing is known of a row without a maturity: lanes must not keep an older day here.
        self._column("since")[row] = 0
        self._due[row] = EMPTY
        self.balance[...] -= principal
        return principal, interest

    def postpone(
        self,
        lanes: npt.NDArray[np.intp],
        amount: npt.NDArray[np.int64],
        rate: npt.NDArray[np.float64],
        *,
        group: int,
        months: int,
    ) -> None:
        """Move principal that falls due today to a later maturity; its interest is paid today."""
        here, month = self._row_today(group), int(self._calendar.month[self._clock.today]) + months
        there = self._row(group, month)
        self._accrue_rows([here, there], lanes)
        self._move(lanes, amount, rate, here=here, there=there)
        self._due[there] = self._calendar.due[group, month]

    def ahead(self, until: int | None = None) -> npt.NDArray[np.int64]:
        """Principal and interest that fall due after today, per lane, minor units.

        Up to and with the day `until`, by default the last of the next `window` days.
        """
        days_ahead = self._window if until is None else until - self._clock.today
        principal = np.zeros(self._columns.lanes, np.int64)
        interest = np.zeros(self._columns.lanes)
        for due, row in self.coming(days_ahead):
            days = self._calendar.count[due] - self._column("since")[row]
            principal += self._column("principal")[row]
            interest += self._column("accrued")[row] + self._column("earning")[row] * days
        return principal + to_money(interest)

    def days_asked_for_after(self, row: int, due: int, until: int) -> int:
        """None: what is renewed pays interest at its new maturity."""
        del row, due, until
        return 0

    def _accrue(self, group: int, lanes: npt.NDArray[np.intp] | slice) -> None:
        """Bring the interest of a group's maturities up to today."""
        rows = range(group * self._months, (group + 1) * self._months)
        self._accrue_rows(list(rows), lanes)

    def _accrue_rows(self, rows: list[int], lanes: npt.NDArray[np.intp] | slice) -> None:
        count = self._calendar.count[self._clock.today]
        earning, since = self._column("earning"), self._column("since")
        for row in rows:
            days = count - since[row, lanes]
            self._column("accrued")[row, lanes] += earning[row, lanes] * days
            since[row, lanes] = count

    def _add_up_daily(self, group: int, lanes: npt.NDArray[np.intp]) -> None:
        """What a maturity earns a day is kept in its own row."""

    def _accrued_now(self, lanes: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        days = self._calendar.count[self._clock.today] - self._column("since")[:, lanes]
        accrued: npt.NDArray[np.float64] = self._column("accrued")[:, lanes]
        grown: npt.NDArray[np.float64] = accrued + self._column("earning")[:, lanes] * days
        return grown
