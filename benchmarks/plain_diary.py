"""What one replication of the plain firm notes down, and what many of them say together.

The figures are those of the library's answer: first day, episodes and days in force of every
outcome, amounts per replication, daily paths, and the 13-week table by the direct method.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from plain_plan import (
    CRITICAL,
    DISCRETIONARY,
    INSTALMENTS,
    OTHER,
    OWNER,
    RENT,
    SOCIAL,
    TAXES,
    WAGES,
    WEEK,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plain_plan import Plan
    from plain_simpy import Firm

PATHS = ("cash", "headroom", "debt", "liquidity")
REPAYMENTS = "repayments"
#: Line of the weekly table on which a bill of a class is paid.
LINE_OF = {
    INSTALMENTS: "pay:interest_and_fees",
    WAGES: "pay:wages",
    SOCIAL: "pay:wages",
    TAXES: "pay:taxes",
    CRITICAL: "pay:critical_suppliers",
    RENT: "pay:rent",
    OTHER: "pay:other_suppliers",
    DISCRETIONARY: "pay:discretionary",
    OWNER: "pay:interest_and_fees",
}
FLOWS = ("receipts", *dict.fromkeys(LINE_OF.values()), "drawings", REPAYMENTS)
LINES = ("opening_cash", *FLOWS, "closing_cash", "headroom")
WEEKLY_OUTCOMES = ("cash_out", "missed_payroll", "supplier_hold", "supply_disruption")


class Spells:
    """When an outcome was in force."""

    def __init__(self) -> None:
        self.first = self.last = -1
        self.episodes = self.days = 0


class Diary:
    """The figures of one replication."""

    def __init__(self, firm: Firm) -> None:
        self.firm, self.plan = firm, firm.plan
        self.outcomes: dict[str, Spells] = {}
        self.lowest_liquidity = self.lowest_cash = 0
        self.deepest_shortfall = self.wages_paid_late = 0
        self.cost_of_funding = self.sales_lost = self.net_assets = 0
        self.balance_at_default: dict[str, int] = {}
        self.paths: dict[str, list[int]] = {name: [] for name in PATHS}
        self.flows = dict.fromkeys(FLOWS, 0)
        self.opening_cash = firm.cash
        self.weeks: list[dict[str, int]] = []
        self.week_events: list[set[str]] = [set() for _ in range(self.plan.weeks)]

    def see(self, outcome: str, day: int, new: int | None = None) -> None:
        """Note an outcome in force; `new` episodes begin, or one where it was not in yesterday."""
        spells = self.outcomes.get(outcome) or self.outcomes.setdefault(outcome, Spells())
        if not spells.days:
            spells.first = day
        spells.episodes += (not spells.days or spells.last < day - 1) if new is None else new
        spells.last = day
        spells.days += 1
        if outcome in WEEKLY_OUTCOMES and day < WEEK * self.plan.weeks:
            self.week_events[day // WEEK].add(outcome)

    def close_day(self, day: int, *, alive: bool) -> None:
        """Read outcomes and amounts at the end of a day."""
        firm, lines = self.firm, self.firm.treasury.lines
        unpaid = sum(bill.left for queue in firm.unpaid if queue for bill in queue)
        headroom = sum(line.headroom(day) for line in lines.values())
        liquidity = firm.cash + headroom - unpaid
        self.see_outcomes(day, short_of_cash=unpaid > 0)
        self.lowest_cash = min(self.lowest_cash, firm.cash) if day else firm.cash
        self.lowest_liquidity = min(self.lowest_liquidity, liquidity) if day else liquidity
        self.deepest_shortfall = max(self.deepest_shortfall, unpaid)
        if alive:
            debt = sum(line.drawn for line in lines.values())
            for name, amount in zip(PATHS, (firm.cash, headroom, debt, liquidity), strict=True):
                self.paths[name].append(amount)
        else:
            self.see("wound_up", day)
        if day < WEEK * self.plan.weeks and (
            day % WEEK == WEEK - 1 or day == self.plan.horizon - 1 or not alive
        ):
            self.close_week(headroom if alive else 0)
        if not alive:
            while len(self.weeks) < self.plan.weeks:
                self.close_week(0)

    def see_outcomes(self, day: int, *, short_of_cash: bool) -> None:
        """Note what is in force besides missed wages and default, which are noted when judged."""
        firm = self.firm
        short = firm.short_on == day
        if short:
            self.see("stock_out", day)
        if any(supplier.held_since is not None for supplier in firm.critical):
            self.see("supplier_hold", day)
        if short or any(supplier.held_long(day) for supplier in firm.critical):
            self.see("supply_disruption", day)
        if short_of_cash:
            self.see("cash_out", day)
        for name, line in firm.treasury.lines.items():
            if not line.is_open(day):
                self.see(f"channel_closed:{name}", day)

    def close_week(self, headroom: int) -> None:
        """A row of the weekly table."""
        cash = self.firm.cash
        first_and_last = {
            "opening_cash": self.opening_cash,
            "closing_cash": cash,
            "headroom": headroom,
        }
        self.weeks.append(first_and_last | self.flows)
        self.flows = dict.fromkeys(FLOWS, 0)
        self.opening_cash = cash

    def metrics(self) -> dict[str, int]:
        """The amounts of this replication, by the names of the library's answer."""
        names = (
            "lowest_liquidity", "lowest_cash", "deepest_shortfall", "wages_paid_late",
            "cost_of_funding", "sales_lost", "net_assets",
        )  # fmt: skip
        amounts = {name: getattr(self, name) for name in names}
        for name in self.firm.treasury.lines:
            amounts[f"balance_at_default:{name}"] = self.balance_at_default.get(name, 0)
        return amounts


