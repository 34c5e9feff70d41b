"""Credit records of the firm and of its owner: what lowers and raises them, and who reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress import scenario as sc
from cashstress.kernel.clock import Phase
from cashstress.processes.channels.closing import FOR_GOOD, OWN_CAUSES
from cashstress.processes.levels import level

if TYPE_CHECKING:
    from collections.abc import Generator

    from cashstress.kernel.arrays import Flags, Floats
    from cashstress.processes.channels import Channel
    from cashstress.processes.firm import Firm

__all__ = ["BEST", "CreditRecord", "CreditRecords", "is_read", "keeping"]

#: Points of the best record.
BEST: Final = 100.0
_KINDS: Final = ("firm", "owner")


class CreditRecord:
    """One record: today's score, and those of the days that somebody may still read.

    Parameters
    ----------
    firm : Firm
    kind : {"firm", "owner"}
    plan : CreditRecord of the scenario
    longest_lag : int
        Days.
    """

    def __init__(self, firm: Firm, kind: str, plan: sc.CreditRecord, longest_lag: int) -> None:
        self._firm, self.kind, self._plan = firm, kind, plan
        channels = firm.channels.values()
        # The owner tells nobody of the owner's own loan.
        lines = [c for c in channels if c.plan.record == kind and c.pay_class != "owner"]
        self._lines = lines
        self._rows = longest_lag + 1
        opening = level(firm.world, f"credit_record.{kind}", getattr(plan, kind))
        firm.columns.add(f"credit_record.{kind}", np.float64)[...] = opening
        firm.columns.add(f"credit_record.{kind}.past", np.float64, rows=self._rows)[...] = opening

    @property
    def score(self) -> Floats:
        """Points today, 0 to 100, per lane."""
        return self._firm.columns[f"credit_record.{self.kind}"]

    def read(self, lag: int) -> Floats:
        """The score at the end of the day `lag` days ago, per lane."""
        past = self._firm.columns[f"credit_record.{self.kind}.past"]
        score: Floats = past[(self._firm.clock.today - lag) % self._rows]
        return score

    def lose(self, points: Any) -> None:
        """Take points off."""
        np.maximum(self.score - points, 0.0, out=self.score)

    def note(self, day: int) -> None:
        """Points of the day, after SETTLE."""
        plan, lanes = self._plan, self._firm.world.lanes
        late, on_time = self._instalments(day)
        change = np.zeros(lanes)
        dirty = late
        change += on_time * plan.on_time
        change -= late * plan.arrears
        if self.kind == "firm":
            behind = self._suppliers_past_due()
            change -= behind * plan.suppliers
            least = plan.unstable_days * self._firm.planned_daily_outflow
            change -= (self._firm.cash < least) * plan.unstable_cash
            dirty = late | behind
        change += ~dirty * plan.clean
        score = self.score
        score += change * self._firm.world.running
        np.clip(score, 0.0, BEST, out=score)
        self._firm.columns[f"credit_record.{self.kind}.past"][day % self._rows] = score

    def _instalments(self, day: int) -> tuple[Flags, Flags]:
        """Where an instalment is past due, and where some fell due today and none is owed."""
        late, billed, owed = np.zeros((3, self._firm.world.lanes), np.bool_)
        for line in self._lines:
            for ledger in (line.repayment.ledger, line.interest.ledger):
                today = ledger.due_on(day)
                if today is not None:
                    billed |= today > 0
                if ledger.has_due():
                    owed |= ledger.owed > 0
                    late |= ledger.days_past_due() > 0
        return late, billed & ~owed

    def _suppliers_past_due(self) -> Flags:
        behind = np.zeros(self._firm.world.lanes, np.bool_)
        for supplier in self._firm.suppliers:
            ledger = supplier.payable.ledger
            if ledger.has_due():
                behind |= ledger.days_past_due() > 0
        return behind


class Reader:
    """One line's answer to its record: levers pulled, and the line closed at a low score."""

    def __init__(self, channel: Channel, plan: sc.ReadsRecord, record: CreditRecord) -> None:
        self._channel, self._plan, self._record = channel, plan, record
        self._rate = self._limit = self._approval = None
        if plan.rate_add is not None:
            self._rate = channel.rate.modifier("lender.record", "add")
        if not channel.plan.committed:
            self._limit = channel.limit.modifier("lender.record", "scale")
            self._approval = channel.approval.modifier("lender.record", "scale")

    def answer(self) -> None:
        """Read the score and act on it from tomorrow's SETTLE on."""
        plan, score = self._plan, self._record.read(self._plan.lag_days)
        doubt = np.clip((plan.below - score) / plan.below, 0.0, 1.0)
        some = doubt > 0.0
        worst = 0.0 if plan.rate_add is None else float(plan.rate_add.daily())  # type: ignore[arg-type]
        for modifier, value in (
            (self._rate, doubt * worst),
            (self._limit, 1.0 - doubt * (1.0 - plan.limit_factor)),
            (self._approval, 1.0 - doubt * (1.0 - plan.approval_factor)),
        ):
            if modifier is not None and (some.any() or modifier.on.any()):
                modifier.put(some, np.where(some, value, modifier.value))
        if plan.closes_below is not None and not self._channel.plan.committed:
            low = score < plan.closes_below
            if low.any():
                self._channel.close(low, OWN_CAUSES["score"], FOR_GOOD)
            self._channel.reopen(~low, OWN_CAUSES["score"])


class CreditRecords:
    """Both records, and the lines that read them.

    A closure costs points once a spell, and only where risk control or arrears closed the line: a
    line closed by a low score takes nothing off it, so no closure feeds on itself.
    """

    def __init__(self, firm: Firm) -> None:
        plan = firm.scenario.credit_record or sc.CreditRecord()
        reads = {
            name: channel.plan.reads_record
            for name, channel in firm.channels.items()
            if channel.plan.reads_record is not None
        }
        longest = max([0, *(each.lag_days for each in reads.values())])
        self._points = plan.closure
        self.records = {kind: CreditRecord(firm, kind, plan, longest) for kind in _KINDS}
        self._readers = [
            Reader(firm.channels[name], each, self.records[firm.channels[name].plan.record])
            for name, each in reads.items()
        ]

    def read(self, channel: Channel, whose: str | None = None) -> Floats:
        """The score that a line's lender knows today, of the line's record by default, per lane."""
        reads = channel.plan.reads_record
        lag = 0 if reads is None else reads.lag_days
        # Today's score is written down last of all; until then yesterday's is the newest.
        record = self.records[whose or channel.plan.record]
        return record.read(lag) if lag else record.score

    def note_closure(self, channel: Channel, lanes: Flags) -> None:
        """A closure shows on the record of the line; the owner tells nobody of the owner's own."""
        if channel.pay_class != "owner" and lanes.any():
            self.records[channel.plan.record].lose(lanes * self._points)

    def act(self, day: int) -> None:
        """LEND, last of all: points of the day, then what lenders make of the scores they read."""
        for record in self.records.values():
            record.note(day)
        for reader in self._readers:
            reader.answer()


def keeping(firm: Firm, records: CreditRecords) -> Generator[Any, Any, None]:
    """Keep the records, every day."""
    for day in firm.days():
        yield firm.clock.at(day, Phase.LEND)
        records.act(day)


def is_read(scenario: sc.Scenario) -> bool:
    """Whether anybody looks at a record: if not, none is kept."""
    channels = scenario.channels.values()
    return scenario.credit_record is not None or any(
        channel.reads_record is not None
        or (channel.reopening is not None and channel.reopening.reads_record)
        for channel in channels
    )
