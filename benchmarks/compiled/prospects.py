"""What a replication would sell, invoice and be paid, day by day, if nothing were lacking.

None of it depends on what the firm does, so it is worked out for all days at once, in plain loops
over arrays that the compiler turns into vector instructions.  On a day on which material or staff
is short, `sell_less` takes back what is too much: an invoice acts on its own day or later.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from compiled.jit import compiled, inlined
from compiled.money import cents

_TIES: Final = 1e6
#: Days late of an invoice that is never paid, in the library's tables.
_NEVER_PAID: Final = 30_000.0


@compiled
def foresee(firm: Any, plan: Any, luck: Any) -> None:
    """Sales and their money, for all days."""
    days = len(luck.noise)
    for day in range(days):
        luck.demand[day] = plan.demand[day] * luck.noise[day] * luck.effects[0, day]
        luck.asked[day] = luck.vat[day] = luck.at_once[day] = 0
    for customer in range(len(plan.mix)):
        _foresee_sales(plan, luck, customer)
        row = plan.on_credit[customer]
        if row >= 0:
            _foresee_fates(plan, luck, customer, row)
            _foresee_money(firm, plan, luck, customer, row)
    for supplier in range(len(plan.share)):
        for day in range(days):
            luck.use[supplier, day] = np.int64(_whole(luck.asked[day] * plan.share[supplier]))
    for row in range(len(plan.sales_cost)):
        vat_rate = plan.cost_vat[plan.sales_cost[row]]
        for day in range(days):
            net = _whole(luck.asked[day] * plan.sales_share[row])
            luck.spend[row, day] = np.int64(net)
            luck.spend_vat[row, day] = np.int64(_whole(net * vat_rate))


@inlined
def _whole(value: float) -> float:
    """As `cents`, without a branch."""
    return np.rint(np.rint(value * _TIES) / _TIES)


@inlined
def _foresee_sales(plan: Any, luck: Any, customer: int) -> None:
    """Net, VAT and gross of one customer's invoices."""
    mix, rate, row = plan.mix[customer], plan.output_vat, plan.on_credit[customer]
    for day in range(len(luck.noise)):
        upto = np.int64(_whole(luck.demand[day] * mix))
        net = upto - luck.asked[day]
        luck.asked[day] = upto
        vat = np.int64(_whole(net * rate))
        luck.vat[day] += vat
        luck.gross[customer, day] = net + vat
    if row < 0:
        for day in range(len(luck.noise)):
            luck.at_once[day] += luck.gross[customer, day]


@inlined
def _foresee_fates(plan: Any, luck: Any, customer: int, row: int) -> None:
    """On which day each invoice is paid, or lost."""
    credit, limit = plan.credit_days[customer], plan.write_off_after[customer]
    counted = credit if plan.counted_from_invoice[customer] else 0
    habit, effect = luck.habit[row], plan.effect_of[row]
    for day in range(len(luck.noise)):
        raw = luck.late[row, day]
        late = np.rint(raw * (habit * luck.effects[effect, day])) - counted
        late = limit + 1.0 if raw == _NEVER_PAID else min(late, limit + 1.0)
        luck.lost[row, day] = late > limit
        luck.until[row, day] = day + max(credit + np.int64(min(late, limit)), 1)


@inlined
def _foresee_money(firm: Any, plan: Any, luck: Any, customer: int, row: int) -> None:
    """Put each invoice's money, or its loss, on its day; the treasury counts on it until then."""
    for day in range(len(luck.noise)):
        if plan.demand[day] > 0:
            gross, until = luck.gross[customer, day], luck.until[row, day]
            if luck.lost[row, day]:
                firm.write_offs[until] += gross
            else:
                if not plan.consumer[customer]:
                    until = plan.next_business[until]
                    luck.until[row, day] = until
                firm.receipts[until] += gross
            expect(firm, plan, customer, day, gross, until)


@inlined
def expect(firm: Any, plan: Any, customer: int, day: int, gross: int, until: int) -> None:
    """The treasury counts on an invoice of a day while it is open and its due day is in sight."""
    due = day + plan.credit_days[customer]
    enters, goes = max(due - plan.sight[customer], day, 0), min(until, due)
    if goes > enters:
        firm.expected_moves[enters] += gross
        firm.expected_moves[goes] -= gross


@inlined
def open_invoice(firm: Any, plan: Any, luck: Any, number: int) -> None:
    """An invoice of before the start, if its money or its loss is still to come."""
    customer, issued = plan.past_customer[number], plan.past_day[number]
    row = plan.on_credit[customer]
    credit, limit = plan.credit_days[customer], plan.write_off_after[customer]
    raw = luck.past[number]
    late = np.rint(raw * (luck.habit[row] * luck.start_effects[plan.effect_of[row]]))
    if plan.counted_from_invoice[customer]:
        late -= credit
    lost = raw == _NEVER_PAID or late > limit
    until = issued + max(credit + (limit if lost else np.int64(late)), 1)
    rolls = not lost and not plan.consumer[customer]
    if until >= (plan.opens_from if rolls else 0):
        gross, until = plan.past_gross[number], max(until, 0)
        firm.worth += gross
        if rolls:
            until = plan.next_business[until]
        if lost:
            firm.write_offs[until] += gross
        else:
            firm.receipts[until] += gross
        expect(firm, plan, customer, issued, gross, until)


@compiled
def sell_less(firm: Any, plan: Any, luck: Any, day: int, output: float) -> None:
    """Take back what cannot be made today: of sales, VAT, money to come, material and costs."""
    asked = sold = 0
    vat = at_once = 0
    for customer in range(len(plan.mix)):
        asked = cents(luck.demand[day] * plan.mix[customer])
        upto = cents(asked * output)
        net, sold = upto - sold, upto
        tax = cents(net * plan.output_vat)
        vat += tax
        row = plan.on_credit[customer]
        if row < 0:
            at_once += net + tax
        else:
            _take_back(firm, plan, luck, customer, row, day, net + tax - luck.gross[customer, day])
    firm.cash += at_once - luck.at_once[day]
    firm.flows[1] += at_once - luck.at_once[day]
    luck.at_once[day], luck.vat[day], luck.asked[day] = at_once, vat, sold
    firm.lost += asked - sold
    for supplier in range(len(plan.share)):
        luck.use[supplier, day] = cents(sold * plan.share[supplier])
    for row in range(len(plan.sales_cost)):
        net = cents(sold * plan.sales_share[row])
        luck.spend[row, day] = net
        luck.spend_vat[row, day] = cents(net * plan.cost_vat[plan.sales_cost[row]])


@compiled
def _take_back(
    firm: Any, plan: Any, luck: Any, customer: int, row: int, day: int, change: int
) -> None:
    """Change the amount of today's invoice to a customer."""
    until = luck.until[row, day]
    if luck.lost[row, day]:
        firm.write_offs[until] += change
    else:
        firm.receipts[until] += change
    due = day + plan.credit_days[customer]
    enters, goes = max(due - plan.sight[customer], day), min(until, due)
    if goes > enters:
        if enters == day:
            # What enters today has entered in the morning.
            firm.expected += change
        else:
            firm.expected_moves[enters] += change
        firm.expected_moves[goes] -= change
