"""A stand-in for scenarios and blocks: quick, deterministic, and able to misbehave.

It is imported by worker processes, so it lives in a module and not in a test.
"""

import os
import signal
import sys
import time
from datetime import date
from pathlib import Path

import attrs
import numpy as np

from cashstress import processes
from cashstress.errors import ConservationError, Problem, ScenarioError, SimulationError
from cashstress.kernel.record import Record
from cashstress.kernel.sketch import Sketch
from cashstress.montecarlo import work

OUTCOMES = ("missed_payroll", "supplier_hold", "supply_disruption", "cash_out", "default")
METRICS = ("lowest_liquidity", "cost_of_funding", "running_cost", "profit")
WEEKS = 13
WIDTH = 40


@attrs.frozen
class StandIn:
    """Looks like a scenario to everything above the processes."""

    hazard: float = 0.01
    name: str = "A stand-in"
    start: date = date(2025, 1, 1)
    horizon: int = 120
    currency: str = "CNY"
    digest: str = "0123456789abcdef"
    shocks: dict = attrs.field(factory=dict)
    trouble: str = ""
    flag: str = ""
    payload: object = None
    premium: int = 0

    def without_shocks(self):
        return attrs.evolve(self, shocks={}, hazard=self.hazard / 2, digest="fedcba9876543210")


class BadlyMadeError(Exception):
    """Cannot be unpickled: the mistake that takes a whole pool down."""

    def __init__(self, one, two):
        super().__init__(one)


def _once(path):
    """Whether this is the first process to come here."""
    try:
        Path(path).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _misbehave(scenario, first):
    trouble = scenario.trouble if first == WIDTH else ""
    if scenario.trouble == "says so" and first == 20 * WIDTH:
        sys.stdout.write("block 20\n")
        sys.stdout.flush()
    if (trouble == "dies once" and _once(scenario.flag)) or trouble == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    elif trouble == "interrupts":
        os.kill(os.getpid(), signal.SIGINT)
    elif trouble == "slow":
        time.sleep(0.3)
    errors = {
        "key error": KeyError("flour"),
        "badly made": BadlyMadeError(1, 2),
        "simulation": SimulationError("amount beyond 2**53", day=7, process="payroll"),
        "conservation": ConservationError("receivables: rings 5, books 4"),
        "scenario": ScenarioError([Problem("firm.cash", "one entry per replication")]),
    }
    if trouble in errors:
        raise errors[trouble]


def _profit(scenario, happened, cash):
    """A premium is paid whatever happens; running out of cash costs 5,000.00."""
    return cash // 10 - scenario.premium - 500_000 * happened[OUTCOMES.index("cash_out")]


def run_block(scenario, *, seed, first, lanes):
    _misbehave(scenario, first)
    record = record_of(scenario, seed, first, lanes)
    return record.head(lanes - 1) if scenario.trouble == "short" else record


def record_of(scenario, seed, first, lanes):
    """Replication i depends on (seed, i) alone."""
    draws = np.stack(
        [np.random.default_rng([seed, first + i]).random(len(OUTCOMES)) for i in range(lanes)],
        axis=1,
    )
    day = np.floor(np.log1p(-draws) / np.log1p(-scenario.hazard)).astype(np.int64)
    happened = day < scenario.horizon
    late = OUTCOMES.index("default")
    happened[late] &= day[late] >= 90  # 90 days past due, never sooner
    cash = (1_000_000 * (draws[0] - 0.2)).astype(np.int64)
    paths, weeks = Sketch(scenario.horizon), Sketch(WEEKS)
    for t in range(scenario.horizon):
        paths.add(t, np.maximum(cash - 1_000 * t, 0))
    for week in range(WEEKS):
        weeks.add(week, cash)
    return Record(
        lanes=lanes,
        outcomes=OUTCOMES,
        first_day=np.where(happened, day, -1),
        episodes=happened * 2,
        days_in_force=happened * 5,
        earliest=dict.fromkeys(OUTCOMES, 0) | {"default": 90},
        metrics=METRICS,
        amounts=np.stack(
            [cash - 100_000, cash // 100, cash // 50, _profit(scenario, happened, cash)]
        ),
        marks=tuple(scenario.shocks),
        mark_days=np.full((len(scenario.shocks), lanes), 30),
        paths={"cash": paths},
        alive=np.full(scenario.horizon, lanes),
        weeks={"opening_cash": weeks, "closing_cash": weeks},
        week_events={
            name: np.array([((day[row] < 7 * w + 7) & happened[row]).sum() for w in range(WEEKS)])
            for row, name in enumerate(OUTCOMES)
            if name in ("cash_out", "missed_payroll")
        },
    )


def lanes_per_block(scenario, *, alone=False):
    return WIDTH


def run_job(job):
    """As `work.run_job`, on `run_block` above; for pools, where nothing can be monkeypatched."""
    real, processes.run_block = processes.run_block, run_block
    try:
        return work.run_job(job)
    finally:
        # A worker stays warm, and its next run may be a real one.
        processes.run_block = real
