"""A bank's term loan: applied for, used once, repaid by instalments or at maturity."""

from __future__ import annotations

from twin.channels.instalments import InstalmentLine
from twin.channels.roll_over import RollOver
from twin.levers import Lever
from twin.money import cents


class TermLoan(InstalmentLine):
    def __init__(self, firm, place, name, plan):
        super().__init__(firm, place, name, plan)
        fee = firm.draws.level(f"channels.{name}.prepayment_fee", plan.prepayment_fee)
        self._prepayment_fee = firm.levers[f"{name}.prepayment_fee"] = Lever(fee, high=1.0)
        self._may_apply, self._ever_drawn = 0, 0
        self.roll_over = None if plan.roll_over is None else RollOver(self, plan.roll_over)

    # -- applying -------------------------------------------------------------------------------

    def unused(self):
        """Nothing after a refusal; what was repaid is not lent again, unless it is reusable."""
        if self.firm.today < self._may_apply:
            return 0
        if self.plan.reusable:
            return super().unused()
        unused = self.limit.value - self._ever_drawn
        return unused if unused > 0 and unused >= self.min_drawing else 0

    def room_under_limit(self):
        """What balance and drawings on their way leave of today's limit; below 0 above it."""
        return self.limit.value - self.drawn - sum(amount for _, amount in self.pending)

    def _is_approved(self):
        approved = super()._is_approved()
        if not approved:
            self._may_apply = self.firm.today + self.plan.reapply_days
        return approved

    def grant(self, amount):
        self._ever_drawn += amount
        return super().grant(amount)

    # -- schedules ------------------------------------------------------------------------------

    def take_on(self, amount, *, opening=False):
        if opening:
            self._ever_drawn += amount
        if opening and self.plan.matures is not None:
            self._schedule_until(amount, self.plan.matures)
        else:
            super().take_on(amount, opening=opening)

    def _schedule_until(self, amount, matures):
        """The opening balance: due on the day of the month of its maturity, from the first on."""
        calendar, nominal = self.firm.calendar, self.plan.due_day or matures.day
        last = calendar.day(matures)
        dues = [calendar.month_day(0, ahead, nominal) for ahead in range(last // 28 + 2)]
        self._put(amount, [due for due in dues if 0 < due <= last], nominal)

    def _put(self, amount, dues, nominal):
        """A bullet's interest is kept by maturity."""
        if self.plan.repayment == "bullet":
            super()._put(amount, dues[-1:], dues[-1])
        else:
            super()._put(amount, dues, nominal)

    def maturities(self):
        """Days on which a drawing is repaid at its end."""
        parts = [pair for pool in self.pools.values() for pair in pool.parts.items()]
        return sorted({due for due, part in parts if part.principal})

    def prepayment_fee(self, principal):
        return cents(principal * self._prepayment_fee.value)

    # -- maturity -------------------------------------------------------------------------------

    def fall_due(self, day):
        if self.roll_over is not None:
            self.roll_over.decide(day)
        super().fall_due(day)

    def mature(self, day, principal):
        """What is due of the principal that matures; the rest is renewed."""
        if self.roll_over is None:
            return principal
        renewed = self.roll_over.mature(day, principal)
        if renewed:
            self._schedule(renewed, self.tenor.value)
        return principal - renewed

    def end_of_day(self, day):
        super().end_of_day(day)
        if self.roll_over is not None:
            self.roll_over.lend_again(day)

    def give_up(self):
        if self.roll_over is not None:
            self.roll_over.forget()
        return super().give_up()

    # -- what the treasury sees -----------------------------------------------------------------

    def counts_on_renewal(self, due):
        return self.roll_over is not None and self.roll_over.is_expected(due)

    def dues_after(self, maturity, last):
        """Days until `last` on which a renewed loan asks for interest; a bullet's is not seen."""
        if self.plan.repayment == "bullet":
            return []
        calendar, nominal = self.firm.calendar, self.plan.due_day
        nominal = nominal or calendar.date(maturity).day
        months = range(1, (last - maturity) // 28 + 2)
        days = [calendar.month_day(maturity, ahead, nominal) for ahead in months]
        return [day for day in days if day <= last]
