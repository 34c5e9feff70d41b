"""The journal of one replication: its postings, dated and named, and every account's balance."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.replays.names import Names, payee

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping

    import numpy.typing as npt

    from cashstress.kernel.books import Books, Entry
    from cashstress.processes.firm import Firm

__all__ = ["LAST", "Balances", "Journal", "JournalEntry"]

#: Rank of an observer: after everybody else, a user's own processes too.
LAST: Final = 2**16 - 1
_OPENING: Final = "Opening balance"

#: An account of the books, and the party whose part of it is meant; "" for all of it.
_Key = tuple[str, str]
_EQUITY: Final[_Key] = ("equity", "")
#: What is nobody's part of an account kept by customer or supplier; no scenario can use the name.
_REST: Final = "in transit"


@attrs.frozen
class JournalEntry:
    """One movement of money between two accounts.

    Attributes
    ----------
    date : datetime.date
    day : int
        From the start.
    phase : str
        Part of the day; ``"OPENING"`` for the opening balance sheet.
    payee, narration : str
        With whom and what for; the payee may be empty.
    debit, credit : str
        Accounts, as ``"Assets:Receivables:Anchor"``.
    amount : int
        Minor units, above 0.
    """

    date: dt.date
    day: int
    phase: str
    payee: str
    narration: str
    debit: str
    credit: str
    amount: int

    @property
    def is_opening(self) -> bool:
        """Whether it belongs to the opening balance sheet."""
        return self.phase == "OPENING"


@attrs.frozen(eq=False)
class Journal:
    """Entries in the order in which they happened, and balances as the books kept them.

    The balances are read from the books and their subledgers after each day, not added up from the
    entries: that both agree is what an accountant's tool checks.

    Attributes
    ----------
    entries : tuple of JournalEntry
    daily : mapping of account to int64 (days,), minor units
        Balance at the end of each day, debits positive; read-only.
    start : datetime.date
    currency : str
    title : str
    """

    entries: tuple[JournalEntry, ...]
    daily: Mapping[str, npt.NDArray[np.int64]]
    start: dt.date
    currency: str
    title: str

    @property
    def days(self) -> int:
        """Number of days that were lived through."""
        return len(next(iter(self.daily.values())))

    @property
    def accounts(self) -> tuple[str, ...]:
        """Names of all accounts, sorted."""
        return tuple(sorted(self.daily))

    def date(self, day: int) -> dt.date:
        """Return the date of a day."""
        return self.start + dt.timedelta(days=day)

    def balances(self, day: int) -> dict[str, int]:
        """Return every account's balance at the end of a day, minor units, debits positive."""
        return {name: int(self.daily[name][day]) for name in self.accounts}

    def closing_days(self) -> list[int]:
        """Return the days whose balances are asserted: last days of months, and the last of all."""
        ends = [day for day in range(self.days) if self.date(day + 1).day == 1]
        return sorted({*ends, self.days - 1})


class Balances:
    """Reads every account of a one-lane firm after each day.

    Receivables, stock and prepayments are shown by customer and supplier, from their subledgers;
    what these leave of the account (nothing, as a rule) is in transit.
    """

    def __init__(self, firm: Firm) -> None:
        self._firm = firm
        self._parts: dict[_Key, Callable[[], Any]] = {}
        for customer in firm.customers:
            self._parts["receivables", customer.name] = partial(getattr, customer, "owed")
        for supplier in firm.suppliers:
            self._parts["stock", supplier.name] = partial(getattr, supplier, "stock")
            self._parts["prepaid", supplier.name] = partial(getattr, supplier, "prepaid")
        self._split = {account for account, _ in self._parts}
        self._seen: dict[_Key, list[int]] = {}

    def watch(self) -> Generator[Any, Any, None]:
        """Read every day, when it is over."""
        for day in self._firm.days():
            yield self._firm.clock.at(day, Phase.OBSERVE, rank=LAST)
            self._read()

    def _read(self) -> None:
        left = {account: int(self._firm.books.balance(account)[0]) for account in self._books.kinds}
        for key, part in self._parts.items():
            amount = int(part()[0])
            left[key[0]] -= amount
            self._seen.setdefault(key, []).append(amount)
        for account, amount in left.items():
            party = _REST if account in self._split else ""
            self._seen.setdefault((account, party), []).append(amount)

    @property
    def _books(self) -> Books:
        return self._firm.books

    def journal(self, title: str) -> Journal:
        """Return the journal of the firm, with these balances."""
        scenario, kinds, names = self._firm.scenario, self._books.kinds, Names()
        written = [_Posting(entry, *self._keys(entry)) for entry in self._books.journal]
        used = {key for posting in written for key in (posting.debit, posting.credit)}
        named = {
            (account, party): names.of(account, kinds[account], party)
            for (account, party), amounts in self._seen.items()
            if (account, party) in used or any(amounts)
        }
        daily = {name: _read_only(self._seen[key]) for key, name in named.items()}
        opening = [posting for posting in written if posting.is_opening]
        entries = [
            *_opening_entries(opening, scenario.start, named),
            *(posting.entry(scenario.start, named) for posting in written[len(opening) :]),
        ]
        return Journal(tuple(entries), daily, scenario.start, scenario.currency, title)

    def _keys(self, entry: Entry) -> tuple[_Key, _Key]:
        return self._key(entry.debit, entry.party), self._key(entry.credit, entry.party)

    def _key(self, account: str, party: str) -> _Key:
        if account in self._split:
            return (account, party if (account, party) in self._parts else _REST)
        return (account, "")


@attrs.frozen
class _Posting:
    """A posting of the books, and the accounts it is shown under."""

    posted: Entry
    debit: _Key
    credit: _Key

    @property
    def is_opening(self) -> bool:
        return self.posted.phase == "OPENING"

    def entry(self, start: dt.date, named: Mapping[_Key, str]) -> JournalEntry:
        posted = self.posted
        return JournalEntry(
            date=start + dt.timedelta(days=posted.day),
            day=posted.day,
            phase=posted.phase,
            payee=payee(posted.party, posted.debit, posted.credit),
            narration=posted.memo or "posting",
            debit=named[self.debit],
            credit=named[self.credit],
            amount=posted.amount,
        )


def _opening_entries(
    postings: Iterable[_Posting], start: dt.date, named: Mapping[_Key, str]
) -> list[JournalEntry]:
    """One entry per account of the opening balance sheet, against equity."""
    net: dict[_Key, int] = dict.fromkeys(named, 0)
    for posting in postings:
        net[posting.debit] += posting.posted.amount
        net[posting.credit] -= posting.posted.amount
    found = [
        _opening_entry(start, named[key], named[_EQUITY], amount)
        for key, amount in net.items()
        if amount and key != _EQUITY
    ]
    return sorted(found, key=lambda entry: (entry.debit, entry.credit))


def _opening_entry(start: dt.date, account: str, equity: str, amount: int) -> JournalEntry:
    debit, credit = (account, equity) if amount > 0 else (equity, account)
    return JournalEntry(start, 0, "OPENING", "", _OPENING, debit, credit, abs(amount))


def _read_only(amounts: list[int]) -> npt.NDArray[np.int64]:
    array = np.array(amounts, np.int64)
    array.setflags(write=False)
    return array
