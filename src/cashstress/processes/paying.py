"""Paying: strict order by class, oldest due day first inside a class.

An old bill of a lower class never comes before a new bill of a higher class.  An item that is paid
whole or not at all holds its cash while it waits, and lower classes wait with it, unless the policy
releases it.  Bills that the policy stretches are paid last, from cash above the floor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from cashstress.kernel.obligations import share_out
from cashstress.processes.payables import PAY_CLASSES
from cashstress.processes.purse import Purse

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Flags, Lanes, Money
    from cashstress.processes.firm import Firm
    from cashstress.processes.payables import Payable, PayClass
    from cashstress.processes.purchasing import Supplier

__all__ = ["DEFERRABLE", "Due", "Paying"]

#: The scenario's names of the classes that may be stretched.
DEFERRABLE: Final[dict[str, PayClass]] = {
    "taxes": "taxes",
    "critical": "critical_suppliers",
    "rent": "rent",
    "other": "other_suppliers",
    "discretionary": "discretionary",
}


@attrs.frozen(eq=False)
class Due:
    """What is to be paid today.

    Attributes
    ----------
    ledgers : list of Payable
        Those that can be paid today and have something due, in paying order.
    waiting : list of Payable
        Those with something due that must wait until the banks open.
    total : int64 array (lanes,), minor units
        Due and overdue in `ledgers`, and cash orders.
    required : int64 array (lanes,), minor units
        The same without what the policy lets wait.
    """

    ledgers: list[Payable]
    waiting: list[Payable]
    total: Money
    required: Money

    def to(self, pay_class: PayClass) -> list[Payable]:
        """Those of one class that can be paid today."""
        return [payable for payable in self.ledgers if payable.pay_class == pay_class]


class Paying:
    """Pays what is due today: all of it where there is cash for it, else in order."""

    def __init__(self, firm: Firm, *, release: bool) -> None:
        self._firm, self._release = firm, release
        defer = firm.scenario.treasury.defer
        self._defer = {DEFERRABLE[name]: days for name, days in defer.items() if days}
        #: Suppliers who accept bills, in paying order.
        self.acceptors = sorted(
            (supplier for supplier in firm.suppliers if supplier.plan.accepts_bills),
            key=lambda supplier: PAY_CLASSES.index(supplier.payable.pay_class),
        )

    def due(self, *, bank_day: bool) -> Due:
        """Look through the ledgers; only debits move when banks are closed."""
        ledgers: list[Payable] = []
        waiting: list[Payable] = []
        for payable in self._firm.payables:
            if payable.has_due():
                can_be_paid = bank_day or payable.pay_class == "instalments"
                (ledgers if can_be_paid else waiting).append(payable)
        total = self._firm.total(payable.due() for payable in ledgers)
        for supplier in self._firm.suppliers if bank_day else ():
            price = supplier.cash_order_price()
            if price is not None:
                total += price
        may_wait = [payable for payable in ledgers if payable.pay_class in self._defer]
        required = total.copy() if may_wait else total
        for payable in may_wait:
            required -= payable.due()
            required += self.required_of(payable, slice(None))
        return Due(ledgers, waiting, total, required)

    def when_banks_open(self, due: Due) -> Money:
        """What of the bills that wait for the banks is not let wait by policy, per lane."""
        return self._firm.total(self.required_of(payable, slice(None)) for payable in due.waiting)

    def pay(self, due: Due, floor: int, *, bank_day: bool) -> None:
        """Pay; note what stays unpaid."""
        in_order = self._to_be_paid_in_order(due, floor)
        lanes = np.flatnonzero(in_order)
        purse = Purse(lanes, self._firm.cash[lanes])
        for pay_class in PAY_CLASSES:
            ledgers = due.to(pay_class)
            for payable in ledgers:
                payable.pay_all(but=lanes)
            purse.leave_behind_the_empty()
            if ledgers and purse.lanes.size:
                self._pay_class(ledgers, purse)
            for supplier in self._cash_orders(pay_class, bank_day=bank_day):
                _pay_cash_order(supplier, in_order, purse)
        if self._defer and bank_day:
            self._pay_what_may_wait(due, lanes, floor)
        self._note_unpaid(due, lanes)
        if bank_day:
            self._take_discounts(floor)

    def _to_be_paid_in_order(self, due: Due, floor: int) -> Flags:
        """Lanes that are short of cash, or of cash above the floor where something may wait.

        The others pay all that is due, be it stretched or not.
        """
        in_order: Flags = due.total > self._firm.cash
        may_wait = [payable for payable in due.ledgers if payable.pay_class in self._defer]
        if floor and may_wait:
            tight = due.total > self._firm.cash - floor
            for payable in may_wait:
                in_order |= tight & (payable.due() > 0)
        return in_order

    def required_of(self, payable: Payable, lanes: Lanes | slice) -> Money:
        """What of a ledger is due and not let wait by policy, per lane of `lanes`."""
        days = self._defer.get(payable.pay_class, 0)
        if not days:
            return payable.due(lanes)
        # A limit that falls on a closed day is one of the next business day.
        today = self._firm.clock.today
        closed = today - int(self._firm.calendar.previous_business[today])
        older = payable.ledger.owed_longer_than(days + closed, lanes)
        running = self._firm.world.living()
        return older if running is None else older * running[lanes]

    def required_before(self, pay_class: PayClass, lanes: Lanes | slice) -> Money:
        """What is due and not let wait in the classes that are paid before this one."""
        before = PAY_CLASSES[: PAY_CLASSES.index(pay_class)]
        ledgers = [p for p in self._firm.payables if p.pay_class in before and p.has_due()]
        total: Money = np.zeros(self._firm.world.lanes, np.int64)[lanes]
        for payable in ledgers:
            total += self.required_of(payable, lanes)
        return total

    def _pay_class(self, ledgers: list[Payable], purse: Purse) -> None:
        """One creditor after another where some are paid whole, else the oldest bills first."""
        if any(ledger.whole for ledger in ledgers):
            for payable in ledgers:
                self._pay_one(payable, purse)
            return
        due = [self.required_of(payable, purse.lanes) for payable in ledgers]
        _pay_oldest_first(ledgers, due, purse)

    def _pay_one(self, payable: Payable, purse: Purse) -> None:
        """Pay one ledger; hold the cash of a whole item that cannot be paid."""
        if not payable.whole:
            purse.pay(payable, np.minimum(payable.due(purse.lanes), purse.cash))
            return
        purse.pay(payable, payable.whole_bills_within(purse.lanes, purse.cash))
        if not self._release:
            purse.hold(payable.due(purse.lanes) > 0)

    def _cash_orders(self, pay_class: PayClass, *, bank_day: bool) -> list[Supplier]:
        """Suppliers of a class that want cash for today's order; without banks the order lapses."""
        suppliers = [s for s in self._firm.suppliers if s.payable.pay_class == pay_class]
        if bank_day:
            return suppliers
        for supplier in suppliers:
            supplier.pay_cash_order(np.zeros(self._firm.world.lanes, np.bool_))
        return []

    def _pay_what_may_wait(self, due: Due, lanes: Lanes, floor: int) -> None:
        """Last of all, from cash above the floor, where nothing else is left to pay."""
        settled = self._still_required(due, lanes) == 0
        spare = Purse(lanes, np.maximum(self._firm.cash[lanes] - floor, 0) * settled)
        for pay_class in [each for each in PAY_CLASSES if each in self._defer]:
            ledgers = due.to(pay_class)
            if ledgers:
                owed = [payable.due(lanes) for payable in ledgers]
                _pay_oldest_first(ledgers, owed, spare)

    def _still_required(self, due: Due, lanes: Lanes) -> Money:
        total = np.zeros(len(lanes), np.int64)
        for payable in (*due.ledgers, *due.waiting):
            total += self.required_of(payable, lanes)
        return total

    def _take_discounts(self, floor: int) -> None:
        unpaid = self._firm.columns["treasury.unpaid"]
        for supplier in self._firm.suppliers:
            if supplier.discount is not None:
                supplier.discount.take((self._firm.cash - floor) * (unpaid == 0))

    def _note_unpaid(self, due: Due, lanes: Lanes) -> None:
        unpaid = self._firm.columns["treasury.unpaid"]
        unpaid[...] = 0
        for payable in due.waiting:
            unpaid += self.required_of(payable, slice(None))
        if lanes.size:
            unpaid[lanes] = self._still_required(due, lanes)


