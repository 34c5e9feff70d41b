"""The treasury: what is missing, who lends it, who is paid, what is repaid early."""

from __future__ import annotations

from typing import Any

import numpy as np

from compiled import philox
from compiled.amounts import NEVER
from compiled.books import debits_due, flow, open_day, pay, pay_as_it_falls_due
from compiled.dates import BUSINESS
from compiled.jit import compiled, inlined
from compiled.ledgers import CLASSES, WAGES
from compiled.lending import (
    BANK,
    OWNER,
    PLATFORM,
    draw_on_platform,
    headroom,
    interest_ahead,
    platform_ahead,
    prepay_bank,
    prepay_owner,
    prepay_platform,
)
from compiled.luck import half_word
from compiled.money import cents


@inlined
def settle(firm: Any, plan: Any, luck: Any, day: int, flags: int) -> None:
    """One day's cash management."""
    bank_day = flags & BUSINESS != 0
    total = firm.total_owed + firm.coming[day]
    if bank_day:
        required = total + firm.cash_orders
        _borrow(firm, plan, luck, day, plan.floor + required - firm.cash, 0)
    else:
        required = firm.debits + debits_due(firm, plan, day)
        gap = plan.floor + required - firm.cash
        _borrow(firm, plan, luck, day, gap, total - required)
    enough = required <= firm.cash
    if enough and bank_day and firm.total_owed == 0:
        pay_as_it_falls_due(firm, plan, day)
    elif total or firm.cash_orders:
        open_day(firm, plan, day)
        _pay(firm, plan, enough, bank_day)
    if firm.cash_orders:
        _settle_cash_orders(firm, plan, enough and bank_day)
    if firm.total_owed == 0 and firm.cash > plan.ceiling:
        _repay_early(firm, plan, bank_day)


# -- borrowing ------------------------------------------------------------------------------------


@inlined
def bank_headroom(firm: Any, plan: Any) -> int:
    """What the bank would lend now."""
    used = firm.bank_drawn + firm.bank_pending
    is_open = firm.closed_until[BANK] <= firm.day
    return headroom(plan.bank_limit, used, plan.bank_least, is_open)


@inlined
def platform_headroom(firm: Any, plan: Any) -> int:
    """What the platform would lend now."""
    is_open = firm.closed_until[PLATFORM] <= firm.day
    return headroom(plan.platform_limit, firm.platform_drawn, plan.platform_least, is_open)


@inlined
def owner_headroom(firm: Any, plan: Any) -> int:
    """What the owner would lend now."""
    used = firm.owner_drawn + firm.owner_pending
    is_open = firm.closed_until[OWNER] <= firm.day
    return headroom(plan.owner_limit, used, plan.owner_least, is_open)


@inlined
def _borrow(firm: Any, plan: Any, luck: Any, day: int, gap: int, waiting: int) -> None:
    """Ask the bank, the platform, the owner, in this order, for what is missing."""
    bank, owner = bank_headroom(firm, plan), owner_headroom(firm, plan)
    ahead = 0
    if bank or owner:
        ahead = gap + waiting + _ahead(firm, plan, day)
    if bank:
        wanted = max(gap - firm.bank_pending - firm.owner_pending, ahead)
        ahead -= _ask_bank(firm, plan, luck, day, min(wanted, bank))
    room = platform_headroom(firm, plan)
    if gap > 0 and room:
        drawn = max(min(gap, room), plan.platform_least)
        draw_on_platform(firm, plan, drawn)
        gap -= drawn
        ahead -= drawn
        room = platform_headroom(firm, plan)
    if owner:
        wanted = max(gap - firm.bank_pending - firm.owner_pending, ahead - room)
        if wanted > 0:
            asked = min(max(wanted, plan.owner_least), owner)
            firm.owner_pending += asked
            _arrives(plan, firm.owner_coming, day + plan.owner_delay, asked)


@compiled
def _ask_bank(firm: Any, plan: Any, luck: Any, day: int, wanted: int) -> int:
    """What the bank approves of a request; the money comes later."""
    if wanted <= 0:
        return 0
    asked = max(wanted, plan.bank_least)
    if plan.bank_approval < 1.0 and _chance(luck, day) >= plan.bank_approval:
        return 0
    firm.bank_pending += asked
    _arrives(plan, firm.bank_coming, day + plan.bank_delay, asked)
    return asked


@inlined
def _arrives(plan: Any, coming: Any, day: int, amount: int) -> None:
    """Put money on the business day on which it comes."""
    day = plan.next_business[day]
    if day < plan.horizon:
        coming[day] += amount


