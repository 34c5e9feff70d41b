"""Roll-over (续贷): what a bank decides before a maturity, and what then happens.

A bank says yes or no once for all that matures on one day, `decision_days` before.  With mode
`renew` (无还本续贷) the maturity moves; with `repay_redraw` (过桥) the loan is repaid first and
lent again after a while.  On the day itself the line must be open and nothing overdue, whatever
was said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cashstress.kernel.money import to_money
from cashstress.processes.levels import at, level
from cashstress.processes.reach import longest_days

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Flags, Lanes, Money
    from cashstress.processes.channels.term_loan import TermLoan
    from cashstress.processes.firm import Firm

__all__ = ["RollOver"]

_YES: Final = 1
_NO: Final = 2


class RollOver:
    """The maturities of one loan: asked, answered, moved or lent again."""

    def __init__(self, firm: Firm, loan: TermLoan) -> None:
        self._firm, self._loan = firm, loan
        self.plan = loan.plan.roll_over
        self._renews = self.plan.mode == "renew"
        name, key = loan.name, f"channels.{loan.name}.roll_over"
        self.chance = firm.levers.add(
            f"{name}.roll_over", level(firm.world, f"{key}.chance", self.plan.chance),
            "share", (0.0, 1.0),
        )  # fmt: skip
        # The answer for each maturity that the loan's ring holds: none yet, yes or no.
        firm.columns.add(f"{name}.answers", np.int8, rows=loan.ring.rows)
        if not self._renews:
            self._make_redraw(key)

    def _make_redraw(self, key: str) -> None:
        firm, name, plan = self._firm, self._loan.name, self.plan
        longest = longest_days(firm.scenario, f"{name}.redraw_delay", plan.delay_days)
        self.delay = firm.levers.add(
            f"{name}.redraw_delay", level(firm.world, f"{key}.delay_days", plan.delay_days),
            "days", (0.0, longest),
        )  # fmt: skip
        self.withdrawn = firm.levers.add(
            f"{name}.withdrawn", level(firm.world, f"{key}.withdrawn", plan.withdrawn),
            "share", (0.0, 1.0),
        )  # fmt: skip
        # Matured after a yes, and to be lent again once everything is repaid.
        firm.columns.add(f"{name}.promised", np.int64)

    def decide(self) -> None:
        """Answer for maturities that come within `decision_days` and have no answer yet."""
        loan = self._loan
        rows = [row for _, row in loan.ring.coming(self.plan.decision_days)]
        rows += [loan.ring.row_due_now(group) for group in loan.ring.groups_due()]
        asked = [row for row in rows if self._unanswered(row).any()]
        if not asked:
            return
        yes = self._is_sound() & self._says_yes()
        for row in asked:
            np.copyto(self._answers[row], np.where(yes, _YES, _NO), where=self._unanswered(row))

    def mature(self) -> None:
        """On the day: move what is renewed, or note what is to be lent again."""
        loan = self._loan
        for group in loan.ring.groups_due():
            row = loan.ring.row_due_now(group)
            if self._renews:
                self._renew(group, row)
            else:
                yes = self._answers[row] == _YES
                self._firm.columns[f"{loan.name}.promised"][...] += loan.ring.due_now(group) * yes
            self._answers[row] = 0

    def forget(self, lanes: Lanes) -> None:
        """Take back every answer in `lanes`: the whole balance was called."""
        self._answers[:, lanes] = 0

    def renewed_until(self, last: int) -> Money:
        """Outflows after today and until `last` that a renewal takes away, per lane.

        Principal that will be renewed for certain (or, if the treasury counts on it, that has no
        answer yet), less what it will earn until the last due day of that time.
        """
        firm, loan = self._firm, self._loan
        gone = np.zeros(firm.world.lanes, np.int64)
        for due, row in loan.ring.coming(last - firm.clock.today) if self._renews else ():
            lanes = self._counted_on(row)
            if lanes.any():
                moved = loan.ring.principal_of(row) * lanes
                gone += moved - to_money(
                    moved * loan.rate.value * loan.ring.days_asked_for_after(row, due, last)
                )
        return gone

    def lend_again(self) -> None:
        """Once everything due is repaid, lend again what matured, or do not (抽贷)."""
        if self._renews:
            return
        promised = self._firm.columns[f"{self._loan.name}.promised"]
        if not promised.any():
            return
        ready = (promised > 0) & ~self._owes()
        if not ready.any():
            return
        lent = ready & self._is_sound() & ~self._withholds()
        amount = np.minimum(promised, self._loan.room_under_limit()) * lent
        lanes = np.flatnonzero(amount)
        promised[ready] = 0
        today = self._firm.clock.today
        days = today + np.broadcast_to(at(self.delay.value, lanes), lanes.shape)
        self._loan.pay_again(lanes, amount[lanes], days)

    @property
    def _answers(self) -> np.ndarray:
        return self._firm.columns[f"{self._loan.name}.answers"]

    def _unanswered(self, row: int) -> Flags:
        unanswered: Flags = (self._loan.ring.principal_of(row) > 0) & (self._answers[row] == 0)
        return unanswered

    def _counted_on(self, row: int) -> Flags:
        counted: Flags = self._answers[row] == _YES
        if self._firm.scenario.treasury.expects_roll_over:
            counted = counted | self._unanswered(row)
        return counted

    def _says_yes(self) -> Flags | bool:
        chance = self.chance.value
        if self._loan.plan.committed or (np.ndim(chance) == 0 and chance >= 1.0):
            return True
        drawn = self._firm.streams.uniform(f"channels.{self._loan.name}.roll_over")
        said: Flags = drawn < chance
        return said

    def _withholds(self) -> Flags | bool:
        chance = self.withdrawn.value
        if np.ndim(chance) == 0 and chance <= 0.0:
            return np.zeros(self._firm.world.lanes, np.bool_)
        drawn = self._firm.streams.uniform(f"channels.{self._loan.name}.withdrawn")
        withheld: Flags = drawn < chance
        return withheld

    def _is_sound(self) -> Flags:
        """Lanes in good standing: the line is open and nothing is overdue on it."""
        return self._loan.is_open() & ~self._owes() & self._firm.world.running

    def _owes(self) -> Flags:
        loan = self._loan
        owes: Flags = (loan.repayment.ledger.owed > 0) | (loan.interest.ledger.owed > 0)
        return owes

    def _renew(self, group: int, row: int) -> None:
        loan = self._loan
        due = loan.ring.due_now(group)
        # A limit cut meanwhile: what is above it is not renewed.
        above = np.maximum(loan.drawn + loan.pending - loan.limit.value, 0)
        amount = np.maximum(due - above, 0) * ((self._answers[row] == _YES) & self._is_sound())
        lanes = np.flatnonzero(amount)
        if lanes.size:
            self._postpone(lanes, amount[lanes], group)

    def _postpone(self, lanes: Lanes, amount: Money, group: int) -> None:
        loan = self._loan
        rate = np.broadcast_to(at(loan.rate.value, lanes), lanes.shape)
        for months, some in loan.tenors(lanes):
            loan.ring.postpone(lanes[some], amount[some], rate[some], group=group, months=months)
