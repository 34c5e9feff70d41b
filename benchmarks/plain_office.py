"""The plain firm's staff, tax books and treasury."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from plain_credit import make_credit
from plain_diary import LINE_OF, REPAYMENTS
from plain_plan import (
    CRITICAL,
    DUE,
    INSTALMENTS,
    OTHER,
    OWNER,
    RECEIPT,
    SETTLE,
    SOCIAL,
    TAXES,
    WAGES,
    WEEK,
    Bill,
    cents,
)

if TYPE_CHECKING:
    from plain_credit import Credit
    from plain_plan import Life
    from plain_simpy import Firm
    from plain_trade import Supplier


class Staff:
    """People, their wages, and what they do when wages do not come."""

    def __init__(self, firm: Firm) -> None:
        self.firm, self.terms = firm, firm.plan.payroll
        self.people = self.terms.staff
        self.needed = self.terms.staff_needed or self.terms.staff
        self.idle_since: int | None = None
        self.stopped = self.counted_to = 0
        before = firm.plan.last_month
        gross = self.gross(1 + firm.plan.bonus(before))
        if firm.plan.pay_day(before) >= 0:
            self.owe_wages(before, gross)
        if firm.plan.social_day(before) >= 0:
            self.owe_social(before, gross)

    def gross(self, months: float) -> int:
        """Gross pay of some months."""
        return round(self.people * cents(self.terms.wage) * months)

    def capacity(self) -> float:
        """Output the staff can make, at most all of it."""
        return min(1.0, self.people / self.needed)

    def note_output(self, day: int, sold: int) -> None:
        """Keep count of open days in a row without output."""
        if sold > 0:
            self.stopped += self.days_stopped(day)
            self.idle_since = None
        elif self.idle_since is None:
            self.idle_since = day

    def days_stopped(self, day: int) -> int:
        """Days of this month, up to a day, on which pay is that of a stoppage."""
        if self.terms.stoppage is None or self.idle_since is None:
            return 0
        return max(0, day - max(self.idle_since + self.terms.stoppage.after_days, self.counted_to))

    def earn(self, day: int) -> None:
        """At a month's end its wages are earned and known."""
        gross = self.gross(1 - self.stoppage_cut(day) + self.firm.plan.bonus(day))
        self.firm.profit -= gross + round(gross * self.terms.employer)
        self.owe_wages(day, gross)
        self.owe_social(day, gross)

    def stoppage_cut(self, day: int) -> float:
        """Share of a month's pay lost to a stoppage."""
        stoppage = self.terms.stoppage
        stopped = self.stopped + self.days_stopped(day + 1)
        self.stopped, self.counted_to = 0, day + 1
        if stoppage is None or not stopped:
            return 0.0
        kept = stoppage.share * cents(stoppage.minimum_wage) / cents(self.terms.wage)
        return stopped / self.firm.plan.calendar.date(day).day * (1 - min(1.0, kept))

    def owe_wages(self, month_end: int, gross: int) -> None:
        """The pay run of a month."""
        net = gross - round(gross * self.terms.withheld)
        self.firm.owe(Bill(self.firm.plan.pay_day(month_end), net, WAGES))

    def owe_social(self, month_end: int, gross: int) -> None:
        """What is withheld, and the employer's part."""
        due = self.firm.plan.social_day(month_end)
        amount = round(gross * self.terms.withheld) + round(gross * self.terms.employer)
        self.firm.owe(Bill(due, amount, SOCIAL))

    def judge(self, day: int, runs: list[Bill]) -> None:
        """Runs unpaid after the grace are missed; with each full week of the oldest some leave."""
        missed = [run for run in runs if day - run.due >= self.terms.grace]
        if not missed:
            return
        new = [run.left for run in missed if day - run.due == self.terms.grace]
        self.firm.diary.wages_paid_late += sum(new)
        self.firm.diary.see("missed_payroll", day, new=len(new))
        weeks, days = divmod(day - min(map(_due, missed)) - self.terms.grace, WEEK)
        if weeks and not days:
            self.people *= 1 - self.terms.leave_per_week


