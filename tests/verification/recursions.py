"""The exact law of small firms on a day clock, by recursion over the days.

Everything here is arithmetic on distributions; nothing is drawn, and nothing of the library is
used.
"""

from __future__ import annotations

import numpy as np
from scipy.signal import fftconvolve
from scipy.special import gammainc
from scipy.stats import poisson

#: More bills than this on one day have a probability below 1e-11.
_MOST_BILLS = 13


def lattice_ruin(start, days, changes):
    """P(below 0 at one of the first n day-ends), n = 0..days, of a walk on whole numbers.

    `changes` is {change: probability}; a level above `start + days * (largest change)` cannot be.
    """
    low, high = min(changes), max(changes)
    alive = np.zeros(start + days * max(high, 0) + 1)
    alive[start] = 1.0
    ruin, ruined = [0.0], 0.0
    for _ in range(days):
        padded = np.zeros(alive.size + high - low)
        for change, chance in changes.items():
            padded[change - low : change - low + alive.size] += chance * alive
        ruined += padded[:-low].sum()
        alive = padded[-low : -low + alive.size]
        ruin.append(ruined)
    return np.array(ruin)


def one_less_poisson(mean):
    """Changes of a day with income 1 and a Poisson number of payments of 1."""
    return {1 - k: float(poisson.pmf(k, mean)) for k in range(40)}


def walk_between(start, goal, up, days):
    """Of a walk that ends at 0 or `goal`: P(0 within `days`), and E(steps, at most `days`)."""
    alive = np.zeros(goal + 1)
    alive[start] = 1.0
    lost, steps = 0.0, 0.0
    for _ in range(days):
        steps += alive.sum()
        moved = np.zeros_like(alive)
        moved[1:] += up * alive[:-1]
        moved[:-1] += (1 - up) * alive[1:]
        lost += moved[0]
        moved[0] = moved[-1] = 0.0
        alive = moved
    return lost, steps


def exponential_ruin(start, days, *, income, per_day, cells, most):
    """P(below 0 at one of the first n day-ends), n = 0..days: exponential claims of mean 1.

    The claims of a day are put on a grid of `cells` cells a unit.  The barrier cuts a cell in two,
    so the error is of first order in its width; what two grids say, one twice as fine, cancels it
    (Richardson).  Levels above `most` never fail: it is chosen so high that this does not show.
    """
    law = {"income": income, "per_day": per_day, "most": most}
    coarse, fine = (_ruin_on_grid(start, days, cells=n, **law) for n in (cells, 2 * cells))
    return 2 * fine - coarse


def _ruin_on_grid(start, days, *, income, per_day, cells, most):
    total = _claims_on_grid(per_day, cells, most + income)
    alive = np.zeros(round(most * cells) + 1)
    alive[round(start * cells)] = 1.0
    shift = round(income * cells)
    ruin, ruined = [0.0], 0.0
    for _ in range(days):
        up = np.concatenate([np.zeros(shift), alive])
        # The level after income less the claims: reversed, so that a sum over levels is a
        # convolution.
        after = fftconvolve(up[::-1], total[: up.size])[: up.size][::-1]
        ruined += float(up.sum()) - float(after.sum())
        alive = np.maximum(after[: alive.size], 0.0)
        alive[-1] += float(after[alive.size :].sum())
        ruin.append(ruined)
    return np.array(ruin)


def _claims_on_grid(per_day, cells, most):
    """P(claims of a day lie in a cell around k / cells), k = 0, 1, ..."""
    edges = (np.arange(round(most * cells) + 2) + 0.5) / cells
    counts = np.arange(1, 60)
    below = np.full(edges.size, poisson.pmf(0, per_day))
    for count in counts:
        below += poisson.pmf(count, per_day) * gammainc(count, edges)
    return np.diff(below, prepend=0.0)


def overdraft_ruin(days, *, cash, step, limit, per_day, rate, interest_days):
    """P(a bill is unpaid at one of the first n day-ends), n = 0..days, of a firm with an overdraft.

    In whole cents: `step` comes in each day, and a Poisson(`per_day`) number of bills of `step`
    must be paid; what is missing is overdrawn, up to `limit`, and what is over repays.  Interest is
    the rate times the balances at the ends of the days since it last fell due, rounded to a cent,
    due on `interest_days`; the balance of that day's end counts for the next time.

    The state is (cash less overdraft, sum of balances), both whole numbers, so nothing is
    approximated; the highest level stands for all above it: from there ruin is out of reach.
    """
    top = cash + 50 * step
    longest = int(np.diff([-1, *interest_days, days]).max()) + 1
    sums = np.arange(limit * longest + 1)
    owed = np.array([int(round(rate * int(s), 0)) for s in sums])
    alive = np.zeros((limit + top + 1, sums.size))
    alive[limit + cash, 0] = 1.0
    chances = [float(poisson.pmf(k, per_day)) for k in range(_MOST_BILLS)]
    ruin = [0.0]
    for day in range(days):
        if day in interest_days:
            alive = _pay_interest(alive, owed)
        moved = np.zeros_like(alive)
        for count, chance in enumerate(chances):
            moved += chance * _shifted(alive, (1 - count) * step)
        alive = _add_balances(moved, limit)
        ruin.append(1.0 - float(alive.sum()))
    return np.array(ruin)


def _pay_interest(alive, owed):
    """Every state pays what its sum of balances costs, and the sum begins anew."""
    after = np.zeros_like(alive)
    for total in np.flatnonzero(alive.any(axis=0)):
        after[:, 0] += _shifted(alive[:, [total]], -int(owed[total]))[:, 0]
    return after


def _shifted(alive, change):
    """All levels moved; what falls below the limit is ruined, what rises above the top stays."""
    if not change:
        return alive
    moved = np.zeros_like(alive)
    if change < 0:
        moved[:change] = alive[-change:]
        return moved
    moved[change:] = alive[:-change]
    moved[-1] += alive[-change:].sum(axis=0)
    return moved


def _add_balances(alive, limit):
    """At the end of a day its overdraft is added to the sum of balances."""
    after = np.zeros_like(alive)
    for row in np.flatnonzero(alive.any(axis=1)):
        balance = max(limit - int(row), 0)
        after[row, balance:] = alive[row, : alive.shape[1] - balance]
    return after
