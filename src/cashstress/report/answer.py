"""The answer in the terminal: a sentence, a table, and everything else on request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cashstress.report.chain import chain_table
from cashstress.report.closures import closure_table
from cashstress.report.tables import NARROW, broken, columns_that_fit, plain_table, safe
from cashstress.report.weekly import weekly_tables
from cashstress.report.words import (
    MAIN_OUTCOMES,
    amount,
    and_list,
    cell,
    day_count,
    glossary,
    in_words,
    points,
    title,
)
from cashstress.results import Comparison, as_dict, by_days, sides_of
from cashstress.scenario.rule_changes import notes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import Console
    from rich.table import Table

    from cashstress.results import Estimate, Result

    Answer = Result | Comparison

__all__ = ["headline", "outcome_table", "show_answer"]

#: The day by which the opening sentence speaks, if the horizon reaches it.
_SENTENCE_DAY: Final = 90
_MAIN_DAYS: Final = (30, 90)
_SIDES: Final[Mapping[str, str]] = {"baseline": "without shocks", "stressed": "with shocks"}
_SHORT: Final[Mapping[str, str]] = {"baseline": "without", "stressed": "with"}
#: Statistics of amounts from the most to the least telling: a narrow screen shows the first.
_BY_WEIGHT: Final = ("mean", "p50", "p5", "p95", "p25", "p75", "p10", "p90")
_IN_ORDER: Final = ("mean", "p5", "p10", "p25", "p50", "p75", "p90", "p95")


def show_answer(answer: Answer, console: Console, *, everything: bool = False) -> None:
    """Print an answer.

    Parameters
    ----------
    answer : Result or Comparison
    console : rich.console.Console
    everything : bool
        All outcomes and dates, amounts, and the 13-week table.
    """
    result = _shown(answer)
    console.print(f"[bold]{safe(result.scenario.name)}[/]")
    length = day_count(result.horizon)
    console.print(f"{result.runs:,} runs of {length} from {result.start}, seed {result.seed}")
    if result.interrupted:
        console.print(f"Stopped early: {result.runs:,} of {result.requested:,} runs were done.")
    console.print()
    console.print(safe(headline(answer)))
    narrow = console.width < NARROW
    console.print(outcome_table(answer, everything=everything, narrow=narrow))
    lines = closure_table(answer, narrow=narrow)
    if lines is not None:
        console.print(lines)
    for note in notes(result.scenario):
        console.print(safe(note))
    console.print("In brackets: 95 % intervals. By day n: on one of the first n days.")
    console.print(glossary(_outcomes(result, everything=everything)))
    if everything:
        for part in _everything(answer, console.width):
            console.print()
            console.print(part)


def _shown(answer: Answer) -> Result:
    """Return the side that carries the shock, or the only one."""
    return answer.other if isinstance(answer, Comparison) else answer


def headline(answer: Answer) -> str:
    """Return the answer in one or two sentences: what the shock causes."""
    result = _shown(answer)
    day = min(_SENTENCE_DAY, result.horizon)
    outcomes = [name for name in MAIN_OUTCOMES if name in result.outcomes] or result.outcomes
    if not outcomes:
        return "The scenario has no outcomes to report."
    if isinstance(answer, Comparison):
        known = [name for name in outcomes if name in answer.base.outcomes]
        return _caused(answer, known, _telling_day(answer, known, day))
    worst = max(outcomes, key=lambda name: result.probability(name, by=day).value or 0.0)
    chance = cell(result.probability(worst, by=day), last=day == result.horizon)
    shocks = f"With {_shocks(result)}" if result.scenario.shocks else "Without any shock"
    return f"{shocks}, the probability that {in_words(worst)} within {day_count(day)}: {chance}."


def _telling_day(comparison: Comparison, outcomes: list[str], day: int) -> int:
    """Return the day to speak of: the horizon where nothing is to be seen any sooner."""
    changes = [comparison.difference(name, by=day) for name in outcomes]
    return day if any(map(_is_seen, changes)) else comparison.other.horizon


def _is_seen(change: Estimate) -> bool:
    """Whether the interval leaves out 0."""
    return change.low is not None and change.high is not None and not change.low <= 0 <= change.high


def _caused(comparison: Comparison, outcomes: list[str], day: int) -> str:
    def size(name: str) -> float:
        return abs(comparison.difference(name, by=day).value or 0.0)

    worst = max(outcomes, key=size)
    change = comparison.difference(worst, by=day)
    shocks, last = _shocks(comparison.other), day == comparison.other.horizon
    several = shocks.startswith("the shocks")
    if change.low is None:
        return f"Within {day_count(day)} none of the main outcomes is possible."
    if not _is_seen(change):
        verb = "make" if several else "makes"
        return (
            f"No difference seen: within {day_count(day)} {shocks} {verb} no visible change to any "
            "of the main outcomes."
        )
    before, after = (cell(side, last=last) for side in comparison.probabilities(worst, by=day))
    verb = "raise" if change.low > 0 else "lower"
    verb += "" if several else "s"
    return (
        f"{shocks[0].upper()}{shocks[1:]} {verb} the probability that {in_words(worst)} within "
        f"{day_count(day)} from {before} to {after}: a difference of "
        f"{points(change, last=last)} percentage points."
    )


def _shocks(result: Result) -> str:
    names = list(result.scenario.shocks)
    if not names:
        return "the change"
    return f"the shock {names[0]}" if len(names) == 1 else f"the shocks {and_list(names)}"


def outcome_table(
    answer: Answer,
    *,
    everything: bool,
    narrow: bool = False,
    headings: Mapping[str, str] = _SIDES,
    heading: str | None = None,
) -> Table:
    """Return the table of outcomes by date; `headings` gives each side's."""
    sides = sides_of(answer)
    columns = (headings[name] for name in sides)
    table = plain_table("outcome", "day" if narrow else "by day", *columns, heading=heading)
    if isinstance(answer, Comparison):
        table.add_column("difference, % points", justify="right")
    for outcome in _outcomes(_shown(answer), everything=everything):
        for row in _outcome_rows(answer, outcome, everything=everything):
            table.add_row(*(broken(text) if narrow else text for text in row))
        table.add_section()
    return table


