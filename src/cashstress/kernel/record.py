"""What one block of replications says about itself: integers only, so that blocks add exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs
import numpy as np

from cashstress.kernel.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt

    from cashstress.kernel.sketch import Sketch

__all__ = ["Record", "Tally"]

_Whole = TypeVar("_Whole", bound=np.signedinteger[Any])

#: Arrays with one column per lane; every other field is shared, or added up over blocks.
_PER_LANE: Final = (
    "first_day",
    "episodes",
    "days_in_force",
    "amounts",
    "mark_days",
    "history",
    "chain",
)
_SAME: Final = ("outcomes", "earliest", "metrics", "marks", "histories", "links", "words")


def _days(values: npt.ArrayLike) -> npt.NDArray[np.int32]:
    return _read_only(values, np.int32)


def _whole(values: npt.ArrayLike) -> npt.NDArray[np.int64]:
    return _read_only(values, np.int64)


def _read_only(values: npt.ArrayLike, kind: type[_Whole]) -> npt.NDArray[_Whole]:
    """An array that nobody writes to: itself where that is so already, else a copy."""
    if isinstance(values, np.ndarray) and values.dtype == kind and not values.flags.writeable:
        return values
    array = np.array(values, kind)
    array.setflags(write=False)
    return array


@attrs.frozen(eq=False, kw_only=True)
class Record:
    """Outcomes, amounts and daily histograms of some replications.

    Attributes
    ----------
    lanes : int
        Number of replications.
    outcomes : tuple of str
        Names of the rows of `first_day`, `episodes` and `days_in_force`.
    first_day : int32 (outcomes, lanes)
        First day in force; -1 where it never happened.
    episodes, days_in_force : int32 (outcomes, lanes)
    earliest : mapping of outcome to int
        First day the outcome can occur at all; beyond the horizon when it cannot.
    metrics : tuple of str
        Names of the rows of `amounts`.
    amounts : int64 (metrics, lanes), minor units
    marks : tuple of str
        Names of the shocks, the rows of `mark_days`.
    mark_days : int32 (marks, lanes)
        Day each shock struck; -1 where it never did.
    histories : tuple of str
        Names of the rows of `history`: what became of lines of lenders with a will.
    history : int32 (histories, lanes)
        Days, spells or times.
    links : tuple of str
        Names of the rows of `chain`.
    chain : int32 (links, lanes)
        What led to the first trouble, in numbers and bits that `words` explains.
    words : mapping of name to tuple of str
    paths : mapping of name to Sketch
        One row per day; living lanes only.
    alive : int64 (horizon,)
        Lanes not wound up at the end of each day.
    weeks : mapping of line to Sketch
        One row per week, in the order of the 13-week table.
    week_events : mapping of outcome to int64 (weeks,)
        Lanes with the outcome in force on some day of the week.
    """

    lanes: int
    outcomes: tuple[str, ...]
    first_day: npt.NDArray[np.int32] = attrs.field(converter=_days)
    episodes: npt.NDArray[np.int32] = attrs.field(converter=_days)
    days_in_force: npt.NDArray[np.int32] = attrs.field(converter=_days)
    earliest: Mapping[str, int]
    metrics: tuple[str, ...]
    amounts: npt.NDArray[np.int64] = attrs.field(converter=_whole)
    marks: tuple[str, ...]
    mark_days: npt.NDArray[np.int32] = attrs.field(converter=_days)
    histories: tuple[str, ...] = ()
    history: npt.NDArray[np.int32] = attrs.field(
        default=attrs.Factory(lambda self: np.zeros((0, self.lanes), np.int32), takes_self=True),
        converter=_days,
    )
    paths: Mapping[str, Sketch]
    alive: npt.NDArray[np.int64] = attrs.field(converter=_whole)
    weeks: Mapping[str, Sketch]
    week_events: Mapping[str, npt.NDArray[np.int64]]
    links: tuple[str, ...] = ()
    chain: npt.NDArray[np.int32] = attrs.field(converter=_days)
    words: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)

    @chain.default
    def _no_chain(self) -> npt.NDArray[np.int32]:
        return np.zeros((0, self.lanes), np.int32)

    def __attrs_post_init__(self) -> None:
        rows = {name: len(self.outcomes) for name in _PER_LANE[:3]}
        rows |= {"amounts": len(self.metrics), "mark_days": len(self.marks)}
        rows |= {"history": len(self.histories)}
        rows |= {"chain": len(self.links)}
        for name, count in rows.items():
            shape = getattr(self, name).shape
            if shape != (count, self.lanes):
                raise ValueError(f"{name}: shape {shape}; expected {(count, self.lanes)}")

    @staticmethod
    def concat(records: Iterable[Record]) -> Record:
        """Return one record of all lanes, in the order given; the records do not change.

        Raises
        ------
        ValueError
            When there is no record, or the records do not describe the same outcomes and metrics.
        """
        kept = list(records)
        tally = Tally(sum(record.lanes for record in kept))
        for record in kept:
            tally.add(record)
        return tally.record()

    def head(self, lanes: int) -> Record:
        """Return the first lanes alone.

        Limits: `paths`, `alive`, `weeks` and `week_events` are sums over lanes and stay whole.
        """
        kept = {name: getattr(self, name)[:, :lanes] for name in _PER_LANE}
        return attrs.evolve(self, lanes=kept["first_day"].shape[1], **kept)


class Tally:
    """Adds records up one by one; memory does not grow with histograms, nor with very many lanes.

    Parameters
    ----------
    lanes : int
        How many lanes the records have together, at most.
    """

    def __init__(self, lanes: int) -> None:
        self._room = lanes
        self._first: Record | None = None
        self._shelf: Shelf | None = None
        self._sketches: dict[tuple[str, str], Sketch] = {}
        self._alive = np.zeros(0, np.int64)
        self._events: dict[str, npt.NDArray[np.int64]] = {}

    def add(self, record: Record) -> None:
        """Put the lanes of a record behind those already here."""
        if self._first is None:
            self._start(record)
        else:
            self._grow(record, self._first)
        lanes = {name: getattr(record, name) for name in _PER_LANE}
        if self._shelf is None:
            self._shelf = Shelf(lanes, self._room)
        self._shelf.put(lanes)

    @property
    def in_file(self) -> bool:
        """Whether there are so many lanes that what they say lies in a file."""
        return self._shelf is not None and self._shelf.in_file

    def _start(self, record: Record) -> None:
        self._sketches = {key: sketch.copy() for key, sketch in _sketches(record)}
        self._alive = record.alive.copy()
        self._events = {name: np.array(days) for name, days in record.week_events.items()}
        # What the first record has per lane and its histograms have been copied: let them go.
        none = {name: getattr(record, name)[:, :0].copy() for name in _PER_LANE}
        self._first = attrs.evolve(record, lanes=0, paths={}, weeks={}, **none)

    def _grow(self, record: Record, first: Record) -> None:
        for name in _SAME:
            if getattr(record, name) != getattr(first, name):
                raise ValueError(
                    f"records of different {name}: {getattr(first, name)}, {getattr(record, name)}"
                )
        for key, sketch in _sketches(record):
            self._sketches[key].absorb(sketch)
        self._alive += record.alive
        for name, days in record.week_events.items():
            self._events[name] += days

    def record(self) -> Record:
        """Return everything added so far as one record."""
        if self._first is None or self._shelf is None:
            raise ValueError("no records to put together")
        lanes: dict[str, Any] = self._shelf.arrays()
        kinds: dict[str, dict[str, Sketch]] = {"paths": {}, "weeks": {}}
        for (kind, name), sketch in self._sketches.items():
            kinds[kind][name] = sketch
        return attrs.evolve(
            self._first,
            lanes=lanes["first_day"].shape[1],
            alive=self._alive,
            week_events=self._events,
            paths=kinds["paths"],
            weeks=kinds["weeks"],
            **lanes,
        )


def _sketches(record: Record) -> list[tuple[tuple[str, str], Sketch]]:
    return [
        ((kind, name), sketch)
        for kind in ("paths", "weeks")
        for name, sketch in getattr(record, kind).items()
    ]
