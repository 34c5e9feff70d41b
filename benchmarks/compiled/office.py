"""The office: wages, other costs, taxes."""

from __future__ import annotations

from typing import Any, Final

from compiled.books import bill
from compiled.dates import QUARTER_END, YEAR_END
from compiled.jit import compiled, inlined
from compiled.money import cents
from compiled.trade import NOT_IDLE

_WEEK: Final = 7


@inlined
def count_stoppage(firm: Any, plan: Any, day: int) -> None:
    """Count days on which nothing has been made for longer than the first wage period."""
    if firm.idle_since != NOT_IDLE and day - firm.idle_since >= plan.idle_days:
        firm.stopped += 1


@inlined
def earn(firm: Any, plan: Any, day: int) -> None:
    """Owe a month's wages and social insurance."""
    run = plan.run_on[day]
    if run < 0:
        return
    months = 1.0
    if firm.stopped:
        least = plan.least_wage / max(plan.wage, 1.0)
        part = min(firm.stopped / plan.run_length[run], 1.0)
        months = 1.0 - part + part * min(least, 1.0)
        firm.stopped = 0
    gross = firm.staff * plan.wage * (months + plan.run_bonus[run])
    _owe_wages(firm, plan, plan.ledger_wages, cents(gross * plan.net_share), plan.run_pay_day[run])
    social = cents(gross * plan.social_share)
    _owe_wages(firm, plan, plan.ledger_social, social, plan.run_social_day[run])


@compiled
def _owe_wages(firm: Any, plan: Any, ledger: int, amount: int, due: int) -> None:
    if due >= firm.day:
        firm.profit -= amount
        bill(firm, plan, ledger, amount, due)


@inlined
def is_missed(firm: Any, plan: Any, day: int) -> bool:
    """Whether a pay run is unpaid beyond its grace."""
    ledger = plan.ledger_wages
    return firm.owed[ledger] > 0 and day - firm.oldest[ledger] >= plan.grace


@inlined
def leave(firm: Any, plan: Any, day: int) -> None:
    """With each full week of a missed run some leave."""
    if is_missed(firm, plan, day):
        late = min(day - firm.oldest[plan.ledger_wages], plan.longest_age) - plan.grace
        if late > 0 and late % _WEEK == 0:
            firm.staff *= 1.0 - plan.leave


@inlined
def spend(firm: Any, plan: Any, cost: int, net: int, due: int) -> None:
    """Owe a cost with its VAT."""
    vat = cents(net * plan.cost_vat[cost])
    firm.profit -= net
    firm.vat_owed -= vat
    bill(firm, plan, plan.ledger_cost[cost], net + vat, due)


@inlined
def bill_costs(firm: Any, plan: Any, luck: Any, day: int) -> None:
    """Dated costs, irregular ones, and those that come with sales."""
    if firm.next_day == day or firm.waiting:
        _bill_dated(firm, plan, day)
    for row in range(len(plan.claims_cost)):
        if luck.claims[row, day]:
            cost = plan.claims_cost[row]
            due = plan.next_business[day + plan.cost_terms[cost]]
            spend(firm, plan, cost, luck.claims[row, day] * plan.claim[cost], due)
    if firm.sold:
        for row in range(len(plan.sales_cost)):
            net, vat = luck.spend[row, day], luck.spend_vat[row, day]
            firm.profit -= net
            firm.vat_owed -= vat
            ledger = plan.ledger_cost[plan.sales_cost[row]]
            bill(firm, plan, ledger, net + vat, plan.sales_cost_due[row, day])


@compiled
def _bill_dated(firm: Any, plan: Any, day: int) -> None:
    """Dated costs of today, and capital spending that has waited for better times."""
    austere = firm.cash < plan.austere_below
    while plan.dated_day[firm.next_dated] == day:
        _dated(firm, plan, firm.next_dated, austere)
        firm.next_dated += 1
    firm.next_day = plan.dated_day[firm.next_dated]
    if firm.waiting and not austere:
        for cost in range(len(plan.capital)):
            if firm.waiting_for[cost]:
                due = plan.next_business[day + plan.cost_terms[cost]]
                spend(firm, plan, cost, firm.waiting_for[cost], due)
                firm.waiting_for[cost] = 0
        firm.waiting = False


@compiled
def _dated(firm: Any, plan: Any, row: int, austere: bool) -> None:
    """A dated cost: cut where cash is short and it may be, or put off where it is capital."""
    cost, net = plan.dated_cost[row], plan.dated_net[row]
    if plan.capital[cost]:
        firm.waiting_for[cost] += net
        firm.waiting = True
        return
    if plan.discretionary[cost] and austere:
        net -= cents(net * plan.austerity_cut)
    spend(firm, plan, cost, net, plan.dated_due[row])


@compiled
def file_taxes(firm: Any, plan: Any, day: int, flags: int) -> None:
    """VAT each month, income tax each quarter, and what lateness has cost."""
    ledger, due = plan.ledger_taxes, plan.tax_due[day]
    if firm.vat_owed > 0:
        surcharge = cents(firm.vat_owed * plan.surcharge)
        bill(firm, plan, ledger, firm.vat_owed + surcharge, due)
        firm.profit -= surcharge
        firm.vat_owed = 0
    if flags & QUARTER_END:
        _file_income_tax(firm, plan, due, flags)
    if firm.tax_late:
        charge = cents(firm.tax_late)
        firm.tax_late = 0.0
        firm.late_charges += charge
        firm.profit -= charge
        bill(firm, plan, ledger, charge, plan.next_business[day])


@compiled
def _file_income_tax(firm: Any, plan: Any, due: int, flags: int) -> None:
    """On the year's profit so far, less what was taxed before."""
    profit = firm.profit + firm.income_tax - firm.profit_before
    tax = cents(max(profit, 0) * plan.income_tax)
    if tax > firm.taxed:
        bill(firm, plan, plan.ledger_taxes, tax - firm.taxed, due)
        firm.profit -= tax - firm.taxed
        firm.income_tax += tax - firm.taxed
        firm.taxed = tax
    if flags & YEAR_END:
        firm.profit_before += profit
        firm.taxed = 0
