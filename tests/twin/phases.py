"""The seven phases of a day, and who comes first inside one."""

from __future__ import annotations

PHASES = ("SHOCK", "RECEIPT", "OPERATE", "DUE", "SETTLE", "LEND", "OBSERVE")
SHOCK, RECEIPT, OPERATE, DUE, SETTLE, LEND, OBSERVE = range(7)

#: Kinds of actors in their order; a member's place in the scenario is added.
_KINDS = (
    "economy", "caution", "shocks", "customers", "bills", "deliveries", "sales", "orders",
    "payroll", "costs", "taxes", "channels", "agreements", "treasury", "lenders", "credit_record",
    "outcomes",
)  # fmt: skip
_MEMBERS = 1024
RANK = {kind: place * _MEMBERS for place, kind in enumerate(_KINDS)}
#: A phase is one unit of SimPy's time, and ranks are binary fractions of it: no sum is rounded.
_RANKS = len(_KINDS) * _MEMBERS


def moment(day, phase, rank):
    """SimPy's time of a phase of a day, for an actor of this rank."""
    return day * len(PHASES) + phase + rank / _RANKS


def day_of(now):
    return int(now // len(PHASES))
