"""A platform line: same-day money, interest by the day, drawings repaid in monthly instalments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress.kernel.instalments import Calendar, InstalmentRing
from cashstress.processes.channels.base import Channel, _at
from cashstress.processes.channels.day_count import day_count

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Lanes, Money
    from cashstress.processes.firm import Firm

__all__ = ["PlatformLine"]

_DAYS_OF_MONTH: Final = 31


class PlatformLine(Channel):
    """A Jiebei-like line.

    Each drawing is repaid in `tenor_months` instalments: equal instalments (等额本息), equal
    principal (等额本金), or interest first (先息后本).  They fall due on the drawing's own day
    of the month, or, with `due_day`, all on that day from the next month on; at the end of shorter
    months.  Instalments are debited on any day of the week.
    """

    def __init__(self, firm: Firm, name: str, plan: Any) -> None:
        super().__init__(firm, name, plan)
        months = max(plan.tenor_months, plan.opening_months or 0)
        self.ring = InstalmentRing(
            f"{name}.ring", firm.columns, firm.clock, self._calendar(months),
            months=months, window=firm.look_ahead,
        )  # fmt: skip

    @property
    def principal(self) -> Money:
        """Principal not yet due, per lane."""
        return self.ring.balance

    def ahead(self) -> Money:
        """Instalments of the days ahead."""
        return self.ring.ahead()

    def fall_due(self, day: int) -> None:
        """Ask for today's instalments."""
        for group in self.ring.groups_due():
            principal, interest = self.ring.due_today(group)
            self.interest.bill(interest, day, against="interest", memo=f"interest {self.name}")
            # The principal stays in the loan account until it is paid; it only becomes due.
            self.repayment.ledger.bill(principal, day)

    def _take_on(self, lanes: Lanes, amount: Money, *, opening: bool) -> None:
        plan, date = self.plan, self.firm.calendar.date(self.firm.clock.today)
        left = plan.opening_months if opening else None
        self.ring.draw(
            lanes,
            amount,
            np.broadcast_to(_at(self.rate.value, lanes), amount.shape),
            group=0 if plan.due_day else date.day - 1,
            months=left or plan.tenor_months,
            repayment=plan.repayment,
        )

    def _prepay(self, lanes: Lanes, spare: Money) -> Money:
        balance = self.ring.balance[lanes]
        payoff = balance + self.ring.interest_to_repay(lanes, balance)
        part = np.floor(spare * (balance / payoff)).astype(np.int64)
        principal = np.where(spare >= payoff, balance, np.minimum(part, balance))
        interest = self.ring.interest_to_repay(lanes, principal)
        # Rounding the interest up may take one minor unit more than there is.
        over = np.flatnonzero((principal + interest > spare) & (principal > 0))
        if over.size:
            principal[over] -= 1
            interest[over] = self.ring.interest_to_repay(lanes[over], principal[over])
        some = principal > 0
        lanes, principal, interest = lanes[some], principal[some], interest[some]
        self._post(lanes, principal, interest)
        self.ring.prepay(lanes, principal, shorten=self.plan.prepayment == "shorten")
        paid = np.zeros_like(spare)
        paid[some] = principal + interest
        return paid

    def _post(self, lanes: Lanes, principal: Money, interest: Money) -> None:
        books = self.firm.books
        books.post(self.account, "cash", principal, lanes=lanes, memo=f"prepay {self.name}")
        books.post("interest", "cash", interest, lanes=lanes, memo=f"interest {self.name}")

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
