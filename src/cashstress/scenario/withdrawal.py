"""A scenario with something taken out: every closing of a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from cashstress.scenario.named import Named
from cashstress.scenario.sequence import followers
from cashstress.scenario.table import default_of, fields_of

if TYPE_CHECKING:
    from cashstress.scenario.model import Scenario

__all__ = ["without_closures"]

#: Keys of a channel that let it be closed by itself; a channel has those of its kind.
_HAZARDS: Final = ("risk_control", "fault", "misuse")


def without_closures(scenario: Scenario) -> Scenario:
    """Return the scenario without closing hazards and closures; see the method of that name."""
    closing = {name for name, shock in scenario.shocks.items() if shock.closes}
    gone = closing | followers(scenario.shocks, closing)
    shocks = {name: shock for name, shock in scenario.shocks.items() if name not in gone}
    channels = {name: _safe(channel) for name, channel in scenario.channels.items()}
    changed: Any = {"shocks": Named(shocks), "channels": Named(channels)}
    return attrs.evolve(scenario, **changed)  # type: ignore[misc]


def _safe(channel: Any) -> Any:
    """Return a channel whose closing hazards stand at their default: none."""
    hazards = {
        field.name: default_of(field)
        for field in fields_of(type(channel))
        if field.name in _HAZARDS
    }
    return attrs.evolve(channel, **hazards) if hazards else channel
