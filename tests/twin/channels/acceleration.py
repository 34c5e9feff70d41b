"""Acceleration: a lender who has waited long enough calls the whole balance."""

from __future__ import annotations

from twin.money import cents


class Acceleration:
    """Decided in the evening, called on the next day after what falls due anyway."""

    def __init__(self, line, days):
        self._line, self._days, self._called = line, days, False

    def judge(self, age):
        """Call tomorrow where an instalment or interest is so many days past due."""
        self._called = self._days is not None and age is not None and age >= self._days

    def call(self, day):
        line = self._line
        if self._called and line.principal:
            principal, interest = line.give_up()
            line.owe_interest(cents(interest), day)
            line.repayment.bill(principal, day)
