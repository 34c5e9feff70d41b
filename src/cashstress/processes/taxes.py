"""Taxes on their dates: VAT, its surcharge, income tax, and what lateness costs.

VAT follows the invoices, not the cash: output less input VAT of a month (a quarter for small-scale
taxpayers) is due by the 15th of the next; an excess of input VAT is carried forward.  Income tax is
paid each quarter on the profit of the year so far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.kernel.money import minor, to_money
from cashstress.processes.payables import Payable
from cashstress.processes.schedules import Schedule

if TYPE_CHECKING:
    from collections.abc import Generator

    from cashstress.kernel.arrays import Money
    from cashstress.processes.firm import Firm

__all__ = ["Taxes", "income_tax", "late_charges", "vat_returns"]

_QUARTER: Final = 3
_MARCH: Final = 3
_DECEMBER: Final = 12
#: From the end of a quarter to its tax day, before it rolls, there are at most this many days.
_LONGEST_WAIT: Final = 50


class Taxes:
    """The tax office's ledger and the returns that fill it."""

    def __init__(self, firm: Firm) -> None:
        self._firm = firm
        self.plan = plan = firm.scenario.taxes
        self.payable = Payable(
            firm.world, "taxes_payable", "taxes",
            term=_LONGEST_WAIT + firm.longest_roll, age=firm.longest_age,
            window=firm.look_ahead,
        )  # fmt: skip
        firm.add_payable(self.payable)
        calendar = firm.calendar
        quarters = Schedule(calendar, "last", "none", every=_QUARTER, first_month=_MARCH)
        months = Schedule(calendar, "last", "none")
        self.vat_periods = quarters if plan.vat == "small_scale" else months
        self.quarters = quarters
        self.month_ends = months
        self.tax_days = Schedule(calendar, plan.day, "next")
        firm.columns.add("taxes.profit_before", np.int64)
        firm.columns.add("taxes.paid_on_profit", np.int64)
        firm.columns.add("taxes.late", np.float64)

    def open_books(self) -> None:
        """VAT owed (or carried forward) from before the start."""
        lanes, amount = self._firm.world.lanes, minor(self.plan.opening_vat)
        if amount > 0:
            owed = np.full(lanes, amount)
            self.payable.bill(owed, self.tax_days.days[0], against="equity", memo="opening")
        elif amount < 0:
            self._firm.books.post("vat", "equity", np.full(lanes, -amount), memo="opening")

    def return_vat(self, day: int) -> None:
        """At a period's end: owe what output VAT exceeds input VAT."""
        firm = self._firm
        owed = np.maximum(-firm.books.balance("vat"), 0)
        due = self.tax_days.after(day)
        posted = self.payable.bill(owed, due, against="vat", memo="VAT")
        if self.plan.surcharge:
            extra = to_money(posted * self.plan.surcharge)
            self.payable.bill(extra, due, against="tax_surcharges", memo="surcharge on VAT")

    def return_income(self, day: int) -> None:
        """At a quarter's end: owe income tax on the year's profit, less what was taxed before."""
        columns = self._firm.columns
        profit = self._profit_before_tax() - columns["taxes.profit_before"]
        taxed = columns["taxes.paid_on_profit"]
        tax = to_money(np.maximum(profit, 0) * self.plan.income_tax)
        posted = self.payable.bill(
            np.maximum(tax - taxed, 0), self.tax_days.after(day), against="income_tax"
        )
        taxed += posted
        if self._firm.calendar.date(day).month == _DECEMBER:
            taxed[...] = 0
            columns["taxes.profit_before"][...] = self._profit_before_tax()

    def charge_lateness(self) -> None:
        """Tax still unpaid at the end of its due day, or later, costs a share of itself a day."""
        ledger = self.payable.ledger
        if ledger.has_due():
            lanes = ledger.owing()
            self._firm.columns["taxes.late"][lanes] += ledger.owed[lanes] * self.plan.late_per_day

    def bill_lateness(self, day: int) -> None:
        """Owe the late charges of the month."""
        late = self._firm.columns["taxes.late"]
        if late.any():
            charge = to_money(late)
            due = int(self._firm.bank_day(day))
            self.payable.bill(charge, due, against="late_charges", memo="late tax")
            late[...] = 0.0

    def _profit_before_tax(self) -> Money:
        books = self._firm.books
        return books.profit_to_date() + books.balance("income_tax")


def vat_returns(firm: Firm, taxes: Taxes) -> Generator[Any, Any, None]:
    """File VAT at the end of each period."""
    for day in firm.days_of(taxes.vat_periods.days) if taxes.plan.vat != "none" else ():
        yield firm.clock.at(day, Phase.DUE)
        taxes.return_vat(day)


def income_tax(firm: Firm, taxes: Taxes) -> Generator[Any, Any, None]:
    """File income tax at the end of each quarter."""
    for day in firm.days_of(taxes.quarters.days) if taxes.plan.income_tax else ():
        yield firm.clock.at(day, Phase.DUE)
        taxes.return_income(day)


def late_charges(firm: Firm, taxes: Taxes) -> Generator[Any, Any, None]:
    """Count late charges after each SETTLE, bill them at month ends."""
    month_ends = frozenset(taxes.month_ends.days)
    for day in firm.days() if taxes.plan.late_per_day else ():
        if day in month_ends:
            yield firm.clock.at(day, Phase.DUE)
            taxes.bill_lateness(day)
        yield firm.clock.at(day, Phase.LEND)
        taxes.charge_lateness()
