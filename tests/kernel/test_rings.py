import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashstress.errors import SimulationError
from cashstress.kernel.clock import Clock
from cashstress.kernel.columns import Columns
from cashstress.kernel.rings import ArrivalRing, DueRing

LANES, DAYS = 3, 5
TERM, AGE, WINDOW = 4, 3, 2

amounts = st.lists(st.integers(0, 10**9), min_size=LANES, max_size=LANES).map(np.array)
in_days = st.integers(0, DAYS)
terms = st.integers(0, TERM)


def arrival_ring(days=DAYS):
    clock = Clock(10**6)
    return clock, ArrivalRing("coming", Columns(LANES), clock, days=days)


def due_ring(window=WINDOW, today=0):
    clock = Clock(10**6, today)
    columns = Columns(LANES)
    return clock, DueRing("bills", columns, clock, term=TERM, age=AGE, window=window)


def listed(values):
    return [0] * LANES if values is None else values.tolist()


# --- arrivals


additions = st.lists(
    st.tuples(amounts, st.lists(in_days, min_size=LANES, max_size=LANES), st.booleans()), max_size=3
)


@given(st.lists(additions, max_size=25))
def test_arrivals_equal_a_dictionary_by_day(plan):
    clock, ring = arrival_ring()
    expected = [{} for _ in range(LANES)]
    for today, added in enumerate(plan):
        clock.run(today)
        for amount, waits, together in added:
            when = np.array(waits[:1] * LANES if together else waits) + today
            if together:
                ring.add(amount, int(when[0]))
            else:
                ring.scatter(amount, when)
            for lane in range(LANES):
                expected[lane][when[lane]] = expected[lane].get(when[lane], 0) + amount[lane]
        assert listed(ring.arrivals()) == [lane.pop(today, 0) for lane in expected]
        assert ring.total.tolist() == [sum(lane.values()) for lane in expected]


def test_a_scatter_may_name_some_lanes():
    clock, ring = arrival_ring()
    ring.scatter(np.array([7, 9]), np.array([1, 2]), np.array([2, 0]))
    assert ring.total.tolist() == [9, 0, 7]
    clock.run(1)
    assert listed(ring.arrivals()) == [0, 0, 7]
    clock.run(2)
    assert listed(ring.arrivals()) == [9, 0, 0]


def test_nobody_scatters_nothing():
    _, ring = arrival_ring()
    nobody = np.zeros(0, np.int64)
    ring.scatter(nobody, nobody, nobody.astype(np.intp))
    assert ring.arrivals() is None
    assert ring.total.tolist() == [0] * LANES


def test_a_day_without_arrivals_is_none_and_a_taken_one_too():
    clock, ring = arrival_ring()
    ring.add(np.array([1, 2, 3]), 0)
    assert ring.arrivals().tolist() == [1, 2, 3]
    assert ring.arrivals() is None
    clock.run(1)
    assert ring.arrivals() is None


def test_what_lanes_that_no_longer_run_expect_stays_in_the_ring():
    clock, ring = arrival_ring()
    running = np.array([True, False, True])
    for day in range(3 * DAYS):
        clock.run(day)
        ring.add(np.array([1, 20, 300]) * (running | (day < 1)), day)
        assert listed(ring.arrivals(running)) == [1, 0, 300]
        assert ring.total.tolist() == [0, 20, 0]


def test_what_arrived_is_not_touched_by_later_additions():
    clock, ring = arrival_ring()
    ring.add(np.array([1, 2, 3]), 0)
    arrived = ring.arrivals()
    for day in range(20):
        clock.run(day)
        ring.add(np.array([5, 5, 5]), day + DAYS)
        ring.arrivals()
    assert arrived.tolist() == [1, 2, 3]


@pytest.mark.parametrize("days", [0, 1, 3, 4, 7, 8])  # around powers of two as well
def test_the_longest_wait_fits_and_one_day_more_is_refused(days):
    clock, ring = arrival_ring(days)
    clock.run(10)
    ring.add(np.ones(LANES, np.int64), 10)
    ring.add(np.ones(LANES, np.int64) * 2, 10 + days)
    with pytest.raises(SimulationError, match=rf"coming: .* a ring of {days} days \(day 10\)"):
        ring.add(np.ones(LANES, np.int64), 11 + days)
    assert ring.total.tolist() == [3] * LANES


@pytest.mark.parametrize("when", [[9, 10, 10], [10, 10, 16]])
def test_one_lane_beyond_the_ring_refuses_the_whole_scatter(when):
    clock, ring = arrival_ring()
    clock.run(10)
    with pytest.raises(SimulationError, match=rf"days {when[0]} to {when[2]} do not fit a ring"):
        ring.scatter(np.ones(LANES, np.int64), np.array(when))
    assert ring.total.tolist() == [0] * LANES


def test_what_arrives_until_a_day_leaves_out_today_and_what_comes_later():
    clock, ring = arrival_ring()
    clock.run(7)
    for wait in range(DAYS + 1):
        ring.add(np.full(LANES, 10**wait), 7 + wait)
    # By hand: 10 comes tomorrow, 100 on the day after, ... and nothing beyond the ring.
    expected = [0, 10, 110, 1_110, 11_110, 111_110, 111_110, 111_110]
    assert [int(ring.until(7 + days)[1]) for days in range(DAYS + 3)] == expected
    clock.run(9)
    assert [int(ring.until(9 + days)[1]) for days in range(4)] == [0, 1_000, 11_000, 111_000]


