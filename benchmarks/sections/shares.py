"""Where the time goes: random numbers, NumPy, SimPy, Python."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from programs import EXAMPLE
from sections.common import Goal, table

if TYPE_CHECKING:
    from sections.common import Data, How

RUNS = (2_048, 20_480)
RATE = 100
ONE_RUN = """
import sys
import cashstress as cs
firm = cs.load(sys.argv[1])
for seed in range(int(sys.argv[3])):
    cs.simulate(firm, runs=int(sys.argv[2]), seed=seed, workers=1)
"""
GROUPS = ("random numbers", "NumPy", "SimPy", "Python: kernel", "Python: the rest")
#: What these libraries do counts for whoever called them.
_HELPERS = ("(libc", "(libm", "(libpython")


def measure(how: How) -> Data:
    """Samples by group; nothing without py-spy."""
    profiler = _profiler()
    if profiler is None:
        how.say("not measured: py-spy is not installed")
        return {}
    data: Data = {}
    for runs in RUNS:
        try:
            data[str(runs)] = dict(_samples(profiler, runs))
        except subprocess.CalledProcessError as refused:
            how.say(f"not measured: py-spy ended with {refused.returncode}; may it look at others?")
            return {}
        how.say(f"{runs:,} replications")
    return data


def _profiler() -> str | None:
    beside = Path(sys.executable).with_name("py-spy")
    return str(beside) if beside.exists() else shutil.which("py-spy")


def _samples(profiler: str, runs: int) -> Counter[str]:
    with TemporaryDirectory() as folder:
        raw = Path(folder) / "raw"
        times = max(3, RUNS[-1] // runs)
        program = [sys.executable, "-c", ONE_RUN, str(EXAMPLE), str(runs), str(times)]
        options = ["--native", "--rate", str(RATE), "--format", "raw", "--output", str(raw)]
        subprocess.run(  # noqa: S603 - the profiler we found
            [profiler, "record", *options, "--", *program], check=True, capture_output=True
        )
        counts: Counter[str] = Counter()
        for each in raw.read_text(encoding="utf-8").splitlines():
            stack, _, count = each.rpartition(" ")
            if "run_firm (" in stack:  # imports and the making of the firm are not the run
                counts[group(stack.split(";"))] += int(count)
    return counts


def group(frames: list[str]) -> str:
    """Which group a stack belongs to, outermost frame first.

    Copying, clearing and interpreting count for whoever asked for them.
    """
    if any("kernel/streams.py" in frame for frame in frames):
        return GROUPS[0]
    own = [each for each in frames if not any(name in each for name in _HELPERS)]
    leaf = own[-1] if own else ""
    if "numpy" in leaf or "multiarray" in leaf:
        return GROUPS[1]
    if "simpy/" in leaf:
        return GROUPS[2]
    return GROUPS[3] if "cashstress/kernel" in leaf else GROUPS[4]


def goals(data: Data) -> list[Goal]:  # noqa: ARG001 - every section has it
    """No goal: shares explain."""
    return []


def show(data: Data) -> str:
    """A column for each width."""
    if not data:
        return "Not measured: py-spy was not installed, or must not look at other processes."
    totals = {runs: sum(counts.values()) for runs, counts in data.items()}
    lines = [
        [name, *(f"{counts.get(name, 0) / totals[runs]:.1%}" for runs, counts in data.items())]
        for name in GROUPS
    ]
    lines.append(["samples", *(f"{total:,}" for total in totals.values())])
    return table(["share of the time", *(f"{int(runs):,} at a time" for runs in data)], lines)
