"""Cost against replications and against the horizon."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING, Any

import cashstress as cs
from programs import EXAMPLE
from sections.common import Goal, line, said, table, turns

if TYPE_CHECKING:
    from sections.common import Data, How

RUNS = (1_000, 3_000, 10_000, 30_000, 100_000)
HORIZONS = (90, 180, 365, 730, 1_460, 3_650)
#: Replications of a run of some horizon.
WIDTH = 4_096
#: A last step that costs so much more than the line's is no line any more.
LINEAR = 1.25


def measure(how: How) -> Data:
    """Processor seconds of one core."""
    scenario = cs.load(EXAMPLE)
    # The one cost with a date would lie outside the shortest run.
    dateless = scenario.replace({"costs.machine": None})
    firms = {str(days): dateless.replace({"horizon": days}) for days in HORIZONS}

    def runs(count: int) -> Any:
        return lambda turn: cs.simulate(scenario, runs=count, seed=turn, workers=1)

    def days(firm: cs.Scenario) -> Any:
        return lambda turn: cs.simulate(firm, runs=WIDTH, seed=turn, workers=1)

    clock = time.process_time
    cs.simulate(scenario, runs=RUNS[0], seed=0, workers=1)
    return {
        "runs": turns({str(count): runs(count) for count in RUNS}, clock, how),
        "horizon": turns({name: days(firm) for name, firm in firms.items()}, clock, how),
    }


def goals(data: Data) -> list[Goal]:
    """Nothing grows faster than in proportion."""
    return [
        Goal(f"last step against the line, {words}", _fit(data[kind]).last, LINEAR, at_least=False)
        for kind, words in (("runs", "replications"), ("horizon", "days"))
    ]


def _fit(seconds: dict[str, list[float]]) -> Any:
    return line([int(name) for name in seconds], [median(each) for each in seconds.values()])


def show(data: Data) -> str:
    """Two tables and their lines."""
    parts = []
    for kind, unit in (("runs", "replication"), ("horizon", "day")):
        lines = [
            [f"{int(name):,}", f"{median(each):.2f}", f"{median(each) / int(name) * 1e6:,.0f}"]
            for name, each in data[kind].items()
        ]
        head = [f"{unit}s", "processor, s", f"microseconds a {unit}"]
        parts += [table(head, lines), said(_fit(data[kind]), unit)]
    return "\n\n".join(parts)