def _pay_cash_order(supplier: Supplier, in_order: Flags, purse: Purse) -> None:
    """Pay for today's order where the cash suffices: elsewhere it is not accepted."""
    price = supplier.cash_order_price()
    if price is None:
        return
    asked = price[purse.lanes]
    paid = (asked > 0) & (asked <= purse.cash)
    accepted = (price > 0) & ~in_order
    accepted[purse.lanes] = paid
    supplier.pay_cash_order(accepted)
    purse.cash = purse.cash - asked * paid


def _pay_oldest_first(ledgers: list[Payable], due: list[Money], purse: Purse) -> None:
    """Pay what is `due` of each ledger of a class, the oldest first where cash is short.

    `due` is all that is owed, or the part of it that is older than some number of days.
    """
    wanted: Money = due[0] if len(due) == 1 else np.add.reduce(due)
    short = (wanted > purse.cash).nonzero()[0]
    remaining: Money = np.maximum(purse.cash - wanted, 0)
    if short.size:
        asking = [i for i, amount in enumerate(due) if amount[short].any()]
        shares = _shares([ledgers[i] for i in asking], purse.lanes[short], purse.cash[short])
        for i, share in zip(asking, shares, strict=True):
            due[i][short] = share
    for payable, amount in zip(ledgers, due, strict=True):
        payable.pay(amount, purse.lanes)
    purse.cash = remaining


def _shares(ledgers: list[Payable], lanes: Lanes, cash: Money) -> list[Money]:
    """What each ledger gets of the cash, where more is owed than there is."""
    if len(ledgers) == 1:
        return [cash]
    return share_out([payable.ledger.cursor(lanes) for payable in ledgers], cash)
