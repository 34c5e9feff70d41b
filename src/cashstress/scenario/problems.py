"""How a value is refused: shown shortened, with the rule, and with the nearest valid name."""

from __future__ import annotations

import datetime as dt
import difflib
import reprlib
from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from cashstress.errors import Problem

_LONGEST = 60
_MOST_LISTED = 40
_HUGE_BITS = 256


class Broken:
    """Stands for a value that was refused, so that the other rules can still be checked."""


BROKEN: Final = Broken()


class Refused(Exception):  # noqa: N818 - a signal between our own functions, never shown
    """A value does not fit; keys are relative to the value.

    Parameters
    ----------
    problems : tuple of Problem
        What is wrong.
    partial : object
        What could be saved of the value, for further checks.
    """

    def __init__(self, problems: Iterable[Problem], partial: object = BROKEN) -> None:
        self.problems = tuple(problems)
        self.partial = partial
        super().__init__(self.problems)


def refuse(message: str, given: object, accepted: str = "", nearest: str = "") -> Refused:
    """Return the refusal of one value."""
    return Refused([Problem("", message, show(given), accepted, nearest)])


class _Short(reprlib.Repr):
    """A repr that cannot be long, deep or slow."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 2
        self.maxdict = self.maxlist = self.maxtuple = 3
        self.maxstring = self.maxother = _LONGEST

    def repr_int(self, x: int, level: int) -> str:
        """Show a huge integer by its size: Python refuses to print one of 4,301 digits."""
        if x.bit_length() > _HUGE_BITS:
            return f"an integer of about {int(x.bit_length() * 0.30103)} digits"
        return super().repr_int(x, level)

    def repr_tuple(self, x: tuple[object, ...], level: int) -> str:
        """Show a tuple as the list that it is in a file."""
        return self.repr_list(list(x), level)

    def repr_date(self, x: dt.date, _: int) -> str:
        """Show a date as a file has it."""
        return x.isoformat()

    repr_datetime = repr_time = repr_date


_SHORT = _Short()


def show(value: object) -> str:
    """Return the value as a message shows it: short, and never failing.

    Examples
    --------
    >>> show(True), show("x" * 100)[:8], show([1, [2, [3, [4]]]])
    ('true', "'xxxxxxx", '[1, [2, [...]]]')
    """
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, np.generic):
        return str(value.item())[:_LONGEST]
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    try:
        return " ".join(_SHORT.repr(value).split())
    except Exception:  # noqa: BLE001 - a user's object may do anything in its repr
        return f"a {type(value).__name__}"


def as_key(key: object) -> str:
    """Return a key as part of a dotted key: as it is, or shown when it is no plain word."""
    plain = isinstance(key, str) and len(key) <= _LONGEST and key.isidentifier()
    return str(key) if plain else show(key)


def hundredth(given: float, most: float) -> str:
    """Ask whether a percentage was meant, if a hundredth of what was given would do.

    Examples
    --------
    >>> hundredth(4.35, most=1.0), hundredth(435, most=1.0)
    ('; did you mean 0.0435 (4.35 %)?', '')
    """
    return f"; did you mean {given / 100:g} ({given:g} %)?" if given / 100 <= most else ""


def nearest(name: object, valid: Iterable[str]) -> str:
    """Return the valid name most like the given one, or nothing.

    Examples
    --------
    >>> nearest("tolerence", ["terms", "tolerance"])
    'tolerance'
    """
    text = str(name)[:_LONGEST] if isinstance(name, str) else ""
    found = difflib.get_close_matches(text.lower(), list(valid), n=1, cutoff=0.6)
    return found[0] if found else ""


def listed(names: Iterable[Any]) -> str:
    """Return names as one readable list, cut where it stops helping."""
    every = list(names)
    more = f", ... ({len(every)} in all)" if len(every) > _MOST_LISTED else ""
    return ", ".join(_as_word(name) for name in every[:_MOST_LISTED]) + more


def _as_word(name: object) -> str:
    """Return a name as it is; one that was itself refused may be endless, or move the cursor."""
    word = str(name)
    return word if len(word) <= _LONGEST and word.isprintable() else show(word)


def unknown(name: object, valid: Iterable[object], what: str, *, given: object = None) -> Problem:
    """Return the problem of a name that is not among the valid ones."""
    names = [name for name in valid if isinstance(name, str)]
    shown = show(name if given is None else given)
    return Problem("", f"unknown {what}", shown, listed(names) or "none", nearest(name, names))
