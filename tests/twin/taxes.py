"""Taxes: VAT or the levy, income tax, charges on late tax."""

from __future__ import annotations

from twin.ledger import Ledger
from twin.money import cents, minor
from twin.phases import DUE, LEND, RANK


class Taxes:
    def __init__(self, firm):
        self._firm, self.plan = firm, firm.scenario.taxes
        self.ledger = Ledger(firm, "taxes", "taxes")
        self._profit_before, self._taxed, self._late = 0, 0, 0.0
        firm.every_day(DUE, RANK["taxes"], self._file_vat)
        firm.every_day(DUE, RANK["taxes"] + 1, self._file_income_tax)
        firm.every_day(DUE, RANK["taxes"] + 2, self._bill_late)
        firm.every_day(LEND, RANK["taxes"], self._charge_late)

    def open_books(self):
        """What is owed falls due on the first tax day; a credit is carried forward."""
        amount = minor(self.plan.opening_vat)
        if amount > 0:
            days = (self._tax_day(self._firm.calendar.month_day(0, m, 1)) for m in (-2, -1, 0))
            self._owe("equity", amount, next(day for day in days if day >= 0))
        else:
            self._firm.books.post("vat", "equity", -amount)

    def _tax_day(self, day):
        calendar = self._firm.calendar
        return calendar.next_business(calendar.month_day(day, 1, self.plan.day))

    def _owe(self, account, amount, due):
        self._firm.books.post(account, "taxes", amount)
        self.ledger.bill(amount, due)

    def _file_vat(self, day):
        """General: each month; small-scale: each quarter; an excess is carried forward."""
        calendar = self._firm.calendar
        ends = {"general": calendar.is_month_end, "small_scale": calendar.is_quarter_end}
        owed = -self._firm.books.balance["vat"]
        if self.plan.vat in ends and ends[self.plan.vat](day) and owed > 0:
            self._owe("vat", owed, self._tax_day(day))
            self._owe("tax_surcharges", cents(owed * self.plan.surcharge), self._tax_day(day))

    def _file_income_tax(self, day):
        """On the year's profit so far, less what the year has been taxed already."""
        if self._firm.calendar.is_quarter_end(day):
            profit = self._firm.books.profit_before_income_tax() - self._profit_before
            tax = cents(max(profit, 0) * self.plan.income_tax)
            if tax > self._taxed:
                self._owe("income_tax", tax - self._taxed, self._tax_day(day))
                self._taxed = tax
            if self._firm.calendar.date(day).month == 12:
                self._profit_before += profit
                self._taxed = 0

    def _charge_late(self, day):
        self._late += self.ledger.owed(day) * self.plan.late_per_day

    def _bill_late(self, day):
        if self._firm.calendar.is_month_end(day):
            charge = cents(self._late)
            self._owe("late_charges", charge, self._firm.calendar.next_business(day))
            self._late = 0.0
