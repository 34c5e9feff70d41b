"""What shocks wait for: another that exists, never themselves, a record that is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cashstress.errors import Problem
from cashstress.scenario.crosschecks import sound
from cashstress.scenario.problems import unknown
from cashstress.scenario.table import rule

if TYPE_CHECKING:
    from cashstress.scenario.model import Scenario

__all__ = ["RULES", "causes_first", "followers"]


def _causes(shocks: Mapping[str, Any]) -> dict[str, str]:
    """Return the shock that each shock waits for, where it waits for one."""
    return {
        name: shock.after_shock.shock
        for name, shock in sound(shocks)
        if shock.after_shock is not None
    }


def causes_first(shocks: Mapping[str, Any]) -> list[str]:
    """Return the names of shocks, every cause before what it causes, else in their order."""
    causes, order = _causes(shocks), list[str]()

    def put(name: str) -> None:
        if name not in order:
            if name in causes:
                put(causes[name])
            order.append(name)

    for name in shocks:
        put(name)
    return order


def followers(shocks: Mapping[str, Any], gone: set[str]) -> set[str]:
    """Return the shocks that can strike only after one of these has."""
    causes, found = _causes(shocks), set[str]()
    for name in causes_first(shocks):
        if causes.get(name) in gone | found:
            found.add(name)
    return found


@rule("shocks")
def _causes_exist(scenario: Scenario) -> Iterator[Problem]:
    """The shock that another waits for exists."""
    for name, cause in _causes(scenario.shocks).items():
        if cause not in scenario.shocks:
            problem = unknown(cause, scenario.shocks, "shock")
            yield problem.under(f"shocks.{name}.after_shock.shock")


@rule("shocks")
def _no_circle(scenario: Scenario) -> Iterator[Problem]:
    """No shock waits for itself, directly or through others; each circle is reported once."""
    causes, seen = _causes(scenario.shocks), set[str]()
    for name in causes:
        circle = _circle(name, causes)
        if circle and not seen.intersection(circle):
            seen.update(circle)
            yield _endless(circle)


def _circle(name: str, causes: Mapping[str, str]) -> list[str]:
    """Return the shocks from this one back to itself; none where the way ends elsewhere."""
    path = [name]
    while (cause := causes.get(path[-1])) is not None and cause not in path:
        path.append(cause)
    return path if cause == name else []


def _endless(circle: list[str]) -> Problem:
    """Report a circle, naming every shock in it."""
    first, *others = circle
    places = [f"shocks.{name}" for name in [*others, first]] if others else ["itself"]
    message = f"waits for {', which waits for '.join(places)}"
    accepted = "at least one of them with a trigger of its own: on, after, between, at_rate or when"
    return Problem(f"shocks.{first}.after_shock.shock", message, (others or [first])[0], accepted)


@rule("shocks", "credit_record")
def _record_is_kept(scenario: Scenario) -> Iterator[Problem]:
    """A condition on the credit record needs one."""
    for name, shock in sound(scenario.shocks):
        if shock.when is None or shock.when.score_below is None:
            continue
        if scenario.credit_record is None:
            key = f"shocks.{name}.when.score_below"
            given = str(shock.when.score_below)
            yield Problem(key, "there is no credit record", given, "a table credit_record")


RULES = (_causes_exist, _no_circle, _record_is_kept)
