"""What the firm owes: one ledger for each creditor, in a class of the paying order."""

from __future__ import annotations

PAY_CLASSES = (
    "instalments", "wages", "taxes", "critical", "rent", "other", "discretionary", "owner",
)  # fmt: skip


class Bill:
    """An amount, and the day on which it falls due."""

    __slots__ = ("due", "left")

    def __init__(self, due, amount):
        self.due, self.left = due, amount


class Ledger:
    """Bills of one creditor.

    `account` is the liability that a payment clears, `whole` says that a bill is paid whole or not
    at all.
    """

    def __init__(self, firm, account, pay_class, *, whole=False):
        self.firm, self.account, self.pay_class, self.whole = firm, account, pay_class, whole
        self.bills = []
        self._dues = set()
        firm.ledgers.append(self)

    def bill(self, amount, due):
        """Enter a bill; returns it, or None for nothing."""
        if not amount:
            return None
        entered = Bill(due, amount)
        self.bills.append(entered)
        self._dues.add(due)
        return entered

    def asks_on(self, day):
        """Whether something fell due on a day, paid or not."""
        return day in self._dues

    def due_by(self, day):
        """Bills due on that day or before, the oldest first."""
        return sorted((bill for bill in self.bills if bill.due <= day), key=lambda bill: bill.due)

    def owed(self, day):
        return sum(bill.left for bill in self.bills if bill.due <= day)

    def total(self):
        return sum(bill.left for bill in self.bills)

    def days_past_due(self, day):
        """Age of the oldest bill that is due; None where none is."""
        oldest = min((bill.due for bill in self.bills if bill.due <= day), default=None)
        return None if oldest is None else day - oldest

    def coming(self, first, last):
        """What falls due from one day to another."""
        return sum(bill.left for bill in self.bills if first <= bill.due <= last)

    def pay(self, bill, amount, *, by="cash"):
        """Pay a bill, whole or in part."""
        if amount:
            self.firm.books.post(self.account, by, amount)
            self.settle(bill, amount)

    def pay_oldest(self, amount, *, by):
        """Pay so much of what is due, the oldest first, with what is not cash."""
        for bill in self.due_by(self.firm.today):
            part = min(bill.left, amount)
            self.pay(bill, part, by=by)
            amount -= part

    def settle(self, bill, amount):
        bill.left -= amount
        if not bill.left:
            self.bills.remove(bill)
