"""From typing the command to the answer."""

from __future__ import annotations

import sys
from statistics import median
from typing import TYPE_CHECKING

from programs import EXAMPLE
from sections.common import Child, Goal, table, wall

if TYPE_CHECKING:
    from sections.common import Data, How

RUNS = (1_000, 10_000)
#: What starts before any answer: the interpreter, and the parts of SciPy that answers need.
BARE = "import numpy, scipy.special, scipy.stats"
GOAL_RUNS = "1000"


def measure(how: How) -> Data:
    """Wall seconds, in turns."""
    python = [sys.executable, "-c"]
    works = {"python": [*python, "pass"], "numpy and scipy": [*python, BARE]}
    works["import cashstress"] = [*python, "import cashstress"]
    for runs in RUNS:
        command = [sys.executable, "-m", "cashstress", "run", str(EXAMPLE), "--runs", str(runs)]
        works[f"command, {runs}"] = command
    spent: Data = {name: [] for name in works} | {f"run, {runs}": [] for runs in RUNS}
    with Child() as child:
        child.run("command", RUNS[0])
        for turn in how.turns():
            for name, command in works.items():
                spent[name].append(wall(command))
            for runs in RUNS:
                spent[f"run, {runs}"].append(child.run("command", runs, seed=turn)["wall"])
    return spent


def _over(data: Data, runs: int | str) -> float:
    """Command over start-up and pure run, median of the rounds."""
    each = zip(data[f"command, {runs}"], data["numpy and scipy"], data[f"run, {runs}"], strict=True)
    return float(median(command / (bare + run) for command, bare, run in each))


def goals(data: Data) -> list[Goal]:
    """Little is lost before and after the run."""
    what = "`cashstress run`, 1,000 replications, against start-up + pure run"
    return [Goal(what, _over(data, GOAL_RUNS), 2.0, at_least=False)]


def show(data: Data) -> str:
    """A row a command, then what the imports cost."""
    bare = median(data["numpy and scipy"])
    lines = [
        [
            f"{runs:,}",
            f"{median(data[f'command, {runs}']):.2f}",
            f"{bare:.2f}",
            f"{median(data[f'run, {runs}']):.2f}",
            f"{_over(data, runs):.2f}",
        ]
        for runs in RUNS
    ]
    head = ["replications", "`cashstress run`, s", "Python + NumPy + SciPy, s", "pure run, s"]
    python = median(data["python"])
    imported = median(data["import cashstress"]) - python
    return (
        table([*head, "command over the sum"], lines)
        + f"\n\n`import cashstress` takes {imported:.2f} s, after the {python:.2f} s in which "
        "Python starts."
    )
