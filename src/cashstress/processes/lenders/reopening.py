"""What the firm does to have a closed line opened again: wait, ask, repair, diagnose.

Nothing begins before the firm has noticed that the line is closed.  All ways of a scenario are
taken together; `wait` is there always, for whatever ends by itself ends by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress import scenario as sc
from cashstress.processes.channels.closing import FOR_GOOD
from cashstress.processes.levels import Kept, level

if TYPE_CHECKING:
    from collections.abc import Callable

    from cashstress.kernel.arrays import Flags, Floats, Lanes
    from cashstress.processes.firm import Firm
    from cashstress.processes.lenders.will import Will

__all__ = ["LIFTABLE", "Reopening"]

#: Causes that a lender may lift for a good word.
LIFTABLE: Final = ("risk_control", "fault", "misuse", "regulator")


class Reopening:
    """The firm's ways for one line.

    Parameters
    ----------
    firm : Firm
    will : Will
        The lender's side of the line.
    plan : Reopening of the scenario
    """

    def __init__(self, firm: Firm, will: Will, plan: sc.Reopening) -> None:
        self._firm, self._will, self.plan = firm, will, plan
        self._channel = will.channel
        self._ask = (plan.ask or sc.Ask()) if "ask" in plan.ways else None
        self._repair = (plan.repair or sc.Repair()) if "repair" in plan.ways else None
        self._diagnose = (plan.diagnose or sc.Diagnose()) if "diagnose" in plan.ways else None
        self._chances = self._make_chances()
        columns, name = firm.columns, f"{self._channel.name}.reopening"
        # FOR_GOOD stands for "not yet": nothing noticed, no ticket open, no review to come.
        columns.add(f"{name}.noticed", np.int32, FOR_GOOD)
        columns.add(f"{name}.answer_on", np.int32, FOR_GOOD)
        columns.add(f"{name}.next_ticket", np.int32)
        columns.add(f"{name}.tickets", np.int32)
        columns.add(f"{name}.tickets_before", np.int32)
        columns.add(f"{name}.next_review", np.int32, FOR_GOOD)
        columns.add(f"{name}.reviews", np.int32)

    @property
    def mends(self) -> bool:
        """Whether the firm repays the line to be liked again."""
        return self._repair is not None

    def act(self, day: int, clean: Callable[[], Flags]) -> dict[str, Flags]:
        """LEND: notice, write tickets, be answered and reviewed.

        Parameters
        ----------
        clean : callable
            Lanes that show no behaviour that the lender dislikes.

        Returns
        -------
        mapping of way to bool array (lanes,)
            Where something was lifted.
        """
        closed = self._closed_causes()
        anywhere = np.logical_or.reduce(list(closed.values()))
        self._note_closure(day, anywhere)
        if not anywhere.any():
            return {}
        mended = self._is_mended() & clean()
        lifted = {}
        if self._repair is not None:
            lifted["repair"] = self._be_reviewed(day, closed["risk_control"] & mended)
        if self._ask is not None:
            lifted["ask"] = self._be_answered(day, closed)
            self._write_tickets(day, self._closed_causes(), mended)
        return lifted

    def mend(self) -> None:
        """SETTLE: repay the line down to the utilisation that is liked, from spare cash."""
        knows = self._column("noticed") < FOR_GOOD
        if self._repair is None or not knows.any():
            return
        channel, firm = self._channel, self._firm
        allowed = np.floor(channel.limit.value * self._repair.utilisation)
        above = np.maximum(channel.drawn - allowed, 0).astype(np.int64)
        spare = np.maximum(firm.cash - firm.treasury.floor, 0) * (firm.treasury.unpaid == 0)
        use = np.minimum(spare, above) * (knows & self._fits_repair())
        if use.any():
            channel.prepay(use)

    # -- inside -------------------------------------------------------------------------------

    def _closed_causes(self) -> dict[str, Flags]:
        return {cause: self._will.is_closed_by(cause) for cause in LIFTABLE}

    def _note_closure(self, day: int, closed: Flags) -> None:
        """Begin where the firm has just noticed; forget where the line is open."""
        noticed = self._column("noticed")
        knows = self._firm.columns[f"{self._channel.name}.known_closed"]
        fresh = closed & knows & (noticed == FOR_GOOD)
        if fresh.any():
            noticed[fresh] = day
            first = day if self._diagnose is None else day + self._diagnose.takes_days
            self._column("next_ticket")[fresh] = first
            self._column("tickets_before")[fresh] = self._column("tickets")[fresh]
            if self._repair is not None:
                self._column("next_review")[fresh] = first + self._repair.every
        over = ~closed & (noticed < FOR_GOOD)
        if over.any():
            noticed[over] = FOR_GOOD
            self._column("answer_on")[over] = FOR_GOOD
            self._column("next_review")[over] = FOR_GOOD

    def _knows_cause(self, day: int) -> Flags:
        """Lanes in which the cause has been found out, or nobody wants to know."""
        takes = 0 if self._diagnose is None else self._diagnose.takes_days
        # Where nothing is noticed the day is far away.
        known: Flags = self._column("noticed") <= day - takes
        return known

    def _fits_repair(self) -> Flags | bool:
        """Lanes in which mending can help, as far as the firm knows."""
        if self._diagnose is None:
            return True
        return self._knows_cause(self._firm.clock.today) & self._will.is_closed_by("risk_control")

    def _is_mended(self) -> Flags:
        """Lanes with no arrears on the line and no more used than is liked."""
        channel = self._channel
        owes = (channel.repayment.ledger.owed > 0) | (channel.interest.ledger.owed > 0)
        if self._repair is None:
            return ~owes
        mended: Flags = channel.used <= channel.limit.value * self._repair.utilisation
        return mended & ~owes

    def _be_reviewed(self, day: int, mended: Flags) -> Flags:
        """The lender looks again at its own pace."""
        won = np.zeros(self._firm.world.lanes, np.bool_)
        due = np.flatnonzero(self._column("next_review") <= day)
        if self._repair is None or not due.size:
            return won
        self._column("next_review")[due] = day + self._repair.every
        drawn = self._drawn("review", self._column("reviews")[due], due)
        self._column("reviews")[due] += 1
        won[due] = drawn < self._chance("repair")[due]
        won &= mended
        self._will.lift(won, "risk_control")
        return won

    def _be_answered(self, day: int, closed: dict[str, Flags]) -> Flags:
        """Tickets whose review is over: each cause in force is lifted with its own chance."""
        won = np.zeros(self._firm.world.lanes, np.bool_)
        answer_on = self._column("answer_on")
        due = np.flatnonzero(answer_on <= day)
        if self._ask is None or not due.size:
            return won
        answer_on[due] = FOR_GOOD
        self._column("next_ticket")[due] = day + self._ask.every
        drawn = self._drawn("ticket", self._column("tickets")[due], due)
        for cause in LIFTABLE:
            granted = np.zeros_like(won)
            granted[due] = drawn < self._chance(cause)[due]
            granted &= closed[cause]
            self._will.lift(granted, cause)
            won |= granted
        return won

    def _write_tickets(self, day: int, closed: dict[str, Flags], mended: Flags) -> None:
        """Where the line is closed, none is open and there is still hope."""
        if self._ask is None:
            return
        tickets, answer_on = self._column("tickets"), self._column("answer_on")
        write = (self._column("noticed") < FOR_GOOD) & (answer_on == FOR_GOOD)
        write &= np.logical_or.reduce(list(closed.values()))
        write &= self._column("next_ticket") <= day
        write &= tickets - self._column("tickets_before") < self._ask.most
        if self._diagnose is not None:
            # A fault heals, misuse is forgiven in time, a regulator does not listen; for risk
            # control mend first.
            waited = self._column("noticed") <= day - self._diagnose.patience
            write &= closed["risk_control"] & (mended | waited)
        answer_on[write] = day + self._ask.review_days
        tickets[write] += 1

    def _chance(self, what: str) -> Floats:
        """Chance by cause (or of a review), with the agreement and the records, per lane."""
        plain = self._chances[what].value * self._will.reopening_factor
        for weight, whose in (
            (self.plan.record_weight, self._channel.plan.record),
            (self.plan.firm_record_weight, "firm"),
        ):
            if weight:
                plain = plain * (1.0 - weight * (1.0 - self._will.score(whose) / 100.0))
        chance: Floats = np.broadcast_to(plain, self._firm.world.lanes)
        return chance

    def _make_chances(self) -> dict[str, Kept]:
        key = f"channels.{self._channel.name}.reopening"
        given: dict[str, Any] = {}
        if self._ask is not None:
            given = {cause: (f"{key}.ask.{cause}", getattr(self._ask, cause)) for cause in LIFTABLE}
        if self._repair is not None:
            given["repair"] = (f"{key}.repair.chance", self._repair.chance)
        world = self._firm.world
        return {name: Kept(world, k, level(world, k, value)) for name, (k, value) in given.items()}

    def _drawn(self, what: str, number: Any, lanes: Lanes) -> Floats:
        name = f"channels.{self._channel.name}.reopening.{what}"
        return self._firm.streams.numbered(name, number, lanes)

    def _column(self, part: str) -> Any:
        return self._firm.columns[f"{self._channel.name}.reopening.{part}"]
