"""Interest rates with their basis, and cash buffers in money or in days."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final

import attrs
import numpy as np

from cashstress.errors import Problem
from cashstress.scenario.draws import Draw
from cashstress.scenario.fields import choice, field, money, number
from cashstress.scenario.levels import Array, NumberLevel
from cashstress.scenario.numeric import Money, plain_number
from cashstress.scenario.problems import Refused, hundredth, refuse, show
from cashstress.scenario.table import MISSING, Table, build, rule, table

__all__ = ["Buffer", "Rate", "buffer", "rate"]

_YEAR: Final = {"ACT/365": 365, "ACT/360": 360, "30/360": 360}
_ACCEPTED: Final = '{ per_day = 0.0004 } or { per_year = 0.0435, basis = "ACT/365" }'
_MOST_A_YEAR: Final = 1.0
_DAYS_TEXT: Final = re.compile(r"([0-9]{1,30}(?:\.[0-9]{1,20})?(?:e-[0-9]{1,3})?) days?", re.ASCII)


@rule("per_day", "per_year", "basis")
def _one_form(rate: Rate) -> list[Problem]:
    """A rate is a day's, or a year's with its basis."""
    if (rate.per_day is None) == (rate.per_year is None):
        return [Problem("", "needs exactly one of per_day and per_year", accepted=_ACCEPTED)]
    if rate.per_year is not None and rate.basis is None:
        return [Problem("basis", "a rate per year names its basis", accepted=", ".join(_YEAR))]
    if rate.per_day is not None and rate.basis is not None:
        return [Problem("basis", "a rate per day takes none: leave it out", show(rate.basis))]
    return []


@rule("per_day")
def _daily_percent(rate: Rate) -> list[Problem]:
    """Above 100 % a year, a percentage was meant."""
    if rate.per_day is None or not (most := _most(rate.per_day)) * 365 > _MOST_A_YEAR:
        return []
    message = f"above 100 % a year: {most:g} is {most * 100:g} % a day"
    message += hundredth(most, _MOST_A_YEAR / 365)
    return [Problem("per_day", message, show(rate.per_day), "a fraction per day: 0.0004")]


@rule("per_year")
def _yearly_percent(rate: Rate) -> list[Problem]:
    """Above 100 % a year, a percentage was meant."""
    if rate.per_year is None or not (most := _most(rate.per_year)) > _MOST_A_YEAR:
        return []
    message = "above 100 % a year" + hundredth(most, _MOST_A_YEAR)
    return [Problem("per_year", message, show(rate.per_year), "a fraction per year: 0.0435")]


def _most(level: Any) -> float:
    """Return the largest number a level can be."""
    if isinstance(level, Draw):
        return level.support()[1]
    return float(np.max(level.values)) if isinstance(level, Array) else float(level)


@table
class Rate(Table):
    """An interest rate with its day count.

    Parameters
    ----------
    per_day : float, Draw or Array, optional
        Fraction per calendar day.
    per_year : float, Draw or Array, optional
        Fraction per year.
    basis : {"ACT/365", "ACT/360", "30/360"}, optional
        Day count of a rate per year; 30/360 accrues on months of 30 days.

    Examples
    --------
    >>> Rate(per_year=0.09, basis="ACT/360").daily()
    0.00025
    """

    RULES: ClassVar = (_one_form, _daily_percent, _yearly_percent)

    per_day: NumberLevel | None = number(None, level=True, high=1e6)
    per_year: NumberLevel | None = number(None, level=True, high=1e6)
    basis: str | None = choice(*_YEAR, default=None)

    @property
    def level(self) -> NumberLevel:
        """Return the number as given, per day or per year."""
        given: Any = self.per_year if self.per_day is None else self.per_day
        return given  # type: ignore[no-any-return]

    @property
    def days(self) -> int:
        """Days over which the number given accrues: 1, 365 or 360."""
        return 1 if self.basis is None else _YEAR[self.basis]

    def daily(self) -> NumberLevel:
        """Return the fraction per day of the basis: a float, or a ``Draw`` or ``Array`` of it."""
        level = self.level
        if self.days == 1:
            return level
        return level.scaled(1 / self.days) if isinstance(level, Draw | Array) else level / self.days


@attrs.frozen
class RateOf:
    """Kind of a rate: a table that names its basis."""

    level: bool = False
    accepted: ClassVar[str] = _ACCEPTED

    def parse(self, value: Any) -> Rate:
        """Return the rate; a bare number is refused with the two ways to write it."""
        if not isinstance(value, Mapping | Rate):
            raise refuse("a rate names its basis", value, self.accepted)
        rate = build(Rate, value)
        if not self.level and isinstance(rate.level, Draw | Array):
            reason = "must be one value common to all replications: no draw or array here"
            raise refuse(reason, value, self.accepted)
        return rate


def rate(default: Any = MISSING, *, level: bool = False) -> Any:
    """Make a field of a rate."""
    return field(RateOf(level), default)


@rule("amount", "days")
def _one_buffer(buffer: Buffer) -> list[Problem]:
    if (buffer.amount is None) == (buffer.days is None):
        return [Problem("", "needs exactly one of amount and days", accepted=BufferOf.accepted)]
    return []


@table
class Buffer(Table):
    """Cash to keep, as an amount or as days of planned outflow.

    Parameters
    ----------
    amount : Decimal, optional
        Major units.
    days : float, optional
        Days of planned outflow.
    """

    RULES: ClassVar = (_one_buffer,)

    amount: Decimal | None = money(None)
    days: float | None = number(None, high=3650.0, unit="days")


@attrs.frozen
class BufferOf:
    """Kind of a buffer: an amount, or a text such as ``"10 days"``."""

    accepted: ClassVar[str] = 'an amount (50000) or days of outflow ("10 days")'

    def parse(self, value: Any) -> Buffer:
        """Return the buffer."""
        if isinstance(value, Buffer):
            return value
        found = _DAYS_TEXT.fullmatch(value) if isinstance(value, str) else None
        if found:
            return build(Buffer, {"days": float(found[1])})
        return self._amount(value)

    def _amount(self, value: Any) -> Buffer:
        """Return a buffer of an amount of money."""
        if not isinstance(value, str):
            plain_number(value, self.accepted)
        try:
            return Buffer(amount=Money().parse(value))
        except Refused as refused:
            raise refuse(refused.problems[0].message, value, self.accepted) from None


def buffer(default: Any = MISSING) -> Any:
    """Make a field of a buffer."""
    return field(BufferOf(), default)


def show_buffer(buffer: Buffer) -> Decimal | str:
    """Return a buffer as it is written in a file."""
    if buffer.days is None:
        return buffer.amount or Decimal(0)
    shown = int(buffer.days) if buffer.days.is_integer() else repr(buffer.days)
    return f"{shown} days"
