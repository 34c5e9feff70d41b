"""Regulators: rules that cut limits and rates of lines, stop them, or shorten terms."""

from __future__ import annotations

from twin.effects import Closure, Pull
from twin.levers import Change
from twin.money import minor

LARGEST_LOAN = {
    "nov_2020_micro_loan_draft": {"owner": 300_000},
    "jan_2025_micro_loan": {"owner": 200_000, "firm": 10_000_000},
}
LONGEST_TERMS = 60
HIGHEST_RATE = 0.24 / 365


class Rule:
    """Levers are pulled while it lasts, and lines are stopped; it is known before."""

    recovery_days = 0

    def __init__(self, firm, plan):
        names = plan.channels or [
            name for name, line in firm.scenario.channels.items() if line.kind == "platform"
        ]
        self._lines = [firm.channels[name] for name in names]
        self._cut = []
        changes = _general if plan.kind == "regulation" else _sourced
        self._pull = Pull(plan, list(changes(self, firm, plan)))
        stopped = [line.name for line in self._lines if getattr(plan, "stop", False)]
        self._stop = Closure(firm, stopped, "regulator", plan.notice_days)
        self.notice_days = self._stop.notice_days

    def lines(self):
        return self._lines

    def limits(self):
        """Limits that a rule reaches: what is committed is not cut."""
        return [line for line in self._lines if not line.plan.committed]

    def cut(self, line, operation, value):
        """Cut a limit; whoever knows of it is on notice, where it is less than it would be."""
        is_less = value < 1 if operation == "scale" else value < line.limit.base
        if is_less:
            self._cut.append(line)
        return Change(line.limit, operation, value)

    def announce(self, start):
        self._stop.announce(start)
        for line in self._cut:
            line.announce("regulator", start)

    def begin(self, start, end):
        self._stop.begin(start, end)
        self._pull.begin(start, end)

    def build_up(self, since):
        self._pull.build_up(since)

    def end(self):
        self._pull.end()

    def wear_off(self, since):
        self._pull.wear_off(since)


def _general(rule, firm, plan):
    del firm
    for line in rule.limits():
        if plan.limit_factor != 1:
            yield rule.cut(line, "scale", plan.limit_factor)
        if plan.limit_cap is not None:
            yield rule.cut(line, "cap", minor(plan.limit_cap))
    if plan.rate_cap is not None:
        for line in rule.lines():
            yield Change(line.rate, "cap", plan.rate_cap.daily())


def _sourced(rule, firm, plan):
    for line in rule.limits():
        most = LARGEST_LOAN.get(plan.rule, {}).get(line.plan.record)
        if most is not None:
            yield rule.cut(line, "cap", _cap(most, plan))
    if plan.rule == "oct_2025_facilitation":
        for line in rule.lines():
            yield Change(line.rate, "cap", HIGHEST_RATE)
    if plan.rule == "jun_2025_payment_terms":
        for customer in firm.customers:
            is_large = not customer.plan.consumer
            if plan.customers:
                is_large = customer.name in plan.customers
            if is_large and customer.plan.terms is not None:
                yield Change(customer.terms, "cap", LONGEST_TERMS)


def _cap(most, plan):
    """The draft of 2020 looks at the owner's income too."""
    if plan.rule == "nov_2020_micro_loan_draft" and plan.owner_income is not None:
        return min(minor(most), round(float(plan.owner_income) * 100 / 3))
    return minor(most)
