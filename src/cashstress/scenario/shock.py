"""What all shocks have in common: when they strike and how long they last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar, TypeAlias

import attrs

from cashstress.errors import Problem
from cashstress.scenario.containers import TableOf
from cashstress.scenario.fields import date, dates, field, number, one
from cashstress.scenario.numeric import Whole
from cashstress.scenario.problems import refuse, show
from cashstress.scenario.table import Rule, Table, rule, table

__all__ = ["MeanDays", "Shock", "Trigger"]


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


@attrs.frozen
class Trigger:
    """When a shock strikes; one of the three is given.

    Parameters
    ----------
    on : date or None
        On that date.
    after : MeanDays or None
        After an exponential waiting time from day 0.
    between : tuple of two dates, or None
        On a day drawn uniformly, both ends included.
    """

    on: dt.date | None
    after: MeanDays | None
    between: tuple[dt.date, ...] | None


@rule("on", "after", "between")
def _one_trigger(shock: Shock) -> list[Problem]:
    """A shock strikes once."""
    given = [key for key in ("on", "after", "between") if getattr(shock, key) is not None]
    if len(given) == 1:
        return []
    accepted = "on = 2025-03-01, after = { mean_days = 120 } or between = [date, date]"
    message = "needs exactly one of on, after and between"
    return [Problem("on", message, " and ".join(given), accepted)]


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
    lasts : int or MeanDays, optional
        Days it lasts; absent is for good. A random duration is rounded up to whole days.
    """

    RULES: ClassVar[tuple[Rule, ...]] = (_one_trigger, _in_order)

    on: dt.date | None = date(None)
    after: MeanDays | None = one(MeanDays, None)
    between: tuple[dt.date, ...] | None = dates(None, least=2, most=2)
    lasts: Lasting | None = field(LastsOf(), None)

    @property
    def trigger(self) -> Trigger:
        """Return the three ways to strike as one object."""
        return Trigger(self.on, self.after, self.between)
