"""Kinds of numbers: plain, share, whole, money. Comparisons are written so that NaN fails them."""

from __future__ import annotations

import math
import re
from decimal import Context, Decimal
from typing import Any, ClassVar, Final

import attrs
import numpy as np

from cashstress.scenario.problems import Refused, refuse

__all__ = ["MOST_MONEY", "Money", "Number", "Share", "Whole", "plain_number"]

CENT: Final = Decimal("0.01")
MOST_MONEY: Final = Decimal(2**53) / 100
"""Largest amount, major units: beyond it float64 no longer counts every minor unit."""
_EXACT: Final = Context(prec=60)  # the user's own decimal context may round or trap
_AMOUNT = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?", re.ASCII)
_FULL_PERCENT: Final = 100
_HUGE_BITS: Final = 64


def plain_number(value: Any, accepted: str) -> int | float | Decimal:
    """Return a finite Python number; refuse bools, strings, NaN and infinities."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        raise refuse("must be a number, not true or false", value, accepted)
    if isinstance(value, str):
        raise refuse("must be a number, not a string: write it without quotes", value, accepted)
    if not isinstance(value, int | float | Decimal):
        raise refuse("must be a number", value, accepted)
    if not _finite(value):
        raise refuse("must be finite", value, accepted)
    return value


def _finite(value: float | Decimal) -> bool:
    """Tell whether the number is one; ``math.isfinite`` fails on ints beyond the floats."""
    if isinstance(value, int):
        return True
    return value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)


@attrs.frozen
class Number:
    """A float between bounds.

    Parameters
    ----------
    low, high : float
        Bounds, inclusive.
    above : bool
        The lower bound itself is excluded.
    unit : str
        Unit, in the plural, for messages.
    """

    low: float = 0.0
    high: float = 1e9
    above: bool = False
    unit: str = ""

    @property
    def accepted(self) -> str:
        """Say the bounds."""
        unit = f" ({self.unit})" if self.unit else ""
        bounds = f"above {self.low:g} and at most" if self.above else f"from {self.low:g} to"
        return f"a number {bounds} {self.high:g}{unit}"

    def parse(self, value: Any) -> float:
        """Return a float inside the bounds."""
        number = plain_number(value, self.accepted)
        self.fit(number, number, value)
        # Again as a float: a Decimal too small for floats becomes 0. Adding 0 drops a minus zero.
        rounded = float(number) + 0.0
        self.fit(rounded, rounded, value)
        return rounded

    def fit(self, least: Any, most: Any, given: object) -> None:
        """Refuse when the range ``least .. most`` leaves the bounds."""
        if not (least > self.low or (least == self.low and not self.above)):
            rule = "above" if self.above else "at least"
            raise refuse(f"must be {rule} {self.low:g}", given, self.accepted)
        if not most <= self.high:
            raise refuse(f"must be at most {self.high:g}", given, self.accepted)


@attrs.frozen
class Share(Number):
    """A fraction from 0 to 1."""

    high: float = 1.0

    @property
    def accepted(self) -> str:
        """Say the bounds."""
        return "a share from 0 to 1, as a fraction"

    def fit(self, least: Any, most: Any, given: object) -> None:
        """Refuse what is no fraction; a percentage gets the hint."""
        if least >= 0 and 1 < most <= _FULL_PERCENT:
            hint = f"must be at most 1: write it as a fraction: {float(most) / 100:g}, not {most}"
            raise refuse(hint, given, self.accepted)
        super().fit(least, most, given)


@attrs.frozen
class Whole:
    """A whole number between bounds: days, months, counts."""

    low: int = 0
    high: int = 3650
    unit: str = "days"
    whole: ClassVar[bool] = True

    @property
    def accepted(self) -> str:
        """Say the bounds and the unit."""
        return f"a whole number of {self.unit}, {self.low} to {self.high}"

    def parse(self, value: Any) -> int:
        """Return an int inside the bounds."""
        number = plain_number(value, self.accepted)
        if not isinstance(number, int):
            raise refuse(f"must be a whole number of {self.unit}", value, self.accepted)
        self.fit(number, number, value)
        return number

    def fit(self, least: Any, most: Any, given: object) -> None:
        """Refuse when the range ``least .. most`` leaves the bounds."""
        if not least >= self.low:
            raise refuse(f"must be at least {self.low}", given, self.accepted)
        if not most <= self.high:
            raise refuse(f"must be at most {self.high}", given, self.accepted)


@attrs.frozen
class Money:
    """An amount in major units, to the minor unit (two places).

    Parameters
    ----------
    signed : bool
        Negative amounts have a meaning here.
    positive : bool
        Zero has none.
    """

    signed: bool = False
    positive: bool = False
    cents: ClassVar[bool] = True

    @property
    def accepted(self) -> str:
        """Say the form and the sign."""
        sign = "of either sign" if self.signed else "above 0" if self.positive else "0 or more"
        return f'an amount in major units, {sign}: 1200, 1200.5 or "1200.50"'

    def parse(self, value: Any) -> Decimal:
        """Return the exact amount with two places."""
        exact = self._exact(value)
        self.fit(exact, exact, value)
        rounded = exact.quantize(CENT, context=_EXACT)
        if rounded != exact:
            raise refuse("must be a whole number of minor units (2 places)", value, self.accepted)
        return rounded or rounded.copy_abs()  # no negative zero

    def _exact(self, value: Any) -> Decimal:
        """Return the amount as written; a float is what its shortest print says."""
        if isinstance(value, str):
            if not _AMOUNT.fullmatch(value):
                raise refuse("must be an amount", value, self.accepted)
            return Decimal(value)
        number = plain_number(value, self.accepted)
        if isinstance(number, int) and number.bit_length() > _HUGE_BITS:
            raise self._too_much(value)
        return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)

    def fit(self, least: Any, most: Any, given: object) -> None:
        """Refuse when the range ``least .. most`` has the wrong sign or is too large."""
        if self.positive and not least > 0:
            raise refuse("must be above 0", given, self.accepted)
        if not self.signed and not least >= 0:
            raise refuse("must not be negative", given, self.accepted)
        if not (float(most) <= float(MOST_MONEY) and float(least) >= -float(MOST_MONEY)):
            raise self._too_much(given)

    def _too_much(self, given: object) -> Refused:
        return refuse(f"must be at most {MOST_MONEY:,} (2**53 minor units)", given, self.accepted)
