"""A comparison of alternatives in the terminal: a sentence, the ranking, what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cashstress.report.answer import outcome_table
from cashstress.report.tables import NARROW, broken, plain_table, safe
from cashstress.report.words import MAIN_OUTCOMES, amount, cell, day_count, in_words, points
from cashstress.results.alternatives import LOWERS, NOT_POSSIBLE, RAISES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console
    from rich.table import Table

    from cashstress.results import Alternative, Alternatives, MeanEstimate

__all__ = ["alternatives_headline", "show_alternatives"]

_MINOR: Final = 100
_NOTES: Final = (
    "In brackets: 95 % intervals, paired: every scenario met the same draws. Cost of a point: net "
    "assets given up at the horizon for each percentage point of probability removed; below 0 it "
    "is a gain. What owners put in is no gain. Cost of funding is never ranked on: a dying firm "
    "pays little interest."
)


def show_alternatives(
    answer: Alternatives,
    console: Console,
    *,
    outcome: str,
    by: int | None = None,
    everything: bool = False,
) -> None:
    """Print a comparison of alternatives.

    Parameters
    ----------
    answer : Alternatives
    console : rich.console.Console
    outcome : str
        What to rank by.
    by : int, optional
        By which day; the horizon when absent.
    everything : bool
        All outcomes and dates of every alternative.
    """
    base = answer.base
    console.print(f"[bold]{safe(base.scenario.name)}[/] and {_count(len(answer))}")
    console.print(
        f"{base.runs:,} runs of {day_count(base.horizon)} from {base.start}, seed {base.seed}"
    )
    if answer.interrupted:
        console.print(f"Stopped early: {base.runs:,} of {base.requested:,} runs were done.")
    console.print()
    console.print(safe(alternatives_headline(answer, outcome, by)))
    for table in (_ranking, _other_outcomes, _costs):
        console.print(table(answer, outcome, by, narrow=console.width < NARROW))
    console.print(_NOTES)
    for item in answer.ranking(outcome, by) if everything else ():
        console.print()
        headings = {"baseline": "base", "stressed": item.name}
        title = f"Every outcome: {item.name}"
        narrow = console.width < NARROW
        console.print(
            outcome_table(
                item.comparison, everything=True, narrow=narrow, headings=headings, heading=title
            )
        )


def _add_row(table: Table, name: str, cells: Iterable[str], *, narrow: bool) -> None:
    """Add a row; on a narrow screen every interval goes under its number, so none is torn apart."""
    table.add_row(safe(name), *(broken(text) if narrow else text for text in cells))


def _count(alternatives: int) -> str:
    return f"{alternatives} alternative{'' if alternatives == 1 else 's'}"


def alternatives_headline(answer: Alternatives, outcome: str, by: int | None = None) -> str:
    """Return in a sentence which alternative is best, or that no difference is seen."""
    best = answer.ranking(outcome, by)[0]
    days = answer.base.horizon if by is None else by
    last = days == answer.base.horizon
    event = f"the probability that {in_words(outcome)} within {day_count(days)}"
    verdicts = [item.verdict(outcome, by) for item in answer]
    if set(verdicts) == {NOT_POSSIBLE}:
        return f"Within {day_count(days)} it is not possible that {in_words(outcome)}."
    if LOWERS not in verdicts:
        seen = f"; {verdicts.count(RAISES)} raise it" if RAISES in verdicts else ""
        return f"No difference seen: no alternative lowers {event}{seen}."
    before, after = (cell(side, last=last) for side in best.comparison.probabilities(outcome, by))
    price = _price(best, outcome, by, answer.base.scenario.currency)
    return f"{best.name} comes first: it lowers {event} from {before} to {after}{price}."


def _price(best: Alternative, outcome: str, by: int | None, currency: str) -> str:
    cost = best.cost_per_point(outcome, by)
    if cost is None or cost.value is None:
        return ""
    if cost.value <= 0:
        return ", and costs nothing in net assets"
    return f", at {amount(cost.value / _MINOR)} {currency} for each percentage point removed"


def _ranking(answer: Alternatives, outcome: str, by: int | None, *, narrow: bool) -> Table:
    days = answer.base.horizon if by is None else by
    currency = answer.base.scenario.currency
    table = plain_table(
        f"{outcome} by day {days}",
        "probability",
        "change, % points",
        f"cost of a point, {currency}",
    )
    last = days == answer.base.horizon
    chance = answer.base.probability(outcome, by) if outcome in answer.base.outcomes else None
    chances = ["-" if chance is None else cell(chance, last=last), "", ""]
    _add_row(table, "base", chances, narrow=narrow)
    for item in answer.ranking(outcome, by):
        cells = (
            cell(item.result.probability(outcome, by), last=last),
            points(item.change(outcome, by), last=last),
            _cost_cell(item, outcome, by),
        )
        _add_row(table, item.name, cells, narrow=narrow)
    return table


def _cost_cell(item: Alternative, outcome: str, by: int | None) -> str:
    cost = item.cost_per_point(outcome, by)
    if cost is not None:
        return _money(cost)
    verdict = item.verdict(outcome, by)
    return {LOWERS: "too uncertain", RAISES: "raises it"}.get(verdict, verdict)


def _other_outcomes(answer: Alternatives, outcome: str, by: int | None, *, narrow: bool) -> Table:
    """The change in the outcomes a treasurer looks at first."""
    known = [
        name
        for name in MAIN_OUTCOMES
        if name != outcome and all(name in side.result.outcomes for side in answer)
    ]
    table = plain_table("change, % points", *(name.replace("_", " ") for name in known))
    last = by is None or by == answer.base.horizon
    for item in answer.ranking(outcome, by):
        cells = (points(item.change(name, by), last=last) for name in known)
        _add_row(table, item.name, cells, narrow=narrow)
    return table


def _costs(answer: Alternatives, outcome: str, by: int | None, *, narrow: bool) -> Table:
    currency = answer.base.scenario.currency
    table = plain_table(
        f"change, {currency}", "net assets at the horizon", "running cost a year", "cost of funding"
    )
    for item in answer.ranking(outcome, by):
        changes = (item.net_assets, item.running_cost, item.cost_of_funding)
        _add_row(table, item.name, map(_money, changes), narrow=narrow)
    return table


def _money(estimate: MeanEstimate) -> str:
    """Show an amount with its interval, minor units given, major units shown."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "-"
    value, low, high = (
        round(x / _MINOR) + 0 for x in (estimate.value, estimate.low, estimate.high)
    )
    return f"{_signed(value)} ({_signed(low)} to {_signed(high)})"


def _signed(amount: int) -> str:
    return f"{amount:+,}" if amount else "0"
