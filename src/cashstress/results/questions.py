"""The two questions: how likely is it, and how much of that does the shock cause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, overload

from cashstress.errors import Problem, ScenarioError, no_scenario
from cashstress.montecarlo import Staff, progress_bar, replicate
from cashstress.results.alternatives import Alternative, Alternatives
from cashstress.results.comparison import Comparison
from cashstress.results.estimate import proportion
from cashstress.results.names import not_whole
from cashstress.results.result import Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from concurrent.futures import Executor

    from cashstress.kernel.record import Record
    from cashstress.scenario import Scenario

__all__ = ["compare", "simulate"]

MOST_RUNS = 100_000_000
MOST_WORKERS = 1_024


def simulate(  # noqa: PLR0917 -- six options that each stand alone, all but one with a default
    scenario: Scenario,
    runs: int = 10_000,
    seed: int = 0,
    workers: int | None = None,
    executor: Executor | None = None,
    progress: bool = False,  # noqa: FBT001, FBT002 -- named in every example
) -> Result:
    """Run a scenario and return what happened.

    Parameters
    ----------
    scenario : Scenario
    runs : int
        Replications.  The first n of a longer run are the shorter run.
    seed : int
        Below 2**64.  Same scenario and seed: same bits, whatever the workers.
    workers : int, optional
        Processes; by default as many as there are processors, in this process for a short run.
    executor : concurrent.futures.Executor, optional
        Yours, instead of the library's own processes.
    progress : bool
        Show a bar on standard error, if that is a terminal.  The first block is narrow then, so
        that there is soon an estimate, and something to keep after Ctrl-C.

    Returns
    -------
    Result
        After Ctrl-C of the replications finished by then, and it says so.

    Raises
    ------
    ScenarioError
        For an option out of range.
    SimulationError
        When a block fails; it names block, seed and digest.
    """
    _check_scenarios([("scenario", scenario)])
    staff = _checked_staff(runs, seed, workers, executor)
    (result,) = _results([scenario], runs, seed, staff, show=progress)
    return result


@overload
def compare(
    base: Scenario,
    other: Scenario,
    *,
    runs: int = 10_000,
    seed: int = 0,
    workers: int | None = None,
    executor: Executor | None = None,
    progress: bool = False,
) -> Comparison: ...


@overload
def compare(
    base: Scenario,
    other: Scenario,
    another: Scenario,
    /,
    *more: Scenario,
    runs: int = 10_000,
    seed: int = 0,
    workers: int | None = None,
    executor: Executor | None = None,
    progress: bool = False,
) -> Alternatives: ...


@overload
def compare(
    base: Scenario,
    other: Mapping[str, Scenario],
    *,
    runs: int = 10_000,
    seed: int = 0,
    workers: int | None = None,
    executor: Executor | None = None,
    progress: bool = False,
) -> Alternatives: ...


def compare(
    base: Scenario,
    other: Scenario | Mapping[str, Scenario],
    *more: Scenario,
    runs: int = 10_000,
    seed: int = 0,
    workers: int | None = None,
    executor: Executor | None = None,
    progress: bool = False,
) -> Comparison | Alternatives:
    """Run a base and one or more other scenarios under the same draws.

    Parameters
    ----------
    base : Scenario
    other : Scenario, or mapping of name to Scenario
        Of the same start, horizon and currency.  What a shock causes is
        ``compare(scenario.without_shocks(), scenario)``.  A mapping gives alternatives their names.
    *more : Scenario
        Further alternatives; each then goes under its scenario's name, or, where these are not
        distinct, as ``alternative_1`` and so on.
    runs, seed, workers, executor, progress
        As in `simulate`.

    Returns
    -------
    Comparison
        For one other scenario.
    Alternatives
        For several, or a mapping.

    Raises
    ------
    ScenarioError
        For an option out of range, or scenarios of different start, horizon or currency.
    SimulationError
        When a block fails; it names block, seed and digest.
    """
    if isinstance(other, Mapping):
        _check_mapping(other, more)
        names, others = [str(name) for name in other], list(other.values())
        _check_scenarios([("base", base), *other.items()])
    else:
        others = [other, *more]
        _check_scenarios([("base", base), *zip(_arguments(len(others)), others, strict=True)])
        names = _names(base, others)
    staff = _checked_staff(runs, seed, workers, executor)
    alone = not more and not isinstance(other, Mapping)
    _check_comparable(base, [""] if alone else names, others)
    first, *results = _results([base, *others], runs, seed, staff, show=progress)
    if alone:
        return Comparison(first, results[0])
    compared = zip(names, results, strict=True)
    return Alternatives(
        first, tuple(Alternative(name, Comparison(first, each)) for name, each in compared)
    )


def _check_mapping(others: Mapping[Any, Any], more: tuple[Any, ...]) -> None:
    """Refuse a mapping of nothing, names that are no text, and a mapping among scenarios."""
    accepted = 'names and scenarios: {"more cash": scenario, ...}'
    problems = [
        Problem("other", "the name of an alternative must be a text", repr(name)[:80], accepted)
        for name in others
        if not isinstance(name, str) or not name.strip()
    ]
    if not others:
        problems.append(Problem("other", "there is no alternative", "{}", accepted))
    if more:
        problems.append(Problem("more", "a mapping holds all alternatives", accepted=accepted))
    if problems:
        raise ScenarioError(problems, "the arguments")


def _arguments(count: int) -> list[str]:
    return ["other"] if count == 1 else [f"alternative_{i}" for i in range(1, count + 1)]


def _names(base: Scenario, others: Sequence[Scenario]) -> list[str]:
    """Return the scenarios' own names where they tell them apart."""
    names = [scenario.name for scenario in others]
    distinct = len({base.name, *names}) == len(names) + 1
    return names if distinct else _arguments(len(others))


