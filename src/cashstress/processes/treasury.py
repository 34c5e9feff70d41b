"""The treasury: look ahead, borrow what is missing, pay in order, repay what is not needed.

It knows what is posted and contracted, and open invoices at their due day; it knows no future draw,
shock or closure.  It sees channels only through their common interface.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.kernel.money import minor, to_money
from cashstress.processes.endorsing import Endorsing
from cashstress.processes.paying import Paying
from cashstress.processes.spreading import Spread

if TYPE_CHECKING:
    from collections.abc import Generator

    from cashstress import scenario as sc
    from cashstress.kernel.arrays import Flags, Lanes, Money
    from cashstress.processes.channels import Channel
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
        together = plan.draw_together or ()
        self._spread = Spread([c for c in self.draw_order if c.name in together])
        self.paying = Paying(firm, release=plan.release)
        # What pays suppliers before cash does has been asked already.
        self._lenders = [channel for channel in self.draw_order if not channel.pays_first]
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
        self._borrow(due)
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
        missing -= self._on_its_way(slice(None))
        return missing

    def _on_its_way(self, lanes: Lanes | slice) -> Any:
        """What approved drawings that have not arrived yet will bring, per lane of `lanes`."""
        coming = [channel.on_its_way(lanes) for channel in self.draw_order]
        some = [amount for amount in coming if amount is not None]
        return self._firm.total(some) if some else 0

    def _borrow(self, due: Due) -> None:
        """Draw in order: same-day lines for today's gap, slower ones for the gap ahead.

        What a line could still give today counts against the gap ahead, so a slower line is not
        asked for money that a quicker one before it can bring in time.
        """
        firm = self._firm
        gap = self._where_running(due.required - firm.cash + self.floor)
        in_need = gap > 0
        looks_ahead = any(not channel.is_quick() for channel in self.draw_order)
        for channel in self.draw_order:
            notice = channel.on_notice()
            if notice is not None:
                looks_ahead, in_need = True, in_need | notice
        debits = self._debits_before_reopening()
        if debits is not None:
            in_need = in_need | (gap + debits > 0)
        ahead = self._where_running(self.gap_ahead(gap, due)) if looks_ahead else gap
        lanes = np.flatnonzero(in_need | (ahead > 0) if looks_ahead else in_need)
        gap, ahead = gap[lanes], ahead[lanes]
        debits = None if debits is None else debits[lanes]
        for channel in self._lenders if lanes.size else ():
            gap, ahead = self._draw(channel, lanes, gap, ahead, debits)
        self._spread.ask_again(lanes, gap)

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

    def _draw(
        self, channel: Channel, lanes: Lanes, gap: Money, ahead: Money, debits: Money | None
    ) -> tuple[Money, Money]:
        """Ask one channel in these lanes; returns what is still missing, today and ahead.

        `debits` is lowered by what a line that pays out on closed days could give on those.
        """
        believed = channel.believed_headroom(lanes)
        quick = channel.comes_same_day(lanes)
        wanted = self._wanted_today(channel, gap, debits)
        wanted = self._spread.part(channel, lanes, wanted, believed)
        if not _everywhere(quick):
            # What is on its way already is not asked for again.
            late = np.maximum(gap - self._on_its_way(lanes), ahead)
            wanted = _where(quick, wanted, np.maximum(late, 0))
        notice = channel.on_notice()
        if notice is not None:
            wanted = np.where(notice[lanes], self._on_notice(wanted, ahead, believed), wanted)
        asked = np.maximum(channel.to_receive(lanes, wanted), channel.min_drawing)
        asked = np.minimum(np.where(wanted > 0, asked, 0), believed)
        asking = asked.nonzero()[0]
        if asking.size:
            arrived, later = channel.request(lanes[asking], asked[asking])
            gap[asking] -= arrived
            ahead[asking] -= arrived + later
            believed[asking] = channel.believed_headroom(lanes[asking])
        left = _where(quick, channel.after_fee(lanes, believed), 0)
        if debits is not None and not channel.keeps_business_days:
            debits -= np.minimum(debits, left)
        return gap, ahead - left

    def _wanted_today(self, channel: Channel, gap: Money, debits: Money | None) -> Money:
        """What a same-day line is asked for: nothing when it is closed for the weekend."""
        if not channel.moves_money_today():
            return np.zeros_like(gap)
        if debits is not None and channel.keeps_business_days:
            gap = gap + debits
        wanted: Money = np.maximum(gap, 0)
        return wanted

    def _on_notice(self, wanted: Money, ahead: Money, believed: Money) -> Money:
        match self.plan.on_notice:
            case "draw_all":
                return believed
            case "draw_needed":
                return np.maximum(wanted, ahead)
            case _:
                return wanted

    def _repay_early(self, ceiling: int) -> None:
        """Use cash above the ceiling to repay, last drawn first, where nothing is left unpaid."""
        spare = np.maximum(self._firm.cash - ceiling, 0) * (self.unpaid == 0)
        for channel in self.prepay_order:
            spare = channel.prepay(spare)


def _everywhere(flags: Any) -> bool:
    """Whether it is so in all lanes."""
    return flags if isinstance(flags, bool) else bool(flags.all())


def _where(flags: Any, yes: Any, no: Any) -> Any:
    """`np.where`, and one of the two as it is where all lanes agree beforehand."""
    return (yes if flags else no) if isinstance(flags, bool) else np.where(flags, yes, no)


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
