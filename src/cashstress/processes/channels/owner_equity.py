"""Equity of the owner: money that comes in when asked for and stays (股东增资)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from cashstress.processes.channels.base import Channel

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Lanes, Money
    from cashstress.processes.firm import Firm
    from cashstress.processes.payables import PayClass

__all__ = ["OwnerEquity"]


class OwnerEquity(Channel):
    """What the owner would put in: up to a limit, after a delay, never repaid.

    It is booked as equity, so it is no debt, bears no interest and falls never due.
    """

    pay_class: ClassVar[PayClass] = "owner"
    account_kind: ClassVar[Literal["liability", "equity"]] = "equity"

    def __init__(self, firm: Firm, name: str, plan: Any) -> None:
        super().__init__(firm, name, plan)
        firm.columns.add(f"{name}.paid_in", np.int64)

    @property
    def principal(self) -> Money:
        """What was paid in since the start, per lane."""
        paid_in: Money = self._column("paid_in")
        return paid_in

    def ahead(self) -> Money:
        """Nothing is ever asked for."""
        return np.zeros_like(self.principal)

    def fall_due(self, day: int) -> None:
        """Nothing falls due."""

    def _take_on(self, lanes: Lanes, amount: Money, *, opening: bool) -> None:
        del opening
        self.principal[lanes] += amount

    def _prepay(self, lanes: Lanes, spare: Money) -> Money:
        """Equity is not repaid."""
        del lanes
        return np.zeros_like(spare)
