"""A fresh process for the benchmarks: reads what to run, a JSON line each, and says its cost."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))


def peak() -> float:
    """Peak memory of this process so far, MB."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux hands a parent's peak on as `ru_maxrss`: here is our own, in KiB
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def of_workers() -> float:
    """Processor seconds that the pool's workers have used, where the system tells."""
    seconds = 0.0
    for worker in multiprocessing.active_children():
        stat = Path(f"/proc/{worker.pid}/stat")
        if stat.exists():
            fields = stat.read_text().rpartition(")")[2].split()
            seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds


def run(program: str, runs: int, *, seed: int = 1, workers: int = 1, answer: bool = False) -> None:
    """Run a program on the main example.

    Parameters
    ----------
    program : str
        A name of `programs`, `"lanes"` for the library with some workers, or `"command"` for what
        the command line computes.
    answer : bool
        Whether to write the JSON answer too.
    """
    import cashstress as cs
    from programs import EXAMPLE, PROGRAMS

    scenario = cs.load(EXAMPLE)
    if program == "command":
        cs.compare(scenario.without_shocks(), scenario, runs=runs, seed=seed)
    elif program == "lanes":
        result = cs.simulate(scenario, runs=runs, seed=seed, workers=workers)
        if answer:
            result.to_json()
    else:
        PROGRAMS[program](scenario, runs, seed)


def main() -> None:
    """Do what standard input says until it ends."""
    for line in sys.stdin:
        task: dict[str, Any] = json.loads(line)
        wall, processor, workers = time.perf_counter(), time.process_time(), of_workers()
        run(**task)
        cost = {
            "wall": time.perf_counter() - wall,
            "processor": time.process_time() - processor + of_workers() - workers,
            "peak": peak(),
        }
        print(json.dumps(cost), flush=True)


if __name__ == "__main__":  # workers of a pool import this file
    main()
