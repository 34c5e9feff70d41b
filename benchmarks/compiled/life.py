"""A replication from day 0 to the end, and one after another."""

from __future__ import annotations

from typing import Any, Final

from compiled import diary
from compiled.books import begin_day, bill
from compiled.dates import MONTH_END, REVIEW
from compiled.jit import compiled, inlined
from compiled.lending import bill_lenders, lend, receive_loans, strike
from compiled.luck import GROUP, deal, make_words
from compiled.office import bill_costs, count_stoppage, earn, file_taxes, leave
from compiled.prospects import foresee, open_invoice
from compiled.settling import settle
from compiled.state import clear, clear_what_comes
from compiled.trade import collect, deliver, order, sell

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

# -- opening the books ----------------------------------------------------------------------------


@compiled
def _open_books(firm: Any, plan: Any, luck: Any) -> None:
    """The balance sheet of day 0."""
    firm.cash = firm.opening_cash = luck.cash
    firm.worth = plan.worth + luck.cash
    firm.days_in_table = diary.WEEK * firm.weeks.shape[1]
    firm.staff = plan.staff
    firm.next_day = plan.dated_day[0]
    for supplier in range(len(firm.stock)):
        firm.stock[supplier] = plan.stock[supplier]
    for row in range(len(plan.moving_day)):
        if plan.moving_quantity[row]:
            supplier = plan.moving_supplier[row]
            firm.on_order[supplier] += plan.moving_quantity[row]
            if plan.moving_day[row] < plan.horizon:
                firm.transit[plan.moving_day[row], supplier] += plan.moving_quantity[row]
                firm.arrivals[plan.moving_day[row]] += 1
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
    clear(firm)
    _open_books(firm, plan, luck)
    for day in range(plan.horizon):
        flags = plan.flags[day]
        begin_day(firm, plan, day)
        strike(firm, plan, luck, day)
        collect(firm, luck, day)
        receive_loans(firm, plan, day)
        _operate(firm, plan, luck, day, flags)
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
def _operate(firm: Any, plan: Any, luck: Any, day: int, flags: int) -> None:
    """Deliveries, sales, orders."""
    if firm.arrivals[day] or firm.total_owed or firm.holds:
        for supplier in range(len(plan.share)):
            deliver(firm, plan, supplier, day)
        firm.arrivals[day] = 0
    firm.sold = 0
    firm.short = 0
    if plan.demand[day] > 0:
        sell(firm, plan, luck, day)
    count_stoppage(firm, plan, day)
    if flags & REVIEW or firm.retries:
        firm.retries = 0
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
    clear_what_comes(firm)
    is_noted = day % diary.WEEK == diary.WEEK - 1 or day == plan.horizon - 1
    for each in range(day // diary.WEEK + is_noted, firm.weeks.shape[1]):
        diary.close_week(firm, each, 0)


# -- all of them ----------------------------------------------------------------------------------


@compiled
def live_all(places: Any, streams: Any, habits: Any, first: int, answer: Any) -> None:
    """Live one replication after another, and note what they say together."""
    firm, plan, luck = places[0][0], places[1][0], places[2][0]
    keys, words, draws, tables = streams
    outcomes, amounts, chain, events, alive, paths, weeks, scratch = answer
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
        chain[slot - first] = firm.chain
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


__all__ = ["METRICS", "live", "live_all"]
