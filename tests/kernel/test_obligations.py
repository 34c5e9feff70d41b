from collections import deque

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from cashstress.errors import ConservationError, SimulationError
from cashstress.kernel.clock import Clock
from cashstress.kernel.columns import Columns
from cashstress.kernel.obligations import Obligations, share_out

MOST_LANES = 5
money = st.integers(0, 1_000) | st.sampled_from([0, 0, 1, 10**12])


def up_to(top):
    """Payments: any, all, and a last cent."""
    return st.integers(0, top) | st.just(top) | st.just(min(top, 1))


class Scalar:
    """What one lane owes, as anybody would write it: a queue of [due day, amount], oldest first.

    Debt older than `age` is one bill of that age, as the docstring of the ledger says.
    """

    def __init__(self, age):
        self.age, self.today, self.open = age, 0, deque()
        self.coming = {}

    def copy(self):
        other = Scalar(self.age)
        other.today = self.today
        other.open = deque([due, amount] for due, amount in self.open)
        other.coming = dict(self.coming)
        return other

    def bill(self, amount, due, opened):
        if due > opened:
            self.coming[due] = self.coming.get(due, 0) + amount
        elif amount:
            self.open.append([due, amount])

    def fall_due(self):
        amount = self.coming.pop(self.today, 0)
        if amount:
            self.open.append([self.today, amount])

    def pay(self, amount):
        while amount:
            used = min(amount, self.open[0][1])
            self.open[0][1] -= used
            amount -= used
            if not self.open[0][1]:
                self.open.popleft()

    @property
    def owed(self):
        return sum(amount for _, amount in self.open)

    @property
    def oldest(self):
        return max(self.open[0][0], self.today - self.age)

    @property
    def head(self):
        cap = self.today - self.age
        return sum(amount for due, amount in self.open if max(due, cap) == self.oldest)

    @property
    def days_past_due(self):
        return self.today - self.oldest if self.open else 0

    def owed_longer_than(self, days):
        return sum(amount for due, amount in self.open if self.today - due >= days)

    def ahead(self, opened, window):
        return sum(amount for due, amount in self.coming.items() if due <= opened + window)


