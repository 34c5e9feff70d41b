"""What every replication of the plain SimPy firm shares: calendar, pattern, what is contracted.

Worked out once per scenario, as a careful user would. Amounts are whole cents. Lists by day may be
read with negative days: the firm's past, which the opening balance needs.
"""

from __future__ import annotations

import datetime as dt
from itertools import accumulate
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from cashstress.scenario import Draw, steady
from cashstress.scenario.calendar import BusinessCalendar

if TYPE_CHECKING:
    from collections.abc import Generator

    import simpy

    import cashstress as cs

    Life = Generator[simpy.Event, Any, None]

# The parts of a day. Eighths are exact in binary, so no event drifts.
SHOCK, RECEIPT, DELIVER, SELL, ORDER, DUE, SETTLE = (part / 8 for part in range(7))

# The paying order; wages are whole or nothing, social insurance comes after them in their class.
INSTALMENTS, WAGES, SOCIAL, TAXES, CRITICAL, RENT, OTHER, DISCRETIONARY, OWNER = range(9)
CLASS_OF = {"rent": RENT, "other": OTHER, "discretionary": DISCRETIONARY, "capital": DISCRETIONARY}

DAYS_A_YEAR = 365
WEEK, WEEKS = 7, 13
#: The first day open again of what is closed for good.
NEVER = 10**6
PAST, BEYOND = 280, 500


def cents(amount: Any) -> int:
    """Major units as whole cents."""
    return round(float(amount) * 100)


class Bill:
    """An amount with a due day, its class, its place among the ties of a day, and its creditor."""

    __slots__ = ("due", "left", "payee", "place", "principal", "rank")

    def __init__(
        self,
        due: int,
        amount: int,
        rank: int,
        place: int = 0,
        payee: object = None,
        *,
        principal: bool = False,
    ) -> None:
        self.due, self.left, self.rank, self.place = due, amount, rank, place
        self.payee, self.principal = payee, principal


