"""A world: one clock, and lanes of state that can be resampled, saved and resumed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np

from cashstress.errors import SimulationError
from cashstress.kernel.books import Books
from cashstress.kernel.clock import Clock
from cashstress.kernel.columns import Columns
from cashstress.kernel.levers import Levers
from cashstress.kernel.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

__all__ = ["State", "World"]


@attrs.frozen(eq=False)
class State:
    """A saved world: arrays and a few numbers, no code.

    ``columns`` maps names to arrays; ``slots`` address the draws; ``epoch`` counts fresh takes.
    """

    today: int
    seed: int
    slots: npt.NDArray[np.int64]
    home: int
    epoch: int
    columns: dict[str, npt.NDArray[Any]]


class World:
    """Lanes on one clock.

    Parameters
    ----------
    seed : int
    slots : int64 array (lanes,)
        Replication number of each lane.
    horizon : int
        Days.
    today : int, optional
        The day to begin on (later than 0 when a saved state is to be loaded).
    """

    def __init__(
        self, *, seed: int, slots: npt.NDArray[np.int64], horizon: int, today: int = 0
    ) -> None:
        self.seed = seed
        self.home = int(slots[0]) if len(slots) else 0
        self.clock = Clock(horizon, today)
        self.columns = Columns(len(slots))
        self.streams = Streams(seed, slots, lambda: self.clock.today)
        self.levers = Levers(self.columns)
        self.books = Books(self.columns, self.clock)
        self.on_refresh: list[Callable[[], None]] = []
        self._renewals: list[Callable[[], None]] = []

    @property
    def lanes(self) -> int:
        """Number of lanes."""
        return self.columns.lanes

    @property
    def running(self) -> npt.NDArray[np.bool_]:
        """Lanes whose firm is not wound up."""
        return self.columns["running"]

    def living(self) -> npt.NDArray[np.bool_] | None:
        """The same, or None where all run: then there is nothing to leave out."""
        return None if self.books.all_running else self.running

    def wind_up(self, lanes: npt.NDArray[np.bool_]) -> None:
        """Stop the books of these lanes for good."""
        self.running[lanes] = False
        self.books.all_running = bool(self.running.all())

    def run(self, until: int) -> None:
        """Run all days before `until`."""
        self.clock.run(until)

    def on_fresh_take(self, renew: Callable[[], None]) -> None:
        """Say how a latent draw renews when lanes are resampled with fresh draws.

        A latent that is not mentioned here is kept: its future is already drawn.
        """
        self._renewals.append(renew)

    def take(
        self, indices: npt.NDArray[np.int64], *, draws: Literal["keep", "fresh"] = "keep"
    ) -> None:
        """Replace the lanes by those at `indices`: permute, drop, repeat.

        Parameters
        ----------
        indices : int array (new lanes,)
        draws : {"keep", "fresh"}
            Keep each lane's slot, and with it its future draws (clones then stay equal), or give
            every lane a new slot in a new epoch.

        Raises
        ------
        SimulationError
            If a process holds an array over a ``yield``: it would go on with the old lanes.
        """
        self._refuse_held_arrays()
        if np.asarray(indices).dtype == np.bool_:
            msg = "take needs the numbers of lanes, not a mask; use numpy.flatnonzero(mask)"
            raise SimulationError(msg, day=self.clock.today)
        indices = np.asarray(indices, dtype=np.int64)
        self.columns.take(indices)
        if draws == "keep":
            self.streams.address(self.streams.slots[indices])
        else:
            fresh = (self.home << 20) + np.arange(len(indices))
            self.streams.address(fresh, self.streams.epoch + 1)
            for renew in self._renewals:
                renew()
        self._refresh()

    def save(self) -> State:
        """Everything that a resumed world needs, as copies."""
        slots, epoch = self.streams.slots.copy(), self.streams.epoch
        return State(self.clock.today, self.seed, slots, self.home, epoch, self.columns.save())

    def load(self, state: State) -> None:
        """Put a saved state into a world built for the same day, seed and number of lanes.

        Raises
        ------
        SimulationError
            When the world is built for others.
        """
        ours = (self.clock.today, self.seed, self.lanes)
        theirs = (state.today, state.seed, len(state.slots))
        if ours != theirs:
            msg = f"a state of (day, seed, lanes) {theirs} does not fit a world of {ours}"
            raise SimulationError(msg, day=self.clock.today)
        self.columns.load(state.columns)
        self.home = state.home
        self.streams.address(state.slots, state.epoch)
        self._refresh()

    def _refresh(self) -> None:
        self.levers.forget()
        for forget in self.on_refresh:
            forget()
        self.books.all_running = bool(self.running.all())

    def _refuse_held_arrays(self) -> None:
        for generator in _with_those_inside(self.clock.generators()):
            for name, value in generator.gi_frame.f_locals.items():
                if isinstance(value, np.ndarray):
                    msg = (
                        f"process {generator.__name__!r} holds the array {name!r} over a yield; "
                        "keep what differs between lanes in a column"
                    )
                    raise SimulationError(msg, day=self.clock.today, process=generator.__name__)


def _with_those_inside(generators: list[Any]) -> list[Any]:
    """Generators and those that they delegate to by ``yield from``."""
    found = []
    for outer in generators:
        generator = outer
        while getattr(generator, "gi_frame", None) is not None:
            found.append(generator)
            generator = generator.gi_yieldfrom
    return found
