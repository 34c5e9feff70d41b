"""Rings against one dict of days per lane, with lanes resampled, saved and resumed."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cashstress.kernel.clock import Clock
from cashstress.kernel.columns import Columns
from cashstress.kernel.rings import ArrivalRing, DueRing

MOST_LANES = 4
amounts = st.integers(0, 10**9) | st.sampled_from([0, 0, 1])


class Rings(RuleBasedStateMachine):
    """What both kinds of ring have in common: lanes, days, resampling."""

    def renew(self):
        """Build the ring anew on the same day, empty."""

    def begin(self, lanes):
        self.today = 0
        self.lanes = [Counter() for _ in range(lanes)]
        self.renew()

    def fresh(self):
        self.clock = Clock(10**4, self.today)
        self.columns = Columns(len(self.lanes))

    def some(self, data, strategy):
        return np.array([data.draw(strategy) for _ in self.lanes], np.int64)

    def added(self, amount, days):
        for lane, one, day in zip(self.lanes, amount.tolist(), days.tolist(), strict=True):
            lane[day] += one

    @rule(data=st.data())
    def take(self, data):
        lane = st.integers(0, len(self.lanes) - 1)
        indices = data.draw(st.lists(lane, min_size=1, max_size=MOST_LANES))
        self.columns.take(np.array(indices))
        self.lanes = [Counter(self.lanes[n]) for n in indices]

    @rule()
    def save_and_resume(self):
        saved = self.columns.save()
        self.renew()
        self.columns.load(saved)


class Arrivals(Rings):
    """Amounts on their way: each arrives once, on its day."""

    @initialize(lanes=st.integers(1, MOST_LANES), days=st.integers(0, 6))
    def start(self, lanes, days):
        self.days = days
        self.begin(lanes)

    def renew(self):
        self.fresh()
        self.ring = ArrivalRing("coming", self.columns, self.clock, days=self.days)

    @rule(data=st.data(), way=st.sampled_from(["add", "scatter", "pile"]))
    def send(self, data, way):
        amount = self.some(data, amounts)
        days = self.today + self.some(data, st.integers(0, self.days))
        if way == "add":
            days[:] = days[0]
            self.ring.add(amount, int(days[0]))
        elif way == "scatter":
            self.ring.scatter(amount, days)
        else:
            self.ring.pile(amount, days, np.arange(len(days)))
        self.added(amount, days)

    @rule(data=st.data(), several=st.booleans())
    def send_in_some_lanes(self, data, several):
        every = st.integers(0, len(self.lanes) - 1)
        some = data.draw(st.lists(every, unique=not several, max_size=6))
        amount = np.array([data.draw(amounts) for _ in some], np.int64)
        days = self.today + np.array([data.draw(st.integers(0, self.days)) for _ in some], np.int64)
        lanes = np.array(some, np.intp)
        send = self.ring.pile if several else self.ring.scatter
        send(amount, days, lanes)
        for n, one, day in zip(some, amount.tolist(), days.tolist(), strict=True):
            self.lanes[n][day] += one

    @rule(data=st.data())
    def a_day_ends(self, data):
        running = data.draw(st.none() | st.lists(st.booleans(), min_size=len(self.lanes),
                                                 max_size=len(self.lanes)))  # fmt: skip
        if running is not None and self.days == 0:
            return  # what stays behind would come up again tomorrow in a ring of one row
        arrived = self.ring.arrivals(None if running is None else np.array(running))
        expected = []
        for n, lane in enumerate(self.lanes):
            here = running is None or running[n]
            expected.append(lane.pop(self.today, 0) if here else 0)
            if not here:
                lane[-1] += lane.pop(self.today, 0)  # it stays for ever
        assert expected == ([0] * len(expected) if arrived is None else arrived.tolist())
        if running is not None and not all(running):
            self.bury()
        self.today += 1
        self.clock.run(self.today)

    def bury(self):
        """Lanes in which something stayed for ever are wound up: they are taken out here."""
        alive = [n for n, lane in enumerate(self.lanes) if not lane[-1]]
        if alive:
            self.columns.take(np.array(alive))
            self.lanes = [self.lanes[n] for n in alive]
        else:
            self.lanes = [Counter() for _ in self.lanes]
            self.renew()

    @invariant()
    def knows_what_is_to_come(self):
        assert self.ring.total.tolist() == [sum(lane.values()) for lane in self.lanes]
        if self.ring.is_empty():
            assert not any(sum(lane.values()) for lane in self.lanes)


class Dues(Rings):
    """Bills by due day, remembered for a while after they fell due."""

    @initialize(
        lanes=st.integers(1, MOST_LANES),
        term=st.integers(0, 5),
        age=st.integers(0, 4),
        window=st.integers(0, 7),
    )
    def start(self, lanes, term, age, window):
        self.term, self.age, self.window = term, age, window
        self.opened = -1
        self.begin(lanes)

    def renew(self):
        self.fresh()
        self.ring = DueRing(
            "bills", self.columns, self.clock, term=self.term, age=self.age, window=self.window
        )

    @rule(data=st.data())
    def bill(self, data):
        amount = self.some(data, amounts)
        due = self.today + data.draw(st.integers(0, self.term))
        self.ring.add(amount, due)
        self.added(amount, np.full(len(amount), due))

    @precondition(lambda self: self.term > 0)
    @rule(data=st.data(), entries=st.booleans())
    def withdraw(self, data, entries):
        days = self.today + self.some(data, st.integers(1, self.term))
        most = [lane[day] for lane, day in zip(self.lanes, days.tolist(), strict=True)]
        amount = np.array([data.draw(st.integers(0, top)) for top in most], np.int64)
        if entries:
            lanes = np.flatnonzero(amount)
            self.ring.withdraw_from(lanes, amount[lanes], days[lanes])
        else:
            self.ring.withdraw(amount, days)
        self.added(-amount, days)

    @precondition(lambda self: self.opened < self.today)
    @rule()
    def open_day(self):
        due = self.ring.open_day()
        expected = [lane[self.today] for lane in self.lanes]
        assert expected == ([0] * len(expected) if due is None else due.tolist())
        self.opened = self.today

    @rule(days=st.integers(1, 4))
    def days_pass(self, days):
        for _ in range(days):
            if self.opened < self.today:
                self.open_day()
            self.today += 1
            self.clock.run(self.today)

    @invariant()
    def knows_what_lies_ahead(self):
        last = self.opened + self.window
        ahead = [sum(a for d, a in lane.items() if self.opened < d <= last) for lane in self.lanes]
        assert self.ring.ahead.tolist() == ahead
        later = [sum(a for d, a in lane.items() if d > self.opened) for lane in self.lanes]
        assert self.ring.later().tolist() == later

    @invariant()
    def remembers_what_fell_due(self):
        everyone = np.arange(len(self.lanes))
        for days in range(self.age + 2):
            first = self.today - days + 1
            recent = [
                sum(a for d, a in lane.items() if first <= d <= self.opened) for lane in self.lanes
            ]
            assert self.ring.recent(days, everyone).tolist() == recent
            assert self.ring.recent(days, everyone[::-2]).tolist() == recent[::-2]
        for day in range(max(0, self.today - self.age), self.today + self.term + 1):
            of = self.ring.of(np.full(len(self.lanes), day), everyone)
            assert of.tolist() == [lane[day] for lane in self.lanes]


TestArrivals = Arrivals.TestCase
TestArrivals.settings = settings(max_examples=100, stateful_step_count=30)
TestDues = Dues.TestCase
TestDues.settings = settings(max_examples=100, stateful_step_count=30)
