"""Rules between tables: names that exist, dates inside the run, shocks that can be combined.

Each rule runs when the fields it reads are sound, or sound in part: an item that was refused
stands as ``BROKEN``, and its name still counts as a name.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from cashstress.errors import Problem
from cashstress.scenario.festival import SPRING_FESTIVAL
from cashstress.scenario.lever_names import lever_names
from cashstress.scenario.problems import BROKEN, unknown
from cashstress.scenario.table import rule
from cashstress.scenario.treasury import ceiling_below_floor

if TYPE_CHECKING:
    from cashstress.scenario.model import Scenario

__all__ = ["RULES", "sound"]

T = TypeVar("T")
_SUM_TOLERANCE = 1e-9
_NAMED = {
    "customers": "customer",
    "suppliers": "supplier",
    "costs": "cost",
    "channels": "channel",
}
_TABLES = "firm economy sales payroll taxes treasury calendar customers suppliers costs channels"
_OWN = "credit_record shocks shock outcomes outcome report running staff wages watch"
RESERVED = frozenset(f"{_TABLES} {_OWN}".split())
"""Names the levers and columns of the firm itself begin with."""


def sound(items: Mapping[str, T]) -> Iterator[tuple[str, T]]:
    """Iterate over the items that were not refused."""
    return ((name, item) for name, item in items.items() if item is not BROKEN)


@rule("customers")
def _shares_sum(scenario: Scenario) -> list[Problem]:
    """The customers are all the sales."""
    customers = scenario.customers
    if len(dict(sound(customers))) < len(customers):
        return []
    total = math.fsum(customer.share for customer in customers.values())
    if abs(total - 1) <= _SUM_TOLERANCE:
        return []
    return [Problem("customers", "the shares must add up to 1", f"{total:.12g}")]


@rule(*_NAMED)
def _distinct_names(scenario: Scenario) -> Iterator[Problem]:
    """A name means one thing: levers are called by it, as ``jiebei.limit``."""
    taken = dict.fromkeys(RESERVED, "the simulator itself")
    for table in _NAMED:
        for name in getattr(scenario, table):
            if name in taken:
                message = f"the name is taken by {taken[name]}"
                accepted = "another name: levers such as jiebei.limit are called by it"
                yield Problem(f"{table}.{name}", message, accepted=accepted)
            taken[name] = f"{table}.{name}"


def _strangers(given: Iterable[str], valid: Iterable[str], what: str) -> Iterator[Problem]:
    """Report the names that do not exist."""
    names = list(valid)
    return (unknown(name, names, what) for name in given if name not in names)


@rule("treasury", "channels")
def _orders(scenario: Scenario) -> Iterator[Problem]:
    """Orders name channels."""
    for key in ("draw_order", "draw_together", "prepay_order"):
        given = getattr(scenario.treasury, key) or ()
        for problem in _strangers(given, scenario.channels, "channel"):
            yield problem.under(f"treasury.{key}")


@rule("treasury", "sales", "customers", "suppliers", "payroll", "costs", "taxes")
def _room_between(scenario: Scenario) -> Iterator[Problem]:
    """A ceiling in money is no lower than a floor in days, or the other way round."""
    floor, ceiling = scenario.treasury.floor, scenario.treasury.ceiling
    if ceiling is None or (floor.days is None) == (ceiling.days is None):
        return
    for items in (scenario.suppliers, scenario.costs):
        if len(dict(sound(items))) < len(items):
            return
    from cashstress.scenario.steady import planned_daily_outflow

    daily = planned_daily_outflow(scenario)
    most, least = (
        float(each.amount or 0) if each.days is None else each.days * daily
        for each in (ceiling, floor)
    )
    if most < least:
        message = f"planned outflow is {daily:.2f} a day"
        problem = ceiling_below_floor(scenario.treasury)
        yield attrs.evolve(problem, message=f"{problem.message} ({message})").under("treasury")


def _names_rule(table: str) -> Any:
    """Make the rule that shocks name items of one table that exist."""

    @rule("shocks", table)
    def _known(scenario: Scenario) -> Iterator[Problem]:
        valid = getattr(scenario, table)
        for name, shock in sound(scenario.shocks):
            given = getattr(shock, table, None) or ()
            for problem in _strangers(given, valid, _NAMED[table]):
                yield problem.under(f"shocks.{name}.{table}")

    return _known


@rule("shocks", "customers")
def _lost_customer(scenario: Scenario) -> Iterator[Problem]:
    """The customer lost exists."""
    for name, shock in sound(scenario.shocks):
        given = getattr(shock, "customer", None)
        for problem in _strangers([given] if given else [], scenario.customers, "customer"):
            yield problem.under(f"shocks.{name}.customer")


@rule("shocks", "payroll", *_NAMED)
def _lever_to_pull(scenario: Scenario) -> Iterator[Problem]:
    """A lever shock names a lever that exists."""
    valid = list(lever_names(scenario))
    for name, shock in sound(scenario.shocks):
        lever = getattr(shock, "lever", None)
        for problem in _strangers([lever] if lever else [], valid, "lever"):
            yield problem.under(f"shocks.{name}.lever")


@rule("shocks", "channels")
def _only_personal_lines_are_misused(scenario: Scenario) -> Iterator[Problem]:
    """A firm that uses the firm's line misuses nothing."""
    channels = dict(sound(scenario.channels))
    for name, shock in sound(scenario.shocks):
        if getattr(shock, "cause", None) != "misuse":
            continue
        for line in getattr(shock, "channels", ()):
            if line in channels and channels[line].record != "owner":
                message = "business use is no misuse of a line on the firm's record"
                accepted = 'channels with record = "owner", or another cause'
                yield Problem(f"shocks.{name}.channels", message, line, accepted)


