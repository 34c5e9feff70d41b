"""Keeps, for one outcome, the first day, the number of episodes and the days in force, per lane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Counts, Days, Flags
    from cashstress.kernel.world import World

__all__ = ["NEVER", "Watch"]

#: First day of what never happened.
NEVER: Final = -1


class Watch:
    """One outcome over time; a lane that is wound up shows nothing more."""

    def __init__(self, world: World, name: str) -> None:
        self._world, self.name = world, name
        parts = ("first", "episodes", "days", "on")
        self._columns = {part: f"watch.{name}.{part}" for part in parts}
        for part, column in self._columns.items():
            fill = NEVER if part == "first" else 0
            world.columns.add(column, np.bool_ if part == "on" else np.int32, fill)
        self.today: Flags | None = None
        # False only when it was in force nowhere yesterday: spares clearing what is clear.
        self._may_be_on = True
        world.on_refresh.append(self.forget)

    def forget(self) -> None:
        """Look again: the lanes were replaced."""
        self._may_be_on = True

    @property
    def first(self) -> Days:
        """First day in force per lane, -1 where it never was."""
        days: Days = self._column("first")
        return days

    @property
    def episodes(self) -> Counts:
        """Number of episodes per lane."""
        count: Counts = self._column("episodes")
        return count

    @property
    def days(self) -> Days:
        """Days in force per lane."""
        days: Days = self._column("days")
        return days

    def see(self, day: int, in_force: Flags | None, *, events: Flags | None = None) -> None:
        """Note today.

        Parameters
        ----------
        in_force : bool array (lanes,) or None
            Where it is in force after today; None for nowhere.
        events : bool array, optional
            Where an episode begins; by default where it was not in force yesterday.
        """
        self.today = None
        if in_force is None or not in_force.any():
            if self._may_be_on:
                self._column("on")[...] = False
                self._may_be_on = False
            return
        was_on, running = self._column("on"), self._world.running
        now = in_force & running
        # What was never in force before was not yesterday either.
        new = (now & ~was_on).nonzero()[0]
        began = new if events is None else (events & running).nonzero()[0]
        first, days = self._column("first"), self._column("days")
        first[new[first[new] == NEVER]] = day
        self._column("episodes")[began] += 1
        days += now
        was_on[...] = now
        self._may_be_on = True
        self.today = now

    def _column(self, part: str) -> Any:
        return self._world.columns[self._columns[part]]
