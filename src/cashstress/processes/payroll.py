"""Payroll: a month's wages, paid on the next pay day, and what people do when they are not.

Wages accrue at the end of each month.  The net goes to the staff on the pay day (rolled back to a
business day); tax and social insurance, withheld and the employer's own, go to the authorities on
their day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.kernel.money import minor, to_money
from cashstress.processes.levels import money_level
from cashstress.processes.payables import Payable
from cashstress.processes.sales import NOT_IDLE
from cashstress.processes.schedules import Schedule

if TYPE_CHECKING:
    from collections.abc import Generator

    from cashstress import scenario as sc
    from cashstress.kernel.arrays import Flags, Floats, Level, Money
    from cashstress.processes.firm import Firm

__all__ = ["Payroll", "month_ends", "quitting", "stoppage"]

_WEEK: Final = 7
#: From the end of a month to its pay day or social insurance day, before both roll, at most, days.
_LONGEST_WAIT: Final = 31


class Payroll:
    """The staff, what they earn, and what they are owed."""

    def __init__(self, firm: Firm, plan: sc.Payroll) -> None:
        self._firm, self.plan = firm, plan
        world = firm.world
        self.wage = firm.levers.add(
            "payroll.wage", money_level(world, "payroll.wage", plan.wage), "money"
        )
        # Wages may be earned on a pay day rolled backward, and be due on a day rolled forward.
        term = _LONGEST_WAIT + 2 * firm.longest_roll
        self.wages = Payable(
            world, "wages", "wages",
            term=term, age=firm.longest_age, window=firm.look_ahead, whole=not plan.partial,
        )  # fmt: skip
        self.social = Payable(
            world,
            "social_insurance",
            "wages",
            term=term,
            age=firm.longest_age,
            window=firm.look_ahead,
        )
        firm.add_payable(self.wages)
        firm.add_payable(self.social)
        firm.columns.add("staff", np.float64, plan.staff)
        firm.columns.add("payroll.stopped_days", np.int32)
        calendar = firm.calendar
        self.pay_days = Schedule(calendar, plan.pay_day, "previous")
        self.social_days = Schedule(calendar, plan.social_day, "next")
        self.accruals = self._accrual_days(Schedule(calendar, "last", "none").days)
        self.bonus_runs = _bonus_runs(firm, self.pay_days) if plan.bonus_months else frozenset()
        self._contracted = self._months_contracted()

    @property
    def staff(self) -> Floats:
        """Full-time equivalents, per lane."""
        return self._firm.columns["staff"]

    def capacity(self, present: float = 1.0) -> Floats | None:
        """Share of planned output that the staff can make; None where all of it in every lane.

        Parameters
        ----------
        present : float
            Share of the staff that is at work.
        """
        needed = self.plan.staff_needed or self.plan.staff
        at_work = self.staff if present >= 1.0 else self.staff * present
        if (at_work >= needed).all():
            return None
        return np.minimum(at_work / needed, 1.0)

    def open_books(self) -> None:
        """Owe the wages of the month before the start, where their day is still to come."""
        end = -self._firm.scenario.start.day
        gross = self._gross(1.0 + self._bonus(end))
        for days, payable, share in self._dues():
            due = days.after(end)
            if share and due >= 0:
                owed = to_money(gross * share)
                payable.bill(owed, due, against="equity", memo="opening")

    def accrue(self, day: int) -> None:
        """Owe a month's wages and social insurance on their coming days."""
        end = self.accruals[day]
        gross = self._gross(self._paid_months(end) + self._bonus(end))
        for days, payable, share in self._dues():
            due = days.after(end)
            if share and due >= day:
                owed = to_money(gross * share)
                payable.bill(owed, due, against="wage_expense")

    def contracted_ahead(self) -> Any:
        """Wages and social insurance of months not yet over that fall due in the look-ahead."""
        today, last = self._firm.clock.today, self._firm.clock.today + self._firm.look_ahead
        months = sum(
            weight for accrual, due, weight in self._contracted if today < accrual and due <= last
        )
        return to_money(self._gross(months)) if months else 0

    def _months_contracted(self) -> list[tuple[int, int, float]]:
        """Day on which they are owed, day on which they are due, and months of gross wages."""
        return [
            (accrual, days.after(end), share * (1.0 + self._bonus(end)))
            for accrual, end in self.accruals.items()
            for days, _, share in self._dues()
        ]

    def lose_staff(self) -> None:
        """A share of the staff leaves with each full week for which a run is missed."""
        ledger = self.wages.ledger
        if ledger.has_due():
            days_missed = (ledger.days_past_due() - self.plan.grace) * self.is_missed()
            leaving = (days_missed > 0) & (days_missed % _WEEK == 0)
            self.staff[leaving] *= 1.0 - self.plan.leave_per_week

    def count_stoppage(self, day: int, after_days: int) -> None:
        """Count today where nothing has been made for longer than the first wage period."""
        if not self._firm.sales.is_idle_somewhere():
            return
        idle_since = self._firm.columns["sales.idle_since"]
        long_idle = (idle_since != NOT_IDLE) & (day - idle_since >= after_days)
        self._firm.columns["payroll.stopped_days"][long_idle] += 1

    def is_missed(self) -> Flags:
        """Lanes in which a pay run is unpaid beyond its grace, after SETTLE."""
        ledger = self.wages.ledger
        missed: Flags = (ledger.owed > 0) & (ledger.days_past_due() >= self.plan.grace)
        return missed

    def run_amount(self, day: int) -> Money:
        """Net wages that fell due on a pay day, per lane."""
        due = self.wages.ledger.due_on(day)
        return np.zeros(self._firm.world.lanes, np.int64) if due is None else due

    def _dues(self) -> list[tuple[Schedule, Payable, float]]:
        """Days, ledger and share of gross of what each month's wages lead to."""
        plan = self.plan
        return [
            (self.pay_days, self.wages, 1.0 - plan.withheld),
            (self.social_days, self.social, plan.withheld + plan.employer),
        ]

    def _accrual_days(self, month_ends: tuple[int, ...]) -> dict[int, int]:
        """The month's end for each day on which wages are earned: that day, or an earlier pay day.

        A pay day early in the month may roll back into the month before, for which it pays. The
        treasury looks ahead beyond the horizon.
        """
        firm = self._firm
        last = firm.scenario.horizon + max(firm.longest_roll, firm.look_ahead)
        near = [end for end in month_ends if end <= last]
        return {max(min(end, self.pay_days.after(end)), 0): end for end in near}

    def _bonus(self, end: int) -> float:
        """Months of bonus in the pay run of the month that ends on `end`."""
        return self.plan.bonus_months if self.pay_days.after(end) in self.bonus_runs else 0.0

    def _gross(self, months: Level) -> Floats:
        gross: Floats = self.staff * self.wage.value * months
        return gross

    def _paid_months(self, day: int) -> Level:
        """Share of the full wage earned this month: less where work has long stood still."""
        rule = self.plan.stoppage
        stopped = self._firm.columns["payroll.stopped_days"]
        if rule is None or not stopped.any():
            return 1.0
        days = self._firm.calendar.date(day).day  # the last of the month
        least = rule.share * minor(rule.minimum_wage) / np.maximum(self.wage.value, 1)
        # A pay day that rolls back may leave more days between two runs than the month has.
        part = np.minimum(stopped / days, 1.0)
        stopped[...] = 0
        return 1.0 - part + part * np.minimum(least, 1.0)


