"""A bank that buys bills in hand, with recourse; what is asked for is face."""

from __future__ import annotations

from twin.channels.base import Channel
from twin.channels.day_count import interest_days
from twin.channels.invoice_finance import whole_up
from twin.money import cents


class Discount:
    """Interest and fee on a face, for money that comes on a day."""

    def __init__(self, line, day):
        self._line, self._day = line, day
        self._rate, self._fee = line.rate.value, line.fee.value

    def _share(self, pays):
        line = self._line
        days = interest_days(line.firm.calendar, line.plan.rate.basis, self._day, pays)
        return self._rate * (days + line.plan.extra_days)

    def cost(self, face, pays):
        """Both are rounded for each bill, and together never more than the face."""
        interest = min(cents(self._share(pays) * face), face)
        return interest, min(cents(self._fee * face), face - interest)

    def worth(self, face, pays):
        return face - sum(self.cost(face, pays))

    def face_for(self, amount, pays):
        """The least face that brings an amount; nothing where none would."""
        kept = 1 - self._share(pays) - self._fee
        if kept <= 0:
            return 0
        face = max(whole_up(amount / kept) - 2, 0)
        while self.worth(face, pays) < amount:
            face += 1
        return face


class BillDiscount(Channel):
    def __init__(self, firm, place, name, plan):
        super().__init__(firm, place, name, plan)
        self._places = [
            customer.place
            for customer in firm.customers
            if customer.plan.bill is not None
            and (plan.customers is None or customer.name in plan.customers)
        ]
        bought = [firm.customers[place].plan.bill for place in self._places]
        self._whole = not all(bill.divisible for bill in bought)

    # -- what can be drawn ----------------------------------------------------------------------

    def used(self):
        """Face not yet paid by its acceptor, and what came back and is unpaid."""
        return self.firm.bills.answered_for(self) + self.repayment.owed(self.firm.today)

    def _arrival(self):
        day = self.firm.today + self.delay.value
        return self.firm.calendar.next_business(day) if self.plan.business_days else day

    def _in_hand(self):
        return [bill for bill in self.firm.bills.bills if bill.place in self._places]

    def unused(self):
        left, arrival = max(self.limit.value - self.used(), 0), self._arrival()
        on_offer = sum(bill.face for bill in self._in_hand() if bill.pays > arrival)
        unused = min(left, on_offer) - sum(amount for _, amount in self.pending)
        return unused if unused > 0 and unused >= self.min_drawing else 0

    def to_receive(self, amount):
        """The face of the bills that bring an amount after interest and fee."""
        price, arrival = Discount(self, self._arrival()), self._arrival()
        chosen = self._choose(amount, self.unused(), price=price, after=arrival)
        return sum(part for _, part in chosen)

    def _choose(self, wanted, room, **how):
        return self.firm.bills.choose(wanted, room, places=self._places, **how)

    def after_fee(self, amount):
        """A quote, under the mean days of all bills in hand."""
        held = sum(bill.face for bill in self._in_hand())
        days = 0.0
        if held:
            mean = sum(bill.face * bill.pays for bill in self._in_hand()) / held
            days = max(mean - self._arrival(), 0.0)
        share = (days + self.plan.extra_days) * self.rate.value + self.fee.value
        return amount - cents(amount * min(share, 1.0))

    def request(self, wanted):
        """Where bills are whole, the face of as many as it takes."""
        if self._whole:
            chosen = self._choose(wanted, self.unused(), after=self._arrival())
            wanted = sum(part for _, part in chosen)
        before = self.firm.cash
        _, later = super().request(wanted)
        return self.firm.cash - before, later

    @property
    def principal(self):
        """What is not due is no debt."""
        return 0

    def known_until(self, last):
        """Nothing: the acceptors pay."""
        del last
        return 0

    # -- discounting ----------------------------------------------------------------------------

    def disburse(self, amount):
        """Discount bills for a face, or for what is there."""
        books, today = self.firm.books, self.firm.today
        price = Discount(self, today)
        for bill, part in self._choose(amount, amount, after=today):
            interest, fee = price.cost(part, bill.pays)
            self.firm.bills.pass_on(bill, part, self)
            books.post("interest", "bills", interest)
            books.post("fees", "bills", fee)
            books.post("cash", "bills", part - interest - fee)

    def take_back(self, face, cost, day):
        """What an acceptor did not pay is due from the firm, with the bank's costs."""
        books = self.firm.books
        books.post("bad_debts", self.account, face)
        self.repayment.bill(face, day)
        books.post("fees", self.interest.account, cost)
        self.interest.bill(cost, day)
