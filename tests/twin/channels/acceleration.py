"""Acceleration: a lender who has waited long enough calls the whole balance."""

from __future__ import annotations

from twin.money import cents


class Acceleration:
    """Decided in the evening, called on the next day after what falls due anyway."""

    def __init__(self, line, days):
        self._line, self._days, self._called = line, days, False

    def judge(self, age):
        """Call tomorrow where something is so many days past due, and something not yet due."""
        late = self._days is not None and age is not None and age >= self._days
        self._called = late and self._line.principal > 0

    def call(self, day):
        line = self._line
        if self._called:
            principal, interest = line.give_up()
            line.owe_interest(cents(interest), day)
            line.repayment.bill(principal, day)
