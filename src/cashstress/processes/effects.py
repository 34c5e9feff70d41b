"""What each kind of shock does: a few lines over levers, or a channel closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cashstress.kernel.money import MINOR_PER_MAJOR
from cashstress.processes.channels.base import FOR_GOOD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cashstress import scenario as sc
    from cashstress.kernel.arrays import Days, Flags, Floats
    from cashstress.kernel.levers import Modifier, Operation
    from cashstress.processes.firm import Firm

__all__ = ["Effect", "effect_of"]


class Effect:
    """Something in force in some lanes: modifiers put on and lifted."""

    notice_days = 0
    tail = 0

    def __init__(
        self, firm: Firm, name: str, pulls: Iterable[tuple[str, Operation, float]]
    ) -> None:
        self.firm = firm
        self.modifiers: list[tuple[Modifier, float]] = [
            (firm.levers[lever].modifier(name, operation), value)
            for lever, operation, value in pulls
        ]

    def announce(self, lanes: Flags, day: Days) -> None:
        """Give notice in these lanes that it begins on `day`."""

    def begin(self, lanes: Flags, end: Days) -> None:
        """Put it in force in these lanes until `end`."""
        del end
        today = self.firm.clock.today
        for modifier, value in self.modifiers:
            since = np.where(lanes, today, modifier.since)
            modifier.put(modifier.on | lanes, np.where(lanes, value, modifier.value), since=since)

    def finish(self, lanes: Flags) -> None:
        """Lift it in these lanes."""
        for modifier, _ in self.modifiers:
            modifier.put(modifier.on & ~lanes)

    def recover(self, days: Days, lanes: Flags) -> None:
        """Follow the recovery, `days` after the end, in these lanes."""


class Closure(Effect):
    """Channels closed for a cause."""

    def __init__(self, firm: Firm, name: str, plan: sc.PlatformClosure) -> None:
        super().__init__(firm, name, ())
        self._channels = [firm.channels[channel] for channel in plan.channels]
        self._cause = plan.cause
        self.notice_days = plan.notice_days
        if self._cause == "regulator":
            self.notice_days = max(plan.notice_days, firm.scenario.treasury.policy_watch)

    def announce(self, lanes: Flags, day: Days) -> None:
        """Tell the firm the day of the closure."""
        for channel in self._channels:
            channel.announce(lanes, self._cause, day)

    def begin(self, lanes: Flags, end: Days) -> None:
        """Close until the end."""
        for channel in self._channels:
            channel.close(lanes, self._cause, np.minimum(end, FOR_GOOD))

    def finish(self, lanes: Flags) -> None:
        """The cause lifts by itself on its day."""


class Fall(Effect):
    """Sales fall at once and come back along a curve."""

    def __init__(self, firm: Firm, name: str, plan: sc.SalesFall) -> None:
        super().__init__(firm, name, [("sales.level", "scale", 1.0 - plan.depth)])
        self._depth, self._shape = plan.depth, plan.recovery
        self.tail = plan.recovery_days

    def finish(self, lanes: Flags) -> None:
        """Nothing comes back at once when there is a recovery."""
        if not self.tail:
            super().finish(lanes)

    def recover(self, days: Days, lanes: Flags) -> None:
        """Part of the way back, more each day."""
        if not lanes.any():
            return
        (modifier, _), back = self.modifiers[0], self._back(days / self.tail)
        modifier.put(value=np.where(lanes, 1.0 - self._depth * (1.0 - back), modifier.value))
        modifier.put(modifier.on & ~(lanes & (days >= self.tail)))

    def _back(self, part: Floats) -> Floats:
        """Share of the fall made good after this part of the recovery."""
        part = np.clip(part, 0.0, 1.0)
        match self._shape:
            case "s_curve":
                return part * part * (3.0 - 2.0 * part)
            case "step":
                return np.floor(part)
            case _:
                return part


def _tightening(firm: Firm, name: str, plan: sc.LendingTightening) -> Effect:
    pulls: list[tuple[str, Operation, float]] = []
    for channel in plan.channels:
        if plan.rate_add is not None:
            pulls.append((f"{channel}.rate", "add", float(plan.rate_add.daily())))  # type: ignore[arg-type]
        if firm.scenario.channels[channel].committed:
            continue  # the lender has promised the limit, and to pay out when asked
        pulls += [
            (f"{channel}.limit", "scale", plan.limit_factor),
            (f"{channel}.approval", "scale", plan.approval_factor),
            (f"{channel}.delay", "add", plan.delay_add),
        ]
    return Effect(firm, name, pulls)


def _late_payment(firm: Firm, name: str, plan: sc.LatePayment) -> Effect:
    customers = plan.customers or tuple(firm.scenario.customers)
    late: list[tuple[str, Operation, float]] = [
        (f"{customer}.lateness", "scale", plan.lateness_factor) for customer in customers
    ]
    return Effect(
        firm, name, [*late, *((f"{c}.days_added", "add", plan.days_add) for c in customers)]
    )


def _supplier_terms(firm: Firm, name: str, plan: sc.SupplierTerms) -> Effect:
    return Effect(firm, name, [(f"{s}.terms", "set", plan.terms) for s in plan.suppliers])


def _price_rise(firm: Firm, name: str, plan: sc.PriceRise) -> Effect:
    levers = [f"{supplier}.price" for supplier in plan.suppliers]
    levers += [f"{cost}.level" for cost in plan.costs]
    levers += ["payroll.wage"] if plan.wages else []
    return Effect(firm, name, [(lever, "scale", plan.factor) for lever in levers])


def _customer_loss(firm: Firm, name: str, plan: sc.CustomerLoss) -> Effect:
    customers = firm.scenario.customers
    lost = plan.customer or max(customers, key=lambda c: customers[c].share)
    return Effect(firm, name, [(f"{lost}.sales", "scale", 1.0 - plan.fraction)])


def _lever(firm: Firm, name: str, plan: sc.LeverShock) -> Effect:
    amount_of_money = firm.levers[plan.lever].unit == "money" and plan.operation != "scale"
    value = plan.value * (MINOR_PER_MAJOR if amount_of_money else 1)
    return Effect(firm, name, [(plan.lever, plan.operation, value)])  # type: ignore[list-item]


def _rule(firm: Firm, name: str, plan: sc.Regulation | sc.RuleChange) -> Effect:
    # Lenders are made of effects, so they cannot be known before there are effects.
    from cashstress.processes.lenders.regulator import RuleInForce

    return RuleInForce(firm, name, plan)


_EFFECTS: dict[str, Callable[[Firm, str, Any], Effect]] = {
    "platform_closure": Closure,
    "lending_tightening": _tightening,
    "customers_pay_later": _late_payment,
    "sales_fall": Fall,
    "supplier_terms": _supplier_terms,
    "price_rise": _price_rise,
    "customer_loss": _customer_loss,
    "lever": _lever,
    "regulation": _rule,
    "rule_change": _rule,
}


def effect_of(firm: Firm, name: str, plan: sc.Shock) -> Effect:
    """What this shock does."""
    return _EFFECTS[plan.kind](firm, name, plan)
