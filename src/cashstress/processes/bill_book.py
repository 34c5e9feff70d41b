"""Bills in hand of one customer (应收票据), by the day on which they were handed over.

A customer hands over one bill a day at most, and its tenor is common to all lanes, so a row for
each day is exact: the row knows its maturity, and what of it is still in hand differs between
lanes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress.kernel.money import minor, to_money
from cashstress.scenario.steady import expected_days_to_pay

if TYPE_CHECKING:
    from cashstress import scenario as sc
    from cashstress.kernel.arrays import Flags, Lanes, Money
    from cashstress.processes.firm import Firm
    from cashstress.scenario.bills import Bill

__all__ = ["BILLS", "BillBook", "days_in_bills"]

#: Account of bills in hand; opened with the first customer who gives any.
BILLS: Final = "bills"
_EMPTY: Final = -1
_WEEK: Final = 7
#: No month is longer, days.
_MONTH: Final = 31


def days_in_bills(bill: Bill, longest_roll: int) -> int:
    """How long ago the oldest bill of the steady state was handed over at most, days."""
    return _MONTH * bill.tenor_months + longest_roll + _WEEK


class BillBook:
    """What one customer has handed over and is still in hand.

    Parameters
    ----------
    firm : Firm
    customer : str
    plan : scenario Customer
        With a `bill`.
    """

    def __init__(self, firm: Firm, customer: str, plan: sc.Customer, bill: Bill) -> None:
        self._firm, self.customer, self._plan, self.bill = firm, customer, plan, bill
        start = firm.scenario.start
        self._openings = [(item.matures - start).days for item in bill.opening or ()]
        self._oldest = -days_in_bills(bill, firm.longest_roll)
        days = range(self._oldest, firm.scenario.horizon)
        pays = np.array([self._pay_day(day) for day in days])
        self._pays_of = pays
        self._span = int((pays - np.arange(days.start, days.stop)).max()) + 1
        rows = self._span + len(self._openings)
        #: Longest time from today to a day of payment, days.
        self.longest = max([self._span, *(day + firm.longest_roll for day in self._openings)])
        columns, name = firm.columns, f"{customer}.bills"
        columns.add(f"{name}.ring", np.int64, rows=rows)
        columns.add(f"{name}.held", np.int64)
        columns.add(f"{name}.weight", np.float64)
        if self.may_fail:
            columns.add(f"{name}.fails", np.bool_, rows=rows)
        self._pays = columns.add_common(f"{name}.pays", np.full(rows, _EMPTY, np.int64))
        self._order = columns.add_common(f"{name}.order", np.zeros(rows, np.int64))
        if f"books:{BILLS}" not in columns:
            firm.books.account(BILLS, "asset")

    @property
    def may_fail(self) -> bool:
        """Whether its acceptor may not pay."""
        return self.bill.failure > 0

    @property
    def is_certain(self) -> bool:
        """Whether a bank has promised to pay it."""
        return self.bill.acceptor == "bank"

    @property
    def held(self) -> Money:
        """Face in hand, per lane."""
        held: Money = self._column("held")
        return held

    @property
    def weight(self) -> Any:
        """Face in hand times its day of payment, summed: float64 (lanes,)."""
        return self._column("weight")

    @property
    def total(self) -> Money:
        """Sum of all rows, per lane: part of the subledger of bills."""
        total: Money = self._ring.sum(axis=0, dtype=np.int64)
        return total

    def open_books(self) -> None:
        """Open with the bills given, or with one a week of the steady state."""
        if self.bill.opening is not None:
            for place, (matures, item) in enumerate(
                zip(self._openings, self.bill.opening, strict=True)
            ):
                face = np.full(self._firm.world.lanes, minor(item.face))
                pays = self._firm.calendar.roll(matures, "next")
                self._open_with(face, self._span + place, pays, self._oldest + place - 10**6)
            return
        for day in range(-_WEEK, self._oldest, -_WEEK):
            if (pays := self._pays_on(day)) >= 0:
                self._open_with(self._paid_in_week_of(day), day % self._span, pays, day)

    def _open_with(self, face: Money, row: int, pays: int, order: int) -> None:
        if face.any():
            posted = self._firm.books.post(
                BILLS, "equity", face, memo="opening", party=self.customer
            )
            self._put(posted, row, pays, order, f".opening.{order}")

    def _paid_in_week_of(self, day: int) -> Money:
        """What is handed over in the week before `day`, as planned."""
        firm, plan = self._firm, self._plan
        issued = day - round(expected_days_to_pay(plan))
        share = plan.share * (1.0 - plan.paid_at_once) * (1.0 - plan.never_paid)
        share *= plan.paid_by_bill * (1.0 + firm.sales.vat_rate)
        net = np.multiply(firm.sales.planned_between(issued, issued + _WEEK), share)
        return to_money(np.broadcast_to(net, firm.world.lanes))

    def hand_over(self, paid: Money) -> Money:
        """Take a bill for the share of what is paid today; returns its face, per lane."""
        share = self._plan.paid_by_bill
        if not share:
            return np.zeros_like(paid)
        today = self._firm.clock.today
        face = to_money(paid * share)
        posted = self._firm.books.post(
            BILLS, "receivables", face, memo="paid by bill", party=self.customer
        )
        self._put(posted, today % self._span, self._pays_on(today), today, "")
        return posted

    def in_cash(self, amount: Money) -> Money:
        """The share of invoices that is not paid by bill."""
        share = self._plan.paid_by_bill
        return to_money(amount * (1.0 - share)) if share else amount

    def mature(self) -> None:
        """The acceptor pays what is in hand and payable today, or does not."""
        today, post, name = self._firm.clock.today, self._firm.books.post, self.customer
        for row in np.flatnonzero(self._pays == today).tolist():
            face = self._ring[row] * self._firm.world.running
            self._remove(slice(None), row, face)
            self._pays[row] = _EMPTY
            if self.may_fail:
                lost = face * self._column("fails")[row]
                self._column("fails")[row] = False
                post("bad_debts", BILLS, lost, memo="bill not paid", party=name)
                face = face - lost
            # By way of receivables, so that the money is a receipt from customers.
            post("receivables", BILLS, face, memo="bill paid", party=name)
            post("cash", "receivables", face, memo="bill paid", party=name)

    def on_hand(self, after: int) -> list[tuple[int, int, int]]:
        """Bills to be paid after a day: (day of payment, day handed over, row), in no order."""
        rows = np.flatnonzero(self._pays > after)
        return list(
            zip(self._pays[rows].tolist(), self._order[rows].tolist(), rows.tolist(), strict=True)
        )

    def face(self, row: int, lanes: Lanes | slice) -> Money:
        """What of one bill is in hand in `lanes`."""
        face: Money = self._ring[row, lanes]
        return face

    def take(self, row: int, lanes: Lanes, part: Money) -> Flags | None:
        """Give away a part of one bill; returns where its acceptor will not pay, if it may not."""
        self._remove(lanes, row, part)
        return self._column("fails")[row, lanes] if self.may_fail else None

    def paid_until(self, last: int) -> Money | None:
        """What is in hand and to be paid after today until `last`, per lane; None for nothing."""
        rows = np.flatnonzero((self._pays > self._firm.clock.today) & (self._pays <= last))
        if not rows.size:
            return None
        total: Money = self._ring[rows].sum(axis=0, dtype=np.int64)
        return total

    def _put(self, face: Money, row: int, pays: int, order: int, suffix: str) -> None:
        self._ring[row] += face
        self.held[...] += face
        self.weight[...] += face * float(pays)
        self._pays[row], self._order[row] = pays, order
        if self.may_fail:
            stream = f"customers.{self.customer}.bill{suffix}"
            draw = self._firm.streams.uniform(stream, once=bool(suffix))
            # Where there is no bill nothing is noted: whether others have one must not show.
            self._column("fails")[row] = (draw < self.bill.failure) & (face > 0)

    def _remove(self, lanes: Lanes | slice, row: int, part: Money) -> None:
        self._ring[row, lanes] -= part
        self.held[lanes] -= part
        self.weight[lanes] -= part * float(self._pays[row])

    def _pays_on(self, day: int) -> int:
        """When a bill handed over on `day` is paid."""
        return int(self._pays_of[day - self._oldest])

    def _pay_day(self, day: int) -> int:
        calendar = self._firm.calendar
        date = calendar.date(day)
        matures = calendar.month_day(date.year, date.month + self.bill.tenor_months, date.day)
        return calendar.roll(matures, "next")

    @property
    def _ring(self) -> Money:
        ring: Money = self._column("ring")
        return ring

    def _column(self, part: str) -> Any:
        return self._firm.columns[f"{self.customer}.bills.{part}"]
