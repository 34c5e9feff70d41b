"""A bank's term loan: applied for, perhaps refused; at maturity repaid or rolled over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cashstress.kernel.money import to_money
from cashstress.processes.channels.closing import FOR_GOOD
from cashstress.processes.channels.covenants import breaches
from cashstress.processes.channels.instalment_line import InstalmentLine
from cashstress.processes.channels.roll_over import RollOver
from cashstress.processes.levels import at, level
from cashstress.processes.reach import longest_days

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Flags, Lanes, Money
    from cashstress.processes.firm import Firm

__all__ = ["TermLoan"]


class TermLoan(InstalmentLine):
    """Money lent for a term.

    An application may be refused, and then waits `reapply_days`.  Unless it is `reusable`, what
    was repaid is not lent again, except by a roll-over.
    """

    def __init__(self, firm: Firm, name: str, plan: Any) -> None:
        super().__init__(firm, name, plan)
        firm.columns.add(f"{name}.used", np.int64)
        firm.columns.add(f"{name}.refused_until", np.int32)
        self.roll_over = None if plan.roll_over is None else RollOver(firm, self)

    def _make_levers(self) -> None:
        super()._make_levers()
        name, plan, firm = self.name, self.plan, self.firm
        self._fee_for_repaying = firm.levers.add(
            f"{name}.prepayment_fee",
            level(firm.world, f"channels.{name}.prepayment_fee", plan.prepayment_fee),
            "share", (0.0, 1.0),
        )  # fmt: skip

    @property
    def longest_wait(self) -> int:
        """Longest time from a yes to the money, days."""
        plan = self.plan.roll_over
        if plan is None:
            return super().longest_wait
        redraw = longest_days(self.firm.scenario, f"{self.name}.redraw_delay", plan.delay_days)
        return max(super().longest_wait, redraw)

    def due_until(self, last: int) -> Money:
        """Instalments until `last`, less what is known (or expected) to be renewed."""
        due = super().due_until(last)
        return due if self.roll_over is None else due - self.roll_over.renewed_until(last)

    def fall_due(self, day: int) -> None:
        """Decide on roll-overs, move what is renewed, ask for the rest."""
        if self.roll_over is not None:
            self.roll_over.decide()
            self.roll_over.mature()
        super().fall_due(day)

    def end_of_day(self, day: int) -> None:
        """Accrue and judge; lend again what was repaid; test the covenants at a month's end."""
        super().end_of_day(day)
        if self.roll_over is not None:
            self.roll_over.lend_again()
        if self.plan.covenant is not None and day in self._month_ends:
            breach = breaches(self.firm, self.plan.covenant)
            self.close(breach, "covenant", FOR_GOOD)
            self.lift(~breach, "covenant")

    def call_in(self, lanes: Lanes) -> tuple[Money, Money]:
        """All that is left; answers on its roll-over are void."""
        if self.roll_over is not None:
            self.roll_over.forget(lanes)
        return super().call_in(lanes)

    def prepayment_fee(self, lanes: Lanes, principal: Money) -> Money:
        """A share of the principal repaid early."""
        share = at(self._fee_for_repaying.value, lanes)
        return to_money(np.multiply(principal, share, dtype=np.float64))

    def room_under_limit(self) -> Money:
        """Limit of today less what is drawn and on its way, per lane."""
        room: Money = np.maximum(self.limit.value - self.drawn - self.pending, 0)
        return room

    def pay_again(self, lanes: Lanes, amount: Money, arrival: Any) -> None:
        """Lend in `lanes` what was repaid: it counts as the same use of the line."""
        self._column("used")[lanes] -= amount
        self.send(lanes, amount, arrival)

    def _opening(self) -> tuple[int, int, int]:
        begin, months = self.plan.due_days_left(self.firm.scenario.start)
        own = self.plan.matures or self.firm.scenario.start
        return self.plan.due_day or own.day, begin, months

    def _take_on(self, lanes: Lanes, amount: Money, *, opening: bool) -> None:
        self._column("used")[lanes] += amount
        super()._take_on(lanes, amount, opening=opening)

    def _unused(self, lanes: Lanes | slice) -> Money:
        unused = super()._unused(lanes)
        if not self.plan.reusable:
            left = at(self.limit.value, lanes) - self._column("used")[lanes] - self.pending[lanes]
            unused = np.minimum(unused, np.maximum(left, 0))
            unused = unused * (unused >= max(self.min_drawing, 1))
        may_ask: Money = unused * (self._column("refused_until")[lanes] <= self.firm.clock.today)
        return may_ask

    def _approved(self, lanes: Lanes, granted: Money) -> Flags | bool:
        accepted = super()._approved(lanes, granted)
        if accepted is not True:
            refused = lanes[(granted > 0) & ~np.asarray(accepted)]
            again = self.firm.clock.today + self.plan.reapply_days
            self._column("refused_until")[refused] = again
        return accepted
