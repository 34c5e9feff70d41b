"""What the opening balances cost in their first year: interest, fees and principal due."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Final

from cashstress.scenario.channels import Channel, PlatformLine, RevolvingLine
from cashstress.scenario.model import Scenario
from cashstress.scenario.rates import Rate
from cashstress.scenario.steady import DAYS_A_YEAR, typical
from cashstress.scenario.term_loan import TermLoan

__all__ = ["annual_debt_service", "annual_interest"]

_MONTHS: Final = 12


def annual_rate(rate: Rate) -> float:
    """Return the mean rate over 365 days, as a fraction; 30/360 accrues 360 days a year."""
    accrued = _MONTHS * 30 if rate.basis == "30/360" else DAYS_A_YEAR
    return typical(rate.daily()) * accrued


def annual_interest(scenario: Scenario) -> float:
    """Return interest and commitment fees of the first year on opening balances."""
    return math.fsum(_paid(each)[1] for each in _with_terms(scenario))


def annual_debt_service(scenario: Scenario) -> float:
    """Return principal, interest and fees due in the first year on the opening balances."""
    return math.fsum(sum(_paid(each)) for each in _with_terms(scenario))


def _with_terms(scenario: Scenario) -> list[tuple[Channel, dt.date]]:
    return [(channel, scenario.start) for channel in scenario.channels.values()]


def _paid(each: tuple[Channel, dt.date]) -> tuple[float, float]:
    """Return principal and interest of the first year of one channel."""
    channel, start = each
    drawn = float(channel.drawn)
    if isinstance(channel, PlatformLine):
        return _instalments(channel, drawn, channel.opening_months or channel.tenor_months)
    if isinstance(channel, TermLoan):
        return _instalments(channel, drawn, channel.due_days_left(start)[1])
    interest = drawn * annual_rate(channel.rate)
    if isinstance(channel, RevolvingLine):
        return _revolved(channel, start, drawn), interest + _commitment(channel, drawn)
    return 0.0, interest


def _revolved(line: RevolvingLine, start: dt.date, drawn: float) -> float:
    """Return the principal due: all of it at an expiry within the year."""
    due = line.expires is not None and (line.expires - start).days < DAYS_A_YEAR
    return drawn if due else 0.0


def _commitment(line: RevolvingLine, drawn: float) -> float:
    """Return the fee on the undrawn part."""
    undrawn = max(0.0, typical(line.limit) - drawn)
    return undrawn * annual_rate(line.commitment_fee)


def _instalments(line: PlatformLine | TermLoan, drawn: float, months: int) -> tuple[float, float]:
    """Return principal and interest of at most twelve monthly instalments; no roll-over."""
    monthly = annual_rate(line.rate) / _MONTHS
    if line.repayment == "bullet":
        return (0.0, 0.0) if months > _MONTHS else (drawn, drawn * monthly * months)
    left = _LEFT[line.repayment]
    balances = [drawn * left(months, monthly, paid) for paid in range(min(months, _MONTHS) + 1)]
    return balances[0] - balances[-1], math.fsum(balances[:-1]) * monthly


def _annuity_left(months: int, rate: float, paid: int) -> float:
    """Return the share left after some equal instalments."""
    if rate == 0:
        return _straight_left(months, rate, paid)
    grown = math.log1p(rate)
    return 1 - math.expm1(paid * grown) / math.expm1(months * grown)


def _straight_left(months: int, rate: float, paid: int) -> float:  # noqa: ARG001 - one signature
    """Return the share left under equal principal."""
    return 1 - paid / months


def _bullet_left(months: int, rate: float, paid: int) -> float:  # noqa: ARG001 - one signature
    """Return the share left when interest is paid first."""
    return 0.0 if paid >= months else 1.0


_LEFT: Final[dict[str, Callable[[int, float, int], float]]] = {
    "equal_instalment": _annuity_left,
    "equal_principal": _straight_left,
    "interest_first": _bullet_left,
}
