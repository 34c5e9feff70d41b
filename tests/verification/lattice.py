"""Ruin on whole numbers at day-ends, and the gambler between two barriers."""

from __future__ import annotations

import numpy as np
from claims import Family, mean_claim, reference, runs_to_see, share_claim
from firms import Walk, by, firm, ruined
from recursions import walk_between

from cashstress.processes import Firm

_UP = 0.55
_PAYMENTS = 0.9
_BLOCK = 20_000
_LONGEST = 11_000


def day_end_ruin(share):
    """All rows of `lattice_finite_horizon`."""
    found = []
    for seed, row in enumerate(reference("lattice_finite_horizon")["rows"]):
        u, n, exact = row["u"], row["n"], row["ruin"]
        walk = row["model"].startswith("+-1")
        if walk:
            tables = {"processes": [Walk(_UP)]}
        else:
            claims = {"claims": {"per_day": _PAYMENTS, "amount": 1}}
            tables = {"income": 365, "costs": {"bills": claims}}
        first = ruined(
            firm(horizon=n, cash=u, **tables), runs_to_see(exact, share=share), seed=seed
        )
        what = f"{row['model']}, cash {u}, by day {n}"
        found.append(share_claim(what, exact, by(first, n)))
    text = (
        "Cash in whole units; income of 1 a day and Poisson(0.9) payments of 1, or a step up or "
        "down. Ruin is `cash_out`: a payment that is unpaid at the end of a day. The exact value "
        "is a recursion over the days (`lattice_finite_horizon`)."
    )
    return Family("Ruin at day-ends on a lattice", text, found)


def gamblers_ruin(share):
    """Rows of `gamblers_ruin` that end within the longest run, with their mean duration."""
    found = []
    for seed, row in enumerate(reference("gamblers_ruin")["rows"]):
        p, z, a = row["p"], row["z"], row["a"]
        lost, steps = walk_between(z, a, p, days := min(_LONGEST, 40 * a))
        if abs(steps / row["duration"] - 1) > 0.02:  # it would need a longer run than there is
            continue
        runs = runs_to_see(row["ruin"], share=share)
        hit, duration = _play(
            firm(horizon=days, cash=z - 1, processes=[Walk(p, a - 1)]), runs, seed
        )
        what = f"p {p}, from {z} to 0 or {a}"
        found.append(share_claim(f"{what}: lost", lost, hit, beside=row["ruin"]))
        found.append(mean_claim(f"{what}: days", steps, duration, beside=row["duration"]))
    text = (
        "A unit is won with probability p or lost, until nothing or the goal is left. The firm "
        "starts with one unit less: it is ruined when it cannot pay. The exact value is a "
        "recursion over the days of the run; the endless game is beside it (`gamblers_ruin`). "
        "Rows whose game lasts longer than the longest run (11,000 days) are left out."
    )
    return Family("Gambler's ruin", text, found, beside="endless")


def _play(scenario, runs, seed):
    """Whether the firm lost, and how many days the game lasted, per replication."""
    lost, days = [], []
    for start in range(0, runs, _BLOCK):
        slots = np.arange(start, min(start + _BLOCK, runs), dtype=np.int64)
        one = Firm(scenario, seed=seed, slots=slots)
        one.run()
        lost.append(one.treasury.unpaid > 0)
        days.append(one.columns["walk.days"].copy())
    return np.concatenate(lost), np.concatenate(days)