@compiled
def _chance(luck: Any, day: int) -> float:
    """The draw of today: whether the bank approves; worked out only when it is asked."""
    philox.draw(luck.bank_key, luck.slot // 8, day, luck.words)
    return (half_word(luck.words, luck.slot % 8) + 0.5) * 2.0**-32


@inlined
def _ahead(firm: Any, plan: Any, day: int) -> int:
    """Known outflows of the look-ahead less expected receipts and money on its way."""
    outflows = firm.known + platform_ahead(firm, plan, day) + plan.costs_ahead[day]
    if plan.bank_until[day] >= 0:
        days = plan.bank_until[day] - day
        outflows += interest_ahead(firm.bank_accrued, firm.bank_drawn, plan.bank_rate, days)
    if plan.owner_until[day] >= 0 and plan.owner_rate:
        days = plan.owner_until[day] - day
        outflows += interest_ahead(firm.owner_accrued, firm.owner_drawn, plan.owner_rate, days)
    if plan.months_ahead[day]:
        outflows += cents(firm.staff * plan.wage * plan.months_ahead[day])
    receipts = cents(firm.expected * plan.haircut)
    return outflows - receipts - firm.bank_pending - firm.owner_pending


# -- paying ---------------------------------------------------------------------------------------


@inlined
def _pay(firm: Any, plan: Any, enough: bool, bank_day: bool) -> None:
    """Pay all of it where there is cash for it, else in order."""
    ends = CLASSES if bank_day else 1
    if not enough:
        _pay_in_order(firm, plan, ends)
    else:
        for ledger in range(plan.class_first[ends]):
            if firm.owed[ledger]:
                pay(firm, plan, ledger, firm.owed[ledger])


@compiled
def _settle_cash_orders(firm: Any, plan: Any, enough: bool) -> None:
    """Orders are paid where there is cash for all; what has not been paid is tried tomorrow."""
    for supplier in range(len(plan.share)):
        if firm.cash_order[supplier]:
            if enough:
                _accept(firm, plan, supplier)
            firm.retry[supplier] = firm.cash_order[supplier] > 0
            firm.retries += firm.retry[supplier]
            firm.cash_order[supplier] = 0
    firm.cash_orders = 0


@compiled
def _pay_in_order(firm: Any, plan: Any, ends: int) -> None:
    """Class by class; cash that a pay run waits for is not spent on lower classes."""
    for rank in range(ends):
        if rank == WAGES:
            if not _pay_wages(firm, plan):
                return
        else:
            _pay_class(firm, plan, plan.class_first[rank], plan.class_first[rank + 1])
        if firm.cash_orders and ends == CLASSES:
            for supplier in range(len(plan.share)):
                if plan.class_supplier[supplier] == rank and firm.cash_order[supplier]:
                    _accept_if_cash(firm, plan, supplier)


@compiled
def _pay_wages(firm: Any, plan: Any) -> bool:
    """Pay runs whole, the oldest first, then social insurance; says whether to go on."""
    wages, social = plan.ledger_wages, plan.ledger_social
    while firm.owed[wages]:
        run = firm.due[firm.oldest[wages], wages]
        if run > firm.cash:
            if not plan.release:
                return False
            break
        pay(firm, plan, wages, run)
    if firm.owed[social] and firm.cash:
        pay(firm, plan, social, min(firm.owed[social], firm.cash))
    return True


@compiled
def _pay_class(firm: Any, plan: Any, first: int, end: int) -> None:
    """The oldest due day over all ledgers of a class, then the next, until the cash is gone."""
    while firm.cash > 0:
        chosen, oldest = -1, np.int64(NEVER)
        for ledger in range(first, end):
            # Very old debt counts as equally old.
            since = max(firm.oldest[ledger], firm.day - plan.longest_age)
            if firm.owed[ledger] and since < oldest:
                chosen, oldest = ledger, since
        if chosen < 0:
            return
        amount = min(firm.due[firm.oldest[chosen], chosen], firm.cash)
        pay(firm, plan, chosen, amount)


@compiled
def _accept_if_cash(firm: Any, plan: Any, supplier: int) -> None:
    if firm.cash_order_net[supplier] + firm.cash_order_vat[supplier] <= firm.cash:
        _accept(firm, plan, supplier)


@compiled
def _accept(firm: Any, plan: Any, supplier: int) -> None:
    """Pay an order in advance; it arrives after the supplier's or the substitute's days."""
    net, vat = firm.cash_order_net[supplier], firm.cash_order_vat[supplier]
    firm.cash -= net + vat
    flow(firm, plan.line_of_class[plan.class_supplier[supplier]], net + vat)
    firm.vat_owed -= vat
    quantity = firm.cash_order[supplier]
    firm.cash_order[supplier] = 0
    firm.on_order[supplier] += quantity
    held = firm.hold[supplier]
    day = firm.day + (plan.substitute_days[supplier] if held else plan.lead_days[supplier])
    if day < plan.horizon:
        firm.arrivals[day] += 1
        firm.prepaid_quantity[day, supplier] += quantity
        firm.prepaid_net[day, supplier] += net
        firm.from_substitute[day, supplier] |= held


# -- afterwards -----------------------------------------------------------------------------------


@compiled
def _repay_early(firm: Any, plan: Any, bank_day: bool) -> None:
    """Cash above the ceiling repays the owner, the platform, the bank, in this order."""
    spare = firm.cash - plan.ceiling
    if bank_day:
        spare = prepay_owner(firm, plan, spare)
    if spare > 0:
        spare = prepay_platform(firm, plan, spare)
    if bank_day and spare > 0:
        prepay_bank(firm, plan, spare)
