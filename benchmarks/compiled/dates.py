"""The calendar as tables by day: what a day is, and what the lenders' days are."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from cashstress.processes.schedules import Schedule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cashstress.scenario import BusinessCalendar

#: What a day is, in bits.
BUSINESS, MONTH_END, QUARTER_END, YEAR_END, INSTALMENT, BANK_INTEREST, REVIEW = (
    1 << k for k in range(7)
)
#: Rows of principal beyond the longest tenor.
_ROOM: Final = 2
_DECEMBER: Final = 12


def dates_of(scenario: Any, calendar: BusinessCalendar) -> dict[str, Any]:
    """Tables by day of the calendar and the lenders."""
    days = range(scenario.horizon)
    month_ends = Schedule(calendar, "last", "none").days
    tax_day = Schedule(calendar, scenario.taxes.day, "next")
    bank = next(line for line in scenario.channels.values() if line.kind == "revolver")
    interest_days = Schedule(calendar, bank.interest_day, "none").days
    platform = _platform(scenario, calendar)
    reviews = {supplier.review_every for supplier in scenario.suppliers.values()}
    marks = {
        BUSINESS: [day for day in days if calendar.is_business[day]],
        MONTH_END: month_ends,
        QUARTER_END: calendar.quarter_ends(),
        YEAR_END: [day for day in month_ends if calendar.date(day).month == _DECEMBER],
        INSTALMENT: platform["month_due"],
        BANK_INTEREST: interest_days,
        REVIEW: [day for day in days if any(day % each == 0 for each in reviews)],
    }
    ahead = scenario.treasury.look_ahead
    return platform | {
        "flags": [sum(bit for bit, these in marks.items() if day in set(these)) for day in days],
        "next_business": calendar.next_business,
        "tax_due": [tax_day.after(day) if day in month_ends else 0 for day in days],
        "bank_until": [_last_within(interest_days, day, ahead) for day in days],
        "owner_until": [_last_within(month_ends, day, ahead) for day in days],
    }


def _last_within(these: Sequence[int], day: int, ahead: int) -> int:
    """The last of these days within the look-ahead; -1 for none."""
    return max((each for each in these if day < each <= day + ahead), default=-1)


def _platform(scenario: Any, calendar: BusinessCalendar) -> dict[str, Any]:
    """Due days by month, and what a level instalment is made of."""
    line = next(line for line in scenario.channels.values() if line.kind == "platform")
    start, rate, tenor = scenario.start, float(line.rate.daily()), line.tenor_months
    days, ahead = range(scenario.horizon), scenario.treasury.look_ahead
    longest = max(tenor, line.opening_months or tenor)
    count = scenario.horizon // 28 + longest + 3
    due = [calendar.month_day(start.year, start.month + m, line.due_day) for m in range(count)]
    month = [_months_from(start, calendar.date(day)) for day in days]
    sums = [annuity(day, due[month[day] + 1 : month[day] + 1 + tenor], rate) for day in days]
    return {
        "tenor": tenor,
        "ring_rows": [0] * (longest + _ROOM),
        "month_due": due,
        "month_cost": [0.0, *((later - before) * rate for before, later in pairwise(due))],
        "month": month,
        "annuity": sums,
        "window_first": [sum(each <= day for each in due) for day in days],
        "window_end": [sum(each <= day + ahead for each in due) for day in days],
    }


def _months_from(start: Any, date: Any) -> int:
    return int((date.year - start.year) * 12 + date.month - start.month)


def annuity(day: int, dues: Sequence[int], rate: float) -> float:
    """What level instalments of one on these days are worth on a day."""
    growth, worth = 1.0, 0.0
    for before, due in pairwise([day, *dues]):
        growth *= 1.0 + (due - before) * rate
        worth += 1.0 / growth
    return worth
