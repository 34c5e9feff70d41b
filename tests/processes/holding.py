"""A firm without sales whose customer pays by bill, and a mill that may take bills."""

from __future__ import annotations

from borrowing import date
from lab import START, plain

DISCOUNT = {"kind": "bills", "limit": 100_000, "rate": {"per_year": 0.036, "basis": "ACT/360"}}
ACCEPTANCE = {"kind": "acceptance", "limit": 100_000, "deposit": 0.3, "tenor_months": 1}
#: Its acceptor never pays.
WORTHLESS = {"acceptor": "commercial", "failure": 1}


def holder(
    *, bill=None, invoices=None, bills=None, mill=None, costs=None, cash=0, share=1,
    channels=None, changes=None, supplier=None, **tables,
):  # fmt: skip
    """A firm with `cash`, by due day in major units: open invoices, bills to the mill, costs.

    Parameters
    ----------
    bill : dict
        Terms of the customer's bills; `bills` are those in hand, by day of maturity.
    share : float
        Share of its invoices that it pays by bill; none for one who never does.
    """
    start = tables.get("start", START)

    def dated(items, day, amount):
        return [{day: date(when, start), amount: what} for when, what in (items or {}).items()]

    shop = {"share": 1, "terms": 60, "opening": dated(invoices, "due", "amount")}
    if share:
        terms = {"tenor_months": 1, "opening": dated(bills, "matures", "face")} | (bill or {})
        shop |= {"paid_by_bill": share, "bill": terms}
    sold = {"share": 0, "terms": 30, "accepts_bills": True, "opening": dated(mill, "due", "amount")}
    spent = {
        f"cost_{day}": {"once": amount, "on": date(day, start), "pay_class": "other"}
        for day, amount in (costs or {}).items()
    }
    plan = {
        "customers": {"shop": shop},
        "suppliers": {"mill": sold | (supplier or {})},
        "costs": spent,
        "channels": channels or {},
        "horizon": 100,
    } | tables
    return plain({"sales.annual": 0, "firm.cash": cash} | (changes or {}), **plan)
