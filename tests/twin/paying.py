"""The paying order: strict by class, the oldest due day first inside a class."""

from __future__ import annotations

from twin.ledger import PAY_CLASSES


def required(firm, day):
    """All that is due or overdue, less what policy stretches, and today's cash orders.

    On a day on which the banks are closed that is what lenders debit.
    """
    bank_day = firm.calendar.is_business(day)
    total = sum(bill.left for ledger, bill in _payable(firm, day, bank_day=bank_day))
    return total + sum(order.price for order in _cash_orders(firm, bank_day=bank_day))


def unpaid_after(firm, day):
    """Due or overdue and not stretched within its limit."""
    return sum(bill.left for ledger, bill in _payable(firm, day, bank_day=True))


def required_of(firm, ledger, day):
    """What of one ledger is due and not let wait."""
    due = [bill for bill in ledger.due_by(day) if _required_from(firm, ledger, bill) <= day]
    return sum(bill.left for bill in due)


def required_before(firm, pay_class, day):
    """What is due and not let wait in the classes that are paid before this one."""
    before = PAY_CLASSES[: PAY_CLASSES.index(pay_class)]
    ledgers = [ledger for ledger in firm.ledgers if ledger.pay_class in before]
    return sum(required_of(firm, ledger, day) for ledger in ledgers)


def waiting_for_banks(firm, day):
    """What is required and cannot be paid before the banks open."""
    payable = _payable(firm, day, bank_day=True)
    return sum(bill.left for ledger, bill in payable if ledger.pay_class != "instalments")


def pay(firm, day):
    """Pay what is due today, in order, as far as cash goes."""
    bank_day = firm.calendar.is_business(day)
    held = False
    for pay_class in PAY_CLASSES:
        due = [
            (ledger, bill)
            for ledger, bill in _payable(firm, day, bank_day=bank_day)
            if ledger.pay_class == pay_class
        ]
        held = _pay_class(firm, due, held=held)
        for supplier in firm.suppliers if bank_day else ():
            if supplier.pay_class == pay_class:
                _pay_cash_order(firm, day, supplier, held=held)
    if bank_day and not unpaid_after(firm, day):
        _pay_what_may_wait(firm, day)


def _payable(firm, day, *, bank_day):
    """Ledgers and bills that are required on a day, in their order."""
    for ledger in firm.ledgers:
        if bank_day or ledger.pay_class == "instalments":
            for bill in ledger.due_by(day):
                if _required_from(firm, ledger, bill) <= day:
                    yield ledger, bill


def _required_from(firm, ledger, bill):
    """A stretched bill is required when it is so many days past due, on a business day."""
    days = firm.scenario.treasury.defer.get(ledger.pay_class, 0)
    return firm.calendar.next_business(bill.due + days) if days else bill.due


def _cash_orders(firm, *, bank_day):
    orders = (supplier.cash_order for supplier in firm.suppliers)
    return [order for order in orders if order is not None] if bank_day else []


def _pay_class(firm, due, *, held):
    """Pay a class; returns whether cash is held for a pay run from here on."""
    if any(ledger.whole for ledger, _ in due):
        whole = [pair for pair in due if pair[0].whole]
        for ledger, bill in whole:
            if bill.left > firm.cash:
                held = not firm.scenario.treasury.release
                break
            ledger.pay(bill, bill.left)
        due = [pair for pair in due if not pair[0].whole]
    if not held:
        for ledger, bill in _oldest_first(firm, due):
            ledger.pay(bill, min(bill.left, firm.cash))
    return held


def _oldest_first(firm, due):
    """In the order of due days; very old debt counts as equally old."""
    oldest = firm.today - firm.longest_age
    return sorted(due, key=lambda pair: max(pair[1].due, oldest))


def _pay_cash_order(firm, day, supplier, *, held):
    order = supplier.cash_order
    if order is not None and not held and order.price <= firm.cash:
        supplier.pay_cash_order(day)


def _pay_what_may_wait(firm, day):
    """Stretched bills, last, from cash above the floor."""
    for pay_class in PAY_CLASSES:
        ledgers = [ledger for ledger in firm.ledgers if ledger.pay_class == pay_class]
        due = [(ledger, bill) for ledger in ledgers for bill in ledger.due_by(day)]
        for ledger, bill in _oldest_first(firm, due):
            ledger.pay(bill, min(bill.left, max(firm.cash - firm.treasury.floor, 0)))
