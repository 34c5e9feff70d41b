"""Ruin with exponential claims in finite time, and ruin with an overdraft at interest."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from claims import Family, reference, runs_to_see, share_claim
from firms import UNIT, ExponentialClaims, by, firm, ruined
from recursions import exponential_ruin, overdraft_ruin

#: Cells of the recursion's grid for one unit: incomes are whole numbers of them.
CELLS = 40
#: Ruin from so far above is below 1e-9 for every row that is used.
_ABOVE = 120
_MAJOR = UNIT // 100


def exponential_claims(share, *, cells=CELLS):
    """Rows of `cramer_lundberg_finite`, one run for all horizons of a firm."""
    rows = defaultdict(list)
    for row in reference("cramer_lundberg_finite")["rows"]:
        rows[row["u"], row["c"]].append(row)
    found = []
    for seed, ((u, c), together) in enumerate(rows.items()):
        longest = max(row["T"] for row in together)
        exact = exponential_ruin(
            u, longest, income=c, per_day=1, cells=cells, most=u + _ABOVE + longest**0.5 * 4
        )
        runs = max(runs_to_see(exact[row["T"]], share=share) for row in together)
        scenario = firm(
            horizon=longest,
            cash=u * _MAJOR,
            income=round(365 * c * _MAJOR),
            processes=[ExponentialClaims(1.0)],
        )
        first = ruined(scenario, runs, seed=seed)
        for row in together:
            n = row["T"]
            what = f"cash {u}, income {c} a day, by day {n}"
            found.append(share_claim(what, exact[n], by(first, n), beside=row["psi"]))
    text = (
        "Income c a day and a Poisson(1) number of claims a day, each exponential with mean 1 "
        "(`cramer_lundberg_finite`). Asmussen's formula, beside, is for a clock that sees every "
        "moment. A day clock looks once a day, so it misses a firm that is below zero at noon and "
        "above it by night: its probability is smaller. The exact value is therefore a recursion "
        "over day-ends; the difference of the two columns is the price of the day clock."
    )
    return Family("Ruin with exponential claims", text, found, beside="continuous time")


#: The overdrawn firm, in cents: what comes in a day and what a bill is, the limit, and the rate.
OVERDRAFT = {"cash": 20, "step": 5, "limit": 50, "per_day": 0.97, "rate": 0.0027}
_DAYS = (30, 90, 180, 365)


def overdraft(share):
    """An overdraft at interest, against a recursion over (balance, accrued interest)."""
    start, longest = dt.date(2025, 1, 1), max(_DAYS)
    dates = [start + dt.timedelta(days=day) for day in range(longest)]
    interest_days = [day for day, date in enumerate(dates) if date.day == 21]
    exact = overdraft_ruin(longest, **OVERDRAFT, interest_days=interest_days)
    free = overdraft_ruin(longest, **OVERDRAFT | {"rate": 0.0}, interest_days=interest_days)
    scenario = overdrawn_firm(longest)
    runs = max(runs_to_see(exact[n], share=share) for n in _DAYS)
    first = ruined(scenario, runs, seed=5)
    found = [share_claim(f"by day {n}", exact[n], by(first, n), beside=free[n]) for n in _DAYS]
    text = (
        "A firm with 0.20 in hand, 0.05 coming in a day and a Poisson(0.97) number of bills of "
        "0.05, with an overdraft of 0.50 at 0.27 % a day, repaid from whatever is over. Interest "
        "is on day-end balances, rounded to a cent, due on the 21st. In whole cents the state "
        "(balance, sum of balances since the 21st) is a finite chain, so the recursion is exact, "
        "rounding included. The formula of `ruin_with_overdraft_interest` has continuous time and "
        "interest that compounds at every moment; no bank of this library charges so."
    )
    return Family("Ruin with an overdraft at interest", text, found, beside="without interest")


def overdrawn_firm(horizon):
    """The same firm in the library."""
    step, of = OVERDRAFT["step"] / 100, OVERDRAFT
    return firm(
        horizon=horizon,
        cash=of["cash"] / 100,
        income=round(365 * step, 2),
        costs={"bills": {"claims": {"per_day": of["per_day"], "amount": step}}},
        treasury={"ceiling": 0},
        channels={
            "overdraft": {
                "kind": "revolver",
                "limit": of["limit"] / 100,
                "rate": {"per_day": of["rate"]},
                "business_days": False,
                "interest_day": 21,
            }
        },
    )
