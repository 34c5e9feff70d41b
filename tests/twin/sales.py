"""Sales: what is asked for, what material and staff allow, and who buys it."""

from __future__ import annotations

from twin.levers import Lever
from twin.money import cents
from twin.phases import OPERATE, RANK


class Sales:
    def __init__(self, firm):
        self._firm, self._terms = firm, firm.scenario.sales
        self.level = firm.levers["sales.level"] = Lever(1.0)
        self.today = self.lost = 0
        self.stock_out = False
        self.idle_since = None
        firm.every_day(OPERATE, RANK["sales"], self.sell)

    def sell(self, day):
        """Sell what is asked for and can be made."""
        self.today, self.stock_out = 0, False
        firm = self._firm
        if not firm.plan.share(day):
            return
        asked = self._asked(day)
        output = self._output(asked[-1])
        sold = [cents(part * output) for part in asked]
        for supplier in firm.suppliers:
            supplier.use(sold[-1])
        before = 0
        for customer, up_to in zip(firm.customers, sold, strict=True):
            customer.buy(day, up_to - before)
            before = up_to
        self.lost += asked[-1] - sold[-1]
        self.today = sold[-1]
        self._note_idle(day)

    def _asked(self, day):
        """What the first, the first two, ... customers ask for together, each sum rounded."""
        demand = self._firm.plan.sales(day) * self.level.value
        if self._terms.volatility:
            demand *= self._firm.draws.sales_noise(self._terms.volatility)
        demand *= self._firm.economy.effect(self._terms.economy)
        asked, mix = [], 0.0
        for customer in self._firm.customers:
            mix += customer.plan.share * customer.sales.value
            asked.append(cents(demand * mix))
        return asked

    def _output(self, asked):
        """The share of it that material and staff allow."""
        critical = [supplier for supplier in self._firm.suppliers if supplier.plan.critical]
        material = min((supplier.output(asked) for supplier in critical), default=1.0)
        self.stock_out = asked > 0 and material < self._firm.scenario.outcomes.min_output
        return min(material, self._staff())

    def _staff(self):
        at_work = self._staff_back()
        payroll = self._firm.payroll
        if payroll is None:
            return at_work
        return min(1.0, payroll.staff * at_work / payroll.needed)

    def _staff_back(self):
        """After the Spring Festival some come back later."""
        spring = self._terms.spring_festival
        if spring is None or spring.staff_back >= 1:
            return 1.0
        for first in self._firm.calendar.festivals:
            back = self._firm.today - (first + spring.closed_days)
            if 0 <= back < spring.staff_back_days:
                return spring.staff_back + (1 - spring.staff_back) * back / spring.staff_back_days
        return 1.0

    def _note_idle(self, day):
        """Since which open day nothing has been made."""
        if self.today:
            self.idle_since = None
        elif self.idle_since is None:
            self.idle_since = day
