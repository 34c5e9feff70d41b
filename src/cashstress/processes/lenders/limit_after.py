"""A line that risk control had closed comes back with a part of its limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cashstress.processes.channels.closing import FOR_GOOD
from cashstress.processes.levels import Kept, level

if TYPE_CHECKING:
    from cashstress import scenario as sc
    from cashstress.kernel.arrays import Flags
    from cashstress.processes.channels import Channel
    from cashstress.processes.firm import Firm

__all__ = ["LimitAfter"]


class LimitAfter:
    """The part of the limit left after spells of risk control; parts of several multiply."""

    def __init__(self, firm: Firm, channel: Channel, plan: sc.RiskControl) -> None:
        self._firm, self._name = firm, f"{channel.name}.limit_after"
        key = f"channels.{channel.name}.risk_control.limit_after"
        self._part = Kept(firm.world, key, level(firm.world, key, plan.limit_after))
        self._back_days = plan.limit_back_days
        self._modifier = channel.limit.modifier("lender.risk_control", "scale")
        firm.columns.add(f"{self._name}.closed", np.bool_)
        firm.columns.add(f"{self._name}.back_on", np.int32, FOR_GOOD)

    def note(self, day: int, closed: Flags) -> None:
        """Note the end of the day: where risk control has let go, the limit is less."""
        before, back_on = self._column("closed"), self._column("back_on")
        reopened = before & ~closed
        whole = back_on <= day
        if reopened.any() or whole.any():
            before_today, on = self._modifier.value, self._modifier.on & ~whole
            again = np.where(on, before_today, 1.0) * self._part.value
            back_on[whole] = FOR_GOOD
            if self._back_days is not None:
                back_on[reopened] = day + self._back_days
            self._modifier.put(on | reopened, np.where(reopened, again, before_today))
        before[...] = closed

    def _column(self, part: str) -> Any:
        return self._firm.columns[f"{self._name}.{part}"]
