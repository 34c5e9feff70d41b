"""Two shocks that set one lever at the same time for certain: a contradiction, refused."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import attrs

from cashstress.errors import Problem
from cashstress.scenario.crosschecks import sound
from cashstress.scenario.shock import Shock
from cashstress.scenario.shocks import LeverShock, Repricing, SupplierTerms
from cashstress.scenario.table import rule

if TYPE_CHECKING:
    from cashstress.scenario.model import Scenario

__all__ = ["overlapping_sets"]

_FOR_GOOD: Final = 2**30


@attrs.frozen
class Span:
    """Days on which a shock is in force for certain.

    Parameters
    ----------
    anchor : str
        What days are counted from: the start of the run (empty), or the strike of that shock.
    first, last : int
        Both included.
    """

    anchor: str
    first: int
    last: int


@attrs.frozen
class Setting:
    """A shock that sets a lever on certain days."""

    shock: str
    lever: str
    span: Span


def _levers_set(shock: Any) -> tuple[str, ...]:
    """Return the levers a shock sets."""
    if isinstance(shock, SupplierTerms):
        return tuple(f"{supplier}.terms" for supplier in shock.suppliers)
    if isinstance(shock, Repricing) and shock.tenor_months is not None:
        return tuple(f"{channel}.tenor_months" for channel in shock.channels)
    if isinstance(shock, LeverShock) and shock.operation == "set":
        return (shock.lever,)
    return ()


def _certain_spans(scenario: Scenario, name: str, shock: Shock) -> Iterator[Span]:
    """Iterate over the days on which a shock is in force in every replication.

    What follows another shock for certain is counted from that shock's strike, and, where the
    first cause has a date, from the start of the run too.
    """
    root, lag = _root(scenario, name, shock)
    yield Span(root, lag, _certain_last(lag, shock))
    first = scenario.shocks[root]
    dates = first.between or ((first.on, first.on) if first.on else None)
    if dates is not None:
        earliest, latest = ((date - scenario.start).days + lag for date in dates)
        yield Span("", latest, min(_certain_last(earliest, shock), scenario.horizon - 1))


def _root(scenario: Scenario, name: str, shock: Shock) -> tuple[str, int]:
    """Return the shock that a shock surely follows in the end, and how many days later."""
    lag, seen = 0, {name}
    while (link := shock.after_shock) is not None and link.probability >= 1:
        if link.shock in seen or not isinstance(scenario.shocks.get(link.shock), Shock):
            break  # a circle or a stranger, and reported as that
        name, shock, lag = link.shock, scenario.shocks[link.shock], lag + link.days
        seen.add(name)
    return name, lag


def _certain_last(earliest: int, shock: Any) -> int:
    """Return the last day certain to be in force; a shock that wears off is in force meanwhile."""
    if shock.lasts is None:
        return _FOR_GOOD
    # A random duration is at least one day, counted from the earliest strike.
    length = shock.lasts if isinstance(shock.lasts, int) else 1
    last: int = earliest + length - 1 + shock.recovery_days
    return last


def _settings(scenario: Scenario) -> Iterator[Setting]:
    """Iterate over all sets on certain days."""
    for name, shock in sound(scenario.shocks):
        for lever in _levers_set(shock):
            for span in _certain_spans(scenario, name, shock):
                if span.first <= span.last:
                    yield Setting(name, lever, span)


@rule("start", "horizon", "shocks")
def overlapping_sets(scenario: Scenario) -> Iterator[Problem]:
    """Report each pair of sets of one lever whose certain days meet."""

    def place(setting: Setting) -> tuple[str, str]:
        return setting.lever, setting.span.anchor

    reported = set[tuple[str, str, str]]()
    for (lever, _), group in itertools.groupby(sorted(_settings(scenario), key=place), key=place):
        for one, other in itertools.combinations(group, 2):
            pair = (lever, one.shock, other.shock)
            if _meet(one.span, other.span) and pair not in reported:
                reported.add(pair)
                message = f"sets {lever} while shocks.{one.shock} sets it too"
                accepted = "dates that do not overlap, or one shock"
                yield Problem(f"shocks.{other.shock}", message, accepted=accepted)


def _meet(one: Span, other: Span) -> bool:
    return one.first <= other.last and other.first <= one.last
