"""Against exact results: ruin of a firm with income 1 a day and Poisson(0.9) payments of 1.

The values come from a dynamic programme over the lattice of cash, day by day: row
"+1 - Poisson(0.9)", u = 5, of `lattice_finite_horizon` in the project's file of exact results
(ruin: cash below 0 at any day's end).
"""

from __future__ import annotations

import numpy as np
from lab import firm_of

from cashstress.scenario import Scenario

RUNS = 200_000
BLOCK = 20_000
EXACT = {30: 0.12461371620035609, 365: 0.2663959290172286}

FIRM = Scenario(
    name="one a day",
    start="2025-01-01",
    horizon=365,
    calendar={"weekend": []},
    firm={"cash": 5},
    sales={"annual": 365},
    customers={"walk_in": {"share": 1, "paid_at_once": 1}},
    costs={"claims": {"claims": {"per_day": 0.9, "amount": 1}}},
)


def test_day_end_ruin():
    firsts = []
    for block in range(RUNS // BLOCK):
        firm = firm_of(FIRM, slots=np.arange(BLOCK * block, BLOCK * (block + 1)))
        firm.run()
        firsts.append(firm.outcomes.watches["cash_out"].first.copy())
    first = np.concatenate(firsts)
    for by, exact in EXACT.items():
        share = ((first >= 0) & (first < by)).mean()
        # Four standard errors: 0.0030 and 0.0040.
        assert abs(share - exact) < 4 * (exact * (1 - exact) / RUNS) ** 0.5
