"""What shocks do: close channels, or change levers."""

from __future__ import annotations

from twin.levers import Change
from twin.money import minor


def effect_of(firm, plan):
    """The effect of a shock that closes channels, or pulls levers and may build up and wear off."""
    if plan.kind == "platform_closure":
        return Closure(firm, plan.channels, plan.cause, plan.notice_days)
    return Pull(plan, [change for change in _CHANGES[plan.kind](firm, plan) if change is not None])


class Closure:
    """Channels are closed for a cause."""

    recovery_days = 0

    def __init__(self, firm, channels, cause, notice_days):
        self._lines = [firm.channels[name] for name in channels]
        self._cause, self.notice_days = cause, notice_days
        if cause == "regulator":
            # Who watches the regulators knows of it sooner.
            self.notice_days = max(notice_days, firm.scenario.treasury.policy_watch)

    def announce(self, start):
        for line in self._lines:
            line.announce(self._cause, start)

    def begin(self, start, end):
        del start
        for line in self._lines:
            line.close(self._cause, end)

    def build_up(self, since):
        """At once."""

    def end(self):
        """The closure has its own end."""

    def wear_off(self, since):
        """At once."""


class Pull:
    """Levers are changed, by a share that builds up and wears off."""

    notice_days = 0

    def __init__(self, plan, changes):
        self._changes = changes
        self._build = getattr(plan, "builds_over", 0)
        self.recovery_days = getattr(plan, "recovery_days", 0)
        self._way_back = _WAYS_BACK[getattr(plan, "recovery", "linear")]
        self._since, self._share, self._reached = 0, 0.0, 0.0

    def begin(self, start, end):
        del end
        self._since = start

    def build_up(self, since):
        self._put(min(1.0, (since + 1) / self._build) if self._build else 1.0)

    def end(self):
        """It wears off from where it was."""
        self._reached = self._share

    def wear_off(self, since):
        over = since / self.recovery_days if self.recovery_days else 1.0
        self._put(self._reached * (1 - self._way_back(over)))

    def _put(self, share):
        self._share = share
        for change in self._changes:
            change.put(share, self._since)


_WAYS_BACK = {
    "linear": lambda over: over,
    "s_curve": lambda over: over * over * (3 - 2 * over),
    "step": lambda over: float(over >= 1),
}


def _tightening(firm, plan):
    """What is committed keeps its limit, approval and delay; its rate may rise."""
    for name in plan.channels:
        if plan.rate_add is not None:
            yield Change(firm.levers[f"{name}.rate"], "add", plan.rate_add.daily())
        if not firm.channels[name].plan.committed:
            yield Change(firm.levers[f"{name}.limit"], "scale", plan.limit_factor)
            yield Change(firm.levers[f"{name}.approval"], "scale", plan.approval_factor)
            yield Change(firm.levers[f"{name}.delay"], "add", plan.delay_add)
            for chance in ("roll_over", "renewal"):
                if f"{name}.{chance}" in firm.levers:
                    lever = firm.levers[f"{name}.{chance}"]
                    yield Change(lever, "scale", plan.approval_factor)


def _repricing(firm, plan):
    for name in plan.channels:
        if plan.rate_add is not None:
            yield Change(firm.levers[f"{name}.rate"], "add", plan.rate_add.daily())
        if plan.tenor_months is not None:
            yield Change(firm.levers[f"{name}.tenor_months"], "set", plan.tenor_months)


def _customers_pay_later(firm, plan):
    for name in plan.customers or firm.scenario.customers:
        yield Change(firm.levers[f"{name}.lateness"], "scale", plan.lateness_factor)
        yield Change(firm.levers[f"{name}.days_added"], "add", plan.days_add)


def _sales_fall(firm, plan):
    yield Change(firm.levers["sales.level"], "scale", 1 - plan.depth)


def _supplier_terms(firm, plan):
    for name in plan.suppliers:
        yield Change(firm.levers[f"{name}.terms"], "set", plan.terms)


def _price_rise(firm, plan):
    for name in plan.suppliers:
        yield Change(firm.levers[f"{name}.price"], "scale", plan.factor)
    if plan.wages:
        yield Change(firm.levers["payroll.wage"], "scale", plan.factor)
    for name in plan.costs:
        yield Change(firm.levers[f"{name}.level"], "scale", plan.factor)


def _customer_loss(firm, plan):
    """The largest customer, where none is named."""
    customers = firm.scenario.customers
    name = plan.customer or max(customers, key=lambda each: customers[each].share)
    yield Change(firm.levers[f"{name}.sales"], "scale", 1 - plan.fraction)


def _lever(firm, plan):
    """Any lever; a change of money by an amount is given in major units."""
    part = plan.lever.split(".")[-1]
    is_money = part in {"limit", "wage"} and plan.operation != "scale"
    yield Change(
        firm.levers[plan.lever], plan.operation, minor(plan.value) if is_money else plan.value
    )


_CHANGES = {
    "lending_tightening": _tightening,
    "repricing": _repricing,
    "customers_pay_later": _customers_pay_later,
    "sales_fall": _sales_fall,
    "supplier_terms": _supplier_terms,
    "price_rise": _price_rise,
    "customer_loss": _customer_loss,
    "lever": _lever,
}
