"""Other means of payment than cash: what pays suppliers before the treasury borrows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Lanes, Money
    from cashstress.processes.bills import Bills
    from cashstress.processes.firm import Firm

__all__ = ["Endorsing", "Means"]


class Means(Protocol):
    """Pays suppliers with something that is not cash."""

    @property
    def pays_first(self) -> bool:
        """Whether it pays all it can, and not only what cash does not suffice for."""

    def pay_suppliers(self, lanes: Lanes, wanted: Money) -> bool:
        """Pay suppliers in `lanes`, about `wanted` of what is due; says whether it paid any."""


class Endorsing:
    """Bills in hand are endorsed to suppliers who accept them (背书转让), at face."""

    def __init__(self, firm: Firm, hand: Bills, *, pays_first: bool) -> None:
        self._firm, self._hand, self.pays_first = firm, hand, pays_first

    def pay_suppliers(self, lanes: Lanes, wanted: Money) -> bool:
        """Pay suppliers, in paying order, until what is wanted is paid."""
        held = self._firm.total(book.held for book in self._hand.books)
        some = held[lanes] > 0
        lanes, wanted = lanes[some], wanted[some]
        paid_any = False
        paying = self._firm.treasury.paying
        for supplier in paying.acceptors:
            if lanes.size and supplier.payable.has_due():
                due = paying.required_of(supplier.payable, lanes)
                paid = self._hand.endorse(lanes, supplier, np.maximum(wanted, 0), due)
                wanted = wanted - paid
                paid_any = paid_any or bool(paid.any())
        return paid_any
