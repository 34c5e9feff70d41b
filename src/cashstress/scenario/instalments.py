"""Rules of every line that is repaid in instalments: platform lines and term loans."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from cashstress.errors import Problem
from cashstress.scenario.levels import most
from cashstress.scenario.table import rule

__all__ = ["INSTALMENT_RULES"]

_DAYS_A_MONTH: Final = 30
_CENT: Final = 0.01


@rule("opening_months", "tenor_months")
def _opening_fits(line: Any) -> list[Problem]:
    """What is left of a loan is no longer than the loan."""
    if line.opening_months is None or line.opening_months <= line.tenor_months:
        return []
    given, accepted = str(line.opening_months), f"at most tenor_months ({line.tenor_months})"
    return [Problem("opening_months", "longer than the tenor", given, accepted)]


def first_principal(amount: float, daily: float, months: int, repayment: str) -> float:
    """Return the principal in the first instalment of the largest drawing, unrounded.

    A level instalment over many months at a high rate is all interest for years; rounded to minor
    units it repays nothing before the last.
    """
    if repayment == "equal_principal":
        return amount / months
    monthly = daily * _DAYS_A_MONTH
    if monthly == 0:
        return amount / months
    return amount * monthly / float(np.expm1(months * np.log1p(monthly)))


@rule("limit", "rate", "tenor_months", "repayment")
def _instalments_repay(line: Any) -> list[Problem]:
    """The first instalment of the largest drawing repays at least a minor unit."""
    amount, daily = most(line.limit), most(line.rate.daily())
    if line.repayment not in {"equal_instalment", "equal_principal"} or not amount:
        return []
    part = first_principal(amount, daily, line.tenor_months, line.repayment)
    if part >= _CENT / 2:
        return []
    message = (
        f"instalments that cannot repay: even of the whole limit ({amount:,g}), at the rate of "
        f"{daily:.3g} a day, the first one holds {part:.2g} of principal, less than a minor unit"
    )
    accepted = "fewer months, a lower rate or a higher limit"
    return [Problem("tenor_months", message, f"{line.tenor_months} months", accepted)]


INSTALMENT_RULES: Final = (_opening_fits, _instalments_repay)
