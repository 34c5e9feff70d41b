"""Early-payment discounts: an invoice paid in full on its discount day costs less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cashstress.kernel.money import to_money
from cashstress.kernel.rings import DueRing

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Days, Money
    from cashstress.processes.firm import Firm
    from cashstress.processes.purchasing import Supplier

__all__ = ["Discount"]


class Discount:
    """Invoices of one supplier that may be paid early, by the day that earns the discount."""

    def __init__(self, firm: Firm, supplier: Supplier) -> None:
        self._firm, self._supplier = firm, supplier
        self.days, self.share = supplier.plan.discount_days, supplier.plan.discount
        name = f"{supplier.name}.discount"
        self._offers = DueRing(name, firm.columns, firm.clock, term=self.days, age=0, window=0)
        self._due = DueRing(
            f"{name}.due", firm.columns, firm.clock, term=self.days, age=0, window=0
        )

    def offer(self, invoice: Money, due: int | Days) -> None:
        """Remember an invoice delivered today and when it falls due without the discount."""
        day = self._firm.clock.today + self.days
        self._offers.add(invoice, day)
        self._due.add(np.broadcast_to(np.asarray(due, np.int64), invoice.shape), day)

    def take(self, spare: Money) -> None:
        """Pay in the lanes whose `spare` cash covers them; call it on business days.

        These are the invoices of today, and of the closed days that follow.
        """
        today = self._firm.clock.today
        for day in range(today, int(self._firm.calendar.next_business[today + 1])):
            spare = self._take(day, spare)

    def _take(self, day: int, spare: Money) -> Money:
        """Pay the invoices whose discount ends on `day`; returns what is left."""
        today = self._firm.clock.today
        invoice, due = self._offers.on(day), self._due.on(day)
        if invoice is None or due is None:
            return spare
        saved = to_money(invoice * self.share)
        taken = (invoice > 0) & (due > today) & (invoice - saved <= spare)
        taken &= self._firm.world.running
        self._pay(invoice * taken, saved * taken, due)
        return spare - (invoice - saved) * taken

    def _pay(self, invoice: Money, saved: Money, due: Days) -> None:
        payable, books = self._supplier.payable, self._firm.books
        payable.ledger.withdraw(invoice, due)
        account, name = payable.account, self._supplier.name
        books.post(account, "cash", invoice - saved, memo="paid early", party=name)
        books.post(account, "discounts", saved, memo="discount taken", party=name)
