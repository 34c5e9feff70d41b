"""Levers: named, adjustable levels, and the modifiers that shocks and plans put on them.

A lever's value is its base, then set, scaled, added to, floored and capped by the modifiers in
force, then held inside its domain; it is recomputed from the base each time, so lifting a modifier
restores the earlier value exactly, in whatever order modifiers are lifted.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from cashstress.errors import SimulationError
from cashstress.kernel.money import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from cashstress.kernel.columns import Columns

__all__ = ["Lever", "Levers", "Modifier", "Operation", "Unit"]

Operation = Literal["set", "scale", "add", "floor", "cap"]
Unit = Literal["money", "days", "months", "rate", "share", "factor"]
Level = Any  # a number, or a float64 array (lanes,)

_OPERATIONS: Final = ("set", "scale", "add", "floor", "cap")
#: Units whose values are whole numbers (minor units, days): rounded once, at the very end.
_WHOLE: Final = ("money", "days", "months")
#: Digits after the point of what is rounded: a millionth of a minor unit is no difference.
_TIES: Final = 6


class Modifier:
    """One change of one lever: a mask of lanes, and a value, both changed only through `put`."""

    def __init__(self, lever: Lever, name: str, operation: Operation, rank: int) -> None:
        self.lever, self.name, self.operation, self.rank = lever, name, operation, rank
        self._key = f"{lever.name}~{name}"
        columns = lever.columns
        columns.add(f"{self._key}.on", np.bool_)
        columns.add(f"{self._key}.value", np.float64)
        columns.add(f"{self._key}.since", np.int32)

    @property
    def on(self) -> npt.NDArray[np.bool_]:
        """Lanes in which it is in force."""
        return self.lever.columns[f"{self._key}.on"]

    @property
    def value(self) -> npt.NDArray[np.float64]:
        """Its value per lane."""
        return self.lever.columns[f"{self._key}.value"]

    @property
    def since(self) -> npt.NDArray[np.int32]:
        """The day it was last put on, per lane: of two sets that overlap the later wins."""
        return self.lever.columns[f"{self._key}.since"]

    def put(
        self,
        mask: npt.NDArray[np.bool_] | None = None,
        value: Level | None = None,
        *,
        since: Level | None = None,
    ) -> None:
        """Set the mask of lanes in force, or the value, or both.

        Parameters
        ----------
        mask : bool array (lanes,), optional
        value : number or float64 array (lanes,), optional
        since : day or int array (lanes,), optional
            Start of the change, which settles who wins among sets of one rank.
        """
        if mask is not None:
            self.on[...] = mask
        if value is not None:
            self.value[...] = value
        if since is not None:
            self.since[...] = since
        self.lever.forget()


class Lever:
    """One adjustable level.

    Parameters
    ----------
    name : str
    base : number or float64 array (lanes,)
    unit : {"money", "days", "months", "rate", "share", "factor"}
        Money in minor units, rates per day as a fraction.
    domain : (low, high)
        The value never leaves it.
    columns : Columns
        Where modifiers keep their masks and values.
    """

    def __init__(
        self,
        name: str,
        base: Level,
        unit: Unit,
        domain: tuple[float, float],
        columns: Columns,
    ) -> None:
        self.name, self.unit, self.domain, self.columns = name, unit, domain, columns
        self._varies = isinstance(base, np.ndarray)
        if self._varies:
            columns.add(f"{name}~base", np.float64)[...] = base
        self._scalar = base
        self._modifiers: list[Modifier] = []
        self._cache: Level | None = None

    @property
    def base(self) -> Level:
        """The value with no modifier in force."""
        return self.columns[f"{self.name}~base"] if self._varies else self._scalar

    def modifier(self, name: str, operation: Operation, *, rank: int = 0) -> Modifier:
        """A new modifier, in force nowhere.

        Within an operation modifiers apply by rank, then in the order in which they were made,
        never in the order in which they came into force.
        """
        if operation not in _OPERATIONS:
            accepted = ", ".join(_OPERATIONS)
            msg = f"lever {self.name!r}: unknown operation {operation!r}; accepted: {accepted}"
            raise SimulationError(msg)
        made = Modifier(self, name, operation, rank)
        self._modifiers.append(made)
        self._modifiers.sort(key=lambda m: (_OPERATIONS.index(m.operation), m.rank))
        return made

    def forget(self) -> None:
        """Drop the cached value (after a modifier changed or lanes were resampled)."""
        self._cache = None

    @property
    def value(self) -> Level:
        """The level now: one number where all lanes agree, else an array (lanes,), read-only."""
        if self._cache is None:
            self._cache = self._compute()
        return self._cache

    def _compute(self) -> Level:
        acting = [m for m in self._modifiers if m.on.any()]
        value = self.base
        if acting:
            value = np.array(np.broadcast_to(value, self.columns.lanes), np.float64)
            self._set(value, [m for m in acting if m.operation == "set"])
            for modifier in acting:
                _apply(value, modifier)
        value = np.clip(value, *self.domain)
        if self.unit in _WHOLE:
            value = self._whole(value)
        return _collapse(value)

    def _whole(self, value: Level) -> npt.NDArray[np.int64]:
        if np.size(value) and not np.max(value) <= LIMIT:
            msg = f"lever {self.name!r}: {np.max(value):g} minor units is beyond 2**53"
            raise SimulationError(msg + "; check the shocks that raise it")
        # A hair beside a half is the half, as with every product.
        whole: npt.NDArray[np.int64] = np.rint(np.round(value, _TIES)).astype(np.int64)
        return whole

    def _set(self, value: npt.NDArray[np.float64], sets: list[Modifier]) -> None:
        """Highest rank wins; among equals the latest start; among those the one made last."""
        for _, equals in groupby(sets, key=lambda modifier: modifier.rank):
            latest = np.full(len(value), -np.inf)
            for modifier in equals:
                wins = modifier.on & (modifier.since >= latest)
                np.copyto(value, modifier.value, where=wins)
                np.copyto(latest, modifier.since, where=wins)


class Levers:
    """All levers of a world, by name."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._levers: dict[str, Lever] = {}

    def add(
        self,
        name: str,
        base: Level,
        unit: Unit,
        domain: tuple[float, float] = (0.0, np.inf),
    ) -> Lever:
        """Make a lever; see `Lever`."""
        if name in self._levers:
            msg = f"lever {name!r} exists already"
            raise ValueError(msg)
        self._levers[name] = lever = Lever(name, base, unit, domain, self._columns)
        return lever

    def __getitem__(self, name: str) -> Lever:
        return self._levers[name]

    def __contains__(self, name: str) -> bool:
        return name in self._levers

    def __iter__(self) -> Iterator[Lever]:
        return iter(self._levers.values())

    def forget(self) -> None:
        """Drop every cached value."""
        for lever in self._levers.values():
            lever.forget()


def _apply(value: npt.NDArray[np.float64], modifier: Modifier) -> None:
    on = modifier.on
    match modifier.operation:
        case "scale":
            np.multiply(value, modifier.value, out=value, where=on)
        case "add":
            np.add(value, modifier.value, out=value, where=on)
        case "floor":
            np.maximum(value, modifier.value, out=value, where=on)
        case "cap":
            np.minimum(value, modifier.value, out=value, where=on)
        case "set":
            pass  # done before, together


def _collapse(value: Level) -> Level:
    """One number where all lanes agree: quicker in most code, with the same results."""
    if not value.ndim:
        return value.item()
    if value.size and (value == value[0]).all():
        return value[0].item()
    return value
