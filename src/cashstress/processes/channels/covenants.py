"""Covenants (贷款约定): tests that a bank makes on the books of a month's end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cashstress import scenario as sc
    from cashstress.kernel.arrays import Flags, Money
    from cashstress.kernel.books import Books
    from cashstress.processes.firm import Firm

__all__ = ["breaches"]


def breaches(firm: Firm, covenant: sc.Covenant) -> Flags:
    """Lanes whose books do not pass the tests now."""
    breach = np.zeros(firm.world.lanes, np.bool_)
    if covenant.max_liabilities_to_assets is not None:
        assets, liabilities = _position(firm.books)
        breach |= liabilities > covenant.max_liabilities_to_assets * assets
    if covenant.min_days_of_cash is not None:
        needed = covenant.min_days_of_cash * firm.planned_daily_outflow
        breach |= firm.books.balance("cash") < needed
    return breach


def _position(books: Books) -> tuple[Money, Money]:
    """Assets and liabilities, per lane; what a tax office owes the firm is an asset."""
    assets = books.total(["asset"])
    liabilities = np.zeros_like(assets)
    for name, kind in books.kinds.items():
        if kind == "liability":
            assets += np.maximum(books.balance(name), 0)
            liabilities -= np.minimum(books.balance(name), 0)
    return assets, liabilities
