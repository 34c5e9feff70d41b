"""One answer for all lanes, or one per lane."""

import numpy as np
import pytest

from cashstress.kernel.flags import choose, everywhere


@pytest.mark.parametrize(
    ("flags", "answer"),
    [
        (True, True),
        (False, False),
        (np.array([True, True]), True),
        (np.array([True, False]), False),
        (np.array([], np.bool_), True),  # no lane where it is not so
    ],
)
def test_everywhere_is_every_lane(flags, answer):
    assert everywhere(flags) is answer


def test_each_lane_chooses_for_itself():
    chosen = choose(np.array([True, False, True]), np.array([1, 2, 3]), np.array([7, 8, 9]))
    assert chosen.tolist() == [1, 8, 3]


def test_where_all_agree_the_one_or_the_other_is_handed_on_uncopied():
    yes, no = np.array([1, 2]), np.array([7, 8])
    assert choose(True, yes, no) is yes
    assert choose(False, yes, no) is no
    assert choose(False, yes, 0) == 0
