from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cashstress.errors import ScenarioError
from cashstress.scenario import Array, Buffer, Draw, Firm, OwnerLoan, Rate, Supplier, Treasury

DRAWS = [
    Draw(draw="uniform", low=10, high=20),
    Draw(draw="lognormal", median=27, sigma=1.15),
    Draw(draw="choice", values=[3, 1, 2], shares=[0.2, 0.5, 0.3]),
    Draw(draw="histogram", edges=[0, 10, 20, 40], shares=[0.25, 0.0, 0.75]),
]


@pytest.mark.parametrize("draw", DRAWS, ids=lambda draw: draw.draw)
def test_mean_is_the_mean_of_the_quantiles(draw):
    u = (np.arange(1_000_000) + 0.5) / 1_000_000
    assert draw.quantile(u).mean() == pytest.approx(draw.mean(), rel=2e-3)


@pytest.mark.parametrize("draw", DRAWS, ids=lambda draw: draw.draw)
def test_ends_are_finite_and_inside_the_support(draw):
    ends = draw.quantile(np.array([0.0, 1.0]))
    assert np.isfinite(ends).all()
    assert draw.support()[0] <= ends[0]
    if draw.draw != "lognormal":
        assert ends[1] <= draw.support()[1]


@pytest.mark.parametrize("draw", DRAWS, ids=lambda draw: draw.draw)
def test_scaled(draw):
    u = np.linspace(0, 1, 11)
    assert draw.scaled(2.0).quantile(u) == pytest.approx(2 * draw.quantile(u))


def test_lognormal_is_scipys():
    u = np.linspace(0.01, 0.99, 99)
    expected = stats.lognorm(s=1.15, scale=27).ppf(u)
    assert DRAWS[1].quantile(u) == pytest.approx(expected, rel=1e-12)


def test_choice_and_histogram_at_their_steps():
    choice, histogram = DRAWS[2], DRAWS[3]
    assert choice.quantile(np.array([0, 0.19, 0.2, 0.69, 0.7, 1])).tolist() == [3, 3, 1, 1, 2, 2]
    assert histogram.quantile(np.array([0, 0.125, 0.25, 1])).tolist() == [0, 5, 20, 40]


def test_a_value_without_a_share_is_never_drawn():
    draw = Draw(draw="choice", values=[1, 2, 3], shares=[0.0, 1.0, 0.0])
    assert draw.quantile(np.array([0.0, 0.5, 1.0])).tolist() == [2, 2, 2]
    last = Draw(draw="histogram", edges=[0, 1, 2], shares=[1.0, 0.0])
    assert last.quantile(np.array([1.0])).tolist() == [1]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"draw": "uniform"}, "low: a uniform draw needs it"),
        ({"draw": "uniform", "low": 2, "high": 1}, "high: must be at least low"),
        ({"draw": "uniform", "low": 1, "high": 2, "sigma": 1}, "sigma: not a key of a uniform"),
        ({"draw": "unifrom", "low": 1, "high": 2}, "did you mean uniform"),
        ({"draw": "lognormal", "median": 0, "sigma": 1}, "median: must be above 0"),
        ({"draw": "choice", "values": [1], "shares": [0.9]}, "shares: must add up to 1"),
        ({"draw": "choice", "values": [1, 2], "shares": [1]}, "one for each value"),
        ({"draw": "histogram", "edges": [1, 2], "shares": [0.5, 0.5]}, "one for each bin"),
        ({"draw": "histogram", "edges": [2, 2], "shares": [1]}, "must rise strictly"),
        ({"draw": "histogram", "edges": [], "shares": []}, "wrong number of items"),
        ({"draw": "uniform", "low": -1, "high": 1}, "must not be negative"),
        ({"draw": "uniform", "low": 1, "high": 9e15}, "must be at most 1e"),
        ({"draw": "uniform", "low": 1, "high": 9.1e13}, r"2\*\*53"),
        ({"draw": "lognormal", "median": 1e13, "sigma": 9}, r"2\*\*53"),
        ({"low": 1}, "draw: required key is missing"),
    ],
)
def test_draws_refuse(keys, message):
    with pytest.raises(ScenarioError, match=message):
        Firm(cash=keys)


@given(st.integers(1, 30), st.data())
def test_a_histogram_has_the_shares_it_names(bins, data):
    weights = data.draw(st.lists(st.integers(0, 9), min_size=bins, max_size=bins).filter(any))
    shares = [weight / sum(weights) for weight in weights]
    draw = Draw(draw="histogram", edges=list(range(bins + 1)), shares=shares)
    u = (np.arange(4000) + 0.5) / 4000
    found = np.histogram(draw.quantile(u), np.arange(bins + 1))[0] / 4000
    assert found == pytest.approx(shares, abs=1e-3)


def test_arrays_are_copied_read_only_and_compared_by_value():
    values = np.array([1.0, 2.5])
    firm = Firm(cash=values)
    values[0] = 9
    assert firm.cash.values.tolist() == [1.0, 2.5]
    assert firm == Firm(cash=np.array([1.0, 2.5]))
    assert firm != Firm(cash=np.array([1.0, 2.0]))
    assert hash(firm) == hash(Firm(cash=np.array([1.0, 2.5])))
    assert firm.cash != "x"
    assert repr(firm.cash) == "Array(2 values, 1.0 to 2.5)"
    with pytest.raises(ValueError, match="read-only"):
        firm.cash.values[0] = 3


