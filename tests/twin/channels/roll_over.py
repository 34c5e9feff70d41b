"""Roll-over of a term loan at its maturity: by renewal, or by repayment and a new loan."""

from __future__ import annotations

from twin.levers import Lever


class RollOver:
    """What the bank has answered, by maturity, and what it is to lend again after repayment."""

    def __init__(self, loan, plan):
        self.loan, self.plan = loan, plan
        levers, name, level = loan.firm.levers, loan.name, loan.firm.draws.level
        key = f"channels.{name}.roll_over"
        self.chance = levers[f"{name}.roll_over"] = Lever(
            level(f"{key}.chance", plan.chance), high=1.0
        )
        self.delay = self.withdrawn = None
        if plan.mode == "repay_redraw":
            delay = level(f"{key}.delay_days", plan.delay_days)
            self.delay = levers[f"{name}.redraw_delay"] = Lever(delay, whole=True, high=365)
            withdrawn = level(f"{key}.withdrawn", plan.withdrawn)
            self.withdrawn = levers[f"{name}.withdrawn"] = Lever(withdrawn, high=1.0)
        self._answers, self._to_lend = {}, 0

    @property
    def renews(self):
        return self.plan.mode == "renew"

    def decide(self, day):
        """One answer for all that is asked today."""
        asked = [
            due
            for due in self.loan.maturities()
            if due not in self._answers and due - self.plan.decision_days <= day
        ]
        if asked:
            yes = self._says_yes(day)
            self._answers |= dict.fromkeys(asked, yes)

    def _says_yes(self, day):
        if not self.loan.is_in_order(day):
            return False
        if self.loan.plan.committed:
            return True
        return self.loan.firm.draws.is_rolled(self.loan.name, "roll_over", self.chance.value)

    def mature(self, day, principal):
        """What of the principal that matures today is not due today."""
        if not self._answers.pop(day, False):
            return 0
        if not self.renews:
            self._to_lend += principal
            return 0
        above = max(-self.loan.room_under_limit(), 0)
        return max(principal - above, 0) if self.loan.is_in_order(day) else 0

    def lend_again(self, day):
        """On the evening on which nothing due is left unpaid."""
        loan = self.loan
        if not self._to_lend:
            return
        if "arrears" in loan.causes_in_force():
            self._to_lend = 0
        elif not loan.owes_something_due(day):
            amount, self._to_lend = min(self._to_lend, loan.room_under_limit()), 0
            if loan.is_open() and not self._is_withdrawn() and amount > 0:
                loan.send(amount, day + self.delay.value)

    def _is_withdrawn(self):
        return self.loan.firm.draws.is_rolled(self.loan.name, "withdrawn", self.withdrawn.value)

    def forget(self):
        """The loan was called: no answer stands."""
        self._answers, self._to_lend = {}, 0

    def is_expected(self, due):
        """Whether the treasury counts on a maturity being renewed."""
        expects = self.loan.firm.scenario.treasury.expects_roll_over
        return self.renews and self._answers.get(due, expects)
