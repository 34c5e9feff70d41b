"""The firm's opening balance sheet, as far as it is given, and the economy around it."""

from __future__ import annotations

from decimal import Decimal

from cashstress.scenario.fields import money, number
from cashstress.scenario.levels import MoneyLevel
from cashstress.scenario.table import Table, table

__all__ = ["Economy", "Firm"]


@table
class Firm(Table):
    """What the firm owns and owes on day 0, beside receivables, stock, payables and loans.

    Parameters
    ----------
    cash : Decimal, Draw or Array
        Cash at the start, major units.
    other_assets, other_liabilities : Decimal
        Major units; constant, they only enter net assets and covenants.

    Examples
    --------
    >>> Firm(cash="80000.50").cash
    Decimal('80000.50')
    """

    cash: MoneyLevel = money(level=True)
    other_assets: Decimal = money(0)
    other_liabilities: Decimal = money(0)


@table
class Economy(Table):
    """One factor common to sales, lateness and lenders: AR(1) with standard deviation 1.

    Parameters
    ----------
    half_life : float
        Days after which half of a deviation is left.
    """

    half_life: float = number(90, above=True, high=36_500, unit="days")
