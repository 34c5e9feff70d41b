"""Lines of lenders with a will: closed by which cause, for how many days, reopened by which way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cashstress.results.estimate import Estimate
    from cashstress.results.result import Result

__all__ = ["Closing", "LineHistory", "line_histories", "tables"]


@attrs.frozen(eq=False)
class Closing:
    """One cause of closing of one line.

    Attributes
    ----------
    probability : Estimate
        That it closes the line on some day.
    spells, days : int32 (runs,)
        How often it began, and days in force.
    """

    probability: Estimate
    spells: npt.NDArray[np.int32]
    days: npt.NDArray[np.int32]


@attrs.frozen(eq=False)
class LineHistory:
    """What became of one line.

    Attributes
    ----------
    closed : mapping of cause to Closing
        Causes that were in force in some replication.
    reopened : mapping of way to int32 (runs,)
        Times the line came to be open again by ``wait``, ``ask`` or ``repair``.
    """

    closed: dict[str, Closing]
    reopened: dict[str, npt.NDArray[np.int32]]


def line_histories(result: Result) -> dict[str, LineHistory]:
    """Return the histories by channel; channels whose lender has no will are not in it."""
    found: dict[str, LineHistory] = {}
    record = result.record
    rows = dict(zip(record.histories, record.history, strict=True))
    for name, values in rows.items():
        channel, what, key = name.split(":")
        line = found.setdefault(channel, LineHistory({}, {}))
        if what == "reopened":
            line.reopened[key] = values
        elif what == "spells" and values.any():
            share = result.sampling.share(values > 0)
            line.closed[key] = Closing(share, values, rows[f"{channel}:days:{key}"])
    return found


def tables(result: Result) -> dict[str, Any]:
    """Return the same as plain dicts of means, for export."""
    return {
        channel: {
            "closed": {
                cause: closing.probability.to_dict()
                | {"spells": _mean(closing.spells), "days": _mean(closing.days)}
                for cause, closing in line.closed.items()
            },
            "reopened": {way: _mean(times) for way, times in line.reopened.items()},
        }
        for channel, line in line_histories(result).items()
    }


def _mean(values: npt.NDArray[np.int32]) -> float:
    return round(float(values.mean()), 6)
