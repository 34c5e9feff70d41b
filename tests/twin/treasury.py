"""The treasury: look ahead, borrow what is missing, pay in order, repay what is not needed."""

from __future__ import annotations

from twin.endorsing import endorse
from twin.money import cents, minor
from twin.paying import pay, required, unpaid_after, waiting_for_banks
from twin.phases import RANK, SETTLE


class Treasury:
    def __init__(self, firm):
        self._firm, self.plan = firm, firm.scenario.treasury
        self.floor = self._buffer(self.plan.floor)
        self._ceiling = None if self.plan.ceiling is None else self._buffer(self.plan.ceiling)
        order = self.plan.draw_order or tuple(firm.channels)
        repaying = self.plan.prepay_order or tuple(reversed(order))
        self.draw_order = [firm.channels[name] for name in order]
        self._prepay_order = [firm.channels[name] for name in repaying]
        self._together = [
            line for line in self.draw_order if line.name in (self.plan.draw_together or ())
        ]
        self.unpaid = 0
        firm.every_day(SETTLE, RANK["treasury"], self.settle)

    def _buffer(self, buffer):
        """An amount, or days of planned outflow."""
        if buffer.days is not None:
            return round(buffer.days * self._firm.plan.daily_outflow)
        return minor(buffer.amount or 0)

    def settle(self, day):
        if day % self.plan.check_every == 0:
            for channel in self.draw_order:
                channel.look()
        if self._firm.calendar.is_business(day):
            self._pay_otherwise(day)
        self._borrow(day)
        pay(self._firm, day)
        self.unpaid = unpaid_after(self._firm, day)
        if self._firm.calendar.is_business(day):
            self._take_discounts(day)
        self._repay_early()

    def _pay_otherwise(self, day):
        """Pay suppliers with what is not cash: bills in hand, then bills that are always issued."""
        endorse(self._firm, day)
        for channel in self.draw_order:
            if channel.pays_first() and required(self._firm, day) > 0:
                room = channel.unused()
                if room:
                    channel.request(room)

    # -- what is known --------------------------------------------------------------------------

    def gap_ahead(self, day, gap):
        """The gap at the end of the look-ahead; what waits for the banks is in it too."""
        firm, last = self._firm, day + self.plan.look_ahead
        waiting = 0 if firm.calendar.is_business(day) else waiting_for_banks(firm, day)
        expected = sum(customer.expected(day) for customer in firm.customers)
        receipts = cents(expected * self.plan.receipt_haircut)
        if firm.bills is not None:
            receipts += firm.bills.expected(day, last, self.plan.receipt_haircut)
        return gap + waiting + self._outflows(day, last) - receipts - self._on_its_way()

    def _outflows(self, day, last):
        """Posted and contracted outflows after today and until a day."""
        firm = self._firm
        known = sum(ledger.coming(day + 1, last) for ledger in firm.ledgers)
        known += sum(channel.known_until(last) for channel in firm.channels.values())
        known += sum(cost.ahead(day, last) for cost in firm.costs)
        known += sum(lender.agreements.ahead(day, last) for lender in firm.lenders)
        return known + (0 if firm.payroll is None else firm.payroll.ahead(day, last))

    def _on_its_way(self):
        return sum(channel.on_its_way() for channel in self.draw_order)

    # -- borrowing ------------------------------------------------------------------------------

    def _borrow(self, day):
        gap = self.floor + required(self._firm, day) - self._firm.cash
        ahead = self.gap_ahead(day, gap)
        debits = self._debits_before_the_bank_opens(day)
        for channel in [each for each in self.draw_order if not each.pays_first()]:
            wanted = self._wanted(channel, gap, ahead, debits)
            arrived, later = self._ask(channel, wanted)
            gap -= arrived
            ahead -= arrived + later
            if channel.comes_same_day():
                left = channel.after_fee(channel.believed_headroom())
                ahead -= left
                if not channel.plan.business_days:
                    debits -= min(debits, left)
        for channel in self._together:
            if self._gives_today(channel) and channel.is_sure():
                gap -= self._ask(channel, gap)[0]

    def _wanted(self, channel, gap, ahead, debits):
        """A same-day line is asked for the gap, a slower one for the gap ahead if that is more."""
        if not channel.comes_same_day():
            wanted = max(gap - self._on_its_way(), ahead, 0)
        elif channel.moves_money_today():
            wanted = max(gap + (debits if channel.plan.business_days else 0), 0)
            wanted = self._part_of(channel, wanted)
        else:
            wanted = 0
        if not channel.on_notice() or self.plan.on_notice == "nothing":
            return wanted
        if self.plan.on_notice == "draw_all":
            return channel.believed_headroom()
        return max(wanted, ahead)

    def _gives_today(self, channel):
        return channel.comes_same_day() and channel.moves_money_today()

    def _part_of(self, channel, wanted):
        """What a line is asked for that is drawn together with others still to come."""
        if channel not in self._together:
            return wanted
        to_come = self._together[self._together.index(channel) :]
        rooms = [line.believed_headroom() for line in to_come if self._gives_today(line)]
        own = channel.believed_headroom()
        return cents(wanted * (own / sum(rooms))) if own else 0

    def _ask(self, channel, wanted):
        """Ask for so much more that the fee can be paid, within what it believes in."""
        if wanted <= 0:
            return 0, 0
        asked = max(channel.to_receive(wanted), channel.min_drawing)
        asked = min(asked, channel.believed_headroom())
        return channel.request(asked) if asked > 0 else (0, 0)

    def _debits_before_the_bank_opens(self, day):
        """What lenders will debit on the closed days that follow a business day."""
        calendar = self._firm.calendar
        last = calendar.next_business(day + 1) - 1
        if last == day or not calendar.is_business(day):
            return 0
        lenders = self._firm.channels.values()
        return sum(
            channel.known_until(last) for channel in lenders if channel.pay_class == "instalments"
        )

    # -- afterwards -----------------------------------------------------------------------------

    def _take_discounts(self, day):
        if self.plan.take_discounts and not self.unpaid:
            spare = self._firm.cash - self.floor
            for supplier in self._firm.suppliers:
                spare = supplier.take_discounts(day, spare)

    def _repay_early(self):
        if self._ceiling is None or self.unpaid:
            return
        spare = self._firm.cash - self._ceiling
        for channel in self._prepay_order:
            spare = channel.prepay(spare)
