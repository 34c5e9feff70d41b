"""A cause that comes by chance: spell k of a line and cause meets its own Exp(1).

Hazard is cumulated on each day on which the cause is not in force; when it has reached the draw of
the spell to come, the cause is decided on.  Lenders move in LEND, at most once a day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress.processes.channels.closing import FOR_GOOD, OWN_CAUSES
from cashstress.processes.levels import level

if TYPE_CHECKING:
    from cashstress import scenario as sc
    from cashstress.kernel.arrays import Days, Flags, Floats, Lanes, Level
    from cashstress.processes.channels import Channel
    from cashstress.processes.firm import Firm

__all__ = ["DAYS_A_MONTH", "Hazard"]

#: A hazard per month is spread over this many days.
DAYS_A_MONTH: Final = 365 / 12


class Hazard:
    """One line's own closing for one cause.

    Parameters
    ----------
    firm : Firm
    channel : Channel
    cause : {"risk_control", "fault", "misuse"}
    plan : Hazard of the scenario
    factor : number or float64 array (lanes,)
        Multiplier of the hazard for good (an agreement).
    notice : int
        Days from the decision to the closure.
    """

    def __init__(
        self,
        firm: Firm,
        channel: Channel,
        cause: str,
        plan: sc.Hazard,
        *,
        factor: Level = 1.0,
        notice: int = 0,
    ) -> None:
        self._firm, self._channel, self.cause, self.plan = firm, channel, cause, plan
        self._notice = notice
        self._key = f"{channel.name}.{cause}"
        self.row = OWN_CAUSES[cause]
        base = self._per_day() * factor
        self.lever = firm.levers.add(self._key, base, "rate", (0.0, np.inf))
        firm.columns.add(f"{self._key}.cumulated", np.float64)
        firm.columns.add(f"{self._key}.needed", np.float64)
        firm.columns.add(f"{self._key}.spell", np.int32)
        firm.columns.add(f"{self._key}.closes_on", np.int32, FOR_GOOD)
        firm.columns.add(f"{self._key}.opens_on", np.int32, FOR_GOOD)
        self._wait_anew(np.arange(firm.world.lanes))
        firm.world.on_fresh_take(self._renew)

    @property
    def in_force(self) -> Flags:
        """Lanes that it closes."""
        closed: Flags = self._channel.closed_by(self.row) > self._firm.clock.today
        return closed

    def lift(self, lanes: Flags) -> None:
        """Lift it in `lanes` at once; the hazard begins at nothing again."""
        self._channel.reopen(lanes, self.row)
        self._column("opens_on")[lanes] = FOR_GOOD

    def end(self, day: int) -> None:
        """Lift it where it ends by itself today."""
        over = self._column("opens_on") <= day
        if over.any():
            self.lift(over)

    def cumulate(self, day: int, free: Flags, times: Any = 1.0) -> None:
        """Let a day's hazard pass in the lanes that were free of it this morning, and decide.

        Parameters
        ----------
        free : bool array (lanes,)
        times : number or float64 array (lanes,)
            Multiplier of the hazard today.
        """
        cumulated, closes_on = self._column("cumulated"), self._column("closes_on")
        waiting = free & (closes_on == FOR_GOOD)
        cumulated += self.lever.value * times * waiting
        decided = waiting & (cumulated >= self._column("needed"))
        if decided.any():
            closes_on[decided] = day + self._notice
            if self._notice:
                # The first day on which it cannot be drawn is the day after the closure.
                self._channel.announce(decided, self.cause, np.asarray(day + self._notice + 1))
        closing = closes_on <= day
        if closing.any():
            self._begin(np.flatnonzero(closing), day)

    def _begin(self, lanes: Lanes, day: int) -> None:
        """Close `lanes`; how long it lasts is drawn by the spell's number."""
        closed = np.zeros(self._firm.world.lanes, np.bool_)
        closed[lanes] = True
        self._channel.close(closed, self.row, FOR_GOOD)
        self._column("closes_on")[lanes] = FOR_GOOD
        self._column("opens_on")[lanes] = day + self._duration(lanes)
        self._column("spell")[lanes] += 1
        self._wait_anew(lanes)

    def _duration(self, lanes: Lanes) -> Days | int:
        lasts = self.plan.lasts
        if lasts is None:
            return FOR_GOOD - self._firm.clock.today
        if isinstance(lasts, int):
            return lasts
        drawn = np.ceil(self._exponential("lasts", lanes) * lasts.mean_days)
        days: Days = np.clip(drawn, 1, FOR_GOOD // 2).astype(np.int32)
        return days

    def _wait_anew(self, lanes: Lanes) -> None:
        """The next spell's own draw, and nothing cumulated yet."""
        self._column("cumulated")[lanes] = 0.0
        self._column("needed")[lanes] = self._exponential("needed", lanes)

    def _renew(self) -> None:
        """What is still to come is memoryless: draw it anew, where nothing is decided."""
        lanes = np.flatnonzero(self._column("closes_on") == FOR_GOOD)
        self._wait_anew(lanes)
        if self.plan.lasts is not None and not isinstance(self.plan.lasts, int):
            closed = np.flatnonzero(self._column("opens_on") < FOR_GOOD)
            # The last LEND is over; the next is that of the day to come.
            last = self._firm.clock.today - 1
            self._column("opens_on")[closed] = last + self._duration(closed)

    def _exponential(self, what: str, lanes: Lanes) -> Floats:
        name = f"channels.{self._key}.{what}"
        spell = self._column("spell")[lanes]
        drawn: Floats = -np.log(self._firm.streams.numbered(name, spell, lanes))
        return drawn

    def _per_day(self) -> Level:
        world, key = self._firm.world, f"channels.{self._key}"
        if self.plan.mean_days is not None:
            return 1.0 / level(world, f"{key}.mean_days", self.plan.mean_days)
        return level(world, f"{key}.per_month", self.plan.per_month or 0.0) / DAYS_A_MONTH

    def _column(self, part: str) -> Any:
        return self._firm.columns[f"{self._key}.{part}"]
