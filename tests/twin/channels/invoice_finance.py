"""A lender that buys invoices and is repaid by those who owe them."""

from __future__ import annotations

import math

from twin.channels.base import Channel
from twin.channels.sold import Sold
from twin.money import cents, minor


def whole_down(value):
    return math.floor(round(value, 6))


def whole_up(value):
    return math.ceil(round(value, 6))


class InvoiceFinance(Channel):
    """A kind says how much can be sold, and which invoices a drawing takes."""

    def __init__(self, firm, place, name, plan):
        super().__init__(firm, place, name, plan)
        level, key = firm.draws.level, f"channels.{name}"
        rate = level(f"{key}.advance_rate", plan.advance_rate)
        self.advance_rate = self._lever("advance_rate", rate, high=1.0)
        self._service = level(f"{key}.service_fee", plan.service_fee)
        self._reserve = f"reserve:{name}"
        customers = {customer.name: customer for customer in firm.customers}
        self.sold = [Sold(self, customers[buyer]) for buyer in plan.buyers]

    # -- what can be drawn ----------------------------------------------------------------------

    def used(self):
        """Advances not yet settled, and those that came back and are unpaid."""
        return sum(sold.advanced for sold in self.sold) + self.repayment.owed(self.firm.today)

    def most(self, limit):
        """The largest advance within a limit beside what is on its way."""
        raise NotImplementedError

    def on_the_way(self):
        return sum(amount for _, amount in self.pending)

    def limit_left(self):
        return max(self.limit.value - self.used(), 0)

    def unused(self):
        unused = self.most(self.limit_left())
        return unused if unused > 0 and unused >= self.min_drawing else 0

    def face_of(self, advance):
        rate = self.advance_rate.value
        return whole_up(advance / rate) if rate else 0

    def after_fee(self, amount):
        return amount - self._fees(amount, self.face_of(amount))

    def _fees(self, advance, face):
        fees = cents(advance * self.fee.value) + cents(face * self._service)
        return min(fees, advance)

    def to_receive(self, amount):
        """Both fees are asked for on top."""
        rate = self.advance_rate.value
        kept = 1 - (self._service / rate if rate else 1.0) - self.fee.value
        asked = whole_up(amount / kept) if kept > 0 else 0
        return asked + 1 if asked and self.after_fee(asked) < amount else asked

    @property
    def principal(self):
        """Advances with recourse; without it, what is not due is no debt."""
        return sum(sold.advanced for sold in self.sold) if self.plan.recourse else 0

    def known_until(self, last):
        """Nothing: the customers pay."""
        del last
        return 0

    # -- selling --------------------------------------------------------------------------------

    def pick(self, amount):
        """For each customer the invoices, and the face of each, that an advance takes."""
        raise NotImplementedError

    def open_books(self):
        if self.plan.drawn:
            self._sell(minor(self.plan.drawn), "equity")

    def disburse(self, amount):
        face, advance = self._sell(amount, "cash")
        self.firm.books.post("fees", "cash", self._fees(advance, face))

    def _sell(self, amount, account):
        """Sell invoices for an advance, or for what they cover; returns face and advance."""
        books, rate = self.firm.books, self.advance_rate.value
        face = advance = 0
        for sold, parts in self.pick(amount):
            for invoice, part in parts:
                face += part
                own = min(whole_down(face * rate), amount) - advance
                advance += own
                sold.sell(invoice, part, own)
                if self.plan.recourse:
                    books.post(account, self.account, own)
                else:
                    books.post(account, "receivables", own)
                    books.post(self._reserve, "receivables", part - own)
        return face, advance

    # -- settling -------------------------------------------------------------------------------

    def _receive(self, day):
        """Customers pay the lender, who passes on the reserve; then drawings arrive."""
        for sold in self.sold:
            if paid := sold.settle("paid", day):
                self._pass_on(paid, day)
            if lost := sold.settle("lost", day):
                self.firm.books.post("bad_debts", self._reserve, lost.face - lost.advance)
        super()._receive(day)

    def _pass_on(self, paid, day):
        """Face = advance + fee + reserve; a fee beyond that is due from the firm."""
        books, rest = self.firm.books, paid.face - paid.advance
        fee = min(paid.fee, rest)
        held = self._reserve
        if self.plan.recourse:
            books.post(self.account, "receivables", paid.advance)
            held = "receivables"
        books.post("interest", held, fee)
        books.post("cash", held, rest - fee)
        self.owe_interest(paid.fee - fee, day)

    def fall_due(self, day):
        """What was not paid comes back: advance and fee are due."""
        books = self.firm.books
        for sold in self.sold:
            if back := sold.settle("back", day):
                if not self.plan.recourse:
                    books.post("receivables", self.account, back.advance)
                    books.post("receivables", self._reserve, back.face - back.advance)
                self.repayment.bill(back.advance, day)
                self.owe_interest(back.fee, day)


def oldest_first(sold, face):
    """Of one customer, so much face; the last invoice in part."""
    parts = []
    for invoice in sold.on_sale():
        part = min(invoice.left, face)
        if part:
            parts.append((invoice, part))
            face -= part
    return sold, parts
