"""Sends blocks out, takes them back in order, and repairs a pool that lost a worker."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from concurrent.futures import (
    FIRST_EXCEPTION,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from typing import TYPE_CHECKING, Self

import attrs

from cashstress import processes
from cashstress.errors import CashstressError, ConservationError, ScenarioError, SimulationError
from cashstress.kernel import arena
from cashstress.kernel.record import Record, Tally
from cashstress.montecarlo.blocks import blocks
from cashstress.montecarlo.crews import Crew, InlineCrew, PoolCrew, UserCrew, processors
from cashstress.montecarlo.interrupt import Interrupt
from cashstress.montecarlo.work import Job, Parcel, parcel, run_job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from cashstress.scenario import Scenario

__all__ = ["Run", "Staff", "replicate"]

#: How long to sleep at most before looking whether somebody pressed Ctrl-C; seconds.
_GLANCE = 0.1
#: How long after Ctrl-C the workers may take to die of it, if it was sent to them too; seconds.
_GRACE = 0.5


@attrs.frozen
class Staff:
    """Who computes: so many processes, or an executor; by default as many as there are blocks."""

    workers: int | None = None
    executor: Executor | None = None


@attrs.frozen
class Run:
    """One record per scenario, all of the same replications, and whether Ctrl-C cut them short."""

    records: tuple[Record, ...]
    interrupted: bool


def replicate(
    scenarios: Sequence[Scenario],
    *,
    runs: int,
    seed: int,
    staff: Staff = Staff(),
    watch: Callable[[tuple[Record, ...]], None] | None = None,
    soon: bool = False,
) -> Run:
    """Run replications 0 .. runs-1 of every scenario, under the same draws.

    Parameters
    ----------
    scenarios : sequence of Scenario
    runs, seed : int
    staff : Staff
        Changes how long it takes, never a bit of the result.
    watch : callable, optional
        Called with the records of each block, one per scenario, in the order of blocks.
    soon : bool, optional
        Whether somebody waits for the first of them: it is narrow then.

    Returns
    -------
    Run
        After Ctrl-C the longest prefix of finished blocks: a valid run of fewer replications.

    Raises
    ------
    SimulationError
        When a block fails, or loses its worker twice; it names block, seed and digest.
    KeyboardInterrupt
        When Ctrl-C came before the first block was done, or twice.
    """
    alone = _is_alone(staff)
    cuts = blocks(runs, _width(scenarios, alone=alone), shared=not alone, soon=soon)
    # A narrow block and a wide one are done here before others have been woken.
    crew, parcels = _hire(scenarios, len(cuts) - soon, staff)
    jobs = [Job(each, block, seed) for block in cuts for each in parcels]
    tallies = [Tally(runs) for _ in scenarios]
    done = 0
    here = isinstance(crew, InlineCrew)
    with Interrupt(at_once=here) as interrupt, _Line(crew, jobs, interrupt) as line:
        for group in _groups(line, len(scenarios)):
            interrupt.at_once = False
            done += group[0].lanes
            for tally, record in zip(tallies, group, strict=True):
                tally.add(record)
            if watch is not None:
                watch(group)
    if not done:
        raise KeyboardInterrupt
    if any(tally.in_file for tally in tallies):
        arena.empty()
    return Run(tuple(tally.record() for tally in tallies), interrupted=done < runs)


def _width(scenarios: Sequence[Scenario], *, alone: bool) -> int:
    """Return the replications that a block of any of the scenarios can hold."""
    try:
        return min(processes.lanes_per_block(scenario, alone=alone) for scenario in scenarios)
    except CashstressError:
        raise
    except Exception as error:
        raise SimulationError(f"{type(error).__name__}: {error}") from error


def _hire(scenarios: Sequence[Scenario], count: int, staff: Staff) -> tuple[Crew, list[Parcel]]:
    """Choose the crew, and pack the scenarios if they have to travel."""
    if staff.executor is None and (count <= 1 or _is_alone(staff)):
        return InlineCrew(), [Parcel(each.digest, unpacked=each) for each in scenarios]
    parcels = [parcel(each) for each in scenarios]
    if staff.executor is not None:
        return UserCrew(staff.executor), parcels
    if any(each.unpacked is not None for each in parcels):
        return InlineCrew(), parcels
    crew = PoolCrew(_workers(staff))
    return crew, [each.stored(crew.folder) for each in parcels]


def _workers(staff: Staff) -> int:
    return processors() if staff.workers is None else staff.workers


def _is_alone(staff: Staff) -> bool:
    """Whether this process computes every block itself."""
    alone = _workers(staff) == 1 or multiprocessing.current_process().daemon
    return staff.executor is None and alone


def _groups(records: Iterable[Record], size: int) -> Iterator[tuple[Record, ...]]:
    """Group records by block; a block that lacks a scenario is dropped, so that pairs match."""
    return zip(*[iter(records)] * size, strict=False)


class _Line:
    """Jobs in flight; iterating gives their records in the order of the jobs."""

    def __init__(self, crew: Crew, jobs: Sequence[Job], interrupt: Interrupt) -> None:
        self._crew = crew
        self._jobs = jobs
        self._interrupt = interrupt
        self._flying: dict[int, Future[Record]] = {}
        self._sent = 0
        self._losses: Counter[int] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        flying = list(self._flying.values())
        if self._interrupt.asked:
            wait(flying, timeout=_GRACE, return_when=FIRST_EXCEPTION)
        # A pool that is just breaking up fails its futures itself, and in Python 3.11 stumbles over
        # those it finds cancelled.
        if not any(_broken(future) for future in flying):
            for future in flying:
                future.cancel()
        self._crew.close()

    def __iter__(self) -> Iterator[Record]:
        for index in range(len(self._jobs)):
            while self._sent < min(len(self._jobs), index + self._crew.ahead):
                if self._interrupt.asked:
                    break
                self._send(self._sent)
                self._sent += 1
            record = self._take(index)
            if record is None:
                return
            yield record

    def _send(self, index: int) -> None:
        try:
            self._flying[index] = self._crew.submit(run_job, self._jobs[index])
        except BrokenExecutor as error:
            # A worker can die between two runs: found out here, repaired where results are read.
            lost: Future[Record] = Future()
            lost.set_exception(error)
            self._flying[index] = lost

    def _take(self, index: int) -> Record | None:
        """Wait for a record; None when Ctrl-C came first."""
        while index in self._flying:
            future = self._flying[index]
            while not future.done():
                if self._interrupt.asked:
                    return None
                wait([future], timeout=_GLANCE)
            try:
                record: Record = self._crew.answer(future)
            except (BrokenExecutor, CancelledError) as error:
                # First of all: a broken pool must not stay warm for the next run.
                renewed = self._crew.renew()
                if self._was_interrupted():
                    return None
                self._repair(index, error, renewed=renewed)
            except Exception as error:
                raise _explained(self._jobs[index], error) from error
            else:
                del self._flying[index]
                return _whole(record, self._jobs[index])
        return None

    def _was_interrupted(self) -> bool:
        # Ctrl-C in a terminal reaches the workers too, and their death may be noticed first.
        if not self._interrupt.asked:
            time.sleep(_GLANCE)
        return self._interrupt.asked

    def _repair(self, index: int, error: BaseException, *, renewed: bool) -> None:
        """Send the lost blocks out once more, to a new crew."""
        lost = [i for i, future in self._flying.items() if not _finished(future)]
        self._losses.update(lost)
        if self._losses[index] > 1 or not renewed:
            raise SimulationError(
                f"{self._jobs[index]}: the process computing it died (out of memory, or killed); "
                "try fewer workers",
                block=self._jobs[index].block.index,
            ) from error
        for i in lost:
            self._send(i)


def _broken(future: Future[Record]) -> bool:
    return (
        future.done() and not future.cancelled() and isinstance(future.exception(), BrokenExecutor)
    )


def _finished(future: Future[Record]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _whole(record: Record, job: Job) -> Record:
    if record.lanes != job.block.lanes:
        raise ConservationError(f"{job}: {record.lanes} replications came back")
    return record


def _explained(job: Job, error: Exception) -> Exception:
    """Say which block failed; a scenario's own problems need no block."""
    if isinstance(error, ScenarioError):
        return error
    if isinstance(error, ConservationError):
        return ConservationError(f"{error.args[0]} ({job}, block {job.block.index})")
    if isinstance(error, SimulationError):
        return SimulationError(
            f"{job}: {error.args[0]}",
            block=job.block.index,
            day=error.day,
            process=error.process,
        )
    message = f"{job}: {type(error).__name__}: {error}"
    return SimulationError(message, block=job.block.index)
