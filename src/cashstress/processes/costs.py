"""Other costs: by the month, with sales, once, and irregular bills."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.kernel.money import minor, to_money
from cashstress.processes.levels import Kept, money_level
from cashstress.processes.payables import Payable
from cashstress.processes.schedules import Schedule

if TYPE_CHECKING:
    from collections.abc import Generator

    from cashstress import scenario as sc
    from cashstress.kernel.arrays import Floats, Level, Money
    from cashstress.processes.firm import Firm
    from cashstress.processes.payables import PayClass

__all__ = ["Cost", "costs"]

_CLASSES: Final[dict[str, PayClass]] = {
    "rent": "rent",
    "other": "other_suppliers",
    "discretionary": "discretionary",
    "capital": "discretionary",
}
#: Claims a day beyond this many have a probability far below one in 2**32.
_MOST_CLAIMS: Final = 60


class Cost:
    """One line of the budget, its ledger, and how it is cut when cash is short."""

    def __init__(self, firm: Firm, name: str, plan: sc.Cost) -> None:
        self._firm, self.name, self.plan = firm, name, plan
        self.level = firm.levers.add(f"{name}.level", 1.0, "factor")
        self.payable = Payable(
            firm.world, f"costs_payable:{name}", _CLASSES[plan.pay_class],
            term=plan.terms + firm.longest_roll, age=firm.longest_age,
            window=firm.look_ahead,
        )  # fmt: skip
        firm.add_payable(self.payable)
        self.expense = firm.books.account(f"costs:{name}", "expense")
        given = plan.once if plan.monthly is None else plan.monthly
        key = f"costs.{name}.monthly"
        self._monthly = Kept(firm.world, key, money_level(firm.world, key, given or 0))
        self.claims = _poisson_steps(plan.claims.per_day) if plan.claims is not None else None
        self._contracted = self._days_contracted()
        firm.columns.add(f"{name}.waiting", np.int64)

    def days(self) -> Any:
        """Days on which this cost may be billed."""
        firm, plan = self._firm, self.plan
        if plan.monthly is None and plan.once is None:
            return firm.days()
        if plan.pay_class == "capital":
            return firm.days()  # what waits is looked at every day
        return firm.days_of(self._contracted)

    def _days_contracted(self) -> dict[int, int]:
        """Days of monthly and dated bills, rolled to bank days, and when each is due."""
        firm, plan = self._firm, self.plan
        days: tuple[int, ...] = ()
        if plan.monthly is not None:
            days = Schedule(firm.calendar, plan.day, "next", every=plan.every).days
        elif plan.once is not None and plan.on is not None:
            days = (int(firm.bank_day((plan.on - firm.scenario.start).days)),)
        return {day: int(firm.bank_day(day + plan.terms)) for day in days}

    def amount(self, day: int) -> Level | None:
        """What is billed today before VAT, minor units per lane; None for nothing."""
        plan = self.plan
        if plan.monthly is not None or plan.once is not None:
            return self._monthly.value if day in self._contracted else None
        if plan.claims is not None and self.claims is not None:
            return self._claims_today(self.claims, minor(plan.claims.amount))
        if not self._firm.sales.pattern.share(day):
            return None
        return self._firm.columns["sales.today"] * plan.share_of_sales

    def _claims_today(self, steps: Floats, each: int) -> Money | None:
        """Irregular bills of today; most lanes have none on most days."""
        u = self._firm.streams.uniform(f"costs.{self.name}.claims")
        lanes = np.flatnonzero(u > steps[0])
        if not lanes.size:
            return None
        amount = np.zeros(len(u), np.int64)
        amount[lanes] = np.searchsorted(steps, u[lanes]) * each
        return amount

    def contracted_ahead(self) -> Any:
        """Monthly and dated costs not yet billed and due in the look-ahead, minor units."""
        today, last = self._firm.clock.today, self._firm.clock.today + self._firm.look_ahead
        times = sum(today < day and due <= last for day, due in self._contracted.items())
        if not times:
            return 0
        amount = np.multiply(self._monthly.value, times * self.level.value)
        return to_money(np.asarray(amount))

    def bill(self, day: int) -> None:
        """Bill today's amount; cost control cuts what is discretionary and defers capital."""
        amount = self.amount(day)
        waiting = self._firm.columns[f"{self.name}.waiting"]
        if amount is None and not (self.plan.pay_class == "capital" and _some(waiting)):
            return
        billed = np.multiply(0.0 if amount is None else amount, self.level.value)
        if not np.ndim(billed):
            billed = np.full(waiting.shape, billed)
        net = to_money(billed)
        self._owe(self._after_cost_control(net, waiting), day)

    def _after_cost_control(self, net: Money, waiting: Money) -> Money:
        if self.payable.pay_class != "discretionary":
            return net
        austere = self._firm.is_austere()
        if self.plan.pay_class == "capital":
            net = net + waiting
            waiting[...] = net * austere
            ready: Money = net - waiting
            return ready
        cut = self._firm.scenario.treasury.austerity_cut
        kept: Money = net - to_money(net * cut) * austere
        return kept

    def _owe(self, net: Money, day: int) -> None:
        firm, plan = self._firm, self.plan
        due = int(firm.bank_day(day + plan.terms))
        parts = [(self.expense, net)]
        if plan.vat:
            parts.append((firm.input_vat_account, to_money(net * plan.vat)))
        self.payable.charge(parts, due)


def costs(firm: Firm, cost: Cost) -> Generator[Any, Any, None]:
    """Bill the cost on its days."""
    for day in cost.days():
        yield firm.clock.at(day, Phase.DUE)
        cost.bill(day)


def _some(amount: Money) -> bool:
    """Whether any lane has a part of this amount, which is nowhere negative."""
    return bool(np.maximum.reduce(amount, initial=0))


def _poisson_steps(mean: float) -> Floats:
    """Cumulated Poisson probabilities; a uniform's place among them is the number of claims."""
    counts = np.arange(max(_MOST_CLAIMS, int(mean + 20 * mean**0.5)))
    log_p = counts * np.log(mean) - mean - np.concatenate(([0.0], np.cumsum(np.log(counts[1:]))))
    steps: Floats = np.minimum(np.cumsum(np.exp(log_p)), 1.0)
    return steps
