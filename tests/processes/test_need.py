"""A need, and what one drawing after another leaves of it: worked out by hand."""

import numpy as np

from cashstress.processes.need import Need


class Line:
    """Gives a half at once and a half later, less a fee of 1 each, of what it has left."""

    min_drawing = 10

    def __init__(self, *left):
        self.left, self.asked = np.array(left), []

    def to_receive(self, lanes, amount):
        assert len(lanes) == len(amount)
        return amount + 2

    def request(self, lanes, wanted):
        self.asked += zip(lanes.tolist(), wanted.tolist(), strict=True)
        self.left[lanes] -= wanted
        return wanted // 2 - 1, wanted // 2 - 1

    def believed_headroom(self, lanes):
        return self.left[lanes]


def need(**changes):
    amounts = {
        "today": np.array([0, 50, -5, 4, 30]),
        "ahead": np.array([0, 80, 3, 4, 90]),
        "debits": np.array([0, 20, 0, 1, 0]),
    }
    return Need.where(np.array([False, True, True, True, True]), **(amounts | changes))


def test_only_lanes_that_ask_are_in_need():
    one = need()
    assert one.lanes.tolist() == [1, 2, 3, 4]
    assert one.today.tolist() == [50, -5, 4, 30]
    assert one.ahead.tolist() == [80, 3, 4, 90]
    assert one.until_banks_open().tolist() == [70, -5, 5, 30]
    assert need(debits=None).until_banks_open().tolist() == [50, -5, 4, 30]


def test_a_drawing_lowers_both_gaps_by_what_comes_in_time_for_them():
    one, line = need(), Line(0, 100, 100, 100, 20)
    wanted = np.maximum(one.today, 0)
    headroom = one.draw(line, wanted, line.believed_headroom(one.lanes))
    # Lane 1: 50 and its fee. Lane 2 has cash to spare. Lane 3: 6, and 10 is the least.
    # Lane 4: 32, and 20 is all there is.
    assert line.asked == [(1, 52), (3, 10), (4, 20)]
    assert headroom.tolist() == [48, 100, 90, 0]
    assert one.today.tolist() == [50 - 25, -5, 4 - 4, 30 - 9]
    assert one.ahead.tolist() == [80 - 50, 3, 4 - 8, 90 - 18]


def test_nobody_is_asked_for_nothing():
    one, line = need(), Line(0, 100, 100, 100, 20)
    one.draw(line, np.zeros(4, np.int64), line.believed_headroom(one.lanes))
    assert line.asked == []


def test_what_a_line_could_give_is_not_missing_ahead():
    one = need()
    one.rely_on(np.array([15, 0, 3, 0]), on_closed_days=False)
    assert one.ahead.tolist() == [65, 3, 1, 90]
    assert one.debits.tolist() == [20, 0, 1, 0]
    one.rely_on(np.array([15, 0, 3, 0]), on_closed_days=True)
    assert one.ahead.tolist() == [50, 3, -2, 90]
    # Never below nothing: what is left over pays no later debit.
    assert one.debits.tolist() == [5, 0, 0, 0]
    assert one.today.tolist() == [50, -5, 4, 30]


def test_without_closed_days_ahead_there_is_nothing_to_rely_on_for_them():
    one = need(debits=None)
    one.rely_on(0, on_closed_days=True)
    assert one.debits is None
    assert one.ahead.tolist() == [80, 3, 4, 90]
