"""One lender with a will: what it decides about its line, and what the firm can do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.processes.channels.closing import OWN_CAUSES
from cashstress.processes.lenders.agreement import Agreements
from cashstress.processes.lenders.behaviour import Behaviour
from cashstress.processes.lenders.credit_record import BEST, CreditRecords
from cashstress.processes.lenders.hazard import Hazard
from cashstress.processes.lenders.history import CLOSED_BY, History
from cashstress.processes.lenders.limit_after import LimitAfter
from cashstress.processes.lenders.reopening import Reopening

if TYPE_CHECKING:
    from collections.abc import Generator

    from cashstress.kernel.arrays import Flags, Floats
    from cashstress.processes.channels import Channel
    from cashstress.processes.firm import Firm

__all__ = ["Will", "coming_back", "judging", "mending"]

#: Causes of a closure that show on a credit record, as rows of a history.
_SHOWN: Final = [CLOSED_BY.index(cause) for cause in ("risk_control", "arrears")]


class Will:
    """The lender's side of one line.

    Parameters
    ----------
    firm : Firm
    channel : Channel
    records : CreditRecords or None
        None where nobody reads them.
    """

    def __init__(self, firm: Firm, channel: Channel, records: CreditRecords | None) -> None:
        self._firm, self.channel, self._records = firm, channel, records
        plan = channel.plan
        self.agreements = Agreements(firm, channel)
        self.hazards: list[Hazard] = []
        self.limit_after: LimitAfter | None = None
        if plan.risk_control is not None:
            channel.behaviour = Behaviour(firm, channel, plan.risk_control)
            if plan.risk_control.limit_after != 1.0:
                self.limit_after = LimitAfter(firm, channel, plan.risk_control)
            self._add_hazard("risk_control", self.agreements.hazard_factor, self.agreements.notice)
        if plan.fault is not None:
            self._add_hazard("fault", 1.0, 0)
        if plan.misuse is not None:
            self._add_hazard("misuse", 1.0, 0)
        ways = plan.reopening
        self.reopening = Reopening(firm, self, ways) if ways is not None else None
        self.history = History(firm, channel)

    def _add_hazard(self, cause: str, factor: Any, notice: int) -> None:
        plan = getattr(self.channel.plan, cause)
        made = Hazard(self._firm, self.channel, cause, plan, factor=factor, notice=notice)
        # The lender of a committed line may not change its mind; the lever is there all the same.
        if not (cause == "risk_control" and self.channel.plan.committed):
            self.hazards.append(made)

    @property
    def reopening_factor(self) -> Any:
        """What agreements make of the chances of reopening."""
        return self.agreements.reopening_factor

    def score(self, whose: str | None = None) -> Floats:
        """A credit record as this lender reads it today, that of the line by default, per lane."""
        if self._records is None:
            return np.full(self._firm.world.lanes, BEST)
        return self._records.read(self.channel, whose)

    def is_closed_by(self, cause: str) -> Flags:
        """Lanes in which a cause is in force, by a shock or by the lender itself."""
        closed: Flags = np.zeros(self._firm.world.lanes, np.bool_)
        for row in {cause, OWN_CAUSES.get(cause, cause)} & set(self.channel.rows):
            closed |= self.channel.closed_by(row) > self._firm.clock.today
        return closed

    def lift(self, lanes: Flags, cause: str) -> None:
        """Lift a cause at once, whoever put it in force."""
        if not lanes.any():
            return
        if cause in self.channel.rows:
            self.channel.reopen(lanes, cause)
        for hazard in self.hazards:
            if hazard.cause == cause:
                hazard.lift(lanes & hazard.in_force)

    def act(self, day: int) -> None:
        """LEND: end, lift, decide and close; at most one move of a cause a day."""
        free = [~hazard.in_force for hazard in self.hazards]
        for hazard in self.hazards:
            hazard.end(day)
        lifted = self.reopening.act(day, self._is_clean) if self.reopening is not None else {}
        for hazard, was_free in zip(self.hazards, free, strict=True):
            hazard.cumulate(day, was_free, self._times(hazard))
        shown_before = self.history.is_closed_by(_SHOWN)
        began = self.history.note(lifted)
        self.come_back(day)
        if began is not None and self._records is not None and self.channel.plan.reports:
            # A spell is seen once, however many reasons it has.
            shown = began[_SHOWN].any(axis=0) & ~shown_before
            self._records.note_closure(self.channel, shown)
        if self.channel.behaviour is not None:
            self.channel.behaviour.end_day()

    def come_back(self, day: int) -> None:
        """Where risk control has let go of the line, cut its limit before anybody draws."""
        if self.limit_after is not None:
            self.limit_after.note(day, self.is_closed_by("risk_control"))

    def _times(self, hazard: Hazard) -> Any:
        """What behaviour and the economy make of a hazard today."""
        if hazard.cause == "misuse":
            # A lender finds out while there is something to be used.
            return self.channel.used > 0
        behaviour = self.channel.behaviour
        if hazard.cause != "risk_control" or behaviour is None:
            return 1.0
        loading = behaviour.plan.economy
        caution = self._firm.economy.effect(-loading) if loading else 1.0
        return behaviour.times() * caution

    def _is_clean(self) -> Flags:
        behaviour = self.channel.behaviour
        if behaviour is None:
            return np.ones(self._firm.world.lanes, np.bool_)
        return ~behaviour.is_bad()


def judging(firm: Firm, will: Will) -> Generator[Any, Any, None]:
    """Decide every day, after all lenders have aged what they are owed."""
    for day in firm.days():
        yield firm.clock.at(day, Phase.LEND)
        will.act(day)


def coming_back(firm: Firm, will: Will) -> Generator[Any, Any, None]:
    """Cut the limit of a line that a shock lets go of in the morning, before it is drawn."""
    for day in firm.days():
        yield firm.clock.at(day, Phase.SHOCK)
        will.come_back(day)


def mending(firm: Firm, reopening: Reopening) -> Generator[Any, Any, None]:
    """Repay what the lender dislikes, after the treasury has paid."""
    for day in firm.days():
        yield firm.clock.at(day, Phase.SETTLE)
        reopening.mend()
