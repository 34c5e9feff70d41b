"""What all shocks have in common: when they strike and how long they last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, TypeAlias

import attrs

from cashstress.errors import Problem
from cashstress.scenario.containers import TableOf
from cashstress.scenario.fields import (
    choice,
    date,
    dates,
    days,
    field,
    fraction,
    money,
    name,
    number,
    one,
)
from cashstress.scenario.numeric import Whole
from cashstress.scenario.problems import refuse, show
from cashstress.scenario.table import Rule, Table, rule, table

__all__ = ["AfterShock", "AtRate", "Condition", "LeverPull", "MeanDays", "Shock", "Trigger"]

_WAYS = ("on", "after", "between", "at_rate", "when", "after_shock")


@table
class MeanDays(Table):
    """A random number of days, exponential.

    Parameters
    ----------
    mean_days : float
        Its mean.
    """

    mean_days: float = number(above=True, high=36_500, unit="days")


Lasting: TypeAlias = int | MeanDays


@attrs.frozen
class LastsOf:
    """Kind of a duration: whole days, or a random number of them."""

    accepted: ClassVar[str] = "days (30) or { mean_days = 45 }"

    def parse(self, value: Any) -> Lasting:
        """Return the days or their distribution."""
        if isinstance(value, Mapping | MeanDays):
            return TableOf(MeanDays).parse(value)  # type: ignore[no-any-return]
        if isinstance(value, str):
            raise refuse("must be a duration", value, self.accepted)
        return Whole(low=1, high=36_500).parse(value)


@table
class AtRate(Table):
    """Strikes again and again, at random: each wait is exponential.

    Parameters
    ----------
    per_year : float
        Mean number of strikes in a year of 365 days in which it is not in force.
    """

    per_year: float = number(above=True, high=3650.0, unit="a year")


@rule("cash_below", "days_past_due", "score_below")
def _some_condition(condition: Condition) -> list[Problem]:
    """A condition on nothing is a slip."""
    parts = ("cash_below", "days_past_due", "score_below")
    if all(getattr(condition, part) is None for part in parts):
        return [Problem("", "needs at least one condition", accepted=", ".join(parts))]
    return []


@table
class Condition(Table):
    """Something about the firm itself, read each morning as yesterday's payments left it.

    Parameters
    ----------
    cash_below : Decimal, optional
        Cash is below this, major units.
    days_past_due : int, optional
        Some bill, wage, tax or instalment is at least so many days past due.
    score_below : float, optional
        The credit record of the firm or of its owner is below this; needs a table credit_record.
    """

    RULES: ClassVar[tuple[Rule, ...]] = (_some_condition,)

    cash_below: Decimal | None = money(None, positive=True)
    days_past_due: int | None = days(None, low=1, high=365)
    score_below: float | None = number(None, above=True, high=100.0, unit="points")


@table
class AfterShock(Table):
    """Strikes some days after another shock has struck, certainly or with a probability.

    Parameters
    ----------
    shock : str
        Name of the other shock.
    days : int
        Days between the two; 0 is the same day.
    probability : float
        Chance that it follows, drawn anew each time.
    """

    shock: str = name()
    days: int = days(0)
    probability: float = fraction(1.0)


@attrs.frozen
class Trigger:
    """When a shock strikes; one of the six is given.

    Parameters
    ----------
    on : date or None
        On that date.
    after : MeanDays or None
        After an exponential waiting time from day 0.
    between : tuple of two dates, or None
        On a day drawn uniformly, both ends included.
    at_rate : AtRate or None
        Again and again, at random.
    when : Condition or None
        On the first day on which the firm meets a condition.
    after_shock : AfterShock or None
        Some days after another shock.
    """

    on: dt.date | None
    after: MeanDays | None
    between: tuple[dt.date, ...] | None
    at_rate: AtRate | None = None
    when: Condition | None = None
    after_shock: AfterShock | None = None


@rule(*_WAYS)
def _one_trigger(shock: Shock) -> list[Problem]:
    """A shock strikes in one way."""
    given = [key for key in _WAYS if getattr(shock, key) is not None]
    if len(given) == 1:
        return []
    accepted = "on = 2025-03-01, after = { mean_days = 120 } or between = [date, date]"
    accepted += "; at_rate, when or after_shock"
    message = f"needs exactly one of {', '.join(_WAYS[:-1])} and {_WAYS[-1]}"
    return [Problem("on", message, " and ".join(given), accepted)]


@rule("at_rate", "lasts")
def _ends_before_it_returns(shock: Shock) -> list[Problem]:
    """What comes again has to go away first."""
    if shock.at_rate is None or shock.lasts is not None:
        return []
    return [Problem("lasts", "a shock that strikes again must end", accepted=LastsOf.accepted)]


@rule("between")
def _in_order(shock: Shock) -> list[Problem]:
    """The first date first."""
    if shock.between is None or shock.between[0] <= shock.between[1]:
        return []
    return [Problem("between", "dates out of order", show(shock.between), "[earlier, later]")]


@table
class Shock(Table):
    """What all shocks have in common.

    Parameters
    ----------
    on : date, optional
        The date it strikes.
    after : MeanDays, optional
        Random waiting time from day 0.
    between : tuple of two dates, optional
        A random day between them, both included.
    at_rate : AtRate, optional
        Again and again, at random, never while it is still in force.
    when : Condition, optional
        The first day on which the firm meets a condition.
    after_shock : AfterShock, optional
        Some days after another shock has struck.
    lasts : int or MeanDays, optional
        Days it lasts; absent is for good. A random duration is rounded up to whole days.
    """

    RULES: ClassVar[tuple[Rule, ...]] = (_one_trigger, _in_order, _ends_before_it_returns)

    on: dt.date | None = date(None)
    after: MeanDays | None = one(MeanDays, None)
    between: tuple[dt.date, ...] | None = dates(None, least=2, most=2)
    at_rate: AtRate | None = one(AtRate, None)
    when: Condition | None = one(Condition, None)
    after_shock: AfterShock | None = one(AfterShock, None)
    lasts: Lasting | None = field(LastsOf(), None)

    #: Whether it closes channels: `without_closures` leaves it out.
    closes: ClassVar[bool] = False

    @property
    def trigger(self) -> Trigger:
        """Return the six ways to strike as one object."""
        return Trigger(*(getattr(self, way) for way in _WAYS))


@rule("lasts", "recovery_days")
def _ends_before_it_recovers(shock: LeverPull) -> list[Problem]:
    """What never ends never wears off."""
    if shock.lasts is not None or not shock.recovery_days:
        return []
    message = "a shock without an end never recovers: recovery_days count from its end"
    return [Problem("lasts", message, accepted=LastsOf.accepted)]


@table
class LeverPull(Shock):
    """A shock on levers, with a shape: it may build up, and wear off.

    Parameters
    ----------
    builds_over : int
        Days over which it builds up, in equal steps; 0 is at once.
    recovery_days : int
        Days from its end to the old level.
    recovery : {"linear", "s_curve", "step"}
        The way back.

    Other parameters are those of `Shock`.
    """

    RULES: ClassVar[tuple[Rule, ...]] = (*Shock.RULES, _ends_before_it_recovers)

    builds_over: int = days(0)
    recovery_days: int = days(0)
    recovery: str = choice("linear", "s_curve", "step", default="linear")
