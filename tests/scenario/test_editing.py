from __future__ import annotations

import pickle
import tomllib
from decimal import Decimal

import numpy as np
import pytest

from cashstress.errors import ScenarioError
from cashstress.scenario import Draw, Firm, Scenario, dump, dumps, load, loads


def test_load_dump_load_is_equal(scenario, tmp_path):
    dump(scenario, tmp_path / "copy.toml")
    again = load(tmp_path / "copy.toml")
    assert again == scenario
    assert hash(again) == hash(scenario)
    assert dumps(again) == dumps(scenario)
    assert again.digest == scenario.digest


def test_dump_leaves_out_defaults(scenario):
    written = tomllib.loads(dumps(scenario))
    assert "horizon" not in written
    assert "outcomes" not in written
    assert written["channels"]["jiebei"]["kind"] == "platform"
    assert list(written["channels"]) == ["jiebei", "bank", "owner"]


def test_dump_writes_amounts_exactly(scenario):
    changed = scenario.replace({"firm.cash": "0.01", "firm.other_assets": 5})
    assert tomllib.loads(dumps(changed))["firm"] == {"cash": "0.01", "other_assets": 5}


def test_dump_refuses_arrays_by_key(scenario):
    changed = scenario.replace({"channels.jiebei.rate.per_day": np.array([0.0001, 0.0002])})
    with pytest.raises(ScenarioError, match=r"channels\.jiebei\.rate\.per_day: an array over"):
        dumps(changed)


def test_dump_to_a_bad_place(scenario, tmp_path):
    with pytest.raises(ScenarioError, match="cannot be written"):
        dump(scenario, tmp_path)


def test_replace_makes_all_changes_before_checking(scenario):
    changed = scenario.replace(
        {"customers.shops.share": 0.5, "customers.walk_in.share": 0.5, "firm.cash": 200_000}
    )
    assert changed.firm == Firm(cash=200_000)
    assert changed.customers["shops"].share == 0.5
    assert scenario.customers["shops"].share == 0.7


def test_replace_reaches_defaults_draws_and_rates(scenario):
    changed = scenario.replace(
        {
            "outcomes.hold_days": 5,
            "firm.cash.median": 90_000,
            "channels.bank.rate.per_year": 0.05,
            "shocks.fall.depth": 0.4,
            "treasury.floor": "7 days",
        }
    )
    assert changed.outcomes.hold_days == 5
    assert changed.firm.cash == Draw(draw="lognormal", median=90_000, sigma=0.5)
    assert changed.channels["bank"].rate.per_year == 0.05
    assert changed.treasury.floor.days == 7


def test_replace_adds_and_takes_away(scenario):
    changed = scenario.without_shocks().replace(
        {
            "shocks.fall": {"kind": "sales_fall", "on": "2025-03-01", "depth": 0.5},
            "suppliers.flour.opening": None,
            "costs.repairs": None,
        }
    )
    assert list(changed.shocks) == ["fall"]
    assert changed.suppliers["flour"].opening is None
    assert "repairs" not in changed.costs


def test_replace_takes_arrays(scenario):
    cash = np.array([1.0, 2.0])
    assert scenario.replace({"firm.cash": cash}).firm.cash.values.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("firm.csh", "firm.csh: unknown key.*did you mean cash"),
        ("custmers.shops.terms", "custmers: unknown key.*did you mean customers"),
        ("customers.shop.terms", "customers.shop: unknown name.*did you mean shops"),
        ("customers.shops.terms.x", "customers.shops.terms: is a value, not a table"),
        ("customers.walk_in.lateness.mean_days", "customers.walk_in.lateness: not set here"),
        ("channels.jiebei.kind", "channels.jiebei.kind: unknown kind"),
        ("", "not a dotted key"),
        ("firm..cash", "not a dotted key"),
        (5, "not a dotted key"),
        ("a." * 1000 + "a", "not a dotted key"),
        ("firm.cash", "firm.cash: must be a number"),
    ],
)
def test_replace_refuses(scenario, key, message):
    with pytest.raises(ScenarioError, match=message):
        scenario.replace({key: [5]})


@pytest.mark.parametrize("changes", [[("firm.cash", 1)], "firm.cash", None, 3])
def test_replace_wants_a_mapping(scenario, changes):
    with pytest.raises(ScenarioError, match=r"1 problem in the changes:\n.*must say which keys"):
        scenario.replace(changes)


def test_replace_is_validated_again(scenario):
    with pytest.raises(ScenarioError, match="customers: the shares must add up to 1"):
        scenario.replace({"customers.shops.share": 0.5})


def test_without_shocks(scenario):
    calm = scenario.without_shocks()
    assert not calm.shocks
    assert calm.channels == scenario.channels
    assert calm.digest != scenario.digest


def test_digest_ignores_the_order_of_fields_and_written_defaults(data, scenario):
    turned = {key: data[key] for key in reversed(data)}
    turned["channels"]["jiebei"] = dict(reversed(turned["channels"]["jiebei"].items()))
    turned["horizon"] = 365
    assert Scenario(**turned).digest == scenario.digest


def test_digest_sees_the_order_of_named_items(data, scenario):
    data["channels"] = dict(reversed(data["channels"].items()))
    assert Scenario(**data).digest != scenario.digest
    assert Scenario(**data) != scenario


def test_digest_sees_arrays(scenario):
    one = scenario.replace({"firm.cash": np.array([1.0, 2.0])})
    other = scenario.replace({"firm.cash": np.array([1.0, 3.0])})
    assert one.digest != other.digest
    assert one.digest == scenario.replace({"firm.cash": np.array([1.0, 2.0])}).digest


def test_digest_is_pinned(scenario):
    # Recorded: saved results name their scenario by it, so a change is an event.
    # Last time: bills came, and every key counts.
    assert scenario.digest == "5a782216547d3f32"


def test_a_scenario_survives_pickling(scenario):
    changed = scenario.replace({"firm.cash": np.array([1.0, 2.0])})
    assert pickle.loads(pickle.dumps(changed)) == changed  # noqa: S301 - our own bytes


def test_python_and_toml_agree(data, scenario):
    assert Scenario(**data) == scenario
    assert scenario.firm.other_assets == Decimal(0)


@pytest.mark.parametrize("name", ["", "a\x1b[31m", "a\0", "a\nb", "a\u202eb", "\x9b31m", "\u2028"])
def test_a_title_is_one_line_and_no_order_to_a_terminal(scenario, name):
    with pytest.raises(ScenarioError, match=r"name: does not fit.*accepted: a text .* on one line"):
        scenario.replace({"name": name})


@pytest.mark.parametrize("name", ["陈记\u3000餐馆", "Café [bold]", "🔥", "a/b"])
def test_a_title_may_be_of_any_language(scenario, name):
    assert loads(dumps(scenario.replace({"name": name}))).name == name


def test_text_survives(scenario):
    note = 'a "quote"\nand a \\ and \t and \r and 现金 and \x7f and \u2028'
    changed = scenario.replace({"note": note})
    assert loads(dumps(changed)).note == note
