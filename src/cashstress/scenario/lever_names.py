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
}
_OF_ANY_CHANNEL: Final = (
    *("limit", "rate", "delay", "approval", "fee", "tenor_months"),
    *("prepayment_fee", "roll_over", "redraw_delay", "withdrawn", "renewal"),
    *("advance_rate", "confirmation", "risk_control", "fault", "misuse"),
)


def lever_names(scenario: Scenario) -> Iterator[str]:
    """Iterate over the names of all levers of a scenario."""
    yield "sales.level"
    if scenario.payroll is not None:
        yield "payroll.wage"
    for table, levels in _LEVELS.items():
        for name in getattr(scenario, table):
            yield from (f"{name}.{level}" for level in levels)
    for name, channel in scenario.channels.items():
        # Of a channel that was refused nobody knows the kind: what any kind has may be meant.
        levels = getattr(channel, "levers", _OF_ANY_CHANNEL)
        yield from (f"{name}.{level}" for level in levels)
