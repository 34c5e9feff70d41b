"""Cash that is short, spent in order: worked out by hand."""

import numpy as np

from cashstress.processes.purse import Purse


class Creditor:
    def __init__(self):
        self.got = {}

    def pay(self, amount, lanes):
        self.got |= dict(zip(lanes.tolist(), amount.tolist(), strict=True))


def test_a_creditor_gets_what_leaves_the_purse():
    before = np.array([50, 0, 7])
    purse, creditor = Purse(np.array([1, 4, 5]), before), Creditor()
    purse.pay(creditor, np.array([20, 0, 7]))
    assert creditor.got == {1: 20, 4: 0, 5: 7}
    assert purse.cash.tolist() == [30, 0, 0]
    assert before.tolist() == [50, 0, 7]  # the caller's own


def test_lanes_with_nothing_left_are_left_behind():
    purse = Purse(np.array([1, 4, 5]), np.array([50, 0, 7]))
    purse.leave_behind_the_empty()
    assert (purse.lanes.tolist(), purse.cash.tolist()) == ([1, 5], [50, 7])
    purse.leave_behind_the_empty()  # nobody
    assert (purse.lanes.tolist(), purse.cash.tolist()) == ([1, 5], [50, 7])
    purse.hold(np.array([True, True]))
    purse.leave_behind_the_empty()  # everybody
    assert (purse.lanes.size, purse.cash.size) == (0, 0)
    purse.leave_behind_the_empty()
    assert purse.lanes.size == 0


def test_what_is_held_is_not_there_for_others():
    purse = Purse(np.array([1, 4, 5]), np.array([50, 0, 7]))
    purse.hold(np.array([True, False, False]))
    assert purse.cash.tolist() == [0, 0, 7]
    assert purse.lanes.tolist() == [1, 4, 5]
