"""Crews: who computes the blocks.

Starting processes costs more than most runs take, so the pool stays warm between runs.  Scenarios
and records travel as files: a worker killed while it writes a long answer into the pool's own pipe
leaves half of it there, and the standard pool then waits for the other half for ever.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, mkstemp
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from cashstress.errors import Problem, ScenarioError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Crew", "InlineCrew", "PoolCrew", "UserCrew", "processors", "warm_pool"]

_Task = TypeVar("_Task")

_lock = threading.RLock()
_warm: tuple[int, ProcessPoolExecutor] | None = None


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # pragma: no cover -- platforms without affinity


class Crew:
    """Hands out jobs.

    Subclassing: write `submit`; set `ahead`, the number of jobs handed out before the first
    comes back; override `answer` where answers do not come back by themselves, `renew` where a
    broken crew can be replaced, and `close` where something is left to tidy up.
    """

    ahead: int = 1

    def submit(self, work: Callable[[_Task], Any], task: _Task) -> Future[Any]:
        """Hand out one job."""
        raise NotImplementedError

    def answer(self, future: Future[Any]) -> Any:
        """Return what a job that is done came to, or raise what it raised."""
        return future.result()

    def renew(self) -> bool:
        """Replace a broken crew; False where that cannot be done."""
        return False

    def close(self) -> None:
        """Tidy up at the end of a run."""


class InlineCrew(Crew):
    """The process we are in, one block after the other."""

    def submit(self, work: Callable[[_Task], Any], task: _Task) -> Future[Any]:
        """Do the job at once; Ctrl-C passes through."""
        future: Future[Any] = Future()
        try:
            future.set_result(work(task))
        except Exception as error:  # noqa: BLE001 -- kept for whoever asks for the result
            future.set_exception(error)
        return future


class UserCrew(Crew):
    """An executor that the user brings, and repairs."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        workers = getattr(executor, "_max_workers", None)
        self.ahead = 2 * (workers if isinstance(workers, int) else processors())

    def submit(self, work: Callable[[_Task], Any], task: _Task) -> Future[Any]:
        """Hand out one job; an executor that was shut down is refused."""
        try:
            return self._executor.submit(work, task)
        except BrokenExecutor:
            raise
        except RuntimeError as error:
            problem = Problem("executor", f"takes no work: {error}", accepted="one that is open")
            raise ScenarioError([problem], "the options") from error


class PoolCrew(Crew):
    """The warm pool of processes, kept for the next run."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._pool = warm_pool(workers)
        self._folder = TemporaryDirectory(prefix="cashstress-", ignore_cleanup_errors=True)
        # Enough to keep the others busy while one block is slow, few enough to bound memory.
        self.ahead = 3 * workers

    @property
    def folder(self) -> str:
        """Where files of this run live until it ends."""
        return self._folder.name

    def submit(self, work: Callable[[_Task], Any], task: _Task) -> Future[Any]:
        """Hand out one job; the pool starts its processes here."""
        with _quiet_birth():
            return self._pool.submit(_into_file, work, task, self.folder)

    def answer(self, future: Future[Any]) -> Any:
        """Read the file that a worker left, and remove it."""
        path = Path(future.result())
        answer = pickle.loads(path.read_bytes())  # noqa: S301 -- from our own worker, for us alone
        path.unlink()
        return answer

    def renew(self) -> bool:
        """Leave a broken pool behind and start another."""
        _forget(self._pool)
        self._pool = warm_pool(self._workers)
        return True

    def close(self) -> None:
        """Remove the files."""
        self._folder.cleanup()


def _into_file(work: Callable[[_Task], Any], task: _Task, folder: str) -> str:
    """Do a job in a worker; the pool's pipe carries the name of a file, too short to be cut."""
    answer = work(task)
    handle, path = mkstemp(dir=folder)
    with os.fdopen(handle, "wb") as file:
        pickle.dump(answer, file, pickle.HIGHEST_PROTOCOL)
    return path


def warm_pool(workers: int) -> ProcessPoolExecutor:
    """Return the pool of the last run if it has as many workers, else a new one.

    Workers start as jobs come in, so a short run on a large machine does not start them all.
    """
    global _warm  # noqa: PLW0603 -- one pool per process is the point
    with _lock:
        if _warm is not None:
            size, pool = _warm
            if size == workers:
                return pool
        # An outgrown pool ends by itself once nobody holds it: another thread may be using it.
        pool = ProcessPoolExecutor(
            workers, mp_context=multiprocessing.get_context("spawn"), initializer=_prepare
        )
        _warm = (workers, pool)
        return pool


def _forget(pool: ProcessPoolExecutor) -> None:
    global _warm  # noqa: PLW0603 -- as above
    with _lock:
        if _warm is not None and _warm[1] is pool:
            _warm = None
    pool.shutdown(wait=False)


def _forget_in_child() -> None:
    # A forked child has the parent's pool object but none of its threads: using it would hang.
    global _warm, _lock
    _warm, _lock = None, threading.RLock()


if hasattr(os, "register_at_fork"):  # pragma: no branch -- false on Windows alone
    os.register_at_fork(after_in_child=_forget_in_child)


def _prepare() -> None:  # pragma: no cover -- runs in workers, before coverage may have started
    """Let Ctrl-C end a worker without a traceback of its own, and its parent's end too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_die_with_the_parent, daemon=True).start()


def _die_with_the_parent() -> None:  # pragma: no cover -- as above
    """End a worker whose parent was killed: it would wait for its next job for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _quiet_birth() -> Iterator[None]:
    """Start workers that neither run the user's script again nor answer Ctrl-C half born.

    A spawned worker imports the parent's main script.  It needs nothing from it, and a script
    without the ``if __name__ == "__main__"`` guard would start the whole run again in there.
    """
    with _lock, _no_interrupt():
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


@contextmanager
def _no_interrupt() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):  # pragma: no cover -- Windows
        yield
        return
    _start_resource_tracker()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_resource_tracker() -> None:
    # Its start unblocks SIGINT as a side effect, so it has to come before the block.
    from multiprocessing import resource_tracker

    tracker: Any = resource_tracker
    tracker.ensure_running()
