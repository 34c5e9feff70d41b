"""Early-payment discounts to customers: some invoices are paid sooner, and less of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cashstress.kernel.money import to_money
from cashstress.kernel.rings import DueRing
from cashstress.kernel.streams import TABLE_CELLS

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Days, Flags, Money
    from cashstress.processes.firm import Firm
    from cashstress.scenario.customers import EarlyPayment

__all__ = ["DISCOUNTS_GIVEN", "EarlyPayments"]

#: Account of what was given away; opened with the first customer that is offered a discount.
DISCOUNTS_GIVEN = "discounts_given"


class EarlyPayments:
    """Invoices of one customer on which the discount is taken, by the day that earns it."""

    def __init__(self, firm: Firm, customer: str, plan: EarlyPayment, *, consumer: bool) -> None:
        self._firm, self._plan, self._consumer = firm, plan, consumer
        self._customer = customer
        self._key, self._total = f"customers.{customer}.early", f"{customer}.early.total"
        firm.columns.add(self._total, np.int64)
        if f"books:{DISCOUNTS_GIVEN}" not in firm.columns:
            firm.books.account(DISCOUNTS_GIVEN, "expense")
        self._taken = DueRing(
            f"{customer}.early.taken", firm.columns, firm.clock,
            term=plan.days, age=firm.longest_roll + 1, window=0,
        )  # fmt: skip

    @property
    def owed(self) -> Money:
        """Open invoices that will be paid early, per lane."""
        return self._firm.columns[self._total]

    def take(self, gross: Money, bad: Flags | None, when: Days) -> tuple[Money, Days]:
        """Draw on which of today's invoices the discount is taken.

        Parameters
        ----------
        gross : int64 array (lanes,), minor units
        bad : bool array (lanes,) or None
            Where it is disputed or never paid.
        when : int array (lanes,)
            Day on which it would be paid otherwise.

        Returns
        -------
        taken : int64 array (lanes,), minor units
            The invoices on which it is taken, else 0.
        until : int array (lanes,)
            Day on which each invoice is paid, early or not.
        """
        firm, day = self._firm, self._firm.clock.today + self._plan.days
        draw, earlier = firm.streams.bits16(f"{self._key}_payment"), self._pay_day(day)
        chosen = (draw < self._plan.take_up * TABLE_CELLS) & (earlier < when)
        if bad is not None:
            chosen &= ~bad
        taken = gross * chosen
        self._taken.add(taken, day)
        self.owed[...] += taken
        return taken, np.where(chosen, earlier, when)

    def pay(self) -> None:
        """Take in what comes today."""
        today = self._firm.clock.today
        # A discount for paying on the day itself is earned on the next.
        first = today - 1 - (0 if self._consumer else self._firm.longest_roll)
        for day in range(first, today + 1):
            taken = self._taken.on(day)
            if taken is not None and self._pay_day(day) == today:
                self._pay(taken * self._firm.world.running)

    def _pay(self, taken: Money) -> None:
        books = self._firm.books
        saved = to_money(taken * self._plan.discount)
        name = self._customer
        books.post("cash", "receivables", taken - saved, memo="paid early", party=name)
        books.post(DISCOUNTS_GIVEN, "receivables", saved, memo="discount given", party=name)
        self.owed[...] -= taken

    def _pay_day(self, day: int) -> int:
        """When the invoice of discount day `day` is paid: after its own day, by bank if it must."""
        earliest = max(day, day - self._plan.days + 1)
        return earliest if self._consumer else int(self._firm.bank_day(earliest))
