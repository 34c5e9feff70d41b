"""Sales: what is asked for, what can be made of it, and who is invoiced.

Material and staff limit output; sales lost for lack of either are not made up later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.kernel.money import to_money
from cashstress.kernel.remembered import Remembered
from cashstress.processes.levels import Kept, money_level
from cashstress.processes.pattern import SalesPattern
from cashstress.processes.tables import lognormal_table

if TYPE_CHECKING:
    from collections.abc import Generator

    from cashstress.kernel.arrays import Floats, Level, Money
    from cashstress.processes.firm import Firm

__all__ = ["NOT_IDLE", "Sales", "sales"]

#: No day: output is going on.
NOT_IDLE: Final = -1


class Sales:
    """The sales plan, and what became of it."""

    def __init__(self, firm: Firm) -> None:
        self._firm = firm
        plan = firm.scenario.sales
        self.pattern = SalesPattern(firm.scenario, firm.calendar)
        annual = money_level(firm.world, "sales.annual", plan.annual)
        self._annual = Kept(firm.world, "sales.annual", annual)
        self.level = firm.levers.add("sales.level", 1.0, "factor")
        self.loading = plan.economy
        self.min_output = firm.scenario.outcomes.min_output
        payroll = firm.scenario.payroll
        self.watch_idle = payroll is not None and payroll.stoppage is not None
        self.noise = lognormal_table(plan.volatility) if plan.volatility else None
        taxes = firm.scenario.taxes
        self.vat_rate = taxes.rate if taxes.vat != "none" else 0.0
        firm.columns.add("sales.lost", np.int64)
        firm.columns.add("sales.short", np.bool_)
        firm.columns.add("sales.today", np.int64)
        firm.columns.add("sales.idle_since", np.int32, NOT_IDLE)
        self.is_idle_somewhere = Remembered(firm.world, self._look_for_idle)

    def planned(self, day: int) -> Any:
        """Net sales planned for a day, minor units, as the firm's own planning sees them."""
        return self._annual.value * self.pattern.share(day)

    def planned_between(self, first: int, last: int) -> Any:
        """Planned net sales of days first .. last - 1, minor units."""
        return self._annual.value * self.pattern.share_between(first, last)

    def demand(self, day: int) -> Floats:
        """Net sales asked for today, per lane, minor units, unrounded."""
        demand: Any = np.multiply(self.planned(day), self.level.value)
        if self.noise is not None:
            demand = demand * self._firm.streams.table("sales.noise", self.noise)
        if self.loading:
            demand = demand * self._firm.economy.effect(self.loading)
        if not np.ndim(demand):
            demand = np.broadcast_to(demand, self._firm.world.lanes)
        per_lane: Floats = demand
        return per_lane

    def output(self, asked: Money) -> Floats | None:
        """Share of today's demand that material and staff allow; None for all, in every lane."""
        material = self._material(asked)
        short = self._firm.columns["sales.short"]
        if material is None:
            short[...] = False
        else:
            short[...] = (material < self.min_output) & (asked > 0)
        staff = self._firm.staff_capacity()
        limits = [limit for limit in (material, staff) if limit is not None]
        return np.minimum.reduce(limits) if limits else None

    def note(self, day: int, asked: Money, sold: Money) -> None:
        """Keep what was lost, and since when nothing is made, in lanes that still run."""
        firm = self._firm
        if asked is not sold:
            firm.columns["sales.lost"] += (asked - sold) * firm.world.running
        if self.watch_idle and (self.is_idle_somewhere() or (sold == 0).any()):
            idle_since, idle = firm.columns["sales.idle_since"], sold == 0
            idle_since[~idle] = NOT_IDLE
            idle_since[idle & (idle_since == NOT_IDLE)] = day
            self.is_idle_somewhere.forget()

    def _look_for_idle(self) -> bool:
        """Whether nothing is made in some lane."""
        return bool((self._firm.columns["sales.idle_since"] != NOT_IDLE).any())

    def _material(self, asked: Money) -> Floats | None:
        limits = [s.output_limit(asked) for s in self._firm.suppliers if s.critical]
        acting = [limit for limit in limits if limit is not None]
        return np.minimum.reduce(acting) if acting else None


def sales(firm: Firm, plan: Sales) -> Generator[Any, Any, None]:
    """Sell every open day what demand, material and staff allow, and invoice it."""
    for day in firm.days():
        if plan.pattern.share(day):
            yield firm.clock.at(day, Phase.OPERATE)
            sell(firm, plan, day)


def sell(firm: Firm, plan: Sales, day: int) -> None:
    """One day's trade."""
    asked = _by_customer(firm, plan.demand(day))
    possible = plan.output(asked[-1])
    sold = asked if possible is None else [to_money(part * possible) for part in asked]
    for supplier in firm.suppliers:
        supplier.use(sold[-1])
    for customer, upto, before in zip(firm.customers, sold, [None, *sold], strict=False):
        customer.invoice(upto if before is None else upto - before)
    firm.columns["sales.today"][...] = sold[-1]
    plan.note(day, asked[-1], sold[-1])


def _by_customer(firm: Firm, demand: Floats) -> list[Money]:
    """Sales to the first, the first two, ... customers, so that the parts add up to the whole."""
    mix: Level = 0.0
    cumulated = []
    for customer in firm.customers:
        mix = mix + customer.share * customer.level.value
        cumulated.append(to_money(demand * mix))
    return cumulated
