"""Payroll: wages, social insurance, missed runs, people who leave, a stoppage."""

from __future__ import annotations

from twin.ledger import Ledger
from twin.levers import Lever
from twin.money import cents
from twin.phases import DUE, LEND, RANK

WEEK = 7


class Run:
    """One month: when its wages are owed, when they and social insurance are due, its bonus."""

    def __init__(self, payroll, month):
        calendar, plan = payroll.calendar, payroll.plan
        self.month_end = calendar.month_day(0, month, "last")
        # The next day of the month after that end, and where it rolls.
        self.pay_day = calendar.previous_business(calendar.month_day(0, month + 1, plan.pay_day))
        self.social_day = calendar.next_business(calendar.month_day(0, month + 1, plan.social_day))
        self.owed = max(min(self.month_end, self.pay_day), 0)
        self.bonus = 0.0


class Payroll:
    def __init__(self, firm, plan):
        self._firm, self.plan, self.calendar = firm, plan, firm.calendar
        self.staff = float(plan.staff)
        self.needed = plan.staff if plan.staff_needed is None else plan.staff_needed
        base = firm.draws.money("payroll.wage", plan.wage)
        self.wage = firm.levers["payroll.wage"] = Lever(base, whole=True)
        self.wages = Ledger(firm, "wages", "wages", whole=not plan.partial)
        self.social = Ledger(firm, "social", "wages")
        self.runs = [Run(self, month) for month in range(-1, firm.scenario.horizon // 28 + 8)]
        self._add_bonus()
        self._stopped = 0
        firm.every_day(DUE, RANK["payroll"], self._earn)
        firm.every_day(LEND, RANK["payroll"], self._leave)

    def _add_bonus(self):
        """The last pay run before a Spring Festival carries the bonus."""
        for first in self.calendar.festivals:
            before = [run for run in self.runs if run.pay_day < first]
            if before and first - before[-1].pay_day < 40:
                before[-1].bonus = self.plan.bonus_months

    def _gross(self, months):
        """Gross wages of some months, unrounded."""
        return self.staff * self.wage.value * months

    def _parts(self, run, gross):
        """Ledger, due day and amount of what a month's gross wages lead to."""
        plan = self.plan
        yield self.wages, run.pay_day, gross * (1 - plan.withheld)
        yield self.social, run.social_day, gross * (plan.withheld + plan.employer)

    def _earn(self, day):
        """On a month's last day its wages are owed."""
        self._count_stoppage(day)
        for run in self.runs[1:]:
            if run.owed == day:
                months = 1 - self._lost_to_stoppage(run) + run.bonus
                self._owe(run, self._gross(months), "wages_earned", day)

    def _owe(self, run, gross, account, day):
        """Enter what is not past already."""
        for ledger, due, amount in self._parts(run, gross):
            if due >= day:
                self._firm.books.post(account, ledger.account, cents(amount))
                ledger.bill(cents(amount), due)

    def ahead(self, day, last):
        """Wages and social insurance of months not yet over, due until a day: one amount."""
        months = 0.0
        for run in self.runs[1:]:
            if run.owed > day:
                months += sum(
                    share for _, due, share in self._parts(run, 1 + run.bonus) if due <= last
                )
        return cents(self._gross(months))

    # -- a stoppage -----------------------------------------------------------------------------

    def _count_stoppage(self, day):
        """Count the days of the month on which pay is that of a stoppage."""
        stoppage, idle_since = self.plan.stoppage, self._firm.sales.idle_since
        if stoppage is not None and idle_since is not None:
            self._stopped += day >= idle_since + stoppage.after_days

    def _lost_to_stoppage(self, run):
        """The part of a month's wage that is lost."""
        if not self._stopped:
            return 0.0
        stoppage = self.plan.stoppage
        least = stoppage.share * float(stoppage.minimum_wage) * 100
        wage = self.wage.value
        kept = min(1.0, least / wage) if wage else 1.0
        days = self.calendar.date(run.month_end).day
        lost = min(self._stopped / days, 1.0) * (1 - kept)
        self._stopped = 0
        return lost

    # -- missed runs ----------------------------------------------------------------------------

    def missed(self, day):
        """Runs of which something is unpaid after their grace."""
        return [bill for bill in self.wages.due_by(day) if bill.due + self.plan.grace <= day]

    def _leave(self, day):
        """With each full week of the oldest missed run some leave."""
        missed = self.missed(day)
        if missed:
            weeks, days = divmod(day - missed[0].due - self.plan.grace, WEEK)
            if weeks and not days:
                self.staff *= 1 - self.plan.leave_per_week

    # -- the opening position -------------------------------------------------------------------

    def open_books(self):
        """Owe of last month's wages what is still to be paid."""
        last_month = self.runs[0]
        self._owe(last_month, self._gross(1 + last_month.bonus), "equity", 0)
