"""When shocks strike: what is accepted, circles, sets that overlap for certain, closures out."""

import pytest

from cashstress.errors import ScenarioError
from cashstress.scenario import AfterShock, AtRate, Condition, Scenario

STALL = {
    "name": "stall",
    "start": "2025-06-02",
    "horizon": 100,
    "firm": {"cash": 1000},
    "sales": {"annual": 36_500},
    "customers": {"walk_in": {"share": 1, "paid_at_once": 1}},
    "suppliers": {"flour": {"share": 0.3, "terms": 20}},
    "channels": {
        "line": {"kind": "platform", "limit": 1000, "rate": {"per_day": 0.0004}},
        "bank": {"kind": "revolver", "limit": 1000, "rate": {"per_day": 0.0001}},
    },
}


def stall(**shocks):
    return Scenario(**STALL, shocks=shocks)


def problems(**shocks):
    with pytest.raises(ScenarioError) as caught:
        stall(**shocks)
    return {problem.key: str(problem) for problem in caught.value.problems}


def fall(**trigger):
    return {"kind": "sales_fall", "depth": 0.5} | trigger


def terms(**trigger):
    return {"kind": "supplier_terms", "suppliers": ["flour"], "terms": 7} | trigger


def closure(**trigger):
    return {"kind": "platform_closure", "channels": ["line"]} | trigger


def after(shock, days=0, probability=1.0):
    return {"after_shock": {"shock": shock, "days": days, "probability": probability}}


def test_all_ways_to_strike_are_kept():
    made = stall(
        often=fall(at_rate={"per_year": 2}, lasts=5),
        poor=fall(when={"cash_below": 500, "days_past_due": 3}),
        next=fall(**after("often", 3, 0.5)),
    ).shocks
    assert made["often"].trigger.at_rate == AtRate(per_year=2)
    assert made["poor"].trigger.when == Condition(cash_below=500, days_past_due=3)
    assert made["next"].trigger.after_shock == AfterShock(shock="often", days=3, probability=0.5)


@pytest.mark.parametrize(
    ("trigger", "key", "words"),
    [
        (fall(at_rate={"per_year": 2}), "lasts", "a shock that strikes again must end"),
        (fall(at_rate={"per_year": 0}, lasts=1), "at_rate.per_year", "must be above 0"),
        (fall(at_rate=2, lasts=1), "at_rate", "must be a table"),
        (fall(at_rate={"per_year": 1}, on="2025-06-03", lasts=1), "on", "given on and at_rate"),
        (fall(when={}), "when", "needs at least one condition"),
        (fall(when={"cash_below": 0}), "when.cash_below", "must be above 0"),
        (fall(when={"cash_belwo": 5}), "when.cash_belwo", "did you mean cash_below?"),
        (fall(when={"score_below": 50}), "when.score_below", "there is no credit record"),
        (fall(when={"score_below": 101}), "when.score_below", "100"),
        (fall(when={"days_past_due": 0}), "when.days_past_due", "from 1 to 365|1 to 365"),
        (fall(after_shock={"days": 3}), "after_shock.shock", "required key is missing"),
        (fall(**after("x", -1)), "after_shock.days", "days"),
        (fall(**after("x", 0, 1.5)), "after_shock.probability", "from 0 to 1"),
        (fall(**after("hti")), "after_shock.shock", "unknown shock"),
        (fall(on="2025-06-03", builds_over=-1), "builds_over", "days"),
        (fall(on="2025-06-03", recovery_days=3), "lasts", "never recovers"),
        (closure(on="2025-06-03", recovery_days=3), "recovery_days", "unknown key"),
    ],
)
def test_a_bad_trigger_or_shape_names_its_key(trigger, key, words):
    found = problems(hit=trigger)
    with pytest.raises(ScenarioError, match=words):
        stall(hit=trigger)
    assert f"shocks.hit.{key}" in found


def test_a_shock_that_waits_for_itself_is_refused():
    found = problems(echo=fall(**after("echo", 5)))
    assert set(found) == {"shocks.echo.after_shock.shock"}
    assert "waits for itself; given echo" in found["shocks.echo.after_shock.shock"]


