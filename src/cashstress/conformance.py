"""What every borrowing channel must hold to, checked on a small firm that borrows and repays.

A user's own channel can be tried as ours are::

    from cashstress import conformance

    conformance.check(MyLine(limit=1000, rate={"per_day": 0.0005}))

The laws of `DailyLaws` hold on every day of every run; `LAWS` are runs of their own, each a
function of the channel's plan.  What is broken is raised as `AssertionError` with the law, the day
and a lane.
"""

from __future__ import annotations

import datetime as dt
import pickle
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.processes import Firm, ranks
from cashstress.scenario import Array, Scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from cashstress.kernel.arrays import Flags, Money
    from cashstress.processes.channels import Channel

__all__ = ["LAWS", "DailyLaws", "borrower", "check"]

_LANES: Final = 6
_HORIZON: Final = 150
_START: Final = dt.date(2025, 6, 2)


class DailyLaws:
    """Watches all channels of a firm, and raises on the day on which a law is broken.

    Parameters
    ----------
    firm : Firm
        Before it runs.  Its lanes may not be resampled while it is watched.

    Notes
    -----
    The laws: balances, what is on its way and headroom are never negative; a day that adds to
    balance and pending does not end above the limit that the treasury found; a line that is closed
    when the treasury settles lends nothing that day; headroom is what the limit leaves where the
    line is open; what a line without a balance asks for, and will ask for, does not grow (but for
    commitment fees and for interest on overdue interest).
    """

    def __init__(self, firm: Firm) -> None:
        self._firm = firm
        self._ours = [_Watched(firm, channel) for channel in firm.channels.values()]
        firm.clock.start(self._before(), ranks.TREASURY - 1)
        firm.clock.start(self._after(), ranks.USER - 1)

    def _before(self) -> Generator[Any, Any, None]:
        for day in self._firm.days():
            yield self._firm.clock.at(day, Phase.SETTLE)
            for watched in self._ours:
                watched.before_settling()

    def _after(self) -> Generator[Any, Any, None]:
        for day in self._firm.days():
            yield self._firm.clock.at(day, Phase.OBSERVE)
            for watched in self._ours:
                watched.after_the_day(day)


class _Watched:
    """One channel, and what is remembered of its last days."""

    def __init__(self, firm: Firm, channel: Channel) -> None:
        self._firm, self._channel = firm, channel
        self._in_use: Money = np.zeros(firm.world.lanes, np.int64)
        self._asked: Money = np.zeros(firm.world.lanes, np.int64)
        self._idle: Flags = np.zeros(firm.world.lanes, np.bool_)
        self._closed: Flags = np.zeros(firm.world.lanes, np.bool_)
        self._may_grow = _has_commitment_fee(channel.plan) or channel.plan.compound_overdue
        self._begun = False

    def before_settling(self) -> None:
        """Remember what the treasury finds."""
        channel = self._channel
        if not self._begun:
            self._in_use = channel.used + channel.pending
            self._begun = True
        self._closed = ~channel.is_open()
        self._in_use_before = channel.used + channel.pending
        # A lender that tightens in the evening has lent by the limit of the day.
        self._limit = np.array(np.broadcast_to(channel.limit.value, self._closed.shape))

    def after_the_day(self, day: int) -> None:
        """Hold the day against the laws."""
        channel = self._channel
        balance, pending, room = channel.drawn, channel.pending, channel.headroom()
        in_use = channel.used + pending
        limit = np.broadcast_to(channel.limit.value, in_use.shape)
        self._never(balance < 0, "a balance below zero", day)
        self._never(channel.principal < 0, "principal below zero", day)
        self._never(pending < 0, "less than nothing on its way", day)
        above = (in_use > self._in_use) & (in_use > self._limit)
        self._never(above, "lent above the limit", day)
        lent = in_use > self._in_use_before
        self._never(self._closed & lent, "a closed line that lends", day)
        self._never(room < 0, "headroom below zero", day)
        self._never(room > np.maximum(limit - in_use, 0), "headroom above the limit", day)
        self._never((room > 0) & ~channel.is_open(), "headroom on a closed line", day)
        self._in_use = in_use
        self._look_at_interest(day)

    def _look_at_interest(self, day: int) -> None:
        """What is asked for, or will be, of a line that had no balance, yesterday and today."""
        channel = self._channel
        idle = channel.used == 0
        penalty = np.ceil(self._firm.columns[f"{channel.name}.penalty"]).astype(np.int64)
        ahead = channel.due_until(self._firm.scenario.horizon - 1)
        asked = channel.interest.ledger.total + penalty + ahead
        if not self._may_grow:
            grown = asked > self._asked
            self._never(grown & idle & self._idle, "interest on a zero balance", day)
        self._asked, self._idle = asked, idle

    def _never(self, broken: Flags, what: str, day: int) -> None:
        if broken.any():
            lane = int(np.flatnonzero(broken)[0])
            raise AssertionError(f"{self._channel.name}, day {day}, lane {lane}: {what}")


