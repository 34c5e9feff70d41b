"""Who comes first inside a phase: a rank per actor, then the order of the scenario.

Ranks are policy.  SimPy alone would let whoever scheduled first go first, and a process that skips
idle days would change results.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "BANK",
    "BILLS",
    "COLLECTIONS",
    "COSTS",
    "DELIVERIES",
    "ECONOMY",
    "FEES",
    "LENDERS",
    "ORDERS",
    "OUTCOMES",
    "PAYROLL",
    "SALES",
    "SHOCKS",
    "TAXES",
    "TREASURY",
    "USER",
]

#: Each actor may have this many members (customers, suppliers, ...).
_STEP: Final = 1000

ECONOMY: Final = 0
SHOCKS: Final = 1 * _STEP
COLLECTIONS: Final = 2 * _STEP
DELIVERIES: Final = 3 * _STEP
SALES: Final = 4 * _STEP
ORDERS: Final = 5 * _STEP
PAYROLL: Final = 6 * _STEP
COSTS: Final = 7 * _STEP
TAXES: Final = 8 * _STEP
BANK: Final = 9 * _STEP
TREASURY: Final = 10 * _STEP
OUTCOMES: Final = 11 * _STEP
#: Bills are paid after the customers' other money, and come back before the day's bills fall due.
BILLS: Final = COLLECTIONS + _STEP // 2
#: Fees of agreements are billed after the banks' interest, and before the day's bills fall due.
FEES: Final = BANK + _STEP // 2
#: After the banks have accrued and aged what they are owed, and after the treasury.
LENDERS: Final = 12 * _STEP
USER: Final = 20 * _STEP
