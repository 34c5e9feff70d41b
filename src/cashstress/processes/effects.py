"""What each kind of shock does: a few lines over levers, or a channel closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from cashstress.kernel.money import MINOR_PER_MAJOR
from cashstress.processes.channels.closing import FOR_GOOD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cashstress import scenario as sc
    from cashstress.kernel.arrays import Days, Flags, Floats
    from cashstress.kernel.levers import Modifier, Operation
    from cashstress.processes.firm import Firm

__all__ = ["Effect", "effect_of"]


@attrs.frozen
class Pull:
    """One operation on one lever.

    Parameters
    ----------
    lever : str
    operation : Operation
    value : float
        In full force.
    change : float, optional
        Of a scale: the value less 1, where it is known more exactly than by subtracting.
    """

    lever: str
    operation: Operation
    value: float
    change: float | None = None

    def part(self, share: Floats, base: Any) -> Floats:
        """The value with a share of its full force, on a lever with this base."""
        if self.operation == "scale":
            return 1.0 + (self.value - 1.0 if self.change is None else self.change) * share
        if self.operation == "add":
            return self.value * share
        level: Floats = base + (self.value - base) * share
        if self.operation == "floor":
            return np.minimum(self.value, level)
        return np.maximum(self.value, level) if self.operation == "cap" else level


class Effect:
    """Something in force in some lanes: modifiers put on, built up, worn off and lifted."""

    notice_days = 0
    build = 0
    tail = 0
    _shape = "linear"

    def __init__(self, firm: Firm, name: str, plan: Any, pulls: Iterable[Pull]) -> None:
        self.firm = firm
        self.modifiers: list[tuple[Modifier, Pull]] = [
            (firm.levers[pull.lever].modifier(name, pull.operation), pull) for pull in pulls
        ]
        if self.modifiers:
            self.build, self.tail, self._shape = (
                plan.builds_over, plan.recovery_days, plan.recovery
            )  # fmt: skip

    def announce(self, lanes: Flags, day: Days) -> None:
        """Give notice in these lanes that it begins on `day`."""

    def begin(self, lanes: Flags, end: Days) -> None:
        """Put it in full force in these lanes until `end`."""
        del end
        today = self.firm.clock.today
        for modifier, pull in self.modifiers:
            since = np.where(lanes, today, modifier.since)
            value = np.where(lanes, pull.value, modifier.value)
            modifier.put(modifier.on | lanes, value, since=since)

    def build_up(self, days: Days, lanes: Flags) -> None:
        """Only a part of it, `days` after its start, in these lanes."""
        if lanes.any():
            self._hold(self._built(days), lanes)

    def finish(self, lanes: Flags) -> None:
        """Lift it in these lanes, unless it wears off."""
        if not self.tail:
            self._lift(lanes)

    def recover(self, days: Days, lanes: Flags, lasted: Days) -> None:
        """Part of the way back, `days` after the end of what `lasted` so long, in these lanes."""
        if not lanes.any():
            return
        left = 1.0 - self._back(days / self.tail)
        # What ended before it was built up goes back from where it was.
        self._hold(left if not self.build else left * self._built(lasted - 1), lanes)
        self._lift(lanes & (days >= self.tail))

    def _built(self, days: Days) -> Floats:
        """Share of the full force reached so many days after the start."""
        return np.clip((days + 1.0) / self.build, 0.0, 1.0)

    def _hold(self, share: Floats, lanes: Flags) -> None:
        for modifier, pull in self.modifiers:
            part = pull.part(share, modifier.lever.base)
            modifier.put(value=np.where(lanes, part, modifier.value))

    def _lift(self, lanes: Flags) -> None:
        for modifier, _ in self.modifiers:
            modifier.put(modifier.on & ~lanes)

    def _back(self, part: Floats) -> Floats:
        """Share of the way back after this part of the recovery."""
        part = np.clip(part, 0.0, 1.0)
        match self._shape:
            case "s_curve":
                return part * part * (3.0 - 2.0 * part)
            case "step":
                return np.floor(part)
            case _:
                return part


class Closure(Effect):
    """Channels closed for a cause."""

    def __init__(self, firm: Firm, name: str, plan: sc.PlatformClosure) -> None:
        super().__init__(firm, name, plan, ())
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


def _fall(firm: Firm, name: str, plan: sc.SalesFall) -> Effect:
    return Effect(firm, name, plan, [_lost("sales.level", plan.depth)])


def _lost(lever: str, share: float) -> Pull:
    """A share of a level is lost."""
    return Pull(lever, "scale", 1.0 - share, -share)


def _dearer(channel: str, rate_add: sc.Rate | None) -> list[Pull]:
    """A rate goes up, if it does."""
    if rate_add is None:
        return []
    return [Pull(f"{channel}.rate", "add", float(rate_add.daily()))]  # type: ignore[arg-type]


def _tightening(firm: Firm, name: str, plan: sc.LendingTightening) -> Effect:
    pulls: list[Pull] = []
    for channel in plan.channels:
        pulls += _dearer(channel, plan.rate_add)
        if firm.scenario.channels[channel].committed:
            continue  # the lender has promised the limit, and to pay out when asked
        pulls += [
            Pull(f"{channel}.limit", "scale", plan.limit_factor),
            Pull(f"{channel}.approval", "scale", plan.approval_factor),
            Pull(f"{channel}.delay", "add", plan.delay_add),
        ]
        # Lenders who approve less also roll over and renew less.
        pulls += [
            Pull(f"{channel}.{again}", "scale", plan.approval_factor)
            for again in ("roll_over", "renewal")
            if f"{channel}.{again}" in firm.levers
        ]
    return Effect(firm, name, plan, pulls)


def _repricing(firm: Firm, name: str, plan: sc.Repricing) -> Effect:
    pulls: list[Pull] = []
    for channel in plan.channels:
        pulls += _dearer(channel, plan.rate_add)
        if plan.tenor_months is not None:
            pulls.append(Pull(f"{channel}.tenor_months", "set", plan.tenor_months))
    return Effect(firm, name, plan, pulls)


def _late_payment(firm: Firm, name: str, plan: sc.LatePayment) -> Effect:
    customers = plan.customers or tuple(firm.scenario.customers)
    late = [Pull(f"{c}.lateness", "scale", plan.lateness_factor) for c in customers]
    later = [Pull(f"{c}.days_added", "add", plan.days_add) for c in customers]
    return Effect(firm, name, plan, late + later)


def _supplier_terms(firm: Firm, name: str, plan: sc.SupplierTerms) -> Effect:
    return Effect(firm, name, plan, [Pull(f"{s}.terms", "set", plan.terms) for s in plan.suppliers])


def _price_rise(firm: Firm, name: str, plan: sc.PriceRise) -> Effect:
    levers = [f"{supplier}.price" for supplier in plan.suppliers]
    levers += [f"{cost}.level" for cost in plan.costs]
    levers += ["payroll.wage"] if plan.wages else []
    return Effect(firm, name, plan, [Pull(lever, "scale", plan.factor) for lever in levers])


def _customer_loss(firm: Firm, name: str, plan: sc.CustomerLoss) -> Effect:
    customers = firm.scenario.customers
    lost = plan.customer or max(customers, key=lambda c: customers[c].share)
    return Effect(firm, name, plan, [_lost(f"{lost}.sales", plan.fraction)])


def _lever(firm: Firm, name: str, plan: sc.LeverShock) -> Effect:
    amount_of_money = firm.levers[plan.lever].unit == "money" and plan.operation != "scale"
    value = plan.value * (MINOR_PER_MAJOR if amount_of_money else 1)
    return Effect(firm, name, plan, [Pull(plan.lever, plan.operation, value)])  # type: ignore[arg-type]


def _rule(firm: Firm, name: str, plan: sc.Regulation | sc.RuleChange) -> Effect:
    # Lenders are made of effects, so they cannot be known before there are effects.
    from cashstress.processes.lenders.regulator import RuleInForce

    return RuleInForce(firm, name, plan)


_EFFECTS: dict[str, Callable[[Firm, str, Any], Effect]] = {
    "platform_closure": Closure,
    "lending_tightening": _tightening,
    "repricing": _repricing,
    "customers_pay_later": _late_payment,
    "sales_fall": _fall,
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
