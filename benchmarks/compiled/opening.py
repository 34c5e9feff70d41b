"""The balance sheet of day 0 as the steady state leaves it, where replications agree."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from cashstress.scenario import Draw
from compiled.amounts import MINOR, credit_days, minor, on_credit, rounded, vat_on
from compiled.dates import annuity
from compiled.ledgers import Ledgers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cashstress.processes.pattern import SalesPattern
    from cashstress.scenario import BusinessCalendar

_YEAR = 365
_WEEK = 7


def books(
    scenario: Any,
    calendar: BusinessCalendar,
    pattern: SalesPattern,
    fields: dict[str, Any],
) -> dict[str, Any]:
    """Stock, goods on the way, bills, invoices, loans, cash, and what the firm is worth by them."""
    annual = np.rint(np.multiply(float(scenario.sales.annual), MINOR))
    opens_from = calendar.roll(-1, "previous") + 1
    goods = _goods(scenario, calendar, annual * pattern.share_between(0, _YEAR), opens_from)
    bills = goods.pop("bills") + _wages(fields)
    ring = _platform(scenario, fields)
    drawn = {name: minor(line.drawn) for name, line in scenario.channels.items()}
    kinds = {line.kind: drawn[name] for name, line in scenario.channels.items()}
    worth = minor(scenario.firm.other_assets - scenario.firm.other_liabilities)
    worth += sum(goods["stock"]) - sum(amount for _, _, amount in bills) - sum(drawn.values())
    ledgers, dues, amounts = zip(*bills, strict=True)
    return (
        goods
        | ring
        | _cash(scenario)
        | _invoices(scenario, pattern, annual, opens_from)
        | {
            "opens_from": opens_from,
            "bill_ledger": ledgers,
            "bill_due": dues,
            "bill_amount": amounts,
            "bank_drawn": kinds["revolver"],
            "owner_drawn": kinds["owner"],
            "worth": worth,
        }
    )


def _goods(
    scenario: Any, calendar: BusinessCalendar, use: float, opens_from: int
) -> dict[str, Any]:
    """Stock, what is on its way, and bills of past deliveries; `use` is that of a plain year."""
    stock, transit, bills = [], [], []
    for place, (seller, ledger) in enumerate(_sellers(scenario)):
        every, lead, terms = seller.review_every, seller.lead_days, int(seller.terms)

        def days_of_use(days: float, share: float = seller.share) -> int:
            return rounded(use * share * (max(days, 0.0) / _YEAR))

        cycles = range(every, terms + lead - opens_from + 1, every)
        moving = [ago for ago in cycles if ago <= lead]
        days = seller.stock_days + lead - every / 2 - every * len(moving)
        stock.append(days_of_use(days))
        batch = days_of_use(every)
        transit += [(place, lead - ago, batch) for ago in moving]
        net = rounded(batch * float(seller.price))
        gross = net + rounded(net * vat_on(scenario, seller))
        for ago in (ago - lead for ago in cycles if ago > lead):
            due = calendar.roll(max(terms - ago, 0), "next")
            if terms - ago >= opens_from:
                bills.append((ledger, due, gross))
    suppliers, arrives, quantity = zip(*(transit or [(0, -1, 0)]), strict=True)
    return {
        "stock": stock,
        "moving_supplier": suppliers,
        "moving_day": arrives,
        "moving_quantity": quantity,
        "bills": bills,
    }


def _sellers(scenario: Any) -> Iterator[tuple[Any, int]]:
    ledgers = Ledgers(scenario)
    for name, seller in scenario.suppliers.items():
        yield seller, ledgers.place(f"supplier {name}")


def _wages(fields: dict[str, Any]) -> list[tuple[int, int, int]]:
    """Last month's wages and social insurance, where their day is still to come."""
    gross = fields["staff"] * fields["wage"] * (1.0 + fields["opening_bonus"])
    parts = zip(
        (fields["ledger_wages"], fields["ledger_social"]),
        fields["opening_run"],
        (fields["net_share"], fields["social_share"]),
        strict=True,
    )
    return [(ledger, due, rounded(gross * share)) for ledger, due, share in parts if due >= 0]


def _cash(scenario: Any) -> dict[str, Any]:
    """Cash in major units: the least, and how much more it may be."""
    cash = scenario.firm.cash
    if isinstance(cash, Draw):
        assert cash.low is not None
        assert cash.high is not None
        return {"cash_low": cash.low, "cash_span": cash.high - cash.low}
    return {"cash_low": float(cash), "cash_span": 0.0}


def past_invoices(scenario: Any, opens_from: int) -> list[tuple[int, str, int, int]]:
    """Customer's place and name, first day and end of the sales on each invoice of the past."""
    rows = []
    for place, name, buyer in on_credit(scenario):
        terms = credit_days(buyer)
        oldest = -terms - buyer.write_off_after
        recent = (0 if buyer.consumer else opens_from) - max(terms, 1)
        weeks = range(recent - _WEEK, oldest - 1, -_WEEK)
        rows += [(place, name, day, day + _WEEK) for day in weeks]
        rows += [(place, name, day, day + 1) for day in range(recent, 0)]
    return rows


def _invoices(
    scenario: Any, pattern: SalesPattern, annual: float, opens_from: int
) -> dict[str, Any]:
    """Past sales as planned, on one invoice a day or a week."""
    rows, buyers = past_invoices(scenario, opens_from), list(scenario.customers.values())
    gross = [
        annual
        * pattern.share_between(first, last)
        * (buyers[k].share * (1.0 - buyers[k].paid_at_once) * (1.0 + scenario.taxes.rate))
        for k, _, first, last in rows
    ]
    return {
        "past_customer": [place for place, *_ in rows],
        "past_day": [first for _, _, first, _ in rows],
        "past_gross": [rounded(each) for each in gross],
    }


def _platform(scenario: Any, fields: dict[str, Any]) -> dict[str, Any]:
    """The opening balance in the months that it has left."""
    line = next(line for line in scenario.channels.values() if line.kind == "platform")
    amount, rate = minor(line.drawn), float(line.rate.daily())
    months = line.opening_months or line.tenor_months
    dues = fields["month_due"][1 : 1 + months]
    level = rounded(amount / annuity(0, dues, rate))
    principal, left = np.zeros(len(fields["ring_rows"]), np.int64), amount
    for place, (before, due) in enumerate(pairwise([0, *dues]), 1):
        interest = rounded(left * ((due - before) * rate))
        part = min(max(level - interest, 0), left) if place < months else left
        principal[place % len(principal)] += part
        left -= part
    return {"platform_drawn": amount, "ring_principal": principal, "ring_last": months}
