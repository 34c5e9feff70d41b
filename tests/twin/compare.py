"""Twin and lanes side by side: every day, every outcome, every amount, to the cent."""

from __future__ import annotations

import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.processes import Firm as Lanes
from twin.firm import Firm as Twin

BALANCES = ("cash", "debt", "headroom", "unpaid")
SPELLS = ("first", "episodes", "days")


class _Watch:
    """A process of the lanes' firm that writes down each day's balances."""

    def __init__(self):
        self.days = {name: [] for name in BALANCES}

    def __call__(self, firm):
        for day in firm.days():
            yield firm.clock.at(day, Phase.OBSERVE)
            balances = (firm.cash, firm.debt(), firm.headroom(), firm.treasury.unpaid)
            for name, amounts in zip(BALANCES, balances, strict=True):
                self.days[name].append(amounts.copy())


def run_lanes(scenario, *, seed, replications):
    """The library's firm, one lane for each replication: balances by day, and its record."""
    lanes = Lanes(scenario, seed=seed, slots=np.asarray(replications, np.int64))
    watch = _Watch()
    lanes.add_process(watch)
    lanes.run()
    return watch.days, lanes.reporter.record()


def first_difference(scenario, *, seed, replications):
    """What differs first between twin and lanes, in words; None where nothing does."""
    days, record = run_lanes(scenario, seed=seed, replications=replications)
    for lane, replication in enumerate(replications):
        twin = Twin(scenario, seed=seed, replication=replication)
        diary = twin.live()
        found = (
            _in_balances(diary, days, lane)
            or _in_outcomes(twin, record, lane)
            or _in_metrics(diary, record, lane)
        )
        if found:
            return f"replication {replication}: {found}"
    return None


def _in_balances(diary, days, lane):
    """The first day on which a balance differs; a firm that is wound up has no more days."""
    for day in range(len(diary.days["cash"])):
        for name in BALANCES:
            ours, theirs = diary.days[name][day], int(days[name][day][lane])
            last = day == len(diary.days["cash"]) - 1 and day < len(days["cash"]) - 1
            # The lanes' headroom and what is unpaid are those of a firm that is wound up by then.
            if ours != theirs and not (last and name in {"headroom", "unpaid"}):
                return f"day {day}, {name}: twin {ours:,}, lanes {theirs:,}"
    return None


def _in_outcomes(twin, record, lane):
    for row, name in enumerate(record.outcomes):
        ours = twin.outcomes.spells[name]
        theirs = (record.first_day, record.episodes, record.days_in_force)
        for part, values in zip(SPELLS, theirs, strict=True):
            if getattr(ours, part) != values[row, lane]:
                return f"{name}, {part}: twin {getattr(ours, part)}, lanes {values[row, lane]}"
    return None


def _in_metrics(diary, record, lane):
    metrics = diary.metrics()
    for row, name in enumerate(record.metrics):
        if metrics[name] != record.amounts[row, lane]:
            return f"{name}: twin {metrics[name]:,}, lanes {int(record.amounts[row, lane]):,}"
    return None


def assert_same(scenario, *, seed=1, replications=range(4)):
    """Assert that twin and lanes agree in everything, in each replication."""
    difference = first_difference(scenario, seed=seed, replications=list(replications))
    assert difference is None, f"{scenario.name}, seed {seed}, {difference}"
