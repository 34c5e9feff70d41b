"""An agreement, and data sharing: notice, a lower hazard, better chances, for a fee."""

from __future__ import annotations

from math import prod

from twin.ledger import Ledger
from twin.money import minor
from twin.phases import DUE, RANK

KINDS = ("agreement", "data_sharing")


class Agreements:
    """Those of one line, taken together."""

    def __init__(self, firm, place, line):
        self._firm = firm
        plans = {kind: getattr(line.plan, kind) for kind in KINDS}
        plans = {kind: plan for kind, plan in plans.items() if plan is not None}
        key, level = f"channels.{line.name}", firm.draws.level
        self.notice = max((plan.notice_days for plan in plans.values()), default=0)
        self.hazard_factor = prod(
            level(f"{key}.{kind}.hazard_factor", plan.hazard_factor) for kind, plan in plans.items()
        )
        self.reopening_factor = prod(
            level(f"{key}.{kind}.reopening_factor", plan.reopening_factor)
            for kind, plan in plans.items()
        )
        self._fee = sum(minor(plan.fee) for plan in plans.values())
        if self._fee:
            self._ledger = Ledger(firm, f"agreement:{line.name}", "other")
            firm.every_day(DUE, RANK["agreements"] + place, self._bill)

    def _bill(self, day):
        """The fee of a month is owed on its last day."""
        if self._firm.calendar.is_month_end(day):
            self._firm.books.post("fees", self._ledger.account, self._fee)
            self._ledger.bill(self._fee, self._firm.calendar.next_business(day))

    def ahead(self, day, last):
        """Fees not yet billed that fall due until a day."""
        if not self._fee:
            return 0
        calendar = self._firm.calendar
        coming = [
            each
            for each in range(day + 1, last + 1)
            if calendar.is_month_end(each) and calendar.next_business(each) <= last
        ]
        return self._fee * len(coming)
