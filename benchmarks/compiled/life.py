"""A replication from day 0 to the end, and one after another."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from compiled import diary
from compiled.amounts import BEYOND
from compiled.books import begin_day, bill
from compiled.dates import MONTH_END
from compiled.jit import compiled, inlined
from compiled.ledgers import LINES
from compiled.lending import bill_lenders, lend, receive_loans, strike
from compiled.luck import GROUP, deal, make_words
from compiled.office import bill_costs, count_stoppage, earn, file_taxes, leave
from compiled.prospects import foresee, open_invoice
from compiled.settling import settle
from compiled.trade import NOT_IDLE, collect, deliver, order, sell

_FAR: Final = np.iinfo(np.int64).max
#: The amounts of a replication, in the library's order; balances at default follow.
METRICS: Final = (
    "lowest_liquidity",
    "lowest_cash",
    "deepest_shortfall",
    "wages_paid_late",
    "cost_of_funding",
    "running_cost",
    "sales_lost",
    "net_assets",
    "profit",
)
_AMOUNTS: Final = (
    *("cash", "profit", "vat_owed", "income_tax", "profit_before", "taxed", "worth"),
    *("expected", "known", "total_owed", "debits", "day", "next_dated", "stopped", "idle_since"),
    *(
        "cost_of_funding",
        "late_charges",
        "price_variance",
        "lost",
        "sold",
        "opening_cash",
        "days_in_table",
    ),
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
        ("due", whole, (days, ledgers)),
        *((name, whole, ledgers) for name in ("owed", "oldest")),
        *((name, whole, sellers) for name in ("stock", "on_order", "cash_until", "held_days")),
        *((name, whole, sellers) for name in ("cash_order", "cash_order_net", "cash_order_vat")),
        *((name, whole, sellers) for name in ("hold", "served", "retry")),
        *(
            (name, whole, (days, sellers))
            for name in ("transit", "prepaid_quantity", "prepaid_net")
        ),
        ("from_substitute", whole, (days, sellers)),
        ("waiting_for", whole, costs),
        ("principal", whole, rows),
        ("earning", np.float64, rows),
        *((name, whole, 3) for name in ("arrears_until", "shut_until", "closed_until")),
        *((name, whole, 3) for name in ("balance_at_default",)),
        ("defaulted", whole, 3),
        *((name, whole, outcomes) for name in ("first", "episodes", "days", "last")),
        ("flows", whole, len(LINES)),
        ("weeks", whole, (len(LINES), weeks)),
        ("week_events", whole, (weeks, len(diary.WEEKLY))),
        ("paths", whole, (diary.PATHS, days)),
    ]
    scalars = [(name, np.int64) for name in _AMOUNTS] + [(name, np.float64) for name in _FLOATS]
    return np.zeros(1, scalars + [(name, whole) for name in _FLAGS] + tables)


# -- opening the books ----------------------------------------------------------------------------


@inlined
def _clear(firm: Any) -> None:
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
def _clear_what_comes(firm: Any) -> None:
    """Money and goods on their way: what has come is cleared on its day."""
    firm.bank_coming[:] = 0
    firm.owner_coming[:] = 0
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
        firm.arrears_until[line] = firm.shut_until[line] = firm.closed_until[line] = 0
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
    firm.lowest_cash = firm.lowest_liquidity = _FAR
    firm.tax_late = firm.accrued = firm.bank_accrued = firm.owner_accrued = firm.penalty = 0.0
    firm.short = firm.waiting = firm.in_arrears = 0


@compiled
def _open_books(firm: Any, plan: Any, luck: Any) -> None:
    """The balance sheet of day 0."""
    firm.cash = firm.opening_cash = luck.cash
    firm.worth = plan.worth + luck.cash
    firm.days_in_table = diary.WEEK * firm.weeks.shape[1]
    firm.staff = plan.staff
    for supplier in range(len(firm.stock)):
        firm.stock[supplier] = plan.stock[supplier]
    for row in range(len(plan.moving_day)):
        if plan.moving_quantity[row]:
            supplier = plan.moving_supplier[row]
            firm.on_order[supplier] += plan.moving_quantity[row]
            if plan.moving_day[row] < plan.horizon:
                firm.transit[plan.moving_day[row], supplier] += plan.moving_quantity[row]
    for row in range(len(plan.bill_due)):
        bill(firm, plan, plan.bill_ledger[row], plan.bill_amount[row], plan.bill_due[row])
    _open_loans(firm, plan)
    for row in range(len(plan.past_day)):
        open_invoice(firm, plan, luck, row)
    foresee(firm, plan, luck)


@inlined
def _open_loans(firm: Any, plan: Any) -> None:
    firm.platform_drawn = firm.balance = plan.platform_drawn
    firm.bank_drawn, firm.owner_drawn = plan.bank_drawn, plan.owner_drawn
    firm.first_due, firm.last_month = plan.month_due[1], plan.ring_last
    firm.daily = 0.0
    for row in range(len(firm.principal)):
        firm.principal[row] = plan.ring_principal[row]
        firm.earning[row] = plan.ring_principal[row] * plan.platform_rate
        firm.daily += firm.earning[row]


# -- living ---------------------------------------------------------------------------------------


@compiled
def live(firm: Any, plan: Any, luck: Any) -> int:
    """Live to the horizon, or until wound up; returns the days at whose end the firm lived."""
    _clear(firm)
    _open_books(firm, plan, luck)
    for day in range(plan.horizon):
        flags = plan.flags[day]
        begin_day(firm, plan, day)
        strike(firm, plan, luck, day)
        collect(firm, luck, day)
        receive_loans(firm, day)
        _operate(firm, plan, luck, day)
        _fall_due(firm, plan, luck, day, flags)
        settle(firm, plan, luck, day, flags)
        firm.tax_late += firm.owed[plan.ledger_taxes] * plan.late_per_day
        lend(firm, plan, day)
        leave(firm, plan, day)
        if not diary.observe(firm, plan, day):
            _end(firm, plan, day)
            return day
    return plan.horizon


@inlined
def _operate(firm: Any, plan: Any, luck: Any, day: int) -> None:
    """Deliveries, sales, orders."""
    for supplier in range(len(plan.share)):
        deliver(firm, plan, supplier, day)
    firm.sold = 0
    firm.short = 0
    if plan.demand[day] > 0:
        sell(firm, plan, luck, day)
    count_stoppage(firm, plan, day)
    for supplier in range(len(plan.share)):
        order(firm, plan, supplier, day)


@inlined
def _fall_due(firm: Any, plan: Any, luck: Any, day: int, flags: int) -> None:
    """All bill, then the day's bills are opened."""
    earn(firm, plan, day)
    bill_costs(firm, plan, luck, day)
    if flags & MONTH_END:
        file_taxes(firm, plan, day, flags)
    bill_lenders(firm, plan, day, flags)


