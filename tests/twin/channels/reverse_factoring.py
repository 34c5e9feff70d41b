"""Finance of what an anchor has confirmed: whole invoices, or any part."""

from __future__ import annotations

from twin.channels.invoice_finance import InvoiceFinance, oldest_first, whole_down


class ReverseFactoring(InvoiceFinance):
    def __init__(self, firm, place, name, plan):
        super().__init__(firm, place, name, plan)
        days = firm.draws.level(f"channels.{name}.confirmation_days", plan.confirmation_days)
        confirmation = self._lever("confirmation", days, whole=True, high=365)
        self._sold = self.sold[0]
        self._sold.customer.confirm(confirmation)

    def request(self, wanted):
        """As many whole invoices as it takes; or all that fit, where these bring less."""
        if not self.plan.divisible:
            fits = self._fit(self._room(self.limit_left()))
            enough = [total for total in fits if total >= wanted]
            wanted = min(enough, default=max(fits, default=0))
        return super().request(wanted)

    def most(self, limit):
        room = self._room(limit)
        return room if self.plan.divisible else max(self._fit(room), default=0)

    def _room(self, limit):
        """What limit and invoices leave beside what is on its way."""
        every = whole_down(self._sold.sellable() * self.advance_rate.value)
        return max(min(every, limit) - self.on_the_way(), 0)

    def _whole(self, room):
        """Invoices, without one that alone is above the room, and the advance on all up to each."""
        rate, face = self.advance_rate.value, 0
        for invoice in self._sold.on_sale():
            if whole_down(invoice.left * rate) <= room:
                face += invoice.left
                yield invoice, whole_down(face * rate)

    def _fit(self, room):
        return [total for _, total in self._whole(room) if total <= room]

    def pick(self, amount):
        if self.plan.divisible:
            face = min(self.face_of(amount), self._sold.sellable())
            return [oldest_first(self._sold, face)]
        rate = self.advance_rate.value
        whole = [invoice for invoice, total in self._whole(amount) if total <= amount and rate]
        return [(self._sold, [(invoice, invoice.left) for invoice in whole])]
