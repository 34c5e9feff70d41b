import numpy as np
import pytest

from cashstress.results.estimate import (
    Estimate,
    Sampling,
    mean_of,
    paired_difference,
    proportion,
)

# Wilson score intervals at 95 %. Rows of 263, 148, 20 and 29 runs: R. G. Newcombe, "Two-sided
# confidence intervals for the single proportion", Statistics in Medicine 17 (1998), Table I, to
# its four decimals; further digits and the other rows from the closed form, evaluated on its own.
WILSON = [
    (81, 263, 0.2552885198782742, 0.36620957698280004),
    (15, 148, 0.06238639953073628, 0.16048724172330803),
    (0, 20, 0.0, 0.16112515805281938),
    (1, 29, 0.006113214292762649, 0.17175521879320288),
    (0, 10_000, 0.0, 0.00038399837067659573),
    (3, 10_000, 0.00010203219941781012, 0.0008817357722363795),
    (50, 10_000, 0.003794901070838226, 0.006585257316131603),
    (10_000, 10_000, 0.9996160016293233, 1.0),
]


@pytest.mark.parametrize(("count", "runs", "low", "high"), WILSON)
def test_a_proportion_has_its_wilson_interval(count, runs, low, high):
    estimate = proportion(count, runs)
    assert estimate.value == count / runs
    assert (estimate.low, estimate.high) == pytest.approx((low, high), rel=1e-10, abs=1e-15)
    assert estimate.runs == runs
    assert estimate.possible


def test_no_runs_no_estimate():
    assert proportion(0, 0) == Estimate.not_possible(0)
    assert paired_difference(0, 0, 0) == Estimate.not_possible(0)
    assert mean_of(np.array([])).value is None
    assert str(mean_of(np.array([]))) == "not observed"


def test_a_paired_difference_has_the_interval_of_bonett_and_price():
    # R package statpsych, example of ci.prop.ps(.05, 12, 4, 26, 6): 0.2548067 to 0.6251933.
    estimate = paired_difference(gained=26, lost=4, runs=48)
    assert estimate.value == 22 / 48
    assert (estimate.low, estimate.high) == pytest.approx((0.2548067, 0.6251933), abs=5e-8)


@pytest.mark.parametrize(("gained", "lost"), [(0, 0), (20, 0), (0, 20), (10, 10)])
def test_a_paired_interval_holds_its_value_and_has_width(gained, lost):
    estimate = paired_difference(gained, lost, 20)
    assert -1 <= estimate.low <= estimate.value <= estimate.high <= 1
    assert estimate.low < estimate.high


def test_a_mean_has_its_normal_interval():
    estimate = mean_of(np.array([1, 2, 3, 4]))
    # closed form: 2.5 -+ 1.96 * 1.2910 / 2
    assert estimate.low == pytest.approx(1.2348, abs=1e-4)
    assert estimate.high == pytest.approx(3.7652, abs=1e-4)
    assert mean_of(np.array([7])).high == 7.0
    assert str(mean_of(np.array([1000, 3000]))) == "2,000 (40 to 3,960)"


@pytest.mark.parametrize(
    ("estimate", "words"),
    [
        (Estimate(0.123, 0.118, 0.129, 10_000), "12.3 % (11.8-12.9)"),
        (proportion(0, 10_000), "0 in 10,000: below 0.04 %"),
        (proportion(3, 10_000), "0.03 % (0.01-0.09)"),
        (Estimate.not_possible(5), "not possible"),
        (Estimate(0.02, -0.01, 0.05, 100), "2.0 % (-1.0 to 5.0)"),
        (Estimate(-1e-9, -0.05, 0.05, 100), "0.0 % (-5.0 to 5.0)"),
    ],
)
def test_an_estimate_reads_as_a_treasurer_would_write_it(estimate, words):
    assert str(estimate) == words


def test_plain_sampling_is_wilson():
    happened = np.arange(100) < 10
    assert Sampling().share(happened) == proportion(10, 100)


def test_weights_from_independent_blocks():
    rng = np.random.default_rng(1)
    happened = rng.random(4_000) < 0.3
    weighted = Sampling(np.ones(4_000)).share(happened)
    plain = proportion(int(happened.sum()), 4_000)
    assert weighted.value == plain.value
    assert (weighted.low, weighted.high) == pytest.approx((plain.low, plain.high), abs=2e-3)


def test_a_block_of_clones_counts_once():
    happened = np.repeat(np.arange(40) < 12, 100)
    units = np.repeat(np.arange(40), 100)
    clones = Sampling(np.ones(4_000), units).share(happened)
    assert clones.value == pytest.approx(0.3)
    # closed form: t(0.975, 39) = 2.0227, sqrt(0.3 * 0.7 / 39) = 0.07338
    assert clones.high - clones.value == pytest.approx(2.0227 * 0.07338, rel=1e-3)


def test_one_block_says_nothing_about_its_spread():
    estimate = Sampling(np.ones(4), np.zeros(4, int)).share(np.array([True, False, False, False]))
    assert (estimate.value, estimate.low, estimate.high) == (0.25, 0.0, 1.0)
