"""Borrowing channels behind one interface; the treasury knows no channel by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cashstress.processes.channels.base import Channel, lending
from cashstress.processes.channels.factoring import Factoring, ReverseFactoring
from cashstress.processes.channels.open_balance import OwnerLoan, RevolvingLine
from cashstress.processes.channels.platform import PlatformLine

if TYPE_CHECKING:
    from cashstress.processes.firm import Firm

__all__ = ["Channel", "lending", "open_channel"]

_KINDS: Final[dict[str, type[Channel]]] = {
    "platform": PlatformLine,
    "revolver": RevolvingLine,
    "owner": OwnerLoan,
    "factoring": Factoring,
    "reverse_factoring": ReverseFactoring,
}


def open_channel(firm: Firm, name: str) -> Channel:
    """The channel that the scenario describes under this name."""
    plan = firm.scenario.channels[name]
    return _KINDS[plan.kind](firm, name, plan)
