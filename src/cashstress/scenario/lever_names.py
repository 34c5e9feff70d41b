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
#: Tables of a channel that make a lever of their own: the hazard per day.
_HAZARDS: Final = ("risk_control", "fault")


def lever_names(scenario: Scenario) -> Iterator[str]:
    """Iterate over the names of all levers of a scenario."""
    yield "sales.level"
    if scenario.payroll is not None:
        yield "payroll.wage"
    for table, levels in _LEVELS.items():
        for name in getattr(scenario, table):
            yield from (f"{name}.{level}" for level in levels)
    for name, channel in scenario.channels.items():
        # A channel that was refused has no fields.
        yield from (f"{name}.{h}" for h in _HAZARDS if getattr(channel, h, None) is not None)
