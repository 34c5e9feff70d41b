"""Conditions on the firm's own state, as yesterday's payments left it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cashstress.kernel.money import minor

if TYPE_CHECKING:
    from cashstress import scenario as sc
    from cashstress.kernel.arrays import Flags
    from cashstress.processes.firm import Firm

__all__ = ["is_met"]


def is_met(firm: Firm, condition: sc.Condition) -> Flags:
    """Lanes that meet all parts of a condition; a firm that is wound up meets none."""
    met: Flags = firm.world.running.copy()
    if condition.cash_below is not None:
        met &= firm.cash < minor(condition.cash_below)
    if condition.days_past_due is not None:
        met &= _is_late(firm, condition.days_past_due)
    if condition.score_below is not None:
        met &= _is_distrusted(firm, condition.score_below)
    return met


def _is_distrusted(firm: Firm, score: float) -> Flags:
    """Lanes in which the lower of the two credit records is below a score."""
    kept = firm.lenders.records
    if kept is None:  # pragma: no cover -- the scenario has a credit record, so it is kept
        return np.zeros(firm.world.lanes, np.bool_)
    distrusted: Flags = np.logical_or.reduce([r.score < score for r in kept.records.values()])
    return distrusted


def _is_late(firm: Firm, days: int) -> Flags:
    """Lanes with something that was at least so many days past due at yesterday's end."""
    late = np.zeros(firm.world.lanes, np.bool_)
    for payable in firm.payables:
        if payable.has_due():
            # The ledger counts to this morning; a bill was a day younger at yesterday's end.
            late |= payable.ledger.days_past_due() - 1 >= days
    return late
