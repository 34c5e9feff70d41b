"""Borrowing channels behind one interface; the treasury knows no channel by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cashstress.processes.channels.acceptance import AcceptanceLine
from cashstress.processes.channels.base import Channel, caution, lending
from cashstress.processes.channels.bill_discount import BillDiscount
from cashstress.processes.channels.closing import CAUSES, FOR_GOOD
from cashstress.processes.channels.factoring import Factoring, ReverseFactoring
from cashstress.processes.channels.instalment_line import InstalmentLine
from cashstress.processes.channels.open_balance import OpenBalance, OwnerLoan
from cashstress.processes.channels.owner_equity import OwnerEquity
from cashstress.processes.channels.platform import PlatformLine
from cashstress.processes.channels.revolver import RevolvingLine
from cashstress.processes.channels.term_loan import TermLoan

if TYPE_CHECKING:
    from cashstress.processes.firm import Firm

__all__ = [
    "CAUSES",
    "FOR_GOOD",
    "Channel",
    "InstalmentLine",
    "OpenBalance",
    "OwnerEquity",
    "OwnerLoan",
    "PlatformLine",
    "RevolvingLine",
    "TermLoan",
    "caution",
    "kinds",
    "lending",
    "open_channel",
]

_KINDS: Final[dict[str, type[Channel]]] = {
    "platform": PlatformLine,
    "term_loan": TermLoan,
    "revolver": RevolvingLine,
    "owner": OwnerLoan,
    "factoring": Factoring,
    "reverse_factoring": ReverseFactoring,
    "equity": OwnerEquity,
    "bills": BillDiscount,
    "acceptance": AcceptanceLine,
}


def kinds() -> tuple[str, ...]:
    """Names of the kinds that a scenario file may use."""
    return tuple(_KINDS)


def open_channel(firm: Firm, name: str) -> Channel:
    """The channel that the scenario describes under this name."""
    plan = firm.scenario.channels[name]
    made: type[Channel] = plan.simulated_by or _KINDS[plan.kind]
    return made(firm, name, plan)