def month_ends(firm: Firm, payroll: Payroll) -> Generator[Any, Any, None]:
    """On the last day of each month its wages are earned, and owed on their days."""
    for day in sorted(set(payroll.accruals) & set(firm.days())):
        yield firm.clock.at(day, Phase.DUE)
        payroll.accrue(day)


def quitting(firm: Firm, payroll: Payroll) -> Generator[Any, Any, None]:
    """A share of the staff leaves for each full week of missed wages; arrears stay owed."""
    for day in firm.days() if payroll.plan.leave_per_week else ():
        yield firm.clock.at(day, Phase.OBSERVE)
        payroll.lose_staff()


def stoppage(firm: Firm, payroll: Payroll) -> Generator[Any, Any, None]:
    """Count the days beyond the first wage period of a stoppage, which earn a reduced wage."""
    rule = payroll.plan.stoppage
    if rule is None:
        return
    for day in firm.days():
        yield firm.clock.at(day, Phase.OPERATE)
        payroll.count_stoppage(day, rule.after_days)


def _bonus_runs(firm: Firm, pay_days: Schedule) -> frozenset[int]:
    """The last pay run before each Spring Festival."""
    runs = (pay_days.before(festival) for festival in firm.calendar.spring_festivals)
    return frozenset(run for run in runs if run is not None)
