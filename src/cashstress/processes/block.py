"""A block of replications from start to end, and what a scenario's levers are."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from cashstress.errors import ConservationError, ScenarioError, SimulationError, no_scenario
from cashstress.kernel import arena
from cashstress.kernel.money import MINOR_PER_MAJOR
from cashstress.processes import ranks
from cashstress.processes.firm import Firm
from cashstress.scenario import Scenario

if TYPE_CHECKING:
    from cashstress.kernel.clock import Clock
    from cashstress.kernel.levers import Lever
    from cashstress.kernel.record import Record

__all__ = ["LeverInfo", "lanes_per_block", "levers", "run_block", "run_firm"]

#: The columns of a block are likely to stay below this where several processes have one each: a run
#: of any size fits beside other work.
_BLOCK_BYTES: Final = 576 * 2**20
#: The same where there is one process: what it does for a block costs less the wider that is.
_BLOCK_BYTES_ALONE: Final = 1024 * 2**20
#: Goes into the round numbers that people ask for: 100,000 and 1,000,000 are cut in blocks of
#: 25,000 and take the same memory.
_WIDEST: Final = 25_600
_NARROWEST: Final = 256
#: So many lanes leave behind what is worth looking for.
_MUCH: Final = 4_096


@attrs.frozen
class LeverInfo:
    """One lever of a scenario: what a shock or a plan can pull.

    ``base`` is shown as a scenario writes it: money in major units, rates per day.
    """

    name: str
    unit: str
    domain: tuple[float, float]
    base: str


def run_block(scenario: Scenario, *, seed: int, first: int, lanes: int) -> Record:
    """Run replications first .. first + lanes - 1 to the horizon.

    Returns
    -------
    Record
        What they report; equal bits for a replication whatever block it is in.

    Raises
    ------
    SimulationError
        Also for whatever a process of the user's raises; it names day and process.
    """
    # A firm and its processes refer to each other: what is left of the block before (histograms,
    # what ledgers remember) is freed by the collector alone, which may be late by some blocks.
    if lanes >= _MUCH and arena.holds():
        gc.collect()
    firm = Firm(scenario, seed=seed, slots=np.arange(first, first + lanes, dtype=np.int64))
    record = run_firm(firm)
    firm.columns.close()
    return record


def run_firm(firm: Firm) -> Record:
    """Run a firm to the horizon; its columns stay open for whoever wants to look.

    Raises
    ------
    SimulationError
        As `run_block`.
    """
    try:
        firm.run()
        firm.audit()
    except ConservationError as error:
        if not firm.scenario.processes:
            raise
        raise _blamed(error, firm) from error
    except Exception as error:
        raise _placed(error, firm.clock) from error
    return firm.reporter.record()


def _blamed(error: ConservationError, firm: Firm) -> SimulationError:
    """Books that are wrong where a user's own process posts to them need not be a bug of ours."""
    day, own = firm.clock.today, firm.clock.failed(least_rank=ranks.USER)
    if own is not None:
        return SimulationError(f"its posting: {error.args[0]}", day=day, process=own)
    names = ", ".join(process.name for process in firm.scenario.processes)
    message = f"{error.args[0]}; have your own processes ({names}) posted to an account that the "
    return SimulationError(message + "firm keeps a ledger of? If not, it is a bug in cashstress")


def _placed(error: Exception, clock: Clock) -> SimulationError:
    """Say on which day, and in which process, a run failed."""
    if not isinstance(error, SimulationError):
        message = f"{type(error).__name__}: {error}"
        return SimulationError(message, day=clock.today, process=clock.failed())
    day = clock.today if error.day is None else error.day
    return SimulationError(error.args[0], day=day, process=error.process or clock.failed())


def lanes_per_block(scenario: Scenario, *, alone: bool = False) -> int:
    """Width of a block: the widest, or a half, a third ..., by the scenario's bytes per lane.

    Parameters
    ----------
    scenario : Scenario
    alone : bool, optional
        Whether one process computes all blocks.
    """
    firm = Firm(scenario, seed=0, slots=np.arange(1, dtype=np.int64))
    most = _BLOCK_BYTES_ALONE if alone else _BLOCK_BYTES
    part = -(-_WIDEST * firm.columns.bytes_per_lane // most)
    return max(_WIDEST // max(part, 1), _NARROWEST)


def levers(scenario: Scenario) -> tuple[LeverInfo, ...]:
    """All levers of a scenario, in the order of its actors."""
    if not isinstance(scenario, Scenario):
        raise ScenarioError([no_scenario("scenario", scenario)], "the arguments")
    firm = Firm(scenario, seed=0, slots=np.arange(1, dtype=np.int64))
    return tuple(
        LeverInfo(lever.name, lever.unit, lever.domain, _shown(lever)) for lever in firm.levers
    )


def _shown(lever: Lever) -> str:
    """The base as a scenario writes it; "varies" where replications differ."""
    if np.ndim(lever.base):
        return "varies"
    if lever.unit == "money":
        return f"{lever.base / MINOR_PER_MAJOR:,.2f}"
    return f"{lever.base:g}"
