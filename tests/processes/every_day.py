"""K1-K9 on one whole scenario, on every day of its run.

Three firms live side by side.  The *whole* one has eight lanes and is audited every day.  The
*twin* has some of them, in another order and one of them twice, is resampled on one day, and is
saved and resumed on another: on every day its lanes must equal those of the whole firm, to the bit.
The *calm* firm has no shocks, and must have drawn the same.
"""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import attrs
import numpy as np
from calm import assert_base_where_calm
from lab import differences, facts, firm_of, soiled_buffers

from cashstress.conformance import DailyLaws
from cashstress.kernel.record import Record
from cashstress.kernel.streams import Streams
from cashstress.processes import Firm, run_block

if TYPE_CHECKING:
    from random import Random

    from cashstress.scenario import Scenario

LANES = 8
LIMIT = 2**53
#: Draws that a firm without shocks need not have made: of requests it did not make, of levels that
#: no draw moves now, of what shocks draw on the day they strike.
MAY_BE_GONE = (".approval", ".again", ".follows", ".lasts", ".roll_over", ".withdrawn", ".renewal")
PER_LANE = ("first_day", "episodes", "days_in_force", "amounts", "mark_days", "history")


def hold_every_day(scenario: Scenario, chance: Random) -> None:
    """Raise AssertionError, or whatever the firm raises, where a contract is broken."""
    draws: dict[object, bytes] = {}
    with logged(draws):
        whole = _side_by_side(scenario, chance)
    _different_draws(draws)
    calm: dict[object, bytes] = {}
    with logged(calm):
        _live(firm_of(scenario.without_shocks(), LANES))
    _same_draws(draws, calm)
    _any_width(scenario, whole.reporter.record(), chance.randrange(1, LANES))


class logged:  # noqa: N801 -- a context manager reads like a function
    """Keep what each stream gives on each day."""

    def __init__(self, log: dict[object, bytes]) -> None:
        self._log = log

    def __enter__(self) -> None:
        self._plainly, log = Streams._draw, self._log

        def draw(streams, name, dtype, *, once):
            values = plainly(streams, name, dtype, once=once)
            if len(streams.slots) == LANES and np.array_equal(streams.slots, np.arange(LANES)):
                log[name, "once" if once else streams._today()] = values.tobytes()
            return values

        plainly = self._plainly
        Streams._draw = draw

    def __exit__(self, *_: object) -> None:
        Streams._draw = self._plainly


@attrs.define
class _Twin:
    """Some lanes of the whole firm: `lanes[i]` is where its lane i stands there."""

    firm: Firm
    lanes: np.ndarray
    resampled: int
    resumed: int

    @classmethod
    def of(cls, scenario: Scenario, chance: Random) -> _Twin:
        lanes = chance.sample(range(LANES), chance.randint(2, LANES))
        lanes = np.array([*lanes, lanes[0]])
        days = [chance.randrange(scenario.horizon) for _ in range(2)]
        return cls(firm_of(scenario, slots=lanes), lanes, *days)

    def morning(self, day: int, chance: Random) -> None:
        """Before the day: perhaps resampled, perhaps saved, thrown away and resumed."""
        if day == self.resampled:
            order = np.array([chance.randrange(len(self.lanes)) for _ in self.lanes])
            self.firm.world.take(order)
            self.lanes = self.lanes[order]
        if day == self.resumed:
            state = pickle.loads(pickle.dumps(self.firm.world.save()))  # noqa: S301 -- our own
            self.firm = Firm.resume(self.firm.scenario, state)


def _side_by_side(scenario: Scenario, chance: Random) -> Firm:
    whole, twin = firm_of(scenario, LANES), _Twin.of(scenario, chance)
    laws, book = DailyLaws(whole), _Books(whole)
    for day in range(scenario.horizon):
        twin.morning(day, chance)
        whole.run(day + 1)
        twin.firm.run(day + 1)
        book.audit()
        assert_base_where_calm(whole, day)
        wrong = differences(facts(whole), facts(twin.firm), lanes=twin.lanes)
        assert not wrong, f"day {day}: the twin differs in {wrong}"
    assert laws
    _over(whole)
    _over(twin.firm)
    ours = whole.reporter.record().amounts[:, twin.lanes]
    assert np.array_equal(ours, twin.firm.reporter.record().amounts), "amounts of the twin differ"
    return whole


class _Books:
    """What must hold in the books every day (K1)."""

    def __init__(self, firm: Firm) -> None:
        self._firm = firm
        self._accounts = [name for name in firm.columns.names if name.startswith("books:")]

    def audit(self) -> None:
        self._firm.audit()
        assert self._firm.cash.min() >= 0, "cash below zero"
        for name in self._accounts:
            assert np.abs(self._firm.columns[name]).max() <= LIMIT, f"{name} beyond 2**53"


def _live(firm: Firm) -> None:
    firm.run()
    _over(firm)


def _over(firm: Firm) -> None:
    """K8: at the end no process is stuck."""
    firm.audit()
    assert firm.clock.generators() == [], "a process is not over"


def _different_draws(draws: dict[object, bytes]) -> None:
    """K5: no two streams, nor two days of one, are the same; words of 32 bits are rarely so."""
    long = [values for values in draws.values() if len(values) >= 4 * LANES]
    assert len(set(long)) == len(long), "two draws are the same"


def _same_draws(ours: dict[object, bytes], theirs: dict[object, bytes]) -> None:
    """K4: with shocks and without, whatever is drawn is the same."""
    moved = [key for key in ours.keys() & theirs.keys() if ours[key] != theirs[key]]
    assert not moved, f"shocks moved the draws {moved}"
    gone = {key[0] for key in theirs.keys() - ours.keys()}
    strange = [name for name in gone if not name.endswith(MAY_BE_GONE)]
    assert not strange, f"with shocks nobody drew {strange}"


def _any_width(scenario: Scenario, whole: Record, cut: int) -> None:
    """K3: two blocks give what one gives, whatever was in their buffers before."""
    parts = [(0, cut), (cut, LANES - cut)]
    with soiled_buffers():
        records = [run_block(scenario, seed=0, first=first, lanes=lanes) for first, lanes in parts]
    joined = Record.concat(records)
    _same_records(whole, joined, cut)


def _same_records(whole: Record, joined: Record, cut: int) -> None:
    for name in PER_LANE:
        assert np.array_equal(getattr(whole, name), getattr(joined, name)), f"{name}, cut at {cut}"
    assert np.array_equal(whole.alive, joined.alive)
    for kind in ("paths", "weeks"):
        for name, sketch in getattr(whole, kind).items():
            other = getattr(joined, kind)[name]
            assert np.array_equal(sketch.counts, other.counts), f"{kind} {name}"
            assert np.array_equal(sketch.sums, other.sums), f"{kind} {name}"