class Books:
    """Month ends: wages earned, VAT, income tax, late charges."""

    def __init__(self, firm: Firm) -> None:
        self.firm, self.taxes = firm, firm.scenario.taxes
        self.taxed = 0
        self.late_charge = 0.0
        self.start()

    def start(self) -> None:
        """Begin to keep books."""
        self.firm.env.process(self.close_months())

    def close_months(self) -> Life:
        """Close the books of each month on its last day."""
        for day in self.firm.plan.month_ends:
            yield self.firm.until(day, DUE)
            self.close_month(day)

    def close_month(self, day: int) -> None:
        """Wages are earned, taxes filed, late charges billed."""
        self.firm.staff.earn(day)
        due = self.firm.plan.next_on(self.taxes.day, day, "next")
        if self.taxes.vat == "general" or day in self.firm.plan.quarter_ends:
            self.file_vat(due)
        if day in self.firm.plan.quarter_ends:
            self.file_income_tax(day, due)
        late = round(self.late_charge)
        self.owe(day, late)
        self.firm.profit -= late
        self.late_charge = 0.0
        self.firm.treasury.close_month(day)

    def owe(self, due: int, amount: int) -> None:
        """A tax to pay."""
        if amount > 0:
            self.firm.owe(Bill(self.firm.plan.business(due), amount, TAXES))

    def file_vat(self, due: int) -> None:
        """Output less input; an excess is carried forward."""
        if self.firm.vat > 0:
            surcharge = round(self.firm.vat * self.taxes.surcharge)
            self.owe(due, self.firm.vat + surcharge)
            self.firm.profit -= surcharge
            self.firm.vat = 0

    def file_income_tax(self, day: int, due: int) -> None:
        """On the year's profit so far, less what it was taxed before."""
        tax = round(self.taxes.income_tax * max(self.firm.profit, 0.0))
        if tax > self.taxed:
            self.owe(due, tax - self.taxed)
            self.taxed = tax
        if self.firm.plan.calendar.date(day).month == 12:
            self.firm.profit, self.taxed = 0.0, 0

    def charge_late(self, bills: list[Bill]) -> None:
        """Taxes due and unpaid cost a little every day."""
        self.late_charge += sum(bill.left for bill in bills) * self.taxes.late_per_day


