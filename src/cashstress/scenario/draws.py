"""An uncertain input: a distribution from which each replication draws once."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any, ClassVar, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cashstress.errors import Problem
from cashstress.scenario.containers import ManyOf
from cashstress.scenario.kinds import Choice, Optional
from cashstress.scenario.numeric import Number
from cashstress.scenario.problems import show
from cashstress.scenario.table import MISSING, Table, rule, table

__all__ = ["Draw"]

FloatArray = NDArray[np.float64]

_FORMS: Final = {
    "uniform": ("low", "high"),
    "lognormal": ("median", "sigma"),
    "choice": ("values", "shares"),
    "histogram": ("edges", "shares"),
}
_TINY: Final = 2.0**-53
_FAR: Final = 1 - 1e-6
_NUMBER: Final = Number(low=-1e14, high=1e14)
_MOST: Final = 10_000


def _field(kind: Any, default: Any = None) -> Any:
    """Make a field; the words of ``fields`` stand above draws and cannot be used here."""
    return attrs.field(default=default, metadata={"kind": kind})


def _number(**bounds: Any) -> Any:
    return _field(Optional(Number(**bounds)))


def _numbers(item: Number) -> Any:
    return _field(Optional(ManyOf(item, 1, _MOST)))


@rule("draw", "low", "high", "median", "sigma", "values", "shares", "edges")
def _form(draw: Draw) -> list[Problem]:
    """Each distribution has its own keys, all of them and no other."""
    wanted = _FORMS[draw.draw]
    every = dict.fromkeys(key for keys in _FORMS.values() for key in keys)
    accepted = ", ".join(wanted)
    missing = [key for key in wanted if getattr(draw, key) is None]
    strange = [key for key in every if key not in wanted and getattr(draw, key) is not None]
    lost = [Problem(key, f"a {draw.draw} draw needs it", accepted=accepted) for key in missing]
    foreign = f"not a key of a {draw.draw} draw"
    return lost + [Problem(key, foreign, show(getattr(draw, key)), accepted) for key in strange]


@rule("low", "high")
def _ordered(draw: Draw) -> list[Problem]:
    """Low before high."""
    if draw.low is None or draw.high is None or draw.low <= draw.high:
        return []
    return [Problem("high", "must be at least low", show(draw.high), f"{draw.low:g} or more")]


@rule("shares")
def _sums(draw: Draw) -> list[Problem]:
    """Shares are all the probability there is."""
    total = math.fsum(draw.shares or (1.0,))
    if abs(total - 1) <= 1e-9:  # noqa: PLR2004 - the tolerance of every sum of shares
        return []
    return [Problem("shares", "must add up to 1", f"{total:.12g}")]


@rule("values", "shares", "edges")
def _lengths(draw: Draw) -> list[Problem]:
    """One share per value, and one per bin."""
    if draw.shares is None:
        return []
    given = len(draw.shares)
    if draw.values is not None and len(draw.values) != given:
        return [Problem("shares", "one for each value", str(given), str(len(draw.values)))]
    if draw.edges is not None and len(draw.edges) != given + 1:
        accepted = f"{len(draw.edges) - 1} (one less than edges)"
        return [Problem("shares", "one for each bin", str(given), accepted)]
    return []


@rule("edges")
def _rising(draw: Draw) -> list[Problem]:
    """Bins have a width."""
    edges = draw.edges or ()
    if all(low < high for low, high in itertools.pairwise(edges)):
        return []
    return [Problem("edges", "must rise strictly", show(edges))]


@table
class Draw(Table):
    """A number drawn once per replication, from a stream named after its key.

    Parameters
    ----------
    draw : {"uniform", "lognormal", "choice", "histogram"}
        The distribution.
    low, high : float
        Bounds of a uniform draw.
    median, sigma : float
        Median (above 0) and standard deviation of the logarithm of a lognormal draw.
    values, shares : tuple of float
        Values of a choice and the probability of each.
    edges, shares : tuple of float
        Edges of the bins of a histogram, and the probability of each bin; uniform inside a bin.

    Examples
    --------
    >>> import numpy as np
    >>> Draw(draw="uniform", low=10, high=20).quantile(np.array([0.0, 0.25, 1.0]))
    array([10. , 12.5, 20. ])
    """

    RULES: ClassVar = (_form, _ordered, _sums, _lengths, _rising)

    draw: str = _field(Choice(tuple(_FORMS)), MISSING)
    low: float | None = _field(Optional(_NUMBER))
    high: float | None = _field(Optional(_NUMBER))
    median: float | None = _number(above=True, high=1e14)
    sigma: float | None = _number(high=10.0)
    values: tuple[float, ...] | None = _numbers(_NUMBER)
    shares: tuple[float, ...] | None = _numbers(Number(high=1.0))
    edges: tuple[float, ...] | None = _numbers(_NUMBER)

    def quantile(self, u: FloatArray) -> FloatArray:
        """Return the values at given probabilities.

        Parameters
        ----------
        u : float64 (n,)
            Probabilities, 0 to 1.

        Returns
        -------
        float64 (n,)
            Major units, days or plain numbers, as the field says. A lognormal draw is cut at
            probability 1 - 2**-53, so that it stays finite.
        """
        return _QUANTILES[self.draw](self, np.asarray(u, dtype=np.float64))

    def support(self) -> tuple[float, float]:
        """Return the range of the draw; a lognormal one up to its one-in-a-million value."""
        if self.draw == "lognormal":
            return 0.0, float(self.quantile(np.array([_FAR]))[0])
        points = self.values or self.edges or (self.low, self.high)
        return float(min(points)), float(max(points))  # type: ignore[type-var, arg-type]

    def mean(self) -> float:
        """Return the mean of the distribution.

        Examples
        --------
        >>> Draw(draw="choice", values=[1, 3], shares=[0.5, 0.5]).mean()
        2.0
        """
        return float(_MEANS[self.draw](self))

    def scaled(self, factor: float) -> Draw:
        """Return the distribution of the number times a positive factor."""
        moved = {
            name: _times(getattr(self, name), factor)
            for name in ("low", "high", "median", "values", "edges")
        }
        return attrs.evolve(self, **moved)  # type: ignore[misc]


def _times(value: Any, factor: float) -> Any:
    """Return a number, several numbers or nothing, times the factor."""
    if isinstance(value, tuple):
        return tuple(each * factor for each in value)
    return None if value is None else value * factor


def _uniform(draw: Any, u: FloatArray) -> FloatArray:
    return np.asarray(draw.low + (draw.high - draw.low) * u)


def _lognormal(draw: Any, u: FloatArray) -> FloatArray:
    from scipy.special import ndtri

    inside = np.clip(u, _TINY, 1 - _TINY)
    return np.asarray(draw.median * np.exp(draw.sigma * ndtri(inside)))


def _choice(draw: Any, u: FloatArray) -> FloatArray:
    reached = np.cumsum(draw.shares)
    # The last value with a share takes u = 1 and what rounding leaves of the sum.
    last = int(np.flatnonzero(draw.shares)[-1])
    which = np.minimum(np.searchsorted(reached, u, side="right"), last)
    return np.asarray(draw.values, dtype=np.float64)[which]


def _histogram(draw: Any, u: FloatArray) -> FloatArray:
    shares = np.asarray(draw.shares)
    reached = np.cumsum(shares)
    which = np.minimum(np.searchsorted(reached, u, side="right"), np.flatnonzero(shares)[-1])
    inside = np.clip((u - (reached - shares)[which]) / shares[which], 0.0, 1.0)
    edges = np.asarray(draw.edges)
    return np.asarray(edges[which] + inside * (edges[which + 1] - edges[which]))


_QUANTILES: Final[dict[str, Callable[[Any, FloatArray], FloatArray]]] = {
    "uniform": _uniform,
    "lognormal": _lognormal,
    "choice": _choice,
    "histogram": _histogram,
}
_MEANS: Final[dict[str, Callable[[Any], float]]] = {
    "uniform": lambda draw: (draw.low + draw.high) / 2,
    "lognormal": lambda draw: draw.median * math.exp(draw.sigma**2 / 2),
    "choice": lambda draw: float(np.dot(draw.values, draw.shares)),
    "histogram": lambda draw: float(
        np.dot(np.convolve(draw.edges, [0.5, 0.5], mode="valid"), draw.shares)
    ),
}
