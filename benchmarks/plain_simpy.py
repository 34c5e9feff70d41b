"""The main example's firm in plain SimPy: one replication at a time, scalars, ordinary draws.

This is the yardstick of the speed benchmark, and a second opinion on the answer: it is written from
the documented meanings, shares no code with the library's processes, makes its own draws and notes
down the same figures (see `plain_diary`). Its processes sleep until something can happen, keep what
falls due in lists by day, and work interest out when it is asked for.

It covers what the main example uses, and no more: `run` refuses nothing, so give it only firms
without disputes, discounts, deferred classes, covenants, commitment fees, expiries, notice, partial
pay, given opening items, VAT owed at the start and uncertain levels, with VAT of the general kind,
equal instalments that early repayment scales down, and platform closures for shocks.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import simpy

from cashstress.scenario import MeanDays
from plain_diary import Diary
from plain_office import Books, Staff, Treasury
from plain_plan import DUE, NEVER, ORDER, PAST, RECEIPT, SELL, SHOCK, Bill, Plan, cents
from plain_trade import Customer, Supplier

if TYPE_CHECKING:
    from random import Random

    from plain_plan import Life


class Firm:
    """One replication; `diary` is what it has to say."""

    supplier_type, books_type, treasury_type = Supplier, Books, Treasury

    def __init__(self, plan: Plan, rng: Random) -> None:
        self.plan, self.scenario, self.rng = plan, plan.scenario, rng
        self.env = self.environment()
        self.cash = plan.opening_cash(rng.random())
        self.diary = Diary(self)
        self.falling_due: defaultdict[int, list[Bill]] = defaultdict(list)
        self.outflow = plan.contracted.copy()
        self.unpaid: list[list[Bill]] = [[] for _ in range(9)]
        self.vat = cents(self.scenario.taxes.opening_vat)
        self.profit = 0.0
        self.factor = rng.gauss(0, 1)
        self.receivables = 0
        self.receipts: defaultdict[int, list[tuple[Customer, int, int]]] = defaultdict(list)
        self.write_offs: defaultdict[int, int] = defaultdict(int)
        self.customers = [Customer(self, *item) for item in self.scenario.customers.items()]
        suppliers = enumerate(self.scenario.suppliers.items())
        self.suppliers = [self.supplier_type(self, place, *item) for place, item in suppliers]
        self.critical = [supplier for supplier in self.suppliers if supplier.critical]
        self.short_on = self.last_sold = -1
        self.staff = Staff(self)
        self.books = self.books_type(self)
        self.treasury = self.treasury_type(self)
        self.start()

    def environment(self) -> Any:
        """The engine that runs the firm's processes."""
        return simpy.Environment()

    def start(self) -> None:
        """Begin the firm's own processes."""
        self.env.process(self.collect())
        self.env.process(self.sell())
        self.env.process(self.pay_dated_costs())
        for shock in self.scenario.shocks.values():
            self.env.process(self.closure(shock))
        for name, cost in self.scenario.costs.items():
            if cost.claims is not None:
                self.env.process(self.claim(name))

    def until(self, day: int, part: float) -> simpy.Event:
        """Wait for a part of a day."""
        event: simpy.Event = self.env.timeout(day + part - self.env.now)
        return event

    def today(self) -> int:
        """The day."""
        return int(self.env.now)

    def run(self) -> Diary:
        """Live to the horizon, or until wound up; return what was noted."""
        self.live()
        self.diary.net_assets = self.net_assets()
        return self.diary

    def live(self) -> None:
        """Run until the treasury has nothing more to do."""
        self.env.run(until=self.treasury.life)

    def take_in(self, line: str, amount: int) -> None:
        """Cash comes in, on a line of the weekly table."""
        self.cash += amount
        self.diary.flows[line] += amount

    def pay_out(self, line: str, amount: int) -> None:
        """Cash goes out, on a line of the weekly table."""
        self.cash -= amount
        self.diary.flows[line] += amount

    def net_assets(self) -> int:
        """Assets less liabilities."""
        stock: int = sum(supplier.stock + supplier.prepaid for supplier in self.suppliers)
        assets = self.cash + self.receivables + stock + cents(self.scenario.firm.other_assets)
        bills = [*self.falling_due.values(), *self.unpaid]
        owed = sum(bill.left for queue in bills for bill in queue if not bill.principal)
        loans = sum(line.drawn for line in self.treasury.lines.values())
        other = cents(self.scenario.firm.other_liabilities)
        return assets - owed - loans - self.vat - other

    def owe(self, bill: Bill) -> None:
        """Enter a bill; it is opened on its due day."""
        self.falling_due[bill.due].append(bill)
        self.outflow[bill.due] += bill.left

    def collect(self) -> Life:
        """Customers' money comes in, and what they never pay is given up."""
        for day in range(self.plan.horizon):
            yield self.until(day, RECEIPT)
            self.collect_on(day)

    def collect_on(self, day: int) -> None:
        """A day's receipts and write-offs."""
        for customer, due, gross in self.receipts.pop(day, ()):
            self.take_in("receipts", gross)
            self.receivables -= gross
            customer.expected[due] -= gross
        lost = self.write_offs.pop(day, 0)
        self.receivables -= lost
        self.profit -= lost

    # -- sales ----------------------------------------------------------------------------------

    def sell(self) -> Life:
        """Make and sell on every open day."""
        for day in self.plan.open_days:
            yield self.until(day, SELL)
            self.sell_on(day)

    def sell_on(self, day: int) -> None:
        """What is asked for, in today's economy."""
        sales = self.scenario.sales
        kept = self.plan.economy_kept ** (day - self.last_sold)
        self.factor = kept * self.factor + math.sqrt(1 - kept * kept) * self.rng.gauss(0, 1)
        self.last_sold = day
        noise = self.rng.gauss(-0.5 * sales.volatility**2, sales.volatility)
        asked = self.plan.demand[PAST + day] * math.exp(noise + sales.economy * self.factor)
        self.deliver_goods(day, asked, self.output_share(day, asked))

    def output_share(self, day: int, asked: float) -> float:
        """What staff and critical material allow, as a share of what is asked for."""
        material = 1.0
        for supplier in self.critical:
            # What is used is rounded: half a cent does not lack.
            if supplier.stock < asked * supplier.share - 0.5:
                material = min(material, supplier.stock / (asked * supplier.share))
        if material < self.scenario.outcomes.min_output:
            self.short_on = day
        return min(material, self.staff.capacity())

    def deliver_goods(self, day: int, asked: float, share: float) -> None:
        """Invoice customers, use material, owe costs that come with sales."""
        sold = 0
        for customer in self.customers:
            wanted = asked * customer.share
            net = customer.buy(day, round(wanted * share))
            self.diary.sales_lost += round(wanted) - net
            sold += net
        for supplier in self.suppliers:
            used = min(supplier.stock, round(sold * supplier.share))
            supplier.stock -= used
            self.profit -= used
        self.profit += sold
        self.staff.note_output(day, sold)
        for name, part, terms in self.plan.sales_costs:
            self.spend(name, round(sold * part), self.plan.business(day + terms))

    # -- costs ----------------------------------------------------------------------------------

    def spend(self, name: str, net: int, due: int) -> None:
        """Owe a cost and the VAT on it."""
        rate, rank, place = self.plan.cost_terms[name]
        vat = round(net * rate)
        self.profit -= net
        if self.plan.claims_vat:
            self.vat -= vat
        else:
            self.profit -= vat
        self.owe(Bill(due, net + vat, rank, place))

    def pay_dated_costs(self) -> Life:
        """Monthly and single costs; the treasury already counts on them."""
        for day, name, net in self.plan.dated:
            yield self.until(day, DUE)
            if not self.spend_dated(day, name, net):
                self.env.process(self.wait_for_better_times(name, net))

    def spend_dated(self, day: int, name: str, net: int) -> bool:
        """Owe a monthly or single cost; return False where it waits for better times."""
        due = self.plan.due_of(day, name)
        self.outflow[due] -= net
        cost = self.scenario.costs[name]
        austere = self.austere()
        if cost.pay_class == "capital" and austere:
            return False
        cut = self.scenario.treasury.austerity_cut if austere else 0.0
        kept = 1 - cut if cost.pay_class == "discretionary" else 1
        self.spend(name, round(net * kept), due)
        return True

    def austere(self) -> bool:
        """Whether cash is below the days of outflow at which costs are cut."""
        return self.cash < self.scenario.treasury.austerity_days * self.plan.daily_outflow

    def wait_for_better_times(self, name: str, net: int) -> Life:
        """Capital spending waits until cash is back."""
        while self.austere():
            yield self.until(self.today() + 1, DUE)
        self.spend(name, net, self.plan.due_of(self.today(), name))

    def claim(self, name: str) -> Life:
        """Irregular bills: exponential gaps are a Poisson number a day."""
        cost = self.scenario.costs[name]
        assert cost.claims is not None
        at = self.rng.expovariate(cost.claims.per_day)
        while at < self.plan.horizon:
            yield self.until(int(at), ORDER)
            self.spend_claim(int(at), name, cost)
            at += self.rng.expovariate(cost.claims.per_day)

    def spend_claim(self, day: int, name: str, cost: Any) -> None:
        """Owe an irregular bill."""
        self.spend(name, cents(cost.claims.amount), self.plan.business(day + cost.terms))

    # -- shocks ---------------------------------------------------------------------------------

    def closure(self, shock: Any) -> Life:
        """Close lines on a day, for a while or for good."""
        day = self.plan.calendar.day(shock.on)
        yield self.until(day, SHOCK)
        self.close_lines(day, shock)

    def close_lines(self, day: int, shock: Any) -> None:
        """The lines of a shock are closed from today on."""
        lasts = NEVER if shock.lasts is None else shock.lasts
        if isinstance(lasts, MeanDays):
            lasts = max(1, math.ceil(self.rng.expovariate(1 / lasts.mean_days)))
        for name in shock.channels:
            self.treasury.lines[name].close(shock.cause, day + lasts)