class Treasury:
    """Once a day: borrow, pay in order, prepay, and see what is left unpaid."""

    def __init__(self, firm: Firm) -> None:
        self.firm, self.policy, self.plan = firm, firm.scenario.treasury, firm.plan
        self.lines = {
            name: make_credit(self.plan, name, terms)
            for name, terms in firm.scenario.channels.items()
        }
        order = self.policy.draw_order or tuple(self.lines)
        prepaying = self.policy.prepay_order or tuple(reversed(order))
        self.draw_order = [self.lines[name] for name in order]
        self.prepay_order = [self.lines[name] for name in prepaying]
        self.floor = self.buffer(self.policy.floor)
        ceiling = self.policy.ceiling
        self.ceiling = None if ceiling is None else self.buffer(ceiling)
        self.cash_orders: list[tuple[Supplier, int, int]] = []
        self.penalty = dict.fromkeys(self.lines, 0.0)
        self.credit_customers = [each for each in firm.customers if each.at_once < 1]
        self.start()

    def start(self) -> None:
        """Begin to settle; the firm lives as long as this does."""
        self.life = self.firm.env.process(self.live())

    def buffer(self, buffer: object) -> int:
        """An amount, or days of planned outflow."""
        days, amount = getattr(buffer, "days", None), getattr(buffer, "amount", None)
        return cents(amount) if days is None else round(days * self.plan.daily_outflow)

    def live(self) -> Life:
        """Settle every day until the end, or until the firm is wound up."""
        for day in range(self.plan.horizon):
            yield self.firm.until(day, SETTLE)
            if not self.settle(day):
                return

    def settle(self, day: int) -> bool:
        """Close a day; return whether the firm lives on."""
        self.open_bills(day)
        bank_open = self.plan.is_business[day]
        self.borrow(day, bank_open=bank_open)
        self.pay(bank_open=bank_open)
        self.cash_orders.clear()
        if self.ceiling is not None and not any(self.firm.unpaid):
            self.prepay(day, bank_open=bank_open)
        self.judge(day)
        over = self.is_over(day)
        self.firm.diary.close_day(day, alive=not over)
        if not over:
            self.judge_suppliers(day)
        return not over

    def open_bills(self, day: int) -> None:
        """What falls due today is owed."""
        for line in self.lines.values():
            if line.planned[day]:
                principal, interest = line.fall_due(day)
                self.owe_interest(day, line, interest)
                self.owe_line(day, line, principal, principal=True)
            if day in line.interest_days:
                # Lenders debit on any day; the owner is paid through the bank.
                due = self.plan.business(day) if line.rank == OWNER else day
                self.owe_interest(due, line, line.bill_interest(day))
        for bill in self.firm.falling_due.pop(day, ()):
            self.firm.unpaid[bill.rank].append(bill)

    def owe_interest(self, due: int, line: Credit, interest: int) -> None:
        """Owe a lender interest, an expense."""
        self.charge(interest)
        self.owe_line(due, line, interest, principal=False)

    def charge(self, amount: int) -> None:
        """Interest and fees are an expense, and the cost of funding."""
        self.firm.profit -= amount
        self.firm.diary.cost_of_funding += amount

    def owe_line(self, due: int, line: Credit, amount: int, *, principal: bool) -> None:
        """Owe a lender; of one instalment the interest is paid before the principal."""
        if amount > 0:
            place = 2 * line.place + principal
            self.firm.owe(Bill(due, amount, line.rank, place, line, principal=principal))

    def close_month(self, day: int) -> None:
        """Penalties are billed."""
        for name, line in self.lines.items():
            self.owe_interest(day, line, round(self.penalty[name]))
            self.penalty[name] = 0.0

    # -- borrowing ------------------------------------------------------------------------------

    def required(self, *, bank_open: bool) -> int:
        """What is owed and can be paid today, and today's cash orders."""
        if not bank_open:
            return sum(bill.left for bill in self.firm.unpaid[INSTALMENTS])
        return self.owed() + sum(amount for _, _, amount in self.cash_orders)

    def owed(self) -> int:
        """All that is due or overdue."""
        return sum(bill.left for queue in self.firm.unpaid if queue for bill in queue)

    def look_ahead(self, day: int) -> float:
        """Outflows known for the days ahead, less receipts counted on and money on its way."""
        first, last = day + 1, day + 1 + self.policy.look_ahead
        known: float = sum(self.firm.outflow[first:last])
        if self.plan.coming_pay[day]:
            known += self.firm.staff.gross(self.plan.coming_pay[day])
        for line in self.draw_order:
            known += line.ahead(day, last - 1)
        receipts = 0
        for customer in self.credit_customers:
            receipts += sum(customer.expected[first : first + customer.sight])
        return known - self.policy.receipt_haircut * receipts

    def borrow(self, day: int, *, bank_open: bool) -> None:
        """Draw up to the floor, asking early where money takes days."""
        required = self.required(bank_open=bank_open)
        gap = float(self.floor + required - self.firm.cash)
        waiting = 0 if bank_open else self.owed() - required
        ahead = gap + waiting + self.look_ahead(day) - self.on_its_way()
        for line in self.draw_order:
            at_once = line.at_once(bank_open=bank_open)
            wanted = gap if at_once else max(gap - self.on_its_way(), ahead)
            granted = self.ask(day, line, wanted)
            if at_once:
                self.arrive(day, line, granted)
                gap -= granted
                ahead -= line.headroom(day)
            elif granted:
                line.pending += granted
                self.expect(self.arrival(day, line), line, granted)
            ahead -= granted

    def on_its_way(self) -> int:
        """Approved drawings that have not arrived."""
        return sum(line.pending for line in self.draw_order)

    def ask(self, day: int, line: Credit, wanted: float) -> int:
        """Ask for an amount; return what is granted."""
        headroom = line.headroom(day) if wanted > 0 else 0
        if not headroom:
            return 0
        if line.approval < 1 and self.firm.rng.random() >= line.approval:
            return 0
        return min(max(math.ceil(wanted), line.least), headroom)

    def arrival(self, day: int, line: Credit) -> int:
        """Approved money comes after the lender's delay, on a business day."""
        arrival: int = day + line.terms.delay_days
        return self.plan.business(arrival) if line.terms.business_days else arrival

    def expect(self, arrival: int, line: Credit, amount: int) -> None:
        """Money is on its way."""
        self.firm.env.process(self.wait_for_money(arrival, line, amount))

    def wait_for_money(self, arrival: int, line: Credit, amount: int) -> Life:
        """Approved money comes on a day."""
        yield self.firm.until(arrival, RECEIPT)
        self.receive(arrival, line, amount)

    def receive(self, day: int, line: Credit, amount: int) -> None:
        """Money that was on its way is here."""
        line.pending -= amount
        self.arrive(day, line, amount)

    def arrive(self, day: int, line: Credit, amount: int) -> None:
        """Money from a line is cash now, less its fee."""
        if amount:
            line.draw(day, amount)
            self.firm.take_in("drawings", amount)
            fee = round(amount * float(line.terms.drawing_fee))
            if fee:
                self.firm.pay_out("pay:interest_and_fees", fee)
                self.charge(fee)

    # -- paying ---------------------------------------------------------------------------------

    def pay(self, *, bank_open: bool) -> None:
        """Pay class by class; cash that wages wait for is not spent on lower classes."""
        for rank, queue in enumerate(self.firm.unpaid):
            if rank > INSTALMENTS and not bank_open:
                return
            if queue:
                self.pay_class(queue, whole=rank == WAGES)
            if rank == WAGES and queue and not self.policy.release:
                return
            if rank in {CRITICAL, OTHER} and self.cash_orders:
                self.pay_cash_orders(rank)

    def pay_class(self, queue: list[Bill], *, whole: bool) -> None:
        """Oldest first, in part where that is allowed."""
        queue.sort(key=_due_and_place)
        while queue and self.firm.cash > 0:
            bill = queue[0]
            if whole and bill.left > self.firm.cash:
                return
            paid = min(bill.left, self.firm.cash)
            self.firm.pay_out(REPAYMENTS if bill.principal else LINE_OF[bill.rank], paid)
            bill.left -= paid
            if bill.principal:
                self.lines[bill.payee.name].drawn -= paid  # type: ignore[attr-defined]
            if not bill.left:
                del queue[0]

    def pay_cash_orders(self, rank: int) -> None:
        """Prepay orders in full, after the bills of their class."""
        for supplier, quantity, amount in self.cash_orders:
            if supplier.rank == rank and amount <= self.firm.cash:
                self.firm.pay_out(LINE_OF[rank], amount)
                supplier.paid_in_cash(self.firm.today(), quantity)

    def prepay(self, day: int, *, bank_open: bool) -> None:
        """Cash above the ceiling repays lines early, banks on business days."""
        assert self.ceiling is not None
        for line in self.prepay_order:
            spare = self.firm.cash - self.ceiling
            if spare <= 0:
                return
            moves = bank_open or not line.terms.business_days
            if line.terms.prepayable and line.drawn and moves:
                principal, interest = line.prepay(day, spare)
                self.firm.pay_out(REPAYMENTS, principal)
                self.firm.pay_out("pay:interest_and_fees", interest)
                self.charge(interest)
                if line.drawn:  # what rounding leaves repays no other line
                    return

    # -- the end of the day ---------------------------------------------------------------------

    def judge(self, day: int) -> None:
        """Arrears, missed wages and late taxes."""
        unpaid = self.firm.unpaid
        for line in self.lines.values():
            if unpaid[line.rank] or line.closed:
                self.judge_line(day, line)
        if unpaid[WAGES]:
            self.firm.staff.judge(day, unpaid[WAGES])
        if unpaid[TAXES]:
            self.firm.books.charge_late(unpaid[TAXES])

    def judge_line(self, day: int, line: Credit) -> None:
        """Close a line in arrears, reopen it when nothing is owed; count penalties."""
        mine = [bill for bill in self.firm.unpaid[line.rank] if bill.payee is line]
        if not mine:
            line.lift_arrears(day)
            return
        overdue = sum(bill.left for bill in mine if bill.principal)
        self.penalty[line.name] += overdue * line.rate * line.terms.penalty
        if day - min(map(_due, mine)) >= line.terms.close_after_arrears:
            line.close("arrears")

    def is_over(self, day: int) -> bool:
        """Wound up on default, or when wages stay unpaid too long."""
        late = day - self.firm.scenario.outcomes.default_days
        defaulted = [bill.payee for bill in self.firm.unpaid[INSTALMENTS] if bill.due <= late]
        if defaulted:
            self.firm.diary.see("default", day)
        for name, line in self.lines.items():
            if line in defaulted:
                self.firm.diary.balance_at_default[name] = line.drawn
        oldest = min(map(_due, self.firm.unpaid[WAGES]), default=day)
        return bool(defaulted) or day - oldest >= self.policy.wind_up_after

    def judge_suppliers(self, day: int) -> None:
        """Suppliers look at their ledgers tomorrow morning, before anything else is paid."""
        unpaid = self.firm.unpaid
        for supplier in self.firm.suppliers:
            if unpaid[supplier.rank] or supplier.held_since is not None:
                bills = (bill.due for bill in unpaid[supplier.rank] if bill.payee is supplier)
                supplier.judge(day, min(bills, default=None))


def _due(bill: Bill) -> int:
    return bill.due


def _due_and_place(bill: Bill) -> tuple[int, int]:
    return bill.due, bill.place
