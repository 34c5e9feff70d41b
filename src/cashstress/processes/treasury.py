"""The treasury: look ahead, borrow what is missing, pay in order, repay what is not needed.

It knows what is posted and contracted, and open invoices at their due day; it knows no future draw,
shock or closure.  It sees channels only through their common interface.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.kernel.money import minor, to_money
from cashstress.processes.borrowing import Borrowing
from cashstress.processes.endorsing import Endorsing
from cashstress.processes.need import Need
from cashstress.processes.paying import Paying

if TYPE_CHECKING:
    from collections.abc import Generator

    from cashstress import scenario as sc
    from cashstress.kernel.arrays import Flags, Money
    from cashstress.processes.endorsing import Means
    from cashstress.processes.firm import Firm
    from cashstress.processes.paying import Due

__all__ = ["Treasury", "falling_due", "settling"]


class Treasury:
    """The firm's cash policy."""

    def __init__(self, firm: Firm) -> None:
        self._firm = firm
        self.plan = plan = firm.scenario.treasury
        self.floor = self._buffer(plan.floor)
        self.ceiling = None if plan.ceiling is None else self._buffer(plan.ceiling)
        drawing = plan.draw_order or tuple(firm.channels)
        prepaying = plan.prepay_order or tuple(reversed(drawing))
        self.draw_order = [firm.channels[name] for name in drawing]
        self.prepay_order = [firm.channels[name] for name in prepaying]
        self.borrowing = Borrowing(firm, self.draw_order)
        self.paying = Paying(firm, release=plan.release)
        self._means = self._other_means()
        self._pays_in_kind = any(channel.pays_suppliers for channel in self.draw_order)
        firm.columns.add("treasury.unpaid", np.int64)

    def _other_means(self) -> list[Means]:
        """What pays suppliers before anything is borrowed: bills in hand, then bills issued."""
        hand, endorse = self._firm.bills, self.plan.endorse
        means: list[Means] = []
        if hand is not None and endorse != "never":
            means.append(Endorsing(self._firm, hand, pays_first=endorse == "always"))
        return means + [channel for channel in self.draw_order if channel.pays_first]

    def _buffer(self, buffer: sc.Buffer) -> int:
        if buffer.days is not None:
            return round(buffer.days * self._firm.planned_daily_outflow)
        return minor(buffer.amount or 0)

    @property
    def unpaid(self) -> Money:
        """Due or overdue after SETTLE and not deferred within the policy's limit, per lane."""
        return self._firm.columns["treasury.unpaid"]

    def is_austere(self) -> Flags:
        """Lanes with fewer days of cash than cost control asks for."""
        least = self.plan.austerity_days * self._firm.planned_daily_outflow
        austere: Flags = self._firm.cash < least
        return austere

    def settle(self, day: int) -> None:
        """One day's cash management."""
        if day % self.plan.check_every == 0:
            for channel in self.draw_order:
                channel.look()
        bank_day = bool(self._firm.calendar.is_business[day])
        due = self.paying.due(bank_day=bank_day)
        if bank_day and self._means:
            due = self._pay_otherwise(due)
        self.borrowing.borrow(self._need(due))
        if self._pays_in_kind:
            due = self.paying.due(bank_day=bank_day)
        self.paying.pay(due, self.floor, bank_day=bank_day)
        if self.ceiling is not None:
            self._repay_early(self.ceiling)

    def _pay_otherwise(self, due: Due) -> Due:
        """Pay suppliers with what is not cash; returns what is then left to be paid."""
        for means in self._means:
            short = (
                due.required if means.pays_first else self.floor + due.required - self._firm.cash
            )
            short = self._where_running(short)
            lanes = np.flatnonzero((short > 0) & (due.required > 0))
            if lanes.size and means.pay_suppliers(lanes, short[lanes]):
                due = self.paying.due(bank_day=True)
        return due

    # -- what is missing ---------------------------------------------------------------------------

    def _need(self, due: Due) -> Need:
        """What is missing today, ahead, and on closed days, where there is reason to borrow."""
        today = self._where_running(due.required - self._firm.cash + self.floor)
        in_need = today > 0
        notice = self.borrowing.on_notice()
        if notice is not None:
            in_need |= notice
        debits = self._debits_before_reopening()
        if debits is not None:
            in_need |= today + debits > 0
        if notice is None and not self.borrowing.takes_time:
            return Need.where(in_need, today, today, debits)
        ahead = self._where_running(self.gap_ahead(today, due))
        return Need.where(in_need | (ahead > 0), today, ahead, debits)

    def gap_ahead(self, gap: Money, due: Due) -> Money:
        """Money missing at the end of the look-ahead, `gap` being what is missing today.

        Bills that cannot be paid before the banks open are no gap of today.
        """
        firm = self._firm
        if due.waiting:
            gap = gap + self.paying.when_banks_open(due)
        expected = firm.total(customer.expected for customer in firm.customers)
        coming = to_money(expected * self.plan.receipt_haircut)
        if firm.bills is not None:
            coming += firm.bills.expected(self.plan.receipt_haircut)
        missing: Money = gap + firm.outflows_ahead()
        missing -= coming
        missing -= self.borrowing.on_its_way(slice(None))
        return missing

    def _debits_before_reopening(self) -> Money | None:
        """What lenders debit on the closed days that follow, where a line pays out today only.

        None when tomorrow is a business day, or today is none.
        """
        firm, today = self._firm, self._firm.clock.today
        last = int(firm.calendar.next_business[today + 1]) - 1
        if last == today or not firm.calendar.is_business[today]:
            return None
        keeping = [channel for channel in self.draw_order if channel.keeps_business_days]
        if not any(np.any(channel.comes_same_day(slice(None))) for channel in keeping):
            return None
        lenders = [c for c in firm.channels.values() if c.pay_class == "instalments"]
        return self._where_running(firm.total(lender.due_until(last) for lender in lenders))

    def _where_running(self, amount: Money) -> Money:
        running = self._firm.world.living()
        return amount if running is None else amount * running

    # -- cash to spare -----------------------------------------------------------------------------

    def _repay_early(self, ceiling: int) -> None:
        """Use cash above the ceiling to repay, last drawn first, where nothing is left unpaid."""
        spare = np.maximum(self._firm.cash - ceiling, 0) * (self.unpaid == 0)
        for channel in self.prepay_order:
            spare = channel.prepay(spare)


def falling_due(firm: Firm) -> Generator[Any, Any, None]:
    """Let the day's bills fall due, after everybody has billed."""
    for day in firm.days():
        yield firm.clock.at(day, Phase.DUE)
        for payable in firm.payables:
            payable.ledger.open_day()


def settling(firm: Firm, treasury: Treasury) -> Generator[Any, Any, None]:
    """Borrow, pay and repay, every day."""
    for day in firm.days():
        yield firm.clock.at(day, Phase.SETTLE)
        treasury.settle(day)
