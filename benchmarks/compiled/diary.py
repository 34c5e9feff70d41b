"""What a replication notes each day, and what all of them say together."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from cashstress.processes.channels.closing import CAUSES
from compiled.jit import compiled, inlined
from compiled.ledgers import CLASSES
from compiled.lending import BANK, OWNER, PLATFORM
from compiled.office import is_missed
from compiled.settling import bank_headroom, owner_headroom, platform_headroom

WEEK: Final = 7
_OPENING: Final = 0
_CLOSING: Final = 11
_HEADROOM: Final = 12
#: Outcomes in the library's order; closed channels follow, in the scenario's.
MISSED, HOLD, STOCK_OUT, DISRUPTION, CASH_OUT, DEFAULT, WOUND_UP, CLOSED = range(8)
#: Those shown by week, in the order of their bits.
WEEKLY: Final = (CASH_OUT, MISSED, HOLD, DISRUPTION)
CASH, HEADROOM, DEBT, LIQUIDITY = range(4)
PATHS: Final = 4
#: The chain to the first trouble: its day, classes unpaid, the last resort, then lines' states.
_DAY, _UNPAID, _LAST_RESORT, _STATES = range(4)
CHAIN: Final = ("day", "unpaid", "last_resort")
#: Bits of a double below those that tell bins apart.
_SHIFT: Final = 47


@inlined
def observe(firm: Any, plan: Any, day: int) -> bool:
    """Read the end of a day; says whether the firm lives on."""
    room = bank_headroom(firm, plan) + platform_headroom(firm, plan) + owner_headroom(firm, plan)
    liquidity = firm.cash + room - firm.total_owed
    firm.paths[CASH, day] = firm.cash
    firm.paths[HEADROOM, day] = room
    firm.paths[DEBT, day] = firm.platform_drawn + firm.bank_drawn + firm.owner_drawn
    firm.paths[LIQUIDITY, day] = liquidity
    firm.lowest_cash = min(firm.lowest_cash, firm.cash)
    firm.lowest_liquidity = min(firm.lowest_liquidity, liquidity)
    _see_supply(firm, plan, day)
    _see_lines(firm, plan, day)
    over = False
    if firm.total_owed:
        firm.deepest = max(firm.deepest, firm.total_owed)
        _see(firm, CASH_OUT, day)
        over = _see_debts(firm, plan, day)
    if firm.chain[_DAY] < 0:
        _note_trouble(firm, plan, day)
    _note_week(firm, plan, day, room)
    return not over


@inlined
def _see(firm: Any, outcome: int, day: int) -> None:
    """An outcome in force; a new episode where it was not in force yesterday."""
    if firm.first[outcome] < 0:
        firm.first[outcome] = day
    firm.episodes[outcome] += firm.last[outcome] != day - 1
    firm.days[outcome] += 1
    firm.last[outcome] = day


@inlined
def _see_supply(firm: Any, plan: Any, day: int) -> None:
    held = long_held = False
    for supplier in range(len(plan.critical)):
        if plan.critical[supplier] and firm.hold[supplier]:
            held = True
            long_held |= firm.held_days[supplier] >= plan.hold_days
    if held:
        _see(firm, HOLD, day)
    if firm.short:
        _see(firm, STOCK_OUT, day)
    if firm.short or long_held:
        _see(firm, DISRUPTION, day)


@inlined
def _see_lines(firm: Any, plan: Any, day: int) -> None:
    if firm.closed_until[PLATFORM] > day:
        _see(firm, CLOSED + plan.platform_place, day)
    if firm.closed_until[BANK] > day:
        _see(firm, CLOSED + plan.bank_place, day)
    if firm.closed_until[OWNER] > day:
        _see(firm, CLOSED + plan.owner_place, day)


@compiled
def _see_debts(firm: Any, plan: Any, day: int) -> bool:
    """Missed wages, default, winding up."""
    over = False
    if is_missed(firm, plan, day):
        _see_missed_wages(firm, plan, day)
        age = min(day - firm.oldest[plan.ledger_wages], plan.longest_age)
        over = age >= plan.wind_up_after
    if firm.defaulted[PLATFORM]:
        firm.balance_at_default[plan.platform_place] = firm.platform_drawn
    if firm.defaulted[BANK]:
        firm.balance_at_default[plan.bank_place] = firm.bank_drawn
    if firm.defaulted[PLATFORM] or firm.defaulted[BANK]:
        _see(firm, DEFAULT, day)
        over = True
    if over:
        _see(firm, WOUND_UP, day)
    return over


@compiled
def _see_missed_wages(firm: Any, plan: Any, day: int) -> None:
    """A new episode for each run that is missed today."""
    ledger = plan.ledger_wages
    due = day - plan.grace
    episodes = firm.episodes[MISSED]
    _see(firm, MISSED, day)
    firm.episodes[MISSED] = episodes
    if due >= firm.oldest[ledger] and firm.due[due, ledger]:
        firm.episodes[MISSED] += 1
        firm.wages_paid_late += firm.due[due, ledger]


@inlined
def _note_trouble(firm: Any, plan: Any, day: int) -> None:
    """On the first day of trouble: what is unpaid, who lent last, how the lines stand."""
    if day in (firm.last[CASH_OUT], firm.last[MISSED], firm.last[HOLD]):
        firm.chain[_DAY], firm.chain[_LAST_RESORT] = day, firm.lent_last
        firm.chain[_UNPAID] = 0
        for rank in range(CLASSES):
            for ledger in range(plan.class_first[rank], plan.class_first[rank + 1]):
                if firm.owed[ledger]:
                    firm.chain[_UNPAID] |= 1 << rank
        _note_line(firm, plan.platform_place, PLATFORM, platform_headroom(firm, plan))
        _note_line(firm, plan.bank_place, BANK, bank_headroom(firm, plan))
        _note_line(firm, plan.owner_place, OWNER, owner_headroom(firm, plan))


@compiled
def _note_line(firm: Any, place: int, line: int, room: int) -> None:
    """The causes that close a line, a bit for each; or that it is used up."""
    bits = 0
    for cause in range(len(CAUSES)):
        if firm.causes_until[line, cause] > firm.day:
            bits |= 1 << cause
    if bits == 0 and room == 0:
        bits = 1 << len(CAUSES)
    firm.chain[_STATES + place] = bits


@inlined
def _note_week(firm: Any, plan: Any, day: int, room: int) -> None:
    """The outcomes of the week; on its last day the amounts of the table."""
    week = day // WEEK
    if week >= firm.weeks.shape[1]:
        return
    for bit in range(len(WEEKLY)):
        if firm.last[WEEKLY[bit]] == day:
            firm.week_events[week, bit] = 1
    if day % WEEK == WEEK - 1 or day == plan.horizon - 1:
        close_week(firm, week, room)


@compiled
def close_week(firm: Any, week: int, room: int) -> None:
    """A row of the 13-week table."""
    for line in range(len(firm.flows)):
        firm.weeks[line, week] = firm.flows[line]
        firm.flows[line] = 0
    firm.weeks[_OPENING, week] = firm.opening_cash
    firm.weeks[_CLOSING, week] = firm.cash
    firm.weeks[_HEADROOM, week] = room
    firm.opening_cash = firm.cash


@compiled
def place(scratch: Any, amounts: Any, sketch: Any, bins: Any) -> None:
    """Add the amounts of one replication's days (or weeks) up, and find the bin of each.

    `scratch` is a place for as many doubles, and the same as whole numbers.
    """
    doubles, patterns = scratch
    _, sums, low, high, first, middle = sketch
    for day in range(len(amounts)):
        amount = amounts[day]
        doubles[day] = abs(amount)
        sums[day] += amount
        low[day] = min(low[day], amount)
        high[day] = max(high[day], amount)
    for day in range(len(amounts)):
        away = min(max((patterns[day] >> _SHIFT) - first, 0), middle)
        bins[day] = middle + (away if amounts[day] >= 0 else -away)


@compiled
def count(counts: Any, bins: Any, lives: Any) -> None:
    """Count the bins of some replications, day by day: those of a day lie close together."""
    one = np.uint32(1)
    fewest = lives.min()
    for day in range(fewest):
        for each in range(len(lives)):
            counts[day, bins[each, day]] += one
    for day in range(fewest, len(counts)):
        for each in range(len(lives)):
            if day < lives[each]:
                counts[day, bins[each, day]] += one


@inlined
def row_of(sketches: Any, row: int) -> Any:
    """One histogram of several."""
    counts, sums, low, high, first, middle = sketches
    return counts[row], sums[row], low[row], high[row], first, middle
