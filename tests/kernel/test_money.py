from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashstress.errors import ConservationError, SimulationError
from cashstress.kernel.money import LIMIT, guard, minor, to_money, whole_down, whole_up


def half_even(exact):
    """Round a Decimal as ISO/IEC 60559 does by default: to nearest, ties to even."""
    return int(exact.quantize(Decimal(1), ROUND_HALF_EVEN))


@pytest.mark.parametrize(
    ("amount", "cents"),
    [
        (0, 0),
        (120_000, 12_000_000),
        (Decimal("1200.50"), 120_050),
        (Decimal("0.01"), 1),
        (Decimal("90071992547409.92"), 2**53),  # 2**53 / 100 exactly
        (19.99, 1_999),  # 19.99 * 100 is 1998.9999999999998 in floats
    ],
)
def test_minor_units_are_hundredths(amount, cents):
    assert minor(amount) == cents
    assert isinstance(minor(amount), int)


def test_ties_go_to_the_even_neighbour():
    values = np.array([0.5, 1.5, 2.5, 3.5, -0.5, -1.5, 2.4999, 2.5001])
    assert to_money(values).tolist() == [0, 2, 2, 4, 0, -2, 2, 3]  # IEEE 754 roundTiesToEven
    assert to_money(values).dtype == np.int64


def test_a_half_cent_beside_its_float_is_seen_as_a_half_cent():
    # 1.015 * 100 = 101.5 exactly, a tie that goes to 102; its float is 101.49999999999999.
    product = np.array([1.015 * 100])
    assert product[0] < 101.5
    assert np.rint(product[0]) == 101
    assert to_money(product).tolist() == [102]


@pytest.mark.parametrize("rate", ["0.0005", "0.00035", "0.00015", "0.0145", "0.13", "0.003"])
def test_every_tie_of_a_decimal_rate_is_a_tie(rate):
    # Amounts at which rate x amount ends in exactly .5: found in Decimal, rounded in Decimal.
    exact = [Decimal(rate) * cents for cents in range(0, 400_000, 10)]
    ties = [(int(x / Decimal(rate)), x) for x in exact if x % 1 == Decimal("0.5")]
    assert len(ties) > 5
    amounts = np.array([cents for cents, _ in ties])
    ours = to_money(amounts * float(rate))
    assert ours.tolist() == [half_even(x) for _, x in ties]


@given(
    rate=st.integers(1, 200_000).map(lambda n: Decimal(n) / 10**6),
    cents=st.integers(0, 10**11),
    days=st.integers(1, 366),
)
def test_interest_of_a_decimal_rate_equals_the_decimal(rate, cents, days):
    # Beyond some 10**9 minor units a float is no longer good to a millionth; so ties stay below.
    exact = rate * cents * days
    near_tie = abs(exact % 1 - Decimal("0.5")) < Decimal("0.001") and exact > 10**9
    if not near_tie:
        ours = to_money(np.array([cents * (float(rate) * days)]))
        assert ours.tolist() == [half_even(exact)]


@pytest.mark.parametrize("bad", [np.nan, np.inf, np.nextafter(2.0**53, np.inf)])
@pytest.mark.parametrize("others", [[], [1.0, -5.0]])
def test_what_is_no_amount_is_refused(bad, others):
    with pytest.raises(SimulationError, match=r"not finite or beyond 2\*\*53"):
        to_money(np.array([*others, bad]))


def test_the_largest_amount_is_money():
    assert to_money(np.array([2.0**53])).tolist() == [2**53]
    assert LIMIT == 2**53


@pytest.mark.parametrize("low", [-np.inf, -(2.0**60)])
def test_what_lies_far_below_zero_is_never_posted(low):
    with np.errstate(invalid="ignore"):
        money = to_money(np.array([low]))
    with pytest.raises(ConservationError, match="a posted amount is negative"):
        guard(money)


def test_no_lanes_are_no_error():
    assert to_money(np.zeros(0)).shape == (0,)
    guard(np.zeros(0, np.int64))


def test_rounding_changes_no_input():
    values = np.array([1.5, 2.25])
    to_money(values)
    assert values.tolist() == [1.5, 2.25]


def test_the_guard_lets_amounts_pass_up_to_the_limit():
    guard(np.array([0, 1, 2**53]))
    guard(np.arange(10)[::2])  # not contiguous


def test_the_guard_refuses_floats():
    with pytest.raises(SimulationError, match="whole minor units: int64, not float64"):
        guard(np.array([1.0, 2.0]))


@pytest.mark.parametrize(
    ("amounts", "error", "message"),
    [
        ([-1], ConservationError, r"negative \(-1 minor units\)"),
        ([5, -(2**63)], ConservationError, "negative"),
        ([2**60, -7], ConservationError, r"negative \(-7 minor units\)"),
        ([2**53 + 1], SimulationError, r"9007199254740993 minor units is beyond 2\*\*53"),
        ([0, 2**62], SimulationError, rf"amount of {2**62} minor units is beyond 2\*\*53; check"),
    ],
)
def test_the_guard_refuses(amounts, error, message):
    with pytest.raises(error, match=message):
        guard(np.array(amounts))


@pytest.mark.parametrize(
    ("value", "down", "up"),
    [
        (7.0, 7, 7),
        (7.25, 7, 8),
        (6.9999999, 7, 7),  # a hair under seven
        (7.0000001, 7, 7),  # a hair over
        (7.00001, 7, 8),  # more than a hair
        (-0.5, -1, 0),
        (1.1 * 10, 11, 11),  # 11.000000000000002
        (0.1 * 3 * 10, 3, 3),  # 3.0000000000000004
    ],
)
def test_whole_units_below_and_above(value, down, up):
    assert whole_down(np.array([value])).tolist() == [down]
    assert whole_up(np.array([value])).tolist() == [up]
