"""The 13-week direct-method table."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import attrs

from cashstress.results.estimate import Estimate, proportion

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from cashstress.results.result import Result

__all__ = ["Spread", "Week", "weeks"]

#: int64 minor units in one major unit.
MINOR: Final = 100


@attrs.frozen
class Spread:
    """Mean, 10th and 90th percentile of an amount, major units; None where no firm is alive."""

    mean: float | None
    p10: float | None
    p90: float | None


@attrs.frozen
class Week:
    """One week of the table.

    Attributes
    ----------
    number : int
        From 1.
    start : date
        Its first day.
    lines : mapping of line to Spread
        In the order of the table.
    events : mapping of outcome to Estimate
        Probability that the outcome is in force on some day of the week.
    """

    number: int
    start: date
    lines: Mapping[str, Spread]
    events: Mapping[str, Estimate]


def weeks(result: Result) -> list[Week]:
    """Return the table, one row a week; the last week of a short horizon may be incomplete."""
    record = result.record
    columns = {
        name: (sketch.mean(), sketch.quantile(0.10), sketch.quantile(0.90))
        for name, sketch in record.weeks.items()
    }
    count = max((len(sketch.n) for sketch in record.weeks.values()), default=0)
    return [
        Week(
            number=i + 1,
            start=result.start + timedelta(weeks=i),
            lines={
                name: Spread(*(major(float(values[i])) for values in column))
                for name, column in columns.items()
            },
            events={
                name: proportion(int(counts[i]), record.lanes)
                for name, counts in record.week_events.items()
            },
        )
        for i in range(count)
    ]


def major(amount: float) -> float | None:
    """Return minor units as major units, rounded to the cent; None for NaN.

    Examples
    --------
    >>> major(120_050.0)
    1200.5
    """
    return None if amount != amount else round(amount / MINOR, 2)  # noqa: PLR0124 -- NaN
