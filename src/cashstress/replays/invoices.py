"""Invoices of one lane, one by one: what was past due on a day and had not come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from cashstress.replays.events import Late

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Days, Flags, Level, Money
    from cashstress.processes.collections import Customer, Fate
    from cashstress.processes.invoices import Parts

__all__ = ["OpenInvoices"]

_SOON: Final = 14


@attrs.define
class _Invoice:
    """What is open of an invoice, when it was expected and when it is settled."""

    left: int
    expected: int
    settled: int
    bad: bool
    disputed: bool


class OpenInvoices:
    """Sees every invoice of a one-lane firm when it is written (`InvoiceObserver`)."""

    def __init__(self) -> None:
        self._of: dict[str, list[_Invoice]] = {}

    def invoiced(
        self, customer: Customer, gross: Money, expected: Level, settled: Days, fate: Fate
    ) -> None:
        """Keep an invoice."""
        if gross[0]:
            invoice = _Invoice(
                int(gross[0]), _only(expected), _only(settled),
                bad=fate.bad is not None and bool(fate.bad[0]),
                disputed=fate.disputed is not None and bool(fate.disputed[0]),
            )  # fmt: skip
            self._of.setdefault(customer.name, []).append(invoice)

    def sold(self, customer: Customer, parts: Parts, gone: Flags) -> None:
        """Forget what a lender has bought and will be paid."""
        for face, due, until, is_gone in zip(
            parts.face.tolist(), parts.due.tolist(), parts.until.tolist(), gone.tolist(),
            strict=True,
        ):  # fmt: skip
            if is_gone:
                self._take(customer.name, face, due, until)

    def _take(self, customer: str, face: int, due: int, until: int) -> None:
        for invoice in self._of.get(customer, []):
            if (invoice.expected, invoice.settled) == (due, until):
                taken = min(face, invoice.left)
                invoice.left -= taken
                face -= taken

    def late(self, day: int) -> tuple[Late, ...]:
        """Return what had been expected before `day` and was still open at its end."""
        found = []
        for customer, invoices in self._of.items():
            # What is settled will never be asked about again: days go forward.
            invoices[:] = [each for each in invoices if each.settled > day and each.left]
            late = [each for each in invoices if each.expected < day]
            if late:
                found.append(_summed(customer, late, day))
        return tuple(found)


def _summed(customer: str, late: list[_Invoice], day: int) -> Late:
    return Late(
        customer=customer,
        amount=sum(each.left for each in late),
        invoices=len(late),
        oldest=min(each.expected for each in late),
        disputed=sum(each.left for each in late if each.disputed),
        soon=sum(each.left for each in late if not each.bad and each.settled <= day + _SOON),
    )


def _only(value: Level) -> int:
    """The one entry of a one-lane level."""
    return int(np.asarray(value).reshape(-1)[0])
