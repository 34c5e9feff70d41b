import json

import pytest
from stand_in import StandIn

from cashstress.results import as_dict, by_days, compare, provenance, simulate, version

SHOCKED = StandIn(hazard=0.02, shocks={"closure": None})
COMMON = ["version", "digest", "runs", "seed", "horizon", "provenance"]


@pytest.fixture
def table():
    return json.loads(compare(SHOCKED.without_shocks(), SHOCKED, runs=200, seed=7).to_json())


def test_the_keys_of_a_comparison(table):
    assert list(table) == [
        *COMMON,
        "baseline",
        "stressed",
        "difference",
        "metrics",
        "weeks",
        "chain",
    ]
    assert table["digest"] == SHOCKED.digest
    assert (table["runs"], table["seed"], table["horizon"]) == (200, 7, 120)
    outcome = table["stressed"]["cash_out"]
    assert list(outcome) == ["probability", "low", "high", "by", "median_first_day", "count"]
    assert list(outcome["by"]) == ["30", "60", "90", "120"]
    assert list(outcome["by"]["30"]) == ["probability", "low", "high"]
    assert outcome["count"] / 200 == outcome["probability"] == outcome["by"]["120"]["probability"]
    assert list(table["difference"]["cash_out"]) == ["value", "low", "high", "by"]
    assert list(table["difference"]["cash_out"]["by"]["30"]) == ["value", "low", "high"]


def test_what_cannot_have_occurred_is_null(table):
    nothing = {"probability": None, "low": None, "high": None}
    assert table["baseline"]["default"]["by"]["90"] == nothing
    assert table["difference"]["default"]["by"]["90"] == {"value": None, "low": None, "high": None}


def test_metrics_are_major_units(table):
    result = simulate(SHOCKED, runs=200, seed=7)
    values = table["metrics"]["lowest_liquidity"]["stressed"]
    assert list(values) == ["mean", "p5", "p10", "p25", "p50", "p75", "p90", "p95"]
    assert values["mean"] == round(result.metric("lowest_liquidity").mean() / 100, 2)
    median = result.quantiles("lowest_liquidity", [0.5])[0] / 100
    assert values["p50"] == pytest.approx(median, abs=0.01)
    assert list(table["metrics"]) == [
        "lowest_liquidity",
        "cost_of_funding",
        "running_cost",
        "profit",
        "episodes",
        "days_in_force",
    ]
    assert table["metrics"]["episodes"]["cash_out"]["stressed"]["mean_if_any"] == 2.0
    assert table["metrics"]["days_in_force"]["cash_out"]["baseline"]["max"] == 5


def test_weeks_have_both_sides(table):
    assert len(table["weeks"]) == 13
    first = table["weeks"][0]
    assert list(first) == ["week", "start", "baseline", "stressed"]
    assert (first["week"], first["start"]) == (1, "2025-01-01")
    assert list(first["stressed"]) == ["lines", "cash_out", "missed_payroll"]
    assert list(first["stressed"]["lines"]["opening_cash"]) == ["mean", "p10", "p90"]


def test_a_scenario_without_shocks_has_a_baseline_only():
    table = simulate(StandIn(), runs=50).to_dict()
    assert list(table) == [*COMMON, "baseline", "metrics", "weeks", "chain"]
    assert list(table["metrics"]["cost_of_funding"]) == ["baseline"]


def test_a_shock_without_its_baseline():
    assert list(as_dict(simulate(SHOCKED, runs=50))) == [
        *COMMON,
        "stressed",
        "metrics",
        "weeks",
        "chain",
    ]


def test_an_outcome_that_never_happened():
    table = simulate(StandIn(hazard=1e-12), runs=50).to_dict()["baseline"]["cash_out"]
    assert (table["count"], table["median_first_day"], table["probability"]) == (0, None, 0.0)
    assert table["high"] > 0
    episodes = simulate(StandIn(hazard=1e-12), runs=50).to_dict()["metrics"]["episodes"]
    assert episodes["cash_out"]["baseline"] == {"mean": 0.0, "mean_if_any": None, "max": 0}


@pytest.mark.parametrize("workers", [2, 3])
def test_the_same_bytes_whatever_the_workers(workers):
    def text(workers):
        return compare(
            SHOCKED.without_shocks(), SHOCKED, runs=210, seed=7, workers=workers
        ).to_json()

    assert text(workers) == text(1)
    assert text(1).endswith("}\n")


def test_a_run_cut_short_says_so():
    result = simulate(StandIn(trouble="interrupts"), runs=400, workers=1)
    table = result.to_dict()
    assert (table["runs"], table["interrupted"], table["requested"]) == (80, True, 400)
    assert table["baseline"] == simulate(StandIn(), runs=80).to_dict()["baseline"]


@pytest.mark.parametrize(
    ("horizon", "days"), [(20, [20]), (30, [30]), (31, [30, 31]), (365, [30, 60, 90, 180, 365])]
)
def test_by_days(horizon, days):
    assert by_days(horizon) == days


def test_version_without_an_installation(monkeypatch):
    def missing(_):
        raise provenance.metadata.PackageNotFoundError

    monkeypatch.setattr(provenance.metadata, "version", missing)
    assert version() == "unknown"
    monkeypatch.setattr(provenance.metadata, "version", lambda _: "1.2.3")
    assert version() == "1.2.3"
