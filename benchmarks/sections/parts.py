"""Cost against the number of suppliers, customers and channels."""

from __future__ import annotations

import time
import tomllib
from statistics import median
from typing import TYPE_CHECKING, Any

import tomli_w

import cashstress as cs
from programs import EXAMPLE
from sections.common import Goal, line, said, table, turns

if TYPE_CHECKING:
    from sections.common import Data, How

COUNTS = (1, 2, 5, 10, 25, 50)
WIDTH = 2_048
LINEAR = 1.25
#: What is multiplied, which of the example's is copied, and what its copies share.
KINDS: dict[str, tuple[str, dict[str, float]]] = {
    "suppliers": ("steel", {"share": 0.58}),
    "customers": ("trade", {"share": 1.0}),
    "channels": ("jiebei", {"limit": 200_000, "drawn": 72_000}),
}


def firm(kind: str, count: int) -> cs.Scenario:
    """The example with so many equal suppliers, customers or channels and no others of the kind.

    Together they are as large as one, so that the firm's life is about the same.
    """
    spec: dict[str, Any] = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    model, shared = KINDS[kind]
    copied = spec[kind][model] | {name: value / count for name, value in shared.items()}
    spec[kind] = {f"{model}{number}": copied for number in range(count)}
    if kind == "channels":
        spec["treasury"]["draw_order"] = list(spec[kind])
        spec["shocks"]["closure"]["channels"] = list(spec[kind])
    return cs.loads(tomli_w.dumps(spec))


def measure(how: How) -> Data:
    """Processor seconds of one core."""
    data: Data = {}
    for kind in KINDS:
        firms = {str(count): firm(kind, count) for count in COUNTS}

        def work(each: cs.Scenario) -> Any:
            return lambda turn: cs.simulate(each, runs=WIDTH, seed=turn, workers=1)

        how.say(f"{kind}")
        works = {name: work(each) for name, each in firms.items()}
        data[kind] = turns(works, time.process_time, how)
    return data


def _fit(seconds: dict[str, list[float]]) -> Any:
    return line([int(name) for name in seconds], [median(each) for each in seconds.values()])


def goals(data: Data) -> list[Goal]:
    """Nothing grows faster than in proportion."""
    return [
        Goal(f"last step against the line, {kind}", _fit(each).last, LINEAR, at_least=False)
        for kind, each in data.items()
    ]


def show(data: Data) -> str:
    """A table and its line for each."""
    parts = []
    for kind, seconds in data.items():
        fit = _fit(seconds)
        lines = [
            [name, f"{median(each):.2f}", f"{(median(each) - fit.fixed) / int(name) * 1000:,.0f}"]
            for name, each in seconds.items()
        ]
        head = [kind, "processor, s", "ms for each, beyond what is fixed"]
        parts += [table(head, lines), said(fit, kind.removesuffix("s"))]
    return "\n\n".join(parts)
