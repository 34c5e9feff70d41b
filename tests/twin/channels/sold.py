"""Invoices of one customer that a lender has bought, and the day on which each is settled."""

from __future__ import annotations

from twin.channels.day_count import interest_days
from twin.money import cents


class Settled:
    """What is settled in one way on one day; the fee is rounded once."""

    def __init__(self, pieces):
        self.pieces = pieces
        self.face = sum(piece.face for piece in pieces)
        self.advance = sum(piece.advance for piece in pieces)
        self.fee = cents(sum(piece.fee for piece in pieces))


class Piece:
    """A part of an invoice that was sold: `how` and `day` say how and when it is settled."""

    def __init__(self, invoice, face, advance):
        self.invoice, self.face, self.advance = invoice, face, advance
        self.how, self.day, self.fee = None, 0, 0.0


class Sold:
    """What a lender holds of one customer's invoices."""

    def __init__(self, line, customer):
        self._line, self.customer = line, customer
        self._pieces = []

    @property
    def pool(self):
        """Face sold and not yet settled."""
        return sum(piece.face for piece in self._pieces)

    @property
    def advanced(self):
        return sum(piece.advance for piece in self._pieces)

    def on_sale(self):
        """What can be sold today, the oldest first, and what was given before all others."""
        today = self._line.firm.today
        open_now = [
            each
            for each in self.customer.invoices
            if not each.is_sold and each.confirmed <= today < min(each.due, each.pays)
        ]
        return sorted(open_now, key=_age)

    def sellable(self):
        return sum(invoice.left for invoice in self.on_sale())

    def sell(self, invoice, face, advance):
        """Sell a part of an invoice today."""
        piece = Piece(self.customer.part_with(invoice, face), face, advance)
        piece.how, piece.day = self._settlement(piece.invoice)
        piece.fee = self._fee(piece)
        self._pieces.append(piece)
        if piece.how == "back":
            # The customer's own payment, or the write-off, comes after the lender gave up.
            self.customer.invoices.append(piece.invoice)

    def settle(self, how, day):
        """Settle what is settled today in one way; returns nothing where that is nothing."""
        today = [piece for piece in self._pieces if piece.how == how and piece.day == day]
        self._pieces = [piece for piece in self._pieces if piece not in today]
        return Settled(today) if today else None

    def _settlement(self, invoice):
        """Paid, back or lost, and the day."""
        plan, calendar = self._line.plan, self._line.firm.calendar
        back = calendar.next_business(invoice.due + (0 if invoice.disputed else plan.patience))
        if invoice.bad:
            back = min(back, invoice.pays)
        unpaid = invoice.bad or invoice.pays > back
        if unpaid and (plan.recourse or invoice.disputed):
            return "back", back
        if invoice.bad:
            return "lost", invoice.pays
        keeps = plan.business_days
        return "paid", calendar.next_business(invoice.pays) if keeps else invoice.pays

    def _fee(self, piece):
        """Interest on the advance, and a fee on the face by time; unrounded."""
        line, today = self._line, self._line.firm.today
        basis = line.plan.rate.basis
        days = interest_days(line.firm.calendar, basis, today, piece.day)
        fee, timed = piece.advance * (line.rate.value * days), line.plan.time_fee
        if timed is not None:
            late = max(piece.day - today - timed.days, 0)
            fee += piece.face * (timed.share + timed.per_day_after * late)
        return fee


def _age(invoice):
    """Those that were given come before all others, in the order of their due days."""
    return (0, invoice.due) if invoice.day is None else (1, invoice.day)