class Ledger(RuleBasedStateMachine):
    """Bills, payments, days and resampling in any order: the ledger equals one queue per lane."""

    @initialize(
        lanes=st.integers(1, MOST_LANES),
        term=st.integers(0, 6),
        age=st.integers(1, 5),
        window=st.integers(0, 7),
    )
    def start(self, lanes, term, age, window):
        self.term, self.age, self.window = term, age, window
        self.lanes = [Scalar(age) for _ in range(lanes)]
        self.today, self.opened = 0, -1
        self.build()

    def build(self):
        self.clock = Clock(10**6, self.today)
        self.columns = Columns(len(self.lanes))
        self.ledger = Obligations(
            "flour", self.columns, self.clock, term=self.term, age=self.age, window=self.window
        )

    def amounts(self, data, largest=None):
        picks = [
            data.draw(money if top is None else up_to(top))
            for top in largest or [None] * len(self.lanes)
        ]
        return np.array(picks, np.int64)

    # --- bills

    @rule(data=st.data())
    def bill_on_one_day(self, data):
        due = self.today + data.draw(st.integers(0, self.term))
        amount = self.amounts(data)
        self.ledger.bill(amount, due)
        for lane, one in zip(self.lanes, amount.tolist(), strict=True):
            lane.bill(one, due, self.opened)

    @rule(data=st.data())
    def bill_on_a_day_per_lane(self, data):
        due = np.array([self.today + data.draw(st.integers(0, self.term)) for _ in self.lanes])
        amount = self.amounts(data)
        self.ledger.bill(amount, due)
        for lane, one, day in zip(self.lanes, amount.tolist(), due.tolist(), strict=True):
            lane.bill(one, day, self.opened)

    @rule(data=st.data())
    def withdraw_what_is_not_yet_due(self, data):
        due, amount = [], []
        for lane in self.lanes:
            days = [day for day in sorted(lane.coming) if day > self.today]
            due.append(data.draw(st.sampled_from(days)) if days else self.today + 1)
            amount.append(data.draw(st.integers(0, lane.coming.get(due[-1], 0))))
            if amount[-1]:
                lane.coming[due[-1]] -= amount[-1]
        self.ledger.withdraw(np.array(amount, np.int64), np.array(due))

    # --- days

    @rule(opening=st.booleans())
    def next_day(self, opening):
        if self.opened < self.today:
            self.open()
        self.today += 1
        self.clock.run(self.today)
        for lane in self.lanes:
            lane.today = self.today
        if opening:
            self.open()

    @precondition(lambda self: self.opened < self.today)
    @rule()
    def open(self):
        self.ledger.open_day()
        self.opened = self.today
        for lane in self.lanes:
            lane.fall_due()

    @rule(days=st.integers(2, 12))
    def days_pass(self, days):
        for _ in range(days):
            self.next_day(opening=True)

    # --- payments

    @rule(data=st.data())
    def pay(self, data):
        amount = self.amounts(data, [lane.owed for lane in self.lanes])
        self.ledger.pay(amount)
        for lane, one in zip(self.lanes, amount.tolist(), strict=True):
            lane.pay(one)

    @rule(data=st.data())
    def some_pay(self, data):
        every = st.sampled_from(range(len(self.lanes)))
        lanes = data.draw(st.lists(every, unique=True))
        amount = self.amounts(data, [self.lanes[n].owed for n in lanes] or [0])[: len(lanes)]
        self.ledger.pay(amount, np.array(lanes, np.intp))
        for n, one in zip(lanes, amount.tolist(), strict=True):
            self.lanes[n].pay(one)
        ages = self.ledger.days_past_due(np.array(lanes, np.intp))
        assert ages.tolist() == [self.lanes[n].days_past_due for n in lanes]

    @rule(data=st.data())
    def pay_all_or_nothing(self, data):
        amount = [data.draw(st.sampled_from([0, lane.owed])) for lane in self.lanes]
        self.ledger.pay_off(np.array(amount, np.int64))
        for lane, one in zip(self.lanes, amount, strict=True):
            lane.pay(one)

    @rule(data=st.data())
    def look_through_the_unpaid_bills(self, data):
        owing = [n for n, lane in enumerate(self.lanes) if lane.owed]
        lanes = data.draw(st.lists(st.sampled_from(owing), unique=True) if owing else st.just([]))
        cursor = self.ledger.cursor(np.array(lanes, np.intp))
        copies = [self.lanes[n].copy() for n in lanes]
        for _ in range(2):
            amount = self.amounts(data, [lane.owed for lane in copies] or [0])[: len(lanes)]
            some = amount.nonzero()[0]
            cursor.pay(amount[some], some)
            for lane, one in zip(copies, amount.tolist(), strict=True):
                lane.pay(one)
            assert cursor.owed.tolist() == [lane.owed for lane in copies]
            for place, lane in enumerate(copies):
                if lane.owed:
                    assert (cursor.oldest[place], cursor.head[place]) == (lane.oldest, lane.head)

    @rule(data=st.data())
    def ask_for_the_oldest_bill(self, data):
        owing = np.array([n for n, lane in enumerate(self.lanes) if lane.owed], np.intp)
        heads = self.ledger.oldest_amount(owing)
        assert heads.tolist() == [self.lanes[n].head for n in owing]

    # --- resampling, saving and resuming

    @rule(data=st.data())
    def take(self, data):
        lane = st.integers(0, len(self.lanes) - 1)
        indices = data.draw(st.lists(lane, min_size=1, max_size=MOST_LANES))
        self.columns.take(np.array(indices))
        self.ledger.forget()
        self.lanes = [self.lanes[n].copy() for n in indices]

    @rule()
    def save_and_resume(self):
        saved = self.columns.save()
        self.build()
        self.columns.load(saved)
        self.ledger.forget()

    # --- what must hold at every moment

    @invariant()
    def equals_the_queues(self):
        ledger, lanes = self.ledger, self.lanes
        assert ledger.owed.tolist() == [lane.owed for lane in lanes]
        assert ledger.days_past_due().tolist() == [lane.days_past_due for lane in lanes]
        oldest = ledger.oldest_due().tolist()
        for ours, lane in zip(oldest, lanes, strict=True):
            assert not lane.owed or ours == lane.oldest
        if ledger.has_due() is False:
            assert not any(lane.owed for lane in lanes)
        assert ledger.has_due() == any(lane.owed for lane in lanes)

    @invariant()
    def knows_what_is_to_come(self):
        ledger, lanes = self.ledger, self.lanes
        ahead = [lane.ahead(self.opened, self.window) for lane in lanes]
        assert ledger.ahead.tolist() == ahead
        total = [lane.owed + sum(lane.coming.values()) for lane in lanes]
        assert ledger.total.tolist() == total

    @invariant()
    def tells_old_debt_from_young(self):
        for days in range(self.age + 2):
            longer = [lane.owed_longer_than(days) for lane in self.lanes]
            assert self.ledger.owed_longer_than(days).tolist() == longer
            some = np.arange(len(self.lanes))[::-2]
            assert self.ledger.owed_longer_than(days, some).tolist() == longer[::-2]


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=120, stateful_step_count=40)


