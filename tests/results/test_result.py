from concurrent.futures import ThreadPoolExecutor

import attrs
import numpy as np
import pytest
from stand_in import StandIn

from cashstress.errors import ScenarioError
from cashstress.results import UnknownNameError, compare, simulate, weeks
from cashstress.results.estimate import proportion

SHOCKED = StandIn(hazard=0.02, shocks={"closure": None})


@pytest.fixture(scope="module")
def first_days():
    """Small enough to count by hand: cash_out in five replications, over 120 days."""
    return np.array([[0, 29, 30, 119, -1]])


@pytest.fixture
def result(first_days):
    plain = simulate(SHOCKED, runs=5)
    days = np.repeat(first_days, len(plain.outcomes), axis=0)
    days[plain.outcomes.index("default")] = [-1, -1, -1, 119, -1]
    record = attrs.evolve(plain.record, first_day=days)
    return attrs.evolve(plain, record=record)


@pytest.mark.parametrize(
    ("by", "count"), [(1, 1), (29, 1), (30, 2), (31, 3), (119, 3), (120, 4), (None, 4)]
)
def test_by_n_means_on_one_of_the_first_n_days(result, by, count):
    assert result.probability("cash_out", by=by) == proportion(count, 5)


@pytest.mark.parametrize(("by", "count"), [(1, 1), (60, 1), (89, 1), (90, 2), (120, 2), (None, 2)])
def test_since_counts_first_events_from_the_shock_on(result, by, count):
    # The shock strikes on day 30: the events of days 0 and 29 came before it and do not count.
    assert result.probability("cash_out", by=by, since="closure") == proportion(count, 5)


def test_since_leaves_out_replications_the_shock_never_struck(result):
    struck = np.array([[0, -1, 30, 0, -1]])
    record = attrs.evolve(result.record, mark_days=struck)
    result = attrs.evolve(result, record=record)
    assert result.probability("cash_out", by=30, since="closure") == proportion(2, 3)
    never = attrs.evolve(result, record=attrs.evolve(record, mark_days=np.full((1, 5), -1)))
    assert not never.probability("cash_out", since="closure").possible


def test_what_cannot_have_occurred_is_not_possible(result):
    # `default` needs 90 days past due: day 90 is the first it can be seen on.
    assert str(result.probability("default", by=90)) == "not possible"
    assert result.probability("default", by=91) == proportion(0, 5)
    assert result.probability("default") == proportion(1, 5)
    assert result.probability("default", by=60, since="closure") == proportion(0, 5)


def test_an_event_that_did_occur_is_never_hidden(result):
    days = np.where(result.record.first_day >= 0, 5, -1)
    odd = attrs.evolve(result, record=attrs.evolve(result.record, first_day=days))
    assert odd.probability("default", by=30) == proportion(1, 5)


def test_arrays_per_replication(result):
    assert result.first_day("cash_out").tolist() == [0, 29, 30, 119, -1]
    assert result.median_first_day("cash_out") == 29.5
    assert result.median_first_day("missed_payroll") == 29.5
    for array in (result.first_day("cash_out"), result.episodes("cash_out")):
        assert array.dtype == np.int32
    assert result.days_in_force("cash_out").shape == (5,)
    assert result.metric("lowest_liquidity").dtype == np.int64
    with pytest.raises(ValueError, match="read-only"):
        result.first_day("cash_out")[0] = 3


def test_quantiles_of_a_metric(result):
    values = result.metric("cost_of_funding")
    assert result.quantiles("cost_of_funding", [0, 0.5, 1]).tolist() == [
        values.min(),
        np.median(values),
        values.max(),
    ]


def test_survival(result):
    curve = result.survival("cash_out")
    assert curve.days[[0, -1]].tolist() == [0, 120]
    assert curve.value[[0, 1, 29, 30, 31, 119, 120]] == pytest.approx(
        [1, 0.8, 0.8, 0.6, 0.4, 0.4, 0.2]
    )
    estimate = proportion(3, 5)
    assert (curve.low[30], curve.high[30]) == (estimate.low, estimate.high)
    assert 1 - curve.value[120] == pytest.approx(result.probability("cash_out").value)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (
            lambda r: r.probability("cash_uot"),
            "no outcome.*given 'cash_uot'.*did you mean cash_out",
        ),
        (lambda r: r.first_day(3), "outcome: there is no outcome.*given 3"),
        (lambda r: r.metric("lowest_liquid"), "metric.*did you mean lowest_liquidity"),
        (lambda r: r.probability("cash_out", since="closur"), "shock.*did you mean closure"),
        (lambda r: r.path("csh"), "path.*did you mean cash"),
        (lambda r: r.week_line("opening"), "line.*accepted: opening_cash, closing_cash"),
    ],
)
def test_an_unknown_name_names_the_nearest(result, ask, words):
    with pytest.raises(UnknownNameError, match=words):
        ask(result)
    with pytest.raises(KeyError):
        ask(result)


def test_a_scenario_without_shocks_says_so():
    with pytest.raises(UnknownNameError, match="accepted: none"):
        simulate(StandIn(), runs=3).probability("cash_out", since="closure")


@pytest.mark.parametrize("by", [0, -1, 121, 30.0, "30", True, float("nan")])
def test_a_day_outside_the_horizon_is_refused(result, by):
    with pytest.raises(ScenarioError, match=r"by: .*a whole number from 1 to 120"):
        result.probability("cash_out", by=by)


def test_paths_and_weeks(result):
    assert len(result.path("cash").n) == 120
    assert result.week_line("opening_cash").n[0] == 5
    table = weeks(result)
    assert [week.number for week in table] == list(range(1, 14))
    assert [str(table[i].start) for i in (0, 1, 12)] == ["2025-01-01", "2025-01-08", "2025-03-26"]
    assert table[0].lines["opening_cash"].mean == round(
        result.week_line("opening_cash").sums[0] / 500, 2
    )
    assert table[0].events["cash_out"].runs == 5