@rule("shocks", "payroll")
def _wages_to_raise(scenario: Scenario) -> Iterator[Problem]:
    """A rise in wages needs a payroll."""
    for name, shock in sound(scenario.shocks):
        if getattr(shock, "wages", False) and scenario.payroll is None:
            yield Problem(f"shocks.{name}.wages", "there is no payroll", "true", "a table payroll")


@rule("start", "horizon", "shocks")
def _shock_dates(scenario: Scenario) -> Iterator[Problem]:
    """Dated shocks strike inside the run."""
    for name, shock in sound(scenario.shocks):
        if shock.on is not None:
            yield from _inside(scenario, shock.on, f"shocks.{name}.on")
        for place, date in enumerate(shock.between or ()):
            yield from _inside(scenario, date, f"shocks.{name}.between[{place}]")


@rule("start", "horizon", "costs")
def _cost_dates(scenario: Scenario) -> Iterator[Problem]:
    """Single payments fall inside the run."""
    for name, cost in sound(scenario.costs):
        if cost.on is not None:
            yield from _inside(scenario, cost.on, f"costs.{name}.on")


def _inside(scenario: Scenario, date: dt.date, key: str) -> Iterator[Problem]:
    """Report a date outside the run."""
    last = scenario.start + dt.timedelta(days=scenario.horizon - 1)
    if not scenario.start <= date <= last:
        accepted = f"{scenario.start} to {last}"
        yield Problem(key, "date outside the run", str(date), accepted)


def _opening_rule(table: str) -> Any:
    """Make the rule that open invoices are due on the first day or later."""

    @rule("start", table)
    def _due(scenario: Scenario) -> Iterator[Problem]:
        for name, item in sound(getattr(scenario, table)):
            for place, opening in enumerate(item.opening or ()):
                key = f"{table}.{name}.opening[{place}].due"
                yield from _not_before(scenario, opening.due, key)

    return _due


@rule("start", "channels")
def _expiries(scenario: Scenario) -> Iterator[Problem]:
    """A line has not expired before the run."""
    for name, channel in sound(scenario.channels):
        expires = getattr(channel, "expires", None)
        if expires is not None:
            yield from _not_before(scenario, expires, f"channels.{name}.expires")


@rule("start", "channels")
def _renewals(scenario: Scenario) -> Iterator[Problem]:
    """The first renewal day has not gone by."""
    for name, channel in sound(scenario.channels):
        renewal = getattr(channel, "renewal", None)
        if renewal is not None and renewal.on is not None:
            yield from _not_before(scenario, renewal.on, f"channels.{name}.renewal.on")


@rule("start", "channels")
def _maturities(scenario: Scenario) -> Iterator[Problem]:
    """What is left of a loan matures after the first day, and within its tenor."""
    for name, channel in sound(scenario.channels):
        matures = getattr(channel, "matures", None)
        if matures is None:
            continue
        key = f"channels.{name}.matures"
        if matures <= scenario.start:
            accepted = f"later than {scenario.start}"
            yield Problem(key, "matures before the run", str(matures), accepted)
        elif channel.due_days_left(scenario.start)[1] > channel.tenor_months:  # type: ignore[attr-defined]
            accepted = f"within {channel.tenor_months} months, or a longer tenor_months"  # type: ignore[attr-defined]
            yield Problem(key, "longer than the tenor", str(matures), accepted)


@rule("shocks", "channels")
def _tenors_to_shorten(scenario: Scenario) -> Iterator[Problem]:
    """Only a line with instalments has a tenor."""
    for name, shock in sound(scenario.shocks):
        if getattr(shock, "tenor_months", None) is None:
            continue
        for channel in shock.channels:  # type: ignore[attr-defined]
            levers = getattr(scenario.channels.get(channel), "levers", ("tenor_months",))
            if "tenor_months" not in levers:
                accepted = 'channels of kind "platform" or "term_loan"'
                message = f"{channel} has no tenor: it is repaid when there is cash"
                yield Problem(f"shocks.{name}.tenor_months", message, accepted=accepted)


def _not_before(scenario: Scenario, date: dt.date, key: str) -> Iterator[Problem]:
    """Report a date before the start."""
    if date < scenario.start:
        accepted = f"{scenario.start} or later"
        yield Problem(key, "date before the start", str(date), accepted)


@rule("start", "horizon", "sales", "payroll")
def _festivals_known(scenario: Scenario) -> Iterator[Problem]:
    """The table of Spring Festivals covers the run, where it matters."""
    first, last = min(SPRING_FESTIVAL), max(SPRING_FESTIVAL)
    end = scenario.start + dt.timedelta(days=scenario.horizon)
    if first <= scenario.start.year and end.year <= last:
        return
    payroll = scenario.payroll
    uses = {
        "sales.spring_festival": scenario.sales.spring_festival is not None,
        "payroll.bonus_months": payroll is not None and payroll.bonus_months > 0,
    }
    for key in (key for key, used in uses.items() if used):
        accepted = f"a run from {first} to {last}"
        message = "the dates of the Spring Festival are known only for some years"
        yield Problem(key, message, f"{scenario.start} to {end}", accepted)


RULES = (
    _shares_sum,
    _distinct_names,
    _orders,
    _room_between,
    *(_names_rule(table) for table in _NAMED),
    _lost_customer,
    _lever_to_pull,
    _only_personal_lines_are_misused,
    _wages_to_raise,
    _shock_dates,
    _cost_dates,
    _opening_rule("customers"),
    _opening_rule("suppliers"),
    _expiries,
    _renewals,
    _maturities,
    _tenors_to_shorten,
    _festivals_known,
)
