"""K6: where no shock is in force, every lever is at its base."""

import numpy as np

#: Modifiers that a lender with a will puts on: a part of the limit after a closure, the record.
LENDERS_OWN = "lender."


def lanes_calm(firm, day):
    """Lanes in which no shock is in force, nor wears off, after `day`."""
    calm = np.ones(firm.world.lanes, np.bool_)
    for strike in firm.strikes:
        over = strike.end + strike.effect.tail <= day
        calm &= (strike.start > day) | over
    return calm


def mood(firm, lever):
    """What the lender's caution makes of a lever, per lane."""
    name, _, level = lever.name.partition(".")
    channel = firm.channels.get(name)
    if channel is None or channel.plan.committed or level not in {"limit", "approval"}:
        return 1.0
    return np.exp(channel.plan.economy * firm.columns["economy"])


def assert_base_where_calm(firm, day):
    calm = lanes_calm(firm, day)
    for lever in firm.levers:
        if any(modifier.name.startswith(LENDERS_OWN) for modifier in lever._modifiers):
            continue  # lenders pull these by themselves, shock or not
        base = np.clip(lever.base * mood(firm, lever), *lever.domain)
        base = np.rint(base) if lever.unit in {"money", "days", "months"} else base
        now = np.broadcast_to(lever.value, calm.shape)
        assert np.array_equal(now[calm], np.broadcast_to(base, calm.shape)[calm]), lever.name
    return int(calm.sum())
