"""Whole amounts behind a share of them: by hand, and against a search."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashstress.kernel.money import LIMIT, to_money, whole_up
from cashstress.kernel.shares import enough_to_leave, grossed_up, most_within, per

amounts = st.integers(0, 10**7)
percents = st.integers(0, 100)


def test_nothing_or_less_divides_into_what_was_said():
    assert per(np.array([6, 6, 6]), np.array([3.0, 0.0, -1.0])).tolist() == [2, 0, 0]
    assert per(np.array([6, 0]), 0.0, none=1.0).tolist() == [1, 1]
    assert per(6.0, np.array([3.0, 4.0])).tolist() == [2, 1.5]
    assert per(6.0, 3.0).tolist() == 2


@given(amounts, percents)
def test_grossed_up_is_the_least_of_which_the_share_is_enough(amount, percent):
    found = int(grossed_up(np.array([amount]), percent / 100)[0])
    if percent == 0:
        assert found == 0
        return
    share = Fraction(percent, 100)
    assert found * share >= amount
    assert found == 0 or (found - 1) * share < amount


def test_no_share_is_so_small_that_an_amount_is_none():
    assert grossed_up(np.array([LIMIT, 1]), 1e-200).tolist() == [LIMIT // 2, LIMIT // 2]
    assert most_within(np.array([LIMIT]), 1e-200, roundings=1).tolist() == [LIMIT // 2]


@given(amounts, st.integers(0, 99))
def test_what_is_asked_for_leaves_enough_and_hardly_more(amount, percent):
    def left_of(gross):
        return gross - to_money(gross * (percent / 100))

    found = enough_to_leave(np.array([amount]), 1 - percent / 100, left_of)
    assert left_of(found)[0] >= amount
    # A whole unit above the exact one, and one more.
    assert found[0] == 0 or (int(found[0]) - 2) * Fraction(100 - percent, 100) < amount


def test_two_amounts_taken_and_rounded_may_need_one_more():
    def left_of(gross):
        return gross - 2 * to_money(gross * 0.375)

    # A quarter is kept: 4 for 1. But 4 * 0.375 = 1.5, twice 2, and nothing is left of it.
    assert enough_to_leave(np.array([1, 2, 0]), 0.25, left_of).tolist() == [5, 8, 0]
    # So may a single one.
    assert enough_to_leave(np.array([1]), 1.0, lambda gross: gross - 1).tolist() == [2]


def test_where_all_is_taken_nothing_is_asked_for():
    found = enough_to_leave(np.array([5, 5]), np.array([0.0, -0.5]), lambda gross: gross * 0)
    assert found.tolist() == [0, 0]


@given(amounts, percents, percents)
def test_what_is_afforded_can_be_paid_and_hardly_less_than_could(spare, deposit, fee):
    found = most_within(np.array([spare]), (deposit + fee) / 100, roundings=2)

    def cost(base):
        base = np.array([base])
        return int(whole_up(base * (deposit / 100))[0] + to_money(base * (fee / 100))[0])

    if deposit + fee == 0:
        assert found[0] == 0
        return
    assert cost(int(found[0])) <= max(spare, 0)
    # Four minor units of cost more are too much: two were kept back, and two were rounded.
    more = int(found[0]) + -(-400 // (deposit + fee))
    assert cost(more) > spare - 2


@pytest.mark.parametrize(
    ("spare", "most"),
    [(0, 0), (1, 0), (2, 0), (3, 4), (100, 392)],  # (spare - 2) / 0.25
)
def test_two_are_kept_back_for_two_roundings(spare, most):
    assert most_within(np.array([spare]), 0.25, roundings=2).tolist() == [most]
