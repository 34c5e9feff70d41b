"""Money: int64 minor units; the one function that turns a float into money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress.errors import ConservationError, SimulationError

if TYPE_CHECKING:
    from decimal import Decimal

    import numpy.typing as npt

__all__ = ["LIMIT", "MINOR_PER_MAJOR", "guard", "minor", "to_money", "whole_down", "whole_up"]

#: Beyond this many minor units float64 no longer holds every whole number; amounts stop there.
LIMIT: Final = 2**53
MINOR_PER_MAJOR: Final = 100
#: A decimal rate times a whole amount is a decimal number, but its float may sit a hair beside the
#: half cent.  Rounding to a millionth of a minor unit first puts it back, so that ties are ties.
_TIES: Final = 1e6
#: Products of decimal rates and whole amounts are whole within this many digits.
_DIGITS: Final = 6


def minor(amount: Decimal | float) -> int:
    """Minor units of a scenario amount in major units (already checked to be whole)."""
    return round(amount * MINOR_PER_MAJOR)


def to_money(values: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.int64]:
    """Round floats in minor units to money, half to even; a hair beside a half counts as the half.

    Parameters
    ----------
    values : float64 array
        Minor units.

    Raises
    ------
    SimulationError
        If a value is NaN or beyond 2**53 minor units.

    Notes
    -----
    A float of minus infinity or below -2**53 becomes a negative amount, which no posting accepts.
    """
    if values.size and not values.max() <= LIMIT:
        msg = f"an amount of {values.max():g} minor units is not finite or beyond 2**53"
        raise SimulationError(msg + "; check the scenario's amounts")
    # What np.round does, in one buffer.
    values = np.asanyarray(values * _TIES)
    values = np.divide(np.rint(values, out=values), _TIES, out=values)
    money: npt.NDArray[np.int64] = np.rint(values, out=values).astype(np.int64)
    return money


def whole_down(values: Any) -> npt.NDArray[np.int64]:
    """Whole minor units below; a hair under a whole one counts as that."""
    return to_money(np.floor(np.round(values, _DIGITS)))


def whole_up(values: Any) -> npt.NDArray[np.int64]:
    """Whole minor units above; a hair over a whole one counts as that."""
    return to_money(np.ceil(np.round(values, _DIGITS)))


def guard(amounts: npt.NDArray[np.int64]) -> None:
    """Refuse negative amounts and amounts beyond 2**53 minor units."""
    # Seen without a sign, a negative amount is a huge one: one pass finds both.
    if amounts.size and np.maximum.reduce(amounts.view(np.uint64), axis=None) > LIMIT:
        if amounts.dtype != np.int64:
            raise SimulationError(f"amounts are whole minor units: int64, not {amounts.dtype}")
        low, high = int(amounts.min()), int(amounts.max())
        if low < 0:
            msg = f"a posted amount is negative ({low} minor units)"
            raise ConservationError(msg)
        msg = f"an amount of {high} minor units is beyond 2**53; check the scenario's amounts"
        raise SimulationError(msg)
