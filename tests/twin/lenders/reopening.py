"""What the firm does about a closed line: wait, ask, repair, find out why."""

from __future__ import annotations

import math

from cashstress import scenario as sc
from twin.phases import RANK, SETTLE

LIFTABLE = ("risk_control", "fault", "misuse", "regulator")


class Reopening:
    """`noticed` is the day on which the firm noticed the closure; None while it has not."""

    def __init__(self, lender, place, plan):
        self._lender, self._line, self._firm = lender, lender.line, lender.firm
        self._weight, self._firms_weight = plan.record_weight, plan.firm_record_weight
        ways = plan.ways
        self._ask = (plan.ask or sc.Ask()) if "ask" in ways else None
        self._repair = (plan.repair or sc.Repair()) if "repair" in ways else None
        self._diagnose = (plan.diagnose or sc.Diagnose()) if "diagnose" in ways else None
        self._key = f"channels.{self._line.name}.reopening"
        level = self._firm.draws.level
        self._chances = {}
        if self._ask is not None:
            for cause in LIFTABLE:
                chance = getattr(self._ask, cause)
                self._chances[cause] = level(f"{self._key}.ask.{cause}", chance)
        if self._repair is not None:
            chance = level(f"{self._key}.repair.chance", self._repair.chance)
            self._chances["repair"] = chance
            self._firm.every_day(SETTLE, RANK["lenders"] + place, self._mend)
        self.noticed = None
        self._tickets = self._tickets_here = self._reviews = 0
        self._answer_on = self._next_ticket = self._next_review = None

    # -- the evening ----------------------------------------------------------------------------

    def act(self, day):
        """The firm notices, the lender reviews and answers, the firm writes a ticket."""
        closed = self._closed_causes()
        if not closed:
            self.noticed = self._answer_on = None
            return
        if self.noticed is None and self._line.known_closed:
            self._begin(day)
        if self.noticed is None:
            return
        mended = self._is_mended() and not self._lender.is_bad()
        if self._repair is not None and self._next_review <= day:
            self._be_reviewed(day, mended=mended)
        if self._ask is not None:
            if self._answer_on is not None and self._answer_on <= day:
                self._be_answered(day, closed)
            self._write_ticket(day, mended=mended)

    def _closed_causes(self):
        return [cause for cause in LIFTABLE if self._line.is_closed_by(cause)]

    def _begin(self, day):
        self.noticed, self._tickets_here, self._answer_on = day, 0, None
        first = day + self._takes_days()
        self._next_ticket = first
        if self._repair is not None:
            self._next_review = first + self._repair.every

    def _takes_days(self):
        return 0 if self._diagnose is None else self._diagnose.takes_days

    def _chance(self, what):
        chance = self._chances[what] * self._lender.agreements.reopening_factor
        chance *= 1 - self._weight * (1 - self._lender.score() / 100)
        return chance * (1 - self._firms_weight * (1 - self._lender.score("firm") / 100))

    # -- reviews and tickets --------------------------------------------------------------------

    def _be_reviewed(self, day, *, mended):
        """The lender looks at its own pace; what is not mended is not let go."""
        self._next_review = day + self._repair.every
        drawn = self._firm.draws.numbered(f"{self._key}.review", self._reviews)
        self._reviews += 1
        if mended and drawn < self._chance("repair"):
            self._lender.lift("risk_control")

    def _be_answered(self, day, closed):
        """Each cause in force is lifted with its chance, by one draw for the ticket."""
        self._answer_on, self._next_ticket = None, day + self._ask.every
        drawn = self._firm.draws.numbered(f"{self._key}.ticket", self._tickets)
        granted = [cause for cause in closed if drawn < self._chance(cause)]
        for cause in granted:
            self._lender.lift(cause)

    def _write_ticket(self, day, *, mended):
        if self._answer_on is not None or day < self._next_ticket:
            return
        if self._tickets_here >= self._ask.most or not self._closed_causes():
            return
        if self._diagnose is not None:
            waited = day >= self.noticed + self._diagnose.patience
            if not self._line.is_closed_by("risk_control") or not (mended or waited):
                return
        self._tickets, self._tickets_here = self._tickets + 1, self._tickets_here + 1
        self._answer_on = day + self._ask.review_days

    # -- repair ---------------------------------------------------------------------------------

    def _is_mended(self):
        """Nothing is due on the line, and the balance is down where the firm repairs."""
        if self._line.owes_something_due(self._firm.today):
            return False
        if self._repair is None:
            return True
        return self._line.used() <= self._line.limit.value * self._repair.utilisation

    def _mend(self, day):
        """Repay the line down to what is liked, from cash above the floor."""
        treasury = self._firm.treasury
        if self.noticed is None or treasury.unpaid:
            return
        if self._diagnose is not None:
            known = day >= self.noticed + self._diagnose.takes_days
            if not known or not self._line.is_closed_by("risk_control"):
                return
        allowed = math.floor(self._line.limit.value * self._repair.utilisation)
        self._line.prepay(min(self._line.drawn - allowed, self._firm.cash - treasury.floor))