def test_a_week_in_which_no_firm_is_alive_has_no_amounts(result):
    from cashstress.kernel.sketch import Sketch

    record = attrs.evolve(result.record, weeks={"receipts": Sketch(13)})
    assert weeks(attrs.evolve(result, record=record))[0].lines["receipts"].mean is None


def test_comparison_pairs_replication_by_replication():
    comparison = compare(SHOCKED.without_shocks(), SHOCKED, runs=300, seed=2)
    base, other = comparison.base, comparison.other
    before, after = base.happened("cash_out", 90), other.happened("cash_out", 90)
    assert (before & ~after).sum() == 0  # the stand-in's shock only brings days forward
    change = comparison.difference("cash_out", by=90)
    assert change.value == pytest.approx(after.mean() - before.mean())
    assert change.low < change.value < change.high
    assert change.runs == comparison.runs == 300
    assert comparison.probabilities("cash_out", by=90) == (
        base.probability("cash_out", by=90),
        other.probability("cash_out", by=90),
    )
    assert not comparison.difference("default", by=90).possible
    assert comparison.difference("default", by=91).possible
    assert not comparison.interrupted


def test_comparison_reads_the_baseline_over_the_shocks_window():
    comparison = compare(SHOCKED.without_shocks(), SHOCKED, runs=300, seed=2)
    before, after = comparison.probabilities("cash_out", by=20, since="closure")
    first = comparison.base.first_day("cash_out")
    assert before == proportion(int(((first >= 30) & (first < 50)).sum()), 300)
    assert after == comparison.other.probability("cash_out", by=20, since="closure")
    change = comparison.difference("cash_out", by=20, since="closure")
    assert change.value == pytest.approx(after.value - before.value)
    assert compare(SHOCKED, SHOCKED.without_shocks(), runs=300, seed=2).difference(
        "cash_out", by=20, since="closure"
    ).value == pytest.approx(-change.value)


def test_comparison_of_a_metric():
    comparison = compare(SHOCKED.without_shocks(), SHOCKED, runs=50)
    assert comparison.metric_difference("lowest_liquidity").value == 0.0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"runs": 0}, "runs: .*given 0; accepted: a whole number from 1"),
        ({"runs": 1e4}, "runs: .*given 10000.0"),
        ({"runs": True}, "runs: .*given True"),
        ({"seed": -1}, "seed: .*given -1"),
        ({"seed": 2**64}, "seed: .*18446744073709551616"),
        ({"workers": 0}, "workers: .*given 0"),
        pytest.param({"workers": 2, "executor": object()}, "an executor brings its own", id="both"),
        ({"executor": 3}, r"executor: is no executor; given 3; accepted: a concurrent\.futures"),
        ({"executor": ThreadPoolExecutor}, r"executor: is no executor; given <class 'concurrent"),
        ({"runs": 0, "seed": -1}, "2 problems in the options"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("ask", [simulate, lambda s, **options: compare(s, s, **options)])
def test_options_out_of_range_are_refused(ask, options, words):
    with pytest.raises(ScenarioError, match=words):
        ask(SHOCKED, **options)


def test_numpy_integers_are_whole_numbers():
    assert simulate(SHOCKED, runs=np.int64(3), seed=np.uint64(2**64 - 1)).seed == 2**64 - 1


@pytest.mark.parametrize(
    ("shares", "given"),
    [([-0.1], "-0.1"), ([0.5, 1.1], "1.1"), ([float("nan")], "nan"), (["half"], "'half'"),
     ([True], "True"), (0.5, "0.5")],
)  # fmt: skip
def test_quantiles_are_shares(result, shares, given):
    with pytest.raises(ScenarioError, match=rf"q: must be shares; given {given}; accepted: num"):
        result.quantiles("cost_of_funding", shares)


def test_only_scenarios_of_the_same_days_compare():
    with pytest.raises(ScenarioError, match=r"horizon: differs.*given 60; accepted: 120"):
        compare(SHOCKED, attrs.evolve(SHOCKED, horizon=60))


def test_progress_watches_cash_out_first(monkeypatch):
    from cashstress.results.questions import _Headline

    record = simulate(SHOCKED, runs=40).record
    hits = int((record.first_day[record.outcomes.index("cash_out")] >= 0).sum())
    headline = _Headline()
    assert headline((record,)) == f"cash_out {proportion(hits, 40)}"
    assert headline((record,)) == f"cash_out {proportion(2 * hits, 80)}"
    other = record.first_day[:1], record.episodes[:1], record.days_in_force[:1]
    names = ("first_day", "episodes", "days_in_force")
    few = attrs.evolve(record, outcomes=("default",), **dict(zip(names, other, strict=True)))
    assert _Headline()((few,)).startswith("default ")
    none = {name: getattr(record, name)[:0] for name in names}
    assert _Headline()((attrs.evolve(record, outcomes=(), **none),)) == ""


def test_a_comparison_as_a_dict():
    comparison = compare(SHOCKED.without_shocks(), SHOCKED, runs=20)
    assert list(comparison.to_dict()["difference"]) == list(comparison.other.outcomes)


@pytest.mark.parametrize("given", ["firm.toml", None, 3])
def test_what_is_no_scenario_is_refused(given):
    words = r"scenario: is no scenario; given .*; accepted: a Scenario: cs\.load\("
    with pytest.raises(ScenarioError, match=words):
        simulate(given, runs=5)
    with pytest.raises(ScenarioError, match=r"1 problem in the arguments:\n  - other: is no"):
        compare(StandIn(), given, runs=5)
