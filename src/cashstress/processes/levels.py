"""From a scenario's levels to numbers the model can use: minor units, and one entry per lane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cashstress.errors import Problem, ScenarioError
from cashstress.kernel.money import MINOR_PER_MAJOR
from cashstress.scenario import Array, Draw

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Lanes, Level
    from cashstress.kernel.world import World

__all__ = ["Kept", "at", "level", "money_level"]


def level(world: World, key: str, value: Any) -> Level:
    """A number for all lanes, or a float64 array (lanes,) for an array or a draw.

    Parameters
    ----------
    key : str
        The scenario key: it names the stream of a draw, and the error of an array that is too
        short.
    value : number, Array or Draw
    """
    if isinstance(value, Draw):
        return value.quantile(world.streams.uniform(f"input.{key}", once=True))
    if isinstance(value, Array):
        return _of_slots(world, key, value)
    return float(value)


def money_level(world: World, key: str, value: Any) -> Level:
    """The same in minor units, rounded to whole ones."""
    major = level(world, key, value)
    return np.rint(np.multiply(major, MINOR_PER_MAJOR))[()]


def at(value: Level, lanes: Lanes | slice) -> Any:
    """A level's entries for some lanes; a number stands for all."""
    return value[lanes] if isinstance(value, np.ndarray) else value


class Kept:
    """A level that no lever moves: one number, or, where lanes differ, a column of the world.

    An array outside the columns would stay behind when lanes are resampled.
    """

    def __init__(self, world: World, name: str, value: Level) -> None:
        self._columns, self._name, self._number = world.columns, f"{name}~kept", value
        self._varies = isinstance(value, np.ndarray)
        if self._varies:
            world.columns.add(self._name, np.float64)[...] = value

    @property
    def value(self) -> Level:
        """The number, or the column's current buffer (not to be written to)."""
        return self._columns[self._name] if self._varies else self._number


def _of_slots(world: World, key: str, array: Array) -> Level:
    slots = world.streams.slots
    if len(slots) and int(slots.max()) >= len(array):
        problem = Problem(
            key,
            "an array has one entry per replication",
            given=f"{len(array)} entries",
            accepted=f"at least {int(slots.max()) + 1} for this run",
        )
        raise ScenarioError([problem])
    taken: Level = array.values[slots].astype(np.float64)
    return taken
