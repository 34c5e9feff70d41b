"""The lenders: a platform line with level instalments, a bank's revolving line, the owner."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from cashstress.processes.channels.closing import CAUSES
from compiled.amounts import NEVER
from compiled.books import bill, flow
from compiled.dates import BANK_INTEREST, INSTALMENT, MONTH_END
from compiled.jit import compiled, inlined
from compiled.money import cents

_INTEREST: Final = 8
_DRAWINGS: Final = 9
_REPAYMENTS: Final = 10
PLATFORM, BANK, OWNER = range(3)
#: The cause that lenders put in force and lift, among the library's.
ARREARS: Final = CAUSES.index("arrears")


@inlined
def receive_loans(firm: Any, plan: Any, day: int) -> None:
    """Money asked for earlier comes in."""
    amount = firm.bank_coming[day]
    if amount:
        firm.lent_last = plan.bank_place
        firm.bank_pending -= amount
        firm.bank_drawn += amount
        firm.cash += amount
        flow(firm, _DRAWINGS, amount)
    amount = firm.owner_coming[day]
    if amount:
        firm.lent_last = _later_of(firm, plan, day)
        firm.owner_coming[day] = 0
        firm.owner_pending -= amount
        firm.owner_drawn += amount
        firm.cash += amount
        flow(firm, _DRAWINGS, amount)
    firm.bank_coming[day] = 0


@inlined
def _later_of(firm: Any, plan: Any, day: int) -> int:
    """The owner, unless the bank has paid as well and comes after it in the scenario."""
    both = firm.bank_coming[day] > 0
    return max(plan.bank_place, plan.owner_place) if both else plan.owner_place


@inlined
def headroom(limit: int, used: int, least: int, is_open: bool) -> int:
    """What can be drawn; less than the least drawing is nothing."""
    unused = limit - used
    return unused if is_open and unused >= least else 0


# -- the platform's instalments -------------------------------------------------------------------


@inlined
def _add_up(firm: Any) -> None:
    """Interest of a day, over the rows in their order."""
    daily = 0.0
    for row in range(len(firm.earning)):
        daily += firm.earning[row]
    firm.daily = daily


@inlined
def _accrue(firm: Any) -> None:
    firm.accrued += firm.daily * (firm.day - firm.since)
    firm.since = firm.day


@compiled
def draw_on_platform(firm: Any, plan: Any, amount: int) -> None:
    """A drawing, and its level instalments from next month on."""
    firm.cash += amount
    firm.platform_drawn += amount
    firm.lent_last = plan.platform_place
    flow(firm, _DRAWINGS, amount)
    _accrue(firm)
    day, rows = firm.day, len(firm.principal)
    month = plan.month[day] + 1
    if not (firm.balance > 0 or firm.accrued > 0.0):
        firm.first_due = plan.month_due[month]
    level = cents(amount / plan.annuity[day])
    left, cost = amount, (plan.month_due[month] - day) * plan.platform_rate
    for each in range(month, month + plan.tenor):
        part = left
        if each < month + plan.tenor - 1:
            part = min(max(level - cents(left * cost), 0), left)
        left -= part
        firm.principal[each % rows] += part
        firm.earning[each % rows] += part * plan.platform_rate
        cost = plan.month_cost[each + 1]
    firm.last_month = max(firm.last_month, month + plan.tenor - 1)
    firm.balance += amount
    _add_up(firm)


@compiled
def instalment(firm: Any, plan: Any, day: int) -> None:
    """What falls due today: principal, and all interest since the last due day."""
    if firm.balance == 0 and firm.accrued == 0.0:
        return
    row = plan.month[day] % len(firm.principal)
    if firm.first_due <= day:
        _accrue(firm)
        _owe_interest(firm, plan, plan.ledger_platform_interest, cents(firm.accrued), day)
        firm.accrued = 0.0
    part = firm.principal[row]
    firm.principal[row] = 0
    firm.earning[row] = 0.0
    firm.balance -= part
    bill(firm, plan, plan.ledger_platform_principal, part, day)
    _add_up(firm)


@inlined
def _owe_interest(firm: Any, plan: Any, ledger: int, amount: int, due: int) -> None:
    firm.profit -= amount
    firm.cost_of_funding += amount
    bill(firm, plan, ledger, amount, due)


@compiled
def platform_ahead(firm: Any, plan: Any, day: int) -> int:
    """Instalments of the look-ahead, as if nothing were drawn or repaid before."""
    first, end = plan.window_first[day], plan.window_end[day]
    if first == end or firm.balance == 0:
        return 0
    last = plan.month_due[end - 1]
    interest = firm.accrued + firm.daily * (last - firm.since)
    if firm.first_due > last:
        interest = 0.0
    principal, stops = 0, 0.0
    for month in range(first, end):
        row = month % len(firm.principal)
        principal += firm.principal[row]
        stops += (last - plan.month_due[month]) * firm.earning[row]
    return principal + cents(interest - stops)


@compiled
def prepay_platform(firm: Any, plan: Any, spare: int) -> int:
    """Repay early with the interest accrued on that part; returns what is left for other lines."""
    balance = firm.balance
    if balance == 0 or not plan.platform_prepayable:
        return spare
    accrued = firm.accrued + firm.daily * (firm.day - firm.since)
    principal, interest = balance, cents(accrued)
    payoff = balance + interest
    if spare < payoff:
        principal = min(np.int64(np.floor(spare * (balance / payoff))), balance)
        interest = cents(accrued * (principal / balance))
        while principal > 0 and principal + interest > spare:
            principal -= 1
            interest = cents(accrued * (principal / balance))
    if principal <= 0:
        return 0
    _repaid(firm, principal, interest)
    firm.platform_drawn -= principal
    _scale_down(firm, plan, balance - principal)
    return spare - principal - interest if firm.balance == 0 else 0


@compiled
def _repaid(firm: Any, principal: int, interest: int) -> None:
    firm.cash -= principal + interest
    firm.profit -= interest
    firm.cost_of_funding += interest
    flow(firm, _REPAYMENTS, principal)
    flow(firm, _INTEREST, interest)


@compiled
def _scale_down(firm: Any, plan: Any, rest: int) -> None:
    """Scale what is not yet due; sums of parts are rounded, so that nothing is lost."""
    _accrue(firm)
    share = rest / firm.balance
    firm.accrued *= share
    so_far = kept = 0
    for month in range(_next_month(plan, firm.day), firm.last_month + 1):
        row = month % len(firm.principal)
        old = firm.principal[row]
        if old:
            so_far += old
            upto = cents(so_far * share)
            firm.principal[row] = upto - kept
            firm.earning[row] *= (upto - kept) / old
            kept = upto
    firm.balance = rest
    _add_up(firm)


@inlined
def _next_month(plan: Any, day: int) -> int:
    """The month of the next due day after today."""
    return plan.window_first[day]


# -- the bank and the owner -----------------------------------------------------------------------


@inlined
def interest_ahead(accrued: float, balance: int, rate: float, days: int) -> int:
    """Interest up to the last interest day of the look-ahead."""
    return cents(accrued + balance * rate * days)


@compiled
def prepay_bank(firm: Any, plan: Any, spare: int) -> int:
    """Repay the bank early: principal only, on business days."""
    if not plan.bank_prepayable or firm.bank_drawn == 0:
        return spare
    paid = min(spare, firm.bank_drawn)
    firm.bank_drawn -= paid
    _repaid(firm, paid, 0)
    return spare - paid if firm.bank_drawn == 0 else 0


@compiled
def prepay_owner(firm: Any, plan: Any, spare: int) -> int:
    """Repay the owner early: the same."""
    if not plan.owner_prepayable or firm.owner_drawn == 0:
        return spare
    paid = min(spare, firm.owner_drawn)
    firm.owner_drawn -= paid
    _repaid(firm, paid, 0)
    return spare - paid if firm.owner_drawn == 0 else 0


@inlined
def bill_lenders(firm: Any, plan: Any, day: int, flags: int) -> None:
    """Instalments, interest, penalties."""
    if flags & INSTALMENT:
        instalment(firm, plan, day)
    if flags & BANK_INTEREST and firm.bank_accrued:
        _owe_interest(firm, plan, plan.ledger_bank_interest, cents(firm.bank_accrued), day)
        firm.bank_accrued = 0.0
    if flags & MONTH_END:
        if firm.owner_accrued:
            due = plan.next_business[day]
            _owe_interest(firm, plan, plan.ledger_owner_interest, cents(firm.owner_accrued), due)
            firm.owner_accrued = 0.0
        if firm.penalty:
            _owe_interest(firm, plan, plan.ledger_platform_interest, cents(firm.penalty), day)
            firm.penalty = 0.0


@inlined
def lend(firm: Any, plan: Any, day: int) -> None:
    """The lenders' evening: they accrue, and look at what they are owed."""
    firm.bank_accrued += firm.bank_drawn * plan.bank_rate
    firm.owner_accrued += firm.owner_drawn * plan.owner_rate
    if firm.total_owed or firm.in_arrears:
        firm.penalty += firm.owed[plan.ledger_platform_principal] * plan.platform_penalty
        platform = max(
            _age(firm, plan, plan.ledger_platform_interest, day),
            _age(firm, plan, plan.ledger_platform_principal, day),
        )
        bank = _age(firm, plan, plan.ledger_bank_interest, day)
        _judge(firm, PLATFORM, platform, plan.platform_patience)
        _judge(firm, BANK, bank, plan.bank_patience)
        owner = _age(firm, plan, plan.ledger_owner_interest, day)
        _judge(firm, OWNER, owner, plan.owner_patience)
        firm.in_arrears = (
            firm.causes_until[PLATFORM, ARREARS] == NEVER
            or firm.causes_until[BANK, ARREARS] == NEVER
            or firm.causes_until[OWNER, ARREARS] == NEVER
        )
        firm.defaulted[PLATFORM] = platform >= plan.default_days
        firm.defaulted[BANK] = bank >= plan.default_days


