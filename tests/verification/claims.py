"""A claim of the verification page: an exact value, ours, and how far apart they are."""

from __future__ import annotations

import json
import math
from pathlib import Path

import attrs
import numpy as np

#: Beyond this many standard errors a claim does not hold.
WIDEST_Z = 4.0
DATA = Path(__file__).parents[1] / "data" / "exact_results.json"
#: An error of 2 % must be seen, so it has to be at least `WIDEST_Z` standard errors.
_WORST_ERROR = 0.02
#: Runs are cut to this, or no fewer than this.
_MOST_RUNS, _FEWEST_RUNS = 4_000_000, 20_000


@attrs.frozen
class Claim:
    """One line of a table.

    Attributes
    ----------
    what : str
    exact, ours : float
    error : float
        Standard error of `ours`; 0 where the two must be equal but for `tolerance`.
    runs : int
        Replications, 0 where none are needed.
    tolerance : float
        Largest difference where nothing is random.
    beside : float or None
        Another value worth a look: the same in continuous time, say.
    """

    what: str
    exact: float
    ours: float
    error: float = 0.0
    runs: int = 0
    tolerance: float = 0.0
    beside: float | None = None

    @property
    def z(self) -> float:
        """Distance in standard errors; infinite where an exact equality does not hold."""
        difference = self.ours - self.exact
        if self.error:
            return difference / self.error
        return 0.0 if abs(difference) <= self.tolerance else math.inf

    @property
    def holds(self) -> bool:
        """Whether it is within `WIDEST_Z` standard errors."""
        return abs(self.z) <= WIDEST_Z


@attrs.frozen
class Family:
    """Claims of one kind, with what the reader of the page should know.

    Attributes
    ----------
    name : str
    text : str
        Where the exact values come from, and what the firm is.
    beside : str
        What `Claim.beside` is, "" for nothing.
    claims : list of Claim
    """

    name: str
    text: str
    claims: list[Claim]
    beside: str = ""


def reference(family):
    """One family of the project's file of exact results."""
    return json.loads(DATA.read_text(encoding="utf-8"))[family]


def runs_to_see(probability, *, share=1.0):
    """Replications at which an error of 2 % of `probability` is four standard errors.

    `share` makes a smaller run of it, for a test.
    """
    wanted = (1 - probability) / probability * (WIDEST_Z / _WORST_ERROR) ** 2
    return int(min(max(wanted * share, _FEWEST_RUNS), _MOST_RUNS))


def share_claim(what, exact, hits, *, beside=None):
    """A probability against a bool array (runs,)."""
    runs = hits.size
    return Claim(
        what, exact, float(np.mean(hits)),
        error=math.sqrt(exact * (1 - exact) / runs), runs=runs, beside=beside,
    )  # fmt: skip


def mean_claim(what, exact, values, *, beside=None):
    """An expectation against an array (runs,)."""
    error = float(np.std(values, ddof=1)) / math.sqrt(values.size)
    ours = float(np.mean(values))
    return Claim(what, exact, ours, error=error, runs=values.size, beside=beside)
