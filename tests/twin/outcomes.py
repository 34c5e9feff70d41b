"""Outcomes: what is in force at the end of a day."""

from __future__ import annotations

from twin.phases import OBSERVE, RANK


class Spells:
    """First day, number of episodes and days in force of an outcome."""

    def __init__(self):
        self.first, self.episodes, self.days = -1, 0, 0
        self._last = None

    def see(self, day, new=None):
        """In force today; `new` episodes begin, or one where it was not in force yesterday."""
        if self.first < 0:
            self.first = day
        begins = int(self._last != day - 1) if new is None else new
        self.episodes += begins
        self.days += 1
        self._last = day


class Outcomes:
    def __init__(self, firm):
        self._firm, self.plan = firm, firm.scenario.outcomes
        names = (
            "missed_payroll", "supplier_hold", "stock_out", "supply_disruption", "cash_out",
            "default", "wound_up", *(f"channel_closed:{name}" for name in firm.channels),
        )  # fmt: skip
        self.spells = {name: Spells() for name in names}
        firm.every_day(OBSERVE, RANK["outcomes"], self.observe)

    def observe(self, day):
        firm, see = self._firm, self._see
        if firm.payroll is not None:
            self._payroll(day)
        critical = [supplier for supplier in firm.suppliers if supplier.plan.critical]
        long_held = any(supplier.held_days >= self.plan.hold_days for supplier in critical)
        see("supplier_hold", day, any(supplier.held for supplier in critical))
        see("stock_out", day, firm.sales.stock_out)
        see("supply_disruption", day, firm.sales.stock_out or long_held)
        see("cash_out", day, firm.treasury.unpaid > 0)
        for name, channel in firm.channels.items():
            see(f"channel_closed:{name}", day, not channel.is_open())
        defaulted = [line for line in firm.channels.values() if line.defaulted]
        see("default", day, bool(defaulted))
        over = bool(defaulted) or self._wages_unpaid_too_long(day)
        see("wound_up", day, over)
        firm.diary.note(day, defaulted)
        if over:
            firm.wound_up.succeed()

    def _see(self, name, day, in_force, new=None):
        if in_force:
            self.spells[name].see(day, new)

    def _payroll(self, day):
        """One episode for each run that is missed."""
        payroll = self._firm.payroll
        missed = payroll.missed(day)
        new = [bill for bill in missed if bill.due + payroll.plan.grace == day]
        self._see("missed_payroll", day, bool(missed), len(new))
        self._firm.diary.wages_paid_late += sum(bill.left for bill in new)

    def _wages_unpaid_too_long(self, day):
        """A run is unpaid for so many days past due, and for its grace."""
        payroll = self._firm.payroll
        if payroll is None or not payroll.missed(day):
            return False
        age = payroll.wages.days_past_due(day)
        return age >= self._firm.scenario.treasury.wind_up_after
