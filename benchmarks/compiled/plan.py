"""What every replication shares, worked out once: one record of numbers and small tables.

Everything here is Python and runs before the loop. Amounts are whole minor units, days count from
the start. The record's type carries the lengths of its tables, so the compiler knows how many
suppliers, customers and ledgers there are.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from cashstress.processes.channels.closing import CAUSES
from cashstress.processes.pattern import SalesPattern
from cashstress.scenario import BusinessCalendar
from cashstress.scenario.steady import planned_daily_outflow
from compiled import coverage, luck, opening
from compiled.amounts import MINOR, NEVER, credit_days, mean_late, minor, rounded, vat_on
from compiled.dates import dates_of
from compiled.ledgers import Ledgers
from compiled.schedule import schedule_of

#: Days past due beyond which debts are not told apart: two more than any rule asks for.
_ROOM: Final = 2


def make_plan(scenario: Any) -> Any:
    """Work the tables out; refuses a firm that the loop was not written for."""
    coverage.check(scenario)
    calendar, ledgers = BusinessCalendar(scenario), Ledgers(scenario)
    pattern = SalesPattern(scenario, calendar)
    fields = _policy(scenario) | ledgers.fields()
    fields |= dates_of(scenario, calendar) | schedule_of(scenario, calendar)
    fields |= _trade(scenario, pattern) | _costs(scenario, calendar) | _lines(scenario)
    fields |= luck.fields(scenario) | _taxes(scenario)
    fields |= opening.books(scenario, calendar, pattern, fields)
    return record(fields)


def record(fields: dict[str, Any]) -> Any:
    """One record with these numbers and tables."""
    tables = {name: np.asarray(value) for name, value in fields.items()}
    # Numba has no truth values in a record's tables.
    for name, table in tables.items():
        if table.dtype == np.bool_:
            tables[name] = table.astype(np.int64)
    made = np.zeros(1, [(name, table.dtype, table.shape) for name, table in tables.items()])
    for name, table in tables.items():
        made[name][0] = table
    return made


def _policy(scenario: Any) -> dict[str, Any]:
    treasury, outcomes = scenario.treasury, scenario.outcomes
    outflow = planned_daily_outflow(scenario) * MINOR
    ages = [outcomes.default_days, treasury.wind_up_after, scenario.payroll.grace]
    ages += [supplier.tolerance for supplier in scenario.suppliers.values()]
    ages += [channel.close_after_arrears for channel in scenario.channels.values()]
    return {
        "horizon": scenario.horizon,
        "floor": _buffer(treasury.floor, outflow),
        "ceiling": NEVER * NEVER
        if treasury.ceiling is None
        else _buffer(treasury.ceiling, outflow),
        "look_ahead": treasury.look_ahead,
        "haircut": float(treasury.receipt_haircut),
        "austere_below": treasury.austerity_days * outflow,
        "austerity_cut": treasury.austerity_cut,
        "release": treasury.release,
        "wind_up_after": treasury.wind_up_after,
        "longest_age": max(ages) + _ROOM,
        "min_output": outcomes.min_output,
        "hold_days": outcomes.hold_days,
        "default_days": outcomes.default_days,
        "keep": 0.5 ** (1.0 / scenario.economy.half_life),
    }


def _buffer(buffer: Any, outflow: float) -> int:
    return minor(buffer.amount or 0) if buffer.days is None else round(buffer.days * outflow)


def _trade(scenario: Any, pattern: SalesPattern) -> dict[str, Any]:
    """Sales, customers and suppliers."""
    days = range(scenario.horizon)
    annual = np.rint(np.multiply(float(scenario.sales.annual), MINOR))
    buyers, sellers = scenario.customers.values(), list(scenario.suppliers.values())
    return {
        "demand": [annual * pattern.share(day) for day in days],
        "output_vat": scenario.taxes.rate,
        "mix": np.cumsum([buyer.share for buyer in buyers]),
        "paid_at_once": [buyer.paid_at_once for buyer in buyers],
        "consumer": [buyer.consumer for buyer in buyers],
        "write_off_after": [buyer.write_off_after for buyer in buyers],
        # With `days_to_pay` the table counts from the invoice, and the mean is when it is expected.
        "credit_days": [credit_days(buyer) for buyer in buyers],
        "counted_from_invoice": [buyer.days_to_pay is not None for buyer in buyers],
        "sight": [max(scenario.treasury.look_ahead - mean_late(buyer), 0) for buyer in buyers],
        "share": [seller.share for seller in sellers],
        "critical": [seller.critical for seller in sellers],
        "price": [float(seller.price) for seller in sellers],
        "price_factor": [_substitute(seller)[0] for seller in sellers],
        "substitute_days": [_substitute(seller)[1] for seller in sellers],
        "purchase_vat": [vat_on(scenario, seller) for seller in sellers],
        "supplier_terms": [int(seller.terms) for seller in sellers],
        "lead_days": [seller.lead_days for seller in sellers],
        "reviews": [[day % seller.review_every == 0 for seller in sellers] for day in days],
        "min_order": [minor(seller.min_order) for seller in sellers],
        "tolerance": [seller.tolerance for seller in sellers],
        "cod_days": [seller.cod_days for seller in sellers],
        "target": [_targets(seller, annual, pattern, days) for seller in sellers],
    }


def _substitute(seller: Any) -> tuple[float, int]:
    """Its price factor and its delay; no delay where there is none."""
    other = seller.substitute
    return (1.0, -1) if other is None else (other.price_factor, other.delay_days)


def _targets(seller: Any, annual: float, pattern: SalesPattern, days: range) -> list[int]:
    """Stock and orders that are wanted on a day: the planned need of the days of cover."""
    cover = round(seller.lead_days + seller.stock_days + seller.review_every / 2)
    need = (annual * pattern.share_between(day, day + cover) for day in days)
    return [rounded(each * seller.share) for each in need]


def _taxes(scenario: Any) -> dict[str, Any]:
    taxes = scenario.taxes
    return {
        "surcharge": taxes.surcharge,
        "income_tax": taxes.income_tax,
        "late_per_day": taxes.late_per_day,
    }


def _costs(scenario: Any, calendar: BusinessCalendar) -> dict[str, Any]:
    costs, days = list(scenario.costs.values()), range(scenario.horizon)
    with_sales = [(k, c.share_of_sales) for k, c in enumerate(costs) if c.share_of_sales]
    places, shares = zip(*(with_sales or [(0, 0.0)]), strict=True)
    return {
        "sales_cost": places,
        "sales_share": shares,
        "sales_cost_due": [
            [calendar.roll(day + costs[place].terms, "next") for day in days] for place in places
        ],
        "cost_vat": [cost.vat for cost in costs],
        "cost_terms": [cost.terms for cost in costs],
        "claim": [minor(cost.claims.amount) if cost.claims else 0 for cost in costs],
        "discretionary": [cost.pay_class == "discretionary" for cost in costs],
        "capital": [cost.pay_class == "capital" for cost in costs],
    }


def _lines(scenario: Any) -> dict[str, Any]:
    """The three lines, each with its own names; what shocks close."""
    made: dict[str, Any] = {}
    for name, channel in scenario.channels.items():
        kind = {"platform": "platform", "revolver": "bank", "owner": "owner"}[channel.kind]
        made |= {
            f"{kind}_place": list(scenario.channels).index(name),
            f"{kind}_limit": minor(channel.limit),
            f"{kind}_least": max(minor(channel.min_drawing), 1),
            f"{kind}_rate": float(channel.rate.daily()),
            f"{kind}_delay": int(channel.delay_days),
            f"{kind}_patience": channel.close_after_arrears,
            f"{kind}_approval": float(channel.approval),
            f"{kind}_prepayable": channel.prepayable,
            f"{kind}_penalty": float(channel.rate.daily()) * channel.penalty,
        }
    return made | _closures(scenario)


def _closures(scenario: Any) -> dict[str, Any]:
    """By shock: the day it strikes, how long it lasts, and which of the lines it closes."""
    start, names = scenario.start, list(scenario.channels)
    rows = []
    for shock in scenario.shocks.values():
        promised = shock.cause in {"risk_control", "regulator"}
        closed = [
            name in shock.channels and not (promised and scenario.channels[name].committed)
            for name in names
        ]
        lasts = shock.lasts
        mean = getattr(lasts, "mean_days", 0.0)
        fixed = NEVER if lasts is None else 0 if mean else lasts
        cause = CAUSES.index(shock.cause)
        rows.append(((shock.on - start).days, fixed, mean, closed, cause))
    # A table has at least one row; this one strikes on no day.
    nothing = (-1, 0, 0.0, [False] * 3, 0)
    days, fixed_days, means, which, causes = zip(*(rows or [nothing]), strict=True)
    return {
        "strikes": days,
        "lasts": fixed_days,
        "mean_lasts": means,
        "closes": which,
        "strikes_for": causes,
    }
