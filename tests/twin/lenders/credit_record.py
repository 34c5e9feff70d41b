"""The credit records of the firm and of its owner, and the lenders who read them."""

from __future__ import annotations

from cashstress import scenario as sc
from twin.levers import Change
from twin.phases import LEND, RANK

FOR_GOOD = 10**9


def keep_records(firm):
    """Records are kept where they are given or somebody reads them."""
    plan = firm.scenario
    lines, shocks = plan.channels.values(), plan.shocks.values()
    read = any(line.reads_record is not None for line in lines)
    ways = [line.reopening for line in lines if line.reopening is not None]
    read |= any(each.record_weight or each.firm_record_weight for each in ways)
    read |= any(s.when is not None and s.when.score_below is not None for s in shocks)
    if plan.credit_record is None and not read:
        return None
    return CreditRecords(firm, plan.credit_record or sc.CreditRecord())


def _held(score):
    return min(max(score, 0.0), 100.0)


class CreditRecords:
    """Scores at the end of each day, by whose they are."""

    def __init__(self, firm, points):
        self._firm, self._points = firm, points
        level = firm.draws.level
        self.opening = {
            whose: level(f"credit_record.{whose}", getattr(points, whose))
            for whose in ("firm", "owner")
        }
        self.today = dict(self.opening)
        self._past = []
        self._readers = []
        firm.every_day(LEND, RANK["credit_record"], self._write)

    def lowest(self):
        return min(self.today.values())

    def start_reading(self):
        """The lenders who read, once there are lines."""
        lines = self._firm.channels.values()
        self._readers = [Reader(line) for line in lines if line.plan.reads_record is not None]

    def read(self, line, whose=None):
        """The score as a lender reads it now: before today's is written yesterday's is the last."""
        reads = line.plan.reads_record
        lag = 0 if reads is None else reads.lag_days
        return self._ago(whose or line.plan.record, lag, len(self._past))

    def _ago(self, whose, lag, day):
        if not lag:
            return self.today[whose]
        return self._past[day - lag][whose] if lag <= day else self.opening[whose]

    def note_closure(self, line):
        whose = line.plan.record
        if line.pay_class != "owner":
            self.today[whose] = _held(self.today[whose] - self._points.closure)

    def _write(self, day):
        for whose in self.today:
            self.today[whose] = _held(self.today[whose] + self._earned(whose, day))
        self._past.append(dict(self.today))
        for reader in self._readers:
            lag = reader.line.plan.reads_record.lag_days
            reader.act(self._ago(reader.line.plan.record, lag, day))

    def _earned(self, whose, day):
        """The day's points, closures apart."""
        points, firm = self._points, self._firm
        lines = [line for line in firm.channels.values() if line.pay_class != "owner"]
        lines = [line for line in lines if line.plan.record == whose]
        is_late = any((line.days_past_due(day) or 0) > 0 for line in lines)
        earned = -points.arrears if is_late else 0.0
        is_clean = not is_late
        if whose == "firm":
            behind = any((s.ledger.days_past_due(day) or 0) > 0 for s in firm.suppliers)
            earned -= points.suppliers if behind else 0.0
            is_clean = is_clean and not behind
            if firm.cash < points.unstable_days * firm.plan.daily_outflow:
                earned -= points.unstable_cash
        asked = any(line.asked_today(day) for line in lines)
        if asked and not any(line.owes_something_due(day) for line in lines):
            earned += points.on_time
        return earned + (points.clean if is_clean else 0.0)


class Reader:
    """A lender who reads a record: a worse price, a lower limit, fewer approvals, or closed."""

    def __init__(self, line):
        self.line, self._plan = line, line.plan.reads_record
        add = self._plan.rate_add
        self._add = Change(line.rate, "add", 0.0 if add is None else add.daily())
        self._cuts = []
        if not line.plan.committed:
            self._cuts = [
                Change(line.limit, "scale", self._plan.limit_factor),
                Change(line.approval, "scale", self._plan.approval_factor),
            ]

    def act(self, score):
        under = max(0.0, 1 - score / self._plan.below)
        for change in (self._add, *self._cuts):
            change.put(under)
        least = self._plan.closes_below
        if least is not None and score < least:
            self.line.close("score", FOR_GOOD)
        else:
            self.line.reopen("score")
