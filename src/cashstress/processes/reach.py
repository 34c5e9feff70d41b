"""How far a scenario can push a level: the size of a ring follows from it.

Everything here is a function of the scenario alone, never of the lanes of a block: no result may
depend on which replications run together.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from cashstress.scenario.levels import most

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cashstress.scenario import Scenario

__all__ = ["ROOM", "longest_days", "longest_months"]

#: Room for a user's own process to lengthen a delay that no shock of the scenario touches, days.
ROOM: Final = 30
#: A year: no delay or term goes beyond it.
_LONGEST: Final = 365
#: Thirty years: no tenor goes beyond it, months.
_LONGEST_TENOR: Final = 360


def longest_days(scenario: Scenario, lever: str, base: Any) -> int:
    """The most days a lever can reach by its base and the scenario's shocks, plus some room."""
    return min(int(_most(scenario, lever, base)) + ROOM, _LONGEST)


def longest_months(scenario: Scenario, lever: str, base: int) -> int:
    """The most months a lever of tenors can reach by its base and the scenario's shocks."""
    return min(math.ceil(_most(scenario, lever, base)), _LONGEST_TENOR)


def _most(scenario: Scenario, lever: str, base: Any) -> float:
    top = most(base)
    for operation, value in _pulls(scenario, lever):
        match operation:
            case "set" | "floor":
                top = max(top, value)
            case "scale":
                top *= max(value, 1.0)
            case "add":
                top += max(value, 0.0)
    return top


def _pulls(scenario: Scenario, lever: str) -> Iterator[tuple[str, float]]:
    """What shocks do to a lever of days or months, in the order in which a lever applies it."""
    name, _, level = lever.partition(".")
    found = []
    shocks: Iterable[Any] = scenario.shocks.values()  # their fields go by kind
    for shock in shocks:
        match shock.kind:
            case "supplier_terms" if level == "terms" and name in shock.suppliers:
                found.append(("set", float(shock.terms)))
            case "customers_pay_later" if level == "days_added":
                found.append(("add", float(shock.days_add)))
            case "lending_tightening" if level == "delay" and name in shock.channels:
                found.append(("add", float(shock.delay_add)))
            case "repricing" if level == "tenor_months" and name in shock.channels:
                if shock.tenor_months is not None:
                    found.append(("set", float(shock.tenor_months)))
            case "lever" if shock.lever == lever:
                found.append((shock.operation, float(shock.value)))
    order = ("set", "scale", "add", "floor", "cap")
    yield from sorted(found, key=lambda pull: order.index(pull[0]))
