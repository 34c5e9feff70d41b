"""The common economy factor: one AR(1) path per replication, mean 0, standard deviation 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.processes.tables import normal_table

if TYPE_CHECKING:
    from collections.abc import Generator

    from cashstress.kernel.arrays import Floats
    from cashstress.processes.firm import Firm

__all__ = ["Economy", "economy"]


class Economy:
    """How business in general is doing: positive is good, one unit is one standard deviation."""

    def __init__(self, firm: Firm) -> None:
        self._firm = firm
        self.persistence = 0.5 ** (1.0 / firm.scenario.economy.half_life)
        scenario = firm.scenario
        loadings = [scenario.sales.economy]
        loadings += [customer.economy for customer in scenario.customers.values()]
        loadings += [channel.economy for channel in scenario.channels.values()]
        lenders = (channel.risk_control for channel in scenario.channels.values())
        loadings += [lender.economy for lender in lenders if lender is not None]
        self.matters = any(loadings)
        self.table = normal_table()
        self._effects: dict[float, Floats] = {}
        firm.world.on_refresh.append(self.forget)
        firm.columns.add("economy", np.float64)
        if self.matters:
            # A replication starts somewhere in the cycle, not in its middle.
            self.factor[...] = np.take(self.table, firm.streams.bits16("economy.start", once=True))

    def effect(self, loading: float) -> Floats:
        """What a loading makes of today's factor: exp(loading * factor), per lane."""
        found = self._effects.get(loading)
        if found is None:
            found = self._effects[loading] = np.exp(loading * self.factor)
        return found

    def forget(self) -> None:
        """Effects are those of today and of these lanes."""
        self._effects.clear()

    @property
    def factor(self) -> Floats:
        """Today's factor per lane."""
        return self._firm.columns["economy"]


def economy(firm: Firm, plan: Economy) -> Generator[Any, Any, None]:
    """Move the factor once a day; nothing to do when nobody listens."""
    keep, new = plan.persistence, (1.0 - plan.persistence**2) ** 0.5
    for day in firm.days() if plan.matters else ():
        yield firm.clock.at(day, Phase.SHOCK)
        plan.factor[...] *= keep
        plan.factor[...] += new * firm.streams.table("economy", plan.table)
        plan.forget()
