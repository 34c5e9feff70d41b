"""A base and its alternatives under the same draws: what each changes, and for how much."""

from __future__ import annotations

import json
from math import sqrt
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from cashstress.results.estimate import CONFIDENCE_Z, MeanEstimate, mean_of
from cashstress.results.export import chain_of, differences, outcomes
from cashstress.results.names import row
from cashstress.results.weeks import major

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    from cashstress.results.comparison import Comparison
    from cashstress.results.estimate import Estimate
    from cashstress.results.result import Result

__all__ = ["LOWERS", "NOT_POSSIBLE", "NOT_SEEN", "RAISES", "Alternative", "Alternatives"]

#: What an alternative does to an outcome.
LOWERS: Final = "lowers"
NOT_SEEN: Final = "no difference seen"
RAISES: Final = "raises"
NOT_POSSIBLE: Final = "not possible"

_DAYS_OF_YEAR: Final = 365
_POINTS: Final = 100
#: The outcome that alternatives are ranked by unless another is named.
RANKED_BY: Final = "cash_out"


@attrs.frozen(eq=False)
class Alternative:
    """What one alternative changes against the base.

    Amounts are minor units.

    Attributes
    ----------
    name : str
    comparison : Comparison
        From the base to the alternative, replication by replication.
    """

    name: str
    comparison: Comparison

    @property
    def result(self) -> Result:
        """Return the alternative's own replications."""
        return self.comparison.other

    def change(self, outcome: str, by: int | None = None) -> Estimate:
        """Return the change in an outcome's probability, with the paired interval."""
        return self.comparison.difference(outcome, by)

    @property
    def net_assets(self) -> MeanEstimate:
        """Return the mean change in net assets at the horizon, what owners put in left out."""
        return self.comparison.metric_difference("profit")

    @property
    def running_cost(self) -> MeanEstimate:
        """Return the mean change in running cost, a year."""
        ours, theirs = (side.metric("running_cost") for side in (self.comparison.base, self.result))
        return mean_of(np.subtract(theirs, ours) * (_DAYS_OF_YEAR / self.result.horizon))

    @property
    def cost_of_funding(self) -> MeanEstimate:
        """Return the mean change in cost of funding over the horizon; never ranked on."""
        return self.comparison.metric_difference("cost_of_funding")

    def verdict(self, outcome: str, by: int | None = None) -> str:
        """Return what it does to an outcome: one of the four words of this module."""
        change = self.change(outcome, by)
        if change.low is None or change.high is None:
            return NOT_POSSIBLE
        if change.low <= 0 <= change.high:
            return NOT_SEEN
        return LOWERS if change.high < 0 else RAISES

    def cost_per_point(self, outcome: str, by: int | None = None) -> MeanEstimate | None:
        """Return what a percentage point of probability removed costs.

        Net assets given up for each percentage point by which the outcome gets less likely; below
        0 where the alternative gains both.

        Returns
        -------
        MeanEstimate or None
            Minor units a point, with Fieller's interval.  None where no difference is seen, where
            the outcome gets likelier, and where the interval would have no end.

        References
        ----------
        E. C. Fieller, "Some problems in interval estimation", Journal of the Royal Statistical
        Society B 16 (1954), 175-185.
        """
        if self.verdict(outcome, by) != LOWERS:
            return None
        base, other = self.comparison.base, self.result
        removed = base.happened(outcome, by).astype(np.float64) - other.happened(outcome, by)
        cost = np.subtract(base.metric("profit"), other.metric("profit"))
        return ratio_of_means(cost.astype(np.float64), _POINTS * removed)


def ratio_of_means(above: Any, below: Any) -> MeanEstimate | None:
    """Return the mean of `above` over the mean of `below`, paired, with Fieller's interval.

    Parameters
    ----------
    above, below : float64 (runs,)

    Returns
    -------
    MeanEstimate or None
        None where the mean below cannot be told from 0: the interval would have no end.

    Examples
    --------
    >>> ratio = ratio_of_means(np.array([2.0, 4.0]), np.array([1.0, 1.0]))
    >>> ratio.value, round(ratio.low, 2), round(ratio.high, 2)
    (3.0, 1.04, 4.96)
    """
    runs = len(above)
    x, y = float(above.mean()), float(below.mean())
    spread = np.cov(above, below) if runs > 1 else np.zeros((2, 2))
    noise = CONFIDENCE_Z**2 * spread / runs
    a, b, c = y * y - noise[1, 1], x * y - noise[0, 1], x * x - noise[0, 0]
    if not a > 0:
        return None
    reach = sqrt(max(b * b - a * c, 0.0)) / a
    return MeanEstimate(x / y, b / a - reach, b / a + reach, runs)


