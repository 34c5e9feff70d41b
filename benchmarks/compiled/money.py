"""Money: whole minor units, rounded as the library rounds."""

from __future__ import annotations

from typing import Final

import numpy as np

from compiled.jit import inlined, seldom

#: A product this far from the nearest whole is a hair beside a half, or is one: look closer.
_NEAR_HALF: Final = 0.4999
_TIES: Final = 1e6


@inlined
def cents(value: float) -> int:
    """A product as minor units: half to even, a millionth beside a half counts as the half.

    Rounding to a millionth first needs a division; it can change the answer near a half alone (for
    amounts below 1e11 minor units), and nearly all are not.
    """
    whole = np.rint(value)
    if seldom(abs(value - whole) >= _NEAR_HALF):
        whole = np.rint(np.rint(value * _TIES) / _TIES)
    return int(whole)