# --- by hand


def ledger(lanes=2, term=30, age=10):
    clock = Clock(1_000)
    return clock, Obligations("flour", Columns(lanes), clock, term=term, age=age, window=7)


def open_days(clock, owed, until):
    for day in range(clock.today, until + 1):
        clock.run(day)
        owed.open_day()


def test_an_example_to_follow_with_a_pencil():
    # Lane 0 is billed 100 due on day 2 and 50 due on day 5; lane 1 only the 50.  On day 9 each pays
    # 110 or 10: lane 0 then still owes 40 of day 5 (4 days past due), lane 1 the same 40.
    clock, owed = ledger()
    owed.bill(np.array([100, 0]), 2)
    owed.bill(np.array([50, 50]), 5)
    open_days(clock, owed, 9)
    assert owed.owed.tolist() == [150, 50]
    assert owed.days_past_due().tolist() == [7, 4]
    assert owed.owed_longer_than(5).tolist() == [100, 0]
    owed.pay(np.array([110, 10]))
    assert owed.owed.tolist() == [40, 40]
    assert owed.days_past_due().tolist() == [4, 4]
    assert owed.oldest_due().tolist() == [5, 5]
    owed.pay(np.array([40, 0]))
    assert owed.days_past_due().tolist() == [0, 4]


def test_cash_is_shared_out_by_due_day_over_ledgers():
    # 100 flour of day 2, 30 boxes of day 4, then 50 flour and 20 boxes of day 6, flour first.
    ledgers = {"flour": [(100, 2), (50, 6)], "boxes": [(30, 4), (20, 6)]}
    cursors = []
    for bills in ledgers.values():
        clock, owed = ledger(lanes=5)
        for amount, due in bills:
            owed.bill(np.full(5, amount), due)
        open_days(clock, owed, 9)
        cursors.append(owed.cursor(np.arange(5)))
    cash = np.array([0, 5, 115, 140, 185])
    flour, boxes = share_out(cursors, cash)
    assert flour.tolist() == [0, 5, 100, 110, 150]
    assert boxes.tolist() == [0, 0, 15, 30, 35]
    assert cash.tolist() == [0, 5, 115, 140, 185]


def test_debt_older_than_the_longest_age_keeps_its_total_and_shows_that_age():
    clock, owed = ledger(age=10)
    owed.bill(np.array([100, 100]), 0)
    owed.bill(np.array([7, 0]), 25)
    open_days(clock, owed, 40)
    assert owed.days_past_due().tolist() == [10, 10]
    assert owed.owed.tolist() == [107, 100]
    owed.pay(np.array([1, 100]))
    assert owed.days_past_due().tolist() == [10, 0]
    assert owed.owed.tolist() == [106, 0]


def test_old_debt_whose_days_are_forgotten_is_one_bill():
    # The ring has 2 + 3 + 2 = 7 rows: the bill of day 8 takes the row of day 1.  On day 8 lane 0
    # owes 100 + 50 of old, which count as of day 5, and 30 of today; lane 1 owes today's 30.
    clock, owed = ledger(term=2, age=3)
    owed.bill(np.array([100, 0]), 0)
    owed.bill(np.array([50, 0]), 1)
    open_days(clock, owed, 7)
    clock.run(8)
    owed.bill(np.array([30, 30]), 8)
    owed.open_day()
    owed.pay(np.array([120, 10]))
    assert owed.owed.tolist() == [60, 20]
    assert owed.days_past_due().tolist() == [3, 0]
    assert owed.oldest_amount(np.array([0, 1])).tolist() == [30, 20]
    owed.pay(np.array([30, 0]))
    assert owed.days_past_due().tolist() == [0, 0]
    assert owed.oldest_due().tolist() == [8, 8]