def _check_scenarios(given: Iterable[tuple[str, object]]) -> None:
    """Refuse what is easily mistaken for a scenario: the path of its file, a Result."""
    problems = [no_scenario(name, each) for name, each in given if not hasattr(each, "digest")]
    if problems:
        raise ScenarioError(problems, "the arguments")


def _checked_staff(runs: int, seed: int, workers: int | None, executor: Executor | None) -> Staff:
    problems = [
        *not_whole("runs", runs, 1, MOST_RUNS),
        *not_whole("seed", seed, 0, 2**64 - 1),
        *([] if workers is None else not_whole("workers", workers, 1, MOST_WORKERS)),
    ]
    is_class = isinstance(executor, type)  # ThreadPoolExecutor without its brackets
    if executor is not None and (is_class or not callable(getattr(executor, "submit", None))):
        accepted = "a concurrent.futures.Executor"
        problems.append(Problem("executor", "is no executor", repr(executor)[:80], accepted))
    if workers is not None and executor is not None:
        problems.append(
            Problem("workers", "an executor brings its own", str(workers), "one of the two")
        )
    if problems:
        raise ScenarioError(problems, "the options")
    return Staff(None if workers is None else int(workers), executor)


def _check_comparable(base: Scenario, names: Sequence[str], others: Sequence[Scenario]) -> None:
    """Refuse scenarios whose days or amounts mean different things; one alone has no name."""
    reasons = {
        "start": "differs, so days cannot be compared",
        "horizon": "differs, so days cannot be compared",
        "currency": "differs, so amounts cannot be compared",
    }
    problems = [
        Problem(f"{name}: {key}" if name else key, reason, str(theirs), str(ours))
        for name, other in zip(names, others, strict=True)
        for key, reason in reasons.items()
        if (theirs := getattr(other, key)) != (ours := getattr(base, key))
    ]
    if problems:
        raise ScenarioError(problems, "the alternatives" if names[0] else "the second scenario")


def _results(
    scenarios: Sequence[Scenario], runs: int, seed: int, staff: Staff, *, show: bool
) -> list[Result]:
    runs, seed = int(runs), int(seed)
    with progress_bar(runs, _Headline(), show=show) as watch:
        run = replicate(scenarios, runs=runs, seed=seed, staff=staff, watch=watch, soon=show)
    return [
        Result(
            scenario=scenario,
            record=record,
            seed=seed,
            requested=runs,
            interrupted=run.interrupted,
        )
        for scenario, record in zip(scenarios, run.records, strict=True)
    ]


class _Headline:
    """The estimate so far, of the outcome a treasurer looks at first."""

    def __init__(self) -> None:
        self._hits = 0
        self._runs = 0

    def __call__(self, group: tuple[Record, ...]) -> str:
        record = group[-1]
        if not record.outcomes:
            return ""
        watched = "cash_out" if "cash_out" in record.outcomes else record.outcomes[0]
        first = record.first_day[record.outcomes.index(watched)]
        self._hits += int((first >= 0).sum())
        self._runs += record.lanes
        return f"{watched} {proportion(self._hits, self._runs)}"
