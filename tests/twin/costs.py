"""Other costs: monthly, with sales, irregular, or once."""

from __future__ import annotations

from twin.ledger import Ledger
from twin.levers import Lever
from twin.money import cents, minor
from twin.phases import DUE, RANK

CLASSES = {"capital": "discretionary"}


class Cost:
    def __init__(self, firm, place, name, plan):
        self._firm, self.name, self.plan = firm, name, plan
        self.level = firm.levers[f"{name}.level"] = Lever(1.0)
        pay_class = CLASSES.get(plan.pay_class, plan.pay_class)
        self.ledger = Ledger(firm, f"payables:{name}", pay_class)
        self._waiting = 0
        self._amount = 0
        if plan.monthly is not None:
            self._amount = firm.draws.money(f"costs.{name}.monthly", plan.monthly)
        elif plan.once is not None:
            self._amount = minor(plan.once)
        self._days = self._dated()
        firm.every_day(DUE, RANK["costs"] + place, self._bill)

    def open_books(self):
        """Nothing is open."""

    def _dated(self):
        """Days of a monthly or single cost: rolled on, months counted from that of the start."""
        calendar, plan, horizon = self._firm.calendar, self.plan, self._firm.scenario.horizon
        if plan.once is not None:
            return [calendar.next_business(calendar.day(plan.on))]
        if plan.monthly is None:
            return []
        months = [m for m in range(-1, horizon // 28 + 8) if m % plan.every == 0]
        days = [calendar.next_business(calendar.month_day(0, m, plan.day)) for m in months]
        return [day for day in days if day >= 0]

    def _billed(self, day):
        """What is billed today, before level, VAT and cost control."""
        plan, firm = self.plan, self._firm
        if plan.claims is not None:
            claims = firm.draws.claims(self.name, plan.claims.per_day)
            return claims * minor(plan.claims.amount)
        if plan.share_of_sales is not None:
            return firm.sales.today * plan.share_of_sales
        return self._amount if day in self._days else 0

    def _bill(self, day):
        net = cents(self._billed(day) * self.level.value)
        austere = self._firm.is_austere()
        if self.plan.pay_class == "capital":
            self._waiting += net
            net = 0 if austere else self._waiting
            self._waiting -= net
        elif self.plan.pay_class == "discretionary" and austere:
            net -= cents(net * self._firm.scenario.treasury.austerity_cut)
        self._owe(day, net)

    def _owe(self, day, net):
        vat, books = cents(net * self.plan.vat), self._firm.books
        books.post("costs", self.ledger.account, net)
        books.post(self._firm.input_vat_account, self.ledger.account, vat)
        self.ledger.bill(net + vat, self._due(day))

    def _due(self, day):
        return self._firm.calendar.next_business(day + self.plan.terms)

    def ahead(self, day, last):
        """Dated costs not yet billed and due until a day, net of VAT, at today's level."""
        times = sum(day < each and self._due(each) <= last for each in self._days)
        return cents(times * self._amount * self.level.value)
