"""The plain firm's customers and suppliers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from plain_plan import BEYOND, CRITICAL, DELIVER, ORDER, OTHER, RECEIPT, Bill, cents

if TYPE_CHECKING:
    from plain_plan import Life
    from plain_simpy import Firm


class Customer:
    """Buys, and pays when it pays."""

    def __init__(self, firm: Firm, name: str, terms: Any) -> None:
        self.firm, self.name, self.terms = firm, name, terms
        self.share, self.at_once = terms.share, terms.paid_at_once
        plan, rng = firm.plan, firm.rng
        self.expected = [0] * (plan.horizon + BEYOND)
        self.effect = 1.0
        if terms.spread > 0:
            shape = 1 / terms.spread**2
            self.effect = rng.gammavariate(shape, 1 / shape)
        to_pay = terms.days_to_pay
        self.credit_days = round(to_pay.mean) if to_pay else terms.terms or 0
        late = terms.lateness
        mean_late = round(late.probability * late.mean_days) if late else 0
        self.sight = max(0, firm.scenario.treasury.look_ahead - mean_late)
        if terms.paid_at_once < 1:
            self.open_invoices()

    def open_invoices(self) -> None:
        """Past sales as planned: daily within terms, or the mean days to pay, weekly before."""
        terms = self.credit_days
        recent = (0 if self.terms.consumer else self.firm.plan.opens_from()) - max(terms, 1)
        for day in range(recent, 0):
            self.invoice_past(day, 1)
        for day in range(recent - 7, -terms - self.terms.write_off_after - 1, -7):
            self.invoice_past(day, 7)

    def invoice_past(self, day: int, days: int) -> None:
        """The planned sales of some days on one invoice."""
        plan = self.firm.plan
        net = plan.need(day, days) * self.terms.share * (1 - self.terms.paid_at_once)
        self.invoice(day, round(net * (1 + plan.output_vat)))

    def buy(self, day: int, net: int) -> int:
        """Invoice with VAT; what is paid at once is cash now."""
        firm = self.firm
        vat = round(net * firm.plan.output_vat)
        firm.vat += vat
        gross = net + vat
        if self.at_once > 0:
            now = round(gross * self.at_once)
            firm.take_in("receipts", now)
            gross -= now
        if gross:
            self.invoice(day, gross)
        return net

    def invoice(self, day: int, gross: int) -> None:
        """Decide when an invoice is paid; one that was paid or lost before the start is no more."""
        firm, terms = self.firm, self.terms
        due = day + self.credit_days
        pays = day + (terms.terms or 0) + self.days_late()
        if pays > due + terms.write_off_after or firm.rng.random() < terms.never_paid:
            lost = due + terms.write_off_after
            if lost < 0:
                return
            firm.write_offs[lost] += gross
        else:
            pays = max(pays, day + 1)
            pays = pays if terms.consumer else firm.plan.business(pays)
            if pays < 0:
                return
            firm.receipts[pays].append((self, due, gross))
        firm.receivables += gross
        if due > 0:
            self.expected[due] += gross

    def days_late(self) -> int:
        """Two parts: late or not, then how late; a customer's own habit and the economy matter."""
        rng, terms = self.firm.rng, self.terms
        if terms.days_to_pay:
            shape, mean = terms.days_to_pay.shape, terms.days_to_pay.mean
        elif rng.random() < terms.lateness.probability:
            shape, mean = terms.lateness.shape, terms.lateness.mean_days
        else:
            return 0
        days = rng.expovariate(1 / mean) if shape == 1 else rng.gammavariate(shape, mean / shape)
        return round(days * self.effect * math.exp(-terms.economy * self.firm.factor))


