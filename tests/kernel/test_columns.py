import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashstress.kernel.columns import Columns

LANES = 6


def filled(lanes=LANES):
    """Columns of several types and shapes, every value different."""
    columns = Columns(lanes)
    columns.add("cash", np.int64)[...] = np.arange(lanes) * 100
    columns.add("on", np.bool_)[...] = np.arange(lanes) % 2 == 0
    columns.add("start", np.int32)[...] = np.arange(lanes) - 3
    columns.add("ring", np.float64, rows=4)[...] = np.arange(4 * lanes).reshape(4, lanes) / 7
    columns.add_common("stamps", np.array([4, 5, -1, -1]))
    return columns


def snapshot(columns):
    return {name: columns[name].copy() for name in columns.names}


def assert_equal(columns, expected, indices=slice(None)):
    assert columns.names == tuple(expected)
    for name, values in expected.items():
        np.testing.assert_array_equal(columns[name], values[..., indices])
        assert columns[name].dtype == values.dtype
        assert columns[name].flags.c_contiguous


# --- registering and reaching


@pytest.mark.parametrize("fill", [0, 7, -1])
def test_a_new_column_is_filled(fill):
    columns = Columns(3)
    added = columns.add("limit", np.int64, fill)
    assert columns.limit is added
    assert columns["limit"] is added
    assert added.tolist() == [fill] * 3
    assert columns.add("ring", np.int64, fill, rows=2).tolist() == [[fill] * 3] * 2


def test_a_fill_of_nan_is_kept():
    assert np.isnan(Columns(3).add("unset", np.float64, np.nan)).all()


def test_names_with_dots_are_reached_by_item():
    columns = Columns(2)
    columns.add("jiebei.balance", np.int64)
    assert "jiebei.balance" in columns
    assert "jiebei" not in columns
    assert columns.names == ("jiebei.balance",)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="cahs"):
        _ = filled().cahs


@pytest.mark.parametrize("name", ["cash", "stamps"])
def test_a_name_is_registered_once(name):
    with pytest.raises(ValueError, match=f"column '{name}' is already registered"):
        filled().add(name, np.int64)
    with pytest.raises(ValueError, match=f"column '{name}' is already registered"):
        filled().add_common(name, np.zeros(1))


def test_a_buffer_can_be_replaced_by_its_like():
    columns, other = filled(), np.arange(LANES)
    columns["cash"] = other
    assert columns.cash is other


def test_a_buffer_of_rows_laid_out_otherwise_is_copied_into_order():
    # Rings write through a flat view; one of a transposed array would be a copy.
    columns = Columns(lanes=3)
    columns.add("ring", np.int64, rows=2)
    columns["ring"] = np.array([[1, 2], [3, 4], [5, 6]]).T
    columns["ring"].reshape(-1)[1] = 9
    assert columns["ring"].tolist() == [[1, 9, 5], [2, 4, 6]]


@pytest.mark.parametrize(
    "values", [np.zeros(LANES + 1, np.int64), np.zeros(LANES), np.zeros((1, LANES), np.int64)]
)
def test_a_buffer_of_another_shape_or_type_is_refused(values):
    with pytest.raises(ValueError, match=r"column 'cash' is int64 \(6,\), not"):
        filled()["cash"] = values


# --- memory


def test_bytes_per_lane_add_up():
    # int64 8 + bool 1 + int32 4 + 4 rows of float64 32; the common array belongs to no lane.
    assert filled().bytes_per_lane == 45
    assert filled(lanes=1).bytes_per_lane == 45
    assert filled(lanes=0).bytes_per_lane == 45
    assert Columns(9).bytes_per_lane == 0


def test_rows_that_are_likely_never_written_take_no_memory():
    columns = filled()
    columns.add("receipts", np.int64, fill=None, rows=10)
    assert columns.bytes_per_lane == 45 + 80
    columns.add("due.ring", np.int64, fill=None, rows=10, used=0.25)
    assert columns.bytes_per_lane == 45 + 80 + 20


# --- take


def test_taking_every_lane_changes_nothing():
    columns = filled()
    before = snapshot(columns)
    columns.take(np.arange(LANES))
    assert_equal(columns, before)


@given(st.lists(st.integers(0, LANES - 1), max_size=12))
def test_take_permutes_drops_and_repeats(indices):
    columns = filled()
    before = snapshot(columns)
    columns.take(np.array(indices, np.int64))
    assert columns.lanes == len(indices)
    assert_equal(columns, before, np.array(indices, np.int64))


@given(st.permutations(range(LANES)))
def test_a_permutation_and_its_inverse_change_nothing(order):
    columns = filled()
    before = snapshot(columns)
    columns.take(np.array(order))
    columns.take(np.argsort(order))
    assert_equal(columns, before)


def test_clones_do_not_share_memory():
    columns = filled()
    columns.take(np.array([2, 2]))
    columns.cash[0] = -1
    columns["ring"][3, 1] = -1.0
    assert columns.cash.tolist() == [-1, 200]
    assert columns["ring"][3].tolist() == [(3 * LANES + 2) / 7, -1.0]


def test_take_leaves_common_arrays_alone():
    columns = filled()
    stamps = columns.common("stamps")
    columns.take(np.array([0]))
    assert columns.common("stamps") is stamps
    assert stamps.tolist() == [4, 5, -1, -1]


# --- save and load


def test_a_saved_state_is_a_copy():
    columns = filled()
    saved = columns.save()
    columns.cash[...] = -7
    columns.common("stamps")[...] = -7
    assert saved["cash"].tolist() == [0, 100, 200, 300, 400, 500]
    assert saved["=stamps"].tolist() == [4, 5, -1, -1]


def test_loading_what_was_saved_gives_it_back_in_the_same_buffers():
    columns = filled()
    before, saved, buffer = snapshot(columns), columns.save(), columns.cash
    for name in columns.names:
        columns[name][...] = 1
    columns.common("stamps")[...] = 1
    columns.load(saved)
    assert_equal(columns, before)
    assert columns.cash is buffer
    assert columns.common("stamps").tolist() == [4, 5, -1, -1]


def test_loading_copies():
    columns = filled()
    saved = columns.save()
    columns.load(saved)
    columns.cash[...] = -7
    assert saved["cash"][1] == 100


def test_a_column_that_was_not_saved_keeps_its_fill_and_one_that_is_gone_is_no_error():
    saved = filled().save()
    columns = Columns(LANES)
    columns.add("cash", np.int64)
    columns.add("new", np.int64, 5)
    columns.load(saved)
    assert columns.cash[-1] == 500
    assert columns.new.tolist() == [5] * LANES


def test_buffers_given_back_are_used_again_and_filled_anew():
    first = Columns(LANES)
    buffer = first.add("balance", np.int64, 7)
    first.close()
    assert list(first.names) == []
    again = Columns(LANES).add("other", np.int64, 5)
    assert again is buffer
    assert again.tolist() == [5] * LANES


def test_buffers_of_another_width_are_not_kept():
    first = Columns(LANES)
    buffer = first.add("balance", np.int64)
    first.close()
    Columns(LANES + 1)
    assert Columns(LANES).add("balance", np.int64) is not buffer