class Answer:
    """Many diaries side by side.

    Attributes
    ----------
    outcomes : mapping of outcome to int (3, runs)
        First day (-1 for never), episodes, days in force.
    metrics : mapping of name to int (runs,)
    paths : mapping of name to float (horizon, runs)
        NaN once wound up.
    weeks : mapping of line to int (weeks, runs)
    week_events : mapping of outcome to bool (weeks, runs)
    """

    def __init__(self, plan: Plan, diaries: Iterable[Diary], runs: int) -> None:
        self.runs = runs
        self.outcomes: dict[str, Any] = {}
        self.metrics: dict[str, Any] = {}
        self.paths: dict[str, Any] = {name: np.full((plan.horizon, runs), np.nan) for name in PATHS}
        self.weeks: dict[str, Any] = {
            line: np.zeros((plan.weeks, runs), np.int64) for line in LINES
        }
        self.week_events: dict[str, Any] = {
            name: np.zeros((plan.weeks, runs), np.bool_) for name in WEEKLY_OUTCOMES
        }
        for run, diary in enumerate(diaries):
            self._enter(run, diary)

    def absorb(self, other: Answer) -> None:
        """Put the replications of another answer behind these."""
        names = {*self.outcomes, *other.outcomes}
        self.outcomes = {
            name: np.hstack([self.outcome(name), other.outcome(name)]) for name in names
        }
        self.runs += other.runs
        for mine, theirs in (
            (self.metrics, other.metrics),
            (self.paths, other.paths),
            (self.weeks, other.weeks),
            (self.week_events, other.week_events),
        ):
            for name, values in theirs.items():
                mine[name] = (
                    np.concatenate([mine[name], values], axis=-1) if name in mine else values
                )

    def _enter(self, run: int, diary: Diary) -> None:
        for name, spells in diary.outcomes.items():
            table = self.outcomes.get(name)
            if table is None:
                table = self.outcomes[name] = np.array([[-1], [0], [0]]).repeat(self.runs, axis=1)
            table[:, run] = spells.first, spells.episodes, spells.days
        for name, amount in diary.metrics().items():
            self.metrics.setdefault(name, np.zeros(self.runs, np.int64))[run] = amount
        for name, path in diary.paths.items():
            self.paths[name][: len(path), run] = path
        for number, week in enumerate(diary.weeks):
            for line, amount in week.items():
                self.weeks[line][number, run] = amount
        for number, events in enumerate(diary.week_events):
            for name in events:
                self.week_events[name][number, run] = True

    def outcome(self, name: str) -> Any:
        """First day, episodes and days in force: int (3, runs)."""
        never = np.array([[-1], [0], [0]])
        return self.outcomes.get(name, never.repeat(self.runs, axis=1))
