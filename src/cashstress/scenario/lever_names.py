"""Names of the levers a scenario will have: what a lever shock may pull.

The levers themselves are made by the actors; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cashstress.scenario.model import Scenario

__all__ = ["lever_names"]

_LEVELS: Final = {
    "customers": ("sales", "lateness", "terms", "days_added"),
    "suppliers": ("terms", "price"),
    "costs": ("level",),
    "channels": ("limit", "rate", "delay", "approval", "fee"),
}


def lever_names(scenario: Scenario) -> Iterator[str]:
    """Iterate over the names of all levers of a scenario."""
    yield "sales.level"
    if scenario.payroll is not None:
        yield "payroll.wage"
    for table, levels in _LEVELS.items():
        for name in getattr(scenario, table):
            yield from (f"{name}.{level}" for level in levels)
