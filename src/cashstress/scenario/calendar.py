"""Business days, month ends and pay days, as integer days from the start."""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from cashstress.errors import Problem, ScenarioError
from cashstress.scenario.days_off import WEEK, Calendar, special_days
from cashstress.scenario.festival import SPRING_FESTIVAL

if TYPE_CHECKING:
    from cashstress.scenario.model import Scenario

__all__ = ["SPRING_FESTIVAL", "BusinessCalendar", "Calendar"]

_BEYOND: Final = 400
"""Days past the horizon the calendar knows: terms and delays reach out of the run."""
_MARGIN: Final = 400
_YEAR: Final = 12

Roll = Literal["next", "previous", "none"]


class BusinessCalendar:
    """The calendar of a scenario in integer days: day 0 is ``scenario.start``.

    Parameters
    ----------
    scenario : Scenario
        Its start, horizon and calendar are read.
    horizon : int, optional
        Days of the run, when not the scenario's.

    Attributes
    ----------
    is_business : bool (horizon + 401,)
        Whether each day 0 .. horizon + 400 is a business day.
    is_holiday : bool (horizon + 401,)
        Whether it is a public or listed holiday.
    next_business, previous_business : int64 (horizon + 401,)
        That day, or the next (previous) business day; previous may be before day 0.
    spring_festivals : tuple of int
        First days of the Spring Festival from 400 days before to 400 days after the run.

    Raises
    ------
    ScenarioError
        When 400 days around some day of the run have no business day.

    Examples
    --------
    >>> import datetime as dt
    >>> from types import SimpleNamespace
    >>> june = SimpleNamespace(start=dt.date(2024, 6, 1), horizon=61, calendar=Calendar())
    >>> calendar = BusinessCalendar(june)
    >>> calendar.next_business[:3].tolist(), calendar.month_ends(), calendar.monthly("last")
    ([2, 2, 2], (29, 60), (30, 60))
    """

    def __init__(self, scenario: Scenario, *, horizon: int | None = None) -> None:
        self.start: dt.date = scenario.start
        self.horizon: int = scenario.horizon if horizon is None else horizon
        first, count = -_MARGIN, _MARGIN + self.horizon + _BEYOND + _MARGIN + 1
        days = np.datetime64(self.start, "D") + np.arange(first, first + count)
        free, worked = special_days(scenario.calendar, days)
        weekmask = [name not in scenario.calendar.weekend for name in WEEK]
        business = np.is_busday(days, weekmask=weekmask, holidays=free)
        business |= np.isin(days, worked)
        shown = slice(_MARGIN, _MARGIN + self.horizon + _BEYOND + 1)
        following, preceding = _neighbours(business)
        self.is_business: NDArray[np.bool_] = _fixed(business[shown])
        self.is_holiday: NDArray[np.bool_] = _fixed(np.isin(days, free)[shown])
        self.next_business: NDArray[np.int64] = _fixed(following[shown] - _MARGIN)
        self.previous_business: NDArray[np.int64] = _fixed(preceding[shown] - _MARGIN)
        self._moves = {"next": following, "previous": preceding}
        self._given = scenario.calendar
        self.spring_festivals = self._festivals()
        self._refuse_endless_holidays()

    def date(self, day: int) -> dt.date:
        """Return the date of a day."""
        return self.start + dt.timedelta(days=int(day))

    def day(self, date: dt.date) -> int:
        """Return the day of a date, negative before the start."""
        return (date - self.start).days

    def holidays_between(self, first: int, last: int) -> NDArray[np.bool_]:
        """Return whether each day first .. last - 1 is a holiday: bool (last - first,).

        Parameters
        ----------
        first, last : int
            They may lie far outside the run.
        """
        days = np.datetime64(self.start, "D") + np.arange(first, last)
        return np.isin(days, special_days(self._given, days)[0])

    def weekday(self, day: int) -> int:
        """Return the day of the week, 0 Monday to 6 Sunday."""
        return (self.start.weekday() + int(day)) % 7

    def month_day(self, year: int, month: int, nominal: int | str) -> int:
        """Return the day of a nominal day of a month.

        Parameters
        ----------
        year, month : int
            The month; months beyond 12 or below 1 run into other years.
        nominal : int or "last"
            Day of the month, clamped to its end.

        Returns
        -------
        int
            Day from the start, which may lie outside the run.
        """
        years, index = divmod(month - 1, _YEAR)
        year, month = year + years, index + 1
        last = months.monthrange(year, month)[1]
        clamped = last if nominal == "last" else min(int(nominal), last)
        return self.day(dt.date(year, month, clamped))

    def roll(self, day: int, how: Roll) -> int:
        """Return the day moved to a business day (``"none"`` leaves it).

        Parameters
        ----------
        day : int
            From -400 to horizon + 800; other days are not moved.
        how : {"next", "previous", "none"}
            Which way.
        """
        moves = self._moves.get(how)
        if moves is None or not 0 <= day + _MARGIN < len(moves):
            return day
        return int(moves[day + _MARGIN]) - _MARGIN

    def monthly(
        self,
        nominal: int | str,
        *,
        every: int = 1,
        roll: Roll = "next",
        first_month: int | None = None,
    ) -> tuple[int, ...]:
        """Return the days of a monthly schedule inside the run.

        Parameters
        ----------
        nominal : int or "last"
            Day of the month, clamped to its end.
        every : int
            Months between two days.
        roll : {"next", "previous", "none"}
            What happens on a day that is no business day. A day rolled out of the run is left
            out; one rolled into it (only "next" across the start) is in.
        first_month : int, optional
            A calendar month, 1 to 12, of the schedule: 1 with ``every=3`` is January, April, July,
            October. Absent: the month of the start.

        Returns
        -------
        tuple of int
            Rising days in ``[0, horizon)``.
        """
        anchor = self.start.month if first_month is None else first_month
        rolled = [
            self.roll(self.month_day(year, month, nominal), roll)
            for year, month in self._months()
            if ((year - self.start.year) * _YEAR + month - anchor) % every == 0
        ]
        return tuple(sorted({day for day in rolled if 0 <= day < self.horizon}))

    def month_ends(self) -> tuple[int, ...]:
        """Return the last calendar days of months inside the run."""
        return self.monthly("last", roll="none")

    def quarter_ends(self) -> tuple[int, ...]:
        """Return the last calendar days of March, June, September and December in the run."""
        return self.monthly("last", every=3, roll="none", first_month=3)

    def _months(self) -> Iterator[tuple[int, int]]:
        """Iterate over the months from one before the start to one after the horizon."""
        first = self.start.year * _YEAR + self.start.month - 2
        end = self.date(self.horizon)
        for index in range(first, end.year * _YEAR + end.month + 1):
            yield index // _YEAR, index % _YEAR + 1

    def _festivals(self) -> tuple[int, ...]:
        """Return the festivals near the run."""
        found = (self.day(date) for date in SPRING_FESTIVAL.values())
        return tuple(day for day in found if -_MARGIN <= day <= self.horizon + _BEYOND)

    def _refuse_endless_holidays(self) -> None:
        """Raise when a payment could wait for ever."""
        lost = (self.previous_business < -_MARGIN) | (
            self.next_business > self.horizon + 2 * _BEYOND
        )
        if lost.any():
            message = f"no business day within {_MARGIN} days of {self.date(int(lost.argmax()))}"
            raise ScenarioError([Problem("calendar.holidays", message)])


def _neighbours(business: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for each place the next and the previous True, itself included."""
    places = np.arange(len(business))
    preceding = np.maximum.accumulate(np.where(business, places, -1))
    waiting = np.where(business, places, len(business))[::-1]
    return np.minimum.accumulate(waiting)[::-1], preceding


def _fixed(array: NDArray[Any]) -> NDArray[Any]:
    """Return a read-only copy."""
    copy = array.copy()
    copy.flags.writeable = False
    return copy
