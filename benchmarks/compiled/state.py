"""The state of one replication: a record that the next one uses again."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from cashstress.processes.channels.closing import CAUSES
from compiled import diary
from compiled.amounts import BEYOND
from compiled.jit import compiled, inlined
from compiled.ledgers import LINES
from compiled.trade import NOT_IDLE

_FAR: Final = np.iinfo(np.int64).max
_AMOUNTS: Final = (
    *("cash", "profit", "vat_owed", "income_tax", "profit_before", "taxed", "worth"),
    *("expected", "known", "total_owed", "debits", "day", "next_dated", "stopped", "idle_since"),
    *("cost_of_funding", "late_charges", "price_variance", "lost", "sold"),
    *("opening_cash", "days_in_table", "lent_last", "next_day", "retries", "holds"),
    *("lowest_cash", "lowest_liquidity", "deepest", "wages_paid_late", "cash_orders"),
    *("platform_drawn", "bank_drawn", "owner_drawn", "bank_pending", "owner_pending"),
    *("balance", "since", "first_due", "last_month"),
)
_FLOATS: Final = (
    "staff", "tax_late", "daily", "accrued", "bank_accrued", "owner_accrued", "penalty",
)  # fmt: skip
_FLAGS: Final = ("short", "waiting", "in_arrears")


def make_firm(plan: Any) -> Any:
    """A place for the state of one replication, used again by the next."""
    days, ledgers = int(plan["horizon"][0]), plan["line_of"].shape[1]
    sellers, costs = plan["share"].shape[1], plan["cost_vat"].shape[1]
    rows, weeks = plan["ring_principal"].shape[1], min(13, -(-days // diary.WEEK))
    outcomes, whole = diary.CLOSED + 3, np.int64
    tables = [
        *((name, whole, days + BEYOND) for name in ("receipts", "write_offs", "expected_moves")),
        *((name, whole, days) for name in ("bank_coming", "owner_coming")),
        ("coming", whole, days + BEYOND),
        ("arrivals", whole, days),
        ("due", whole, (days, ledgers)),
        *((name, whole, ledgers) for name in ("owed", "oldest")),
        *((name, whole, sellers) for name in ("stock", "on_order", "cash_until", "held_days")),
        *((name, whole, sellers) for name in ("cash_order", "cash_order_net", "cash_order_vat")),
        *((name, whole, sellers) for name in ("hold", "served", "retry")),
        *((name, whole, (days, sellers)) for name in ("transit", "from_substitute")),
        *((name, whole, (days, sellers)) for name in ("prepaid_quantity", "prepaid_net")),
        ("waiting_for", whole, costs),
        ("principal", whole, rows),
        ("earning", np.float64, rows),
        *((name, whole, 3) for name in ("closed_until", "defaulted", "balance_at_default")),
        ("causes_until", whole, (3, len(CAUSES))),
        ("chain", whole, len(diary.CHAIN) + 3),
        *((name, whole, outcomes) for name in ("first", "episodes", "days", "last")),
        ("flows", whole, len(LINES)),
        ("weeks", whole, (len(LINES), weeks)),
        ("week_events", whole, (weeks, len(diary.WEEKLY))),
        ("paths", whole, (diary.PATHS, days)),
    ]
    scalars = [(name, np.int64) for name in _AMOUNTS] + [(name, np.float64) for name in _FLOATS]
    return np.zeros(1, scalars + [(name, whole) for name in _FLAGS] + tables)


@inlined
def clear(firm: Any) -> None:
    """Nothing is known of the replication before."""
    firm.receipts[:] = 0
    firm.write_offs[:] = 0
    firm.expected_moves[:] = 0
    firm.coming[:] = 0
    firm.due[:] = 0
    firm.owed[:] = 0
    firm.oldest[:] = 0
    firm.flows[:] = 0
    firm.week_events[:] = 0
    _clear_actors(firm)
    _clear_amounts(firm)


@compiled
def clear_what_comes(firm: Any) -> None:
    """Money and goods on their way: what has come is cleared on its day."""
    firm.bank_coming[:] = 0
    firm.owner_coming[:] = 0
    firm.arrivals[:] = 0
    firm.transit[:] = 0
    firm.prepaid_quantity[:] = 0
    firm.prepaid_net[:] = 0
    firm.from_substitute[:] = 0


@inlined
def _clear_actors(firm: Any) -> None:
    for supplier in range(len(firm.stock)):
        firm.on_order[supplier] = firm.cash_until[supplier] = firm.held_days[supplier] = 0
        firm.cash_order[supplier] = 0
        firm.hold[supplier] = firm.served[supplier] = firm.retry[supplier] = 0
    firm.waiting_for[:] = 0
    for line in range(3):
        firm.causes_until[line, :] = 0
        firm.closed_until[line] = 0
        firm.balance_at_default[line] = 0
        firm.defaulted[line] = 0
    for outcome in range(len(firm.first)):
        firm.first[outcome] = -1
        firm.episodes[outcome] = firm.days[outcome] = 0
        firm.last[outcome] = -_FAR


@inlined
def _clear_amounts(firm: Any) -> None:
    firm.profit = firm.vat_owed = firm.income_tax = firm.profit_before = firm.taxed = 0
    firm.expected = firm.known = firm.total_owed = firm.debits = firm.day = firm.next_dated = 0
    firm.stopped = firm.cost_of_funding = firm.late_charges = firm.price_variance = 0
    firm.lost = firm.sold = firm.deepest = firm.wages_paid_late = firm.cash_orders = 0
    firm.bank_pending = firm.owner_pending = firm.since = 0
    firm.idle_since = NOT_IDLE
    firm.lent_last = -1
    firm.retries = firm.holds = 0
    firm.chain[:] = 0
    firm.chain[0] = firm.chain[2] = -1
    firm.lowest_cash = firm.lowest_liquidity = _FAR
    firm.tax_late = firm.accrued = firm.bank_accrued = firm.owner_accrued = firm.penalty = 0.0
    firm.short = firm.waiting = firm.in_arrears = 0