def _has_commitment_fee(plan: Any) -> bool:
    fee = getattr(plan, "commitment_fee", None)
    return fee is not None and fee.level != 0


def borrower(plan: Any, **changes: Any) -> Scenario:
    """Return a firm that needs money now and then and has too much at other times.

    Parameters
    ----------
    plan : scenario channel, or its keys
        Called ``line`` in the scenario.
    **changes
        Tables of the scenario that replace ours.
    """
    bills = {3: 400, 8: 250, 31: 500, 60: 300, 61: 120, 100: 350, 130: 80}
    income = {15: 350, 40: 700, 75: 900, 115: 200}
    by_bill = {2: 150, 20: 330, 33: 80, 70: 240}
    goods = {5: 120, 31: 200, 66: 90, 101: 310}
    scenario: dict[str, Any] = {
        "name": "conformance", "start": _START, "horizon": _HORIZON,
        "firm": {"cash": Array(np.array([0, 50, 300, 700, 1_000, 10_000][:_LANES]))},
        "sales": {"annual": 0},
        "customers": {"payer": {"share": 1, "paid_at_once": 1, "consumer": True, "opening": [
            {"due": _day(day), "amount": amount} for day, amount in income.items()
        ]}, "drawer": {"share": 0, "terms": 30, "paid_by_bill": 1, "bill": {
            "tenor_months": 2, "acceptor": "commercial", "failure": 0.3, "recourse_cost": 0.01,
            "opening": [{"matures": _day(30), "face": 160}],
        }, "opening": [
            {"due": _day(day), "amount": amount} for day, amount in by_bill.items()
        ]}},
        "suppliers": _seller(goods),
        "costs": {f"bill_{day}": {"once": amount, "on": _day(day), "pay_class": "other"}
                  for day, amount in bills.items()},
        "treasury": {"ceiling": 150},
        "channels": {"line": plan},
    }  # fmt: skip
    return Scenario(**(scenario | changes))


def _seller(goods: dict[int, int]) -> dict[str, Any]:
    """Return a supplier who takes bills, and what is owed to it by day."""
    opening = [{"due": _day(day), "amount": amount} for day, amount in goods.items()]
    return {"seller": {"share": 0, "terms": 30, "accepts_bills": True, "opening": opening}}


def _day(day: int) -> dt.date:
    return _START + dt.timedelta(days=day)


def _firm(scenario: Scenario, slots: Any = range(_LANES)) -> Firm:
    return Firm(scenario, seed=3, slots=np.array(list(slots), np.int64))


def _lived(firm: Firm, until: int = _HORIZON) -> Firm:
    """Run day by day, with all audits."""
    for day in range(firm.clock.today, until):
        firm.run(day + 1)
        firm.audit()
    return firm


def _seen(firm: Firm) -> dict[str, Any]:
    """What can be seen of the channel and of the firm's money, per lane."""
    line = firm.channels["line"]
    return {
        "balance": line.drawn.copy(),
        "used": line.used.copy(),
        "principal": line.principal.copy(),
        "pending": line.pending.copy(),
        "headroom": line.headroom(),
        "open": line.is_open(),
        "ahead": line.ahead(),
        "cash": firm.cash.copy(),
        "interest": firm.books.balance("interest").copy(),
        "fees": firm.books.balance("fees").copy(),
    }


def _same(ours: Firm, theirs: Firm, lanes: Any, law: str) -> None:
    one, other = _seen(ours), _seen(theirs)
    for name, values in one.items():
        if not np.array_equal(values[list(lanes)], other[name]):
            raise AssertionError(f"{law}: {name} differs on day {ours.clock.today}")


def keeps_the_daily_laws(plan: Any) -> None:
    """The laws of every day, and the books, hold on all days of a run."""
    firm = _firm(borrower(plan))
    DailyLaws(firm)
    _lived(firm)


