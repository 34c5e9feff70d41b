"""A firm without sales that has bills to pay, money to come, and lines to draw on."""

from __future__ import annotations

import datetime as dt

from lab import START, plain

PLATFORM = {"kind": "platform", "limit": 1000, "rate": {"per_day": 0.001}, "tenor_months": 1}
BANK = {"kind": "revolver", "limit": 1000, "rate": {"per_day": 0.001}}
OWNER = {"kind": "owner", "limit": 1000}


def date(day, start=START):
    return dt.date.fromisoformat(start) + dt.timedelta(days=day)


def borrower(channels, *, bills=None, income=None, cash=100, changes=None, **tables):
    """A firm with `cash`; bills and income by day, major units."""
    changes = {"sales.annual": 0, "firm.cash": cash} | (changes or {})
    # Dates are checked against these, so they cannot be changed afterwards.
    tables |= {key: changes.pop(key) for key in ("start", "horizon") if key in changes}
    start = tables.get("start", START)
    costs = {
        f"bill_{day}": {"once": amount, "on": date(day, start), "pay_class": "other"}
        for day, amount in (bills or {}).items()
    }
    opening = [
        {"due": date(day, start), "amount": amount} for day, amount in (income or {}).items()
    ]
    payer = {"share": 1, "paid_at_once": 1, "consumer": True, "opening": opening}
    tables = {"costs": costs, "customers": {"payer": payer}, "channels": channels} | tables
    return plain(changes, **tables)


def closure(day, lasts=None, **plan):
    on = {"kind": "platform_closure", "channels": ["line"], "on": date(day)}
    return on | ({"lasts": lasts} if lasts else {}) | plan
