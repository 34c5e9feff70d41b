"""Random whole scenarios, without what the twin does not have yet."""

from __future__ import annotations

from hypothesis import strategies as st

from cashstress.scenario import Scenario
from cashstress.scenario.levels import most
from strategies import plans
from twin.channels import KINDS
from twin.covered import OTHER, TABLES
from twin.effects import KINDS_OF_SHOCK


def scenarios():
    return plans().map(_covered).map(lambda plan: Scenario(**plan)).filter(_is_small)


def _is_small(scenario):
    """Amounts so small that a float tells a millionth of a cent."""
    return most(scenario.sales.annual) < 10**8


def _covered(plan):
    """The same firm, less what is missing in the twin, and less what hangs on that."""
    channels = {
        name: {key: value for key, value in channel.items() if key not in TABLES}
        for name, channel in plan["channels"].items()
        if channel["kind"] in KINDS
    }
    left = plan | {"channels": channels}
    for actors in ("customers", "suppliers"):
        left[actors] = {name: _less(actor) for name, actor in plan[actors].items()}
    left["treasury"] = _treasury(_less(plan["treasury"]), channels)
    left["shocks"] = _shocks(plan["shocks"], channels)
    return left


def _treasury(policy, channels):
    """Its lists of channels, less those that are missing; two at least are drawn on together."""
    lists = {"draw_order", "prepay_order", "draw_together"} & {
        key for key, names in policy.items() if names is not None
    }
    policy |= {key: [name for name in policy[key] if name in channels] for key in lists}
    if len(policy.get("draw_together") or ()) < 2:
        policy.pop("draw_together", None)
    return policy


def _less(table):
    return {key: value for key, value in table.items() if key not in OTHER}


def _shocks(shocks, channels):
    kept = {}
    for name, shock in shocks.items():
        if shock["kind"] not in KINDS_OF_SHOCK:
            continue
        lines = [line for line in shock.get("channels", ()) if line in channels]
        if "channels" not in shock:
            kept[name] = shock
        elif lines:
            kept[name] = shock | {"channels": lines}
    return _with_their_causes(kept)


def _with_their_causes(shocks):
    """Leave out what would wait for a shock that is left out."""
    orphans = [
        name
        for name, shock in shocks.items()
        if "after_shock" in shock and shock["after_shock"]["shock"] not in shocks
    ]
    if not orphans:
        return shocks
    return _with_their_causes({name: s for name, s in shocks.items() if name not in orphans})


seeds = st.integers(0, 2**32)
