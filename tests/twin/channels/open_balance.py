"""Lines without a schedule: a bank's revolving line, the owner's loan, the owner's equity."""

from __future__ import annotations

from twin.channels.base import FOR_GOOD, Channel
from twin.channels.clean_down import CleanDown
from twin.channels.day_count import interest_days
from twin.channels.renewal import Renewal
from twin.money import cents


class OpenBalance(Channel):
    """A balance with interest on all of it, at the rate of the day."""

    interest_day = "last"

    def __init__(self, firm, place, name, plan):
        super().__init__(firm, place, name, plan)
        self._balance, self._accrued = 0, 0.0

    @property
    def principal(self):
        return self._balance

    def take_on(self, amount, *, opening=False):
        del opening
        self._balance += amount

    def _is_interest_day(self, day):
        return day == self.firm.calendar.month_day(day, 0, self.interest_day)

    def cost_of_a_day(self):
        return self._balance * self.rate.value

    def days(self, first, last):
        return interest_days(self.firm.calendar, self.plan.rate.basis, first, last)

    def accrue(self, day):
        self._accrued += self.cost_of_a_day() * self.days(day, day + 1)

    def fall_due(self, day):
        if self._is_interest_day(day):
            self.owe_interest(cents(self._accrued), self.interest_falls_due(day))
            self._accrued = 0.0

    def interest_falls_due(self, day):
        return day

    def give_up(self):
        """Take the balance, and the interest accrued on it, off what is to come."""
        given_up = self._balance, self._accrued
        self._balance, self._accrued = 0, 0.0
        return given_up

    def known_until(self, last):
        today = self.firm.today
        days = [day for day in range(today + 1, last + 1) if self._is_interest_day(day)]
        if not days:
            return 0
        return cents(self._accrued + self.cost_of_a_day() * self.days(today, days[-1]))

    def repay_early(self, spare):
        """Principal only: interest stays with its day."""
        paid = min(spare, self._balance)
        self._balance -= paid
        self.firm.books.post(self.account, "cash", paid)
        return paid


class RevolvingLine(OpenBalance):
    def __init__(self, firm, place, name, plan):
        super().__init__(firm, place, name, plan)
        self.interest_day = plan.interest_day
        key = f"channels.{name}.commitment_fee"
        self._fee = firm.draws.level(key, plan.commitment_fee.daily())
        self.expires = FOR_GOOD if plan.expires is None else firm.calendar.day(plan.expires)
        self._renewal = None if plan.renewal is None else Renewal(self, plan.renewal)
        self._clean_down = None if plan.clean_down is None else CleanDown(self, plan.clean_down)

    def cost_of_a_day(self):
        """Interest on the balance, and until it expires a fee on the undrawn part."""
        cost = super().cost_of_a_day()
        if self.firm.today < self.expires:
            cost += max(self.limit.value - self.drawn, 0) * self._fee
        return cost

    def known_until(self, last):
        today = self.firm.today
        ends = today < self.expires <= last
        if self._renewal is not None and today < self.expires:
            ends = self._renewal.ends_within(today, last)
        return super().known_until(last) + (self._balance if ends else 0)

    def fall_due(self, day):
        """At the expiry it closes and the balance falls due, also what arrives later."""
        super().fall_due(day)
        if self._renewal is not None and day < self.expires:
            self._renewal.decide(day)
            if self._renewal.is_refused(day):
                self.expires = day
        if day >= self.expires:
            self.close("expiry", FOR_GOOD)
            self.repayment.bill(self._balance, day)
            self._balance = 0

    def end_of_day(self, day):
        super().end_of_day(day)
        if self._clean_down is not None:
            self._clean_down.look(day)


class OwnerLoan(OpenBalance):
    """The owner's money: interest at month ends, after everybody else."""

    pay_class = "owner"

    def interest_falls_due(self, day):
        return self.firm.calendar.next_business(day)


class OwnerEquity(OpenBalance):
    """What the owner puts in: no debt, no interest, never repaid."""

    pay_class = "owner"
    is_debt = False

    def take_on(self, amount, *, opening=False):
        """Nothing is owed."""
