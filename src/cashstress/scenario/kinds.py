"""Kinds of single values that are no amounts: texts, names, dates. Each is a small named object.

A kind turns what was given into the stored value or refuses it with the rule, the value and what
is accepted. Kinds of numbers are in ``numeric``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any, ClassVar, Final

import attrs
import numpy as np

from cashstress.scenario.numeric import Whole
from cashstress.scenario.problems import Refused, nearest, refuse

__all__ = ["NAME", "ONE_LINE", "Choice", "Date", "Flag", "MonthDay", "Name", "Optional", "Text"]

NAME: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_LONGEST_TEXT = 20_000
_LONGEST_NAME = 64
#: What a terminal shows as it is: no orders to it, and no writing backwards over what is there.
ONE_LINE: Final = "[^\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]+"
_SURROGATES = re.compile("[\ud800-\udfff]")


@attrs.frozen
class Flag:
    """True or false."""

    accepted: ClassVar[str] = "true or false"

    def parse(self, value: Any) -> bool:
        """Return the bool."""
        if not isinstance(value, bool | np.bool_):
            raise refuse("must be true or false", value, self.accepted)
        return bool(value)


@attrs.frozen
class Text:
    """A piece of text.

    Parameters
    ----------
    pattern : str
        Regular expression the whole text must match; empty for any text.
    accepted : str
        The same in words.
    """

    pattern: str = ""
    accepted: str = "a text in quotes"

    def parse(self, value: Any) -> str:
        """Return the text."""
        if not isinstance(value, str):
            raise refuse("must be a text in quotes", value, self.accepted)
        if len(value) > _LONGEST_TEXT:
            raise refuse(f"must have at most {_LONGEST_TEXT} characters", value, self.accepted)
        if _SURROGATES.search(value):
            raise refuse("must be valid Unicode (no lone surrogates)", value, self.accepted)
        if self.pattern and not re.fullmatch(self.pattern, value, re.ASCII):
            raise refuse("does not fit", value, self.accepted)
        return str(value)


@attrs.frozen
class Choice:
    """One word of a list."""

    words: tuple[str, ...]

    @property
    def accepted(self) -> str:
        """List the words."""
        return " or ".join(f'"{word}"' for word in self.words)

    def parse(self, value: Any) -> str:
        """Return the word."""
        if isinstance(value, str) and value in self.words:
            return str(value)
        raise refuse("not one of the choices", value, self.accepted, nearest(value, self.words))


@attrs.frozen
class Name:
    """A name of an item: lower-case, as it stands in keys and lever names."""

    accepted: ClassVar[str] = "a name of lower-case letters, digits and _ (at most 64)"

    def parse(self, value: Any) -> str:
        """Return the name."""
        if isinstance(value, str) and len(value) <= _LONGEST_NAME and NAME.fullmatch(value):
            return str(value)
        raise refuse("must be a name", value, self.accepted)


@attrs.frozen
class Date:
    """A calendar date."""

    accepted: ClassVar[str] = "a date from 1970 to 2199: 2025-03-01"
    years: ClassVar[Iterable[int]] = range(1970, 2200)

    def parse(self, value: Any) -> dt.date:
        """Return the date; a date with a time of day is refused, not cut."""
        if isinstance(value, dt.datetime | dt.time):
            raise refuse("must be a date without a time of day", value, self.accepted)
        day = _iso_date(value) if isinstance(value, str) else value
        if not isinstance(day, dt.date):
            raise refuse("must be a date", value, self.accepted)
        if day.year not in self.years:
            raise refuse("year out of range", value, self.accepted)
        return day


def _iso_date(text: str) -> dt.date | None:
    """Return the date written as YYYY-MM-DD, or nothing."""
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        return None


@attrs.frozen
class MonthDay:
    """A day of the month: 1 to 31, clamped to the month's end, or ``"last"``."""

    accepted: ClassVar[str] = 'a day of the month, 1 to 31, or "last"'
    _day: ClassVar[Whole] = Whole(low=1, high=31, unit="days")

    def parse(self, value: Any) -> int | str:
        """Return the number or ``"last"``."""
        if isinstance(value, str):
            if value == "last":
                return "last"
            raise refuse("not a day of the month", value, self.accepted, nearest(value, ["last"]))
        try:
            return self._day.parse(value)
        except Refused as refused:
            raise refuse(refused.problems[0].message, value, self.accepted) from None


@attrs.frozen
class Optional:
    """Another kind, or nothing (the key is left out of the file)."""

    inner: Any

    @property
    def accepted(self) -> str:
        """Say what the other kind accepts."""
        return f"{self.inner.accepted}, or leave the key out"

    def parse(self, value: Any) -> Any:
        """Return nothing for nothing."""
        return None if value is None else self.inner.parse(value)