@compiled
def _end(firm: Any, plan: Any, day: int) -> None:
    """Wound up: its cash stays in the table of weeks, and nothing moves."""
    _clear_what_comes(firm)
    is_noted = day % diary.WEEK == diary.WEEK - 1 or day == plan.horizon - 1
    for each in range(day // diary.WEEK + is_noted, firm.weeks.shape[1]):
        diary.close_week(firm, each, 0)


# -- all of them ----------------------------------------------------------------------------------


@compiled
def live_all(places: Any, streams: Any, habits: Any, first: int, answer: Any) -> None:
    """Live one replication after another, and note what they say together."""
    firm, plan, luck = places[0][0], places[1][0], places[2][0]
    keys, words, draws, tables = streams
    outcomes, amounts, events, alive, paths, weeks, scratch = answer
    lives, seen, last = scratch[3], 0, first + len(outcomes) - 1
    for slot in range(first, last + 1):
        if slot == first or slot % GROUP == 0:
            make_words(places[1], keys, words, slot // GROUP)
        deal(plan, luck, draws, tables, habits[:, slot - first], slot)
        lives[seen] = live(firm, plan, luck)
        alive[: lives[seen]] += 1
        _note_amounts_by_day(firm, paths, weeks, scratch, seen)
        events += firm.week_events
        _note_outcomes(firm, outcomes[slot - first])
        _note_amounts(firm, amounts[slot - first])
        seen += 1
        if seen == GROUP or slot == last:
            _count(paths, weeks, scratch, seen)
            seen = 0


@compiled
def _note_amounts_by_day(firm: Any, paths: Any, weeks: Any, scratch: Any, seen: int) -> None:
    doubles, bins, week_bins, lives, _ = scratch
    for path in range(diary.PATHS):
        days = firm.paths[path, : lives[seen]]
        diary.place(doubles, days, diary.row_of(paths, path), bins[path, seen])
    for line in range(firm.weeks.shape[0]):
        days = firm.weeks[line]
        diary.place(doubles, days, diary.row_of(weeks, line), week_bins[line, seen])


@compiled
def _count(paths: Any, weeks: Any, scratch: Any, seen: int) -> None:
    _, bins, week_bins, lives, all_weeks = scratch
    for path in range(diary.PATHS):
        diary.count(paths[0][path], bins[path], lives[:seen])
    for line in range(len(week_bins)):
        diary.count(weeks[0][line], week_bins[line], all_weeks[:seen])


@compiled
def _note_outcomes(firm: Any, row: Any) -> None:
    for outcome in range(len(firm.first)):
        row[0, outcome] = firm.first[outcome]
        row[1, outcome] = firm.episodes[outcome]
        row[2, outcome] = firm.days[outcome]


@compiled
def _note_amounts(firm: Any, row: Any) -> None:
    row[0], row[1] = firm.lowest_liquidity, firm.lowest_cash
    row[2], row[3] = firm.deepest, firm.wages_paid_late
    row[4] = firm.cost_of_funding
    row[5] = firm.cost_of_funding + firm.late_charges + firm.price_variance
    row[6], row[7], row[8] = firm.lost, firm.worth + firm.profit, firm.profit
    for line in range(3):
        row[9 + line] = firm.balance_at_default[line]


__all__ = ["METRICS", "live", "live_all", "make_firm"]
