"""Outcomes: what is said of a replication, read after every day's end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.processes.chain import Chain
from cashstress.processes.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Generator

    from cashstress.kernel.arrays import Flags, Money
    from cashstress.processes.firm import Firm

__all__ = ["Outcomes", "observing", "outcome_names"]

#: No account is posted to more than eight times a day, so in 32 days of amounts up to 2**53 none
#: can wrap.
_DAYS_BETWEEN_CHECKS: Final = 32


def outcome_names(scenario: Any) -> tuple[str, ...]:
    """Names of the outcomes of a scenario, in the order in which they are reported."""
    closed = tuple(f"channel_closed:{name}" for name in scenario.channels)
    return (
        "missed_payroll",
        "supplier_hold",
        "stock_out",
        "supply_disruption",
        "cash_out",
        "default",
        "wound_up",
        *closed,
    )


class Outcomes:
    """Which outcomes are in force, and the amounts that go with them."""

    def __init__(self, firm: Firm) -> None:
        self._firm = firm
        self.plan = firm.scenario.outcomes
        self.watches = {name: Watch(firm.world, name) for name in outcome_names(firm.scenario)}
        for amount, fill in (
            ("lowest_liquidity", np.iinfo(np.int64).max),
            ("lowest_cash", np.iinfo(np.int64).max),
            ("deepest_shortfall", 0),
            ("wages_paid_late", 0),
            *([("contingent_debt", 0)] if firm.bills is not None else []),
        ):
            firm.columns.add(f"outcome.{amount}", np.int64, fill)
        self.chain = Chain(firm)
        for channel in firm.channels:
            firm.columns.add(f"outcome.balance_at_default:{channel}", np.int64)

    def observe(self, day: int, liquidity: Money) -> None:
        """Read the day; `liquidity` is cash and headroom less what is unpaid, at its end."""
        firm = self._firm
        watch = self.watches
        missed = self._payroll(day)
        hold = self._hold()
        short = firm.columns["sales.short"]
        watch["supplier_hold"].see(day, None if hold is None else hold[0])
        watch["stock_out"].see(day, short)
        watch["supply_disruption"].see(day, short if hold is None else short | hold[1])
        watch["cash_out"].see(day, firm.treasury.unpaid > 0)
        short[...] = False
        for name, channel in firm.channels.items():
            watch[f"channel_closed:{name}"].see(day, channel.is_closed())
        self.chain.note(day, watch)
        self._amounts(liquidity)
        self._wind_up(day, missed)

    def _payroll(self, day: int) -> Flags | None:
        """Missed pay: one event per pay run unpaid when its grace ends."""
        payroll = self._firm.payroll
        watch = self.watches["missed_payroll"]
        if payroll is None or not payroll.wages.ledger.has_due():
            watch.see(day, None)
            return None
        missed = payroll.is_missed() & self._firm.world.running
        if day - payroll.plan.grace in payroll.pay_days.days:
            # Bills are paid oldest first: what is left is of this run before any older one.
            run = payroll.run_amount(day - payroll.plan.grace)
            unpaid = np.minimum(payroll.wages.ledger.owed, run) * missed
            watch.see(day, missed, events=unpaid > 0)
            self._firm.columns["outcome.wages_paid_late"][...] += unpaid
        else:
            watch.see(day, missed, events=missed & False)
        return missed

    def _hold(self) -> tuple[Flags, Flags] | None:
        """Lanes held by a critical supplier, and lanes held for long with no substitute."""
        critical = [s for s in self._firm.suppliers if s.critical and s.hold.any()]
        if not critical:
            return None
        held = np.logical_or.reduce([s.hold for s in critical])
        days = self.plan.hold_days
        return held, np.logical_or.reduce([s.held_days >= days for s in critical])

    def _amounts(self, liquidity: Money) -> None:
        firm, columns = self._firm, self._firm.columns
        # Lanes that are wound up keep what they had.
        where = True if firm.world.living() is None else firm.world.running
        for name, value in (("lowest_liquidity", liquidity), ("lowest_cash", firm.cash)):
            lowest = columns[f"outcome.{name}"]
            np.minimum(lowest, value, out=lowest, where=where)
        deepest = columns["outcome.deepest_shortfall"]
        np.maximum(deepest, firm.treasury.unpaid, out=deepest, where=where)
        if firm.bills is not None:
            most = columns["outcome.contingent_debt"]
            np.maximum(most, firm.bills.contingent_debt(), out=most, where=where)

    def _wind_up(self, day: int, missed: Flags | None) -> None:
        """A default, or wages unpaid for too long, ends the firm."""
        firm = self._firm
        running = firm.world.running
        over = np.zeros(firm.world.lanes, np.bool_)
        for name, channel in firm.channels.items():
            defaulted = channel.defaulted
            if defaulted.any() and (defaulted := defaulted & running).any():
                over |= defaulted
                lost = firm.columns[f"outcome.balance_at_default:{name}"]
                np.copyto(lost, channel.drawn, where=defaulted)
        self.watches["default"].see(day, over.copy() if over.any() else None)
        if missed is not None and firm.payroll is not None:
            limit = firm.scenario.treasury.wind_up_after
            over |= missed & (firm.payroll.wages.ledger.days_past_due() >= limit)
        over &= running
        self.watches["wound_up"].see(day, over if over.any() else None)
        if over.any():
            firm.world.wind_up(over)


def observing(firm: Firm, outcomes: Outcomes) -> Generator[Any, Any, None]:
    """Read every day after it is over."""
    for day in firm.days():
        yield firm.clock.at(day, Phase.OBSERVE)
        read_day(firm, outcomes, day)


def read_day(firm: Firm, outcomes: Outcomes, day: int) -> None:
    """Outcomes, then the report; now and then a look whether amounts grow out of bounds."""
    headroom = firm.headroom()
    liquidity = firm.cash + headroom - firm.treasury.unpaid
    outcomes.observe(day, liquidity)
    firm.reporter.note(day, headroom, liquidity)
    if day % _DAYS_BETWEEN_CHECKS == 0:
        firm.books.refuse_huge()
