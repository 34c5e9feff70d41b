"""Feed damaged files to the scenario loader, guided by the code they reach.

    pip install -e '.[attack]'
    python attack/fuzz_loader.py --inputs 1000000

Only a `ScenarioError` may come out, or a scenario that works in every way (`tests/scenario/
verdict.py`): no other exception, no warning, no input that takes long, no memory that grows.  What
is found is kept in a folder, one file for each kind of failure, and the run goes on; add such a
file to `tests/scenario/found/` with the mend.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Final

import atheris

HERE: Final = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests" / "scenario"), str(HERE.parent / "src")]

with atheris.instrument_imports(include=["cashstress.scenario", "cashstress.errors", "tomllib"]):
    from verdict import judged

    import cashstress.scenario.conversion
    import cashstress.scenario.doubts
    import cashstress.scenario.ratios  # noqa: F401 -- instrumented, though imported late

from damage import SEEDS, Mutator  # noqa: E402 -- after the instrumented imports

#: An input that takes longer is kept as slow; seconds.  One of 10 kB takes about 0.01.
SLOW: Final = 2.0
#: One that takes this long ends the run; seconds.
HANGS: Final = 30
#: Memory is noted after this many inputs and may grow by so much until the end.
WARM: Final = 30_000
MAY_GROW: Final = 200 * 2**20
LONGEST: Final = 10_000
EVERY: Final = 10_000


def resident() -> int:
    """Return the memory of this process, bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


class Fuzz:
    """Judges inputs, and keeps count and what it found."""

    def __init__(self, found: Path) -> None:
        self.found, self.kinds = found, set[str]()
        self.inputs = self.accepted = self.failures = 0
        self.begun, self.memory = time.monotonic(), 0
        self.scratch = Path(tempfile.mkdtemp(prefix="fuzz-")) / "scenario.toml"

    def judge(self, data: bytes) -> None:
        """Judge one input."""
        begun = time.process_time()  # of our own work: the machine may have others
        try:
            self.accepted += judged(data, self.scratch) is not None
        except Exception as error:  # noqa: BLE001 -- whatever comes out is what we look for
            self._keep(data, kind_of(error), traceback.format_exc())
        took = time.process_time() - begun
        if took > SLOW:
            self._keep(data, f"slow-{int(took)}", f"took {took:.1f} s")
        self.inputs += 1
        if self.inputs % EVERY == 0:
            self._look_at_memory(data)

    def _look_at_memory(self, data: bytes) -> None:
        now = resident()
        rate = self.inputs / (time.monotonic() - self.begun)
        print(
            f"{self.inputs:,} inputs, {self.accepted:,} accepted, {self.failures:,} failures of "
            f"{len(self.kinds)} kinds, {now / 2**20:.0f} MB, {rate:.0f}/s",
            flush=True,
        )
        if self.inputs == WARM:
            self.memory = now
        if self.memory and now > self.memory + MAY_GROW:
            self._keep(data, "memory", f"memory grew from {self.memory} to {now} bytes")

    def _keep(self, data: bytes, kind: str, what: str) -> None:
        self.failures += 1
        if kind not in self.kinds:
            self.kinds.add(kind)
            path = self.found / f"{kind}.toml"
            path.write_bytes(data)
            print(f"FOUND {path}\n{what}", flush=True)


def kind_of(error: Exception) -> str:
    """Return a name for all errors of one type that come from one line."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__}-{Path(frame.filename).stem}-{frame.lineno}"
    return place + "-" + hashlib.sha256(str(frame.line).encode()).hexdigest()[:6]


def custom_mutator(mutator: Mutator) -> object:
    """Return the mutator that atheris calls: ours, and one time in eight its own."""

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        if seed % 8:
            made = mutator.mutate(data.decode("utf-8", "replace"), seed).encode("utf-8", "replace")
            if len(made) <= most:
                return made
        return bytes(atheris.Mutate(data, most))

    return mutate


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=0, help="stop after; 0 for no limit")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path, help="kept between runs [a new folder]")
    parser.add_argument("--found", type=Path, default=Path("found"), help="where failures go")
    return parser.parse_args()


def main() -> None:
    """Run the fuzzer; libFuzzer ends the process itself."""
    options = _arguments()
    corpus = options.corpus or Path(tempfile.mkdtemp(prefix="corpus-"))
    for folder in (corpus, options.found):
        folder.mkdir(parents=True, exist_ok=True)
    for i, text in enumerate(SEEDS):
        (corpus / f"seed-{i}.toml").write_text(text, encoding="utf-8")
    fuzz = Fuzz(options.found)
    judged(SEEDS[-1].encode(), fuzz.scratch)  # what is imported late is not the first input's fault
    flags = {
        "runs": options.inputs,
        "max_total_time": options.seconds,
        "seed": options.seed,
        "max_len": LONGEST,
        "timeout": HANGS,
        "rss_limit_mb": 2048,
        "artifact_prefix": f"{options.found}/",
        "verbosity": 0,
        "reduce_inputs": 0,
    }
    argv = [sys.argv[0], *(f"-{name}={value}" for name, value in flags.items()), str(corpus)]
    atheris.Setup(argv, fuzz.judge, custom_mutator=custom_mutator(Mutator()))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
