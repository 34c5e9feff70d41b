"""A base and its alternatives: pairing, prices of a point, ranking, and what is refused."""

import json
from decimal import Decimal
from fractions import Fraction

import attrs
import numpy as np
import pytest
from stand_in import StandIn

from cashstress.errors import ScenarioError
from cashstress.results import (
    Alternative,
    Alternatives,
    Comparison,
    UnknownNameError,
    compare,
    simulate,
)
from cashstress.results.alternatives import ratio_of_means

BASE = StandIn(hazard=0.02, shocks={"closure": None}, name="base")
SAFER = attrs.evolve(BASE, hazard=0.005, name="safer", premium=100_000)
#: 1.96 to the digits of the standard normal table.
Z = Decimal("1.959963984540054")


def build(base, others):
    """Alternatives of records made by hand: first day of cash_out and profit per replication."""
    plain = simulate(BASE, runs=len(base[0]))

    def result(first, profit, name):
        days = np.full_like(plain.record.first_day, -1)
        days[plain.outcomes.index("cash_out")] = first
        amounts = plain.record.amounts.copy()
        amounts[plain.metrics.index("profit")] = profit
        record = attrs.evolve(plain.record, first_day=days, amounts=amounts)
        return attrs.evolve(plain, record=record, scenario=attrs.evolve(BASE, name=name))

    ours = result(*base, "base")
    items = [Alternative(n, Comparison(ours, result(*o, n))) for n, o in others.items()]
    return Alternatives(ours, tuple(items))


def test_one_other_scenario_is_still_a_comparison():
    assert isinstance(compare(BASE, SAFER, runs=20), Comparison)
    assert isinstance(compare(base=BASE, other=SAFER, runs=20), Comparison)


def test_each_alternative_is_compared_with_the_base_under_the_same_draws():
    answer = compare(BASE, SAFER, attrs.evolve(BASE, name="same"), runs=200, seed=3)
    assert answer.names == ("safer", "same")
    assert (len(answer), answer.runs, answer.interrupted) == (2, 200, False)
    alone = compare(BASE, SAFER, runs=200, seed=3)
    for day in (30, 90, None):
        assert answer["safer"].change("cash_out", day) == alone.difference("cash_out", day)
    assert answer["safer"].net_assets == alone.metric_difference("profit")
    assert answer["safer"].cost_of_funding == alone.metric_difference("cost_of_funding")
    # Hazard 0.02 against 0.005 within 120 days: 0.911 against 0.452, less one point of noise.
    assert answer["safer"].change("cash_out").value == pytest.approx(-0.459, abs=4 * 0.036)


def test_the_same_scenario_changes_exactly_nothing():
    answer = compare(BASE, {"same": attrs.evolve(BASE)}, runs=300)
    same = answer["same"]
    for outcome in answer.base.outcomes:
        assert same.change(outcome).value == 0.0
        assert same.verdict(outcome) == "no difference seen"
        assert same.cost_per_point(outcome) is None
    for change in (same.net_assets, same.running_cost, same.cost_of_funding):
        assert (change.value, change.low, change.high) == (0.0, 0.0, 0.0)


def test_differences_change_sign_with_the_sides():
    there = compare(BASE, {"x": SAFER}, runs=400)["x"]
    back = compare(SAFER, {"x": BASE}, runs=400)["x"]
    for outcome in ("cash_out", "missed_payroll", "default"):
        one, other = there.change(outcome), back.change(outcome)
        assert (one.value, one.low, one.high) == (-other.value, -other.high, -other.low)
    assert there.net_assets.value == -back.net_assets.value
    assert there.running_cost.value == -back.running_cost.value
    assert (there.verdict("cash_out"), back.verdict("cash_out")) == ("lowers", "raises")
    assert back.cost_per_point("cash_out") is None


def test_running_cost_is_per_year():
    base, other = (simulate(each, runs=50) for each in (BASE, BASE))
    amounts = other.record.amounts.copy()
    amounts[other.metrics.index("running_cost")] += 12_000
    dearer = attrs.evolve(other, record=attrs.evolve(other.record, amounts=amounts))
    # 120.00 more over 120 days are 365.00 a year.
    assert Alternative("x", Comparison(base, dearer)).running_cost.value == 36_500


