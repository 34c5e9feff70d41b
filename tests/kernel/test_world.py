"""A toy firm in lanes: sales by chance, bills, arrivals, a slump, wind-up.

It knows nothing of the library's own actors: it shows what the kernel promises to any of them.
"""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cashstress.errors import SimulationError
from cashstress.kernel.clock import Phase
from cashstress.kernel.obligations import Obligations
from cashstress.kernel.rings import ArrivalRing
from cashstress.kernel.world import World

LANES, HORIZON, SEED = 6, 40, 3


class Toy:
    """Everything that differs between lanes is a column; the generators only count days."""

    def __init__(self, lanes=LANES, *, slots=None, seed=SEED, today=0):
        slots = np.arange(lanes) if slots is None else np.array(slots, np.int64)
        self.world = world = World(seed=seed, slots=slots, horizon=HORIZON, today=today)
        for name in ("cash", "receivables"):
            world.books.account(name, "asset", never_negative=name == "cash")
        world.books.account("payables", "liability")
        world.books.account("equity", "equity")
        world.books.account("sales", "income")
        world.books.account("flour", "expense")
        self.coming = ArrivalRing("coming", world.columns, world.clock, days=12)
        self.bills = Obligations("bills", world.columns, world.clock, term=9, age=20, window=7)
        world.on_refresh.append(self.bills.forget)
        world.columns.add("patience", np.float64)
        self.level = world.levers.add("sales.level", 1_000.0, "factor")
        self.slump = self.level.modifier("slump", "scale")
        world.on_fresh_take(self.renew)
        world.columns["patience"][...] = world.streams.exponential("patience", once=True) * 20
        world.books.control("receivables", lambda: self.coming.total)
        world.books.control("payables", lambda: -self.bills.total)
        for rank, process in enumerate((self.slumps, self.sells, self.buys, self.pays, self.ends)):
            world.clock.start(process(), rank)

    def open(self):
        self.world.books.post("cash", "equity", np.full(self.world.lanes, 1_000))
        return self

    def renew(self):
        """Waiting is memoryless: who still waits may wait anew."""
        world = self.world
        fresh = world.clock.today + 20 * world.streams.exponential(
            f"patience.{world.streams.epoch}"
        )
        waiting = world.columns["patience"] > world.clock.today
        np.copyto(world.columns["patience"], fresh, where=waiting)

    def days(self):
        return range(self.world.clock.today, HORIZON)

    def slumps(self):
        for day in self.days():
            yield self.world.clock.at(day, Phase.SHOCK)
            self.slump.put(self.world.columns["patience"] <= day, 0.5, since=day)

    def sells(self):
        for day in self.days():
            yield self.world.clock.at(day, Phase.RECEIPT)
            self.receive()
            yield self.world.clock.at(day, Phase.OPERATE)
            self.sell(day)

    def receive(self):
        arrived = self.coming.arrivals(self.world.living())
        if arrived is not None:
            self.world.books.post("cash", "receivables", arrived)

    def sell(self, day):
        world = self.world
        amount = np.rint(self.level.value * world.streams.uniform("demand")).astype(np.int64)
        sold = world.books.post("receivables", "sales", amount)
        self.coming.scatter(sold, day + 1 + world.streams.bits16("delay").astype(np.int64) % 10)

    def buys(self):
        for day in self.days():
            if day % 3 == 0:
                yield self.world.clock.at(day, Phase.OPERATE)
                self.buy(day)

    def buy(self, day):
        cost = 1_000 + self.world.streams.bits16("price").astype(np.int64) % 600
        self.bills.bill(self.world.books.post("flour", "payables", cost), day + 5)

    def pays(self):
        for day in self.days():
            yield self.world.clock.at(day, Phase.DUE)
            self.bills.open_day()
            yield self.world.clock.at(day, Phase.SETTLE)
            self.pay()

    def pay(self):
        pay = np.minimum(self.world.books.balance("cash"), self.bills.owed)
        self.bills.pay(self.world.books.post("payables", "cash", pay))

    def ends(self):
        for day in self.days():
            yield self.world.clock.at(day, Phase.OBSERVE)
            self.world.wind_up(self.bills.days_past_due() >= 12)
            self.world.books.audit()

    def run(self, until=HORIZON):
        self.world.run(until)
        return self

    def state(self):
        return self.world.columns.save()


def resumed(state, lanes=LANES):
    toy = Toy(lanes, slots=state.slots, seed=state.seed, today=state.today)
    toy.world.load(state)
    return toy


