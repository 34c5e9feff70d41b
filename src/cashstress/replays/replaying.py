"""One replication, opened: run alone, with its journal and its story."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from cashstress.errors import Problem, ScenarioError
from cashstress.processes import ranks
from cashstress.processes.block import run_firm
from cashstress.processes.firm import Firm
from cashstress.replays.diary import Diary
from cashstress.replays.formats import FORMATS
from cashstress.replays.journal import LAST, Balances, Journal
from cashstress.replays.story import Story
from cashstress.results.names import not_whole
from cashstress.results.provenance import version
from cashstress.results.questions import simulate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from cashstress.kernel.record import Record
    from cashstress.scenario import Scenario

__all__ = ["MOST_REPLICATIONS", "Replay", "check_path", "find", "replay"]

MOST_REPLICATIONS: Final = 100_000_000
#: Replications among which one is looked for, the few before the many.
_LOOKED_AT: Final = (256, 4_096, 65_536)


@attrs.frozen(eq=False, kw_only=True)
class Replay:
    """One replication of a scenario, with everything that it booked and lived through.

    Attributes
    ----------
    scenario : Scenario
        As it was run: without its shocks if so asked.
    seed, replication : int
    journal : Journal
        Its `entries`, `accounts`, and each account's balance day by day.
    story : Story
        Its `events` and `days`; printed, the text.
    record : Record
        What the replication reports to a run: the same bits as there.
    """

    scenario: Scenario
    seed: int
    replication: int
    journal: Journal
    story: Story
    record: Record

    @property
    def outcomes(self) -> dict[str, int]:
        """First day of each outcome that happened."""
        days = zip(self.record.outcomes, self.record.first_day[:, 0].tolist(), strict=True)
        return {name: day for name, day in days if day >= 0}

    @property
    def metrics(self) -> dict[str, int]:
        """Amounts of the replication, minor units."""
        return dict(zip(self.record.metrics, self.record.amounts[:, 0].tolist(), strict=True))

    def balances(self, day: int) -> dict[str, int]:
        """Return every account's balance at the end of a day, minor units, debits positive.

        Raises
        ------
        ScenarioError
            For a day outside the run.
        """
        problems = not_whole("day", day, 0, self.journal.days - 1)
        if problems:
            raise ScenarioError(problems, "the question")
        return self.journal.balances(int(day))

    def write(self, path: str | PathLike[str]) -> None:
        """Write the journal, in the format that the ending of the name says.

        Parameters
        ----------
        path : str or path
            Ending in ``.beancount``, ``.hledger`` or ``.csv``.

        Raises
        ------
        ScenarioError
            For another ending.
        """
        file = Path(path)
        problems = check_path("path", file)
        if problems:
            raise ScenarioError(problems, "the options")
        file.write_bytes(FORMATS[file.suffix](self.journal).encode())


def check_path(key: str, path: Path) -> list[Problem]:
    """Return what is wrong with the name of a journal's file, if anything."""
    if path.suffix in FORMATS:
        return []
    accepted = f"a name ending in {', '.join(FORMATS)}"
    return [Problem(key, "the ending says no format", str(path), accepted)]


def replay(scenario: Scenario, *, seed: int = 0, replication: int, shocks: bool = True) -> Replay:
    """Run one replication of a scenario alone, and keep its journal and its story.

    It has the draws that it has in a run of any size, so it is the same to the cent.

    Parameters
    ----------
    scenario : Scenario
    seed : int
        Of the run.
    replication : int
        Which one, from 0: ``numpy.flatnonzero(result.first_day("cash_out") >= 0)`` are those in
        which a bill could not be paid.
    shocks : bool
        False replays it without the shocks, under the same draws.

    Returns
    -------
    Replay

    Raises
    ------
    ScenarioError
        For an option out of range.
    SimulationError
        When the replication fails.

    Examples
    --------
    >>> import cashstress as cs
    >>> shop = cs.Scenario(
    ...     name="shop",
    ...     start="2025-01-06",
    ...     horizon=30,
    ...     firm={"cash": 1000},
    ...     sales={"annual": 36_500},
    ...     customers={"walk_in": {"share": 1, "paid_at_once": 1}},
    ...     costs={"rent": {"monthly": 5000, "day": 15}},
    ... )
    >>> one = cs.replay(shop, replication=0)
    >>> one.outcomes, one.balances(8)["Assets:Cash"]
    ({'cash_out': 9}, 190000)
    """
    _check(scenario, seed, replication)
    alone = scenario if shocks else scenario.without_shocks()
    slots = np.array([replication], dtype=np.int64)
    observers: list[tuple[Balances, Diary]] = []

    def observe(firm: Firm) -> None:
        firm.books.traced = 0
        observers.append((Balances(firm), Diary(firm)))

    firm = Firm(alone, seed=int(seed), slots=slots, observer=observe)
    balances, diary = observers[0]
    firm.clock.start(diary.before_shocks(ranks.SHOCKS - 1), ranks.SHOCKS - 1)
    for watch in (diary.before_paying(), diary.after_all(), balances.watch()):
        firm.clock.start(watch, LAST)
    record = run_firm(firm)
    title = f"{alone.name}, seed {seed}, replication {replication}"
    title += "" if shocks else ", without shocks"
    journal = balances.journal(f"{title} (scenario {alone.digest}, cashstress {version()})")
    story = Story(
        title=title[:1].upper() + title[1:],
        currency=alone.currency,
        events=tuple(diary.events),
        days=tuple(diary.days),
        outcomes=_first_days(record),
    )
    firm.columns.close()
    return Replay(
        scenario=alone, seed=int(seed), replication=int(replication),
        journal=journal, story=story, record=record,
    )  # fmt: skip


def find(scenario: Scenario, outcome: str, *, seed: int = 0, shocks: bool = True) -> int:
    """Return the first replication of a run in which an outcome happens.

    Parameters
    ----------
    scenario : Scenario
    outcome : str
    seed : int
    shocks : bool
        Whether with its shocks.

    Raises
    ------
    ScenarioError
        When it happens in none of the first 65,536.
    UnknownNameError
        For an outcome that the scenario does not have.
    """
    alone = scenario if shocks else scenario.without_shocks()
    for runs in _LOOKED_AT:
        first = simulate(alone, runs=runs, seed=seed, workers=1).first_day(outcome)
        if (first >= 0).any():
            return int((first >= 0).argmax())
    problem = Problem("outcome", f"happens in none of {_LOOKED_AT[-1]:,} replications", outcome)
    raise ScenarioError([problem], "the options")


def _first_days(record: Record) -> Mapping[str, int]:
    days = zip(record.outcomes, record.first_day[:, 0].tolist(), strict=True)
    return {name: day for name, day in days if day >= 0}


def _check(scenario: Scenario, seed: int, replication: int) -> None:
    if not hasattr(scenario, "digest"):
        accepted = 'a Scenario: cs.load("firm.toml") reads one'
        problem = Problem("scenario", "is no scenario", repr(scenario)[:80], accepted)
        raise ScenarioError([problem], "the arguments")
    problems = [
        *not_whole("seed", seed, 0, 2**64 - 1),
        *not_whole("replication", replication, 0, MOST_REPLICATIONS - 1),
    ]
    if problems:
        raise ScenarioError(problems, "the options")
