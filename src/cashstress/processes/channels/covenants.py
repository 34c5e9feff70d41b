"""Covenants (贷款约定): tests that a bank makes on the books of a month's end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cashstress import scenario as sc
    from cashstress.kernel.arrays import Flags
    from cashstress.processes.firm import Firm

__all__ = ["breaches"]


def breaches(firm: Firm, covenant: sc.Covenant) -> Flags:
    """Lanes whose books do not pass the tests now."""
    books = firm.books
    breach = np.zeros(firm.world.lanes, np.bool_)
    if covenant.max_liabilities_to_assets is not None:
        assets, liabilities = books.total(["asset"]), -books.total(["liability"])
        breach |= liabilities > covenant.max_liabilities_to_assets * assets
    if covenant.min_days_of_cash is not None:
        needed = covenant.min_days_of_cash * firm.planned_daily_outflow
        breach |= books.balance("cash") < needed
    return breach
