"""Channels by kind."""

from __future__ import annotations

from twin.channels.acceptance import Acceptance
from twin.channels.bill_discount import BillDiscount
from twin.channels.factoring import Factoring
from twin.channels.instalments import PlatformLine
from twin.channels.open_balance import OwnerEquity, OwnerLoan, RevolvingLine
from twin.channels.reverse_factoring import ReverseFactoring
from twin.channels.term_loan import TermLoan

KINDS = {
    "platform": PlatformLine,
    "term_loan": TermLoan,
    "revolver": RevolvingLine,
    "owner": OwnerLoan,
    "equity": OwnerEquity,
    "factoring": Factoring,
    "reverse_factoring": ReverseFactoring,
    "bills": BillDiscount,
    "acceptance": Acceptance,
}


def open_channel(firm, place, name):
    plan = firm.scenario.channels[name]
    return KINDS[plan.kind](firm, place, name, plan)
