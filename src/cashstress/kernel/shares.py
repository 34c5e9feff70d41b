"""Whole amounts behind a share of them: what to ask for so that enough is left, and what to afford.

Shares are floats and amounts are whole, so an amount worked out from a share of it may be one
minor unit off; what to do about it is settled here once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cashstress.kernel.money import LIMIT, whole_down, whole_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from cashstress.kernel.arrays import Floats, Level, Money

__all__ = ["enough_to_leave", "grossed_up", "most_within", "per"]

#: More than anybody has, and still an amount after another has been added to it.
_MOST: Final = LIMIT / 2


def per(amount: Level, share: Level, *, none: float = 0.0) -> Floats:
    """`amount` / `share`, and `none` where the share is nothing or less."""
    quotient: Floats = np.full(np.broadcast(amount, share).shape, none)
    return np.divide(amount, share, out=quotient, where=np.greater(share, 0))


def grossed_up(amount: Money, kept: Level) -> Money:
    """The least whole amount of which a share `kept` is `amount`; 0 where nothing is kept.

    Parameters
    ----------
    amount : int64 array (lanes,), minor units, at least 0
    kept : float or float64 array (lanes,)

    Examples
    --------
    To pay 800 after a tenth is taken, 889 are needed:

    >>> import numpy as np
    >>> grossed_up(np.array([800, 900]), 0.9)
    array([ 889, 1000])
    """
    return whole_up(np.minimum(per(amount, kept), _MOST))


def enough_to_leave(amount: Money, kept: Level, left_of: Callable[[Money], Money]) -> Money:
    """What must be asked for so that `amount` is left after what is taken from it.

    Parameters
    ----------
    amount : int64 array (lanes,), minor units, at least 0
    kept : float or float64 array (lanes,)
        The share that is left, before anything is rounded.
    left_of : callable
        What is left of whole amounts (lanes,), as it is rounded.

    Returns
    -------
    int64 array (lanes,)
        Enough, though a minor unit or two less might leave as much; 0 where nothing is kept.
    """
    gross = grossed_up(amount, kept)
    # What is taken may be two amounts, rounded each: that may take one more.
    enough: Money = gross + ((gross > 0) & (left_of(gross) < amount))
    return enough


def most_within(spare: Money, share: Level, *, roundings: int) -> Money:
    """The most whole amount whose shares can be paid from `spare`, a minor unit or two to be safe.

    Parameters
    ----------
    spare : int64 array (lanes,), minor units, at least 0
    share : float or float64 array (lanes,)
        All its shares together; where they are nothing the answer is 0.
    roundings : int
        How many shares there are, each of which is rounded by up to one minor unit.
    """
    for_shares = np.maximum(spare - roundings, 0)
    return whole_down(np.minimum(per(for_shares, share), _MOST))
