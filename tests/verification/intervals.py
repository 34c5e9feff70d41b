"""Intervals of shares, and a survival curve."""

from __future__ import annotations

import numpy as np
from claims import Claim, Family, reference
from firms import STEP, firm

import cashstress as cs
from cashstress.kernel.clock import Phase


class FailOn:
    """Replication k fails on day `days[k]`; a negative day is never."""

    def __init__(self, days):
        self._days = np.asarray(days)

    def __call__(self, firm):
        """Live: a SimPy process in lanes."""
        ledger = firm.costs[0]
        for day in firm.days():
            yield firm.clock.at(day, Phase.DUE)
            fails = self._days[firm.streams.slots] == day
            amount = STEP * fails.astype(np.int64)
            ledger.payable.bill(amount, day, against=ledger.expense, memo="fails")


def of_shares(share):
    """Wilson's interval of every row of `binomial_ci`, by a firm that fails just so often."""
    del share
    found = []
    for row in reference("binomial_ci")["rows"]:
        x, n = row["x"], row["n"]
        days = np.where(np.arange(n) < x, 0, -1)
        run = cs.simulate(firm(horizon=1, cash=0, processes=[FailOn(days)]), runs=n, workers=1)
        estimate = run.probability("cash_out")
        for end, exact, ours in zip(
            ("lower", "upper"), row["wilson"], (estimate.low, estimate.high), strict=True
        ):
            found.append(Claim(f"{x} of {n:,}: {end} end", exact, ours, runs=n, tolerance=1e-9))
    text = (
        "Firms that fail in exactly x of n replications, and Wilson's interval of 95 % around the "
        "share (`binomial_ci`). Nothing is random here: the two must agree to 1e-9."
    )
    return Family("Intervals of a probability", text, found)


def survival(share):
    """The survival curve: Kaplan-Meier's estimate, where nobody leaves early."""
    del share
    data = reference("kaplan_meier")["data"]
    times = [t for t, event in zip(data["time"], data["event"], strict=True) if event]
    n = len(times)
    run = cs.simulate(
        firm(horizon=max(times) + 2, cash=0, processes=[FailOn(times)]), runs=n, workers=1
    )
    curve = run.survival("cash_out")
    found, left = [], n
    for t in sorted(set(times)):
        left -= times.count(t)
        # `value[k]` is the share that has survived the first k days: day t is the last of t + 1.
        ours = float(curve.value[t + 1])
        found.append(Claim(f"alive after day {t}", left / n, ours, runs=n, tolerance=1e-12))
    text = (
        "The nine remission times of the 6-MP patients that ended (`kaplan_meier`), as first days. "
        "No replication is ever lost from sight, so Kaplan and Meier's estimate is the share that "
        "is left; the censored rows of the reference have no counterpart here. The bands of the "
        "curve are the intervals above, day by day."
    )
    return Family("A survival curve", text, found)
