"""What a worker does: one block of one scenario."""

from __future__ import annotations

import os
import pickle
import warnings
from functools import lru_cache
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

import attrs

from cashstress import processes
from cashstress.errors import CashstressError, SimulationError

if TYPE_CHECKING:
    from cashstress.kernel.record import Record
    from cashstress.montecarlo.blocks import Block
    from cashstress.scenario import Scenario

__all__ = ["Job", "Parcel", "parcel", "run_job"]


@attrs.frozen
class Parcel:
    """A scenario on its way to a worker: pickled once, unpacked once per worker.

    Attributes
    ----------
    digest : str
    packed : bytes
        The scenario pickled, where it travels with each job.
    path : str
        File that holds it, where workers share a disk with us.
    unpacked : Scenario or None
        The scenario itself, where it does not travel.
    """

    digest: str
    packed: bytes = b""
    path: str = ""
    unpacked: Scenario | None = None

    def open(self) -> Scenario:
        """Return the scenario."""
        if self.unpacked is not None:
            return self.unpacked
        return _unpack(self.packed, self.path)

    def stored(self, folder: str) -> Parcel:
        """Return the same parcel as a file, which costs next to nothing to send with each job."""
        handle, path = mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(self.packed)
        return Parcel(self.digest, path=path)


@attrs.frozen
class Job:
    """One block of one scenario of a run."""

    parcel: Parcel
    block: Block
    seed: int

    def __str__(self) -> str:
        return f"{self.block}, seed {self.seed}, scenario {self.parcel.digest}"


#: As many as a comparison of many alternatives has: blocks go round all of them.
@lru_cache(maxsize=64)
def _unpack(packed: bytes, path: str) -> Scenario:
    packed = packed or Path(path).read_bytes()
    scenario: Scenario = pickle.loads(packed)  # noqa: S301 -- our own bytes, pickled below
    return scenario


def parcel(scenario: Scenario) -> Parcel:
    """Pack a scenario for other processes, or leave it open, with a warning, where that fails.

    Only what a worker can import travels: a function written in the user's own script lives in
    ``__main__``, which a worker does not have.
    """
    try:
        packed = pickle.dumps(scenario, pickle.HIGHEST_PROTOCOL)
    except Exception as reason:  # noqa: BLE001 -- pickle raises whatever the object raises
        return _open_parcel(scenario, str(reason))
    if b"__main__" in packed:
        return _open_parcel(scenario, "part of it is defined in the script itself (__main__)")
    return Parcel(scenario.digest, packed)


def _open_parcel(scenario: Scenario, reason: str) -> Parcel:
    warnings.warn(
        f"the scenario cannot be sent to other processes ({reason}), so the run uses this one "
        "alone; put your own functions in a module that can be imported",
        stacklevel=2,
    )
    return Parcel(scenario.digest, unpacked=scenario)


def run_job(job: Job) -> Record:
    """Compute a block, here or in another process.

    Raises
    ------
    CashstressError
        Errors of the library pass; any other becomes a SimulationError, because an exception that
        cannot be unpickled would take the whole pool down with it.
    """
    try:
        return processes.run_block(
            job.parcel.open(), seed=job.seed, first=job.block.first, lanes=job.block.lanes
        )
    except CashstressError:
        raise
    except Exception as error:
        raise SimulationError(f"{type(error).__name__}: {error}") from error
