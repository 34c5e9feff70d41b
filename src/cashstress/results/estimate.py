"""A probability or a mean is an estimate with an interval, never a bare number.

All intervals are of 95 %.
"""

from __future__ import annotations

from functools import lru_cache
from math import sqrt
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Estimate", "MeanEstimate", "Sampling", "mean_of", "paired_difference", "proportion"]

CONFIDENCE: Final = 0.95
#: Standard normal quantile of 0.975.
CONFIDENCE_Z: Final = 1.959963984540054
_ONE_PERCENT: Final = 0.01


def _percent(share: float, digits: int) -> str:
    # Adding 0.0 turns the minus zero of a rounded small negative into a plain one.
    return f"{round(100 * share, digits) + 0.0:.{digits}f}"


@attrs.frozen
class Estimate:
    """A number learned from replications.

    Attributes
    ----------
    value : float or None
        None where the event cannot have occurred yet: "not possible", which is not 0.
    low, high : float or None
        Interval of 95 %.  Where nothing happened in `runs` replications, `value` is 0 and `high`
        the upper bound.
    runs : int
        Replications it rests on.

    Examples
    --------
    >>> print(Estimate(0.123, 0.118, 0.129, 10_000))
    12.3 % (11.8-12.9)
    """

    value: float | None
    low: float | None
    high: float | None
    runs: int

    @classmethod
    def not_possible(cls, runs: int) -> Estimate:
        """Return the estimate of something that cannot have occurred."""
        return cls(None, None, None, runs)

    @property
    def possible(self) -> bool:
        """Whether the event can have occurred at all."""
        return self.value is not None

    def __str__(self) -> str:
        if self.value is None or self.low is None or self.high is None:
            return "not possible"
        if self.value == self.low == 0.0:
            return f"0 in {self.runs:,}: below {_percent(self.high, 2)} %"
        digits = 1 if max(abs(self.low), abs(self.high)) >= _ONE_PERCENT else 2
        value, low, high = (_percent(x, digits) for x in (self.value, self.low, self.high))
        return f"{value} % ({low} to {high})" if self.low < 0 else f"{value} % ({low}-{high})"

    def to_dict(self, name: str = "probability") -> dict[str, float | None]:
        """Return value, low and high for export, the value under `name`."""
        return {name: self.value, "low": self.low, "high": self.high}


@attrs.frozen
class MeanEstimate(Estimate):
    """A mean in the unit of its values, as `Estimate` otherwise."""

    def __str__(self) -> str:
        if self.value is None:
            return "not observed"
        return f"{self.value:,.0f} ({self.low:,.0f} to {self.high:,.0f})"


@lru_cache(maxsize=65_536)
def proportion(count: int, runs: int) -> Estimate:
    """Return a share of replications with its Wilson score interval.

    Parameters
    ----------
    count, runs : int
        `runs` = 0 gives "not possible": nothing was observed.

    References
    ----------
    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal
    of the American Statistical Association 22 (1927), 209-212.

    Examples
    --------
    >>> round(proportion(0, 10_000).high, 9)
    0.000383998
    """
    if not runs:
        return Estimate.not_possible(0)
    from scipy.stats import binomtest

    interval = binomtest(count, runs).proportion_ci(CONFIDENCE, method="wilson")
    return Estimate(count / runs, float(interval.low), float(interval.high), runs)


def paired_difference(gained: int, lost: int, runs: int) -> Estimate:
    """Return the difference of two shares seen in the same replications.

    Parameters
    ----------
    gained : int
        Replications where it happened in the second scenario alone.
    lost : int
        Replications where it happened in the first scenario alone.
    runs : int

    Notes
    -----
    Adjusted Wald interval for matched proportions: one is added to both counts and two to the
    runs, which keeps its coverage near 95 % also where one count is 0.

    References
    ----------
    D. G. Bonett and R. M. Price, "Adjusted Wald confidence interval for a difference of binomial
    proportions based on paired data", Journal of Educational and Behavioral Statistics 37 (2012),
    479-488.

    Examples
    --------
    >>> estimate = paired_difference(gained=26, lost=4, runs=48)
    >>> round(estimate.low, 4), round(estimate.high, 4)
    (0.2548, 0.6252)
    """
    if not runs:
        return Estimate.not_possible(0)
    more, less = (gained + 1) / (runs + 2), (lost + 1) / (runs + 2)
    centre = more - less
    reach = CONFIDENCE_Z * sqrt((more + less - centre**2) / (runs + 2))
    low, high = max(-1.0, centre - reach), min(1.0, centre + reach)
    return Estimate((gained - lost) / runs, low, high, runs)


def mean_of(values: npt.NDArray[Any]) -> MeanEstimate:
    """Return a mean over replications with its normal interval, in the unit of the values.

    Limits: with a single replication there is no spread to learn from; the interval is the value.
    """
    numbers = np.asarray(values, np.float64)
    if not numbers.size:
        return MeanEstimate(None, None, None, 0)
    value = float(numbers.mean())
    spread = float(numbers.std(ddof=1)) if numbers.size > 1 else 0.0
    reach = CONFIDENCE_Z * spread / sqrt(numbers.size)
    return MeanEstimate(value, value - reach, value + reach, numbers.size)


@attrs.frozen(eq=False)
class Sampling:
    """How replications were drawn, and so how shares of them are estimated.

    In a plain run every replication counts the same and stands for itself.  After resampling a
    replication has a weight, and only whole blocks are independent of each other.

    Parameters
    ----------
    weights : float64 (runs,), optional
    units : int (runs,), optional
        Which independent block each replication belongs to.
    """

    weights: npt.NDArray[np.float64] | None = None
    units: npt.NDArray[np.int64] | None = None

    def share(self, happened: npt.NDArray[np.bool_]) -> Estimate:
        """Return the share of replications where it happened.

        Parameters
        ----------
        happened : bool (runs,)
        """
        if self.weights is None:
            return proportion(int(happened.sum()), happened.size)
        return self._weighted(happened, self.weights)

    def _weighted(
        self, happened: npt.NDArray[np.bool_], weights: npt.NDArray[np.float64]
    ) -> Estimate:
        """Ratio estimate, with a t interval over independent blocks."""
        from scipy.stats import t

        units = np.arange(happened.size) if self.units is None else self.units
        _, block = np.unique(units, return_inverse=True)
        total = np.bincount(block, weights)
        hits = np.bincount(block, weights * happened)
        value = float(hits.sum() / total.sum())
        count = total.size
        if count == 1:  # one block says nothing about its own spread
            return Estimate(value, 0.0, 1.0, happened.size)
        spread = hits - value * total
        error = sqrt(count / (count - 1) * float(spread @ spread)) / float(total.sum())
        reach = float(t.ppf((1 + CONFIDENCE) / 2, count - 1)) * error
        return Estimate(value, max(0.0, value - reach), min(1.0, value + reach), happened.size)
