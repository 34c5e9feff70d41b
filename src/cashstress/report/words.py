"""Plain words for outcomes, and numbers a treasurer can read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cashstress.results import Estimate

__all__ = ["amount", "and_list", "cell", "day_count", "glossary", "in_words", "points", "title"]

#: What a treasurer looks at first, in this order.
MAIN_OUTCOMES: Final = ("missed_payroll", "supplier_hold", "supply_disruption", "cash_out")

_WORDS: Final = {
    "missed_payroll": "wages are not paid on pay day",
    "supplier_hold": "a critical supplier stops shipping",
    "stock_out": "a working day lacks material",
    "supply_disruption": "the supply of critical material breaks off",
    "cash_out": "a bill cannot be paid when it is due",
    "default": "the firm defaults on a loan",
    "wound_up": "the firm is wound up",
}


def day_count(days: int) -> str:
    """Return a number of days.

    Examples
    --------
    >>> day_count(1), day_count(90)
    ('1 day', '90 days')
    """
    return f"{days} day{'' if days == 1 else 's'}"


def in_words(outcome: str) -> str:
    """Return an outcome as the end of "the probability that ...".

    Examples
    --------
    >>> in_words("channel_closed:bank_line")
    'the channel bank_line is closed'
    """
    if outcome.startswith("channel_closed:"):
        return f"the channel {outcome.partition(':')[2]} is closed"
    return _WORDS.get(outcome, outcome.replace("_", " "))


def glossary(outcomes: Iterable[str]) -> str:
    """Return what the names of outcomes stand for, those that do not speak for themselves.

    Examples
    --------
    >>> glossary(["cash_out", "channel_closed:bank"])
    'cash_out: a bill cannot be paid when it is due.'
    """
    known = [f"{name}: {_WORDS[name]}" for name in outcomes if name in _WORDS]
    return "; ".join(known) + "." if known else ""


def title(name: str) -> str:
    """Return the name of a line, a metric or a ratio as a reader would write it.

    Examples
    --------
    >>> title("pay:critical_suppliers")
    'pay: critical suppliers'
    """
    return name.replace(":", ": ").replace("_", " ")


def cell(estimate: Estimate, *, last: bool) -> str:
    """Return a probability for a table; `last` says whether the date is the horizon."""
    if not estimate.possible:
        return "not possible" if last else "not possible yet"
    return str(estimate)


def points(difference: Estimate, *, last: bool) -> str:
    """Return a difference of probabilities for a table, in percentage points, signed."""
    if difference.value is None or difference.low is None or difference.high is None:
        return cell(difference, last=last)
    value, low, high = (100 * x for x in (difference.value, difference.low, difference.high))
    seen = "" if low > 0 or high < 0 else ", none seen"
    return f"{value:+.1f} ({low:+.1f} to {high:+.1f}{seen})"


def amount(value: float | None) -> str:
    """Return an amount of money, whole major units.

    Examples
    --------
    >>> amount(-1234567.5), amount(None)
    ('-1,234,568', '-')
    """
    return "-" if value is None else f"{value:,.0f}"


def and_list(names: Sequence[str]) -> str:
    """Join names as a sentence does.

    Examples
    --------
    >>> and_list(["a", "b", "c"])
    'a, b and c'
    """
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
