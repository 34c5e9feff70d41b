"""A running sum of what stands, against amounts kept one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashstress.errors import SimulationError
from cashstress.kernel.clock import Clock
from cashstress.kernel.columns import Columns
from cashstress.kernel.standing import Standing

LANES, DAYS = 2, 4


def standing(*, at_once):
    clock = Clock(10**6)
    return clock, Standing("face", Columns(LANES), clock, days=DAYS, at_once=at_once)


per_lane = st.lists(st.integers(0, 99), min_size=LANES, max_size=LANES)
terms = st.tuples(st.integers(0, DAYS - 1), st.integers(1, DAYS)).map(sorted)


@given(
    st.booleans(),
    st.lists(
        st.tuples(per_lane, st.lists(terms, min_size=LANES, max_size=LANES), per_lane), max_size=20
    ),
)
def test_it_is_the_sum_of_what_has_entered_and_not_left(at_once, plan):
    clock, ring = standing(at_once=at_once)
    kept = [[] for _ in range(LANES)]  # [amount, start, end]
    for today, (amounts, spans, wanted) in enumerate(plan):
        clock.run(today)
        ring.open_day()
        start = np.array([today if at_once else today + first for first, _ in spans])
        end = np.array([max(today + last, start[i] + 1) for i, (_, last) in enumerate(spans)])
        ring.add(np.array(amounts), start, end)
        for lane in range(LANES):
            kept[lane].append([amounts[lane], start[lane], end[lane]])
            now = [each for each in kept[lane] if each[1] <= today < each[2]]
            assert ring.total[lane] == sum(each[0] for each in now), (today, lane)
            for each in now[:2]:  # a lane may give up two at once
                part = min(each[0], wanted[lane])
                ring.withdraw(np.array([part]), np.array([each[2]]), np.array([lane]))
                each[0] -= part


def test_several_parts_of_one_lane_are_withdrawn_together():
    _, ring = standing(at_once=True)
    ring.add(np.array([10, 20]), 0, np.array([2, 3]))
    ring.add(np.array([5, 0]), 0, np.array([3, 1]))
    ring.withdraw(np.array([4, 5, 6]), np.array([2, 3, 3]), np.array([0, 0, 1]))
    assert ring.total.tolist() == [10 + 5 - 4 - 5, 20 - 6]


def test_longer_than_said_is_refused():
    _, ring = standing(at_once=True)
    with pytest.raises(SimulationError, match="do not fit a ring of 4 days"):
        ring.add(np.array([1, 1]), 0, np.array([2, 5]))


def test_the_least_amount_enters_on_its_day_and_leaves_on_its_day():
    clock, ring = standing(at_once=False)
    ring.add(np.array([1, 0]), np.array([2, 0]), np.array([3, 1]))
    seen = []
    for today in range(5):
        clock.run(today)
        ring.open_day()
        seen.append(ring.total.tolist())
    assert seen == [[0, 0], [0, 0], [1, 0], [0, 0], [0, 0]]