def test_a_circle_is_refused_once_and_names_all_its_places():
    shocks = {"a": fall(**after("b")), "b": fall(**after("c")), "c": fall(**after("a"))}
    found = problems(first=fall(**after("a")), **shocks)
    assert set(found) == {"shocks.a.after_shock.shock"}
    words = "waits for shocks.b, which waits for shocks.c, which waits for shocks.a"
    assert words in found["shocks.a.after_shock.shock"]


@pytest.mark.parametrize(
    ("shocks", "refused"),
    [
        # Three days after 10 June for certain: 13 June on; the other's last day is 12 or 13 June.
        ({"a": closure(on="2025-06-10"), "b": terms(**after("a", 3)),
          "c": terms(on="2025-06-02", lasts=11)}, False),
        ({"a": closure(on="2025-06-10"), "b": terms(**after("a", 3)),
          "c": terms(on="2025-06-02", lasts=12)}, True),
        ({"a": closure(on="2025-06-10"), "b": terms(**after("a", 3, 0.99)),
          "c": terms(on="2025-06-02", lasts=12)}, False),
        # The same cause at whatever time: both set the lever on its day.
        ({"a": closure(after={"mean_days": 9}), "b": terms(**after("a")),
          "c": terms(**after("a"))}, True),
        ({"a": closure(after={"mean_days": 9}), "b": terms(lasts=5, **after("a")),
          "c": terms(**after("a", 5))}, False),
        ({"a": terms(at_rate={"per_year": 5}, lasts=5), "c": terms(**after("a", 4))}, True),
        ({"a": terms(at_rate={"per_year": 5}, lasts=5), "c": terms(**after("a", 5))}, False),
        # In force while it wears off.
        ({"a": terms(on="2025-06-10", lasts=5, recovery_days=4),
          "c": terms(on="2025-06-18")}, True),
        ({"a": terms(on="2025-06-10", lasts=5, recovery_days=4),
          "c": terms(on="2025-06-19")}, False),
        # Beyond the run nothing is certain.
        ({"a": closure(on="2025-06-10"), "b": terms(**after("a", 200)),
          "c": terms(on="2025-06-02")}, False),
        ({"a": terms(when={"cash_below": 5}), "c": terms(on="2025-06-02")}, False),
        ({"a": closure(on="2025-06-10"), "b": terms(lasts=2, **after("a")),
          "m": closure(**after("a", 1)), "c": terms(**after("m"))}, True),
    ],
)  # fmt: skip
def test_two_sets_that_overlap_for_certain(shocks, refused):
    if refused:
        found = problems(**shocks)
        assert set(found) == {"shocks.c"}
        assert "sets flour.terms while shocks." in found["shocks.c"]
    else:
        stall(**shocks)


def test_without_closures():
    scenario = stall(
        follows=fall(**after("shut")),
        shut=closure(on="2025-06-10"),
        later=fall(**after("follows")),
        other=fall(on="2025-06-10"),
        calm=fall(**after("other")),
    )
    assert list(scenario.without_closures().shocks) == ["other", "calm"]
    assert scenario.without_closures().channels == scenario.channels
    assert stall().without_closures() == stall()
    assert "shut" in scenario.shocks


def test_without_closures_takes_the_lenders_own_hazards_and_rules_away():
    bold = stall(rule={"kind": "regulation", "stop": True, "on": "2025-06-10"}).replace(
        {
            "channels.line.risk_control": {"mean_days": 90},
            "channels.line.fault": {"mean_days": 300},
        }
    )
    assert bold.channels["line"].risk_control is not None
    assert bold.without_closures() == stall()


def test_without_closures_sets_the_hazards_of_channels_to_none(monkeypatch):
    # Whatever closing hazards a kind of channel has stand under these two keys.
    from cashstress.scenario import withdrawal

    monkeypatch.setattr(withdrawal, "_HAZARDS", ("drawing_fee", "penalty"))
    dear = stall().replace({"channels.line.drawing_fee": 0.5, "channels.bank.penalty": 3})
    assert dear.without_closures() == stall()
