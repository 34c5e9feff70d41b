"""Lines whose drawings are repaid in monthly instalments: platform lines and term loans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress.kernel.bullets import BulletRing
from cashstress.kernel.instalments import Calendar, InstalmentRing
from cashstress.processes.channels.base import Channel
from cashstress.processes.channels.day_count import day_count
from cashstress.processes.levels import at
from cashstress.processes.reach import longest_months

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cashstress.kernel.arrays import Lanes, Money
    from cashstress.processes.firm import Firm

__all__ = ["InstalmentLine"]

_DAYS_OF_MONTH: Final = 31


class InstalmentLine(Channel):
    """A line on which each drawing has its own schedule.

    A drawing is repaid over `tenor_months` months: equal instalments (等额本息), equal principal
    (等额本金), interest first (先息后本) or all at maturity (到期一次还本付息).  Instalments fall
    due on the drawing's own day of the month, or, with `due_day`, all on that day; at the end of
    shorter months.  They are debited on any day of the week.  A drawing keeps the rate and the
    tenor of its day.
    """

    def __init__(self, firm: Firm, name: str, plan: Any) -> None:
        super().__init__(firm, name, plan)
        kind = BulletRing if plan.repayment == "bullet" else InstalmentRing
        months = max(self._longest_tenor, self._opening()[2])
        self.ring: InstalmentRing = kind(
            f"{name}.ring", firm.columns, firm.clock, self._calendar(months),
            months=months, window=firm.look_ahead,
        )  # fmt: skip

    def _make_levers(self) -> None:
        super()._make_levers()
        name, tenor = self.name, self.plan.tenor_months
        self._longest_tenor = longest_months(self.firm.scenario, f"{name}.tenor_months", tenor)
        self.tenor = self.firm.levers.add(
            f"{name}.tenor_months", tenor, "months", (1, self._longest_tenor)
        )

    @property
    def principal(self) -> Money:
        """Principal not yet due, per lane."""
        return self.ring.balance

    def ahead(self) -> Money:
        """Instalments of the days ahead."""
        return self.due_until(self.firm.clock.today + self.firm.look_ahead)

    def due_until(self, last: int) -> Money:
        """Instalments after today and until `last`."""
        return self.ring.ahead(last)

    def fall_due(self, day: int) -> None:
        """Ask for today's instalments."""
        for group in self.ring.groups_due():
            principal, interest = self.ring.due_today(group)
            self.interest.bill(interest, day, against="interest", memo="interest")
            # The principal stays in the loan account until it is paid; it only becomes due.
            self.repayment.ledger.bill(principal, day)

    def call_in(self, lanes: Lanes) -> tuple[Money, Money]:
        """All instalments to come, and the interest accrued up to today."""
        interest = self.ring.interest_to_repay(lanes, self.ring.balance[lanes])
        return self.ring.write_off(lanes), interest

    def prepayment_fee(self, lanes: Lanes, principal: Money) -> Money:
        """What repaying `principal` early costs beside its interest; nothing by default."""
        del lanes
        return np.zeros_like(principal)

    def _opening(self) -> tuple[int, int, int]:
        """Day of the month, first due month and number of months of the opening balance."""
        day = self.plan.due_day or self.firm.calendar.start.day
        return day, 1, self.plan.opening_months or self.plan.tenor_months

    def _take_on(self, lanes: Lanes, amount: Money, *, opening: bool) -> None:
        if opening:
            day, begin, months = self._opening()
            self._put_on_schedule(lanes, amount, day=day, months=months, begin=begin)
            return
        today = self.firm.calendar.date(self.firm.clock.today).day
        for months, some in self.tenors(lanes):
            self._put_on_schedule(lanes[some], amount[some], day=today, months=months)

    def tenors(self, lanes: Lanes) -> Iterator[tuple[int, Any]]:
        """Today's tenors, each with the entries of `lanes` that have it."""
        tenor = self.tenor.value
        if not isinstance(tenor, np.ndarray):
            yield int(tenor), slice(None)
            return
        for months in np.unique(tenor[lanes]).tolist():
            yield months, tenor[lanes] == months

    def _put_on_schedule(
        self, lanes: Lanes, amount: Money, *, day: int, months: int, begin: int = 1
    ) -> None:
        self.ring.draw(
            lanes,
            amount,
            at(self.rate.value, lanes),
            group=0 if self.plan.due_day else day - 1,
            months=months,
            repayment=self.plan.repayment,
            begin=begin,
        )

    def _prepay(self, lanes: Lanes, spare: Money) -> Money:
        balance = self.ring.balance[lanes]
        payoff = balance + sum(self._costs_of_repaying(lanes, balance))
        part = np.floor(spare * (balance / payoff)).astype(np.int64)
        principal = np.where(spare >= payoff, balance, np.minimum(part, balance))
        interest, fee = self._costs_of_repaying(lanes, principal)
        # Rounding the costs up may take a minor unit or two more than there is.
        while (over := (principal + interest + fee > spare) & (principal > 0)).any():
            at = np.flatnonzero(over)
            principal[at] -= 1
            interest[at], fee[at] = self._costs_of_repaying(lanes[at], principal[at])
        some = principal > 0
        lanes, principal, interest, fee = (x[some] for x in (lanes, principal, interest, fee))
        self._post(lanes, principal, interest, fee)
        self.ring.prepay(lanes, principal, shorten=self.plan.prepayment == "shorten")
        paid = np.zeros_like(spare)
        paid[some] = principal + interest + fee
        return paid

    def _costs_of_repaying(self, lanes: Lanes, principal: Money) -> tuple[Money, Money]:
        """Interest and fee to be paid with an early repayment."""
        interest = self.ring.interest_to_repay(lanes, principal)
        return interest, self.prepayment_fee(lanes, principal)

    def _post(self, lanes: Lanes, principal: Money, interest: Money, fee: Money) -> None:
        post, name = self.firm.books.post, self.name
        post(self.account, "cash", principal, lanes=lanes, memo="repaid early", party=name)
        post("interest", "cash", interest, lanes=lanes, memo="interest repaid early", party=name)
        if fee.any():
            post("fees", "cash", fee, lanes=lanes, memo="prepayment fee", party=name)

    def _calendar(self, months: int) -> Calendar:
        """Due days per group: one group with a fixed due day, else one per day of the month."""
        calendar, start = self.firm.calendar, self.firm.calendar.start
        days = [self.plan.due_day] if self.plan.due_day else range(1, _DAYS_OF_MONTH + 1)
        count = calendar.horizon // 28 + months + 3
        due = np.array(
            [
                [calendar.month_day(start.year, start.month + m, day) for m in range(count)]
                for day in days
            ]
        )
        span = int(due.max()) + 1
        dates = [calendar.date(day) for day in range(span)]
        month = [(d.year - start.year) * 12 + d.month - start.month for d in dates]
        return Calendar(due, np.array(month), day_count(calendar, self.plan.rate.basis, span))
