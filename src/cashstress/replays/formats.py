"""The journal as files: Beancount, hledger, CSV."""

from __future__ import annotations

import csv
import io
import json
from itertools import groupby
from typing import TYPE_CHECKING, Final

from cashstress.kernel.money import MINOR_PER_MAJOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cashstress.replays.journal import Journal, JournalEntry

__all__ = ["FORMATS", "as_beancount", "as_csv", "as_hledger", "exact"]

_COLUMNS: Final = ("date", "payee", "narration", "debit account", "credit account", "amount")
_TYPES: Final = {
    "Assets": "A",
    "Liabilities": "L",
    "Equity": "E",
    "Income": "R",
    "Expenses": "X",
}


def exact(amount: int) -> str:
    """Return minor units as major units, to the last one.

    Examples
    --------
    >>> exact(-120_005)
    '-1200.05'
    """
    major, minor = divmod(abs(amount), MINOR_PER_MAJOR)
    return f"{'-' if amount < 0 else ''}{major}.{minor:02d}"


def as_beancount(journal: Journal) -> str:
    """Return the journal for Beancount, with every balance asserted at the end of each month."""
    return "\n".join(_beancount(journal)) + "\n"


def _beancount(journal: Journal) -> Iterator[str]:
    currency = journal.currency
    yield f'option "title" {_quoted(journal.title)}'
    yield f'option "operating_currency" "{currency}"'
    yield ""
    for name in journal.accounts:
        yield f"{journal.start} open {name} {currency}"
    yield from _day_by_day(
        journal, lambda e: f"{_quoted(e.payee)} {_quoted(e.narration)}", _balance_directives
    )


def _balance_directives(journal: Journal, day: int) -> Iterator[str]:
    # Beancount looks at the beginning of a day, and by itself lets two cents pass.
    date = journal.date(day + 1)
    for name, amount in journal.balances(day).items():
        yield f"{date} balance {name} {exact(amount)} ~ 0.00 {journal.currency}"


def as_hledger(journal: Journal) -> str:
    """Return the journal for hledger, with every balance asserted at the end of each month."""
    return "\n".join(_hledger(journal)) + "\n"


def _hledger(journal: Journal) -> Iterator[str]:
    currency = journal.currency
    yield f"; {_one_line(journal.title)}"
    yield ""
    yield f"commodity 1000.00 {currency}"
    yield ""
    for name in journal.accounts:
        yield f"account {name}  ; type: {_TYPES[name.partition(':')[0]]}"
    yield from _day_by_day(journal, _described, _balances_asserted)


def _balances_asserted(journal: Journal, day: int) -> Iterator[str]:
    """A transaction of nothing that asserts every balance."""
    currency = journal.currency
    yield f"{journal.date(day)} * balances at the end of the day"
    for name, amount in journal.balances(day).items():
        yield f"    {name}  0.00 {currency} = {exact(amount)} {currency}"


def _day_by_day(
    journal: Journal,
    described: Callable[[JournalEntry], str],
    closing: Callable[[Journal, int], Iterator[str]],
) -> Iterator[str]:
    """Each day's entries, and on closing days what asserts the balances."""
    closing_days = set(journal.closing_days())
    of_day = {day: list(group) for day, group in groupby(journal.entries, lambda e: e.day)}
    for day in range(journal.days):
        for entry in of_day.get(day, ()):
            yield ""
            yield f"{entry.date} * {described(entry)}"
            yield from _legs(entry, journal.currency)
        if day in closing_days:
            yield ""
            yield from closing(journal, day)


def _legs(entry: JournalEntry, currency: str) -> list[str]:
    return [
        f"    {entry.debit}  {exact(entry.amount)} {currency}",
        f"    {entry.credit}  {exact(-entry.amount)} {currency}",
    ]


def _described(entry: JournalEntry) -> str:
    """Payee and note, as hledger tells them apart; `;` and `|` would mean something else."""
    parts = [entry.payee, entry.narration] if entry.payee else [entry.narration]
    plain = (_one_line(part).replace(";", ",").replace("|", "/") for part in parts)
    return " | ".join(plain)


def as_csv(journal: Journal) -> str:
    """Return the journal as a table: one line per entry."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_COLUMNS)
    for entry in journal.entries:
        table.writerow(
            (entry.date, entry.payee, entry.narration, entry.debit, entry.credit,
             exact(entry.amount))
        )  # fmt: skip
    return text.getvalue()


def _quoted(text: str) -> str:
    return json.dumps(_one_line(text), ensure_ascii=False)


def _one_line(text: str) -> str:
    return " ".join(text.split())


#: How a journal is written, by the ending of the file's name.
FORMATS: Final[dict[str, Callable[[Journal], str]]] = {
    ".beancount": as_beancount,
    ".hledger": as_hledger,
    ".csv": as_csv,
}