class Plan:
    """One scenario whose levels are plain numbers, and which has a payroll."""

    def __init__(self, scenario: cs.Scenario) -> None:
        assert scenario.payroll is not None
        self.scenario, self.payroll = scenario, scenario.payroll
        self.horizon = scenario.horizon
        self.calendar = BusinessCalendar(scenario)
        self.next_business: list[int] = self.calendar.next_business.tolist()
        self.is_business = self.calendar.is_business.tolist()
        self.daily_sales = steady.planned_daily_sales(scenario) * 100
        self.daily_outflow = steady.planned_daily_outflow(scenario) * 100
        self.output_vat = steady.output_vat_rate(scenario)
        self.demand = self._demand()
        self.mean_demand = sum(self.demand[PAST : PAST + DAYS_A_YEAR]) / DAYS_A_YEAR
        self.open_days = [day for day in range(self.horizon) if self.demand[PAST + day] > 0]
        self.needed = [0.0, *accumulate(self.demand)]
        self.economy_kept = 0.5 ** (1 / scenario.economy.half_life)
        self.month_ends = self.calendar.month_ends()
        self.quarter_ends = frozenset(self.calendar.quarter_ends())
        start = scenario.start
        self.last_month = self.calendar.month_day(start.year, start.month - 1, "last")
        self.bonus_runs = self._bonus_runs()
        self.claims_vat = scenario.taxes.vat == "general"
        self.coming_pay = self._coming_pay()
        self.weeks = min(WEEKS, -(-self.horizon // WEEK))
        self.cost_terms = {
            name: (cost.vat, CLASS_OF[cost.pay_class], place)
            for place, (name, cost) in enumerate(scenario.costs.items())
        }
        self.sales_costs = [
            (name, cost.share_of_sales, cost.terms)
            for name, cost in scenario.costs.items()
            if cost.share_of_sales is not None
        ]
        self.dated = self._dated()
        self.contracted = self._contracted()

    def opening_cash(self, chance: float) -> int:
        """Cash on day 0: the amount, or that quantile of its draw."""
        cash = self.scenario.firm.cash
        if not isinstance(cash, Draw):
            return cents(cash)
        if cash.draw == "uniform" and cash.low is not None and cash.high is not None:
            return cents(cash.low + chance * (cash.high - cash.low))
        return cents(cash.quantile(np.array([chance]))[0])

    # -- sales ----------------------------------------------------------------------------------

    def _demand(self) -> list[float]:
        """Planned sales in cents for days -PAST .. horizon + BEYOND / 2."""
        past = SimpleNamespace(
            start=self.scenario.start - dt.timedelta(days=PAST), calendar=self.scenario.calendar
        )
        days = self.horizon + BEYOND // 2 + PAST
        calendar = BusinessCalendar(cast("cs.Scenario", past), horizon=days)
        return [self.daily_sales * self._pattern(calendar, day) for day in range(days)]

    def _pattern(self, calendar: BusinessCalendar, day: int) -> float:
        """Sales of a day over the mean day; `day` counts from the calendar's own start."""
        sales = self.scenario.sales
        if not sales.on_holidays and calendar.is_holiday[day]:
            return 0.0
        weekly = sales.weekly[calendar.weekday(day)] * 7 / sum(sales.weekly)
        monthly = sales.monthly[calendar.date(day).month - 1] * 12 / sum(sales.monthly)
        growth = float((1 + sales.growth) ** ((day - PAST) / DAYS_A_YEAR))
        return weekly * monthly * growth * self._festival(calendar, day)

    def _festival(self, calendar: BusinessCalendar, day: int) -> float:
        """Busy before the Spring Festival, closed in it, slow after it."""
        spring = self.scenario.sales.spring_festival
        factor = 1.0
        for first in calendar.spring_festivals if spring else ():
            assert spring is not None
            reopened = first + spring.closed_days
            if first - spring.before_days <= day < first:
                factor *= spring.before_factor
            elif first <= day < reopened:
                factor = 0.0
            elif reopened <= day < reopened + spring.after_days:
                factor *= spring.after_factor
        return factor

    def need(self, first: int, days: int) -> float:
        """Planned sales of `days` days from `first` on, in cents."""
        return self.needed[PAST + first + days] - self.needed[PAST + first]

    # -- dates ----------------------------------------------------------------------------------

    def business(self, day: int) -> int:
        """That day or the next business day."""
        return self.next_business[day] if day >= 0 else self.calendar.roll(day, "next")

    def opens_from(self) -> int:
        """The first day whose bank money moves on day 0 or later."""
        return self.calendar.roll(-1, "previous") + 1

    def next_on(self, nominal: int | str, after: int, how: str) -> int:
        """The first rolled day of the month later than `after`."""
        date = self.calendar.date(after)
        roll: Any = how
        days = (
            self.calendar.roll(self.calendar.month_day(date.year, date.month + k, nominal), roll)
            for k in range(4)
        )
        return next(day for day in days if day > after)

    def pay_day(self, month_end: int) -> int:
        """When the wages of a month are paid."""
        return self.next_on(self.payroll.pay_day, month_end, "previous")

    def _bonus_runs(self) -> frozenset[int]:
        """The last pay day before each Spring Festival."""
        pay_days = [self.pay_day(end) for end in (self.last_month, *self.month_ends)]
        return frozenset(
            max(day for day in pay_days if day < first)
            for first in self.calendar.spring_festivals
            if any(day < first for day in pay_days) and first <= pay_days[-1] + 31
        )

    def bonus(self, month_end: int) -> float:
        """Months of bonus in the pay run of a month."""
        return self.payroll.bonus_months if self.pay_day(month_end) in self.bonus_runs else 0.0

    def social_day(self, month_end: int) -> int:
        """When the social insurance of a month is paid."""
        return self.next_on(self.payroll.social_day, month_end, "next")

    def _coming_pay(self) -> list[float]:
        """By day: months of gross pay not yet earned that fall due in the look-ahead."""
        coming = [0.0] * self.horizon
        last = self.calendar.date(self.horizon)
        beyond = self.calendar.month_day(last.year, last.month, "last")
        for end in sorted({*self.month_ends, beyond}):
            months = 1 + self.bonus(end)
            withheld, employer = self.payroll.withheld, self.payroll.employer
            for due, share in (
                (self.pay_day(end), 1 - withheld),
                (self.social_day(end), withheld + employer),
            ):
                for day in range(max(0, due - self.scenario.treasury.look_ahead), end):
                    if day < self.horizon:
                        coming[day] += share * months
        return coming

    # -- costs with a date ----------------------------------------------------------------------

    def _dated(self) -> list[tuple[int, str, int]]:
        """Day, name and net amount of monthly and single costs, in order."""
        rows = []
        for name, cost in self.scenario.costs.items():
            if cost.monthly is not None:
                days = self.calendar.monthly(cost.day, every=cost.every)
                rows += [(day, name, cents(cost.monthly)) for day in days]
            elif cost.once is not None and cost.on is not None:
                rows.append((self.business(self.calendar.day(cost.on)), name, cents(cost.once)))
        return sorted(rows)

    def due_of(self, day: int, name: str) -> int:
        """When a cost billed on a day is due."""
        return self.business(day + self.scenario.costs[name].terms)

    def _contracted(self) -> list[int]:
        """Dated costs by due day, net of VAT."""
        by_day = [0] * (self.horizon + BEYOND)
        for day, name, net in self.dated:
            by_day[self.due_of(day, name)] += net
        return by_day
