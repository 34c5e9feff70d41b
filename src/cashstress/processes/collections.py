"""Collections: when customers' money comes in, if it does.

An invoice is paid on its due day or late; how late depends on the customer's effect in this
replication, the economy and the lever.  The pay day is drawn when the invoice is written, so no day
needs to look at invoices one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

import attrs
import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.kernel.money import minor, to_money
from cashstress.kernel.rings import ArrivalRing
from cashstress.kernel.streams import TABLE_CELLS
from cashstress.processes.bill_book import BillBook
from cashstress.processes.early_payment import EarlyPayments
from cashstress.processes.expected import ExpectedReceipts
from cashstress.processes.invoices import DISPUTED, NEVER, InvoiceBook
from cashstress.processes.levels import level
from cashstress.processes.reach import longest_days
from cashstress.processes.tables import NEVER_PAID, gamma_quantile, lateness_table
from cashstress.scenario.levels import most

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    import numpy.typing as npt

    from cashstress import scenario as sc
    from cashstress.kernel.arrays import Days, Flags, Level, Money
    from cashstress.processes.channels.sold import SoldInvoices
    from cashstress.processes.firm import Firm
    from cashstress.processes.invoices import Parts

__all__ = ["Customer", "Fate", "InvoiceObserver", "collections"]

#: A quantile this close to 1 would put an invoice beyond any write-off age anyway.
_TOP: Final = 1.0 - 1e-9


@attrs.frozen(eq=False)
class Fate:
    """What becomes of one invoice.

    Attributes
    ----------
    bad : bool array (lanes,) or None
        Where it is never paid; None for nowhere.
    disputed : bool array (lanes,) or None
        Where it is disputed.
    when : int64 array (lanes,)
        The day on which it is paid (before the roll to a business day), or given up.
    """

    bad: Flags | None
    disputed: Flags | None
    when: Days

    @property
    def trouble(self) -> Flags | None:
        """Where it is either; None for nowhere."""
        if self.bad is None or self.disputed is None:
            return self.disputed if self.bad is None else self.bad
        return self.bad | self.disputed


class InvoiceObserver(Protocol):
    """Sees what a customer is invoiced; it can change nothing."""

    def invoiced(
        self, customer: Customer, gross: Money, expected: Level, settled: Days, fate: Fate
    ) -> None:
        """See an invoice: when it is expected, and when it will be paid or written off."""

    def sold(self, customer: Customer, parts: Parts, gone: Flags) -> None:
        """See parts of invoices sold; those `gone` are paid to the buyer."""


class Customer:
    """One customer: its share of sales, its terms, how late it pays, and what it owes."""

    def __init__(self, firm: Firm, name: str, plan: sc.Customer) -> None:
        self._firm, self.name, self.plan = firm, name, plan
        self.share = plan.share
        key = f"customers.{name}"
        self.level = firm.levers.add(f"{name}.sales", 1.0, "factor")
        self.lateness = firm.levers.add(f"{name}.lateness", 1.0, "factor")
        terms = 0 if plan.terms is None else plan.terms
        self._usual_terms = int(most(terms))
        longest_terms = longest_days(firm.scenario, f"{name}.terms", terms)
        self.terms = firm.levers.add(
            f"{name}.terms", level(firm.world, f"{key}.terms", terms), "days", (0, longest_terms)
        )
        longest_delay = longest_days(firm.scenario, f"{name}.days_added", 0)
        self.delay = firm.levers.add(f"{name}.days_added", 0.0, "days", (0, longest_delay))
        self.expects_after = None if plan.days_to_pay is None else round(plan.days_to_pay.mean)
        opening = [(item.due - firm.scenario.start).days for item in plan.opening or ()]
        self._usual_terms = self.expects_after or self._usual_terms
        self.longest_terms = max([self.expects_after or longest_terms, *opening])
        self.table = _delay_table(plan)
        self.mean_lateness = _mean_lateness(plan)
        self._make_columns(key)

    def _make_columns(self, key: str) -> None:
        firm, plan = self._firm, self.plan
        columns, clock = firm.columns, firm.clock
        longest = self.longest_terms + plan.write_off_after + firm.longest_roll
        if plan.paid_at_once >= 1.0 and plan.opening is None:
            longest = 1  # never on credit: nothing to wait for
        self._receipts = ArrivalRing(f"{self.name}.receipts", columns, clock, days=longest)
        self._write_offs = ArrivalRing(f"{self.name}.write_offs", columns, clock, days=longest)
        window = max(firm.look_ahead - self.mean_lateness, 0)
        self.longest = longest
        self._book: InvoiceBook | None = None
        #: What a channel has bought of its invoices.
        self.sold: SoldInvoices | None = None
        #: Told of each invoice, and of what is sold of it: they may look and not touch.
        self.observers: list[InvoiceObserver] = []
        bill = plan.bill
        #: The bills it has paid with, where it pays by bill.
        self.bills = None if bill is None else BillBook(firm, self.name, plan, bill)
        self._early: EarlyPayments | None = None
        if plan.early_payment is not None:
            self._early = EarlyPayments(firm, self.name, plan.early_payment, consumer=plan.consumer)
        self._expected = ExpectedReceipts(firm, self.name, longest=self.longest_terms, sight=window)
        columns.add(f"{self.name}.effect", np.float64, 1.0)
        if plan.spread:
            shape = plan.spread**-2.0
            u = np.minimum(firm.streams.uniform(f"{key}.effect", once=True), _TOP)
            columns[f"{self.name}.effect"][...] = gamma_quantile(u, 1.0, shape)

    @property
    def owed(self) -> Money:
        """All it owes: to come, and to be written off; the subledger of receivables."""
        owed = self._receipts.total + self._write_offs.total
        if self._early is not None:
            owed += self._early.owed
        return owed if self.sold is None else owed + self.sold.beside_collections()

    def keep_book(self, wait: Callable[[], Level] | None) -> InvoiceBook:
        """Keep invoices one by one from now on, for a channel that buys them."""
        start = self._firm.scenario.start
        self._book = InvoiceBook(
            self._firm,
            self.name,
            terms=self.longest_terms,
            openings=[(item.due - start).days for item in self.plan.opening or ()],
            wait=wait,
        )
        return self._book

    def leave(self, parts: Parts, *, gone: Flags) -> None:
        """Parts of invoices are sold: they are not expected; those `gone` will not be paid here."""
        for observer in self.observers:
            observer.sold(self, parts, gone)
        self._expected.remove(parts)
        never = (parts.fate & NEVER) > 0
        for ring, some in ((self._receipts, gone & ~never), (self._write_offs, gone & never)):
            left = parts.where(some)
            ring.pile(-left.face, left.until, left.lanes)

    def invoice(self, net: Money) -> None:
        """Invoice today's sales with VAT; the share paid at once is cash today."""
        firm = self._firm
        posted = firm.books.post("receivables", "sales", net, memo="sale", party=self.name)
        if firm.sales.vat_rate:
            tax = to_money(posted * firm.sales.vat_rate)
            posted = posted + firm.books.post(
                "receivables", "vat", tax, memo="VAT on sale", party=self.name
            )
        if self.plan.paid_at_once:
            now = to_money(posted * self.plan.paid_at_once)
            firm.books.post("cash", "receivables", now, memo="paid at once", party=self.name)
            posted = posted - now
        if self.plan.paid_at_once < 1.0:
            self._on_credit(posted, firm.clock.today)

    def receive(self) -> None:
        """Take in what comes today, and write off what has been waited for long enough."""
        books, running = self._firm.books, self._firm.world.living()
        paid = self._receipts.arrivals(running)
        if paid is not None:
            if self.bills is not None:
                paid = paid - self.bills.hand_over(paid)
            books.post("cash", "receivables", paid, memo="invoices paid", party=self.name)
        lost = self._write_offs.arrivals(running)
        if lost is not None:
            books.post("bad_debts", "receivables", lost, memo="written off", party=self.name)
        if self._early is not None:
            self._early.pay()

    def open_day(self) -> None:
        """Invoices paid or due today are no longer expected: what is not in by now is late."""
        self._expected.begin_day()
        if self._book is not None:
            self._book.open_day()

    @property
    def expected(self) -> Money:
        """Open invoices that are to come in within the look-ahead, mean lateness added.

        What is paid by bill is no money yet.
        """
        ahead = self._expected.total
        return ahead if self.bills is None else self.bills.in_cash(ahead)

    def open_books(self) -> None:
        """Open with the invoices given, or with those that past sales and terms imply."""
        start = self._firm.scenario.start
        if self.plan.opening is not None:
            for index, item in enumerate(self.plan.opening):
                gross = np.full(self._firm.world.lanes, minor(item.amount))
                expected = (item.due - start).days
                self._carry(gross, expected, f".opening.{index}", given=index)
        elif self.plan.paid_at_once < 1.0:
            for first, last in self._past_invoices():
                gross = self._sold_between(first, last)
                if gross.any():
                    self._carry(gross, self._expected_on(first), f".opening.{first}", issued=first)

    def _past_invoices(self) -> list[tuple[int, int]]:
        """Days whose sales make one opening invoice: each day to come, older ones by the week.

        Of older invoices only the late ones are still open, so single days would change nothing but
        the time it takes to open the books.
        """
        week, oldest = 7, -self._usual_terms - self.plan.write_off_after
        # Money comes on the day after the invoice at the earliest.
        recent = self._opens_from - max(self._usual_terms, 1)
        weeks = [(day, day + week) for day in range(recent - week, oldest - 1, -week)]
        return weeks + [(day, day + 1) for day in range(recent, 0)]

    @property
    def _opens_from(self) -> int:
        """First day whose payments come on day 0 or later."""
        return 0 if self.plan.consumer else self._firm.opens_from

    def _sold_between(self, first: int, last: int) -> Money:
        """Gross sales on credit of days before the start, as planned."""
        sales = self._firm.sales
        credit = self.share * (1.0 - self.plan.paid_at_once) * (1.0 + sales.vat_rate)
        net = np.multiply(sales.planned_between(first, last), credit)
        return to_money(np.broadcast_to(net, self._firm.world.lanes))

    def _carry(
        self,
        gross: Money,
        expected: Level,
        suffix: str,
        *,
        issued: int | None = None,
        given: int | None = None,
    ) -> None:
        """An invoice of before the start: what of it is still open goes into the books.

        One that the scenario gives is open: if its draw says that it was paid before the start, it
        is paid on the first day.
        """
        fate = self._fate_of(expected, suffix)
        if issued is not None:
            fate = attrs.evolve(fate, when=np.maximum(fate.when, issued + 1))
            gross = np.where(fate.when >= self._opens_from, gross, 0)
            if fate.bad is not None:
                gross[fate.bad & (fate.when < 0)] = 0
        still_open = self._firm.books.post(
            "receivables", "equity", gross, memo="opening", party=self.name
        )
        fate = attrs.evolve(fate, when=np.maximum(fate.when, 0))
        self._schedule(still_open, expected, fate, opening=True)
        if self._book is not None:
            self._note(self._book, still_open, expected, fate, issued=issued, opening=given)

    def _on_credit(self, gross: Money, day: int) -> None:
        """Draw what becomes of today's invoice, and put its money on that day."""
        expected = self._expected_on(day)
        fate = self._fate_of(expected, "")
        # Receipts come before sales in a day, so money comes in on the next day at the earliest.
        np.maximum(fate.when, day + 1, out=fate.when)
        self._schedule(gross, expected, fate)
        if self._book is not None:
            self._note(self._book, gross, expected, fate, issued=day)

    def _note(
        self, book: InvoiceBook, gross: Money, expected: Level, fate: Fate, **place: int | None
    ) -> None:
        """Keep the invoice for the channel that may buy it."""
        until, what = self._settled_on(fate), np.zeros(len(gross), np.int8)
        if fate.bad is not None:
            what += fate.bad * np.int8(NEVER)
        if fate.disputed is not None:
            what += fate.disputed * np.int8(DISPUTED)
        book.note(gross, expected, until, what, **place)

    def _settled_on(self, fate: Fate) -> Days:
        """Day on which an invoice is paid, or written off."""
        paid = self._roll(fate.when)
        return paid if fate.bad is None else np.where(fate.bad, fate.when, paid)

    def _expected_on(self, day: int) -> Level:
        """Day from which on the treasury calls an invoice of `day` late."""
        return day + (self.terms.value if self.expects_after is None else self.expects_after)

    def _schedule(
        self, gross: Money, expected: Level, fate: Fate, *, opening: bool = False
    ) -> None:
        """Put an invoice's money on the day on which it comes, or is given up."""
        paid = until = self._roll(fate.when)
        early = None
        if self._early is not None and not opening:
            early, until = self._early.take(gross, fate.trouble, paid)
        self._expected.add(gross, expected, until)
        for observer in self.observers:
            observer.invoiced(self, gross, expected, self._settled_on(fate), fate)
        if early is not None:
            gross = gross - early
        if fate.bad is not None:
            lanes = np.flatnonzero(fate.bad)
            self._write_offs.scatter(gross[lanes], fate.when[lanes], lanes)
            gross = gross.copy()
            gross[lanes] = 0
        self._receipts.scatter(gross, paid)

    def _fate_of(self, due: Level, suffix: str) -> Fate:
        """What becomes of an invoice expected on `due`."""
        late, disputed = self._days_late(suffix)
        limit = self.plan.write_off_after
        if not late.size or np.maximum.reduce(late) <= limit:
            return Fate(None, disputed, due + late)
        return Fate(late > limit, disputed, due + np.minimum(late, limit))

    def _roll(self, days: Days) -> Days:
        """Business money moves on business days."""
        return days if self.plan.consumer else self._firm.bank_day(days)

    def _days_late(self, suffix: str) -> tuple[Days, Flags | None]:
        """Days after the expected day (before it: negative), per lane; and where it is disputed.

        One more than the write-off age if it is never paid.
        """
        firm, key, plan = self._firm, f"customers.{self.name}", self.plan
        once = bool(suffix)
        raw = firm.streams.table(f"{key}.lateness{suffix}", self.table, once=once)
        late, disputed = raw * self._lateness_factor(), None
        np.rint(late, out=late)
        delay = self.delay.value
        if isinstance(delay, np.ndarray) or delay:
            late = late + delay
        if plan.disputed:
            draw = firm.streams.bits16(f"{key}.dispute{suffix}", once=once)
            disputed = draw < plan.disputed * TABLE_CELLS
            late = late + plan.dispute_days * disputed
        if self.expects_after is not None:
            late -= self.expects_after  # the table counts from the invoice
        if plan.never_paid:
            late = np.where(raw == NEVER_PAID, NEVER_PAID, late)
        days: Days = np.minimum(late, plan.write_off_after + 1).astype(np.int64)
        return days, disputed

    def _lateness_factor(self) -> Level:
        factor: Level = self.lateness.value
        if self.plan.spread:
            effect = self._firm.columns[f"{self.name}.effect"]
            factor = effect if _is_one(factor) else factor * effect
        if self.plan.economy:
            factor = factor * self._firm.economy.effect(-self.plan.economy)
        return factor


def _is_one(level: Level) -> bool:
    """Whether it is the number 1, in all lanes."""
    return not isinstance(level, np.ndarray) and level == 1


def _delay_table(plan: sc.Customer) -> npt.NDArray[np.float32]:
    """Days late, or days to pay from the invoice."""
    if plan.days_to_pay is not None:
        return lateness_table(1.0, plan.days_to_pay.mean, plan.days_to_pay.shape, plan.never_paid)
    if plan.lateness is not None:
        late = plan.lateness
        return lateness_table(late.probability, late.mean_days, late.shape, plan.never_paid)
    return lateness_table(0.0, 1.0, 1.0, plan.never_paid)


def _mean_lateness(plan: sc.Customer) -> int:
    """Whole days after the due day at which the treasury expects the money."""
    late = plan.lateness
    return 0 if late is None else round(late.probability * late.mean_days)


def collections(firm: Firm, customer: Customer) -> Generator[Any, Any, None]:
    """Take in the customer's money, day by day."""
    for day in firm.days():
        yield firm.clock.at(day, Phase.RECEIPT)
        customer.receive()
        customer.open_day()