def _outcomes(result: Result, *, everything: bool) -> list[str]:
    """Those of the table: all, or the main ones."""
    main: list[str] = [name for name in MAIN_OUTCOMES if name in result.outcomes]
    return list(result.outcomes) if everything or not main else main


def _outcome_rows(answer: Answer, outcome: str, *, everything: bool) -> Iterator[list[str]]:
    horizon = _shown(answer).horizon
    days = [d for d in by_days(horizon) if everything or d in _MAIN_DAYS or d == horizon]
    for i, day in enumerate(days):
        last = day == horizon
        chances = [
            cell(side.probability(outcome, by=day), last=last) if outcome in side.outcomes else "-"
            for side in sides_of(answer).values()
        ]
        row = ["" if i else outcome, str(day), *chances]
        if isinstance(answer, Comparison):
            known = outcome in answer.base.outcomes
            row.append(points(answer.difference(outcome, by=day), last=last) if known else "-")
        yield row


def _everything(answer: Answer, width: int) -> Iterator[Table]:
    yield _timing(answer)
    chain = chain_table(sides_of(answer), _SIDES)
    if chain is not None:
        yield chain
    yield _amounts(answer, width)
    yield from weekly_tables(answer, width)


def _timing(answer: Answer) -> Table:
    table = plain_table(
        "outcome", "", "runs with it", "median first day", "times", "days in force",
        heading="When it first happens, how often and for how long (over the runs where it did)",
    )  # fmt: skip
    for outcome in _shown(answer).outcomes:
        for key, side in sides_of(answer).items():
            if outcome in side.outcomes:
                table.add_row(outcome, _SHORT[key], *_timing_cells(side, outcome))
    return table


def _timing_cells(side: Result, outcome: str) -> list[str]:
    happened = side.happened(outcome)
    median = side.median_first_day(outcome)
    if median is None:
        return ["0", "-", "-", "-"]
    times = side.episodes(outcome)[happened].mean()
    days = side.days_in_force(outcome)[happened].mean()
    return [f"{happened.sum():,}", f"{median:.0f}", f"{times:.1f}", f"{days:.1f}"]


def _amounts(answer: Answer, width: int) -> Table:
    rows = list(_amount_rows(answer))
    labels = [title(name) for name, _, _ in rows]
    room = width - len(max(labels, key=len)) - len("  without      ")
    cells = [[amount(values[q]) for q in _BY_WEIGHT] for _, _, values in rows]
    shown = _BY_WEIGHT[: columns_that_fit(cells, room)]
    columns = [q for q in _IN_ORDER if q in shown]
    table = plain_table(
        "amount", "", *columns,
        heading=f"Amounts over the runs, {_shown(answer).scenario.currency} (p5: 5 % of the runs "
        "are below)",
    )  # fmt: skip
    for label, (_, side, values) in zip(labels, rows, strict=True):
        table.add_row(label, _SHORT[side], *(amount(values[q]) for q in columns))
    return table


def _amount_rows(answer: Answer) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield metric, side and statistics; balances at a default that never came are left out."""
    metrics = as_dict(answer)["metrics"]
    for name in _shown(answer).metrics:
        sides = metrics[name]
        if name.startswith("balance_at_default:") and not any(s["mean"] for s in sides.values()):
            continue
        for side, values in sides.items():
            yield name, side, values