def test_arrays_survive_pickling_read_only():
    cash = pickle.loads(pickle.dumps(Array(np.array([1.0, 2.5]))))  # noqa: S301 - our own bytes
    assert cash == Array([1.0, 2.5])
    assert not cash.values.flags.writeable


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([[1.0]], "one dimension"),
        ([], "one dimension"),
        (5.0, "one dimension"),
        ([np.nan], "finite"),
        ([np.inf], "finite"),
        ([True], "must hold numbers, not bool"),
        (["a"], "must hold numbers, not <U1"),
        ([None], "must hold numbers, not object"),
        ([1 + 2j], "must hold numbers"),
        ([-1.0], "must not be negative"),
        ([1e15], r"2\*\*53"),
        ([0.001], r"numpy.round\(values, 2\)"),
        (np.array([2**64 - 1], dtype=np.uint64), "too large"),
        (np.ma.array([1.0, 2.0], mask=[0, 1]), "masked"),
    ],
)
def test_arrays_refuse(values, message):
    with pytest.raises(ScenarioError, match=f"cash: .*{message}"):
        Firm(cash=np.asanyarray(values))


def test_arrays_of_days_are_whole():
    assert len(Supplier(share=1, terms=np.array([1.0, 2.0])).terms) == 2
    with pytest.raises(ScenarioError, match="terms: every entry must be a whole number"):
        Supplier(share=1, terms=np.array([1.5]))


def test_shares_in_draws_and_arrays_stay_fractions():
    with pytest.raises(ScenarioError, match=r"approval: .*0\.3, not 30"):
        OwnerLoan(limit=1, approval=np.array([30]))
    with pytest.raises(ScenarioError, match="approval: must be at most 1"):
        OwnerLoan(limit=1, approval={"draw": "lognormal", "median": 0.5, "sigma": 2})


@pytest.mark.parametrize(
    ("rate", "daily"),
    [
        ({"per_day": 0.0004}, 0.0004),
        ({"per_year": 0.0365, "basis": "ACT/365"}, 0.0001),
        ({"per_year": 0.036, "basis": "ACT/360"}, 0.0001),
        ({"per_year": 0.036, "basis": "30/360"}, 0.0001),
    ],
)
def test_rates_per_day(rate, daily):
    assert OwnerLoan(limit=1, rate=rate).rate.daily() == pytest.approx(daily, rel=1e-12)


def test_uncertain_rates_per_day():
    drawn = Rate(per_year=Draw(draw="uniform", low=0.0, high=0.73), basis="ACT/365").daily()
    assert drawn.high == pytest.approx(0.002)
    listed = Rate(per_year=np.array([0.36, 0.72]), basis="ACT/360").daily()
    assert listed.values == pytest.approx([0.001, 0.002])


@pytest.mark.parametrize(
    ("rate", "key", "message"),
    [
        (0.04, "rate", "a rate names its basis; given 0.04; accepted: { per_day"),
        ("4 %", "rate", "a rate names its basis"),
        ({}, "rate", "exactly one of per_day and per_year"),
        ({"per_day": 0.1, "per_year": 0.1, "basis": "ACT/365"}, "rate", "exactly one"),
        ({"per_year": 0.1}, "rate.basis", "names its basis"),
        ({"per_day": 0.0001, "basis": "ACT/365"}, "rate.basis", "takes none"),
        ({"per_year": 0.1, "basis": "ACT/ACT"}, "rate.basis", "not one of the choices"),
        ({"per_year": 478, "basis": "ACT/365"}, "rate.per_year", "100 % a year; given 478"),
        ({"per_day": 0.04}, "rate.per_day", r"4 % a day; did you mean 0.0004 \(0.04 %\)"),
        ({"per_year": 4.35, "basis": "ACT/365"}, "rate.per_year", r"0.0435 \(4.35 %\)"),
        ({"per_day": -0.1}, "rate.per_day", "at least 0"),
        ({"per_day": float("nan")}, "rate.per_day", "finite"),
        ({"per_day": np.array([0.0001, 0.04])}, "rate.per_day", "above 100 % a year"),
    ],
)
def test_rates_refuse(rate, key, message):
    with pytest.raises(ScenarioError, match=message) as caught:
        OwnerLoan(limit=1, rate=rate)
    assert key in [problem.key for problem in caught.value.problems]


def test_a_rate_common_to_all_replications():
    from cashstress.scenario import RevolvingLine

    fee = {"per_day": {"draw": "uniform", "low": 0, "high": 0.001}}
    with pytest.raises(ScenarioError, match="commitment_fee: must be one value common"):
        RevolvingLine(limit=1, rate={"per_day": 0}, commitment_fee=fee)


@pytest.mark.parametrize(
    ("given_", "stored"),
    [
        ("10 days", Buffer(days=10)),
        ("1 day", Buffer(days=1)),
        ("2.5 days", Buffer(days=2.5)),
        ("50000", Buffer(amount=50_000)),
        (50_000, Buffer(amount="50000.00")),
    ],
)
def test_buffers(given_, stored):
    assert Treasury(floor=given_).floor == stored


@pytest.mark.parametrize("given_", ["ten days", "10 weeks", -5, "-5 days", True, "", [], {}, 1e20])
def test_buffers_refuse(given_):
    with pytest.raises(ScenarioError, match=r"floor: .*accepted: an amount \(50000\) or days"):
        Treasury(floor=given_)


@pytest.mark.parametrize("given_", ["3651 days", "100000 days", f"{'9' * 30} days"])
def test_too_many_days_name_the_most(given_):
    with pytest.raises(ScenarioError, match=r"floor\.days: must be at most 3650; given .*\(days\)"):
        Treasury(floor=given_)


def test_a_buffer_is_one_of_the_two():
    with pytest.raises(ScenarioError, match="exactly one of amount and days"):
        Buffer()