def test_the_interval_is_the_paired_one_and_narrower():
    # Of 400 firms 100 run out of cash; the alternative saves 20 of these and loses none.
    base = np.where(np.arange(400) < 100, 5, -1)
    other = np.where(np.arange(400) < 80, 5, -1)
    zeros = np.zeros(400, int)
    change = build((base, zeros), {"x": (other, zeros)})["x"].change("cash_out")
    # Bonett and Price (2012), equation for paired proportions: one added to both discordant
    # counts, two to the pairs; computed here in exact fractions.
    more, less = Fraction(0 + 1, 402), Fraction(20 + 1, 402)
    centre = more - less
    variance = (more + less - centre**2) / 402
    reach = Z * (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()
    middle = Decimal(centre.numerator) / Decimal(centre.denominator)
    assert change.value == pytest.approx(-0.05)
    assert change.low == pytest.approx(float(middle - reach), abs=1e-12)
    assert change.high == pytest.approx(float(middle + reach), abs=1e-12)
    # Two independent samples of 25 % and 20 % (Agresti and Caffo 2000, one added on each side).
    p, q = Fraction(101, 402), Fraction(81, 402)
    unpaired = float(Z) * float((p * (1 - p) + q * (1 - q)) / 402) ** 0.5
    assert (change.high - change.low) / 2 < unpaired / 2
    assert change.high < 0 < -0.05 + unpaired  # seen when paired, and not otherwise


def test_cost_per_point_by_hand():
    # Ten points of 100 removed, every firm pays 3.00: 30 minor units a point.
    base = np.where(np.arange(1000) < 300, 5, -1)
    other = np.where(np.arange(1000) < 200, 5, -1)
    flat = np.zeros(1000, int)
    item = build((base, flat), {"x": (other, flat - 300)})["x"]
    assert item.cost_per_point("cash_out").value == pytest.approx(300 / 10)
    # Fieller with a constant numerator c: c / (y +- z se(y)), y = 10 points, se from 100 of 1,000.
    error = float(Z) * (100**2 * 0.1 * 0.9 * 1000 / 999 / 1000) ** 0.5
    cost = item.cost_per_point("cash_out")
    assert cost.low == pytest.approx(300 / (10 + error))
    assert cost.high == pytest.approx(300 / (10 - error))


def test_fieller_against_its_own_definition():
    # Every ratio r in the interval is one that a z test of mean(above - r below) does not reject.
    draws = np.random.default_rng(1)
    below = draws.normal(5.0, 3.0, 400)
    above = 2.0 * below + draws.normal(0.0, 4.0, 400)
    ratio = ratio_of_means(above, below)
    for edge in (ratio.low, ratio.high):
        rest = above - edge * below
        assert abs(rest.mean()) == pytest.approx(float(Z) * rest.std(ddof=1) / 20)
    assert ratio.low < ratio.value < ratio.high
    assert ratio_of_means(above, below - below.mean() + 0.001) is None
    assert ratio_of_means(np.ones(1), np.ones(1)).value == 1.0


def test_alternatives_are_sorted():
    runs = np.arange(1000)

    def firms(out, profit):
        return np.where(runs < out, 5, -1), np.full(1000, profit)

    answer = build(
        firms(300, 0),
        {
            "nothing": firms(300, -900),
            "dear": firms(100, -2000),  # 20 points at 100
            "worse": firms(400, 500),
            "much worse": firms(500, 500),
            "gains a little": firms(290, 1000),
            "cheap": firms(290, -10),  # 1 point at 10
            "gains much": firms(200, 1),
        },
    )
    # A gain is not better for being large per point: the one that removes more comes first.
    order = ["gains much", "gains a little", "cheap", "dear", "nothing", "worse", "much worse"]
    assert [item.name for item in answer.ranking("cash_out")] == order
    assert [item.name for item in answer.ranking("cash_out", by=5)] == list(answer.names)
    table = answer.to_dict()
    assert [entry["name"] for entry in table["alternatives"]] == order
    assert [entry["verdict"] for entry in table["alternatives"]] == [
        *["lowers"] * 4,
        "no difference seen",
        *["raises"] * 2,
    ]
    # Minor units of 10 a point are 0.10.
    assert table["alternatives"][2]["cost_per_point"]["value"] == 0.1
    assert table["alternatives"][4]["cost_per_point"] is None
    assert table["ranked_by"] == {"outcome": "cash_out", "by": 120}


def test_an_outcome_that_cannot_have_occurred_has_no_price():
    answer = compare(BASE, {"x": SAFER}, runs=50)
    assert answer["x"].verdict("default", 30) == "not possible"
    assert answer["x"].cost_per_point("default", 30) is None
    assert answer.ranking("default", 30) == answer.items


def test_json_is_the_table_and_the_same_bytes():
    answer = compare(BASE, {"x": SAFER}, runs=50)
    assert json.loads(answer.to_json("missed_payroll", 60)) == answer.to_dict("missed_payroll", 60)
    assert answer.to_json() == compare(BASE, {"x": SAFER}, runs=50, workers=1).to_json()
    table = answer.to_dict()
    assert table["base"]["outcomes"]["cash_out"]["count"] == int(
        answer.base.happened("cash_out").sum()
    )
    by = table["alternatives"][0]["difference"]["cash_out"]["by"]
    assert list(by) == ["30", "60", "90", "120"]


def test_names():
    more = [attrs.evolve(BASE, name=name) for name in ("a", "a")]
    assert compare(BASE, *more, runs=5).names == ("alternative_1", "alternative_2")
    with pytest.raises(UnknownNameError, match=r"no alternative of that name.*did you mean safer"):
        compare(BASE, {"safer": SAFER}, runs=5)["saver"]
    assert [item.name for item in compare(BASE, {"base": SAFER}, runs=5)] == ["base"]


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ([{}], "other: there is no alternative"),
        ([{3: SAFER}], "other: the name of an alternative must be a text; given 3"),
        ([{"x": SAFER}, SAFER], "more: a mapping holds all alternatives"),
        ([{"x": "firm.toml"}], "x: is no scenario"),
        ([SAFER, "firm.toml"], "alternative_2: is no scenario"),
        (
            [{"x": attrs.evolve(SAFER, horizon=60, currency="EUR")}],
            (
                r"2 problems in the alternatives:\n  - x: horizon: differs.*given 60; .* 120\n"
                r"  - x: currency: differs, so amounts cannot be compared; given EUR; accepted: CNY"
            ),
        ),
        ([attrs.evolve(SAFER, currency="EUR")], "the second scenario:\n  - currency: differs"),
    ],
)
def test_what_cannot_be_compared_is_refused(others, words):
    with pytest.raises(ScenarioError, match=words):
        compare(BASE, *others, runs=5)
    with pytest.raises(UnknownNameError, match="did you mean cash_out"):
        compare(BASE, {"x": SAFER}, runs=5).ranking("cash_uot")
    with pytest.raises(ScenarioError, match=r"by: .*given 121"):
        compare(BASE, {"x": SAFER}, runs=5).to_dict(by=121)
