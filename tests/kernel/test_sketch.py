import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cashstress.errors import SimulationError
from cashstress.kernel.sketch import LARGEST, Sketch, _layout

AMOUNTS = arrays(np.int64, st.integers(1, 30), elements=st.integers(-LARGEST, LARGEST))
SMALL = arrays(np.int64, st.integers(1, 30), elements=st.integers(-50_000, 50_000))


def sketch_of(*rows, bits=5):
    sketch = Sketch(len(rows), bits=bits)
    for i, values in enumerate(rows):
        sketch.add(i, np.asarray(values, np.int64))
    return sketch


def same(a, b):
    names = ("counts", "sums", "n", "low", "high")
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in names)


@given(AMOUNTS | SMALL)
def test_every_amount_lies_in_its_bin(values):
    layout = _layout(5)
    for value in values:
        sketch = Sketch(1)
        sketch.add(0, np.array([value]))
        (bin_,) = np.flatnonzero(sketch.counts[0])
        low, high = layout.lower[bin_], layout.upper[bin_]
        assert low == high == 0 if abs(value) < 100 else low <= value <= high
        assert high - low <= 2**-5 * max(abs(low), abs(high))


@given(st.lists(SMALL, min_size=1, max_size=5))
def test_blocks_add_up_in_any_order(blocks):
    together = sketch_of(np.concatenate(blocks))
    forward, backward = Sketch(1), Sketch(1)
    for values in blocks:
        forward = Sketch.merge(forward, sketch_of(values))
    for values in reversed(blocks):
        backward.absorb(sketch_of(values))
    assert same(together, forward)
    assert same(together, backward)


@given(SMALL, st.floats(0, 1))
def test_a_quantile_is_good_to_its_bin(values, q):
    got = sketch_of(values).quantile(q)[0]
    ordered = np.sort(values)
    # The order statistics either side of the quantile, each widened by the bin it lies in.
    low = ordered[max(int(np.ceil(q * len(values))) - 1, 0)]
    high = ordered[min(int(np.floor(q * len(values))), len(values) - 1)]
    slack = 100 + abs(np.array([low, high])) * 2**-5
    assert low - slack[0] <= got <= high + slack[1]
    assert ordered[0] <= got <= ordered[-1]


def test_a_quantile_lies_on_a_straight_line_inside_its_bin():
    # Bins of 1/32: [496, 504) holds one amount, [1,024, 1,056) four, [1,984, 2,048) one.  Of six
    # amounts the quantile 1/6 is the end of the first bin, 3/6 half and 4/6 three quarters of the
    # way through the second, 0 the smallest amount and 1 the largest.
    sketch = sketch_of([500, 1_030, 1_035, 1_040, 1_050, 2_000])
    got = [sketch.quantile(k / 6)[0] for k in (0, 1, 3, 4, 6)]
    assert got == [500, 504, 1_040, 1_048, 2_000]


def test_quantiles_of_many_amounts_agree_with_numpy():
    values = np.random.default_rng(1).normal(2e6, 1e7, 50_000).astype(np.int64)
    for q in (0.05, 0.25, 0.5, 0.9):
        expected = np.quantile(values, q)
        assert sketch_of(values).quantile(q)[0] == pytest.approx(expected, rel=0.02, abs=2e5)
        assert sketch_of(values, bits=9).quantile(q)[0] == pytest.approx(
            expected, rel=2e-3, abs=2e4
        )


@pytest.mark.parametrize("value", [0, 1, -99, 100, 12_345_678, -12_345_678, LARGEST])
def test_equal_amounts_are_exact(value):
    sketch = sketch_of([value] * 7)
    assert [sketch.quantile(q)[0] for q in (0.0, 0.1, 0.5, 1.0)] == [value] * 4
    assert sketch.mean()[0] == value


def test_rows_are_apart_and_empty_ones_are_nan():
    sketch = sketch_of([100, 300], [], [-500])
    np.testing.assert_array_equal(sketch.mean(), [200.0, np.nan, -500.0])
    np.testing.assert_array_equal(np.isnan(sketch.quantile(0.5)), [False, True, False])
    assert sketch.n.tolist() == [2, 0, 1]


def test_a_mask_counts_the_lanes_it_names():
    values, mask = np.array([100, 200, 300]), np.array([True, False, True])
    masked = Sketch(1)
    masked.add(0, values, mask)
    assert same(masked, sketch_of([100, 300]))
    masked.add(0, values, np.zeros(3, bool))
    assert same(masked, sketch_of([100, 300]))
    assert values.tolist() == [100, 200, 300]


def test_pickling_keeps_everything_and_little_else():
    sketch = sketch_of(np.arange(0, 2_000_000, 1_000), np.zeros(5, int), [], bits=5)
    packed = pickle.dumps(sketch)
    again = pickle.loads(packed)  # noqa: S301 -- our own bytes
    assert same(sketch, again)
    assert len(packed) < sketch.counts.nbytes / 3
    again.add(0, np.array([5_000]))
    assert again.n[0] == sketch.n[0] + 1


def test_merging_changes_neither():
    a, b = sketch_of([100]), sketch_of([200])
    before = pickle.dumps((a, b))
    Sketch.merge(a, b)
    assert pickle.dumps((a, b)) == before


@pytest.mark.parametrize("other", [Sketch(2), Sketch(1, bits=6)])
def test_different_shapes_are_refused(other):
    with pytest.raises(ValueError, match="different shape"):
        Sketch(1).absorb(other)


@pytest.mark.parametrize("q", [-0.1, 1.1, float("nan")])
def test_a_quantile_outside_0_to_1_is_refused(q):
    with pytest.raises(ValueError, match="between 0 and 1"):
        Sketch(1).quantile(q)


def test_a_sum_that_would_leave_int64_is_refused_never_wrapped():
    many = np.full(1_000, LARGEST)
    with pytest.raises(SimulationError, match="too large to be added up exactly"):
        sketch_of(many)
    half = sketch_of(many[:400])
    with pytest.raises(SimulationError, match="too large"):
        Sketch.merge(half, half)
    with pytest.raises(SimulationError, match="too large"):
        half.add(0, many[:200])
