"""Customers: they buy, and pay when they pay."""

from __future__ import annotations

from cashstress.scenario.levels import most
from twin.levers import Lever
from twin.money import cents, minor
from twin.phases import RANK, RECEIPT

NEVER = 10**9


class Invoice:
    """What a customer owes for a day, when it is due, and what becomes of it.

    `day` is that of the invoice, None for one that was given. `pays` is the day on which the money
    comes, or, where it never does, the day on which it is written off.
    """

    def __init__(self, day, gross, due, pays, *, bad, disputed):
        self.day, self.left, self.due, self.pays = day, gross, due, pays
        self.bad, self.disputed = bad, disputed
        self.discount, self.is_early = 0, False
        #: The day on which an anchor has confirmed it; and whether a lender holds it.
        self.confirmed, self.is_sold = -NEVER, False


class Customer:
    def __init__(self, firm, place, name, plan):
        self._firm, self.place, self.name, self.plan = firm, place, name, plan
        draws, levers = firm.draws, firm.levers
        terms = 0 if plan.terms is None else plan.terms
        self.sales = levers[f"{name}.sales"] = Lever(1.0)
        self.lateness = levers[f"{name}.lateness"] = Lever(1.0)
        self.days_added = levers[f"{name}.days_added"] = Lever(0, whole=True, high=365)
        base = draws.level(f"customers.{name}.terms", terms)
        self.terms = levers[f"{name}.terms"] = Lever(base, whole=True, high=365)
        self._effect = draws.customer_effect(name, plan.spread) if plan.spread else 1.0
        self._longest_terms = int(most(terms))
        late = plan.lateness
        self._mean_late = round(late.probability * late.mean_days) if late is not None else 0
        self.invoices = []
        self._confirmation = None
        firm.every_day(RECEIPT, RANK["customers"] + place, self.pay)

    # -- invoices -------------------------------------------------------------------------------

    def buy(self, day, net):
        """Invoice a day's sales with VAT; what is paid at once is cash at once."""
        books = self._firm.books
        vat = cents(net * self._firm.plan.output_vat)
        gross = net + vat
        books.post("receivables", "sales", net)
        books.post("receivables", "vat", vat)
        at_once = cents(gross * self.plan.paid_at_once)
        books.post("cash", "receivables", at_once)
        if gross > at_once:
            invoice = self._invoice(day, gross - at_once, self._due(day), None)
            self._roll(invoice)
            self._offer(invoice)
            self.invoices.append(invoice)

    def _due(self, day):
        """Without terms, the mean days to pay."""
        to_pay = self.plan.days_to_pay
        return day + (self.terms.value if to_pay is None else round(to_pay.mean))

    def _invoice(self, day, gross, due, opening):
        """Draw what becomes of an invoice."""
        late, disputed = self._days_late(opening)
        longest = self.plan.write_off_after
        if late is not None and self.plan.days_to_pay is not None:
            late -= round(self.plan.days_to_pay.mean)
        bad = late is None or late > longest
        pays = due + (longest if bad else late)
        if day is not None:
            # Receipts come before sales in a day.
            pays = max(pays, day + 1)
        invoice = Invoice(day, gross, due, pays, bad=bad, disputed=disputed)
        self._confirm(invoice)
        return invoice

    # -- invoices that are sold -----------------------------------------------------------------

    def confirm(self, days):
        """As an anchor, confirm so many days after the invoice day."""
        self._confirmation = days

    def _confirm(self, invoice):
        """What is disputed is never confirmed; what was given is."""
        if self._confirmation is None:
            return
        if invoice.disputed:
            invoice.confirmed = NEVER
        elif invoice.day is not None:
            invoice.confirmed = invoice.day + self._confirmation.value

    def part_with(self, invoice, face):
        """Take a part of an invoice out of collections; returns the part."""
        part = Invoice(
            invoice.day, face, invoice.due, invoice.pays, bad=invoice.bad, disputed=invoice.disputed
        )
        part.is_sold = True
        invoice.left -= face
        if not invoice.left:
            self.invoices.remove(invoice)
        return part

    # -- what becomes of an invoice -------------------------------------------------------------

    def _days_late(self, opening):
        """Days after the due day (with days to pay: after the invoice); None for never."""
        draws, plan = self._firm.draws, self.plan
        disputed = draws.is_disputed(self.name, plan, opening)
        days = draws.lateness(self.name, plan, opening)
        if days is None:
            return None, disputed
        factor = self.lateness.value * self._effect * self._firm.economy.effect(-plan.economy)
        late = round(days * factor) + self.days_added.value
        return late + (plan.dispute_days if disputed else 0), disputed

    def _roll(self, invoice):
        """Business money moves on business days; a write-off on its day."""
        if not self.plan.consumer and not invoice.bad:
            invoice.pays = self._firm.calendar.next_business(invoice.pays)

    def _offer(self, invoice):
        """Offer the early-payment discount, which some take."""
        offer = self.plan.early_payment
        if offer is None or not self._firm.draws.takes_early_payment(self.name, self.plan):
            return
        early = max(invoice.day + offer.days, invoice.day + 1)
        if not self.plan.consumer:
            early = self._firm.calendar.next_business(early)
        if not invoice.bad and not invoice.disputed and early < invoice.pays:
            invoice.pays, invoice.is_early = early, True
            invoice.discount = cents(invoice.left * offer.discount)

    # -- money ----------------------------------------------------------------------------------

    def pay(self, day):
        """Money comes in, and what is never paid is written off."""
        books, by_bill = self._firm.books, 0
        for invoice in [each for each in self.invoices if each.pays <= day]:
            self.invoices.remove(invoice)
            if invoice.bad:
                books.post("bad_debts", "receivables", invoice.left)
            elif self.plan.paid_by_bill and not invoice.is_early:
                by_bill += invoice.left
            else:
                books.post("customer_discounts", "receivables", invoice.discount)
                books.post("cash", "receivables", invoice.left - invoice.discount)
        if by_bill:
            face = cents(by_bill * self.plan.paid_by_bill)
            self._firm.bills.take(self, face, day)
            books.post("cash", "receivables", by_bill - face)

    def expected(self, day):
        """Invoices due within the look-ahead less the mean lateness, and not past their due day."""
        last = day + self._firm.scenario.treasury.look_ahead - self._mean_late
        in_sight = [each for each in self.invoices if day < each.due <= last and not each.is_sold]
        total = sum(invoice.left for invoice in in_sight)
        share = self.plan.paid_by_bill
        return cents(total * (1 - share)) if share else total

    # -- the opening position -------------------------------------------------------------------

    def open_books(self):
        if self.plan.opening is not None:
            for number, item in enumerate(self.plan.opening):
                due = self._firm.calendar.day(item.due)
                invoice = self._invoice(None, minor(item.amount), due, number)
                # What is given is open: it comes on the first day, if not later.
                invoice.pays = max(invoice.pays, 0)
                self._carry(invoice)
        elif self.plan.paid_at_once < 1:
            for first, days in self._past():
                gross = self._past_sales(first, first + days)
                self._carry(self._invoice(first, gross, self._due(first), first))

    def _past(self):
        """First day and number of days of each invoice: one a day while not due, one a week before.

        Where banks were closed just before the start, what was due on those days is still to come.
        """
        to_pay = self.plan.days_to_pay
        terms = self._longest_terms if to_pay is None else round(to_pay.mean)
        closed = 0
        if not self.plan.consumer:
            closed = -1 - self._firm.calendar.previous_business(-1)
        recent = -max(terms, 1) - closed
        yield from ((day, 1) for day in range(recent, 0))
        oldest = -terms - self.plan.write_off_after
        yield from ((day, 7) for day in range(recent - 7, oldest - 1, -7))

    def _past_sales(self, first, last):
        credit = self.plan.share * (1 - self.plan.paid_at_once)
        net = self._firm.plan.sales_between(first, last)
        return cents(net * credit * (1 + self._firm.plan.output_vat))

    def _carry(self, invoice):
        """Those whose pay day is day 0 or later are open."""
        self._roll(invoice)
        if invoice.pays >= 0 and invoice.left:
            self._firm.books.post("receivables", "equity", invoice.left)
            self.invoices.append(invoice)
