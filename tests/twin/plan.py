"""What the firm plans with: sales by day as planned, and planned daily outflow."""

from __future__ import annotations

import math

from cashstress.scenario import Array, Draw

DAYS_A_YEAR = 365


def typical(level):
    """The mean of an input that may be uncertain."""
    return level.mean() if isinstance(level, Draw | Array) else float(level)


class Plan:
    def __init__(self, firm):
        self._firm, self._scenario, self._calendar = firm, firm.scenario, firm.calendar
        self._annual = firm.draws.money("sales.annual", firm.scenario.sales.annual)
        self._shares = {}
        taxes = firm.scenario.taxes
        self.output_vat = 0.0 if taxes.vat == "none" else taxes.rate
        self.daily_outflow = self._outflow() * 100

    # -- sales ----------------------------------------------------------------------------------

    def sales(self, day):
        """Planned sales of a day, net of VAT, in minor units and parts of one."""
        return self._annual * self.share(day)

    def sales_between(self, first, last):
        """Planned sales from one day up to, not including, another."""
        return self._annual * math.fsum(self.share(day) for day in range(first, last))

    def share(self, day):
        """A day's part of a year's sales; also before the start and beyond the horizon."""
        known = self._shares.get(day)
        if known is None:
            known = self._shares[day] = self._share(day)
        return known

    def _share(self, day):
        sales, date = self._scenario.sales, self._calendar.date(day)
        if not sales.on_holidays and self._calendar.is_holiday(day):
            return 0.0
        weekly = sales.weekly[date.weekday()] / (math.fsum(sales.weekly) / 7)
        monthly = sales.monthly[date.month - 1] / (math.fsum(sales.monthly) / 12)
        growth = (1 + sales.growth) ** (day / DAYS_A_YEAR)
        return weekly * monthly * growth * self._around_the_festival(day) / DAYS_A_YEAR

    def _around_the_festival(self, day):
        spring = self._scenario.sales.spring_festival
        factor = 1.0
        for first in self._calendar.festivals if spring is not None else ():
            reopening = first + spring.closed_days
            if first - spring.before_days <= day < first:
                factor *= spring.before_factor
            elif first <= day < reopening:
                factor = 0.0
            elif reopening <= day < reopening + spring.after_days:
                factor *= spring.after_factor
        return factor

    def mean_sales(self):
        """Planned sales of a mean day of the first year."""
        return self.sales_between(0, DAYS_A_YEAR) / DAYS_A_YEAR

    # -- the planned daily outflow --------------------------------------------------------------

    def _outflow(self):
        """Major units a day; uncertain inputs by their mean."""
        scenario = self._scenario
        sales = typical(scenario.sales.annual) / DAYS_A_YEAR
        net_vat = sales * self.output_vat
        lines = []
        for supplier in scenario.suppliers.values():
            net = sales * supplier.share * typical(supplier.price)
            vat = scenario.taxes.input_rate if supplier.vat is None else supplier.vat
            lines.append(net * (1 + vat))
            net_vat -= net * vat if scenario.taxes.vat == "general" else 0
        for cost in scenario.costs.values():
            net = _daily_cost(cost, sales)
            lines.append(net * (1 + cost.vat))
            net_vat -= net * cost.vat if scenario.taxes.vat == "general" else 0
        lines.append(max(0.0, net_vat) * (1 + scenario.taxes.surcharge))
        payroll = scenario.payroll
        if payroll is not None:
            gross = payroll.staff * typical(payroll.wage) * (12 + payroll.bonus_months)
            lines.append(gross * (1 + payroll.employer) / DAYS_A_YEAR)
        return math.fsum(lines)


def _daily_cost(cost, sales):
    """A line of costs a day, net; a single payment is in none."""
    if cost.monthly is not None:
        return typical(cost.monthly) * 12 / cost.every / DAYS_A_YEAR
    if cost.share_of_sales is not None:
        return sales * cost.share_of_sales
    if cost.claims is not None:
        return cost.claims.per_day * float(cost.claims.amount)
    return 0.0
