"""What may come out of the loader, whatever bytes go in.

One `ScenarioError` whose every message a reader can use, or a scenario that works in every way: it
can be hashed, checked, written down, and read again as the same scenario.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from cashstress.errors import ScenarioError
from cashstress.scenario import Scenario, dumps, load, loads
from cashstress.scenario.doubts import doubts

if TYPE_CHECKING:
    from pathlib import Path

#: Longest message about one key; characters.  Longer ones are not read.
LONGEST = 2000


def judged(data: bytes, scratch: Path) -> Scenario | None:
    """Load the bytes and return the scenario, or None where they were refused as they should be.

    Parameters
    ----------
    data : bytes
        A scenario file.
    scratch : Path
        A file that may be overwritten.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            scenario = _loaded(data, scratch)
        except ScenarioError as error:
            _readable(error)
            return None
        _works(scenario)
    return scenario


def _loaded(data: bytes, scratch: Path) -> Scenario:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        scratch.write_bytes(data)
        return load(scratch)
    return loads(text)


def _readable(error: ScenarioError) -> None:
    assert error.problems
    for problem in error.problems:
        shown = str(problem)
        assert problem.message
        assert len(shown) < LONGEST, shown[:200]
        assert shown.isprintable(), ascii(shown)


def _works(scenario: Scenario) -> None:
    assert scenario.check().rows()
    doubts(scenario)
    again = loads(dumps(scenario))
    assert again == scenario
    assert hash(again) == hash(scenario)
    assert again.digest == scenario.digest
