"""How old a debt can look: the one age up to which all ledgers of a firm tell days past due apart.

One age for all of them, because inside a class the oldest due day is paid first over all ledgers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cashstress.scenario import Scenario

__all__ = ["longest_age"]

#: A supplier reads in the morning what yesterday's payments left: a day before, and a day more.
_ROOM: Final = 2


def longest_age(scenario: Scenario, longest_roll: int) -> int:
    """Days past due up to which debts are told apart: the most that any rule asks for, and two.

    Parameters
    ----------
    scenario : Scenario
    longest_roll : int
        The longest wait for a business day, days: so much later may a stretched bill be required.
    """
    deferral = max(scenario.treasury.defer.values(), default=0)
    asked = [
        scenario.outcomes.default_days,
        scenario.treasury.wind_up_after,
        0 if scenario.payroll is None else scenario.payroll.grace,
        deferral + longest_roll if deferral else 0,
        *(supplier.tolerance for supplier in scenario.suppliers.values()),
        *_of_lenders(scenario.channels.values()),
        *_of_conditions(scenario),
    ]
    return max(asked) + _ROOM


def _of_lenders(channels: Iterable[Any]) -> Iterator[int]:
    for channel in channels:
        yield channel.close_after_arrears
        yield getattr(channel, "accelerate_after", None) or 0
        control = channel.risk_control
        if control is not None and control.arrears is not None:
            yield control.arrears.above


def _of_conditions(scenario: Scenario) -> Iterator[int]:
    for shock in scenario.shocks.values():
        if shock.when is not None:
            yield shock.when.days_past_due or 0
