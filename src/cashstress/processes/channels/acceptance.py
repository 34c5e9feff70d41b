"""Acceptances (银行承兑): the firm's bank accepts bills that pay its suppliers, on a deposit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from cashstress.kernel.money import to_money, whole_up
from cashstress.kernel.rings import ArrivalRing
from cashstress.kernel.shares import enough_to_leave, grossed_up, most_within
from cashstress.processes.channels.paper import PaperChannel
from cashstress.processes.levels import at

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Lanes, Level, Money
    from cashstress.processes.firm import Firm
    from cashstress.processes.payables import Payable

__all__ = ["AcceptanceLine"]

#: No month is longer, days.
_MONTH = 31


@attrs.frozen(eq=False)
class _Issue:
    """Bills issued to one supplier today, per lane of some lanes, minor units."""

    payable: Payable
    face: Money
    deposit: Money
    fee: Money

    @property
    def exposure(self) -> Money:
        """What counts against the limit (敞口)."""
        return self.face - self.deposit

    @property
    def cost(self) -> Money:
        """What it takes of the firm's cash today."""
        return self.deposit + self.fee


class AcceptanceLine(PaperChannel):
    """A bank that accepts the firm's own bills.

    What it is asked for, and what counts against its limit, is the face less the deposit (敞口).
    It gives no cash: suppliers who accept bills are paid.  At maturity the bank pays the holder and
    debits the firm, the deposit first; what the firm cannot pay is the bank's advance (垫款).
    """

    pays_suppliers = True

    def __init__(self, firm: Firm, name: str, plan: Any) -> None:
        super().__init__(firm, name, plan)
        days = _MONTH * plan.tenor_months + firm.longest_roll
        self._faces, self._deposits = (
            ArrivalRing(f"{name}.{part}.ring", firm.columns, firm.clock, days=days)
            for part in ("issued", "deposits")
        )
        self.deposit_account = firm.books.account(f"deposit:{name}", "asset")
        firm.books.control(self.deposit_account, lambda: self._deposits.total)

    @property
    def pays_first(self) -> bool:
        """Whether it is issued for all that is due to those who accept it."""
        return bool(self.plan.use == "always")

    @property
    def used(self) -> Money:
        """Face less deposits, of what is outstanding and of what is overdue."""
        return self.drawn - self.firm.books.balance(self.deposit_account)

    @property
    def principal(self) -> Money:
        """Face issued and not yet matured, per lane."""
        return self._faces.total

    def ahead(self) -> Money:
        """What it will debit in the look-ahead beyond the deposits."""
        return self.due_until(self.firm.clock.today + self.firm.look_ahead)

    def due_until(self, last: int) -> Money:
        """The same after today and until `last`."""
        return self._faces.until(last) - self._deposits.until(last)

    # -- what can be issued ------------------------------------------------------------------------

    def _unused(self, lanes: Lanes | slice) -> Money:
        """What of the limit could pay suppliers who accept bills today, per lane of `lanes`."""
        left = np.maximum(at(self.limit.value, lanes) - self.used[lanes], 0)
        if not self._coming.is_empty():
            left = np.maximum(left - self.pending[lanes], 0)
        unused = np.zeros(left.shape, np.int64)
        for issue in self._issues(lanes, left.astype(np.int64)):
            unused += issue.exposure
        return unused * (unused >= self.min_drawing) if self.min_drawing else unused

    def _issues(self, lanes: Lanes | slice, most: Money) -> list[_Issue]:
        """Bills that would be issued in `lanes`, in paying order, for at most `most` of exposure.

        Deposit and fee are paid from cash beyond what is due in the classes before the supplier's.
        """
        found: list[_Issue] = []
        limit, cash = most.copy(), self.firm.cash[lanes].copy()
        fee = at(self.fee.value, lanes)
        paying = self.firm.treasury.paying
        for supplier in paying.acceptors:
            payable = supplier.payable
            if not payable.has_due():
                continue
            before = paying.required_before(payable.pay_class, lanes) - _paid_before(found, payable)
            spare = np.maximum(cash - before, 0)
            face = self._within_limit(paying.required_of(payable, lanes), limit)
            face = self._affordable(face, spare, fee)
            issue = self._issue(payable, face, fee)
            found.append(issue)
            limit -= issue.exposure
            cash -= issue.cost
        return found

    def _issue(self, payable: Payable, face: Money, fee: Level) -> _Issue:
        charged = to_money(face * np.asarray(fee))
        return _Issue(payable, face, self._deposit_on(face), charged)

    def _within_limit(self, due: Money, limit: Money) -> Money:
        """The face of a bill for all that is due, or for what the limit leaves room for."""
        fits = due - self._deposit_on(due) <= limit
        return np.where(fits, due, self._face_of(limit))

    def _affordable(self, face: Money, spare: Money, fee: Level) -> Money:
        """The same face where its deposit and fee can be paid from spare cash, else what can."""
        share = self.plan.deposit + np.asarray(fee, np.float64)
        less = most_within(spare, share, roundings=2)
        can_pay = self._issue(self.repayment, face, fee).cost <= spare
        return np.where(can_pay, face, np.minimum(face, less))

    def _deposit_on(self, face: Money) -> Money:
        return whole_up(face * self.plan.deposit)

    def _face_of(self, exposure: Money) -> Money:
        """The least face that leaves `exposure` after its deposit."""
        return grossed_up(exposure, 1.0 - self.plan.deposit)

    def to_receive(self, lanes: Lanes, amount: Money) -> Money:
        """The exposure that relieves the firm of `amount` after the fee; 0 if none does."""
        kept = 1.0 - np.asarray(at(self.fee.value, lanes)) / (1.0 - self.plan.deposit)
        return enough_to_leave(amount, kept, lambda exposure: self.after_fee(lanes, exposure))

    def after_fee(self, lanes: Lanes | slice, amount: Money) -> Money:
        """What an exposure relieves the firm of."""
        fee = to_money(self._face_of(amount) * at(self.fee.value, lanes))
        return amount - np.minimum(fee, amount)

    def request(self, lanes: Lanes, wanted: Money) -> tuple[Money, Money]:
        """Ask for bills; what comes at once is what the firm is relieved of today."""
        before = self._burden(lanes)
        _, later = super().request(lanes, wanted)
        return before - self._burden(lanes), later

    def pay_suppliers(self, lanes: Lanes, wanted: Money) -> bool:
        """Issue bills for all that is due to those who accept them."""
        del wanted
        before = self.drawn.copy()
        self.request(lanes, self._unused(lanes))
        return bool((self.drawn != before).any())

    def _burden(self, lanes: Lanes) -> Money:
        """What is due to suppliers who accept bills, less cash."""
        paying = self.firm.treasury.paying
        burden: Money = -self.firm.cash[lanes]
        for supplier in paying.acceptors:
            burden += paying.required_of(supplier.payable, lanes)
        return burden

    # -- issuing -----------------------------------------------------------------------------------

    def _take_on(self, lanes: Lanes, amount: Money, *, opening: bool) -> None:
        """Issue bills for an exposure of `amount`, as far as there is somebody to pay."""
        del opening
        pays = self._pay_day()
        issued = np.zeros(len(lanes), np.int64)
        for issue in self._issues(lanes, amount):
            issue.payable.pay(issue.face, lanes, by=self.account)
            self._lock(lanes, issue)
            days = np.full(len(lanes), pays)
            self._faces.pile(issue.face, days, lanes)
            self._deposits.pile(issue.deposit, days, lanes)
            issued += issue.face
        self.firm.outcomes.chain.lends(self.name, lanes[issued > 0])

    def _lock(self, lanes: Lanes, issue: _Issue) -> None:
        """The deposit leaves cash through the line's account: a repayment in the weekly table."""
        post, name, deposit = self.firm.books.post, self.name, issue.deposit
        post(self.account, "cash", deposit, lanes=lanes, memo="deposit", party=name)
        post(self.deposit_account, self.account, deposit, lanes=lanes, memo="deposit", party=name)
        post("fees", "cash", issue.fee, lanes=lanes, memo="acceptance fee", party=name)

    def _pay_day(self) -> int:
        """When a bill issued today is paid."""
        calendar = self.firm.calendar
        date = calendar.date(self.firm.clock.today)
        months = date.month + self.plan.tenor_months
        return calendar.roll(calendar.month_day(date.year, months, date.day), "next")

    # -- maturity ----------------------------------------------------------------------------------

    def fall_due(self, day: int) -> None:
        """The bank pays the holders: the deposits are used, the rest is due."""
        running = self.firm.world.living()
        face, deposit = self._faces.arrivals(running), self._deposits.arrivals(running)
        if face is not None:
            self.firm.books.post(
                self.account, self.deposit_account, deposit, memo="deposit used", party=self.name
            )
            self.repayment.ledger.bill(face - deposit, day)


def _paid_before(issues: list[_Issue], payable: Payable) -> Any:
    """Face issued already to suppliers whose class is paid before this one's."""
    return sum(
        (issue.face for issue in issues if issue.payable.pay_class != payable.pay_class), start=0
    )
