"""Suppliers: stock, orders, deliveries, bills, credit hold, cash on delivery, a substitute."""

from __future__ import annotations

from twin.ledger import Ledger
from twin.levers import Lever
from twin.money import cents, minor
from twin.phases import OPERATE, RANK


class CashOrder:
    """An order that must be paid today, in full, before it is one."""

    def __init__(self, quantity, net, vat, days, *, substitute):
        self.quantity, self.net, self.vat = quantity, net, vat
        self.days, self.substitute = days, substitute

    @property
    def price(self):
        return self.net + self.vat


class Supplier:
    def __init__(self, firm, place, name, plan):
        self._firm, self.name, self.plan = firm, name, plan
        level = firm.draws.level
        key = f"suppliers.{name}"
        base = level(f"{key}.terms", plan.terms)
        self.terms = firm.levers[f"{name}.terms"] = Lever(base, whole=True, high=365)
        self.price = firm.levers[f"{name}.price"] = Lever(level(f"{key}.price", plan.price))
        self._vat = firm.scenario.taxes.input_rate if plan.vat is None else plan.vat
        self.pay_class = "critical" if plan.critical else "other"
        self.ledger = Ledger(firm, f"payables:{name}", self.pay_class)
        self.stock = self.on_order = 0
        self.held, self.held_days, self._substituted = False, 0, False
        self._wants_cash_until = 0
        self._retry = False
        self.cash_order = None
        self._discounts = []
        firm.every_day(OPERATE, RANK["deliveries"] + place, self._look_at_the_ledger)
        firm.every_day(OPERATE, RANK["orders"] + place, self._review)
        self._place = place

    # -- stock ----------------------------------------------------------------------------------

    def output(self, asked):
        """The share of what is asked for that stock allows; part of a minor unit does not lack."""
        needed = asked * self.plan.share
        return 1.0 if self.stock >= needed - 0.5 else self.stock / needed

    def use(self, sold):
        used = min(self.stock, cents(sold * self.plan.share))
        self.stock -= used
        self._firm.books.post("materials", "stock", used)

    def _deliver(self, day, quantity, order):
        """Goods arrive in the morning of a day, with a bill, or paid for already."""
        yield self._firm.at(day, OPERATE, RANK["deliveries"] + self._place + 0.5)
        self.on_order -= quantity
        if order is None:
            net = cents(quantity * self.price.value)
            vat = cents(net * self._vat)
            self._take_in(quantity, net, self.ledger.account)
            self._firm.books.post(self._firm.input_vat_account, self.ledger.account, vat)
            self._bill(day, net + vat)
            return
        self._take_in(quantity, order.net, "prepaid")
        if order.substitute and self.held:
            self._substituted, self.held_days = True, 0

    def _take_in(self, quantity, net, account):
        """Stock stays at base price; the difference is an expense."""
        books = self._firm.books
        self.stock += quantity
        books.post("stock", account, min(quantity, net))
        if net >= quantity:
            books.post("price_variance", account, net - quantity)
        else:
            books.post("stock", "price_variance", quantity - net)

    def _bill(self, day, gross):
        due = self._falls_due(day + self.terms.value, day)
        bill = self.ledger.bill(gross, due)
        pays = self._firm.calendar.previous_business(day + self.plan.discount_days)
        if bill is not None and self.plan.discount and pays >= day:
            self._discounts.append((pays, bill))

    def _falls_due(self, nominal, delivered):
        """On a business day; or before a Spring Festival, where suppliers are settled then."""
        calendar = self._firm.calendar
        due = calendar.next_business(nominal)
        spring = self._firm.scenario.sales.spring_festival
        if spring is not None and spring.settle_suppliers:
            for first in calendar.festivals:
                settled = calendar.previous_business(first - 1)
                back = calendar.next_business(first + spring.closed_days)
                if delivered <= settled < due <= back:
                    return settled
        return due

    def take_back(self, face, cost, day):
        """A bill that was endorsed to it and not paid is owed again, with costs."""
        books = self._firm.books
        books.post("bad_debts", self.ledger.account, face)
        books.post("fees", self.ledger.account, cost)
        self.ledger.bill(face + cost, day)

    def take_discounts(self, day, spare):
        """Pay today's discounted bills that spare cash covers; returns what is left of it."""
        today = [bill for pays, bill in self._discounts if pays == day and bill.left]
        self._discounts = [pair for pair in self._discounts if pair[0] > day]
        for bill in today:
            discount = cents(bill.left * self.plan.discount)
            if bill.left - discount <= spare:
                spare -= bill.left - discount
                self._firm.books.post(self.ledger.account, "discounts", discount)
                self.ledger.settle(bill, discount)
                self.ledger.pay(bill, bill.left)
        return spare

    # -- holds ----------------------------------------------------------------------------------

    def _look_at_the_ledger(self, day):
        """Hold or lift, by what yesterday's payments left."""
        age = self.ledger.days_past_due(day - 1)
        if self.held and age is None:
            self.held = False
            self._wants_cash_until = day + self.plan.cod_days
        elif not self.held and age is not None and age >= self.plan.tolerance:
            self.held, self._substituted = True, False
        counts = self.held and not self._substituted
        self.held_days = self.held_days + 1 if counts else 0

    # -- orders ---------------------------------------------------------------------------------

    def _review(self, day):
        """Look at the stock on review days, and the day after an order lapsed."""
        self.cash_order = None
        if day % self.plan.review_every and not self._retry:
            return
        self._retry = False
        quantity = self._wanted(day)
        if quantity <= 0 or quantity < minor(self.plan.min_order):
            return
        if self.held:
            if self.plan.substitute is not None:
                self._ask_for_cash(quantity, self.plan.substitute)
        elif day < self._wants_cash_until:
            self._ask_for_cash(quantity, None)
        else:
            self._order(day, quantity, self.plan.lead_days, None)

    def _wanted(self, day):
        """Planned need of the days of cover, from today on, less stock and what is on order."""
        plan = self.plan
        cover = round(plan.lead_days + plan.stock_days + plan.review_every / 2)
        need = self._firm.plan.sales_between(day, day + cover) * plan.share
        return cents(need) - self.stock - self.on_order

    def _ask_for_cash(self, quantity, substitute):
        price = self.price.value * (1.0 if substitute is None else substitute.price_factor)
        days = self.plan.lead_days if substitute is None else substitute.delay_days
        net = cents(quantity * price)
        vat = cents(net * self._vat)
        self.cash_order = CashOrder(quantity, net, vat, days, substitute=substitute is not None)
        self._retry = True

    def pay_cash_order(self, day):
        """The treasury has cash for today's order."""
        order, books = self.cash_order, self._firm.books
        books.post("prepaid", "cash", order.net)
        books.post(self._firm.input_vat_account, "cash", order.vat)
        self._retry = False
        self._order(day, order.quantity, order.days, order)

    def _order(self, day, quantity, days, order):
        self.on_order += quantity
        if day + days < self._firm.scenario.horizon:
            self._firm.env.process(self._deliver(day + days, quantity, order))

    # -- the opening position -------------------------------------------------------------------

    def open_books(self):
        self._open_stock()
        if self.plan.opening is not None:
            for item in self.plan.opening:
                due = self._falls_due(self._firm.calendar.day(item.due), 0)
                self._carry(minor(item.amount), due)
        else:
            self._open_bills()

    def _open_stock(self):
        plan = self.plan
        if plan.stock is not None:
            self.stock = minor(plan.stock)
        else:
            moving = range(plan.review_every, plan.lead_days + 1, plan.review_every)
            for ago in moving:
                self._order(0, self._batch(), plan.lead_days - ago, None)
            days = plan.stock_days + plan.lead_days - plan.review_every / 2
            days -= plan.review_every * len(moving)
            self.stock = cents(max(0.0, self._use() * days))
        self._firm.books.post("stock", "equity", self.stock)

    def _open_bills(self):
        """One bill for each past delivery that is not yet due."""
        plan, terms = self.plan, self.terms.value
        net = cents(self._batch() * self.price.value)
        gross = net + cents(net * self._vat)
        order = (plan.lead_days // plan.review_every + 1) * plan.review_every
        while order - plan.lead_days <= terms + 400:
            delivered = plan.lead_days - order
            due = self._falls_due(delivered + terms, delivered)
            if due >= 0:
                self._carry(gross, due)
            order += plan.review_every

    def _carry(self, gross, due):
        if gross:
            self._firm.books.post("equity", self.ledger.account, gross)
            self.ledger.bill(gross, due)

    def _use(self):
        """Material of a mean day, at base price."""
        return self._firm.plan.mean_sales() * self.plan.share

    def _batch(self):
        return cents(self._use() * self.plan.review_every)
