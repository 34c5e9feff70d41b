"""Trade: goods come in, are sold and invoiced, money comes in, goods are ordered."""

from __future__ import annotations

from typing import Any, Final

from compiled.books import bill, flow
from compiled.jit import compiled, inlined
from compiled.money import cents
from compiled.prospects import sell_less

_RECEIPTS: Final = 1
NOT_IDLE: Final = -1


@inlined
def collect(firm: Any, luck: Any, day: int) -> None:
    """Customers' money comes, also today's at once, or is given up.

    What is paid or due today is no longer expected; today's invoices that are in sight are.
    """
    money = firm.receipts[day] + luck.at_once[day]
    firm.cash += money
    flow(firm, _RECEIPTS, money)
    firm.profit -= firm.write_offs[day]
    firm.expected += firm.expected_moves[day]


@inlined
def sell(firm: Any, plan: Any, luck: Any, day: int) -> None:
    """Sell what is asked for and can be made."""
    output = _output(firm, plan, luck.asked[day])
    if output < 1.0:
        sell_less(firm, plan, luck, day, output)
    sold = luck.asked[day]
    firm.sold = sold
    firm.profit += sold
    firm.vat_owed += luck.vat[day]
    for supplier in range(len(plan.share)):
        used = min(luck.use[supplier, day], firm.stock[supplier])
        firm.stock[supplier] -= used
        firm.profit -= used
    if sold:
        firm.idle_since = NOT_IDLE
    elif firm.idle_since == NOT_IDLE:
        firm.idle_since = day


@inlined
def _output(firm: Any, plan: Any, asked: int) -> float:
    """Share of what is asked for that material and staff allow."""
    material = 1.0
    for supplier in range(len(plan.share)):
        if plan.critical[supplier]:
            needed = asked * plan.share[supplier]
            stock = firm.stock[supplier]
            if stock < needed - 0.5:
                material = min(material, stock / max(needed, 1.0))
    firm.short = material < plan.min_output and asked > 0
    if firm.staff < plan.staff_needed:
        return min(material, firm.staff / plan.staff_needed)
    return material


@inlined
def deliver(firm: Any, plan: Any, supplier: int, day: int) -> None:
    """The supplier looks at its ledger, and what it has shipped arrives."""
    if firm.owed[plan.ledger_supplier[supplier]] or firm.hold[supplier]:
        _review_hold(firm, plan, supplier, day)
    if firm.transit[day, supplier]:
        quantity = firm.transit[day, supplier]
        firm.transit[day, supplier] = 0
        net = quantity
        if plan.price[supplier] != 1.0:
            net = cents(quantity * plan.price[supplier])
        vat = cents(net * plan.purchase_vat[supplier])
        _take_in(firm, supplier, quantity, net)
        firm.vat_owed -= vat
        due = plan.next_business[day + plan.supplier_terms[supplier]]
        bill(firm, plan, plan.ledger_supplier[supplier], net + vat, due)
    if firm.prepaid_quantity[day, supplier]:
        quantity = firm.prepaid_quantity[day, supplier]
        firm.prepaid_quantity[day, supplier] = 0
        _take_in(firm, supplier, quantity, firm.prepaid_net[day, supplier])
        firm.prepaid_net[day, supplier] = 0
        if firm.from_substitute[day, supplier] and firm.hold[supplier]:
            firm.served[supplier] = True
            firm.held_days[supplier] = 0
        firm.from_substitute[day, supplier] = 0


@inlined
def _take_in(firm: Any, supplier: int, quantity: int, net: int) -> None:
    """Stock stays at base price; the difference is an expense."""
    firm.on_order[supplier] -= quantity
    firm.stock[supplier] += quantity
    firm.price_variance += net - quantity
    firm.profit -= net - quantity


@compiled
def _review_hold(firm: Any, plan: Any, supplier: int, day: int) -> None:
    """Start, continue or lift the hold, by the ledger as yesterday's payments left it."""
    ledger = plan.ledger_supplier[supplier]
    owes = firm.owed[ledger] > 0
    held = firm.hold[supplier]
    now = owes
    if not held:
        now = owes and day - 1 - firm.oldest[ledger] >= plan.tolerance[supplier]
        if now:
            firm.served[supplier] = False
    elif not now:
        firm.cash_until[supplier] = day + plan.cod_days[supplier]
    firm.holds += now - held
    firm.hold[supplier] = now
    felt = now and not firm.served[supplier]
    firm.held_days[supplier] = firm.held_days[supplier] + 1 if felt else 0


@inlined
def order(firm: Any, plan: Any, supplier: int, day: int) -> None:
    """Order up to the target: on terms, for cash, or from the substitute."""
    if not plan.reviews[day, supplier] and not firm.retry[supplier]:
        return
    firm.retry[supplier] = False
    wanted = plan.target[supplier, day] - firm.stock[supplier] - firm.on_order[supplier]
    if wanted <= 0 or wanted < plan.min_order[supplier]:
        return
    held = firm.hold[supplier]
    if not held and firm.cash_until[supplier] <= day:
        firm.on_order[supplier] += wanted
        arrives = day + plan.lead_days[supplier]
        if arrives < plan.horizon:
            firm.transit[arrives, supplier] += wanted
            firm.arrivals[arrives] += 1
    elif not held or plan.substitute_days[supplier] >= 0:
        factor = plan.price_factor[supplier] if held else 1.0
        net = cents(wanted * (plan.price[supplier] * factor))
        firm.cash_order[supplier] = wanted
        firm.cash_order_net[supplier] = net
        firm.cash_order_vat[supplier] = cents(net * plan.purchase_vat[supplier])
        firm.cash_orders += net + firm.cash_order_vat[supplier]
