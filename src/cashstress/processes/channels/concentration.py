"""How much of each customer's invoices fits a pool in which nobody may have too large a share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cashstress.kernel.money import whole_down, whole_up

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Money

__all__ = ["most_face", "room_for", "share_out"]


def most_face(pool: Money, sellable: Money, limit: float) -> tuple[Money, Money]:
    """The least and the most face that a purchase can have, per lane; nothing fits below the least.

    After a purchase of `face` the pool is T = its sum before + face, and each customer may have
    `limit` x T of it.  The most is the largest T with sum(min(pool + sellable, limit x T)) >= T: a
    concave function of T, so Newton's steps from above end on it after at most one per customer.

    Parameters
    ----------
    pool, sellable : int64 arrays (customers, lanes), minor units
    limit : float
        Largest share of one customer, at least 1 / customers.

    Returns
    -------
    least, most : int64 arrays (lanes,), minor units
    """
    before, whole = pool.sum(axis=0), pool + sellable
    total: Any = whole.sum(axis=0).astype(np.float64)
    for _ in range(len(pool) - 1):
        capped = whole > limit * total
        rest, kept = np.where(capped, 0, whole).sum(axis=0), 1.0 - limit * capped.sum(axis=0)
        # Without anybody above the limit, or with room for all, T stays as it is.
        step = np.divide(rest, kept, out=total.copy(), where=kept > _NONE)
        total = np.minimum(total, step)
    least = np.maximum(whole_up(pool.max(axis=0) / limit) - before, 0)
    return least, np.maximum(whole_down(total) - before, 0)


#: A share that is no more than rounding.
_NONE = 1e-9


def room_for(pool: Money, sellable: Money, face: Money, limit: float) -> Money:
    """What each customer could sell if `face` is bought in all, (customers, lanes).

    Its share may be above the limit by less than a minor unit: odd cents cannot be halved.
    """
    cap = whole_up((pool.sum(axis=0) + face) * limit)
    room: Money = np.clip(cap - pool, 0, sellable)
    return room


def share_out(face: Money, room: Money) -> Money:
    """Share `face` over customers in proportion to their `room`, to the minor unit, within it."""
    total = np.maximum(room.sum(axis=0), 1)
    shares = np.minimum(whole_down(room * (face / total)), room)
    left = face - shares.sum(axis=0)
    for place, most in enumerate(room):
        more = np.clip(left, 0, most - shares[place])
        shares[place] += more
        left = left - more
    return shares