def lends_at_most_what_is_left(plan: Any) -> None:
    """Asked for far too much, it ends at its limit; asked again, it gives nothing."""
    # Nothing to pay: the treasury asks for nothing beside us.
    firm = _firm(borrower(plan, costs={}, suppliers=_seller({})))
    DailyLaws(firm)
    everyone = np.arange(_LANES)

    def ask(firm: Firm) -> Generator[Any, Any, None]:
        for day in firm.days():
            yield firm.clock.at(day, Phase.SETTLE)
            line = firm.channels["line"]
            room, before = line.headroom(), line.used + line.pending
            line.request(everyone, np.full(_LANES, 10**9) + before)
            line_after = line.used + line.pending
            if (line_after - before > room).any():
                raise AssertionError(f"day {day}: lent more than the headroom")
            del room, before, line_after, line

    firm.add_process(ask)
    _lived(firm, 20)


def lends_nothing_while_closed(plan: Any) -> None:
    """Closed by a fault on days 2-69, it takes repayments and gives nothing; then it is open."""
    last = 69
    fault = {"kind": "platform_closure", "channels": ["line"], "cause": "fault", "on": _day(2)}
    scenario = borrower(plan, shocks={"fault": fault | {"lasts": last - 1}})
    firm = _firm(scenario)
    DailyLaws(firm)
    firm.run(2)
    before = firm.channels["line"].used + firm.channels["line"].pending
    for day in range(2, last + 1):
        firm.run(day + 1)
        line = firm.channels["line"]
        now = line.used + line.pending
        # The clock stands on the morning after.
        if (now > before).any() or (day < last and line.is_open().any()):
            raise AssertionError(f"day {day}: lent, or was open, during a fault")
        before = now
    _lived(firm)


def is_nothing_without_a_limit(plan: Any) -> None:
    """With a limit of nothing it never lends."""
    floor = {"kind": "lever", "lever": "line.limit", "operation": "set", "value": 0, "on": _START}
    firm = _firm(borrower(plan, shocks={"nothing": floor}))
    DailyLaws(firm)
    before = firm.channels["line"].used.copy()
    _lived(firm, 40)
    if (firm.channels["line"].used > before).any() or firm.headroom().any():
        raise AssertionError("lent without a limit")


def runs_without_any_lane(plan: Any) -> None:
    """A run of no replication is a run."""
    _lived(_firm(borrower(plan), slots=()))


def keeps_lanes_apart(plan: Any) -> None:
    """A lane alone, or beside others in another order, lives through the same."""
    for lanes in ([0], [4, 1], list(range(_LANES))[::-1]):
        whole, part = _firm(borrower(plan)), _firm(borrower(plan), slots=lanes)
        for day in (20, 45, 90, _HORIZON):
            whole.run(day)
            part.run(day)
            _same(whole, part, lanes, f"lanes {lanes} alone")


def survives_resampling(plan: Any) -> None:
    """Lanes put in another order, or doubled, go on as they would have."""
    order = [3, 3, 0, 5, 1, 2]
    for day in (0, 10, 62):
        whole, moved = _firm(borrower(plan)), _firm(borrower(plan))
        moved.run(day)
        moved.world.take(np.array(order))
        _lived(moved)
        whole.run()
        _same(whole, moved, order, f"resampled on day {day}")


def survives_saving(plan: Any) -> None:
    """Saved on a day and resumed, it goes on as if nothing had happened."""
    scenario = borrower(plan)
    whole = _firm(scenario)
    states = {}
    for day in (0, 4, 33, 61, 110):
        whole.run(day)
        states[day] = pickle.dumps(whole.world.save())
    whole.run()
    for day, state in states.items():
        again = Firm.resume(scenario, pickle.loads(state))  # noqa: S301 - our own bytes
        _lived(again)
        _same(whole, again, range(_LANES), f"resumed on day {day}")


def leaves_its_plan_alone(plan: Any) -> None:
    """A run changes nothing of the scenario."""
    scenario = borrower(plan)
    before = scenario.digest
    _firm(scenario).run()
    if scenario.digest != before:
        raise AssertionError("the scenario was changed by a run")


#: Every law that is a run of its own.
LAWS: Final[tuple[Callable[[Any], None], ...]] = (
    keeps_the_daily_laws,
    lends_at_most_what_is_left,
    lends_nothing_while_closed,
    is_nothing_without_a_limit,
    runs_without_any_lane,
    keeps_lanes_apart,
    survives_resampling,
    survives_saving,
    leaves_its_plan_alone,
)


def check(plan: Any) -> None:
    """Hold a channel to all laws.

    Parameters
    ----------
    plan : scenario channel, or its keys
        With a limit of a few hundred, so that it is used up at times.

    Raises
    ------
    AssertionError
        Naming the law, and where it is a law of every day the day and the lane.

    Examples
    --------
    >>> check({"kind": "owner", "limit": 600})
    """
    for law in LAWS:
        try:
            law(plan)
        except AssertionError as broken:
            raise AssertionError(f"{law.__name__}: {broken}") from broken