def test_all_or_nothing_is_paid_at_once():
    clock, owed = ledger()
    owed.bill(np.array([10, 20]), 1)
    open_days(clock, owed, 3)
    owed.pay_off(np.array([10, 0]))
    assert owed.owed.tolist() == [0, 20]
    assert owed.days_past_due().tolist() == [0, 2]


def test_a_payment_before_the_day_is_opened_leaves_todays_bills_alone():
    # Old debt of 100 is merged beyond age 3; today's 30 is billed but not yet due when 40 is paid.
    clock, owed = ledger(lanes=1, age=3)
    owed.bill(np.array([100]), 0)
    open_days(clock, owed, 20)
    clock.run(21)
    owed.bill(np.array([30]), 21)
    assert owed.owed_longer_than(1).tolist() == [100]
    owed.pay(np.array([40]))
    assert owed.oldest_amount(np.array([0])).tolist() == [60]
    owed.open_day()
    assert owed.owed.tolist() == [90]
    assert owed.oldest_amount(np.array([0])).tolist() == [60]
    owed.pay(np.array([60]))
    assert owed.days_past_due().tolist() == [0]
    assert owed.owed.tolist() == [30]


def test_debt_that_no_bill_holds_is_refused_and_not_looked_for_for_ever():
    clock, owed = ledger()
    for day, bill in ((2, [10, 0]), (3, [5, 0]), (4, [0, 10])):
        owed.bill(np.array(bill), day)
    open_days(clock, owed, 5)
    owed.owed[1] += 7  # what no bill can do: of 17, only 10 are found
    with pytest.raises(ConservationError, match="flour, lane 1: 7 owed, but no unpaid bill"):
        owed.pay(np.array([12, 15]))


def test_a_last_cent_is_as_old_as_its_own_bill():
    clock, owed = ledger(lanes=1)
    owed.bill(np.array([10]), 1)
    owed.bill(np.array([1]), 5)
    open_days(clock, owed, 6)
    owed.pay(np.array([10]))
    assert owed.days_past_due().tolist() == [1]


def test_a_ledger_that_knows_that_nobody_owes_looks_again_when_lanes_are_replaced():
    clock, owed = ledger()
    owed.bill(np.array([10, 0]), 1)
    open_days(clock, owed, 2)
    in_debt = owed._columns.save()
    owed.pay(np.array([10, 0]))
    assert not owed.has_due()
    owed._columns.load(in_debt)
    owed.forget()
    assert owed.has_due()
    assert owed.days_past_due().tolist() == [1, 0]


def test_without_a_window_nothing_is_known_ahead():
    clock = Clock(100)
    owed = Obligations("flour", Columns(1), clock, term=5, age=5)
    owed.bill(np.array([10]), 1)
    owed.open_day()
    assert owed.ahead.tolist() == [0]


def test_bills_of_one_due_day_can_be_asked_for():
    clock, owed = ledger()
    owed.bill(np.array([3, 4]), 6)
    assert owed.due_on(6).tolist() == [3, 4]
    assert owed.due_on(7) is None
    open_days(clock, owed, 8)
    owed.pay(np.array([3, 4]))
    assert owed.due_on(6).tolist() == [3, 4]  # paid or not


@pytest.mark.parametrize("due", [9, 41, np.array([10, 9]), np.array([41, 12])])
def test_a_due_day_in_the_past_or_beyond_the_term_is_refused(due):
    clock, owed = ledger()
    open_days(clock, owed, 10)
    with pytest.raises(SimulationError, match=r"flour: a bill due on day (9|41) does not fit"):
        owed.bill(np.array([1, 1]), due)


def test_amounts_given_are_not_changed():
    clock, owed = ledger()
    amount, due = np.array([5, 6]), np.array([1, 2])
    owed.bill(amount, due)
    owed.bill(amount, 1)
    open_days(clock, owed, 4)
    owed.pay(amount)
    assert (amount.tolist(), due.tolist()) == ([5, 6], [1, 2])


def test_no_lanes_are_no_error():
    clock, owed = ledger(lanes=0)
    nobody = np.zeros(0, np.int64)
    owed.bill(nobody, 1)
    owed.bill(nobody, nobody)
    open_days(clock, owed, 3)
    owed.pay(nobody)
    assert not owed.has_due()
    assert owed.days_past_due().shape == owed.total.shape == (0,)
