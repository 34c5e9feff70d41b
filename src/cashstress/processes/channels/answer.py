"""What a lender answered, for those who watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Level, Money

__all__ = ["Answer"]


@attrs.frozen(eq=False)
class Answer:
    """What a lender said to requests, one entry per lane that asked, minor units.

    Attributes
    ----------
    wanted, offered, granted, arrived : int64 arrays
        Asked for; what limit and state of the line leave of it; approved; paid out at once.
    arrival : int or int array
        Day on which what was approved is sent; business days may move it.
    """

    wanted: Money
    offered: Money
    granted: Money
    arrived: Money
    arrival: Level