def assert_same(ours, expected, indices=None):
    """Columns are equal to those of the lanes at `indices`; what is common only for all lanes."""
    assert ours.keys() == expected.keys()
    for name, values in expected.items():
        if indices is None:
            np.testing.assert_array_equal(ours[name], values, err_msg=name)
        elif name[0] != "=":
            np.testing.assert_array_equal(ours[name], values[..., indices], err_msg=name)


@cache
def finished():
    """What the uninterrupted run of all lanes ends in."""
    return Toy().open().run().state()


@pytest.fixture
def whole():
    return finished()


def test_the_toy_is_worth_testing(whole):
    assert whole["running"].any()  # some lanes live
    assert not whole["running"].all()  # some die
    assert len(np.unique(whole["books:cash"])) > 1
    assert (whole["bills.owed"] > 0).any()
    assert (whole["patience"] < HORIZON).any()


def test_at_the_end_nothing_is_stuck_and_controls_hold():
    toy = Toy().open().run()
    toy.world.clock.audit()
    toy.world.books.audit()
    assert toy.world.clock.generators() == []


# --- lanes are independent, whatever the block: contracts K2 and K3


@settings(max_examples=30)
@given(st.lists(st.integers(0, LANES - 1), unique=True, min_size=1))
def test_any_lanes_alone_are_the_lanes_of_the_whole(lanes):
    whole = finished()
    part = Toy(slots=lanes).open().run().state()
    assert_same(part, whole, lanes)


def test_what_happens_in_one_lane_changes_no_other(whole):
    toy = Toy().open().run(10)
    toy.world.wind_up(np.arange(LANES) == 2)
    toy.world.columns["patience"][4] = 0
    after = toy.run().state()
    others = [0, 1, 3, 5]
    for name, values in after.items():
        if name[0] != "=":
            np.testing.assert_array_equal(values[..., others], whole[name][..., others])
    changed = np.flatnonzero(after["books:sales"] != whole["books:sales"])
    assert changed.tolist() == [2, 4]


def test_another_seed_is_another_life(whole):
    other = Toy(seed=SEED + 1).open().run().state()
    assert (other["books:sales"] != whole["books:sales"]).all()


# --- take: contract K7


@pytest.mark.parametrize("day", [0, 1, 17, HORIZON])
def test_taking_every_lane_changes_nothing(day, whole):
    toy = Toy().open().run(day)
    toy.world.take(np.arange(LANES))
    assert_same(toy.run().state(), whole)


@settings(max_examples=40)
@given(st.integers(0, HORIZON), st.lists(st.integers(0, LANES - 1), min_size=1, max_size=9))
def test_taking_lanes_with_their_draws_takes_their_future(day, indices):
    whole = finished()
    toy = Toy().open().run(day)
    toy.world.take(np.array(indices))
    assert toy.world.lanes == len(indices)
    assert_same(toy.run().state(), whole, indices)


def test_taking_twice_is_taking_once():
    first, second = np.array([5, 1, 1, 3]), np.array([2, 0, 3])
    twice, once = Toy().open().run(9), Toy().open().run(9)
    twice.world.take(first)
    twice.world.take(second)
    once.world.take(first[second])
    assert_same(twice.run().state(), once.run().state())


def test_levers_follow_the_lanes_taken():
    toy = Toy().open().run(15)
    before = toy.level.value.copy()
    assert len(set(before)) == 2  # in some lanes the slump has struck
    toy.world.take(np.array([4, 0, 1, 4]))
    assert toy.level.value.tolist() == before[[4, 0, 1, 4]].tolist()


def test_clones_with_fresh_draws_share_the_past_and_part_in_the_future():
    toy = Toy().open().run(15)
    past = toy.state()
    toy.world.take(np.zeros(4, np.int64), draws="fresh")
    now = toy.state()
    for name in now:
        if name != "patience" and name[0] != "=":
            assert_same({name: now[name]}, {name: past[name]}, np.zeros(4, np.int64))
    toy.run()
    assert len(np.unique(toy.world.books.balance("sales"))) == 4
    toy.world.books.audit()


def test_a_fresh_take_renews_only_those_who_still_wait():
    toy = Toy().open().run(15)
    before = toy.state()["patience"]
    toy.world.take(np.arange(LANES), draws="fresh")
    after = toy.state()["patience"]
    struck = before <= 15
    assert struck.any()
    assert not struck.all()
    np.testing.assert_array_equal(after[struck], before[struck])
    assert (after[~struck] > 15).all()
    assert (after[~struck] != before[~struck]).all()


