"""Two shocks that set one lever at the same time for certain: a contradiction, refused."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from cashstress.errors import Problem
from cashstress.scenario.crosschecks import sound
from cashstress.scenario.shocks import LeverShock, Repricing, SupplierTerms
from cashstress.scenario.table import rule

if TYPE_CHECKING:
    from cashstress.scenario.model import Scenario
    from cashstress.scenario.shock import Shock

__all__ = ["overlapping_sets"]

Span: TypeAlias = tuple[dt.date, dt.date]


@attrs.frozen
class Setting:
    """A dated set of one lever, first and last day."""

    shock: str
    lever: str
    first: dt.date
    last: dt.date


def _levers_set(shock: Any) -> tuple[str, ...]:
    """Return the levers a shock sets."""
    if isinstance(shock, SupplierTerms):
        return tuple(f"{supplier}.terms" for supplier in shock.suppliers)
    if isinstance(shock, Repricing) and shock.tenor_months is not None:
        return tuple(f"{channel}.tenor_months" for channel in shock.channels)
    if isinstance(shock, LeverShock) and shock.operation == "set":
        return (shock.lever,)
    return ()


def _certain_span(shock: Shock) -> Span | None:
    """Return the days on which a shock is in force in every replication, if there are any."""
    dates = shock.between or ((shock.on, shock.on) if shock.on else None)
    if dates is None:  # a random waiting time: no day is certain
        return None
    earliest, latest = dates
    last = _certain_last(earliest, shock.lasts)
    return None if last < latest else (latest, last)


def _certain_last(earliest: dt.date, lasts: Any) -> dt.date:
    """Return the last day certain to be in force."""
    if lasts is None:
        return dt.date.max
    # A random duration is at least one day, counted from the earliest strike.
    length = lasts if isinstance(lasts, int) else 1
    return earliest + dt.timedelta(days=length - 1)


def _settings(scenario: Scenario) -> Iterator[Setting]:
    """Iterate over all dated sets."""
    for name, shock in sound(scenario.shocks):
        span = _certain_span(shock)
        if span is not None:
            for lever in _levers_set(shock):
                yield Setting(name, lever, *span)


@rule("shocks")
def overlapping_sets(scenario: Scenario) -> Iterator[Problem]:
    """Report each pair of sets of one lever whose certain days meet."""
    by_lever = sorted(_settings(scenario), key=lambda each: each.lever)
    for lever, group in itertools.groupby(by_lever, key=lambda each: each.lever):
        for one, other in itertools.combinations(group, 2):
            if one.first <= other.last and other.first <= one.last:
                message = f"sets {lever} while shocks.{one.shock} sets it too"
                accepted = "dates that do not overlap, or one shock"
                yield Problem(f"shocks.{other.shock}", message, accepted=accepted)