def test_a_lane_may_come_several_times_in_a_pile():
    clock, ring = arrival_ring()
    lanes = np.array([2, 0, 2, 2])
    ring.pile(np.array([1, 20, 300, 4_000]), np.array([1, 1, 1, 3]), lanes)
    assert ring.total.tolist() == [20, 0, 4_301]
    assert ring.until(1).tolist() == [20, 0, 301]
    clock.run(1)
    assert listed(ring.arrivals()) == [20, 0, 301]
    clock.run(3)
    assert listed(ring.arrivals()) == [0, 0, 4_000]
    nobody = np.zeros(0, np.int64)
    ring.pile(nobody, nobody, nobody)
    assert ring.is_empty()


# --- bills by due day


def test_a_day_on_which_nobody_was_billed_has_no_bills():
    _, ring = due_ring()
    assert [ring.on(day) for day in range(TERM + AGE)] == [None] * (TERM + AGE)


def test_days_that_were_opened_and_had_bills():
    clock, ring = due_ring()
    assert ring.days_opened().tolist() == []
    for day in (1, 2, 4):
        ring.add(np.array([0, day, 0]), day)
    assert ring.days_opened().tolist() == []
    clock.run(3)
    ring.open_day()
    assert ring.days_opened().tolist() == [1, 2]


@given(st.lists(st.lists(st.tuples(amounts, terms), max_size=4), max_size=25), st.integers(0, 6))
def test_bills_equal_a_dictionary_by_day(plan, window):
    clock, ring = due_ring(window)
    bills = {}

    def sum_of(first, last):
        days = [bills.get(day, np.zeros(LANES, np.int64)) for day in range(first, last + 1)]
        return np.sum(days, axis=0, dtype=np.int64).tolist() if days else [0] * LANES

    for today, billed in enumerate(plan):
        clock.run(today)
        # Half the bills come before the day is opened, half after.
        for place, (amount, term) in enumerate(billed):
            if place == len(billed) // 2:
                assert ring.ahead.tolist() == sum_of(today, today - 1 + window)
                assert listed(ring.open_day()) == sum_of(today, today)
            ring.add(amount, today + term)
            bills[today + term] = bills.get(today + term, 0) + amount
        if not billed:
            ring.open_day()
        assert ring.opened == today
        assert ring.ahead.tolist() == sum_of(today + 1, today + window)
        assert ring.later().tolist() == sum_of(today + 1, today + TERM)
        for days in range(AGE + 2):
            assert ring.recent(days, np.arange(LANES)).tolist() == sum_of(today - days + 1, today)
        for day in range(today - AGE, today + TERM + 1):
            assert listed(ring.on(day)) == sum_of(day, day)


@given(amounts, st.lists(terms, min_size=LANES, max_size=LANES).map(np.array))
def test_each_lane_looks_up_a_day_of_its_own(amount, due):
    _, ring = due_ring()
    for day in range(TERM + 1):
        ring.add(amount * (day + 1), day)
    lanes = np.arange(LANES)[::-1]
    expected = amount[lanes] * (due + 1)
    assert ring.of(due, lanes).tolist() == expected.tolist()
    assert ring.of(due + 100, lanes).tolist() == [0] * LANES


def test_a_withdrawn_bill_never_falls_due():
    clock, ring = due_ring()
    ring.open_day()
    for day in (1, 2, 4):
        ring.add(np.array([10, 20, 30]), day)
    ring.withdraw(np.array([10, 0, 5]), np.array([2, 2, 4]))
    assert ring.later().tolist() == [20, 60, 85]
    assert ring.ahead.tolist() == [10, 40, 60]  # days 1 and 2
    for day, due in [(1, [10, 20, 30]), (2, [0, 20, 30]), (3, [0, 0, 0]), (4, [10, 20, 25])]:
        clock.run(day)
        assert listed(ring.open_day()) == due
    assert ring.ahead.tolist() == [0] * LANES


@pytest.mark.parametrize("due", [9, 10 + TERM + 1])
def test_a_day_that_does_not_fit_is_refused(due):
    clock, ring = due_ring()
    clock.run(10)
    with pytest.raises(SimulationError, match=f"bills: a bill due on day {due} does not fit"):
        ring.add(np.ones(LANES, np.int64), due)


def soiled(ring):
    """As a buffer that an earlier world has used: nobody clears it beforehand."""
    ring._columns[f"{ring.name}.ring"].fill(77)
    return ring


@pytest.mark.parametrize("day", range(-TERM - AGE - 2, 0))
def test_a_day_before_the_start_has_no_amounts_whatever_the_buffer_held(day):
    _, ring = due_ring()
    soiled(ring)
    assert ring.on(day) is None
    lanes = np.arange(LANES)
    assert ring.of(np.full(LANES, day), lanes).tolist() == [0] * LANES
    assert ring.opened_after(day, lanes).tolist() == [0] * LANES
    assert ring.days_opened().tolist() == []


def test_a_ring_may_start_on_a_later_day():
    _, ring = due_ring(today=50)
    assert ring.opened == 49
    ring.add(np.array([1, 2, 3]), 50)
    assert ring.ahead.tolist() == [1, 2, 3]
    assert listed(ring.open_day()) == [1, 2, 3]
    assert ring.ahead.tolist() == [0] * LANES


def test_rings_may_share_the_sum_of_what_lies_ahead():
    clock, columns = Clock(100), Columns(LANES)
    one, two = (
        DueRing(name, columns, clock, term=TERM, age=AGE, window=WINDOW, ahead="ahead")
        for name in ("one", "two")
    )
    one.add(np.array([1, 2, 3]), 1)
    two.add(np.array([10, 20, 30]), 2)
    for ring in (one, two):
        ring.open_day()
    assert one.ahead is two.ahead
    assert columns["ahead"].tolist() == [11, 22, 33]
    clock.run(1)
    for ring in (one, two):
        ring.open_day()
    assert columns["ahead"].tolist() == [10, 20, 30]
