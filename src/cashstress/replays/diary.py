"""Watches a one-lane firm, phase by phase, and writes down what happened.

It reads columns and calls what only reads; it holds no draw and posts nothing.  Without it a run
does nothing more than without any observer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.replays.events import Day, Due, Event, LineState
from cashstress.replays.invoices import OpenInvoices
from cashstress.replays.journal import LAST
from cashstress.replays.names import plain
from cashstress.replays.watching import LeverWatch, LineWatch, ShockWatch, StateWatch
from cashstress.replays.words import creditor, money

if TYPE_CHECKING:
    from collections.abc import Generator

    from cashstress.kernel.arrays import Lanes
    from cashstress.kernel.books import Entry
    from cashstress.processes.channels import Channel
    from cashstress.processes.channels.answer import Answer
    from cashstress.processes.firm import Firm

__all__ = ["Diary"]

#: Postings that are events, by their memo and the part of the day.
_POSTED: Final = {
    ("drawing", "RECEIPT"): ("drawing_arrived", "{amount} asked for earlier arrive from {name}"),
    ("repaid early", "SETTLE"): ("repaid_early", "repays {amount} of {name} early"),
    ("written off", "RECEIPT"): ("written_off", "{amount} of {name} are given up: never paid"),
    ("bill not paid", "RECEIPT"): ("bill_failed", "a bill of {name} over {amount} is not paid"),
    ("interest called", "DUE"): (
        "called",
        "{name} calls the whole balance, with {amount} interest",
    ),
    ("paid in advance", "SETTLE"): ("cash_order_paid", "pays {name} {amount} in advance"),
}


class Diary:
    """Events and days of one lane, in the order in which they happened.

    Parameters
    ----------
    firm : Firm
        Of one lane, before its books are opened.
    """

    def __init__(self, firm: Firm) -> None:
        self._firm = firm
        self.events: list[Event] = []
        self.days: list[Day] = []
        self.invoices = OpenInvoices()
        self._morning: dict[str, Any] = {}
        self._today: list[Entry] = []
        self._read_to = 0
        for customer in firm.customers:
            customer.observers.append(self.invoices)
        for channel in firm.channels.values():
            channel.observers.append(self._asked)
        self._levers, self._shocks = LeverWatch(firm, self), ShockWatch(firm, self)
        self._lines, self._states = LineWatch(firm, self), StateWatch(firm, self)

    def note(self, kind: str, subject: str, text: str, amount: int | None = None) -> None:
        """Write an event down, at the clock's moment."""
        clock = self._firm.clock
        self.events.append(
            Event(
                day=clock.today,
                date=self._firm.calendar.date(clock.today),
                phase="OPENING" if clock.phase is None else clock.phase.name,
                kind=kind,
                subject=subject,
                text=text[:1].upper() + text[1:],
                amount=amount,
            )
        )

    def before_shocks(self, rank: int) -> Generator[Any, Any, None]:
        """Mornings, when the economy has moved and no shock has."""
        for day in self._firm.days():
            yield self._firm.clock.at(day, Phase.SHOCK, rank=rank)
            self._levers.forget()
            self._morning = {"cash": _one(self._firm.cash)}

    def before_paying(self) -> Generator[Any, Any, None]:
        """Before the treasury borrows and pays."""
        for day in self._firm.days():
            yield self._firm.clock.at(day, Phase.SETTLE, rank=0)
            self._see_what_is_due(day)

    def after_all(self) -> Generator[Any, Any, None]:
        """After everybody else in the phases in which something may change."""
        for day in self._firm.days():
            yield self._firm.clock.at(day, Phase.SHOCK, rank=LAST)
            self._shocks.look(day)
            self._levers.look(day)
            self._lines.look(day)
            yield self._firm.clock.at(day, Phase.RECEIPT, rank=LAST)
            self._read_postings()
            yield self._firm.clock.at(day, Phase.OPERATE, rank=LAST)
            self._states.look_at_suppliers(day)
            yield self._firm.clock.at(day, Phase.DUE, rank=LAST)
            self._lines.look(day)
            yield self._firm.clock.at(day, Phase.SETTLE, rank=LAST)
            self._read_postings()
            self._see_what_was_paid()
            yield self._firm.clock.at(day, Phase.LEND, rank=LAST)
            self._lines.look(day)
            self._levers.look(day)
            yield self._firm.clock.at(day, Phase.OBSERVE, rank=LAST)
            self._states.look_at_outcomes()
            self._close(day)

    # -- requests ----------------------------------------------------------------------------------

    def _asked(self, channel: Channel, lanes: Lanes, answer: Answer) -> None:
        del lanes  # there is one
        wanted, granted = _one(answer.wanted), _one(answer.granted)
        if not wanted:
            return
        name = channel.name
        if not granted:
            kind, why = self._reason(channel, answer)
            self.note(kind, name, f"asks {plain(name)} for {money(wanted)}: {why}", wanted)
            return
        part = f" of {money(wanted)} asked for" if granted < wanted else ""
        if _one(answer.arrived):
            how = ("issues bills for", "through") if channel.pays_suppliers else ("draws", "from")
            text = f"{how[0]} {money(granted)}{part} {how[1]} {plain(name)}"
            self.note("drawn", name, text, granted)
            return
        day = _one(answer.arrival)
        day = _one(self._firm.bank_day(day)) if channel.keeps_business_days else day
        text = f"asks {plain(name)} for {money(wanted)}: approved"
        text += f", {money(granted)} of it" if part else ""
        text += f", to come on {self._firm.calendar.date(day):%a %-d %b}"
        self.note("drawing_approved", name, text, granted)

    def _reason(self, channel: Channel, answer: Answer) -> tuple[str, str]:
        causes = self._lines.causes(channel)
        if causes:
            return "asked_closed_line", f"the line is closed ({', '.join(causes)})"
        if _one(answer.offered):
            return "drawing_refused", "refused"
        return "asked_used_up_line", "nothing is left on the line"

    # -- the day in figures ------------------------------------------------------------------------

    def _see_what_is_due(self, day: int) -> None:
        firm, treasury = self._firm, self._firm.treasury
        open_now = bool(firm.calendar.is_business[day])
        due = treasury.paying.due(bank_day=open_now)
        running = bool(firm.world.running[0])
        gap = treasury.floor + due.required - firm.cash
        ahead = treasury.gap_ahead(gap, due)
        waiting = sum(_one(payable.due()) for payable in due.waiting)
        orders = [supplier.cash_order_price() for supplier in firm.suppliers]
        self._morning |= {
            "owed": [
                (p, _one(p.due()), _one(p.ledger.days_past_due()), _one(self._may_wait(p)))
                for p in (*due.ledgers, *due.waiting)
                if _one(p.due())
            ],
            "required": (_one(due.required) + waiting) * running,
            "gap": max(_one(gap), 0) * running,
            "gap_ahead": max(_one(ahead), 0) * running,
            "lines": tuple(self._state(channel) for channel in treasury.draw_order),
            "orders": {
                supplier.name: _one(price)
                for supplier, price in zip(firm.suppliers, orders, strict=True)
                if price is not None
            },
        }

    def _may_wait(self, payable: Any) -> Any:
        lanes = np.zeros(1, np.intp)
        return payable.due() - self._firm.treasury.paying.required_of(payable, lanes)

    def _state(self, channel: Channel) -> LineState:
        refused = f"{channel.name}.refused_until"
        columns = self._firm.columns
        return LineState(
            name=channel.name,
            limit=_one(channel.limit.value),
            drawn=_one(channel.drawn),
            pending=_one(channel.pending),
            headroom=_one(channel.headroom()),
            causes=self._lines.causes(channel),
            closed_since=self._lines.closed_since(channel),
            refused_until=_one(columns[refused]) if refused in columns else 0,
        )

    def _see_what_was_paid(self) -> None:
        self._morning["paid"] = [
            Due(
                name=creditor(payable.name),
                amount=owed,
                paid=owed - _one(payable.due()),
                days_past_due=age,
                may_wait=waits,
                whole=payable.whole and not self._firm.scenario.treasury.release,
            )
            for payable, owed, age, waits in self._morning["owed"]
        ]
        for supplier in self._firm.suppliers:
            price = self._morning["orders"].get(supplier.name, 0)
            if price and self._firm.columns[f"{supplier.name}.retry"][0]:
                text = f"an order of {money(price)} to {plain(supplier.name)} lapses: "
                self.note("cash_order_lapsed", supplier.name, text + "no cash for it", price)

    def _close(self, day: int) -> None:
        firm, morning = self._firm, self._morning
        self._read_postings()
        today, self._today = self._today, []
        into = [entry for entry in today if entry.debit == "cash"]
        borrowed = sum(entry.amount for entry in into if _is_drawing(entry))
        self.days.append(
            Day(
                day=day,
                date=firm.calendar.date(day),
                banks_open=bool(firm.calendar.is_business[day]),
                opening_cash=morning["cash"],
                received=sum(entry.amount for entry in into) - borrowed,
                borrowed=borrowed,
                paid=sum(entry.amount for entry in today if entry.credit == "cash"),
                closing_cash=_one(firm.cash),
                due=tuple(morning["paid"]),
                required=morning["required"],
                gap=morning["gap"],
                gap_ahead=morning["gap_ahead"],
                look_ahead=firm.look_ahead,
                floor=firm.treasury.floor,
                cash_orders=sum(morning["orders"].values()),
                late=self.invoices.late(day),
                lines=morning["lines"],
                unpaid=_one(firm.treasury.unpaid),
                headroom=_one(firm.headroom()),
            )
        )

    def _read_postings(self) -> None:
        """Read on in the journal."""
        journal = self._firm.books.journal
        new = [entry for entry in journal[self._read_to :] if entry.phase != "OPENING"]
        self._read_to = len(journal)
        self._today += new
        for entry in new:
            self._note_posting(entry)

    def _note_posting(self, entry: Entry) -> None:
        found = _POSTED.get((entry.memo, entry.phase))
        if found is not None:
            kind, text = found
            words = text.format(amount=money(entry.amount), name=plain(entry.party))
            self.note(kind, entry.party, words, entry.amount)


def _is_drawing(entry: Entry) -> bool:
    """Whether cash that came in came from a line, for invoices and bills of the firm too."""
    return entry.memo in {"drawing", "bills discounted"} or entry.memo.startswith("sold to ")


def _one(value: Any) -> int:
    """The one entry of a one-lane quantity."""
    return int(np.asarray(value).reshape(-1)[0])
