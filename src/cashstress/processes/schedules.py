"""Days of the month on which something is due, inside the run and a little beyond its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from cashstress.scenario import BusinessCalendar

__all__ = ["Schedule", "longest_roll"]

#: Room for a roll to a business day in a calendar without long closures, days.
LONGEST_ROLL: Final = 20

#: What is earned at the end of the run falls due after it; it is owed all the same.
_BEYOND: Final = 120
_MONTHS: Final = 12


def longest_roll(calendar: BusinessCalendar) -> int:
    """The most days that something waits for a business day in this run."""
    rolled = calendar.next_business
    return max(LONGEST_ROLL, int((rolled - np.arange(len(rolled))).max()))


class Schedule:
    """A nominal day of every month, rolled to business days.

    Parameters
    ----------
    calendar : BusinessCalendar
    nominal : int or "last"
    roll : {"next", "previous", "none"}
        Taxes roll forward, pay days backward, instalments stay.
    every : int
        Months between two days.
    first_month : int, optional
        A calendar month of the schedule; by default the month of the start.
    """

    def __init__(
        self,
        calendar: BusinessCalendar,
        nominal: int | str,
        roll: Literal["next", "previous", "none"],
        *,
        every: int = 1,
        first_month: int | None = None,
    ) -> None:
        start = calendar.start
        anchor = start.month if first_month is None else first_month
        count = (calendar.horizon + _BEYOND) // 28 + 3
        months = [start.month + k for k in range(-1, count)]
        days = [
            calendar.month_day(start.year, month, nominal)
            for month in months
            if (month - anchor) % every == 0
        ]
        self._rolled = [(day, calendar.roll(day, roll)) for day in days]
        self.days: tuple[int, ...] = tuple(sorted({day for _, day in self._rolled if day >= 0}))

    def after(self, day: int) -> int:
        """Where the first nominal day after `day` falls.

        A roll may carry it over `day` or away from it; it is the same month's day all the same.
        """
        return next(rolled for nominal, rolled in self._rolled if nominal > day)

    def before(self, day: int) -> int | None:
        """The last day before `day`, from the month before the start on; None before that."""
        return max((rolled for _, rolled in self._rolled if rolled < day), default=None)
