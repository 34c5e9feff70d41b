"""Firms so small that their fate is known exactly, made with the public interface."""

from __future__ import annotations

import numpy as np
from scipy.stats import poisson

import cashstress as cs
from cashstress.kernel.clock import Phase

#: Minor units of the step of a walk.
STEP = 100
#: Minor units of one unit of money where amounts are not whole: rounding to minor units is then a
#: relative error of 1e-5.
UNIT = 100_000
#: More claims than this on one day have a probability below 1e-9.
_MOST_CLAIMS = 12


def firm(*, horizon, cash, processes=(), income=0.0, **tables):
    """A firm without customers on credit, suppliers or staff; every day is a business day."""
    plan = {
        "name": "exact",
        "start": "2025-01-01",
        "horizon": horizon,
        "calendar": {"weekend": []},
        "firm": {"cash": cash},
        "sales": {"annual": income},
        "customers": {"walk_in": {"share": 1, "paid_at_once": 1}},
        # Bills of the firm's own processes go to this ledger; by itself it never has any.
        "costs": {"bills": {"claims": {"per_day": 1e-12, "amount": 1}}},
        "processes": processes,
    }
    return cs.scenario.Scenario(**(plan | tables))


def _bill(firm, amount):
    """Owe an amount that is due today."""
    ledger = firm.costs[0]
    ledger.payable.bill(amount, firm.clock.today, against=ledger.expense, memo="loses")


class Walk:
    """Each day one unit is won, with probability `up`, or lost.

    It ends when the firm cannot pay, and, with `goal`, when its cash is `goal`: then it has won.
    """

    def __init__(self, up, goal=None):
        self.up, self.goal = up, goal

    def __call__(self, firm):
        """Live: a SimPy process in lanes."""
        firm.columns.add("walk.days", np.int32)
        for day in firm.days():
            yield firm.clock.at(day, Phase.DUE)
            walks = firm.treasury.unpaid == 0
            if self.goal is not None:
                walks &= firm.cash < self.goal * STEP
            firm.columns["walk.days"][...] += walks
            wins = firm.streams.uniform("walk") < self.up
            won = STEP * (walks & wins).astype(np.int64)
            firm.books.post("cash", "sales", won, memo="wins")
            _bill(firm, STEP * (walks & ~wins).astype(np.int64))


class ExponentialClaims:
    """Each day a Poisson number of bills, each exponential with mean 1 unit."""

    def __init__(self, per_day):
        self.per_day = per_day
        self._below = poisson.cdf(np.arange(_MOST_CLAIMS), per_day)

    def __call__(self, firm):
        """Live: a SimPy process in lanes."""
        for day in firm.days():
            yield firm.clock.at(day, Phase.DUE)
            count = np.searchsorted(self._below, firm.streams.uniform("claims"), side="right")
            total = np.zeros(firm.world.lanes)
            for number in range(int(count.max(initial=0))):
                size = -np.log1p(-firm.streams.uniform(f"claim.{number}"))
                total += np.where(count > number, size, 0.0)
            _bill(firm, np.rint(UNIT * total).astype(np.int64))


def ruined(scenario, runs, *, seed):
    """First day on which cash was out, -1 for never: int array (runs,)."""
    return cs.simulate(scenario, runs=runs, seed=seed, workers=1).first_day("cash_out")


def by(first, days):
    """Where it happened on one of the first `days` days."""
    return (first >= 0) & (first < days)
