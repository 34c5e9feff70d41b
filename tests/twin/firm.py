"""The firm: its actors on one SimPy environment, one replication, from day 0 to the end.

Everything here is written from `docs/reference/meanings.md`; no module of the library is used but
the scenario, which is what is simulated, and the draws, which are what happens.
"""

from __future__ import annotations

import simpy

from twin.ages import longest_age
from twin.bills import Hand
from twin.books import Books
from twin.calendar import Calendar
from twin.channels import open_channel
from twin.costs import Cost
from twin.customers import Customer
from twin.diary import Diary
from twin.draws import Draws
from twin.economy import Economy
from twin.lenders import make_lenders
from twin.lenders.credit_record import keep_records
from twin.money import minor
from twin.outcomes import Outcomes
from twin.payroll import Payroll
from twin.phases import day_of, moment
from twin.plan import Plan
from twin.sales import Sales
from twin.shocks import start_shocks
from twin.suppliers import Supplier
from twin.taxes import Taxes
from twin.treasury import Treasury


class Firm:
    """One replication of a scenario; `draws` makes what it draws, by default the lanes' draws."""

    def __init__(self, scenario, *, seed, replication, draws=Draws):
        self.scenario = scenario
        self.env = simpy.Environment()
        self.draws = draws(seed, replication, lambda: self.today)
        self.calendar, self.books = Calendar(scenario), Books()
        self.ledgers, self.levers = [], {}
        self.wound_up = self.env.event()
        self.longest_age = longest_age(scenario, self.calendar)
        self.plan = Plan(self)
        self._hire()
        self._open_books()

    def _hire(self):
        plan = self.scenario
        self.economy = Economy(self)
        self.sales = Sales(self)
        self.customers = _named(self, Customer, plan.customers)
        by_bill = any(customer.plan.bill is not None for customer in self.customers)
        self.bills = Hand(self) if by_bill else None
        self.suppliers = _named(self, Supplier, plan.suppliers)
        self.payroll = None if plan.payroll is None else Payroll(self, plan.payroll)
        self.costs = _named(self, Cost, plan.costs)
        self.taxes = Taxes(self)
        self.channels = {
            name: open_channel(self, place, name) for place, name in enumerate(plan.channels)
        }
        self.records = keep_records(self)
        self.lenders = make_lenders(self)
        if self.records is not None:
            self.records.start_reading()
        self.treasury = Treasury(self)
        self.shocks = start_shocks(self)
        self.diary = Diary(self)
        self.outcomes = Outcomes(self)

    def _open_books(self):
        given = self.scenario.firm
        self.books.post("cash", "equity", self.draws.money("firm.cash", given.cash))
        self.books.post("other_assets", "equity", minor(given.other_assets))
        self.books.post("equity", "other_liabilities", minor(given.other_liabilities))
        for actor in (*self.customers, *self.suppliers, *self.channels.values(), self.taxes):
            actor.open_books()
        if self.payroll is not None:
            self.payroll.open_books()
        for customer in self.customers:
            if customer.plan.bill is not None:
                self.bills.open_books(customer)

    def live(self):
        """Live until the horizon, or until wound up; returns what was noted."""
        end = self.env.timeout(moment(self.scenario.horizon, 0, 0))
        self.env.run(until=end | self.wound_up)
        return self.diary

    # -- time -----------------------------------------------------------------------------------

    @property
    def today(self):
        return day_of(self.env.now)

    def at(self, day, phase, rank):
        """Wait for a phase of a day."""
        return self.env.timeout(moment(day, phase, rank) - self.env.now)

    def every_day(self, phase, rank, act):
        """Start a process that acts in a phase of each day."""
        self.env.process(self._every_day(phase, rank, act))

    def _every_day(self, phase, rank, act):
        for day in range(self.scenario.horizon):
            yield self.at(day, phase, rank)
            act(day)

    # -- what actors ask ------------------------------------------------------------------------

    @property
    def cash(self):
        return self.books.cash

    @property
    def input_vat_account(self):
        """Input VAT is a claim under the general regime, else an expense."""
        return "vat" if self.scenario.taxes.vat == "general" else "input_vat"

    def is_austere(self):
        """Cash is below the days of planned outflow at which costs are cut."""
        return self.cash < self.scenario.treasury.austerity_days * self.plan.daily_outflow

    def headroom(self):
        return sum(channel.headroom() for channel in self.channels.values())

    def debt(self):
        return sum(channel.drawn for channel in self.channels.values() if channel.is_debt)


def _named(firm, actor, tables):
    return [actor(firm, place, name, plan) for place, (name, plan) in enumerate(tables.items())]
