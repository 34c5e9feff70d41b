"""What a block of lanes reports: daily histograms, the 13-week table, and the final figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cashstress.kernel.record import Record
from cashstress.kernel.sketch import Sketch

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Money
    from cashstress.processes.firm import Firm

__all__ = ["Reporter"]

_WEEK: Final = 7
_WEEKS: Final = 13
#: Outcomes shown per week beside the cash flows.
_WEEKLY_OUTCOMES: Final = ("cash_out", "missed_payroll", "supplier_hold", "supply_disruption")
_PATHS: Final = ("cash", "headroom", "debt", "liquidity")
#: Lines of the 13-week table, direct method, in order.
_LINES: Final = (
    "opening_cash",
    "receipts",
    "pay:wages",
    "pay:taxes",
    "pay:critical_suppliers",
    "pay:rent",
    "pay:other_suppliers",
    "pay:discretionary",
    "pay:interest_and_fees",
    "drawings",
    "repayments",
    "closing_cash",
    "headroom",
)

#: Accounts of what it costs to run the firm's arrangements, whatever happens: money borrowed,
#: money late, prices away from the base price, less discounts taken.
_RUNNING_COST: Final = ("interest", "fees", "late_charges", "price_variance", "discounts")


class Reporter:
    """Observes a running firm and cannot change it."""

    def __init__(self, firm: Firm) -> None:
        self._firm = firm
        horizon = firm.scenario.horizon
        self._weeks = min(_WEEKS, -(-horizon // _WEEK))
        self.paths = {name: Sketch(horizon) for name in _PATHS}
        self.weeks = {name: Sketch(self._weeks) for name in _LINES}
        self.alive = np.zeros(horizon, np.int64)
        self.events = {name: np.zeros(self._weeks, np.int64) for name in _WEEKLY_OUTCOMES}
        for name in _WEEKLY_OUTCOMES:
            firm.columns.add(f"report.{name}", np.bool_)
        for line in _LINES:
            firm.columns.add(f"report.{line}", np.int64)
        firm.books.watch_cash_flows("cash")
        firm.books.watching_flows = firm.clock.today < self._weeks * _WEEK

    def begin(self) -> None:
        """Remember the opening cash of the first week."""
        self._firm.columns["report.opening_cash"][...] = self._firm.cash

    def note(self, day: int, headroom: Money, liquidity: Money) -> None:
        """Count the day, and at its end the week."""
        firm = self._firm
        living = None if firm.books.all_running else np.flatnonzero(firm.world.running)
        values = {
            "cash": firm.cash,
            "headroom": headroom,
            "debt": firm.debt(),
            "liquidity": liquidity,
        }
        for name, value in values.items():
            self.paths[name].add(day, value if living is None else value.take(living))
        self.alive[day] = firm.world.lanes if living is None else len(living)
        if day < self._weeks * _WEEK:
            self._note_week(day, headroom)

    def _note_week(self, day: int, headroom: Money) -> None:
        firm = self._firm
        for name in _WEEKLY_OUTCOMES:
            today = firm.outcomes.watches[name].today
            if today is not None:
                firm.columns[f"report.{name}"][...] |= today
        week, end = divmod(day, _WEEK)
        if end != _WEEK - 1 and day != firm.scenario.horizon - 1:
            return
        self._close_week(week, headroom)
        for name in _WEEKLY_OUTCOMES:
            seen = firm.columns[f"report.{name}"]
            self.events[name][week] += int(seen.sum())
            seen[...] = False
        if week == self._weeks - 1:
            firm.books.watching_flows = False

    def _close_week(self, week: int, headroom: Money) -> None:
        firm, columns = self._firm, self._firm.columns
        self.weeks["opening_cash"].add(week, columns["report.opening_cash"])
        self.weeks["closing_cash"].add(week, firm.cash)
        self.weeks["headroom"].add(week, headroom)
        columns["report.opening_cash"][...] = firm.cash
        for line, total in self._flows().items():
            before = columns[f"report.{line}"]
            self.weeks[line].add(week, total - before)
            before[...] = total

    def _flows(self) -> dict[str, Money]:
        """Cash in and out since the start, by line of the table."""
        firm = self._firm
        flows = {line: np.zeros(firm.world.lanes, np.int64) for line in _LINES[1:-2]}
        flows["receipts"] += firm.books.inflow("receivables")
        for payable in firm.payables:
            if payable.pay_class not in ("instalments", "owner"):
                flows[f"pay:{payable.pay_class}"] += firm.books.outflow(payable.account)
            elif not payable.account.startswith("loan:"):
                flows["pay:interest_and_fees"] += firm.books.outflow(payable.account)
        for account in ("interest", "fees"):
            flows["pay:interest_and_fees"] += firm.books.outflow(account)
        for channel in firm.channels.values():
            flows["drawings"] += firm.books.inflow(channel.account)
            flows["repayments"] += firm.books.outflow(channel.account)
        return flows

    def record(self) -> Record:
        """Everything the block has to say."""
        firm = self._firm
        watches = firm.outcomes.watches
        metrics = self._metrics()
        marks = tuple(strike.name for strike in firm.strikes)
        histories = firm.lenders.histories()
        horizon = firm.scenario.horizon
        chain = firm.outcomes.chain
        links = chain.links()
        struck = [np.where(s.first < horizon, s.first, -1) for s in firm.strikes]
        return Record(
            lanes=firm.world.lanes,
            outcomes=tuple(watches),
            first_day=np.array([watch.first for watch in watches.values()]),
            episodes=np.array([watch.episodes for watch in watches.values()]),
            days_in_force=np.array([watch.days for watch in watches.values()]),
            earliest=firm.earliest(),
            metrics=tuple(metrics),
            amounts=np.array(list(metrics.values())),
            marks=marks,
            mark_days=np.array(struck).reshape(len(marks), firm.world.lanes),
            histories=tuple(histories),
            history=np.array(list(histories.values())).reshape(len(histories), firm.world.lanes),
            links=tuple(links),
            chain=np.array(list(links.values())),
            words=chain.words(),
            paths=self.paths,
            alive=self.alive,
            weeks=self.weeks,
            week_events=self.events,
        )

    def _metrics(self) -> dict[str, Money]:
        firm, columns = self._firm, self._firm.columns
        names = ("lowest_liquidity", "lowest_cash", "deepest_shortfall", "wages_paid_late")
        metrics = {name: columns[f"outcome.{name}"] for name in names}
        metrics["cost_of_funding"] = firm.books.balance("interest") + firm.books.balance("fees")
        metrics["running_cost"] = firm.total(map(firm.books.balance, _RUNNING_COST))
        metrics["sales_lost"] = columns["sales.lost"]
        # What the owner put in is no profit.
        metrics["net_assets"] = firm.books.net_assets() - firm.paid_in()
        metrics["profit"] = firm.books.profit_to_date()
        if firm.bills is not None:
            metrics["contingent_debt"] = columns["outcome.contingent_debt"]
        for name in firm.channels:
            key = f"balance_at_default:{name}"
            metrics[key] = columns[f"outcome.{key}"]
        return metrics