def test_two_fresh_takes_are_two_futures():
    futures = []
    for takes in (1, 2):
        toy = Toy().open().run(15)
        for _ in range(takes):
            toy.world.take(np.arange(LANES), draws="fresh")
        futures.append(toy.run().state()["books:sales"])
    assert (futures[0] != futures[1]).all()


def test_blocks_that_take_fresh_draws_do_not_share_them():
    # Two blocks of one run, the same lanes by chance: their fresh slots must differ.
    futures = []
    for first in (0, 100):
        toy = Toy(slots=np.arange(first, first + LANES)).open().run(15)
        toy.world.take(np.arange(LANES), draws="fresh")
        futures.append(toy.world.streams.uniform("demand"))
    assert not np.isin(futures[0], futures[1]).any()


def test_taking_nobody_leaves_an_empty_world():
    toy = Toy().open().run(5)
    toy.world.take(np.zeros(0, np.int64))
    assert toy.run().world.lanes == 0


def test_wound_up_lanes_can_be_dropped(whole):
    toy = Toy().open().run(30)
    alive = np.flatnonzero(toy.world.running)
    toy.world.take(alive)
    assert toy.world.books.all_running
    assert_same(toy.run().state(), whole, alive)


def test_a_process_that_holds_an_array_over_a_yield_is_refused():
    toy = Toy()

    def careless(world):
        held = world.columns["patience"]
        yield world.clock.at(3, Phase.DUE)
        held[...] = 0

    toy.world.clock.start(careless(toy.world), 9)
    toy.open().run(2)
    message = "'careless' holds the array 'held' over a yield; keep what differs .* in a column"
    with pytest.raises(SimulationError, match=message) as caught:
        toy.world.take(np.arange(LANES))
    assert (caught.value.process, caught.value.day) == ("careless", 2)
    toy.run(4)  # the process is over: nothing is held any more
    toy.world.take(np.arange(LANES))


def test_an_array_held_by_a_generator_inside_is_refused_too():
    toy = Toy()

    def inside(world):
        held = world.columns["patience"]
        yield world.clock.at(3, Phase.DUE)
        held[...] = 0

    def careless(world):
        yield from inside(world)

    toy.world.clock.start(careless(toy.world), 9)
    toy.open().run(2)
    with pytest.raises(SimulationError, match="'inside' holds the array 'held' over a yield"):
        toy.world.take(np.arange(LANES))


# --- save and resume: contract K9


@pytest.mark.parametrize("day", range(HORIZON + 1))
def test_saved_on_any_day_and_resumed_equals_the_uninterrupted_run(day, whole):
    state = Toy().open().run(day).world.save()
    assert state.today == day
    assert_same(resumed(state).run().state(), whole)


def test_a_saved_state_stays_as_it_was():
    toy = Toy().open().run(12)
    state = toy.world.save()
    before = {name: values.copy() for name, values in state.columns.items()}
    toy.run()
    resumed(state).run()
    assert_same(state.columns, before)


def test_a_state_saved_after_a_fresh_take_resumes_with_those_draws():
    toy = Toy().open().run(15)
    toy.world.take(np.array([1, 1, 4]), draws="fresh")
    state = toy.world.save()
    assert (state.epoch, state.home) == (1, 0)
    assert_same(resumed(state, 3).run().state(), toy.run().state())


def test_a_process_may_be_added_to_a_resumed_run(whole):
    state = Toy().open().run(12).world.save()
    toy, seen = resumed(state), []

    def watcher():
        for day in toy.days():
            yield toy.world.clock.at(day, Phase.OBSERVE)
            seen.append(day)

    toy.world.clock.start(watcher(), 50)
    assert_same(toy.run().state(), whole)  # whoever only looks changes nothing
    assert seen == list(range(12, HORIZON))


def test_a_run_in_pieces_equals_a_whole_run(whole):
    toy = Toy().open()
    for day in (1, 10, 10, 33, HORIZON):
        toy.run(day)
    assert_same(toy.state(), whole)


def small(lanes=3, seed=1, today=0):
    return World(seed=seed, slots=np.arange(lanes), horizon=10, today=today)


def test_a_mask_is_not_taken_for_numbers_of_lanes():
    with pytest.raises(SimulationError, match=r"not a mask; use numpy\.flatnonzero"):
        small().take(np.array([True, False, True]))


@pytest.mark.parametrize("other", [small(lanes=1), small(seed=2), small(today=4)])
def test_a_state_fits_only_the_world_it_was_saved_for(other):
    with pytest.raises(SimulationError, match=r"a state of \(day, seed, lanes\) \(0, 1, 3\)"):
        other.load(small().save())
