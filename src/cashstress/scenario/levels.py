"""Levels: numbers that may be a scalar, an uncertain draw, or one number per replication."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from cashstress.scenario.draws import Draw
from cashstress.scenario.problems import refuse
from cashstress.scenario.table import build

__all__ = ["Array", "DaysLevel", "Level", "MoneyLevel", "NumberLevel", "Scalar", "least", "most"]

_LONGEST = 100_000_000


def _frozen_copy(given: Any) -> NDArray[Any]:
    """Return a contiguous int64 or float64 copy nobody can write to; -0.0 becomes 0.0."""
    array = np.asarray(given)
    whole = np.issubdtype(array.dtype, np.integer)
    copy = np.array(array, dtype=np.int64 if whole else np.float64) + 0
    copy.flags.writeable = False
    return copy


@attrs.frozen(eq=False, repr=False)
class Array:
    """One number per replication: copied, read-only, compared by value.

    Parameters
    ----------
    values : int64 or float64 (replications,)
        Major units, days or plain numbers, as the field says.

    Raises
    ------
    ScenarioError
        Raised by the class it is given to, for other shapes, other types and numbers not finite.

    Examples
    --------
    >>> cash = Array(np.array([100.0, 250.5]))
    >>> cash == Array(np.array([100.0, 250.5])), len(cash)
    (True, 2)
    """

    values: NDArray[Any] = attrs.field(converter=_frozen_copy)

    def __eq__(self, other: object) -> bool:
        """Compare type and values."""
        if not isinstance(other, Array):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        """Hash type and values."""
        return hash(self._key())

    def __len__(self) -> int:
        """Return the number of replications."""
        return len(self.values)

    def __repr__(self) -> str:
        """Show size and range, not a million numbers."""
        return f"Array({len(self)} values, {self.values.min()} to {self.values.max()})"

    def __reduce__(self) -> tuple[type[Array], tuple[NDArray[Any]]]:
        """Pickle as a call of the class: pickle alone would not keep the copy read-only."""
        return (Array, (self.values,))

    def scaled(self, factor: float) -> Array:
        """Return the array times a factor."""
        return Array(self.values * factor)

    def mean(self) -> float:
        """Return the mean over the replications given."""
        return float(self.values.mean())

    def _key(self) -> tuple[str, bytes]:
        return self.values.dtype.str, self.values.tobytes()


Scalar: TypeAlias = Decimal | float | int
Level: TypeAlias = Scalar | Draw | Array
MoneyLevel: TypeAlias = Decimal | Draw | Array
NumberLevel: TypeAlias = float | Draw | Array
DaysLevel: TypeAlias = int | Draw | Array


@attrs.frozen
class LevelOf:
    """A scalar of some kind, a draw, or (in Python only) an array over replications.

    Parameters
    ----------
    inner : Number, Share, Whole or Money
        The kind of the scalar; draws and arrays must stay inside its bounds.
    """

    inner: Any

    @property
    def accepted(self) -> str:
        """Say what a scalar may be, and that there are draws."""
        return f'{self.inner.accepted}; or a draw: {{ draw = "uniform", low = 1, high = 2 }}'

    def parse(self, value: Any) -> Any:
        """Return the scalar, ``Draw`` or ``Array``."""
        if isinstance(value, Draw | Mapping):
            return self._draw(value)
        if isinstance(value, Array | np.ndarray):
            return self._array(value)
        return self.inner.parse(value)

    def _draw(self, value: Any) -> Draw:
        """Return the draw, which must stay inside the bounds."""
        draw = build(Draw, value)
        least, most = draw.support()
        self.inner.fit(least, most, value)
        return draw

    def _array(self, value: Any) -> Array:
        """Return the array, checked entry by entry."""
        given = value.values if isinstance(value, Array) else value
        self._shape(given)
        array = value if isinstance(value, Array) else Array(given)
        if not np.isfinite(array.values).all():
            raise refuse("every entry must be finite", given, self.inner.accepted)
        self.inner.fit(array.values.min(), array.values.max(), given)
        self._grain(array.values)
        return array

    def _shape(self, given: NDArray[Any]) -> None:
        """Refuse what is not a plain 1-D array of numbers."""
        if isinstance(given, np.ma.MaskedArray):
            raise refuse("must not be a masked array: every replication has a number", given)
        if given.ndim != 1 or not 0 < len(given) <= _LONGEST:
            raise refuse("must have one dimension, one entry per replication", given, self.accepted)
        if given.dtype.kind not in "iuf":
            raise refuse(f"must hold numbers, not {given.dtype}", given, self.inner.accepted)
        if given.dtype.kind == "u" and given.max() > np.iinfo(np.int64).max:
            raise refuse("entries are too large", given, self.inner.accepted)

    def _grain(self, values: NDArray[Any]) -> None:
        """Refuse parts of a day and of a minor unit, as for a scalar."""
        if getattr(self.inner, "whole", False) and (values != np.rint(values)).any():
            raise refuse("every entry must be a whole number", values, self.inner.accepted)
        if getattr(self.inner, "cents", False) and (values != np.round(values, 2)).any():
            hint = "every entry must be a whole number of minor units: use numpy.round(values, 2)"
            raise refuse(hint, values, self.inner.accepted)


@attrs.frozen
class ScalarOnly:
    """A kind that has one value for all replications; draws and arrays are refused by name."""

    inner: Any

    @property
    def accepted(self) -> str:
        """Say what the kind accepts."""
        return str(self.inner.accepted)

    def parse(self, value: Any) -> Any:
        """Refuse draws and arrays with the reason, pass the rest on."""
        drawn = isinstance(value, Mapping) and "draw" in value
        if drawn or isinstance(value, Draw | Array | np.ndarray):
            reason = (
                "must be one value common to all replications: a draw or an array cannot go here"
            )
            raise refuse(reason, value, self.accepted)
        return self.inner.parse(value)


def least(level: Any) -> float:
    """Return the smallest number a level can be."""
    return _bounds(level)[0]


def most(level: Any) -> float:
    """Return the largest number a level can be."""
    return _bounds(level)[1]


def _bounds(level: Any) -> tuple[float, float]:
    if isinstance(level, Draw):
        low, high = level.support()
        return float(low), float(high)
    if isinstance(level, Array):
        return float(level.values.min()), float(level.values.max())
    return float(level), float(level)
