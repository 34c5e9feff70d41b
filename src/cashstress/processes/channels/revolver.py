"""A bank's revolving line, or overdraft: fee, covenants, clean-down, renewal or expiry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cashstress.processes.channels.clean_down import CleanDown
from cashstress.processes.channels.closing import FOR_GOOD
from cashstress.processes.channels.covenants import breaches
from cashstress.processes.channels.open_balance import OpenBalance
from cashstress.processes.channels.renewal import Renewal
from cashstress.processes.levels import Kept, level

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Days, Flags, Money
    from cashstress.processes.firm import Firm

__all__ = ["RevolvingLine"]


class RevolvingLine(OpenBalance):
    """A bank's revolving line: fee on the undrawn part, covenants at month ends, an end.

    With money on the same day of any week and no smallest drawing it is an overdraft: the treasury
    draws just what is missing, every day.
    """

    def __init__(self, firm: Firm, name: str, plan: Any) -> None:
        self.interest_day = plan.interest_day
        super().__init__(firm, name, plan)
        self._fee_per_day = Kept(firm.world, f"{name}.commitment_fee", level(
            firm.world, f"channels.{name}.commitment_fee", plan.commitment_fee.daily(),
        ))  # fmt: skip
        expires = FOR_GOOD if plan.expires is None else (plan.expires - firm.scenario.start).days
        firm.columns.add(f"{name}.expires", np.int32, expires)
        self._may_expire = plan.expires is not None or plan.renewal is not None
        self.renewal = None if plan.renewal is None else Renewal(firm, self)
        self.clean_down = None if plan.clean_down is None else CleanDown(firm, self)

    @property
    def expires(self) -> Days:
        """The day from which nothing is lent and the balance is due, per lane."""
        expires: Days = self._column("expires")
        return expires

    def due_until(self, last: int) -> Money:
        """Interest and fees, and the balance where the line expires or may do so."""
        due = super().due_until(last)
        if not self._may_expire:
            return due
        ends = (self.expires > self.firm.clock.today) & (self.expires <= last)
        if self.renewal is not None:
            ends |= self.renewal.may_end(last)
        return due + self.principal * ends

    def fall_due(self, day: int) -> None:
        """Interest and fees; at the expiry the line closes and the balance falls due."""
        super().fall_due(day)
        if self.renewal is not None:
            self.renewal.act(day)
        if not self._may_expire:
            return
        over = self._is_over()
        if over.any():
            self.close(over, "expiry", FOR_GOOD)
            # Money approved before may still arrive: it is due at once.
            due = self.principal * over
            if due.any():
                self.repayment.ledger.bill(due, day)
                self.principal[...] -= due

    def end_of_day(self, day: int) -> None:
        """Accrue, look at clean days, test the covenants on the books of a month's end."""
        super().end_of_day(day)
        if self.clean_down is not None:
            self.clean_down.look(day)
        if self.plan.covenant is not None and day in self._month_ends:
            # A breach stops drawings from tomorrow until a test is passed, and calls nothing.
            breach = breaches(self.firm, self.plan.covenant)
            self.close(breach, "covenant", FOR_GOOD)
            self.lift(~breach, "covenant")

    def _is_over(self) -> Flags:
        over: Flags = self.expires <= self.firm.clock.today
        return over

    def _cost_of_a_day(self) -> Any:
        cost, fee = super()._cost_of_a_day(), self._fee_per_day.value
        if isinstance(fee, np.ndarray) or fee:
            undrawn = np.maximum(self.limit.value - self.drawn, 0)
            cost = cost + undrawn * fee * ~self._is_over()
        return cost
