"""A lender of one line: why it closes it, and what makes it open it again."""

from __future__ import annotations

from twin.lenders.agreement import Agreements
from twin.lenders.behaviour import Behaviour
from twin.lenders.hazard import OWN, Hazard
from twin.lenders.limit_after import LimitAfter
from twin.lenders.reopening import Reopening
from twin.phases import LEND, RANK, SHOCK

BEST = 100.0


class Lender:
    def __init__(self, firm, place, line):
        self.firm, self.line = firm, line
        plan = line.plan
        self.agreements = Agreements(firm, place, line)
        self._limit_after, self._hazards = None, []
        if plan.risk_control is not None:
            line.behaviour = Behaviour(line, plan.risk_control)
            self._limit_after = LimitAfter(line, plan.risk_control)
        for cause in OWN:
            self._add_hazard(cause)
        ways = plan.reopening
        self._reopening = None if ways is None else Reopening(self, place, ways)
        self._shows_closure = False
        firm.every_day(SHOCK, RANK["lenders"] + place, self._let_go)
        firm.every_day(LEND, RANK["lenders"] + place, self.act)

    def _add_hazard(self, cause):
        """Only risk control gives notice, and is moved by agreements."""
        plan = getattr(self.line.plan, cause)
        if plan is None:
            return
        terms = {}
        if cause == "risk_control":
            terms = {"factor": self.agreements.hazard_factor, "notice": self.agreements.notice}
        hazard = Hazard(self.line, cause, plan, **terms)
        # A committed line has no closures by its own risk control; the lever is there all the same.
        if not (cause == "risk_control" and self.line.plan.committed):
            self._hazards.append(hazard)

    def _let_go(self, day):
        if self._limit_after is not None:
            self._limit_after.look(day)

    def act(self, day):
        """What ends by itself ends; the firm asks and repairs; then hazards are cumulated."""
        was_free = [not hazard.is_in_force for hazard in self._hazards]
        for hazard in self._hazards:
            hazard.end(day)
        if self._reopening is not None:
            self._reopening.act(day)
        for hazard, free in zip(self._hazards, was_free, strict=True):
            hazard.pass_day(day, was_free=free, times=self._times(hazard))
        self._let_go(day)
        self._report()

    def _times(self, hazard):
        """What behaviour, the economy and the use of the line make of a hazard today."""
        if hazard.cause == "misuse":
            return float(self.line.used() > 0)
        if hazard.cause != "risk_control":
            return 1.0
        loading = self.line.plan.risk_control.economy
        return self.line.behaviour.times() * self.firm.economy.effect(-loading)

    def is_bad(self):
        return self.line.behaviour is not None and self.line.behaviour.is_bad()

    def lift(self, cause):
        """Lift a cause at once, whoever put it in force."""
        self.line.reopen(cause)
        for hazard in self._hazards:
            if hazard.cause == cause and hazard.is_in_force:
                hazard.lift()

    # -- the credit record ----------------------------------------------------------------------

    def score(self, whose=None):
        records = self.firm.records
        return BEST if records is None else records.read(self.line, whose)

    def _report(self):
        """A closure by risk control or arrears is seen on the record, once a spell."""
        shows = any(self.line.is_closed_by(cause) for cause in ("risk_control", "arrears"))
        begins, self._shows_closure = shows and not self._shows_closure, shows
        if begins and self.firm.records is not None and self.line.plan.reports:
            self.firm.records.note_closure(self.line)
