"""What a lever shock may set a channel's lever to: a slip would be held at the lever's range."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from cashstress.errors import Problem
from cashstress.scenario.crosschecks import sound
from cashstress.scenario.problems import hundredth
from cashstress.scenario.shocks import LeverShock
from cashstress.scenario.table import rule

if TYPE_CHECKING:
    from cashstress.scenario.model import Scenario

__all__ = ["values_in_range"]

_MOST_A_DAY: Final = 1 / 365
_FRACTIONS: Final = {
    *("approval", "fee", "prepayment_fee", "roll_over", "withdrawn", "renewal", "advance_rate")
}


@rule("shocks", "channels")
def values_in_range(scenario: Scenario) -> Iterator[Problem]:
    """A lever is set, floored or capped at a value that it can have."""
    for name, shock in sound(scenario.shocks):
        if not isinstance(shock, LeverShock) or shock.operation in {"scale", "add"}:
            continue
        channel, _, level = shock.lever.rpartition(".")
        if channel not in scenario.channels:
            continue
        for message, accepted in _slips(level, shock.value):
            where = f"{message}, for {shock.lever} of channels.{channel}"
            yield Problem(f"shocks.{name}.value", where, f"{shock.value:g}", accepted)


def _slips(level: str, value: float) -> Iterator[tuple[str, str]]:
    """Iterate over what is wrong with a value, and what would be right."""
    if level == "rate" and value > _MOST_A_DAY:
        yield f"above 100 % a year{hundredth(value, _MOST_A_DAY)}", "a fraction per day: 0.0004"
    elif level == "tenor_months" and value < 1:
        yield "no instalment at all", "a whole number of months, at least 1"
    elif level in _FRACTIONS and value > 1:
        yield f"above 1{hundredth(value, 1.0)}", "a fraction, 0 to 1"
    elif value < 0:
        yield "below 0", "0 or more"
