"""What `check` and `levers` print: the implied ratios of a firm, and what can be adjusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from cashstress.errors import Problem
    from cashstress.scenario import Scenario
    from cashstress.scenario.ratios import Ratios

__all__ = ["show_doubts", "show_levers", "show_ratios"]

#: Units of levers as a reader of the list needs them; the others are plain.
_UNITS: Final = {
    "rate": "per day, a fraction",
    "share": "a fraction",
    "factor": "times",
}


def show_ratios(scenario: Scenario, ratios: Ratios, console: Console) -> None:
    """Print the ratios a scenario implies.

    Parameters
    ----------
    scenario : Scenario
    ratios : Ratios
    console : rich.console.Console
    """
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("what the scenario implies", no_wrap=True)
    table.add_column("", justify="right")
    for label, value, unit in ratios.rows():
        table.add_row(label, _ratio(value, unit, scenario.currency))
    console.print(f"{scenario.name}: no problems found.", markup=False)
    console.print(f"digest {scenario.digest}", markup=False)
    console.print(table)


def show_doubts(doubts: Iterable[Problem], console: Console) -> None:
    """Print what deserves a second look; nothing where there is nothing.

    Parameters
    ----------
    doubts : iterable of Problem
    console : rich.console.Console
    """
    for doubt in doubts:
        console.print(f"Please look again: {doubt}", markup=False, soft_wrap=True)


def _ratio(value: float | None, unit: str, currency: str) -> str:
    if value is None:
        return "no meaning here"
    shown = {
        "money": f"{value:,.0f} {currency}",
        "share": f"{100 * value:.1f} %",
        "days": f"{value:.1f} days",
    }
    return shown.get(unit, f"{value:.2f}")


def show_levers(levers: Iterable[Any], console: Console, *, currency: str) -> None:
    """Print the levers of a scenario.

    Parameters
    ----------
    levers : iterable of LeverInfo
        With name, unit, domain and base.
    console : rich.console.Console
    currency : str
        What money is in, major units.
    """
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("lever", "value", "unit", "may be"):
        table.add_column(
            name, no_wrap=name == "lever", justify="right" if name == "value" else "left"
        )
    units = _UNITS | {"money": currency}
    for lever in levers:
        cells = (lever.name, lever.base, units.get(lever.unit, lever.unit), _range(lever.domain))
        table.add_row(*(escape(str(cell)) for cell in cells))
    console.print(table)


def _range(domain: tuple[float, float]) -> str:
    """Return the bounds of a lever in words.

    Examples
    --------
    >>> _range((0.0, float("inf"))), _range((1, 12))
    ('0 or more', '1 to 12')
    """
    low, high = domain
    return f"{low:g} or more" if high == float("inf") else f"{low:g} to {high:g}"