class Supplier:
    """Stock, orders, deliveries, credit hold, cash on delivery, substitute."""

    def __init__(self, firm: Firm, place: int, name: str, terms: Any) -> None:
        self.firm, self.place, self.name, self.terms = firm, place, name, terms
        self.share, self.critical = terms.share, terms.critical
        self.rank = CRITICAL if terms.critical else OTHER
        rate = firm.scenario.taxes.input_rate if terms.vat is None else terms.vat
        self.vat_rate, self.price = rate, float(terms.price)
        self.cover = round(terms.lead_days + terms.stock_days + terms.review_every / 2)
        self.on_order = self.prepaid = 0
        self.held_since: int | None = None
        self.substituted = False
        self.cash_until = 0
        self.retry = False
        self.lift_next = False
        self.open_balance()
        self.start_reviews()

    def open_balance(self) -> None:
        """Stock, goods on the way and bills as steady state leaves them."""
        terms, plan = self.terms, self.firm.plan
        use = plan.mean_demand * terms.share
        batch = round(use * terms.review_every)
        moving = range(terms.review_every, terms.lead_days + 1, terms.review_every)
        days = terms.stock_days + terms.lead_days - terms.review_every / 2
        self.stock = round(use * (days - terms.review_every * len(moving)))
        for ago in moving:
            self.on_order += batch
            self.ship(terms.lead_days - ago, batch)
        first = (terms.lead_days // terms.review_every + 1) * terms.review_every
        oldest = terms.terms - plan.opens_from()
        for ago in range(first - terms.lead_days, oldest + 1, terms.review_every):
            net = round(batch * self.price)
            self.owe(plan.business(terms.terms - ago), net + round(net * self.vat_rate))

    def owe(self, due: int, gross: int) -> None:
        """Owe the supplier a bill."""
        self.firm.owe(Bill(due, gross, self.rank, self.place, self))

    def start_reviews(self) -> None:
        """Begin to look at the stock."""
        self.firm.env.process(self.review())

    def ship(self, day: int, quantity: int) -> None:
        """Send goods that arrive on a day, on terms."""
        self.firm.env.process(self.deliver(day, quantity))

    def ship_prepaid(self, day: int, quantity: int, net: int, *, rescue: bool) -> None:
        """Send goods that arrive on a day and have been paid for."""
        self.firm.env.process(self.deliver_prepaid(day, quantity, net, rescue=rescue))

    def review(self) -> Life:
        """Look at the stock on review days, and again the day after an order lapsed."""
        day, every = 0, self.terms.review_every
        while day < self.firm.plan.horizon:
            yield self.firm.until(day, ORDER)
            self.order(day)
            # An unpaid cash order is known only after SETTLE; look again in the morning.
            if self.held_since is None and day >= self.cash_until:
                day += every - day % every
                continue
            yield self.firm.until(day + 1, RECEIPT)
            day = day + 1 if self.retry else day + every - day % every

    def order(self, day: int) -> None:
        """Order up to the target: on terms, for cash, or from the substitute."""
        self.retry = False
        terms = self.terms
        want = round(self.firm.plan.need(day, self.cover) * terms.share)
        quantity = want - self.stock - self.on_order
        if quantity <= 0 or quantity < cents(terms.min_order):
            return
        if self.held_since is not None:
            if terms.substitute:
                price = self.price * terms.substitute.price_factor
                self.order_for_cash(quantity, price)
        elif day < self.cash_until:
            self.order_for_cash(quantity, self.price)
        else:
            self.on_order += quantity
            self.ship(day + terms.lead_days, quantity)

    def order_for_cash(self, quantity: int, price: float) -> None:
        """Put a prepayment to the treasury; it counts only if paid today."""
        net = round(quantity * price)
        self.firm.treasury.cash_orders.append((self, quantity, net + round(net * self.vat_rate)))
        self.retry = True

    def paid_in_cash(self, day: int, quantity: int) -> None:
        """The treasury has paid a cash order."""
        self.retry = False
        self.on_order += quantity
        held = self.held_since is not None
        price = self.price * (self.terms.substitute.price_factor if held else 1.0)
        net = round(quantity * price)
        self.take_vat(round(net * self.vat_rate))
        self.prepaid += net
        days = self.terms.substitute.delay_days if held else self.terms.lead_days
        self.ship_prepaid(day + days, quantity, net, rescue=held)

    def take_vat(self, vat: int) -> None:
        """Input VAT is a claim for a general taxpayer, an expense for others."""
        if self.firm.scenario.taxes.vat == "general":
            self.firm.vat -= vat
        else:
            self.firm.profit -= vat

    def deliver(self, day: int, quantity: int) -> Life:
        """Goods come on a day, on terms."""
        yield self.firm.until(day, DELIVER)
        self.arrive(day, quantity)

    def arrive(self, day: int, quantity: int) -> None:
        """Goods arrive with their bill."""
        net = round(quantity * self.price)
        vat = round(net * self.vat_rate)
        self.take_in(quantity, net)
        self.take_vat(vat)
        self.owe(self.firm.plan.business(day + self.terms.terms), net + vat)

    def deliver_prepaid(self, day: int, quantity: int, net: int, *, rescue: bool) -> Life:
        """Goods come on a day, paid for."""
        yield self.firm.until(day, DELIVER)
        self.arrive_prepaid(quantity, net, rescue=rescue)

    def arrive_prepaid(self, quantity: int, net: int, *, rescue: bool) -> None:
        """Goods arrive that have been paid for, from the substitute or for cash."""
        self.prepaid -= net
        self.take_in(quantity, net)
        self.substituted |= rescue

    def take_in(self, quantity: int, net: int) -> None:
        """Stock stays at base price; the difference is an expense."""
        self.stock += quantity
        self.on_order -= quantity
        self.firm.profit -= net - quantity

    def judge(self, day: int, oldest: int | None) -> None:
        """After the day's payments: hold, count, or lift, from tomorrow morning on."""
        if self.held_since is not None:
            if oldest is None:
                self.held_since = None
                self.cash_until = day + 1 + self.terms.cod_days
        elif oldest is not None and day - oldest >= self.terms.tolerance:
            self.held_since, self.substituted = day + 1, False

    def held_long(self, day: int) -> bool:
        """Whether a hold that no substitute bridges disrupts supply."""
        if self.held_since is None or self.substituted:
            return False
        return day - self.held_since + 1 >= self.firm.scenario.outcomes.hold_days
