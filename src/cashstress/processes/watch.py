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
        columns = world.columns
        columns.add(f"watch.{name}.first", np.int32, NEVER)
        columns.add(f"watch.{name}.episodes", np.int32)
        columns.add(f"watch.{name}.days", np.int32)
        columns.add(f"watch.{name}.on", np.bool_)
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
        was_on = self._column("on")
        self.today = None
        if in_force is None or not in_force.any():
            if self._may_be_on:
                was_on[...] = False
                self._may_be_on = False
            return
        now = in_force & self._world.running
        began = now & ~was_on if events is None else events & self._world.running
        self.first[(self.first == NEVER) & now] = day
        self.episodes[...] += began
        self.days[...] += now
        was_on[...] = now
        self._may_be_on = True
        self.today = now

    def _column(self, part: str) -> Any:
        return self._world.columns[f"watch.{self.name}.{part}"]
