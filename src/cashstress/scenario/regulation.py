"""Regulators: rules that change for every platform line, general ones and sourced ones."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from cashstress.errors import Problem
from cashstress.scenario.fields import choice, days, flag, money, names, number
from cashstress.scenario.rates import Rate, rate
from cashstress.scenario.rule_changes import RULES
from cashstress.scenario.shock import Shock
from cashstress.scenario.table import Rule, rule, table

__all__ = ["Regulation", "RuleChange"]


@rule("stop", "limit_factor", "limit_cap", "rate_cap")
def _some_change(shock: Regulation) -> list[Problem]:
    """A rule that changes nothing is a slip."""
    caps = (shock.limit_cap, shock.rate_cap)
    if shock.stop or shock.limit_factor != 1.0 or any(cap is not None for cap in caps):
        return []
    accepted = "stop = true, limit_factor, limit_cap or rate_cap"
    return [Problem("", "changes nothing", accepted=accepted)]


@table
class Regulation(Shock):
    """A regulator (监管) cuts limits or rates, or stops new drawings, of platform lines.

    Parameters
    ----------
    channels : tuple of str, optional
        The channels; absent is all platform lines.
    stop : bool
        No new drawings while it lasts.
    limit_factor : float
        Factor on the limit.
    limit_cap : Decimal, optional
        Largest limit, major units.
    rate_cap : Rate, optional
        Highest rate, for new drawings.
    notice_days : int
        Days from its announcement to its start.

    Other parameters are those of `Shock`.
    """

    kind: ClassVar[str] = "regulation"
    #: It may close channels.
    closes: ClassVar[bool] = True
    RULES: ClassVar[tuple[Rule, ...]] = (*Shock.RULES, _some_change)

    channels: tuple[str, ...] | None = names(None, least=1)
    stop: bool = flag(default=False)
    limit_factor: float = number(1.0, high=1000.0)
    limit_cap: Decimal | None = money(None)
    rate_cap: Rate | None = rate(None)
    notice_days: int = days(0)


@table
class RuleChange(Shock):
    """A rule that was really made or drafted, with its figures; see the page of meanings.

    Parameters
    ----------
    rule : str
        Which one.
    channels : tuple of str, optional
        The lines under it; absent is all platform lines.
    customers : tuple of str, optional
        Large firms among the customers; absent is all that are no consumers.
    owner_income : Decimal, optional
        Mean annual income of the owner, for the draft of November 2020, major units.
    notice_days : int
        Days from its announcement to its start.

    Other parameters are those of `Shock`.
    """

    kind: ClassVar[str] = "rule_change"

    rule: str = choice(*RULES)
    channels: tuple[str, ...] | None = names(None, least=1)
    customers: tuple[str, ...] | None = names(None, least=1)
    owner_income: Decimal | None = money(None)
    notice_days: int = days(0)