@inlined
def _age(firm: Any, plan: Any, ledger: int, day: int) -> int:
    """Days past due of the oldest bill; -1 where nothing is."""
    return min(day - firm.oldest[ledger], plan.longest_age) if firm.owed[ledger] else -1


@inlined
def _judge(firm: Any, line: int, age: int, patience: int) -> None:
    """A line in arrears closes, and opens on the day after nothing due is owed any more."""
    if age < 0:
        if firm.causes_until[line, ARREARS] > firm.day:
            firm.causes_until[line, ARREARS] = firm.day + 1
    elif age >= patience:
        firm.causes_until[line, ARREARS] = NEVER
    firm.closed_until[line] = 0
    for cause in range(len(CAUSES)):
        firm.closed_until[line] = max(firm.closed_until[line], firm.causes_until[line, cause])


@compiled
def strike(firm: Any, plan: Any, luck: Any, day: int) -> None:
    """Shocks close lines."""
    for shock in range(len(plan.strikes)):
        if plan.strikes[shock] == day:
            for line in range(3):
                if plan.closes[shock, line]:
                    until = day + luck.lasts[shock]
                    cause = plan.strikes_for[shock]
                    firm.causes_until[line, cause] = max(firm.causes_until[line, cause], until)
                    firm.closed_until[line] = max(firm.closed_until[line], until)
