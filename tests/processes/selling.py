"""A firm without sales whose open invoices a factor, or an anchor's bank, may buy."""

from __future__ import annotations

from borrowing import date
from lab import plain

#: A Gamma of this shape and a mean of 10 days or less is a whole number of days when rounded.
SURE = 10_000
FACTOR = {
    "kind": "factoring",
    "customers": ["shop"],
    "limit": 100_000,
    "advance_rate": 0.8,
    "rate": {"per_day": 0.0005},
}
REVERSE = {
    "kind": "reverse_factoring",
    "anchor": "shop",
    "limit": 100_000,
    "advance_rate": 0.9,
    "rate": {"per_day": 0.0005},
}


def late(days):
    return {"lateness": {"probability": 1, "mean_days": days, "shape": SURE}}


def seller(
    plan, *, bills=None, invoices=None, cash=0, customer=None, others=None, changes=None, **tables
):
    """A firm with `cash`; bills and open invoices by due day, major units."""
    costs = {
        f"bill_{day}": {"once": amount, "on": date(day), "pay_class": "other"}
        for day, amount in (bills or {}).items()
    }
    opening = [{"due": date(day), "amount": amount} for day, amount in (invoices or {}).items()]
    shop = {"share": 1, "terms": 60, "opening": opening} | (customer or {})
    plan = {
        "costs": costs,
        "customers": {"shop": shop},
        "channels": {"line": plan} | (others or {}),
    } | tables
    return plain({"sales.annual": 0, "firm.cash": cash} | (changes or {}), **plan)
