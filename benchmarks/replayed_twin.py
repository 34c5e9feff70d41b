"""The readable twin of the tests as a plain SimPy program that knows every kind of channel.

`tests/twin` is written from the page of meanings, one replication at a time, without lanes and
without care for speed. It is fed the draws of the lanes, so both give the same answer to the cent.
To take the time of its life alone, a replication lives twice: first what it draws is written down,
then it is handed the same numbers out of a list.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # the twin is a package of the tests

from twin.compare import BALANCES, run_lanes
from twin.draws import Draws
from twin.firm import Firm

if TYPE_CHECKING:
    from collections.abc import Callable

    import cashstress as cs

__all__ = ["Lived", "differences", "live"]

SEED = 1


class Lived(NamedTuple):
    """A life of the twin.

    Attributes
    ----------
    replication : int
    seconds : float
        Processor time of the life: neither draws nor the making and opening of the firm.
    balances : dict of str to list of int, minor units
        Cash, debt, headroom and what is unpaid, by day.
    """

    replication: int
    seconds: float
    balances: dict[str, list[int]]


class _Recorded:
    """Draws, each of which is written down."""

    def __init__(self, *where: Any) -> None:
        self._draws = Draws(*where)
        self.drawn: list[Any] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        draw = getattr(self._draws, name)

        def drawing(*args: Any, **options: Any) -> Any:
            self.drawn.append(draw(*args, **options))
            return self.drawn[-1]

        return drawing


class _Replayed:
    """The same draws in the same order, whatever they are called."""

    def __init__(self, drawn: list[Any]) -> None:
        numbers = iter(drawn)
        for name in dir(Draws):
            if not name.startswith("_"):
                setattr(self, name, lambda *_args, **_options: next(numbers))


def live(scenario: cs.Scenario, replication: int) -> Lived:
    """Let one replication live, twice, and take the time of the second."""
    first = Firm(scenario, seed=SEED, replication=replication, draws=_Recorded)
    first.live()
    drawn = first.draws.drawn
    again = Firm(
        scenario, seed=SEED, replication=replication, draws=lambda *_where: _Replayed(drawn)
    )
    began = time.process_time()
    diary = again.live()
    return Lived(replication, time.process_time() - began, diary.days)


def differences(scenario: cs.Scenario, lives: list[Lived]) -> list[str]:
    """Where cash, or another balance, of a day differs from that of the lanes."""
    days, _ = run_lanes(scenario, seed=SEED, replications=[life.replication for life in lives])
    found = []
    for lane, life in enumerate(lives):
        lived = len(life.balances["cash"])  # a firm that is wound up has no more days
        last = lived if lived == scenario.horizon else lived - 1
        for name in BALANCES:
            ours = life.balances[name][:last]
            theirs = [int(amounts[lane]) for amounts in days[name][:last]]
            if ours != theirs:
                found.append(f"replication {life.replication}, {name}")
    return found
