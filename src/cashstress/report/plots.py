"""Plots as PNG files: cash with and without the shock, and survival curves with bands."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress.errors import CashstressError
from cashstress.report.words import MAIN_OUTCOMES
from cashstress.results import Comparison, sides_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cashstress.results import Result

__all__ = ["draw_plots", "require_matplotlib"]

#: Colours that stay apart for colour-blind readers and in print (Okabe and Ito, 2008).
_COLOURS: Final = {"baseline": "#0072B2", "stressed": "#D55E00"}
_LABELS: Final = {"baseline": "without shocks", "stressed": "with shocks"}
_MINOR: Final = 100


def require_matplotlib() -> None:
    """Raise a plain error where matplotlib is missing.

    Raises
    ------
    CashstressError
        Saying how to install it.
    """
    if find_spec("matplotlib") is None:
        raise CashstressError("plots need matplotlib: pip install 'cashstress[plot]'")


def draw_plots(answer: Result | Comparison, folder: Path | str) -> list[Path]:
    """Write ``cash.png`` and ``survival.png``.

    Parameters
    ----------
    answer : Result or Comparison
    folder : path
        Made if it is not there; plots of an earlier run are replaced.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    CashstressError
        When matplotlib is missing.
    """
    require_matplotlib()
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    sides = sides_of(answer)
    plots = {"cash.png": _cash(sides), "survival.png": _survival(sides)}
    for name, figure in plots.items():
        figure.savefig(folder / name, dpi=150)
    return [folder / name for name in plots]


def _figure(rows: int, columns: int, size: tuple[float, float]) -> tuple[Any, list[Any]]:
    # No pyplot: it keeps global state and may want a screen.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(rows, columns, squeeze=False)
    return figure, list(axes.flat)


def _cash(sides: dict[str, Result]) -> Any:
    figure, (axis,) = _figure(1, 1, (9.0, 5.0))
    for key, side in sides.items():
        _fan(axis, key, side)
    result = list(sides.values())[-1]
    _mark_shocks(axis, result)
    axis.axhline(0.0, color="black", linewidth=0.8)
    axis.set_xlabel(f"days from {result.start}")
    axis.set_ylabel(f"cash at the end of the day, thousand {result.scenario.currency}")
    axis.set_title(f"{result.scenario.name}: cash of firms still running", loc="left")
    axis.legend(frameon=False)
    return figure


def _fan(axis: Any, key: str, side: Result) -> None:
    sketch, colour = side.path("cash"), _COLOURS[key]
    thousand = 1000 * _MINOR
    levels = {q: sketch.quantile(q) / thousand for q in (0.05, 0.25, 0.5, 0.75, 0.95)}
    days = np.arange(side.horizon)
    axis.fill_between(days, levels[0.05], levels[0.95], color=colour, alpha=0.15, linewidth=0)
    axis.fill_between(days, levels[0.25], levels[0.75], color=colour, alpha=0.3, linewidth=0)
    label = f"{_LABELS[key]}: median, middle 50 % and 90 %"
    axis.plot(days, levels[0.5], color=colour, label=label)


def _mark_shocks(axis: Any, result: Result) -> None:
    """Draw a line where a shock strikes on the same day in every replication."""
    for shock in result.shocks:
        days = np.unique(result.mark_day(shock))
        if days.size == 1 and days[0] >= 0:
            axis.axvline(days[0], color="grey", linestyle=":", linewidth=1.2)
            place = (days[0], 1.0)
            axis.annotate(f" {shock}", place, xycoords=("data", "axes fraction"), va="top")


def _survival(sides: dict[str, Result]) -> Any:
    result = list(sides.values())[-1]
    outcomes: Sequence[str] = [name for name in MAIN_OUTCOMES if name in result.outcomes]
    outcomes = outcomes or result.outcomes[:4]
    figure, axes = _figure(2, 2, (9.0, 7.0))
    for axis, outcome in zip(axes, outcomes, strict=False):
        for key, side in sides.items():
            if outcome in side.outcomes:
                _curve(axis, key, side, outcome)
        axis.set_title(outcome, loc="left")
        axis.set_ylim(-0.02, 1.02)
        axis.legend(frameon=False, loc="lower left")
    for axis in axes[len(outcomes) :]:
        axis.set_visible(False)
    figure.supxlabel(f"days from {result.start}")
    figure.supylabel("share of firms to which it has not happened yet")
    return figure


def _curve(axis: Any, key: str, side: Result, outcome: str) -> None:
    curve, colour = side.survival(outcome), _COLOURS[key]
    axis.fill_between(
        curve.days, curve.low, curve.high, step="post", color=colour, alpha=0.3, linewidth=0
    )
    axis.step(curve.days, curve.value, where="post", color=colour, label=_LABELS[key])
