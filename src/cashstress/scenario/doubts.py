"""What a scenario may say and its writer hardly means: nothing is refused, `check` asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cashstress.errors import Problem
from cashstress.scenario.bill_checks import unaccepted
from cashstress.scenario.levels import least, most

if TYPE_CHECKING:
    from cashstress.scenario.model import Scenario

__all__ = ["doubts"]


def doubts(scenario: Scenario) -> tuple[Problem, ...]:
    """Return what deserves a second look, with its key, as problems are.

    Parameters
    ----------
    scenario : Scenario
    """
    return (
        *_stock_that_runs_out(scenario),
        *unaccepted(scenario),
        *_too_slow_to_share(scenario),
        *_overdrawn(scenario),
    )


def _stock_that_runs_out(scenario: Scenario) -> Iterator[Problem]:
    """Report critical material that is used up before the next delivery even as planned.

    Orders fill up to `lead_days` + `stock_days` + half of `review_every` of use, and the next
    delivery comes `lead_days` + `review_every` later.
    """
    for name, supplier in scenario.suppliers.items():
        half = supplier.review_every / 2
        if supplier.critical and supplier.share and supplier.stock_days < half:
            message = "stock is used up by the day of the next delivery, or before: output falls"
            accepted = f"at least half of review_every ({half:g})"
            key = f"suppliers.{name}.stock_days"
            yield Problem(key, message, f"{supplier.stock_days:g}", accepted)


def _too_slow_to_share(scenario: Scenario) -> Iterator[Problem]:
    """Report lines that are to share a day's gap, and whose money comes days later."""
    for name in scenario.treasury.draw_together or ():
        if least(scenario.channels[name].delay_days) > 0:
            message = "takes no part of the gap of a day: its money comes later"
            accepted = f"channels with delay_days = 0, or {name} in draw_order alone"
            yield Problem("treasury.draw_together", message, name, accepted)


def _overdrawn(scenario: Scenario) -> Iterator[Problem]:
    """Report lines that open with more drawn than they have limit, in every replication."""
    for name, channel in scenario.channels.items():
        limit = most(channel.limit)
        if channel.drawn > limit:
            message = "above the limit: nothing can be drawn until enough of it is repaid"
            accepted = f"at most the limit ({limit:,.15g}), unless the lender has cut it since"
            yield Problem(f"channels.{name}.drawn", message, str(channel.drawn), accepted)
