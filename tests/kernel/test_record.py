import attrs
import numpy as np
import pytest

from cashstress.kernel.record import Record, Tally
from cashstress.kernel.sketch import Sketch


def record(lanes=2, first=0, **changes):
    cash = Sketch(3)
    cash.add(0, np.arange(first, first + lanes) * 1_000)
    plain = {
        "lanes": lanes,
        "outcomes": ("cash_out",),
        "first_day": np.arange(first, first + lanes)[None],
        "episodes": np.ones((1, lanes)),
        "days_in_force": np.ones((1, lanes)),
        "earliest": {"cash_out": 0},
        "metrics": ("net_assets",),
        "amounts": np.arange(first, first + lanes)[None] * 7,
        "marks": (),
        "mark_days": np.zeros((0, lanes)),
        "paths": {"cash": cash},
        "alive": np.full(3, lanes),
        "weeks": {"receipts": cash.copy()},
        "week_events": {"cash_out": np.array([lanes])},
    }
    return Record(**plain | changes)


def test_records_put_together_are_the_record_of_all():
    parts = [record(2), record(1, first=2), record(3, first=3)]
    whole, expected = Record.concat(parts), record(6)
    for name in ("first_day", "amounts", "episodes", "mark_days", "alive"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(expected, name))
    assert whole.lanes == 6
    np.testing.assert_array_equal(whole.paths["cash"].counts, expected.paths["cash"].counts)
    np.testing.assert_array_equal(whole.weeks["receipts"].sums, expected.weeks["receipts"].sums)
    assert whole.week_events["cash_out"].tolist() == [6]
    assert parts[0].paths["cash"].n[0] == 2
    assert parts[0].week_events["cash_out"].tolist() == [2]


def test_head_keeps_the_first_lanes():
    head = record(5).head(2)
    assert head.lanes == 2
    assert head.amounts.tolist() == [[0, 7]]
    assert record(2).head(9).lanes == 2


def test_arrays_are_copied_and_read_only():
    given = np.zeros((1, 2), np.int32)
    kept = record(first_day=given).first_day
    given[:] = 9
    assert kept.tolist() == [[0, 0]]
    with pytest.raises(ValueError, match="read-only"):
        kept[0, 0] = 1


def test_a_wrong_shape_is_refused():
    with pytest.raises(ValueError, match=r"amounts: shape \(1, 3\); expected \(1, 2\)"):
        record(amounts=np.zeros((1, 3)))


@pytest.mark.parametrize(("names", "values"), [("histories", "history"), ("links", "chain")])
def test_a_row_too_many_is_refused(names, values):
    good = record(**{names: ("one",), values: np.zeros((1, 2))})
    assert getattr(good, values).shape == (1, 2)
    with pytest.raises(ValueError, match=rf"{values}: shape \(2, 2\); expected \(1, 2\)"):
        record(**{names: ("one",), values: np.zeros((2, 2))})


@pytest.mark.parametrize(
    "change", [{"outcomes": ("default",)}, {"earliest": {"cash_out": 5}}], ids=repr
)
def test_records_of_different_scenarios_are_refused(change):
    with pytest.raises(ValueError, match=f"different {next(iter(change))}"):
        Record.concat([record(), attrs.evolve(record(), **change)])


def test_nothing_cannot_be_put_together():
    with pytest.raises(ValueError, match="no records"):
        Tally(1).record()
