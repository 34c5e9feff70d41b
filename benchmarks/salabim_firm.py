"""The main example's firm in salabim: the plain firm's ledgers and rules, another event engine.

A component for each life that has a rhythm of its own, as a salabim user writes it.  What does not
know of events (bills, credit, diary, plan, what happens on a day) is the plain SimPy firm's, word
for word: a salabim user has the same plain Python there.

The generators' mode (`yieldless=False`): an event cost 1.5 microseconds there, 2.3 in the yieldless
mode, which switches stacks.  Monitors of status and mode are off.  Making a component cost 140
microseconds (its signatures are inspected), so there is none for every delivery, as there is a
process in the SimPy program, but one for all that is on its way to somebody: that made the whole
three times as fast.
"""

from __future__ import annotations

import heapq
from functools import partial
from typing import TYPE_CHECKING, Any

import salabim as sim

from plain_office import Books, Treasury
from plain_plan import DELIVER, DUE, ORDER, RECEIPT, SELL, SETTLE, SHOCK
from plain_simpy import Firm
from plain_trade import Supplier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plain_credit import Credit

    Life = Iterator[None]


class Actor(sim.Component):  # type: ignore[misc] # salabim ships no types
    """A component whose own statistics nobody reads."""

    def setup(self, owner: Any) -> None:
        """Switch its monitors off."""
        self.status.monitor(value=False)
        self.mode.monitor(value=False)
        self.owner = owner


class Reviews(Actor):
    """A supplier's review days, and the day after an order lapsed."""

    def process(self) -> Life:
        """Look at the stock, and in the morning after a cash order at what became of it."""
        supplier: Supplier = self.owner
        day, every = 0, supplier.terms.review_every
        while day < supplier.firm.plan.horizon:
            yield self.hold(till=day + ORDER)
            supplier.order(day)
            if supplier.held_since is None and day >= supplier.cash_until:
                day += every - day % every
                continue
            yield self.hold(till=day + 1 + RECEIPT)
            day = day + 1 if supplier.retry else day + every - day % every


class Arrivals(Actor):
    """Goods or money on the way to somebody: one component for all of them, woken for the next."""

    def setup(self, owner: Any) -> None:
        """Nothing is on its way."""
        super().setup(owner)
        self.coming: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self.sent = 0

    def expect(self, at: float, arrive: Callable[..., None], *what: Any) -> None:
        """Call `arrive(*what)` at a time; what was sent first arrives first."""
        self.sent += 1
        heapq.heappush(self.coming, (at, self.sent, arrive, what))
        if self.ispassive() or at < self.scheduled_time():
            self.activate(at=at)

    def process(self) -> Life:
        """Sleep until the next arrival, or until something is sent."""
        while True:
            while self.coming and self.coming[0][0] <= self.env.now():
                _, _, arrive, what = heapq.heappop(self.coming)
                arrive(*what)
            if self.coming:
                yield self.hold(till=self.coming[0][0])
            else:
                yield self.passivate()


class MonthEnds(Actor):
    """The books."""

    def process(self) -> Life:
        """Close each month."""
        for day in self.owner.firm.plan.month_ends:
            yield self.hold(till=day + DUE)
            self.owner.close_month(day)


class Settling(Actor):
    """The treasury's day; its end is the end of the firm."""

    def process(self) -> Life:
        """Settle every day until the end, or until the firm is wound up."""
        for day in range(self.owner.plan.horizon):
            yield self.hold(till=day + SETTLE)
            if not self.owner.settle(day):
                break
        self.env.main().activate()


class Collecting(Actor):
    """What customers pay."""

    def process(self) -> Life:
        """Take in every day's receipts."""
        for day in range(self.owner.plan.horizon):
            yield self.hold(till=day + RECEIPT)
            self.owner.collect_on(day)


class Selling(Actor):
    """The shop floor."""

    def process(self) -> Life:
        """Make and sell on every open day."""
        for day in self.owner.plan.open_days:
            yield self.hold(till=day + SELL)
            self.owner.sell_on(day)


