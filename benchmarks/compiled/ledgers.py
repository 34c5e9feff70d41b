"""Where each creditor's bills stand: ledgers in paying order, class by class."""

from __future__ import annotations

from typing import Any, Final

#: Lines of the 13-week table, in the library's order.
LINES: Final = (
    "opening_cash",
    "receipts",
    "pay:wages",
    "pay:taxes",
    "pay:critical_suppliers",
    "pay:rent",
    "pay:other_suppliers",
    "pay:discretionary",
    "pay:interest_and_fees",
    "drawings",
    "repayments",
    "closing_cash",
    "headroom",
)
#: Classes of the paying order, and the line on which each is paid.
DEBITS, WAGES, TAXES, CRITICAL, RENT, OTHER, DISCRETIONARY, OWNER = range(8)
CLASSES: Final = 8
_LINE_OF: Final = (8, 2, 3, 4, 5, 6, 7, 8)
_REPAYMENTS: Final = 10
_CLASS_OF_COST: Final = {
    "rent": RENT,
    "other": OTHER,
    "discretionary": DISCRETIONARY,
    "capital": DISCRETIONARY,
}


class Ledgers:
    """Places of the creditors: the oldest due day is paid first, ties go in this order."""

    def __init__(self, scenario: Any) -> None:
        self._rows: list[tuple[int, str]] = []
        for name, channel in scenario.channels.items():
            if channel.kind == "platform":
                self._rows += [(DEBITS, "platform_interest"), (DEBITS, "platform_principal")]
            else:
                rank = DEBITS if channel.kind == "revolver" else OWNER
                self._rows.append((rank, f"{'bank' if rank == DEBITS else 'owner'}_interest"))
            del name
        self._rows += [(WAGES, "wages"), (WAGES, "social"), (TAXES, "taxes")]
        for name, supplier in scenario.suppliers.items():
            self._rows.append((CRITICAL if supplier.critical else OTHER, f"supplier {name}"))
        for name, cost in scenario.costs.items():
            self._rows.append((_CLASS_OF_COST[cost.pay_class], f"cost {name}"))
        self._rows.sort(key=lambda row: row[0])
        self._scenario = scenario

    def place(self, name: str) -> int:
        """The row of a creditor."""
        return [row for _, row in self._rows].index(name)

    def fields(self) -> dict[str, Any]:
        """What the loop needs of it."""
        ranks = [rank for rank, _ in self._rows]
        lines = [_LINE_OF[rank] for rank in ranks]
        lines[self.place("platform_principal")] = _REPAYMENTS
        named = [row for _, row in self._rows if " " not in row]
        return {f"ledger_{row}": self.place(row) for row in named} | {
            "line_of": lines,
            "line_of_class": _LINE_OF,
            # The first ledger of each class, and one past the last.
            "class_first": [sum(rank < each for rank in ranks) for each in range(CLASSES + 1)],
            "ledger_supplier": [
                self.place(f"supplier {name}") for name in self._scenario.suppliers
            ],
            "ledger_cost": [self.place(f"cost {name}") for name in self._scenario.costs],
            "class_supplier": [
                CRITICAL if supplier.critical else OTHER
                for supplier in self._scenario.suppliers.values()
            ],
        }
