"""Which days are business days: weekends, public holidays, worked weekends."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from cashstress.errors import Problem
from cashstress.scenario.fields import dates, text, words
from cashstress.scenario.problems import nearest, show
from cashstress.scenario.table import Table, rule, table

__all__ = ["WEEK", "Calendar", "special_days"]

WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@rule("country")
def _known_country(calendar: Calendar) -> list[Problem]:
    """The country is one the holidays package knows."""
    if calendar.country is None:
        return []
    import holidays

    known = holidays.list_supported_countries()
    if calendar.country in known:
        return []
    close = nearest(calendar.country, known) or calendar.country.strip().upper()[:2]
    hint = close if close in known else ""
    accepted = 'an ISO 3166 code such as "CN" or "US"'
    return [Problem("country", "unknown country", show(calendar.country), accepted, hint)]


@rule("weekend")
def _some_working_day(calendar: Calendar) -> list[Problem]:
    """Somebody works on some day."""
    if len(calendar.weekend) < len(WEEK):
        return []
    return [Problem("weekend", "leaves no working day", show(calendar.weekend), "at most 6 days")]


@rule("holidays", "working_weekends")
def _holiday_or_work(calendar: Calendar) -> list[Problem]:
    """A day is a holiday or worked, not both."""
    both = sorted(set(calendar.holidays) & set(calendar.working_weekends))
    if not both:
        return []
    return [Problem("working_weekends", "also among the holidays", str(both[0]))]


@table
class Calendar(Table):
    """Which days are business days.

    Parameters
    ----------
    country : str, optional
        Public holidays of this country, as the ``holidays`` package has them, its worked
        weekends included.
    holidays : tuple of date
        More days off.
    working_weekends : tuple of date
        Worked days of a weekend (调休).
    weekend : tuple of {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
        Days of the weekend.
    """

    RULES: ClassVar = (_known_country, _some_working_day, _holiday_or_work)

    country: str | None = text(None)
    holidays: tuple[dt.date, ...] = dates(())
    working_weekends: tuple[dt.date, ...] = dates(())
    weekend: tuple[str, ...] = words(*WEEK, default=("sat", "sun"))


def special_days(
    calendar: Calendar, days: NDArray[np.datetime64]
) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64]]:
    """Return the days off and the worked weekend days, public and listed."""
    free, worked = set[dt.date](), set[dt.date]()
    if calendar.country is not None:
        import holidays

        years = range(days[0].item().year, days[-1].item().year + 1)
        public = holidays.country_holidays(calendar.country, years=years)
        free.update(public)
        worked.update(getattr(public, "weekend_workdays", ()))
    # What the scenario lists overrules the country.
    free = (free - set(calendar.working_weekends)) | set(calendar.holidays)
    worked = (worked - set(calendar.holidays)) | set(calendar.working_weekends)
    return _as_days(free), _as_days(worked)


def _as_days(given: set[dt.date]) -> NDArray[np.datetime64]:
    return np.array(sorted(given), dtype="datetime64[D]")
