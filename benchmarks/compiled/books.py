"""Bills: entered with their due day, opened on it, paid."""

from __future__ import annotations

from typing import Any

from compiled.jit import compiled, inlined


@inlined
def flow(firm: Any, line: int, amount: int) -> None:
    """Note cash that moves, for the 13-week table."""
    firm.flows[line] += amount


@inlined
def bill(firm: Any, plan: Any, ledger: int, amount: int, due: int) -> None:
    """Owe an amount from a day on, today or later."""
    if firm.day < due <= firm.day + plan.look_ahead:
        firm.known += amount
    firm.coming[due] += amount
    if due < plan.horizon:
        firm.due[due, ledger] += amount


@inlined
def begin_day(firm: Any, plan: Any, day: int) -> None:
    """One more day comes into sight of the treasury, and today's bills are no longer ahead."""
    firm.day = day
    if day:
        firm.known += firm.coming[day + plan.look_ahead] - firm.coming[day]


@compiled
def open_day(firm: Any, plan: Any, day: int) -> None:
    """What falls due today is owed from now on, ledger by ledger."""
    for ledger in range(len(plan.line_of)):
        amount = firm.due[day, ledger]
        if amount and not firm.owed[ledger]:
            firm.oldest[ledger] = day
        firm.owed[ledger] += amount
    firm.total_owed += firm.coming[day]
    firm.debits += debits_due(firm, plan, day)


@inlined
def debits_due(firm: Any, plan: Any, day: int) -> int:
    """What lenders will debit today."""
    total = 0
    for ledger in range(plan.class_first[1]):
        total += firm.due[day, ledger]
    return total


@inlined
def pay_as_it_falls_due(firm: Any, plan: Any, day: int) -> None:
    """Nothing is overdue, and there is cash for all of today's bills: no ledger need know."""
    firm.cash -= firm.coming[day]
    firm.platform_drawn -= firm.due[day, plan.ledger_platform_principal]
    if day < firm.days_in_table:
        for ledger in range(len(plan.line_of)):
            firm.flows[plan.line_of[ledger]] += firm.due[day, ledger]


@inlined
def pay(firm: Any, plan: Any, ledger: int, amount: int) -> None:
    """Pay a part, or all, of what is owed to one creditor: its oldest bills first."""
    firm.cash -= amount
    flow(firm, plan.line_of[ledger], amount)
    firm.owed[ledger] -= amount
    firm.total_owed -= amount
    if ledger < plan.class_first[1]:
        firm.debits -= amount
    if ledger == plan.ledger_platform_principal:
        firm.platform_drawn -= amount
    if firm.owed[ledger]:
        _strike_off(firm, ledger, amount)


@compiled
def _strike_off(firm: Any, ledger: int, amount: int) -> None:
    """Take a payment off the oldest bills, where some are left."""
    day = firm.oldest[ledger]
    while amount >= firm.due[day, ledger]:
        amount -= firm.due[day, ledger]
        day += 1
    firm.due[day, ledger] -= amount
    firm.oldest[ledger] = day
