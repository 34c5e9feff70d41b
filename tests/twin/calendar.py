"""The calendar: whole days from the start, business days, days of the month."""

from __future__ import annotations

import calendar as months
import datetime as dt
from functools import cached_property

import holidays

from cashstress.scenario.festival import SPRING_FESTIVAL

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Calendar:
    def __init__(self, scenario):
        self.start, self.horizon, self.given = scenario.start, scenario.horizon, scenario.calendar
        self._business, self._month_days = {}, {}

    def date(self, day):
        return self.start + dt.timedelta(days=day)

    def day(self, date):
        return (date - self.start).days

    @cached_property
    def _public(self):
        """Days off and worked weekend days; what the scenario lists overrules the country."""
        free, worked = set(), set()
        if self.given.country is not None:
            years = range(self.start.year - 3, self.date(self.horizon).year + 4)
            public = holidays.country_holidays(self.given.country, years=years)
            free, worked = set(public), set(getattr(public, "weekend_workdays", ()))
        off, on = set(self.given.holidays), set(self.given.working_weekends)
        return (free - on) | off, (worked - off) | on

    def is_holiday(self, day):
        return self.date(day) in self._public[0]

    def is_business(self, day):
        known = self._business.get(day)
        if known is None:
            date = self.date(day)
            free, worked = self._public
            weekend = WEEK[date.weekday()] in self.given.weekend
            known = self._business[day] = date in worked or not (weekend or date in free)
        return known

    def next_business(self, day):
        while not self.is_business(day):
            day += 1
        return day

    def previous_business(self, day):
        while not self.is_business(day):
            day -= 1
        return day

    def longest_wait(self):
        """The longest wait for a business day, until well after the run; twenty days at least."""
        days = range(self.horizon + 401)
        return max(20, *(self.next_business(day) - day for day in days))

    def month_day(self, day, ahead, nominal):
        """A day of the month, `ahead` months after that of `day`; beyond its end, its last day."""
        date = self.date(day)
        month = date.year * 12 + date.month - 1 + ahead
        known = self._month_days.get((month, nominal))
        if known is None:
            known = self._month_days[month, nominal] = self._nominal_day(month, nominal)
        return known

    def _nominal_day(self, month, nominal):
        year, month = divmod(month, 12)
        last = months.monthrange(year, month + 1)[1]
        wanted = last if nominal == "last" else min(nominal, last)
        return self.day(dt.date(year, month + 1, wanted))

    def is_month_end(self, day):
        return self.month_day(day, 0, "last") == day

    def is_quarter_end(self, day):
        return self.is_month_end(day) and self.date(day).month % 3 == 0

    @cached_property
    def festivals(self):
        """First days of the Spring Festival, also outside the run."""
        return sorted(self.day(date) for date in SPRING_FESTIVAL.values())
