"""A bank that accepts the firm's own bills: suppliers are paid with them, against a deposit."""

from __future__ import annotations

from twin.channels.base import Channel
from twin.channels.invoice_finance import whole_down, whole_up
from twin.endorsing import acceptors
from twin.money import cents
from twin.paying import required_before, required_of


class Issued:
    """A bill of the firm: its face, the deposit locked for it, its fee."""

    def __init__(self, supplier, face, deposit, fee):
        self.supplier, self.face, self.deposit, self.fee = supplier, face, deposit, fee
        self.pays = 0

    @property
    def exposure(self):
        return self.face - self.deposit


class Acceptance(Channel):
    """What is asked for is the exposure: face less deposit."""

    def __init__(self, firm, place, name, plan):
        super().__init__(firm, place, name, plan)
        self._deposits, self._issued = f"deposit:{name}", []

    # -- what can be issued ---------------------------------------------------------------------

    def used(self):
        return self.drawn - self.firm.books.balance[self._deposits]

    def unused(self):
        left = self.limit.value - self.used() - sum(amount for _, amount in self.pending)
        unused = sum(bill.exposure for bill in self._issues(max(left, 0)))
        return unused if unused > 0 and unused >= self.min_drawing else 0

    def _issues(self, most):
        """Bills that would be issued today, in paying order.

        Deposit and fee come from cash beyond what is due in the classes before the supplier's.
        """
        firm, found = self.firm, []
        cash = firm.cash
        for supplier in acceptors(firm):
            before = required_before(firm, supplier.pay_class, firm.today)
            before -= sum(b.face for b in found if b.supplier.pay_class != supplier.pay_class)
            due = required_of(firm, supplier.ledger, firm.today)
            fits = due - self._deposit_on(due) <= most
            face = due if fits else self._face_of(most)
            bill = self._affordable(supplier, face, max(cash - before, 0))
            found.append(bill)
            most -= bill.exposure
            cash -= bill.deposit + bill.fee
        return found

    def _deposit_on(self, face):
        return whole_up(face * self.plan.deposit)

    def _face_of(self, exposure):
        return whole_up(exposure / (1 - self.plan.deposit))

    def _bill(self, supplier, face):
        return Issued(supplier, face, self._deposit_on(face), cents(face * self.fee.value))

    def _affordable(self, supplier, face, spare):
        """Less, where deposit and fee are more than there is to spare."""
        bill = self._bill(supplier, face)
        if bill.deposit + bill.fee <= spare:
            return bill
        share = self.plan.deposit + self.fee.value
        most = whole_down(max(spare - 2, 0) / share) if share else 0
        return self._bill(supplier, min(face, most))

    def after_fee(self, amount):
        """What an exposure relieves the firm of."""
        return amount - min(cents(self._face_of(amount) * self.fee.value), amount)

    def to_receive(self, amount):
        kept = 1 - self.fee.value / (1 - self.plan.deposit)
        asked = whole_up(amount / kept) if kept > 0 else 0
        return asked + 1 if asked and self.after_fee(asked) < amount else asked

    def request(self, wanted):
        """What comes at once is what the firm is relieved of."""
        before = self._burden()
        _, later = super().request(wanted)
        return before - self._burden(), later

    def _burden(self):
        """What is due to suppliers who accept bills, less cash."""
        firm = self.firm
        due = [required_of(firm, supplier.ledger, firm.today) for supplier in acceptors(firm)]
        return sum(due) - firm.cash

    def pays_first(self):
        """Whether it pays all it can before anything is borrowed."""
        return self.plan.use == "always"

    # -- issuing, and the day of payment ----------------------------------------------------------

    def disburse(self, amount):
        books, calendar, today = self.firm.books, self.firm.calendar, self.firm.today
        matures = calendar.month_day(today, self.plan.tenor_months, calendar.date(today).day)
        for bill in self._issues(amount):
            if bill.face:
                bill.supplier.ledger.pay_oldest(bill.face, by=self.account)
                books.post(self._deposits, "cash", bill.deposit)
                books.post("fees", "cash", bill.fee)
                bill.pays = calendar.next_business(matures)
                self._issued.append(bill)

    @property
    def principal(self):
        return sum(bill.face for bill in self._issued)

    def known_until(self, last):
        return sum(bill.exposure for bill in self._issued if bill.pays <= last)

    def fall_due(self, day):
        """The bank pays the holders: the deposit is used, the rest is due."""
        for bill in [each for each in self._issued if each.pays <= day]:
            self._issued.remove(bill)
            self.firm.books.post(self.account, self._deposits, bill.deposit)
            self.repayment.bill(bill.exposure, day)
