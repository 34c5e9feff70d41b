"""The answer as JSON: the same bytes whatever the machine's clock and number of workers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from cashstress.results import closures
from cashstress.results.comparison import Comparison
from cashstress.results.weeks import major, weeks
from cashstress.scenario.rule_changes import notes

if TYPE_CHECKING:
    from cashstress.results.result import Result
    from cashstress.results.weeks import Week

    Sides: TypeAlias = dict[str, Result]

__all__ = [
    "as_dict",
    "as_json",
    "by_days",
    "chain_of",
    "differences",
    "outcomes",
    "sides_of",
]

#: Days by which a treasurer asks; those beyond the horizon fall away.
DAYS: Final = (30, 60, 90, 180)
QUANTILES: Final = (5, 10, 25, 50, 75, 90, 95)
#: Outcomes that the 13-week table shows week by week.
WEEKLY: Final = ("cash_out", "missed_payroll")


def by_days(horizon: int) -> list[int]:
    """Return the days by which probabilities are shown, the horizon last.

    Examples
    --------
    >>> by_days(120)
    [30, 60, 90, 120]
    """
    return [*(day for day in DAYS if day < horizon), horizon]


def sides_of(answer: Result | Comparison) -> Sides:
    """Return the results in an answer by the name they go under: baseline, stressed."""
    if isinstance(answer, Comparison):
        return {"baseline": answer.base, "stressed": answer.other}
    return {"stressed" if answer.scenario.shocks else "baseline": answer}


def as_dict(answer: Result | Comparison) -> dict[str, Any]:
    """Return an answer as plain lists and dicts.

    Probabilities are fractions, null where the outcome cannot have occurred; amounts are major
    units.  After Ctrl-C two more keys say so: ``"interrupted"`` and ``"requested"``.
    """
    sides = sides_of(answer)
    last = list(sides.values())[-1]
    table: dict[str, Any] = {
        "version": last.environment.version,
        "digest": last.scenario.digest,
        "runs": last.runs,
        "seed": last.seed,
        "horizon": last.horizon,
    }
    if last.interrupted:
        table |= {"interrupted": True, "requested": last.requested}
    table["provenance"] = {name: side.provenance() for name, side in sides.items()}
    table |= {name: outcomes(side) for name, side in sides.items()}
    if isinstance(answer, Comparison):
        table["difference"] = differences(answer)
    table |= {"metrics": _metrics(sides), "weeks": _weeks(sides)}
    table["chain"] = {name: chain_of(side) for name, side in sides.items()}
    return table | _lenders(sides)


def _lenders(sides: Sides) -> dict[str, Any]:
    """What lenders with a will did, and rules without effect; no key where there is neither."""
    lines = {name: closures.tables(side) for name, side in sides.items()}
    found: dict[str, Any] = {"closures": lines} if any(lines.values()) else {}
    words = [line for side in sides.values() for line in notes(side.scenario)]
    return found | ({"notes": words} if words else {})


def as_json(answer: Result | Comparison) -> str:
    """Return an answer as JSON text, ending in a newline."""
    return json.dumps(as_dict(answer), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def outcomes(side: Result) -> dict[str, Any]:
    """Return every outcome's probability, by date, with its median first day and count."""
    return {
        outcome: side.probability(outcome).to_dict()
        | {
            "by": {
                str(day): side.probability(outcome, by=day).to_dict()
                for day in by_days(side.horizon)
            },
            "median_first_day": side.median_first_day(outcome),
            "count": int(side.happened(outcome).sum()),
        }
        for outcome in side.outcomes
    }


def chain_of(side: Result) -> dict[str, Any]:
    """Return what led to the first trouble, as shares of the replications that had any."""
    chain = side.chain()
    days = chain.day[chain.day >= 0]
    table: dict[str, Any] = {
        "count": chain.runs,
        "median_day": float(np.median(days)) if days.size else None,
    }
    return table | {key: _shares(shares) for key, shares in chain.shares().items()}


def _shares(shares: dict[str, Any]) -> dict[str, Any]:
    """Return estimates as dicts, however deep they lie."""
    return {
        key: _shares(each) if isinstance(each, dict) else each.to_dict("share")
        for key, each in shares.items()
    }


def differences(comparison: Comparison) -> dict[str, Any]:
    """Return every outcome's change in probability, paired, by date."""
    return {
        outcome: comparison.difference(outcome).to_dict("value")
        | {
            "by": {
                str(day): comparison.difference(outcome, by=day).to_dict("value")
                for day in by_days(comparison.other.horizon)
            }
        }
        for outcome in shared_outcomes(comparison)
    }


def shared_outcomes(comparison: Comparison) -> list[str]:
    """Return the outcomes that both scenarios know, in the order of the second."""
    return [name for name in comparison.other.outcomes if name in comparison.base.outcomes]


def _metrics(sides: Sides) -> dict[str, Any]:
    names = list(sides.values())[-1].metrics
    outcomes = list(sides.values())[-1].outcomes
    table: dict[str, Any] = {
        name: {key: _amounts(side, name) for key, side in sides.items() if name in side.metrics}
        for name in names
    }
    for kind in ("episodes", "days_in_force"):
        table[kind] = {
            outcome: {
                key: _counts(getattr(side, kind)(outcome))
                for key, side in sides.items()
                if outcome in side.outcomes
            }
            for outcome in outcomes
        }
    return table


def _amounts(side: Result, name: str) -> dict[str, float | None]:
    values = side.quantiles(name, [q / 100 for q in QUANTILES])
    table = {f"p{q}": major(float(value)) for q, value in zip(QUANTILES, values, strict=True)}
    return {"mean": major(float(side.metric(name).mean()))} | table


def _counts(values: Any) -> dict[str, float | int | None]:
    """Mean over all replications, and mean and maximum where there were any."""
    some = values[values > 0]
    return {
        "mean": round(float(values.mean()), 6),
        "mean_if_any": round(float(some.mean()), 6) if some.size else None,
        "max": int(values.max()),
    }


def _weeks(sides: Sides) -> list[dict[str, Any]]:
    tables = {key: weeks(side) for key, side in sides.items()}
    rows = zip(*tables.values(), strict=True)
    return [
        {"week": row[0].number, "start": row[0].start.isoformat()}
        | {key: _week(week) for key, week in zip(tables, row, strict=True)}
        for row in rows
    ]


def _week(week: Week) -> dict[str, Any]:
    return {
        "lines": {
            name: {"mean": line.mean, "p10": line.p10, "p90": line.p90}
            for name, line in week.lines.items()
        }
    } | {name: week.events[name].to_dict() for name in WEEKLY if name in week.events}
