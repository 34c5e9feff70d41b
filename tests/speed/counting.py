"""How much work a block is, without a clock: SimPy events, random draws and array operations.

    python tests/speed/counting.py

counts it anew for every example and writes `work.json` beside this file, which the test holds
every later version against.

Array operations are calls of NumPy that read or write arrays of lanes: operators and other ufuncs,
functions, and the methods and indices named below.  An array made of plain arrays alone (a table, a
range) is not followed until it meets a lane's.
"""

from __future__ import annotations

import json
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import numpy as np

from cashstress.kernel import arena
from cashstress.kernel.clock import Clock
from cashstress.kernel.streams import Streams
from cashstress.processes import Firm
from cashstress.scenario import load

HERE = Path(__file__).parent
EXAMPLES = {path.stem: path for path in sorted((HERE.parents[1] / "examples").glob("*.toml"))}
RECORD = HERE / "work.json"
#: Enough lanes for something to be different in some, and days for every monthly thing to happen.
LANES, DAYS = 24, 65


class Counted(np.ndarray):
    """An array that counts what is done with it and with all that comes of it."""

    done: ClassVar[Counter] = Counter()
    #: What a function of NumPy calls in turn is its own business, and another version's another.
    inside = False

    @classmethod
    def count(cls):
        cls.done["operations"] += not cls.inside

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
        Counted.count()
        if out is not None:
            options["out"] = tuple(_plain(each) for each in out)
        if "where" in options:
            options["where"] = _plain(options["where"])
        answer = getattr(ufunc, method)(*(_plain(each) for each in inputs), **options)
        return _counted(answer) if out is None else out[0]

    def __array_function__(self, function, types, args, options):
        Counted.count()
        outermost, Counted.inside = not Counted.inside, True
        try:
            return super().__array_function__(function, types, args, options)
        finally:
            Counted.inside = not outermost

    def __getitem__(self, key):
        if _picks(key):
            Counted.count()
        return super().__getitem__(key)

    def __setitem__(self, key, value):
        Counted.count()
        super().__setitem__(key, value)


def _counting(name):
    plainly = getattr(np.ndarray, name)

    def method(self, *args, **options):
        Counted.count()
        return plainly(self, *args, **options)

    return method


for _name in ("astype", "copy", "fill", "nonzero", "searchsorted", "take"):
    setattr(Counted, _name, _counting(_name))


def _plain(value):
    return value.view(np.ndarray) if isinstance(value, Counted) else value


def _counted(value):
    return value.view(Counted) if isinstance(value, np.ndarray) and value.ndim else value


def _picks(key):
    """Whether an index copies lanes; a row or a slice is only another look."""
    parts = key if isinstance(key, tuple) else (key,)
    return any(isinstance(part, np.ndarray) for part in parts)


@contextmanager
def counting():
    """Count everything that firms made inside do."""
    borrow, words, arrive = arena.borrow, Streams._words_of_lanes, Clock.arrive

    def arrived(clock, moment):
        Counted.done["events"] += 1
        arrive(clock, moment)

    arena.borrow = lambda *args: _counted(borrow(*args))
    Streams._words_of_lanes = lambda *args: _counted(words(*args))
    Clock.arrive = arrived
    Counted.done.clear()
    try:
        yield Counted.done
    finally:
        arena.borrow, Streams._words_of_lanes, Clock.arrive = borrow, words, arrive


def lived(name):
    """The firm of an example after its first days, in a narrow block."""
    scenario = load(EXAMPLES[name])
    firm = Firm(scenario, seed=3, slots=np.arange(LANES, dtype=np.int64))
    firm.run(min(DAYS, scenario.horizon))
    return firm


def work_of(name):
    """Events, draws and array operations of those days, the opening counted in."""
    with counting() as done:
        draws = lived(name).streams.draws
        return {"events": done["events"], "draws": draws, "operations": done["operations"]}


if __name__ == "__main__":
    found = {name: work_of(name) for name in EXAMPLES}
    RECORD.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
