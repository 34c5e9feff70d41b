"""Names of the levers a scenario will have: what a lever shock may pull.

The levers themselves are made by the actors; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from cashstress.scenario.problems import BROKEN

if TYPE_CHECKING:
    from cashstress.scenario.model import Scenario

__all__ = ["lever_names"]

_LEVELS: Final = {
    "customers": ("sales", "lateness", "terms", "days_added"),
    "suppliers": ("terms", "price"),
    "costs": ("level",),
    "channels": ("limit", "rate", "delay", "approval", "fee"),
}
#: Levers of some kinds of channel alone.
_OWN: Final[dict[str, tuple[str, ...]]] = {
    "factoring": ("advance_rate",),
    "reverse_factoring": ("advance_rate", "confirmation"),
}


def lever_names(scenario: Scenario) -> Iterator[str]:
    """Iterate over the names of all levers of a scenario."""
    yield "sales.level"
    if scenario.payroll is not None:
        yield "payroll.wage"
    channels = scenario.channels
    for table, levels in _LEVELS.items():
        for name in getattr(scenario, table):
            yield from (f"{name}.{level}" for level in levels)
            if table == "channels":
                yield from (f"{name}.{level}" for level in _own(channels[name]))


def _own(channel: Any) -> tuple[str, ...]:
    """Return what this kind has beside the others; of one that was refused, whatever it may be."""
    if channel is BROKEN:
        return tuple({level: None for levels in _OWN.values() for level in levels})
    return _OWN.get(channel.kind, ())
