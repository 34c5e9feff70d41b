"""Purchasing: stock, orders and deliveries, and what a supplier does when it is not paid.

A supplier whose oldest bill is `tolerance` days past due puts the firm on credit hold: nothing new
is shipped, goods in transit still arrive.  The hold lifts on the day after everything past due is
paid; then the supplier wants cash on delivery for a while, then gives the old terms again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.kernel.money import minor, to_money
from cashstress.kernel.remembered import Remembered
from cashstress.kernel.rings import ArrivalRing
from cashstress.processes.discounts import Discount
from cashstress.processes.levels import level
from cashstress.processes.payables import Payable
from cashstress.processes.reach import longest_days

if TYPE_CHECKING:
    from collections.abc import Generator

    from cashstress import scenario as sc
    from cashstress.kernel.arrays import Days, Flags, Floats, Level, Money
    from cashstress.processes.firm import Firm

__all__ = ["Supplier", "deliveries", "orders"]

_YEAR: Final = 365


class Supplier:
    """One supplier: the material it sells, its terms and its patience.

    Stock is counted in units that cost one minor unit at the base price, and kept in the books at
    that cost; what the price really was beyond it is a price variance, an expense of the day of
    delivery.
    """

    def __init__(self, firm: Firm, name: str, plan: sc.Supplier) -> None:
        self._firm, self.name, self.plan = firm, name, plan
        self.critical, self.share = plan.critical, plan.share
        key = f"suppliers.{name}"
        self._longest_terms = longest_days(firm.scenario, f"{name}.terms", plan.terms)
        opening = [(item.due - firm.scenario.start).days for item in plan.opening or ()]
        self.terms = firm.levers.add(
            f"{name}.terms", level(firm.world, f"{key}.terms", plan.terms), "days",
            (0, self._longest_terms),
        )  # fmt: skip
        self.price = firm.levers.add(
            f"{name}.price", level(firm.world, f"{key}.price", plan.price), "factor"
        )
        self.vat_rate = firm.purchase_vat(plan.vat)
        self.payable = Payable(
            firm.world, f"payables:{name}",
            "critical_suppliers" if plan.critical else "other_suppliers",
            term=max([self._longest_terms, *opening]) + firm.longest_roll,
            age=firm.longest_age,
            window=firm.look_ahead,
        )  # fmt: skip
        firm.add_payable(self.payable)
        self._make_columns()
        takes = plan.discount > 0 and firm.scenario.treasury.take_discounts
        self.discount = Discount(firm, self) if takes else None

    def _make_columns(self) -> None:
        columns, clock, plan = self._firm.columns, self._firm.clock, self.plan
        for part in ("stock", "on_order", "cash_order"):
            columns.add(f"{self.name}.{part}", np.int64)
        for part in ("hold", "substitute_serves", "retry"):
            columns.add(f"{self.name}.{part}", np.bool_)
        for part in ("held_days", "cash_until"):
            columns.add(f"{self.name}.{part}", np.int32)
        self._asks_for_cash = Remembered(self._firm.world, self._look_for_cash_order)
        longest = max(plan.lead_days, plan.substitute.delay_days if plan.substitute else 0)
        rings = ("transit", "paid_for", "substituted", "prepaid_net")
        self._transit, self._paid_for, self._substituted, self._prepaid_net = (
            ArrivalRing(f"{self.name}.{ring}", columns, clock, days=longest) for ring in rings
        )

    @property
    def stock(self) -> Money:
        """Quantity in stock, per lane; also its cost, the subledger of the stock account."""
        return self._firm.columns[f"{self.name}.stock"]

    @property
    def on_order(self) -> Money:
        """Quantity ordered and not yet delivered, per lane."""
        return self._firm.columns[f"{self.name}.on_order"]

    @property
    def hold(self) -> Flags:
        """Lanes on credit hold."""
        return self._firm.columns[f"{self.name}.hold"]

    @property
    def held_days(self) -> Days:
        """Consecutive days on hold with no substitute delivering, per lane."""
        days: Days = self._column("held_days")
        return days

    @property
    def prepaid(self) -> Money:
        """Paid for and not yet delivered, net of VAT; part of the subledger of prepayments."""
        return self._prepaid_net.total

    def output_limit(self, asked: Money) -> Floats | None:
        """Share of today's demand that the stock allows; None where all of it, in every lane."""
        needed = asked * self.share
        stock = self.stock
        # What is used is rounded: a part of a minor unit is not lacking.
        lacking = stock < needed - 0.5
        if not lacking.any():
            return None
        return np.where(lacking, stock / np.maximum(needed, 1.0), 1.0)

    def use(self, sold: Money) -> None:
        """Use up the material in today's sales."""
        used = np.minimum(to_money(sold * self.share), self.stock)
        self.stock[...] -= self._firm.books.post(
            "materials", "stock", used, memo="used", party=self.name
        )

    def planned_use(self, first: int, last: int) -> Level:
        """Material that the sales plan needs on days first .. last - 1."""
        return np.multiply(self._firm.sales.planned_between(first, last), self.share)

    def open_books(self) -> None:
        """Open with the stock and bills given, or with those that the sales plan implies."""
        plan, lanes = self.plan, self._firm.world.lanes
        oldest = self._longest_terms + plan.lead_days - self._firm.opens_from
        cycles = range(plan.review_every, oldest + 1, plan.review_every)
        in_transit = [back for back in cycles if back <= plan.lead_days]
        if plan.stock is not None:
            stock = np.full(lanes, minor(plan.stock))
        else:
            days = plan.stock_days + plan.lead_days - plan.review_every / 2
            stock = self._days_of_use(days - plan.review_every * len(in_transit))
            for back in in_transit:
                self._ship(self._days_of_use(plan.review_every), plan.lead_days - back)
        self.stock[...] = self._firm.books.post(
            "stock", "equity", stock, memo="opening", party=self.name
        )
        for due, amount in self._opening_bills(cycles):
            self.payable.bill(amount, due, against="equity", memo="opening")

    def _days_of_use(self, days: float) -> Money:
        mean = np.multiply(self.planned_use(0, _YEAR), max(days, 0.0) / _YEAR)
        return to_money(np.broadcast_to(mean, self._firm.world.lanes))

    def _opening_bills(self, cycles: range) -> list[tuple[int | Days, Money]]:
        """Bills of before the start, by due day: those given, or one per past delivery."""
        firm, plan, lanes = self._firm, self.plan, self._firm.world.lanes
        if plan.opening is not None:
            given = [
                ((item.due - firm.scenario.start).days, minor(item.amount)) for item in plan.opening
            ]
            return [(self._due(due, 0), np.full(lanes, amount)) for due, amount in given]
        terms = self.terms.value
        net = self._net_cost(self._days_of_use(plan.review_every))
        gross = net + self._vat_on(net)
        delivered = [back - plan.lead_days for back in cycles if back > plan.lead_days]
        bills = []
        for ago in delivered:
            due = self._due(np.maximum(terms - ago, 0), -ago)
            still_open = (terms - ago >= firm.opens_from) & (due >= 0)
            if np.any(still_open):
                bills.append((np.maximum(due, 0)[()], gross * still_open))
        return bills

    def deliver(self) -> None:
        """Take in what arrives today: on terms, or paid for in advance."""
        quantity = self._transit.arrivals()
        if quantity is not None:
            self.on_order[...] -= quantity
            self._take_in(quantity, self._net_cost(quantity))
        for ring, substitute in ((self._paid_for, False), (self._substituted, True)):
            quantity = ring.arrivals()
            if quantity is not None:
                self.on_order[...] -= quantity
                self._take_in_prepaid(quantity)
                if substitute:
                    self._bridge((quantity > 0) & self.hold)

    def _bridge(self, served: Flags) -> None:
        """From today on, until it lifts, a substitute keeps the hold from being felt."""
        self._column("substitute_serves")[served] = True
        self._column("held_days")[served] = 0

    def _take_in(self, quantity: Money, net: Money) -> None:
        """Goods on terms: into stock at standard cost, the rest is price variance, and a bill."""
        firm = self._firm
        lower = quantity if net is quantity else np.minimum(quantity, net)
        parts = [("stock", lower), *self._vat_parts(net)]
        if lower is not net:
            parts.append(("price_variance", net - lower))
        due = self._due(firm.clock.today + self.terms.value, firm.clock.today)
        posted = self.payable.charge(parts, due)
        self.stock[...] += lower * firm.world.running
        if lower is not quantity:
            self._revalue(quantity - lower)
        if self.discount is not None:
            self.discount.offer(posted, due)

    def _due(self, day: Any, delivered: int) -> Any:
        """Where a bill of a delivery falls due: on a business day, or before the festival."""
        return self._firm.festival.settled(self._firm.bank_day(day), delivered)

    def _take_in_prepaid(self, quantity: Money) -> None:
        books = self._firm.books
        net = self._prepaid_net.arrivals(self._firm.world.living())
        net = np.zeros_like(quantity) if net is None else net
        lower = np.minimum(quantity, net)
        memo, party = "paid goods delivered", self.name
        self.stock[...] += books.post("stock", "prepaid", lower, memo=memo, party=party)
        books.post("price_variance", "prepaid", net - lower, memo=memo, party=party)
        self._revalue(quantity - lower)

    def _revalue(self, cheaper: Money) -> None:
        """Goods bought below the base price still stand in stock at the base price."""
        if cheaper.any():
            self.stock[...] += self._firm.books.post(
                "stock", "price_variance", cheaper, memo="below base price", party=self.name
            )

    def review_hold(self, day: int) -> None:
        """Start, continue or lift the credit hold, by the ledger as yesterday's SETTLE left it."""
        ledger, hold = self.payable.ledger, self.hold
        is_held = hold.any()
        if not (is_held or ledger.has_due()):
            return
        lanes = ((ledger.owed > 0) | hold).nonzero()[0] if is_held else ledger.owing()
        if self._firm.world.living() is not None:
            lanes = lanes[self._firm.world.running[lanes]]
        held = hold[lanes]
        yesterdays_age = ledger.days_past_due(lanes) - 1
        now = np.where(held, ledger.owed[lanes] > 0, yesterdays_age >= self.plan.tolerance)
        self._column("cash_until")[lanes[held & ~now]] = day + self.plan.cod_days
        self._column("substitute_serves")[lanes[now & ~held]] = False
        hold[...] = False
        hold[lanes] = now
        days, served = self._column("held_days"), self._column("substitute_serves")[lanes]
        days[lanes] = np.where(now & ~served, days[lanes] + 1, 0)

    def order(self, day: int) -> None:
        """Order up to the target: on terms, for cash, or from the substitute while on hold."""
        review = day % self.plan.review_every == 0
        retry = self._column("retry")
        if not (review or retry.any()):
            return
        wanted = self._wanted(day) * self._firm.world.running
        if not review:
            wanted *= retry
        cash_only = self._column("cash_until") > day
        plain = ~(self.hold | cash_only)
        if wanted[plain].any():
            self._ship(wanted * plain, day + self.plan.lead_days)
        retry[...] = False
        if self._asks_for_cash():
            self._column("cash_order")[...] = 0
            self._asks_for_cash.forget()
        if not plain.all():
            self._order_for_cash(wanted, cash_only & ~self.hold)

    def _wanted(self, day: int) -> Money:
        plan = self.plan
        cover = round(plan.lead_days + plan.stock_days + plan.review_every / 2)
        position = self.stock + self.on_order
        target = to_money(np.broadcast_to(self.planned_use(day, day + cover), position.shape))
        wanted = np.maximum(target - position, 0)
        return wanted * (wanted >= minor(plan.min_order))

    def _ship(self, quantity: Money, day: int) -> None:
        self.on_order[...] += quantity
        self._transit.add(quantity, day)

    def _order_for_cash(self, wanted: Money, cash_only: Flags) -> None:
        """Ask for the goods against cash; nothing is shipped until `pay_cash_order`."""
        from_substitute = self.hold if self.plan.substitute is not None else self.hold & False
        self._column("cash_order")[...] = wanted * (cash_only | from_substitute)
        self._asks_for_cash.forget()

    def cash_order_price(self) -> Money | None:
        """What must be paid today, in full, to have the cash order shipped; None for no order."""
        if not self._asks_for_cash():
            return None
        quantity = self._column("cash_order")
        net = self._cash_net(quantity)
        return net + self._vat_on(net)

    def pay_cash_order(self, accepted: Flags) -> None:
        """Pay the cash orders of these lanes; the others lapse and are tried again tomorrow."""
        books, day = self._firm.books, self._firm.clock.today
        if not self._asks_for_cash():
            return
        order = self._column("cash_order")
        self._column("retry")[...] = (order > 0) & ~accepted
        quantity = order * accepted
        order[...] = 0
        self._asks_for_cash.forget()
        # By way of the supplier's account, so that the payment is seen as one to this supplier.
        account = self.payable.account
        memo, party = "order against cash", self.name
        net = books.post("prepaid", account, self._cash_net(quantity), memo=memo, party=party)
        gross = net.copy()
        for against, tax in self._vat_parts(net):
            gross += books.post(against, account, tax, memo=memo, party=party)
        books.post(account, "cash", gross, memo="paid in advance", party=party)
        self.on_order[...] += quantity
        self._send_prepaid(quantity * ~self.hold, net * ~self.hold, day, substitute=False)
        self._send_prepaid(quantity * self.hold, net * self.hold, day, substitute=True)

    def _look_for_cash_order(self) -> bool:
        """Whether any lane wants goods against cash today."""
        return bool(np.maximum.reduce(self._column("cash_order"), initial=0))

    def _send_prepaid(self, quantity: Money, net: Money, day: int, *, substitute: bool) -> None:
        if quantity.any():
            other = self.plan.substitute
            lead = other.delay_days if substitute and other is not None else self.plan.lead_days
            ring = self._substituted if substitute else self._paid_for
            ring.add(quantity, day + lead)
            self._prepaid_net.add(net, day + lead)

    def _net_cost(self, quantity: Money) -> Money:
        price = self.price.value
        return quantity if np.ndim(price) == 0 and price == 1.0 else _priced(quantity, price)

    def _cash_net(self, quantity: Money) -> Money:
        substitute = self.plan.substitute
        if substitute is None:
            return self._net_cost(quantity)
        factor = np.where(self.hold, substitute.price_factor, 1.0)
        return _priced(quantity, self.price.value * factor)

    def _vat_on(self, net: Money) -> Money:
        return to_money(net * self.vat_rate)

    def _vat_parts(self, net: Money) -> list[tuple[str, Money]]:
        """Input VAT: a claim on the tax office, or, without credit, part of the cost."""
        if not self.vat_rate:
            return []
        return [(self._firm.input_vat_account, self._vat_on(net))]

    def _column(self, part: str) -> Any:
        return self._firm.columns[f"{self.name}.{part}"]


def _priced(quantity: Money, price: Level) -> Money:
    return to_money(quantity * price)


def deliveries(firm: Firm, supplier: Supplier) -> Generator[Any, Any, None]:
    """Morning: the supplier looks at its ledger, and goods arrive."""
    for day in firm.days():
        yield firm.clock.at(day, Phase.OPERATE)
        supplier.review_hold(day)
        supplier.deliver()


def orders(firm: Firm, supplier: Supplier) -> Generator[Any, Any, None]:
    """After the day's sales: order what is missing."""
    for day in firm.days():
        yield firm.clock.at(day, Phase.OPERATE)
        supplier.order(day)