@attrs.frozen(eq=False)
class Alternatives:
    """A base and its alternatives, all of the same replications under the same draws.

    Attributes
    ----------
    base : Result
    items : tuple of Alternative
        In the order they were given.
    """

    base: Result
    items: tuple[Alternative, ...]

    @property
    def runs(self) -> int:
        """Number of replications of each."""
        return self.base.runs

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C cut the run short."""
        return self.base.interrupted

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the alternatives, in the order they were given."""
        return tuple(item.name for item in self.items)

    def __getitem__(self, name: str) -> Alternative:
        return self.items[row("alternative", name, self.names)]

    def __iter__(self) -> Iterator[Alternative]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def ranking(self, outcome: str = RANKED_BY, by: int | None = None) -> tuple[Alternative, ...]:
        """Return the alternatives, the best first.

        First those that lower the probability: those that cost nothing in net assets by how much
        they lower it, then the others by their cost per percentage point removed.  After them those
        where no difference is seen, in the order given; last those that raise it, the least first.

        Parameters
        ----------
        outcome : str
        by : int, optional
            As in `Result.probability`.
        """
        return tuple(sorted(self.items, key=lambda item: _place(item, outcome, by)))

    def save(self, path: str | PathLike[str]) -> None:
        """Write all results to one file that `load_result` reads."""
        from cashstress.results.saving import save_result

        save_result(self, path)

    def to_dict(self, outcome: str = RANKED_BY, by: int | None = None) -> dict[str, Any]:
        """Return the answer as plain lists and dicts, the alternatives ranked.

        Amounts are major units; see the JSON format in the documentation.
        """
        base, ranked = self.base, self.ranking(outcome, by)
        table: dict[str, Any] = {
            "version": base.environment.version,
            "provenance": {
                "base": base.provenance(),
                "alternatives": {item.name: item.result.provenance() for item in self.items},
            },
            "runs": base.runs,
            "seed": base.seed,
            "horizon": base.horizon,
            "currency": base.scenario.currency,
        }
        if base.interrupted:
            table |= {"interrupted": True, "requested": base.requested}
        day = base.horizon if by is None else int(by)
        table["ranked_by"] = {"outcome": outcome, "by": day}
        table["base"] = _named(base) | {"outcomes": outcomes(base), "chain": chain_of(base)}
        table["alternatives"] = [_entry(item, outcome, by) for item in ranked]
        return table

    def to_json(self, outcome: str = RANKED_BY, by: int | None = None) -> str:
        """Return the answer as JSON text: same run, same bytes."""
        table = self.to_dict(outcome, by)
        return json.dumps(table, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _place(item: Alternative, outcome: str, by: int | None) -> tuple[int, float]:
    """Return where an alternative stands in the ranking."""
    verdict = item.verdict(outcome, by)
    change = item.change(outcome, by).value or 0.0
    if verdict == RAISES:
        return 4, change
    if verdict != LOWERS:
        return 3, 0.0
    cost = item.cost_per_point(outcome, by)
    if cost is None or cost.value is None:
        return 2, change
    return (0, change) if cost.value <= 0 else (1, cost.value)


def _named(result: Result) -> dict[str, str]:
    return {"name": result.scenario.name, "digest": result.scenario.digest}


def _entry(item: Alternative, outcome: str, by: int | None) -> dict[str, Any]:
    cost = item.cost_per_point(outcome, by)
    return {
        **_named(item.result),
        "name": item.name,
        "verdict": item.verdict(outcome, by),
        "cost_per_point": None if cost is None else _major(cost),
        "net_assets": _major(item.net_assets),
        "running_cost": _major(item.running_cost),
        "cost_of_funding": _major(item.cost_of_funding),
        "outcomes": outcomes(item.result),
        "difference": differences(item.comparison),
        "chain": chain_of(item.result),
    }


def _major(estimate: MeanEstimate) -> dict[str, float | None]:
    """Return an estimate of minor units in major units."""
    return {
        key: None if value is None else major(value)
        for key, value in estimate.to_dict("value").items()
    }
