"""Two scenarios under the same draws, compared replication by replication."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from cashstress.results.estimate import Estimate, MeanEstimate, mean_of, paired_difference

if TYPE_CHECKING:
    from os import PathLike

    import numpy.typing as npt

    from cashstress.results.result import Result

__all__ = ["Comparison"]


@attrs.frozen(eq=False)
class Comparison:
    """What changes from one scenario to another.

    Attributes
    ----------
    base, other : Result
        Of the same replications.  For a shock, `base` is the scenario without it.
    """

    base: Result
    other: Result

    @property
    def runs(self) -> int:
        """Number of pairs of replications."""
        return self.other.runs

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C cut the run short."""
        return self.other.interrupted

    def difference(self, outcome: str, by: int | None = None, since: str | None = None) -> Estimate:
        """Return probability in `other` less probability in `base`.

        Parameters
        ----------
        outcome : str
        by : int, optional
            As in `Result.probability`.
        since : str, optional
            Name of a shock; both scenarios are read over the same windows.

        Returns
        -------
        Estimate
            With the paired interval of Bonett and Price (2012); "not possible" where the outcome
            can have occurred in neither.
        """
        struck = None if since is None else self.struck(since)
        sides = [side.estimate(outcome, by, struck) for side in (self.base, self.other)]
        if not any(side.possible for side in sides):
            return Estimate.not_possible(sides[1].runs)
        before, after = (side.happened(outcome, by, struck) for side in (self.base, self.other))
        gained, lost = int((after & ~before).sum()), int((before & ~after).sum())
        return paired_difference(gained, lost, sides[1].runs)

    def probabilities(
        self, outcome: str, by: int | None = None, since: str | None = None
    ) -> tuple[Estimate, Estimate]:
        """Return the probability in `base` and in `other`, over the same windows."""
        struck = None if since is None else self.struck(since)
        return self.base.estimate(outcome, by, struck), self.other.estimate(outcome, by, struck)

    def struck(self, shock: str) -> npt.NDArray[np.int32]:
        """Return the day a shock struck, in whichever scenario has it: int32 (runs,)."""
        side = self.base if shock in self.base.shocks else self.other
        return side.mark_day(shock)

    def metric_difference(self, name: str) -> MeanEstimate:
        """Return the mean change of a metric from `base` to `other`, minor units, paired."""
        return mean_of(np.subtract(self.other.metric(name), self.base.metric(name)))

    def save(self, path: str | PathLike[str]) -> None:
        """Write both results to one file that `load_result` reads."""
        from cashstress.results.saving import save_result

        save_result(self, path)

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain lists and dicts, as `as_dict` does."""
        from cashstress.results.export import as_dict

        return as_dict(self)

    def to_json(self) -> str:
        """Return the answer as JSON text: same run, same bytes."""
        from cashstress.results.export import as_json

        return as_json(self)
