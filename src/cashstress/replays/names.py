"""Accounts under the names that accountants and their tools use.

A part of a name begins with a capital letter or a digit and goes on in letters, digits and hyphens:
what Beancount's grammar takes, and hledger takes as well.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cashstress.kernel.books import AccountKind

__all__ = ["Names", "payee", "plain"]

_ROOTS: Final[dict[AccountKind, str]] = {
    "asset": "Assets",
    "liability": "Liabilities",
    "equity": "Equity",
    "income": "Income",
    "expense": "Expenses",
}
#: Accounts whose own name says too little.
_WHOLE: Final = {
    "vat": "VAT",
    "input_vat": "Input-VAT",
    "prepaid": "Prepayments",
    "other_assets": "Other",
    "other_liabilities": "Other",
    "wage_expense": "Wages",
    "taxes_payable": "Taxes",
    "equity": "Owner",
}
#: Groups of accounts, one per creditor, lender or cost.
_GROUPS: Final = {
    "loan": "Loans",
    "equity": "Paid-In",
    "interest": "Interest",
    "payables": "Suppliers",
    "costs_payable": "Bills",
    "costs": "Costs",
    "agreement": "Agreements",
    "reserve": "Reserves",
    "deposit": "Deposits",
}
#: Parties that the books know by the account alone.
_PAYEES: Final = {
    "wages": "Staff",
    "social_insurance": "Social insurance",
    "taxes_payable": "Tax office",
    "vat": "Tax office",
}
#: What stands before a part that begins with no capital letter: 钢 becomes N-钢.
_FIRST: Final = "N-"


class Names:
    """One name per account and party; no two share one, and none lies under another.

    Examples
    --------
    >>> names = Names()
    >>> names.of("loan:jiebei", "liability"), names.of("receivables", "asset", "big_shop")
    ('Liabilities:Loans:Jiebei', 'Assets:Receivables:Big-Shop')
    """

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()

    def of(self, account: str, kind: AccountKind, party: str = "") -> str:
        """Return the name of an account of the books, or of one party's part of it."""
        key = (account, party)
        if key not in self._names:
            self._names[key] = self._free(f"{_ROOTS[kind]}:{_rest(account, party)}")
        return self._names[key]

    def _free(self, wanted: str) -> str:
        """Return a name that nobody has: numbered, or in a numbered group where a name holds it."""
        root, group, *rest = wanted.split(":")
        held = any(wanted.startswith(f"{other}:") for other in self._taken)
        name, count = wanted, 1
        while any(_clash(name, other) for other in self._taken):
            count += 1
            numbered = [root, f"{group}-{count}", *rest]
            name = ":".join(numbered) if held else f"{wanted}-{count}"
        self._taken.add(name)
        return name


def _clash(one: str, other: str) -> bool:
    """Whether two names are one, or one would hold the other's balance in its own."""
    return f"{one}:".startswith(f"{other}:") or f"{other}:".startswith(f"{one}:")


def _rest(account: str, party: str) -> str:
    group, colon, name = account.partition(":")
    if colon:
        parts = [_GROUPS.get(group) or _part(group), *(_part(each) for each in name.split(":"))]
    else:
        parts = [_WHOLE.get(account) or _part(account)]
    return ":".join([*parts, _part(party)] if party else parts)


def _part(name: str) -> str:
    """Return a name as one part of an account's name: ``big_shop`` becomes ``Big-Shop``."""
    kept = "".join(c if unicodedata.category(c)[0] == "L" or c.isdecimal() else "-" for c in name)
    words = [word[:1].upper() + word[1:] for word in kept.split("-")]
    joined = "-".join(words)
    if joined and (unicodedata.category(joined[0]) == "Lu" or joined[0].isdecimal()):
        return joined
    return _FIRST + joined


def payee(party: str, debit: str, credit: str) -> str:
    """Return whom a posting is with, as a reader would say it; empty for the firm itself."""
    known = _PAYEES.get(debit) or _PAYEES.get(credit)
    return known or plain(party)


def plain(name: str) -> str:
    """Return a name of the scenario as a word to read.

    Examples
    --------
    >>> plain("big_shop")
    'Big shop'
    """
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