class DatedCosts(Actor):
    """Monthly and single costs."""

    def process(self) -> Life:
        """Owe each on its day; capital spending waits for cash."""
        for day, name, net in self.owner.plan.dated:
            yield self.hold(till=day + DUE)
            if not self.owner.spend_dated(day, name, net):
                Postponed(owner=self.owner, cost=name, net=net)


class Postponed(Actor):
    """Capital spending that waits for better times."""

    def process(self, cost: str, net: int) -> Life:
        """Look every day whether cash is back."""
        firm: SalabimFirm = self.owner
        while firm.austere():
            yield self.hold(till=firm.today() + 1 + DUE)
        firm.spend(cost, net, firm.plan.due_of(firm.today(), cost))


class Claims(Actor):
    """Irregular bills of a cost."""

    def process(self, cost: str) -> Life:
        """Exponential gaps are a Poisson number a day."""
        firm: SalabimFirm = self.owner
        terms = firm.scenario.costs[cost]
        assert terms.claims is not None
        at = firm.rng.expovariate(terms.claims.per_day)
        while at < firm.plan.horizon:
            yield self.hold(till=int(at) + ORDER)
            firm.spend_claim(int(at), cost, terms)
            at += firm.rng.expovariate(terms.claims.per_day)


class Closure(Actor):
    """A shock that closes lines."""

    def process(self, day: int, shock: Any) -> Life:
        """Wait for the day, and close them."""
        yield self.hold(till=day + SHOCK)
        self.owner.close_lines(day, shock)


class SalabimSupplier(Supplier):
    """A supplier whose goods travel as components."""

    def start_reviews(self) -> None:
        """Begin to look at the stock."""
        Reviews(owner=self)

    def ship(self, day: int, quantity: int) -> None:
        """Send goods that arrive on a day, on terms."""
        self.goods.expect(day + DELIVER, self.arrive, day, quantity)

    def ship_prepaid(self, day: int, quantity: int, net: int, *, rescue: bool) -> None:
        """Send goods that arrive on a day and have been paid for."""
        arrive = partial(self.arrive_prepaid, rescue=rescue)
        self.goods.expect(day + DELIVER, arrive, quantity, net)

    def open_balance(self) -> None:
        """Stock, goods on the way and bills as steady state leaves them."""
        self.goods = Arrivals(owner=self)
        super().open_balance()


class SalabimBooks(Books):
    """Books that a component closes."""

    def start(self) -> None:
        """Begin to keep books."""
        MonthEnds(owner=self)


class SalabimTreasury(Treasury):
    """A treasury that a component wakes."""

    def start(self) -> None:
        """Begin to settle."""
        Settling(owner=self)
        self.money = Arrivals(owner=self)

    def expect(self, arrival: int, line: Credit, amount: int) -> None:
        """Money is on its way."""
        self.money.expect(arrival + RECEIPT, self.receive, arrival, line, amount)


class SalabimFirm(Firm):
    """One replication; `diary` is what it has to say."""

    supplier_type, books_type, treasury_type = SalabimSupplier, SalabimBooks, SalabimTreasury

    def environment(self) -> Any:
        """A fresh environment that leaves the random numbers to the firm."""
        return sim.Environment(trace=False, random_seed="", yieldless=False)

    def start(self) -> None:
        """Begin the firm's own lives."""
        Collecting(owner=self)
        Selling(owner=self)
        DatedCosts(owner=self)
        shocks: Any = self.scenario.shocks
        for shock in shocks.values():
            Closure(owner=self, day=self.plan.calendar.day(shock.on), shock=shock)
        for cost, terms in self.scenario.costs.items():
            if terms.claims is not None:
                Claims(owner=self, cost=cost)

    def today(self) -> int:
        """The day."""
        return int(self.env.now())

    def live(self) -> None:
        """Run until the treasury has nothing more to do."""
        self.env.run()
