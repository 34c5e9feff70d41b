"""Plots as PNG files: cash with and without the shock, and survival curves with bands."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress.errors import CashstressError
from cashstress.report.words import MAIN_OUTCOMES, in_words
from cashstress.results import Comparison, sides_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cashstress.results import Result

__all__ = ["draw_plots", "require_matplotlib"]

#: Colours that stay apart for colour-blind readers and in print (Okabe and Ito, 2008).
_COLOURS: Final = {"baseline": "#0072B2", "stressed": "#D55E00"}
#: Where both curves are one, the wider one under the other still shows.
_WIDTHS: Final = {"baseline": 2.8, "stressed": 1.3}
_LABELS: Final = {"baseline": "without shocks", "stressed": "with shocks"}
_MINOR: Final = 100
#: Where a scale of shares may begin.
_BOTTOMS: Final = (0.0, 0.5, 0.8, 0.9)
_MIDDLE: Final = 0.5


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
    axis.set_title(f"{result.scenario.name}: cash of the firms still running", loc="left")
    axis.grid(axis="y", linewidth=0.4, alpha=0.5)
    figure.legend(loc="outside lower center", ncols=len(sides), frameon=False)
    return figure


def _fan(axis: Any, key: str, side: Result) -> None:
    sketch, colour = side.path("cash"), _COLOURS[key]
    thousand = 1000 * _MINOR
    levels = {q: sketch.quantile(q) / thousand for q in (0.05, 0.25, 0.5, 0.75, 0.95)}
    days = np.arange(side.horizon)
    axis.fill_between(days, levels[0.05], levels[0.95], color=colour, alpha=0.15, linewidth=0)
    axis.fill_between(days, levels[0.25], levels[0.75], color=colour, alpha=0.3, linewidth=0)
    label = f"{_LABELS[key]}: median, middle 50 % and 90 %"
    axis.plot(days, levels[0.5], color=colour, linewidth=_WIDTHS[key], label=label)


def _mark_shocks(axis: Any, result: Result, *, height: float = 0.98) -> None:
    """Draw a line where a shock strikes on the same day in every replication."""
    names: dict[int, list[str]] = {}
    for shock in result.shocks:
        days = np.unique(result.mark_day(shock))
        if days.size == 1 and days[0] >= 0:
            names.setdefault(int(days[0]), []).append(shock)
    for day, shocks in names.items():
        axis.axvline(day, color="grey", linestyle=":", linewidth=1.2)
        text = "\n".join(f" {shock}" for shock in shocks)
        axis.annotate(
            text, (day, height), xycoords=("data", "axes fraction"), color="dimgrey",
            va="top" if height > _MIDDLE else "bottom",
        )  # fmt: skip


def _survival(sides: dict[str, Result]) -> Any:
    result = list(sides.values())[-1]
    outcomes: Sequence[str] = [name for name in MAIN_OUTCOMES if name in result.outcomes]
    outcomes = outcomes or result.outcomes[:4]
    figure, axes = _figure(2, 2, (9.0, 7.4))
    bottom = _bottom(sides, outcomes)
    for axis, outcome in zip(axes, outcomes, strict=False):
        for key, side in sides.items():
            if outcome in side.outcomes:
                _curve(axis, key, side, outcome)
        axis.set_title(f"{outcome}\n{in_words(outcome)}", loc="left", fontsize="medium")
        axis.set_ylim(bottom - 0.02 * (1 - bottom), 1 + 0.02 * (1 - bottom))
        # Five steps are whole percents wherever the scale begins.
        axis.set_yticks(np.linspace(bottom, 1.0, 6))
        axis.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        axis.grid(axis="y", linewidth=0.4, alpha=0.5)
        _mark_shocks(axis, result, height=0.03)
    for axis in axes[len(outcomes) :]:
        axis.set_visible(False)
    figure.suptitle(_survival_title(result, bottom), x=0.01, ha="left", fontsize="medium")
    for axis in axes[: len(outcomes)][-2:]:
        axis.set_xlabel(f"days from {result.start}")
    figure.legend(
        *axes[0].get_legend_handles_labels(),
        loc="outside lower center", ncols=len(sides), frameon=False,
    )  # fmt: skip
    return figure


def _survival_title(result: Result, bottom: float) -> str:
    scale = f"; scale from {100 * bottom:.0f} %" if bottom else ""
    return f"{result.scenario.name}: share of runs in which it has not happened yet{scale}"


def _bottom(sides: dict[str, Result], outcomes: Sequence[str]) -> float:
    """Where the scale of all curves begins: at 0, or higher where all of them stay high."""
    lowest = min(
        (
            float(np.min(side.survival(outcome).low))
            for side in sides.values()
            for outcome in outcomes
            if outcome in side.outcomes
        ),
        default=0.0,
    )
    return max(bottom for bottom in _BOTTOMS if bottom == 0.0 or bottom <= lowest)


def _curve(axis: Any, key: str, side: Result, outcome: str) -> None:
    curve, colour = side.survival(outcome), _COLOURS[key]
    axis.fill_between(
        curve.days, curve.low, curve.high, step="post", color=colour, alpha=0.3, linewidth=0
    )
    axis.step(
        curve.days,
        curve.value,
        where="post",
        color=colour,
        linewidth=_WIDTHS[key],
        label=_LABELS[key],
    )
