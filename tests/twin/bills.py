"""Acceptance bills: in hand, endorsed or discounted, paid on their day or not."""

from __future__ import annotations

from twin.money import cents, minor
from twin.phases import DUE, RANK, RECEIPT
from twin.plan import typical

WEEK = 7
#: The lanes number the bills that were given from here on: the address of a draw.
FIRST_GIVEN = -(10**6)


class Bill:
    """What a customer has handed over: `pays` is its day of payment, `fails` that nobody pays."""

    def __init__(self, place, plan, face, handed_over, pays, *, fails):
        self.place, self.plan, self.face = place, plan, face
        self.handed_over, self.pays, self.fails = handed_over, pays, fails


class Answered:
    """A part that was passed on to a holder, who comes back with costs where nobody pays."""

    def __init__(self, holder, bill, face, until):
        self.holder, self.face, self.until, self.fails = holder, face, until, bill.fails
        self.cost = cents(face * bill.plan.recourse_cost) if bill.fails else 0


class Hand:
    """The firm's bills in hand, and those it answers for."""

    def __init__(self, firm):
        self._firm = firm
        self.bills, self._answered = [], []
        firm.every_day(RECEIPT, RANK["bills"], self._receive)
        firm.every_day(DUE, RANK["bills"], self._come_back)

    # -- bills come in --------------------------------------------------------------------------

    def take(self, customer, face, day):
        """A customer hands over a bill."""
        if face:
            self._firm.books.post("bills", "receivables", face)
            self._put(customer, face, day, self._pays(customer, day), opening=None)

    def _pays(self, customer, day):
        calendar = self._firm.calendar
        months = customer.plan.bill.tenor_months
        return calendar.next_business(calendar.month_day(day, months, calendar.date(day).day))

    def _put(self, customer, face, handed_over, pays, *, opening):
        fails = self._firm.draws.acceptor_fails(customer.name, customer.plan.bill.failure, opening)
        plan, place = customer.plan.bill, customer.place
        self.bills.append(Bill(place, plan, face, handed_over, pays, fails=fails))

    def open_books(self, customer):
        """What is given; else one a week of the steady state."""
        for face, handed_over, pays in self._opening(customer):
            if face:
                self._firm.books.post("bills", "equity", face)
                self._put(customer, face, handed_over, pays, opening=handed_over)

    def _opening(self, customer):
        calendar, plan = self._firm.calendar, customer.plan
        oldest = -(31 * plan.bill.tenor_months + calendar.longest_wait() + WEEK)
        if plan.bill.opening is not None:
            for place, item in enumerate(plan.bill.opening):
                pays = calendar.next_business(calendar.day(item.matures))
                yield minor(item.face), oldest + place + FIRST_GIVEN, pays
            return
        for day in range(-WEEK, oldest, -WEEK):
            if self._pays(customer, day) >= 0:
                yield self._paid_in_week(plan, day), day, self._pays(customer, day)

    def _paid_in_week(self, plan, day):
        """Planned sales on credit of the week that is paid then, less what is never paid."""
        issued = day - round(_expected_days(plan))
        net = self._firm.plan.sales_between(issued, issued + WEEK)
        share = plan.share * (1 - plan.paid_at_once) * (1 - plan.never_paid)
        return cents(net * (share * plan.paid_by_bill * (1 + self._firm.plan.output_vat)))

    # -- what they bring ------------------------------------------------------------------------

    def _receive(self, day):
        """Acceptors pay, or do not."""
        books = self._firm.books
        for bill in [each for each in self.bills if each.pays <= day]:
            books.post("bad_debts" if bill.fails else "cash", "bills", bill.face)
            self.bills.remove(bill)

    def expected(self, day, last, haircut):
        """Of a bank's bills all, of others a share, rounded for each customer."""
        total = {}
        for bill in self.bills:
            if day < bill.pays <= last:
                kind = bill.place, bill.plan.acceptor == "bank"
                total[kind] = total.get(kind, 0) + bill.face
        return sum(
            face if certain else cents(face * haircut) for (_, certain), face in total.items()
        )

    # -- passing on -----------------------------------------------------------------------------

    def choose(self, wanted, room, *, price=None, places=None, after=0, last_first=False):
        """Bills, and the part of each, until they bring what is wanted; the soonest paid first.

        A bill that is not divisible is taken whole, or passed over where it is above the room.
        """
        after = max(after, self._firm.today)
        found = [
            bill
            for bill in self.bills
            if bill.pays > after and (places is None or bill.place in places)
        ]
        chosen = []
        for bill in sorted(found, key=_order, reverse=last_first):
            if wanted <= 0:
                break
            part = bill.face
            if bill.plan.divisible:
                least = wanted if price is None else price.face_for(wanted, bill.pays)
                part = min(part, least, room)
            if 0 < part <= room:
                chosen.append((bill, part))
                room -= part
                wanted -= part if price is None else price.worth(part, bill.pays)
        return chosen

    def pass_on(self, bill, face, holder):
        """Give a part away, and answer for it until it is paid or comes back."""
        bill.face -= face
        if not bill.face:
            self.bills.remove(bill)
        until = bill.pays
        if bill.fails:
            until = self._firm.calendar.next_business(bill.pays + 1)
        self._answered.append(Answered(holder, bill, face, until))

    def endorse(self, supplier, wanted, due):
        """Pay a supplier with bills, those paid last first; returns the face."""
        paid = 0
        for bill, part in self.choose(min(wanted, due), due, last_first=True):
            self.pass_on(bill, part, supplier)
            paid += part
        supplier.ledger.pay_oldest(paid, by="bills")
        return paid

    def answered_for(self, holder=None):
        """Face passed on that is not paid and has not come back: contingent debt."""
        return sum(
            each.face
            for each in self._answered
            if each.until > self._firm.today and holder in {None, each.holder}
        )

    def _come_back(self, day):
        """Holders who were not paid come with their costs."""
        for each in [each for each in self._answered if each.until <= day]:
            self._answered.remove(each)
            if each.fails:
                each.holder.take_back(each.face, each.cost, day)


def _order(bill):
    return (bill.pays, bill.place, bill.handed_over)


def _expected_days(plan):
    """Mean days from invoice to money: terms and lateness, or days to pay, and disputes."""
    disputes = plan.disputed * plan.dispute_days
    if plan.days_to_pay is not None:
        return plan.days_to_pay.mean + disputes
    late = plan.lateness
    terms = 0.0 if plan.terms is None else typical(plan.terms)
    return terms + (late.probability * late.mean_days if late is not None else 0.0) + disputes
