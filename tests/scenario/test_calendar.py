from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cashstress.errors import ScenarioError
from cashstress.scenario import SPRING_FESTIVAL, BusinessCalendar, Calendar


def calendar(start="2025-01-06", horizon=365, **keys):
    day = dt.date.fromisoformat(start)
    return BusinessCalendar(SimpleNamespace(start=day, horizon=horizon, calendar=Calendar(**keys)))


def test_spring_festivals_are_those_of_the_holidays_package():
    from holidays.calendars.chinese import _ChineseLunisolar

    lunar = _ChineseLunisolar()
    for year, day in SPRING_FESTIVAL.items():
        assert lunar.lunar_new_year_date(year)[0] == day
    assert (min(SPRING_FESTIVAL), max(SPRING_FESTIVAL)) == (2015, 2040)


def test_chinas_holidays_and_worked_weekends():
    china = calendar(country="CN")
    # State Council notice for 2025: 28 January to 4 February off, 26 January and 8 February worked.
    off = [china.day(dt.date(2025, 1, 28)) + offset for offset in range(8)]
    assert not china.is_business[off].any()
    assert china.is_holiday[off[1]]
    for worked in (dt.date(2025, 1, 26), dt.date(2025, 2, 8)):
        assert china.is_business[china.day(worked)]
    assert china.next_business[off[0]] == china.day(dt.date(2025, 2, 5))
    assert china.previous_business[off[0]] == china.day(dt.date(2025, 1, 27))


def test_the_scenario_overrules_the_country():
    keys = {"country": "CN", "working_weekends": ["2025-01-29"], "holidays": ["2025-01-26"]}
    china = calendar(**keys)
    assert china.is_business[china.day(dt.date(2025, 1, 29))]
    assert not china.is_business[china.day(dt.date(2025, 1, 26))]


def test_other_weekends():
    gulf = calendar(weekend=["fri", "sat"])
    assert [bool(gulf.is_business[day]) for day in range(7)] == [True] * 4 + [False] * 2 + [True]


def test_a_start_on_a_weekend():
    plain = calendar("2025-02-01", 28)  # a Saturday
    assert plain.next_business[:3].tolist() == [2, 2, 2]
    assert plain.previous_business[:3].tolist() == [-1, -1, 2]
    assert plain.weekday(0) == 5
    assert len(plain.is_business) == 28 + 401


def test_month_days():
    plain = calendar("2024-01-31", 60)
    assert plain.month_day(2024, 2, 31) == 29  # clamped to 29 February
    assert plain.month_day(2024, 2, "last") == 29
    assert plain.month_day(2024, 1, 1) == -30
    assert plain.month_day(2024, 13, 1) == plain.month_day(2025, 1, 1)
    assert plain.month_day(2024, 0, 1) == plain.month_day(2023, 12, 1)


def test_monthly_rolls():
    plain = calendar("2025-01-01", 92)
    shown = {
        how: [plain.date(day).isoformat()[5:] for day in plain.monthly(15, roll=how)]
        for how in ("none", "next", "previous")
    }
    # 15 February and 15 March 2025 are Saturdays.
    assert shown == {
        "none": ["01-15", "02-15", "03-15"],
        "next": ["01-15", "02-17", "03-17"],
        "previous": ["01-15", "02-14", "03-14"],
    }


def test_a_day_rolled_across_the_ends_of_the_run():
    # 1 February 2025 is a Saturday: it rolls into a run from Sunday on, and out of one to Sunday.
    assert calendar("2025-02-02", 10).monthly(1) == (1,)
    assert calendar("2025-01-30", 4).monthly(1) == ()
    assert calendar("2025-01-30", 4).monthly(1, roll="previous") == (1,)
    # It was paid on Friday, before this run.
    assert calendar("2025-02-01", 10).monthly(1, roll="previous") == ()


def test_every_few_months():
    plain = calendar("2025-02-10", 365)
    dates = [plain.date(day) for day in plain.monthly(15, every=3, roll="none", first_month=1)]
    assert [(each.month, each.day) for each in dates] == [(4, 15), (7, 15), (10, 15), (1, 15)]
    own = [plain.date(day).month for day in plain.monthly(15, every=6, roll="none")]
    assert own == [2, 8]


def test_month_and_quarter_ends():
    plain = calendar("2024-02-01", 366)
    assert [plain.date(day).day for day in plain.month_ends()][:3] == [29, 31, 30]
    assert [plain.date(day).month for day in plain.quarter_ends()] == [3, 6, 9, 12]


def test_arrays_are_read_only():
    with pytest.raises(ValueError, match=r"read-only"):
        calendar().is_business[0] = False


def test_a_calendar_without_business_days_is_refused():
    days = [dt.date(2025, 1, 6) + dt.timedelta(days=day) for day in range(1300)]
    with pytest.raises(ScenarioError, match=r"calendar\.holidays: no business day within 400 days"):
        calendar(holidays=days)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"country": "XX"}, "unknown country"),
        ({"country": "cn"}, "did you mean CN"),
        ({"country": "A" * 10_000}, "unknown country"),
        ({"weekend": ["sat", "sat"]}, "the same item twice"),
        ({"weekend": ["Sat"]}, r"weekend\[0\]: .*did you mean sat"),
        ({"holidays": ["2025-01-01"], "working_weekends": ["2025-01-01"]}, "also among"),
        ({"holidays": "2025-01-01"}, "holidays: must be a list"),
    ],
)
def test_bad_calendars(keys, message):
    with pytest.raises(ScenarioError, match=message):
        Calendar(**keys)


@settings(max_examples=50, deadline=None)
@given(
    st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)),
    st.integers(1, 800),
    st.sets(st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), max_size=5),
    st.one_of(st.just("last"), st.integers(1, 31)),
)
def test_against_a_scalar_calendar(start, horizon, weekend, nominal):
    made = calendar(start.isoformat(), horizon, weekend=sorted(weekend))
    names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    def works(day):
        return names[(start + dt.timedelta(days=day)).weekday()] not in weekend

    def following(day):
        return day if works(day) else following(day + 1)

    def before(day):
        return day if works(day) else before(day - 1)

    for day in range(0, horizon + 401, 7):
        assert made.is_business[day] == works(day)
        assert made.next_business[day] == following(day)
        assert made.previous_business[day] == before(day)
        assert made.day(made.date(day)) == day

    def is_nominal(day):
        date, tomorrow = start + dt.timedelta(days=day), start + dt.timedelta(days=day + 1)
        month_end = tomorrow.month != date.month
        if nominal == "last":
            return month_end
        return date.day == nominal or (month_end and date.day < nominal)

    expected = {following(day) for day in range(-40, horizon + 1) if is_nominal(day)}
    assert made.monthly(nominal) == tuple(sorted(d for d in expected if 0 <= d < horizon))
    expected = {before(day) for day in range(-40, horizon + 40) if is_nominal(day)}
    assert made.monthly(nominal, roll="previous") == tuple(
        sorted(d for d in expected if 0 <= d < horizon)
    )
    assert np.all(np.diff(made.next_business) >= 0)
