"""A service agreement with a lender, and sharing data with it: notice, less hazard, a fee."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.kernel.money import minor
from cashstress.processes.levels import Kept, level
from cashstress.processes.payables import Payable
from cashstress.processes.schedules import Schedule

if TYPE_CHECKING:
    from collections.abc import Generator

    from cashstress.processes.channels import Channel
    from cashstress.processes.firm import Firm

__all__ = ["Agreements", "paying_fees"]


class Agreements:
    """What all agreements on one line bring together.

    Attributes
    ----------
    notice : int
        The longest notice of any, days.
    hazard_factor : number or float64 array (lanes,)
        Their product, for the lever's base.
    """

    def __init__(self, firm: Firm, channel: Channel) -> None:
        self._firm = firm
        plans = {
            kind: getattr(channel.plan, kind)
            for kind in ("agreement", "data_sharing")
            if getattr(channel.plan, kind) is not None
        }
        self.notice = max([0, *(plan.notice_days for plan in plans.values())])
        key, world = f"channels.{channel.name}", firm.world
        self.hazard_factor: Any = 1.0
        self._factors = []
        for kind, plan in plans.items():
            given = level(world, f"{key}.{kind}.hazard_factor", plan.hazard_factor)
            self.hazard_factor = self.hazard_factor * given
            own = f"{key}.{kind}.reopening_factor"
            self._factors.append(Kept(world, own, level(world, own, plan.reopening_factor)))
        self.fee = sum(minor(plan.fee) for plan in plans.values())
        self.days = Schedule(firm.calendar, "last", "none").days if self.fee else ()
        if self.fee:
            self.payable = Payable(
                world, f"agreement:{channel.name}", "other_suppliers",
                term=firm.longest_roll, age=firm.longest_age,
                window=firm.look_ahead,
            )  # fmt: skip
            firm.add_payable(self.payable)

    @property
    def reopening_factor(self) -> Any:
        """Product of their factors on the chances of reopening."""
        product: Any = 1.0
        for factor in self._factors:
            product = product * factor.value
        return product

    def bill(self, day: int) -> None:
        """Owe a month's fee."""
        fee = np.full(self._firm.world.lanes, self.fee, np.int64)
        self.payable.bill(fee, int(self._firm.bank_day(day)), against="fees")

    def contracted_ahead(self) -> int:
        """Fees not yet billed that fall due in the treasury's look-ahead, minor units."""
        today, last = self._firm.clock.today, self._firm.clock.today + self._firm.look_ahead
        coming = [d for d in self.days if today < d and self._firm.bank_day(d) <= last]
        return self.fee * len(coming)


def paying_fees(firm: Firm, agreements: Agreements) -> Generator[Any, Any, None]:
    """Owe each month's fee at its end, in DUE."""
    for day in (d for d in agreements.days if firm.clock.today <= d < firm.scenario.horizon):
        yield firm.clock.at(day, Phase.DUE)
        agreements.bill(day)
