"""Time: whole days, fixed phases inside a day, fixed ranks inside a phase.

The total order of everything that happens is ``(day, phase, rank)``.  Two processes never race: who
comes first on one day is policy, written down as a phase and a rank, and not the order in which
somebody happened to schedule.
"""

from __future__ import annotations

from enum import IntEnum
from operator import index
from typing import TYPE_CHECKING, Any, Final

import simpy

from cashstress.errors import SimulationError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

__all__ = ["Clock", "Moment", "Phase"]

#: SimPy uses priorities 0 and 1 for process starts, interrupts and triggered conditions.  The
#: phases lie above both, so those run at once, inside the phase that caused them.
_FIRST_PRIORITY: Final = 10
_RANK_BITS: Final = 16
_RANKS: Final = 1 << _RANK_BITS
_BEFORE_ALL: Final = -1


class Phase(IntEnum):
    """The parts of a day, in the order in which they happen."""

    SHOCK = 0
    RECEIPT = 1
    OPERATE = 2
    DUE = 3
    SETTLE = 4
    LEND = 5
    OBSERVE = 6


class Moment(simpy.Event):
    """A scheduled (day, phase, rank); yielding it waits until then."""

    def __init__(self, clock: Clock, day: int, phase: Phase, rank: int, order: int) -> None:
        # All that SimPy's own `__init__` does, with an outcome that is known: there is one for
        # every step of the clock.
        self.env = clock.env
        self.day, self.phase, self.rank, self.order = day, phase, rank, order
        self._ok, self._value = True, None
        self.callbacks: list[Callable[[Any], None]] = [clock.arrive]


class _Days(simpy.Environment):
    """SimPy's environment; what would wait past the phases of a day is refused."""

    def timeout(self, delay: float = 0, value: Any = None) -> simpy.Timeout:
        """Wait for nothing; any other wait would wake between days, where no order holds."""
        if delay:
            msg = f"env.timeout({delay}) knows no phases; use: yield firm.clock.at(day, phase)"
            raise SimulationError(msg)
        return simpy.Timeout(self, delay, value)


class Clock:
    """Integer days 0 .. horizon - 1 on a SimPy environment.

    Parameters
    ----------
    horizon : int
        Number of days; the last simulated day is ``horizon - 1``.
    today : int, optional
        Day on which the clock starts; processes started then begin on that day.
    """

    def __init__(self, horizon: int, today: int = 0) -> None:
        self.horizon = horizon
        self.env = _Days(initial_time=today)
        self.today = today
        self.phase: Phase | None = None
        self._order = _BEFORE_ALL
        self._ranks: dict[simpy.Process, int] = {}

    def at(self, day: int, phase: Phase, *, rank: int | None = None) -> Moment:
        """An event at `phase` of `day`.

        Parameters
        ----------
        day : int
        phase : Phase
        rank : int, optional
            Place inside the phase, lowest first; by default the rank of the calling process.

        Raises
        ------
        SimulationError
            If the moment does not lie after the current one: time would run backwards, which SimPy
            itself does not notice.  Or if the rank does not fit into its phase.
        """
        day, env, today = index(day), self.env, self.today
        if rank is None:
            process = env.active_process
            rank = 0 if process is None else self._ranks.get(process, 0)
        order = (_FIRST_PRIORITY + phase) << _RANK_BITS | rank
        if not 0 <= rank < _RANKS:
            msg = f"rank {rank} would leave its phase; accepted: 0 to {_RANKS - 1}"
            raise SimulationError(msg, day=today)
        if day < today or (day == today and order <= self._order):
            msg = (
                f"day {day}, {phase.name}, rank {rank} is not after the current moment "
                f"(day {today}, {self.phase.name if self.phase is not None else 'start'})"
            )
            raise SimulationError(msg, day=today)
        moment = Moment(self, day, phase, rank, order)
        # SimPy's type knows only its own two priorities.
        env.schedule(moment, priority=order, delay=day - env.now)  # type: ignore[arg-type]
        return moment

    def start(self, generator: Generator[Any, Any, Any], rank: int) -> simpy.Process:
        """Start a process; its moments get `rank` unless they name their own."""
        process = self.env.process(generator)
        self._ranks[process] = rank
        return process

    def run(self, until: int) -> None:
        """Run every moment of the days before `until`.

        The loop peeks instead of calling ``env.run(until)``, whose stop event would compete with
        the phases of that day: running to 100 and then to 200 must equal running to 200.

        Raises
        ------
        SimulationError
            If day `until` is over, or from a process.
        """
        if until < self.today:
            msg = f"cannot run until day {until}: it is day {self.today} already"
            raise SimulationError(msg, day=self.today)
        env = self.env
        try:
            while env.peek() < until:
                env.step()
        except SimulationError as error:
            # SimPy raises a copy, made from the message alone; the original knows day and process.
            original = error.__cause__
            raise original if isinstance(original, SimulationError) else error from None
        self.today, self.phase, self._order = until, None, _BEFORE_ALL

    def audit(self) -> None:
        """Refuse a process that waits for something that nothing has scheduled.

        Raises
        ------
        SimulationError
            Naming the stuck process: SimPy itself stays silent about it.
        """
        for process in self._ranks:
            if process.is_alive and not process.target.triggered:
                name = getattr(process, "name", "?")
                msg = f"process {name!r} waits for {process.target!r}, which nothing will trigger"
                raise SimulationError(msg, day=self.today, process=name)

    def failed(self, least_rank: int = 0) -> str | None:
        """Name of the process that has just raised something, if one of such a rank has."""
        names = (
            getattr(process, "name", None)
            for process, rank in self._ranks.items()
            if rank >= least_rank and _has_failed(process)
        )
        return next(names, None)

    def generators(self) -> list[Any]:
        """The generators of all live processes (for the check that none keeps an array)."""
        return [process._generator for process in self._ranks if process.is_alive]  # noqa: SLF001 - no public way

    def arrive(self, moment: Moment) -> None:
        """Note the moment that has come; each moment calls it before any process goes on."""
        self.today, self.phase, self._order = moment.day, moment.phase, moment.order


def _has_failed(process: simpy.Process) -> bool:
    return process.triggered and not process.ok
