"""How much do the multipliers of closed_by_risk_control.toml matter? Nobody knows them.

Run it with `python closed_by_risk_control.py [RUNS]`. It gives every behaviour's multiplier other
values, none of which has a source, and prints what becomes of the firm: the spread is the answer.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cashstress as cs

TOML = Path(__file__).with_suffix(".toml")
CONTROL = "channels.jiebei.risk_control"
BEHAVIOURS = ("frequent_drawing", "quick_prepayment", "arrears", "utilisation", "lenders")
#: By how much all multipliers are stretched: 0 makes each of them 1, 1 leaves the file's.
STRETCHES = (0.0, 0.5, 1.0, 2.0, 4.0)


def stretched(scenario: cs.Scenario, stretch: float, base: float) -> cs.Scenario:
    """The same firm under a risk control that minds behaviour less or more."""
    control = scenario.channels["jiebei"].risk_control
    assert control is not None  # noqa: S101 - the file has one
    changes: dict[str, object] = {f"{CONTROL}.per_month": base}
    for name in BEHAVIOURS:
        times = float(getattr(control, name).times)
        changes[f"{CONTROL}.{name}.times"] = times**stretch
    return scenario.replace(changes)


def main(runs: int = 2000) -> None:
    """Print the spread over bases and multipliers."""
    scenario = cs.load(TOML)
    print("closures  multipliers    line closed      cash out      payroll missed")
    print("a month   to the power   within a year, % of runs")
    seen = []
    for base in (0.003, 0.01, 0.03):
        for stretch in STRETCHES:
            result = cs.simulate(stretched(scenario, stretch, base), runs=runs, seed=1)
            outcomes = ("channel_closed:jiebei", "cash_out", "missed_payroll")
            shares = [100 * (result.probability(name).value or 0.0) for name in outcomes]
            seen.append(shares[1])
            cells = "".join(f"{share:16.1f}" for share in shares)
            print(f"{base:8.3f}  {stretch:8.1f}{cells}")
    print(f"cash out: {min(seen):.1f} to {max(seen):.1f} %, from assumptions alone")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:2]))
