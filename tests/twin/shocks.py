"""Shocks: when each strikes, how long it lasts, how it builds up and wears off."""

from __future__ import annotations

import math

from cashstress.scenario import MeanDays
from twin.effects import effect_of
from twin.phases import RANK, SHOCK
from twin.rules import Rule

NEVER = 10**9
DAYS_A_YEAR = 365


def start_shocks(firm):
    """Start every shock; a cause comes before what follows it, whatever the order of the file."""
    shocks = {name: Shock(firm, name, plan) for name, plan in firm.scenario.shocks.items()}
    for place, name in enumerate(_causes_first(firm.scenario.shocks)):
        firm.every_day(SHOCK, RANK["shocks"] + place, shocks[name].act)
    for shock in shocks.values():
        shock.causes = shocks
    return shocks


def _causes_first(plans):
    ordered = []
    while len(ordered) < len(plans):
        for name, plan in plans.items():
            link = plan.after_shock
            if name not in ordered and (link is None or link.shock in ordered):
                ordered.append(name)
    return ordered


class Shock:
    """One shock: the strike that is in force or known to come."""

    def __init__(self, firm, name, plan):
        self._firm, self._plan, self._key = firm, plan, f"shocks.{name}"
        self.causes = {}
        is_rule = plan.kind in {"regulation", "rule_change"}
        self.effect = Rule(firm, plan) if is_rule else effect_of(firm, plan)
        self.start = self.end = NEVER
        self.first = None
        self._mean_wait = None
        if plan.after is not None:
            self._mean_wait = plan.after.mean_days
        elif plan.at_rate is not None:
            self._mean_wait = DAYS_A_YEAR / plan.at_rate.per_year
        self._decide()

    def act(self, day):
        """End, wear off, decide, announce, begin, build up."""
        if day == self.end:
            self.effect.end()
        if self.end <= day <= self.end + self.effect.recovery_days:
            self.effect.wear_off(day - self.end)
        known = self._arm(day) or day == 0
        self._announce(day, known=known)
        if day == self.start:
            self.first = day if self.first is None else self.first
            self.effect.begin(day, self.end)
        if self.start <= day < self.end:
            self.effect.build_up(day - self.start)

    def _announce(self, day, *, known):
        """On its day; what becomes known later than that, at once."""
        notice = self.effect.notice_days
        if notice and (self.start == day + notice or (known and day < self.start <= day + notice)):
            self.effect.announce(self.start)

    # -- when it strikes ------------------------------------------------------------------------

    def _decide(self):
        """What needs nothing but a draw is decided at the beginning."""
        plan, draws = self._plan, self._firm.draws
        day = self._firm.calendar.day
        if plan.on is not None:
            self.start = day(plan.on)
        elif plan.between is not None:
            first, last = map(day, plan.between)
            u = draws.uniform(f"{self._key}.start", once=True)
            self.start = first + int(u * (last - first + 1))
        elif self._mean_wait is not None:
            wait = draws.exponential(f"{self._key}.start", once=True)
            self.start = int(wait * self._mean_wait)
        else:
            return
        self.end = self.start + self._duration(once=True)

    def _duration(self, *, once):
        lasts = self._plan.lasts
        if lasts is None:
            return NEVER
        if not isinstance(lasts, MeanDays):
            return lasts
        drawn = self._firm.draws.exponential(f"{self._key}.lasts", once=once)
        return max(math.ceil(drawn * lasts.mean_days), 1)

    def _arm(self, day):
        """Decide on a strike where today does; returns whether it did."""
        plan, start = self._plan, None
        if plan.at_rate is not None:
            start = self._wait_again(day)
        elif plan.when is not None:
            start = self._watch(day)
        elif plan.after_shock is not None:
            start = self._follow(day)
        if start is None:
            return False
        self.start = start
        self.end = start + self._duration(once=False)
        return True

    def _wait_again(self, day):
        """The next wait begins on the first day on which nothing is left of the last strike."""
        if day != self.end + self.effect.recovery_days:
            return None
        return day + int(self._firm.draws.exponential(f"{self._key}.again") * self._mean_wait)

    def _watch(self, day):
        """Once, on the first morning on which its condition holds, or its notice after that."""
        if self.start != NEVER or not is_met(self._firm, self._plan.when, day):
            return None
        return day + self.effect.notice_days

    def _follow(self, day):
        """It follows each strike of its cause, unless something of the last one is left."""
        link = self._plan.after_shock
        over = self.start == NEVER or self.end + self.effect.recovery_days <= day
        if self.causes[link.shock].start != day or not over:
            return None
        chance = link.probability
        if chance < 1 and self._firm.draws.uniform(f"{self._key}.follows") >= chance:
            return None
        return day + link.days


def is_met(firm, condition, day):
    """Whether a condition holds this morning, as yesterday's SETTLE left the firm."""
    if condition.cash_below is not None and firm.cash >= condition.cash_below * 100:
        return False
    if condition.days_past_due is not None:
        ages = [ledger.days_past_due(day - 1) for ledger in firm.ledgers]
        if not any(age is not None and age >= condition.days_past_due for age in ages):
            return False
    return condition.score_below is None or firm.records.lowest() < condition.score_below
