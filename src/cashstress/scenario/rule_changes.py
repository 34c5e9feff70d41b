"""What rule changes do to a scenario's levers, and the word that one does nothing at all.

Sources are those of the page of meanings; H is a source of high certainty.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

from cashstress.scenario.crosschecks import sound
from cashstress.scenario.levels import most

if TYPE_CHECKING:
    from cashstress.scenario.model import Scenario

__all__ = ["RULES", "Pull", "lines", "notes", "pulls", "stopped"]

#: The sourced rules, and what each says.
RULES: Final = {
    # chinajusticeobserver.com (H); never final in this form.
    "nov_2020_micro_loan_draft": "online micro-loans to a person of at most 300,000 and a third of "
    "mean annual income",
    # reg-track.com (H), in force from 2022.
    "feb_2021_joint_loans": "partners fund at least 30 % of each joint loan",
    # Bills of at most six months (H).
    "jan_2023_bills": "bills of at most 6 months",
    # impta.org (H).
    "jan_2025_micro_loan": "online micro-loans of at most 200,000 to a person and 10,000,000 to a "
    "firm",
    # Order 802, shine.cn 2503240203 (H).
    "jun_2025_payment_terms": "large firms pay small ones within 60 days of delivery",
    # PBoC 2025-77 (H).
    "jun_2025_e_vouchers": "supply-chain e-vouchers of at most 6 months in principle",
    # reportify.cn (H).
    "oct_2025_facilitation": "all-in cost of facilitated loans of at most 24 % a year",
}
_LONGEST_TERMS = 60
_MOST_A_DAY = 0.24 / 365
_PERSON = {"nov_2020_micro_loan_draft": 300_000.0, "jan_2025_micro_loan": 200_000.0}
_FIRM = {"jan_2025_micro_loan": 10_000_000.0}
_SHARE_OF_INCOME = 1 / 3


@attrs.frozen
class Pull:
    """One lever pulled.

    Attributes
    ----------
    lever : str
    operation : {"scale", "cap"}
    value : float
        Money in major units, rates per day, days.
    base : float
        The most the lever's base is in any replication.
    """

    lever: str
    operation: Literal["scale", "cap"]
    value: float
    base: float

    @property
    def is_neutral(self) -> bool:
        """Whether it changes the lever at no level."""
        return self.operation == "scale" and self.value == 1.0

    @property
    def binds(self) -> bool:
        """Whether it can change the lever's base, taken alone."""
        return self.base > self.value if self.operation == "cap" else not self.is_neutral


def pulls(scenario: Scenario, shock: Any) -> list[Pull]:
    """Return the levers that a `Regulation` or a `RuleChange` pulls."""
    if shock.kind == "regulation":
        return list(_general(scenario, shock))
    return list(_sourced(scenario, shock))


def lines(scenario: Scenario, shock: Any) -> tuple[str, ...]:
    """Return the channels under a rule: those it names, else all platform lines."""
    if shock.channels is not None:
        return tuple(shock.channels)
    return tuple(name for name, c in sound(scenario.channels) if c.kind == "platform")


def stopped(scenario: Scenario, shock: Any) -> tuple[str, ...]:
    """Return the lines that a rule closes to new drawings; what is committed is promised."""
    if not getattr(shock, "stop", False):
        return ()
    under = lines(scenario, shock)
    return tuple(name for name in under if not scenario.channels[name].committed)


def notes(scenario: Scenario) -> tuple[str, ...]:
    """Return a line for each rule change that does not touch this firm."""
    found = []
    for name, shock in scenario.shocks.items():
        if getattr(shock, "kind", "") not in {"regulation", "rule_change"}:
            continue
        if not stopped(scenario, shock) and not any(pull.binds for pull in pulls(scenario, shock)):
            says = f" ({RULES[shock.rule]})" if shock.kind == "rule_change" else ""  # type: ignore[attr-defined]
            found.append(f"{name}{says}: no effect on this firm")
    return tuple(found)


def _general(scenario: Scenario, shock: Any) -> Iterator[Pull]:
    for name in lines(scenario, shock):
        channel: Any = scenario.channels[name]
        limit = most(channel.limit)
        if not channel.committed:
            yield Pull(f"{name}.limit", "scale", shock.limit_factor, limit)
        if shock.limit_cap is not None and not channel.committed:
            yield Pull(f"{name}.limit", "cap", float(shock.limit_cap), limit)
        if shock.rate_cap is not None:
            yield _rate_cap(name, channel, float(shock.rate_cap.daily()))


def _sourced(scenario: Scenario, shock: Any) -> Iterator[Pull]:
    under = [(name, scenario.channels[name]) for name in lines(scenario, shock)]
    for name, channel in under:
        caps = _PERSON if channel.record == "owner" else _FIRM
        if shock.rule in caps and not channel.committed:
            cap = caps[shock.rule]
            if shock.owner_income is not None and shock.rule == "nov_2020_micro_loan_draft":
                cap = min(cap, round(float(shock.owner_income) * _SHARE_OF_INCOME, 2))
            yield Pull(f"{name}.limit", "cap", cap, most(channel.limit))
        if shock.rule == "oct_2025_facilitation":
            yield _rate_cap(name, channel, _MOST_A_DAY)
    if shock.rule == "jun_2025_payment_terms":
        yield from _shorter_terms(scenario, shock)


def _rate_cap(name: str, channel: Any, cap: float) -> Pull:
    return Pull(f"{name}.rate", "cap", cap, most(channel.rate.daily()))


def _shorter_terms(scenario: Scenario, shock: Any) -> Iterator[Pull]:
    """Terms of large customers; who pays by `days_to_pay` has none."""
    for name, customer in scenario.customers.items():
        large = name in shock.customers if shock.customers else not customer.consumer
        if large and customer.terms is not None:
            yield Pull(f"{name}.terms", "cap", _LONGEST_TERMS, most(customer.terms))
