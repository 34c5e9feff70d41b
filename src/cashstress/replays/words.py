"""Words and figures for a reader."""

from __future__ import annotations

from typing import Final

from cashstress.kernel.money import MINOR_PER_MAJOR
from cashstress.replays.names import plain

__all__ = ["HAPPENED", "cause", "creditor", "money"]

#: Outcomes as things that happened.
HAPPENED: Final = {
    "missed_payroll": "a pay run was missed",
    "supplier_hold": "a critical supplier stopped shipping",
    "stock_out": "a working day lacked material",
    "supply_disruption": "the supply chain broke",
    "cash_out": "a bill could not be paid when it was due",
    "default": "a loan was in default",
    "wound_up": "the firm was wound up",
}
_CREDITORS: Final = {
    "wages": "Wages",
    "social_insurance": "Social insurance",
    "taxes_payable": "Taxes",
}
_SUFFIXES: Final = {
    "interest": ", interest",
    "principal": ", principal",
    "agreement": ", fee for the agreement",
    "payables": " (supplier)",
}
_CAUSES: Final = {
    "risk_control": "risk control",
    "clean_down": "not cleaned down",
    "arrears": "arrears",
    "covenant": "breach of covenant",
    "expiry": "expired",
    "score": "credit record",
}


def money(amount: int, *, whole: bool = False) -> str:
    """Return minor units as major units to read, rounded to whole ones on request.

    Examples
    --------
    >>> money(1_234_500), money(1_234_567, whole=True)
    ('12,345.00', '12,346')
    """
    return f"{amount / MINOR_PER_MAJOR:,.{0 if whole else 2}f}"


def creditor(ledger: str) -> str:
    """Return who is owed on a ledger.

    Examples
    --------
    >>> creditor("principal:bank"), creditor("costs_payable:rent")
    ('Bank, principal', 'Rent')
    """
    kind, colon, name = ledger.partition(":")
    if not colon:
        return _CREDITORS.get(ledger, plain(ledger))
    return plain(name) + _SUFFIXES.get(kind, "")


def cause(row: str) -> str:
    """Return why a line is closed, in words."""
    name = row.removeprefix("own ")
    return _CAUSES.get(name, name.replace("_", " "))
