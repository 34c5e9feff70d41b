"""Lines without a schedule; the owner's loan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from cashstress.kernel.money import to_money
from cashstress.processes.channels.base import Channel
from cashstress.processes.channels.day_count import day_count
from cashstress.processes.schedules import Schedule

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Lanes, Level, Money
    from cashstress.processes.firm import Firm
    from cashstress.processes.payables import PayClass

__all__ = ["OpenBalance", "OwnerLoan"]


class OpenBalance(Channel):
    """A balance repaid when there is cash, with interest on all of it at today's rate."""

    interest_day: int | str = "last"

    def __init__(self, firm: Firm, name: str, plan: Any) -> None:
        super().__init__(firm, name, plan)
        firm.columns.add(f"{name}.balance", np.int64)
        firm.columns.add(f"{name}.accrued", np.float64)
        self._interest_days = Schedule(firm.calendar, self.interest_day, "none").days
        known = firm.scenario.horizon + max(firm.look_ahead, firm.longest_roll) + 2
        self._count = day_count(firm.calendar, plan.rate.basis, known)

    @property
    def principal(self) -> Money:
        """The balance, per lane."""
        balance: Money = self._column("balance")
        return balance

    def ahead(self) -> Money:
        """Interest of the days ahead, and for a line that expires its balance."""
        return self.due_until(self.firm.clock.today + self.firm.look_ahead)

    def due_until(self, last: int) -> Money:
        """Interest up to the last interest day, on the balance and at the rate of today."""
        today = self.firm.clock.today
        coming = [day for day in self._interest_days if today < day <= last]
        if not coming:
            return np.zeros_like(self.principal)
        days = int(self._count[coming[-1]] - self._count[today])
        return to_money(self._column("accrued") + self._cost_of_a_day() * days)

    def fall_due(self, day: int) -> None:
        """Ask for the interest on the interest day."""
        accrued = self._column("accrued")
        if day in self._interest_days and accrued.any():
            owed = to_money(accrued)
            due = self.interest_falls_due(day)
            self.interest.bill(owed, due, against="interest", memo="interest")
            accrued[...] = 0.0

    def call_in(self, lanes: Lanes) -> tuple[Money, Money]:
        """The balance, and all that has accrued."""
        principal, accrued = self.principal[lanes].copy(), self._column("accrued")
        interest = to_money(accrued[lanes])
        self.principal[lanes] = 0
        accrued[lanes] = 0.0
        return principal, interest

    def interest_falls_due(self, day: int) -> int:
        """A lender debits its interest on the interest day itself."""
        return day

    def end_of_day(self, day: int) -> None:
        """Accrue on the balance at the end of the day."""
        days = int(self._count[day + 1] - self._count[day])
        cost = self._cost_of_a_day()
        if days and not _is_nothing(cost):
            accrued = self._column("accrued")
            accrued += cost if days == 1 else cost * days
        super().end_of_day(day)

    def _cost_of_a_day(self) -> Any:
        """Interest of a day, per lane, minor units, unrounded; 0.0 where no lane pays any."""
        rate = self.rate.value
        return 0.0 if _is_nothing(rate) else self.principal * rate

    def _take_on(self, lanes: Lanes, amount: Money, *, opening: bool) -> None:
        del opening
        self.principal[lanes] += amount

    def _prepay(self, lanes: Lanes, spare: Money) -> Money:
        """Principal only: interest stays with its day."""
        paid = np.minimum(spare, self.principal[lanes])
        self.principal[lanes] -= paid
        self.firm.books.post(
            self.account, "cash", paid, lanes=lanes, memo="repaid early", party=self.name
        )
        return paid


def _is_nothing(level: Level) -> bool:
    """Whether it is the number 0, in all lanes."""
    return not isinstance(level, np.ndarray) and level == 0


class OwnerLoan(OpenBalance):
    """The owner's money: no schedule; interest, if any, at month ends and after everybody else."""

    pay_class: ClassVar[PayClass] = "owner"

    @property
    def billing_ahead(self) -> int:
        """The owner's interest waits for a business day."""
        return self.firm.longest_roll

    def interest_falls_due(self, day: int) -> int:
        """The firm transfers the owner's interest, so it waits for a business day."""
        return int(self.firm.bank_day(day))
