"""The programs that do the same work, each as a function of scenario, replications and seed.

Each ends with the same tabulation: means and quantiles of the daily paths and the weekly table.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

import cashstress as cs
from plain_diary import Answer
from plain_plan import Plan
from plain_simpy import Firm

if TYPE_CHECKING:
    from collections.abc import Callable

QUANTILES = (0.10, 0.50, 0.90)
#: Seeds of the plain firms lie so far apart that no two runs share one.
APART = 10**6


def plain(firm: type[Firm], plan: Plan, first: int, runs: int) -> Answer:
    """Run a plain firm, each replication with a generator of its own, and tabulate."""
    seeds = range(first, first + runs)
    answer = Answer(plan, (firm(plan, Random(seed)).run() for seed in seeds), runs)  # noqa: S311
    for values in answer.paths.values():
        np.nanmean(values, axis=1)
        np.nanquantile(values, QUANTILES, axis=1)
    for values in answer.weeks.values():
        values.mean(axis=1)
        np.quantile(values, QUANTILES, axis=1)
    return answer


def tabulated(run: cs.Result) -> cs.Result:
    """Tabulate what a run in lanes says, as `plain` does."""
    for sketch in (*run.record.paths.values(), *run.record.weeks.values()):
        sketch.mean()
        for q in QUANTILES:
            sketch.quantile(q)
    return run


def simpy(scenario: cs.Scenario, runs: int, seed: int) -> Answer:
    """Plain SimPy, one replication after the other."""
    return plain(Firm, Plan(scenario), seed * APART, runs)


def salabim(scenario: cs.Scenario, runs: int, seed: int) -> Answer:
    """Salabim, one replication after the other."""
    from salabim_firm import SalabimFirm

    return plain(SalabimFirm, Plan(scenario), seed * APART, runs)


def numba(scenario: cs.Scenario, runs: int, seed: int) -> cs.Result:
    """The hand-written loop, compiled."""
    loop: Any = importlib.import_module("compiled")
    result: cs.Result = tabulated(loop.run(scenario, runs, seed))
    return result


def cashstress(scenario: cs.Scenario, runs: int, seed: int) -> cs.Result:
    """The library on one core."""
    return tabulated(cs.simulate(scenario, runs=runs, seed=seed, workers=1))


PROGRAMS: dict[str, Callable[[cs.Scenario, int, int], Any]] = {
    "simpy": simpy,
    "salabim": salabim,
    "numba": numba,
    "cashstress": cashstress,
}


def available(name: str) -> bool:
    """Whether a program can be run here: its package is installed, its module is there."""
    needs = {"salabim": "salabim_firm", "numba": "compiled"}.get(name)
    try:
        if needs is not None:
            importlib.import_module(needs)
    except ImportError as missing:
        print(f"{name} is not measured: {missing}", file=sys.stderr)
        return False
    return True


EXAMPLE = Path(__file__).parent.parent / "examples" / "platform_closure.toml"
