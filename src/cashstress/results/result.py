"""What one scenario's run says."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from cashstress.errors import Problem, ScenarioError
from cashstress.results.chain import Chain
from cashstress.results.estimate import Estimate, Sampling, proportion
from cashstress.results.names import row, whole_number
from cashstress.results.provenance import Environment, here

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from os import PathLike

    import numpy.typing as npt

    from cashstress.kernel.record import Record
    from cashstress.kernel.sketch import Sketch
    from cashstress.results.closures import LineHistory
    from cashstress.scenario import Scenario

__all__ = ["Result", "Survival"]


@attrs.frozen(eq=False)
class Survival:
    """Share of firms to which something has not happened yet, with bands of 95 %.

    Attributes
    ----------
    days : int64 (horizon + 1,)
        Number of day-ends that have passed.
    value, low, high : float64 (horizon + 1,)
        Share still without it.
    """

    days: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]


@attrs.frozen(eq=False, kw_only=True)
class Result:
    """The replications of one scenario.

    Amounts in arrays are minor units (int64); arrays are read-only.

    Attributes
    ----------
    scenario : Scenario
    record : Record
        Everything that was kept, in integers.
    seed : int
    requested : int
        Replications asked for.
    interrupted : bool
        Whether Ctrl-C cut the run short; what is here is then a valid run of `runs` replications.
    environment : Environment
        Versions and platform that it was made with.
    """

    scenario: Scenario
    record: Record
    seed: int
    requested: int
    interrupted: bool = False
    sampling: Sampling = attrs.field(factory=Sampling)
    environment: Environment = attrs.field(factory=here)

    @property
    def runs(self) -> int:
        """Number of replications."""
        return self.record.lanes

    @property
    def horizon(self) -> int:
        """Number of simulated days."""
        return self.scenario.horizon

    @property
    def start(self) -> date:
        """Date of day 0."""
        return self.scenario.start

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names of the outcomes."""
        return self.record.outcomes

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of the amounts kept per replication."""
        return self.record.metrics

    @property
    def shocks(self) -> tuple[str, ...]:
        """Names of the shocks whose day is known, for `since`."""
        return self.record.marks

    def probability(
        self, outcome: str, by: int | None = None, since: str | None = None
    ) -> Estimate:
        """Return the probability of an outcome.

        Parameters
        ----------
        outcome : str
        by : int, optional
            Within the first `by` day-ends: the first event on day 0 .. by-1.  The whole horizon
            when absent.
        since : str, optional
            Name of a shock.  Counts replications that it struck, and in them a first event within
            `by` days from the day it did; a window that runs over the horizon ends there.

        Returns
        -------
        Estimate
            With Wilson interval; "not possible" where the outcome cannot have occurred by then.

        Raises
        ------
        UnknownNameError
            For an outcome or shock that is not in the result.
        ScenarioError
            For a `by` outside 1 .. horizon.
        """
        struck = None if since is None else self.mark_day(since)
        return self.estimate(outcome, by, struck)

    def estimate(
        self, outcome: str, by: int | None, struck: npt.NDArray[np.int32] | None
    ) -> Estimate:
        """Return `probability` over windows that open on given days.

        Parameters
        ----------
        outcome : str
        by : int or None
        struck : int32 (runs,) or None
            Day the window opens; lanes with -1 are left out.
        """
        happened = self.happened(outcome, by, struck)
        # A window opens on a day of its own in each lane, so only the horizon bounds them all.
        end = self._days(by if struck is None else None)
        if not happened.any() and self.first_possible_day(outcome) >= end:
            return Estimate.not_possible(happened.size)
        if struck is None:
            return self.sampling.share(happened)
        return proportion(int(happened[struck >= 0].sum()), int((struck >= 0).sum()))

    def happened(
        self, outcome: str, by: int | None = None, struck: npt.NDArray[np.int32] | None = None
    ) -> npt.NDArray[np.bool_]:
        """Return in which replications the first event lay in the window: bool (runs,)."""
        first, days = self.first_day(outcome), self._days(by)
        if struck is None:
            return (first >= 0) & (first < days)
        opened = struck.astype(np.int64)
        return (opened >= 0) & (first >= opened) & (first < opened + days)

    def _days(self, by: int | None) -> int:
        return self.horizon if by is None else whole_number("by", by, 1, self.horizon)

    def first_possible_day(self, outcome: str) -> int:
        """Return the first day an outcome can occur at all; beyond the horizon if it cannot."""
        self._row(outcome)
        return self.record.earliest.get(outcome, 0)

    def first_day(self, outcome: str) -> npt.NDArray[np.int32]:
        """Return the first day in force: int32 (runs,), -1 where it never happened."""
        days: npt.NDArray[np.int32] = self.record.first_day[self._row(outcome)]
        return days

    def episodes(self, outcome: str) -> npt.NDArray[np.int32]:
        """Return how often it began: int32 (runs,)."""
        times: npt.NDArray[np.int32] = self.record.episodes[self._row(outcome)]
        return times

    def days_in_force(self, outcome: str) -> npt.NDArray[np.int32]:
        """Return on how many days it was in force: int32 (runs,)."""
        days: npt.NDArray[np.int32] = self.record.days_in_force[self._row(outcome)]
        return days

    def mark_day(self, shock: str) -> npt.NDArray[np.int32]:
        """Return the day a shock struck: int32 (runs,), -1 where it never did."""
        days: npt.NDArray[np.int32] = self.record.mark_days[row("shock", shock, self.shocks)]
        return days

    def metric(self, name: str) -> npt.NDArray[np.int64]:
        """Return an amount of each replication: int64 (runs,), minor units."""
        amounts: npt.NDArray[np.int64] = self.record.amounts[row("metric", name, self.metrics)]
        return amounts

    def closures(self) -> dict[str, LineHistory]:
        """Return what became of each line whose lender has a will: closed by what, opened how."""
        from cashstress.results.closures import line_histories

        return line_histories(self)

    def quantiles(self, name: str, q: Iterable[float]) -> npt.NDArray[np.float64]:
        """Return quantiles of a metric over replications, minor units.

        Raises
        ------
        UnknownNameError
            For a metric that is not in the result.
        ScenarioError
            For a `q` that is no number from 0 to 1.
        """
        return np.asarray(np.quantile(self.metric(name), _shares(q)), np.float64)

    def median_first_day(self, outcome: str) -> float | None:
        """Return the median first day where it happened; None where it never did."""
        first = self.first_day(outcome)
        return float(np.median(first[first >= 0])) if (first >= 0).any() else None

    def chain(self) -> Chain:
        """Return what led to the first trouble: closed lines, unpaid classes, the last lender."""
        return Chain(self.record)

    def survival(self, outcome: str) -> Survival:
        """Return the share of firms without the outcome after each day-end.

        Raises
        ------
        UnknownNameError
            For an outcome that is not in the result.
        """
        first = self.first_day(outcome)
        new = np.bincount(first[first >= 0], minlength=self.horizon)[: self.horizon]
        left = self.runs - np.concatenate([[0], np.cumsum(new)])
        bands = [proportion(int(count), self.runs) for count in left]
        value, low, high = (
            np.array([getattr(band, name) for band in bands], np.float64)
            for name in ("value", "low", "high")
        )
        return Survival(np.arange(self.horizon + 1), value, low, high)

    def path(self, name: str) -> Sketch:
        """Return the daily histogram of an amount over living firms, e.g. of ``"cash"``."""
        return _named("path", name, self.record.paths)

    def week_line(self, name: str) -> Sketch:
        """Return the weekly histogram of a line of the 13-week table."""
        return _named("line", name, self.record.weeks)

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain lists and dicts, as `as_dict` does."""
        from cashstress.results.export import as_dict

        return as_dict(self)

    def to_json(self) -> str:
        """Return the answer as JSON text: same run, same bytes."""
        from cashstress.results.export import as_json

        return as_json(self)

    def provenance(self) -> dict[str, Any]:
        """Return where it comes from: scenario digest, seed, replications, versions, platform."""
        run = {"digest": self.scenario.digest, "seed": self.seed, "replications": self.runs}
        return run | self.environment.to_dict()

    def save(self, path: str | PathLike[str]) -> None:
        """Write it to a file of plain arrays, JSON and TOML that `load_result` reads.

        Raises
        ------
        ScenarioError
            When the scenario holds what no file can: arrays over replications, functions.
        """
        from cashstress.results.saving import save_result

        save_result(self, path)

    def _row(self, outcome: str) -> int:
        return row("outcome", outcome, self.outcomes)


def _named(kind: str, name: str, table: Mapping[str, Any]) -> Sketch:
    names = list(table)
    sketch: Sketch = table[names[row(kind, name, names)]]
    return sketch


def _shares(given: Any) -> list[float]:
    """Return the shares; refuse what is none."""
    shares = list(given) if isinstance(given, Iterable) else [given]
    if not isinstance(given, Iterable) or not all(map(_is_share, shares)):
        wrong = next((each for each in shares if not _is_share(each)), given)
        problem = Problem("q", "must be shares", repr(wrong)[:80], "numbers from 0 to 1: [0.5]")
        raise ScenarioError([problem], "the question")
    return shares


def _is_share(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, Real) and 0 <= float(value) <= 1
