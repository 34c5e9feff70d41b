"""Books against one dict of accounts per lane, with lanes resampled, ended, saved and resumed."""

from __future__ import annotations

import pickle

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cashstress.kernel.world import World

MOST_LANES = 5
HORIZON = 10**6
KINDS = {
    "cash": "asset",
    "stock": "asset",
    "loan": "liability",
    "equity": "equity",
    "sales": "income",
    "wages": "expense",
}
accounts = st.sampled_from(list(KINDS))
amounts = st.integers(0, 10**6) | st.sampled_from([0, 1, 10**12])


class Scalar:
    """One lane's books, as anybody would write them."""

    def __init__(self):
        self.running = True
        self.balance = dict.fromkeys(KINDS, 0)
        self.inflow = dict.fromkeys(KINDS, 0)
        self.outflow = dict.fromkeys(KINDS, 0)

    def copy(self):
        other = Scalar()
        other.running = self.running
        other.balance, other.inflow = dict(self.balance), dict(self.inflow)
        other.outflow = dict(self.outflow)
        return other

    def post(self, debit, credit, amount, *, watched):
        """What really moves: nothing once the firm is wound up."""
        if not self.running:
            return 0
        self.balance[debit] += amount
        self.balance[credit] -= amount
        if watched and debit == "cash":
            self.inflow[credit] += amount
        elif watched and credit == "cash":
            self.outflow[debit] += amount
        return amount

    def total(self, *kinds):
        return sum(self.balance[name] for name, kind in KINDS.items() if kind in kinds)


class Ledgers(RuleBasedStateMachine):
    """Postings, windings-up, days and resampling in any order."""

    @initialize(lanes=st.integers(1, MOST_LANES))
    def start(self, lanes):
        self.lanes = [Scalar() for _ in range(lanes)]
        self.today, self.slots, self.watched = 0, np.arange(lanes), False
        self.build()

    def build(self):
        self.world = World(seed=0, slots=self.slots, horizon=HORIZON, today=self.today)
        self.books = self.world.books
        for name, kind in KINDS.items():
            self.books.account(name, kind, never_negative=name == "cash")
        self.books.watch_cash_flows("cash")
        self.books.watching_flows = self.watched

    def most(self, lane, credit):
        """Cash may not fall below nothing."""
        return lane.balance["cash"] if credit == "cash" and lane.running else 10**12

    # --- money moves

    @rule(data=st.data(), debit=accounts, credit=accounts)
    def post(self, data, debit, credit):
        if debit == credit:
            return
        picks = [min(data.draw(amounts), self.most(lane, credit)) for lane in self.lanes]
        given = np.array(picks, np.int64)
        posted = self.books.post(debit, credit, given)
        expected = [
            lane.post(debit, credit, amount, watched=self.watched)
            for lane, amount in zip(self.lanes, picks, strict=True)
        ]
        assert posted.tolist() == expected
        assert given.tolist() == picks

    @rule(data=st.data(), debit=accounts, credit=accounts)
    def post_in_some_lanes(self, data, debit, credit):
        if debit == credit:
            return
        every = st.sampled_from(range(len(self.lanes)))
        some = data.draw(st.lists(every, unique=True))
        picks = [min(data.draw(amounts), self.most(self.lanes[n], credit)) for n in some]
        lanes = np.array(some, np.intp)
        posted = self.books.post(debit, credit, np.array(picks, np.int64), lanes=lanes)
        expected = [
            self.lanes[n].post(debit, credit, amount, watched=self.watched)
            for n, amount in zip(some, picks, strict=True)
        ]
        assert posted.tolist() == expected

    @rule(watched=st.booleans())
    def watch_flows_or_not(self, watched):
        self.books.watching_flows = self.watched = watched

    # --- lanes end, are replaced, saved and resumed

    @precondition(lambda self: any(lane.running for lane in self.lanes))
    @rule(data=st.data())
    def wind_up(self, data):
        flags = data.draw(
            st.lists(st.booleans(), min_size=len(self.lanes), max_size=len(self.lanes))
        )
        self.world.wind_up(np.array(flags))
        for lane, ended in zip(self.lanes, flags, strict=True):
            lane.running = lane.running and not ended

    @rule(data=st.data(), fresh=st.booleans())
    def take(self, data, fresh):
        lane = st.integers(0, len(self.lanes) - 1)
        indices = data.draw(st.lists(lane, min_size=1, max_size=MOST_LANES))
        self.world.take(np.array(indices), draws="fresh" if fresh else "keep")
        self.lanes = [self.lanes[n].copy() for n in indices]

    @rule(days=st.integers(1, 3))
    def days_pass(self, days):
        self.today += days
        self.world.run(self.today)

    @rule()
    def save_and_resume(self):
        state = pickle.loads(pickle.dumps(self.world.save()))  # noqa: S301 - our own
        self.slots = state.slots
        self.build()
        self.world.load(state)

    # --- what must hold at every moment

    @invariant()
    def equals_the_dicts(self):
        for name in KINDS:
            assert self.books.balance(name).tolist() == [x.balance[name] for x in self.lanes]
            assert self.books.inflow(name).tolist() == [x.inflow[name] for x in self.lanes]
            assert self.books.outflow(name).tolist() == [x.outflow[name] for x in self.lanes]
        assert self.world.running.tolist() == [lane.running for lane in self.lanes]

    @invariant()
    def sums_up(self):
        worth = [lane.total("asset", "liability") for lane in self.lanes]
        assert self.books.net_assets().tolist() == worth
        profit = [-lane.total("income", "expense") for lane in self.lanes]
        assert self.books.profit_to_date().tolist() == profit

    @invariant()
    def balances(self):
        self.books.audit()


TestLedgers = Ledgers.TestCase
TestLedgers.settings = settings(max_examples=100, stateful_step_count=30)
