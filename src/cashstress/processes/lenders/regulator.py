"""A regulator: limits and rates cut, or new drawings stopped, for every platform line at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cashstress.kernel.money import MINOR_PER_MAJOR
from cashstress.processes.channels.closing import FOR_GOOD
from cashstress.processes.effects import Effect
from cashstress.scenario.rule_changes import pulls, stopped

if TYPE_CHECKING:
    from cashstress import scenario as sc
    from cashstress.kernel.arrays import Days, Flags
    from cashstress.processes.channels import Channel
    from cashstress.processes.firm import Firm
    from cashstress.scenario.rule_changes import Pull

__all__ = ["RuleInForce"]


class RuleInForce(Effect):
    """A rule: levers pulled while it lasts, and lines stopped where it says so.

    It is known `notice_days` before, or as early as the firm's `policy_watch` has it.
    """

    def __init__(self, firm: Firm, name: str, plan: sc.Regulation | sc.RuleChange) -> None:
        # A cap above the base is put on too: something else may raise the lever.
        found = [pull for pull in pulls(firm.scenario, plan) if not pull.is_neutral]
        self.firm = firm
        # One rule may scale and cap the same limit, so the operation is in the name.
        self._pulled = [
            (firm.levers[p.lever].modifier(f"{name}.{p.operation}", p.operation), _value(p))
            for p in found
        ]
        self._stopped = [firm.channels[line] for line in stopped(firm.scenario, plan)]
        self._cut = [
            (firm.channels[p.lever.removesuffix(".limit")], p) for p in found if _is_limit(p)
        ]
        self.notice_days = max(plan.notice_days, firm.scenario.treasury.policy_watch)

    def announce(self, lanes: Flags, day: Days) -> None:
        """Tell the firm of lines that will be stopped or cut."""
        for channel in self._stopped:
            channel.announce(lanes, "regulator", day)
        for channel, pull in self._cut:
            channel.announce(lanes & _lowers(channel, pull), "regulator", day)

    def begin(self, lanes: Flags, end: Days) -> None:
        """Pull the levers and stop the lines until the end."""
        today = self.firm.clock.today
        for modifier, value in self._pulled:
            since = np.where(lanes, today, modifier.since)
            modifier.put(modifier.on | lanes, np.where(lanes, value, modifier.value), since=since)
        for channel in self._stopped:
            channel.close(lanes, "regulator", np.minimum(end, FOR_GOOD))

    def finish(self, lanes: Flags) -> None:
        """Let go of the levers; lines open by themselves on the day."""
        for modifier, _ in self._pulled:
            modifier.put(modifier.on & ~lanes)


def _lowers(channel: Channel, pull: Pull) -> Any:
    """Lanes whose limit it lowers, taken alone: more credit is nothing to be warned of."""
    if pull.operation == "scale":
        return pull.value < 1.0
    return channel.limit.base > _value(pull)


def _is_limit(pull: Pull) -> bool:
    return pull.lever.endswith(".limit")


def _value(pull: Pull) -> float:
    """A cap of a limit in minor units; factors, rates and days as they are."""
    amount = _is_limit(pull) and pull.operation == "cap"
    return pull.value * MINOR_PER_MAJOR if amount else pull.value
