"""Paying suppliers with what is not cash, before anything is borrowed."""

from __future__ import annotations

from twin.ledger import PAY_CLASSES
from twin.paying import required, required_of


def acceptors(firm):
    """Suppliers who accept bills, in paying order."""
    accept = [supplier for supplier in firm.suppliers if supplier.plan.accepts_bills]
    return sorted(accept, key=lambda supplier: PAY_CLASSES.index(supplier.pay_class))


def endorse(firm, day):
    """Endorse bills in hand, where cash is short or always."""
    policy = firm.scenario.treasury.endorse
    if firm.bills is None or policy == "never":
        return
    due = required(firm, day)
    wanted = due if policy == "always" else firm.treasury.floor + due - firm.cash
    for supplier in acceptors(firm) if due > 0 else ():
        if wanted > 0:
            wanted -= firm.bills.endorse(supplier, wanted, required_of(firm, supplier.ledger, day))
