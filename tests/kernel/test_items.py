"""Single things by day: worked out by hand, and against lists per lane."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashstress.kernel.clock import Clock
from cashstress.kernel.columns import Columns
from cashstress.kernel.items import ItemRing, oldest_first

LANES, DAYS = 2, 3
BOTH = np.arange(LANES)


def ring_on(today, given=()):
    clock = Clock(10**6, today)
    values = {"left": np.int64, "colour": np.int8}
    ring = ItemRing("things", Columns(LANES), clock, days=DAYS, given=given, values=values)
    return clock, ring


def put(thing, left, colour):
    thing["left"][...], thing["colour"][...] = left, colour


def test_those_given_come_first_in_their_order_then_the_others_by_day():
    clock, ring = ring_on(0, given=[7, 2, 7])
    for place in range(3):
        put(ring.given(place), [place, 10 + place], place)
    for day in range(6):
        clock.run(day)
        put(ring.made_on(day), [100 + day, 200 + day], 50 + day)
    seen = ring.of(BOTH)
    # 2 before both 7s, and these as they were given; days 2 to 5 are still kept on day 5.
    assert seen["left"].T.tolist() == [
        [1, 0, 2, 102, 103, 104, 105],
        [11, 10, 12, 202, 203, 204, 205],
    ]
    assert seen["colour"][:, 0].tolist() == [1, 0, 2, 52, 53, 54, 55]
    assert ring.of(np.array([1]))["left"].tolist() == [[each] for each in seen["left"][:, 1]]


def test_what_is_taken_is_gone_and_known_entry_by_entry():
    clock, ring = ring_on(0)
    for day in range(3):
        clock.run(day)
        put(ring.made_on(day), [30, 40], day)
    seen = ring.of(np.array([1, 0]))
    #                    none yet   day 0     day 1   day 2; lane 1 beside lane 0
    part = np.array([[0, 0], [40, 5], [0, 7], [1, 0]])
    before = seen["left"].copy()
    taken = seen.take("left", part)
    assert list(zip(taken.lanes, taken["colour"], taken.amount, taken.up_to, strict=True)) == [
        (1, 0, 40, 40),
        (0, 0, 5, 5),
        (0, 1, 7, 12),
        (1, 2, 1, 41),
    ]
    assert taken.at.tolist() == [0, 1, 1, 0]
    assert (ring.of(np.array([1, 0]))["left"] == before - part).all()


@pytest.mark.parametrize(
    ("amount", "taken"), [(0, [0, 0, 0]), (5, [3, 0, 2]), (7, [3, 0, 4]), (9, [3, 0, 4])]
)
def test_the_oldest_goes_first_and_the_last_in_part(amount, taken):
    there = np.array([[3, 1], [0, 1], [4, 1]])
    assert oldest_first(np.array([amount, 2]), there).T.tolist() == [taken, [1, 1, 0]]


@given(
    st.lists(st.integers(0, 20), max_size=6),
    st.integers(0, 80),
)
def test_oldest_first_is_a_walk_through_a_list(there, amount):
    taken = oldest_first(np.array([amount]), np.array(there, np.int64).reshape(-1, 1))
    left = amount
    for each, part in zip(there, taken[:, 0], strict=True):
        assert part == min(each, left)
        left -= part
