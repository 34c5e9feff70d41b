"""Invoices of one customer that a lender has bought, by the day on which they are settled.

What becomes of an invoice is drawn when it is written, so the day of settlement is known at the
sale: it is put on that day, together with its advance and its fee, and nobody looks at it before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from cashstress.kernel.money import to_money
from cashstress.kernel.rings import ArrivalRing
from cashstress.processes.invoices import DISPUTED, NEVER

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Counts, Days, Floats, Money
    from cashstress.processes.collections import Customer
    from cashstress.processes.firm import Firm
    from cashstress.processes.invoices import Parts
    from cashstress.scenario.factoring import InvoiceFinance

__all__ = ["Settled", "SoldInvoices"]


@attrs.frozen(eq=False)
class Settled:
    """What is settled today, per lane, minor units; the fee rounded."""

    face: Money
    advance: Money
    fee: Money


class _Settling:
    """Face, advance and fee by the day of settlement."""

    def __init__(self, firm: Firm, name: str, days: int) -> None:
        self._firm = firm
        rings = {"face": np.int64, "advance": np.int64, "fee": np.float64}
        self._rings = {
            part: ArrivalRing(
                f"{name}.{part}.ring", firm.columns, firm.clock, days=days, dtype=kind
            )
            for part, kind in rings.items()
        }

    def add(self, parts: Parts, days: Days, advance: Money, fee: Floats) -> None:
        for part, amount in (("face", parts.face), ("advance", advance), ("fee", fee)):
            self._rings[part].pile(amount, days, parts.lanes)

    def today(self) -> Settled | None:
        running = self._firm.world.living()
        face = self._rings["face"].arrivals(running)
        advance = self._rings["advance"].arrivals(running)
        fee = self._rings["fee"].arrivals(running)
        return None if face is None else Settled(face, advance, to_money(fee))

    def total(self, part: str) -> Money:
        return self._rings[part].total


class SoldInvoices:
    """What a lender holds of one customer's invoices.

    Parameters
    ----------
    firm : Firm
    name : str
        Of the channel.
    plan : scenario channel
    customer : Customer
    """

    def __init__(self, firm: Firm, name: str, plan: InvoiceFinance, customer: Customer) -> None:
        self.customer, self._firm, self._plan = customer, firm, plan
        customer.sold = self
        self._key = f"{name}.{customer.name}"
        firm.columns.add(f"{self._key}.pool", np.int64)
        roll = firm.longest_roll
        back_after = plan.patience if plan.recourse else 0
        until_back = customer.longest_terms + back_after + roll
        until_paid = until_back if plan.recourse else customer.longest + roll
        self._paid = _Settling(firm, f"{self._key}.paid", until_paid)
        self._back = _Settling(firm, f"{self._key}.back", until_back)
        # The customer's own longest time covers the day of a write-off.
        self._lost = None if plan.recourse else _Settling(firm, f"{self._key}.lost", until_paid)

    @property
    def pool(self) -> Money:
        """Face sold and not yet settled, per lane."""
        return self._firm.columns[f"{self._key}.pool"]

    @property
    def longest(self) -> int:
        """Longest time from a sale to its settlement, days."""
        firm = self._firm
        return self.customer.longest + self._plan.patience + 2 * firm.longest_roll

    def add(self, parts: Parts, advance: Money, rate: Floats, count: Counts) -> None:
        """Take over parts of invoices, sold today for `advance`, one entry each.

        Parameters
        ----------
        rate : float64 array
            Per day of the basis.
        count : int64 array (days,)
            Interest-day number of each day.
        """
        today = self._firm.clock.today
        paid_on, back_on = self._paid_on(parts), self._back_on(parts)
        never = (parts.fate & NEVER) > 0
        back = never | (parts.until > back_on)
        if not self._plan.recourse:
            back &= (parts.fate & DISPUTED) > 0
        lost = never & ~back
        day = np.where(back, back_on, np.where(lost, parts.until, paid_on))
        fee = advance * (rate * (count[day] - count[today])) + self._time_fee(parts, day - today)
        ways = [(self._paid, ~(back | lost)), (self._back, back)]
        ways += [] if self._lost is None else [(self._lost, lost)]
        for way, some in ways:
            way.add(parts.where(some), day[some], advance[some], fee[some])
        # What comes back stays where collections have it: its money comes later than that.
        self.customer.leave(parts, gone=~back)
        np.add.at(self.pool, parts.lanes, parts.face)

    def paid(self) -> Settled | None:
        """What the customer pays the lender today."""
        return self._out_of_pool(self._paid.today())

    def lost(self) -> Settled | None:
        """What the lender gives up today."""
        return None if self._lost is None else self._out_of_pool(self._lost.today())

    def back(self) -> Settled | None:
        """What comes back to the firm today."""
        return self._out_of_pool(self._back.today())

    def held(self, part: str) -> Money:
        """Sum of one part ("face", "advance") over all that the lender holds, per lane."""
        total = self._paid.total(part) + self._back.total(part)
        return total if self._lost is None else total + self._lost.total(part)

    def beside_collections(self) -> Money:
        """What receivables hold beside what collections wait for, per lane.

        With recourse what was sold stays in receivables; without it, what will come back is not in
        them yet, although collections know its day.
        """
        return self._paid.total("face") if self._plan.recourse else -self._back.total("face")

    def _paid_on(self, parts: Parts) -> Days:
        rolled: Days = self._firm.bank_day(parts.until)
        return rolled if self._plan.business_days else parts.until

    def _back_on(self, parts: Parts) -> Days:
        """The day from which the lender no longer waits for the customer."""
        patience = np.where(parts.fate & DISPUTED, 0, self._plan.patience)
        back: Days = self._firm.bank_day(parts.due + patience)
        return np.where(parts.fate & NEVER, np.minimum(back, parts.until), back)

    def _time_fee(self, parts: Parts, days: Days) -> Any:
        plan = self._plan.time_fee
        if plan is None:
            return 0.0
        return parts.face * (plan.share + plan.per_day_after * np.maximum(days - plan.days, 0))

    def _out_of_pool(self, settled: Settled | None) -> Settled | None:
        if settled is not None:
            self.pool[...] -= settled.face
        return settled
