"""What every borrowing channel has in common: limit, price, delay, approval, and why it is closed.

A channel is open when no cause is in force; each cause lifts separately.  Closed, it can be repaid
but not drawn, and the balance stays on its schedule.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.kernel.money import LIMIT, minor, to_money
from cashstress.kernel.rings import ArrivalRing
from cashstress.processes.channels.acceleration import Acceleration
from cashstress.processes.channels.answer import Answer
from cashstress.processes.levels import level, money_level
from cashstress.processes.payables import Payable, PayClass
from cashstress.processes.reach import ROOM, longest_days
from cashstress.processes.schedules import Schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from cashstress.kernel.arrays import Days, Flags, Lanes, Level, Money
    from cashstress.processes.firm import Firm
    from cashstress.processes.lenders.behaviour import Behaviour

__all__ = ["CAUSES", "FOR_GOOD", "OWN_CAUSES", "Channel", "caution", "lending"]

#: Why a channel may be closed.
CAUSES: Final = (
    *("risk_control", "fault", "regulator", "misuse", "arrears", "covenant", "expiry"),
    "clean_down",
)
#: Causes that a lender itself puts in force and lifts, in rows of their own: a shock's closure for
#: the same cause lasts as long as the shock says.
OWN_CAUSES: Final = {
    "risk_control": "own risk_control", "fault": "own fault", "misuse": "own misuse",
    "score": "score",
}  # fmt: skip
#: Causes for which a committed line does not close.
_PROMISED: Final = ("risk_control", "regulator")
#: A day that never comes.
FOR_GOOD: Final = 2**30


class Channel(ABC):
    """A source of borrowed money.

    Subclasses say how a drawing is repaid (`_take_on`, `fall_due`), what is still open
    (`principal`), and what repaying early costs.  Everything else is here.

    Parameters
    ----------
    firm : Firm
    name : str
    plan : scenario channel
    pay_class : PayClass
        Where its instalments stand in the paying order.
    """

    pay_class: ClassVar[PayClass] = "instalments"
    account_kind: ClassVar[Literal["liability", "equity"]] = "liability"
    #: Whether what it gives is no cash: suppliers are paid with it.
    pays_suppliers: ClassVar[bool] = False

    def __init__(self, firm: Firm, name: str, plan: Any) -> None:
        self.firm, self.name, self.plan = firm, name, plan
        self.behaviour: Behaviour | None = None
        #: Told of each request and its answer: they may look and not touch.
        self.observers: list[Callable[[Channel, Lanes, Answer], None]] = []
        self.min_drawing = minor(plan.min_drawing)
        self._make_levers()
        word = "loan" if self.is_debt else "equity"
        self.account = firm.books.account(f"{word}:{name}", self.account_kind)
        called_after = getattr(plan, "accelerate_after", None)
        ages = firm.scenario.outcomes.default_days, plan.close_after_arrears, firm.longest_condition
        age = max(*ages, called_after or 0) + 2
        self.interest = Payable(
            firm.world,
            f"interest:{name}",
            self.pay_class,
            term=self.billing_ahead,
            age=age,
            window=0,
        )
        self.repayment = Payable(
            firm.world, f"principal:{name}", self.pay_class,
            term=1, age=age, window=0, account=self.account,
        )  # fmt: skip
        firm.add_payable(self.interest)
        firm.add_payable(self.repayment)
        firm.books.control(self.account, lambda: -(self.principal + self.repayment.ledger.total))
        self._make_columns()
        self.acceleration = None if called_after is None else Acceleration(firm, self)
        self._month_ends = frozenset(Schedule(firm.calendar, "last", "none").days)

    def _make_levers(self) -> None:
        name, plan, levers, world = self.name, self.plan, self.firm.levers, self.firm.world
        key = f"channels.{name}"
        self._longest_delay = longest_days(self.firm.scenario, f"{name}.delay", plan.delay_days)
        self.limit = levers.add(
            f"{name}.limit", money_level(world, f"{key}.limit", plan.limit), "money"
        )
        self.rate = levers.add(
            f"{name}.rate", level(world, f"{key}.rate", plan.rate.daily()), "rate", (0.0, 1.0)
        )
        self.delay = levers.add(
            f"{name}.delay", level(world, f"{key}.delay_days", plan.delay_days), "days",
            (0.0, self._longest_delay),
        )  # fmt: skip
        self.approval = levers.add(
            f"{name}.approval", level(world, f"{key}.approval", plan.approval), "share", (0.0, 1.0)
        )
        self.fee = levers.add(
            f"{name}.fee", level(world, f"{key}.drawing_fee", plan.drawing_fee), "share", (0.0, 1.0)
        )

        # What is promised does not follow the lender's mood.
        self._cautious = [
            lever.modifier("economy", "scale")
            for lever in (self.limit, self.approval)
            if plan.economy and not plan.committed
        ]

    def _make_columns(self) -> None:
        columns, name = self.firm.columns, self.name
        days = self.longest_wait + self.firm.longest_roll
        self._coming = ArrivalRing(f"{name}.coming", columns, self.firm.clock, days=days)
        columns.add(f"{name}.pending", np.int64)
        self.rows: tuple[str, ...] = (*CAUSES, *_own_causes(self.plan))
        columns.add(f"{name}.causes", np.int32, rows=len(self.rows))
        columns.add(f"{name}.closed_until", np.int32)
        columns.add(f"{name}.known_closed", np.bool_)
        columns.add(f"{name}.notice_of", np.int32)
        columns.add(f"{name}.penalty", np.float64)
        columns.add(f"{name}.defaulted", np.bool_)

    # -- what the treasury asks -------------------------------------------------------------

    def is_quick(self) -> bool:
        """Whether money asked for comes on the same day, in every replication.

        Where it keeps business days, on those: it is not asked on others.  A question about the
        scenario, not about the lanes: no lane may see another.
        """
        return self._longest_delay == ROOM

    def is_sure(self) -> bool:
        """Whether every request of today is approved, in every replication."""
        chance = self.approval.value
        return np.ndim(chance) == 0 and chance >= 1.0

    def comes_same_day(self, lanes: Lanes | slice) -> Flags | bool:
        """Lanes in which money comes on the day on which it is asked for, when it moves at all."""
        same_day: Flags | bool = _at(self.delay.value, lanes) == 0
        return same_day

    def moves_money_today(self) -> bool:
        """Whether it pays out and is repaid today: any day, or business days only."""
        today = self.firm.clock.today
        return not self.keeps_business_days or bool(self.firm.calendar.is_business[today])

    @property
    def keeps_business_days(self) -> bool:
        """Whether it pays out, and is repaid early, on business days only."""
        return bool(self.plan.business_days)

    @property
    def is_debt(self) -> bool:
        """Whether what it gives is owed."""
        return self.account_kind == "liability"

    @property
    def pays_first(self) -> bool:
        """Whether it pays suppliers before any cash does."""
        return False

    def pay_suppliers(self, lanes: Lanes, wanted: Money) -> bool:
        """Pay suppliers in `lanes` with what is not cash; says whether it paid any."""
        del lanes, wanted
        return False

    @property
    def longest_wait(self) -> int:
        """Longest time from a yes to the money, days."""
        return self._longest_delay

    @property
    def billing_ahead(self) -> int:
        """Longest time from billing interest to its due day, days."""
        return 1

    @property
    def drawn(self) -> Money:
        """Principal outstanding, due or not, per lane."""
        return -self.firm.books.balance(self.account)

    @property
    def used(self) -> Money:
        """What counts against the limit, beside what is on its way, per lane."""
        return self.drawn

    @property
    def pending(self) -> Money:
        """Approved and not yet arrived, per lane."""
        pending: Money = self._column("pending")
        return pending

    def on_its_way(self) -> Money | None:
        """What approved drawings that have not arrived will bring, per lane; None for nothing."""
        return None if self._coming.is_empty() else self.after_fee(slice(None), self.pending)

    def headroom(self) -> Money:
        """What could be drawn now, per lane: nothing where it is closed or the firm is wound up."""
        headroom = self._unused(slice(None))
        if self._is_closed_somewhere():
            headroom = headroom * self.is_open()
        running = self.firm.world.living()
        return headroom if running is None else headroom * running

    def believed_headroom(self, lanes: Lanes) -> Money:
        """What the firm believes it could draw: it may not have noticed a closure yet."""
        believed: Money = self._unused(lanes)
        believed[self._column("known_closed")[lanes]] = 0
        return believed

    def is_open(self) -> Flags:
        """Lanes in which no cause is in force."""
        open_now: Flags = self._column("closed_until") <= self.firm.clock.today
        return open_now

    def is_closed(self) -> Flags | None:
        """Lanes in which a cause is in force; None for nowhere."""
        return ~self.is_open() if self._is_closed_somewhere() else None

    def _is_closed_somewhere(self) -> bool:
        """Whether any lane is closed: where none is, nothing needs to be looked at lane by lane."""
        until = self._column("closed_until")
        return bool(np.maximum.reduce(until, initial=0) > self.firm.clock.today)

    def in_force_by_row(self) -> Flags:
        """Which causes are in force: bool (rows, lanes), in the order of `rows`."""
        in_force: Flags = self._column("causes") > self.firm.clock.today
        return in_force

    def on_notice(self) -> Flags | None:
        """Lanes in which a closure is announced and has not come yet; None for nowhere."""
        until, today = self._column("notice_of"), self.firm.clock.today
        return until > today if np.maximum.reduce(until, initial=0) > today else None

    def look(self) -> None:
        """The firm looks whether the line is open."""
        closed = self.is_closed()
        self._column("known_closed")[...] = False if closed is None else closed

    def to_receive(self, lanes: Lanes, amount: Money) -> Money:
        """What must be asked for in `lanes` so that `amount` is left of it after the fee."""
        if self._is_free():
            return amount
        kept = 1.0 - np.broadcast_to(_at(self.fee.value, lanes), amount.shape)
        # Where the fee takes everything no request helps.
        asked = np.divide(amount, kept, out=np.zeros(amount.shape), where=kept > 0)
        gross: Money = np.minimum(np.ceil(asked), LIMIT).astype(np.int64)
        return gross

    def after_fee(self, lanes: Lanes | slice, amount: Money) -> Money:
        """What is left of drawings of `amount` in `lanes`."""
        if self._is_free():
            return amount
        return amount - to_money(amount * _at(self.fee.value, lanes), exact_ties=True)

    def _is_free(self) -> bool:
        """Whether a drawing costs no fee, in any lane."""
        fee = self.fee.value
        return np.ndim(fee) == 0 and fee == 0.0

    def request(self, lanes: Lanes, wanted: Money) -> tuple[Money, Money]:
        """Ask for money in some lanes.

        A closed line gives nothing, and the firm now knows.  An approved request counts against the
        limit from today on and arrives even if the line closes meanwhile.

        Returns
        -------
        arrived, later : int64 arrays (of the lanes), minor units
            What comes at once, and what comes after the delay, less the fee.
        """
        is_open = self.is_open()[lanes]
        self._column("known_closed")[lanes[(wanted > 0) & ~is_open]] = True
        granted = np.minimum(wanted, self._unused(lanes) * is_open * self.firm.world.running[lanes])
        offered = np.where(granted >= self.min_drawing, granted, 0)
        granted = offered * self._approved(lanes, offered)
        if self.behaviour is not None:
            self.behaviour.note_drawings(lanes[granted > 0])
        arrival = self.firm.clock.today + _at(self.delay.value, lanes)
        arrived = self.send(lanes, granted, arrival)
        for observer in self.observers:
            observer(self, lanes, Answer(wanted, offered, granted, arrived, arrival))
        return self.after_fee(lanes, arrived), self.after_fee(lanes, granted - arrived)

    def send(self, lanes: Lanes, amount: Money, day: Days | int) -> Money:
        """Pay out in `lanes` on a day, or on the next on which its money moves.

        Returns
        -------
        arrived : int64 array (of the lanes), minor units
            What came at once; the rest is pending from now on.
        """
        arrival: Any = np.broadcast_to(self._bank_day(np.asarray(day)), amount.shape)
        arrived: Money = amount * (arrival == self.firm.clock.today)
        later = amount - arrived
        if later.any():
            self.pending[lanes] += later
            self._coming.scatter(later, arrival, lanes)
        self._disburse(lanes, arrived)
        return arrived

    @abstractmethod
    def ahead(self) -> Money:
        """What it will ask for in the treasury's look-ahead, per lane."""

    def due_until(self, last: int) -> Money:
        """What it will ask for after today and until `last`, per lane: what is not known is 0."""
        del last
        return np.zeros(self.firm.world.lanes, np.int64)

    @property
    @abstractmethod
    def principal(self) -> Money:
        """Principal not yet due, per lane; with what is due and unpaid, the loan's subledger."""

    def prepay(self, spare: Money) -> Money:
        """Repay early from `spare` cash, with interest on the part repaid.

        Returns what is left for the next line: nothing where this one is not repaid in full, as
        what rounding leaves is nothing to repay another with.
        """
        lanes = np.flatnonzero((spare > 0) & (self.principal > 0) & self.firm.world.running)
        if self.plan.prepayable and self.moves_money_today() and lanes.size:
            paid = self._prepay(lanes, spare[lanes])
            spare[lanes] = (spare[lanes] - paid) * (self.principal[lanes] == 0)
            if self.behaviour is not None:
                self.behaviour.note_prepayments(lanes[paid > 0])
        return spare

    # -- what lenders, shocks and the calendar do -------------------------------------------

    def announce(self, lanes: Flags, cause: str, day: Days) -> None:
        """Give notice in `lanes` that it will close for a cause on `day` (of all lanes)."""
        if not self._is_promised(cause):
            np.copyto(self._column("notice_of"), day, where=lanes)

    def close(self, lanes: Flags, cause: str, until: int | Days) -> None:
        """Put a cause in force in `lanes` until (not including) a day."""
        if self._is_promised(cause):
            return
        row = self.closed_by(cause)
        np.copyto(row, np.maximum(row, until), where=lanes, casting="same_kind")
        self._column("closed_until")[...] = self._column("causes").max(axis=0)

    def _is_promised(self, cause: str) -> bool:
        """Whether the line is committed not to close for this cause.

        It stops only on a breach, arrears, a fault or its expiry: neither its lender's change of
        mind nor a regulator's reaches what has been promised.
        """
        return bool(self.plan.committed) and cause in _PROMISED

    @property
    def is_cautious(self) -> bool:
        """Whether its limit and approval follow the economy."""
        return bool(self._cautious)

    def follow_economy(self) -> None:
        """Lend more readily in good times, less in bad: limit and approval, not the promise."""
        everywhere = np.ones(self.firm.world.lanes, np.bool_)
        effect = self.firm.economy.effect(self.plan.economy)
        for modifier in self._cautious:
            modifier.put(everywhere, effect)

    def lift(self, lanes: Flags, cause: str) -> None:
        """Lift one cause in `lanes` from tomorrow on."""
        self._end(lanes, cause, self.firm.clock.today + 1)

    def reopen(self, lanes: Flags, cause: str) -> None:
        """Lift one cause in `lanes` at once: at the end of today it is no longer in force."""
        self._end(lanes, cause, self.firm.clock.today)

    def closed_by(self, cause: str) -> Days:
        """First day on which a cause is no longer in force, per lane."""
        row: Days = self._column("causes")[self.rows.index(cause)]
        return row

    def _end(self, lanes: Flags, cause: str, day: int) -> None:
        row = self.closed_by(cause)
        lanes = lanes & (row > self.firm.clock.today)
        if lanes.any():
            row[lanes] = day
            self._column("closed_until")[...] = self._column("causes").max(axis=0)

    def arrive(self) -> None:
        """Money asked for earlier comes in."""
        amount = self._coming.arrivals()
        if amount is not None:
            lanes = np.flatnonzero(amount)
            self.pending[...] -= amount
            self._disburse(lanes, amount[lanes])

    def open_books(self) -> None:
        """Open with the balance drawn before the start."""
        if self.plan.drawn:
            lanes = np.arange(self.firm.world.lanes)
            amount = np.full(len(lanes), minor(self.plan.drawn))
            self.firm.books.post("equity", self.account, amount, memo="opening", party=self.name)
            self._take_on(lanes, amount, opening=True)

    @abstractmethod
    def fall_due(self, day: int) -> None:
        """Let today's instalments, interest and fees fall due."""

    def end_of_day(self, day: int) -> None:
        """LEND: accrue, look at arrears, decide."""
        if self.is_owed():
            self._penalise()
        self._judge_arrears()
        del day

    def bill_penalty(self, day: int) -> None:
        """Penalty interest falls due at month ends."""
        penalty = self._column("penalty")
        if day in self._month_ends and penalty.any():
            owed = to_money(penalty, exact_ties=True)
            self.interest.bill(owed, day, against="interest", memo="penalty interest")
            penalty[...] = 0.0

    def is_owed(self) -> bool:
        """Whether anything due is unpaid in some lane."""
        return self.repayment.ledger.has_due() or self.interest.ledger.has_due()

    def call_in(self, lanes: Lanes) -> tuple[Money, Money]:
        """Take out what is not yet due in `lanes`, principal and interest: it falls due today.

        For kinds of channel that have a key `accelerate_after`.
        """
        raise NotImplementedError

    def days_past_due(self) -> Days:
        """Age of the oldest unpaid instalment, per lane."""
        return np.maximum(
            self.repayment.ledger.days_past_due(), self.interest.ledger.days_past_due()
        )

    @property
    def defaulted(self) -> Flags:
        """Lanes in which an instalment is so far past due that the lender writes it off."""
        defaulted: Flags = self._column("defaulted")
        return defaulted

    # -- inside -------------------------------------------------------------------------------

    @abstractmethod
    def _take_on(self, lanes: Lanes, amount: Money, *, opening: bool) -> None:
        """Put new principal of `lanes` on its repayment."""

    @abstractmethod
    def _prepay(self, lanes: Lanes, spare: Money) -> Money:
        """Repay early in `lanes` from `spare`; returns what was paid there."""

    def _disburse(self, lanes: Lanes, amount: Money) -> None:
        """Pay out in some lanes, less the fee, and put the debt on its repayment."""
        lanes, amount = lanes[amount > 0], amount[amount > 0]
        if not lanes.size:
            return
        books = self.firm.books
        taken = books.post(
            "cash", self.account, amount, lanes=lanes, memo="drawing", party=self.name
        )
        self._take_on(lanes, taken, opening=False)
        self.firm.outcomes.chain.lends(self.name, lanes)
        if not self._is_free():
            fee = to_money(taken * _at(self.fee.value, lanes), exact_ties=True)
            books.post("fees", "cash", fee, lanes=lanes, memo="drawing fee", party=self.name)

    def _approved(self, lanes: Lanes, granted: Money) -> Flags | bool:
        if self.is_sure() or not granted.any():
            return True
        name = f"channels.{self.name}.approval"
        accepted: Flags = self.firm.streams.uniform(name) < self.approval.value
        return accepted[lanes]

    def _unused(self, lanes: Lanes | slice) -> Money:
        """Limit less what is drawn and what is on its way, per lane of `lanes`.

        Less than the least drawing is as good as nothing.
        """
        # The account of a loan is negative: what is owed.
        unused: Money = _at(self.limit.value, lanes) + self.firm.books.balance(self.account)[lanes]
        if not self._coming.is_empty():
            unused -= self.pending[lanes]
        np.maximum(unused, 0, out=unused)
        return unused * (unused >= self.min_drawing) if self.min_drawing else unused

    def _bank_day(self, day: Days) -> Days:
        return self.firm.bank_day(day) if self.keeps_business_days else day

    def _penalise(self) -> None:
        """Penalty interest on overdue principal, at today's rate, unbooked until it is billed."""
        overdue = self.repayment.ledger.owed
        if self.plan.compound_overdue:
            overdue = overdue + self.interest.ledger.owed
        self._column("penalty")[...] += overdue * (self.rate.value * self.plan.penalty)

    def _judge_arrears(self) -> None:
        causes = self._column("causes")[CAUSES.index("arrears")]
        if not self.is_owed() and not (causes > self.firm.clock.today).any():
            return
        age = self.days_past_due()
        owes = (self.repayment.ledger.owed > 0) | (self.interest.ledger.owed > 0)
        in_arrears = owes & (age >= self.plan.close_after_arrears)
        self.close(in_arrears, "arrears", FOR_GOOD)
        self.lift(~owes, "arrears")
        if self.pay_class == "instalments":  # the owner does not wind up the owner's own firm
            self.defaulted[...] |= owes & (age >= self.firm.scenario.outcomes.default_days)

    def _column(self, part: str) -> Any:
        return self.firm.columns[f"{self.name}.{part}"]


def caution(firm: Firm, channel: Channel) -> Generator[Any, Any, None]:
    """The lender's caution, day by day, where it follows the economy."""
    for day in firm.days() if channel.is_cautious else ():
        yield firm.clock.at(day, Phase.SHOCK)
        channel.follow_economy()


def lending(firm: Firm, channel: Channel) -> Generator[Any, Any, None]:
    """The lender's day: pay out what was approved, ask for what is due, accrue and judge."""
    for day in firm.days():
        yield firm.clock.at(day, Phase.RECEIPT)
        channel.arrive()
        yield firm.clock.at(day, Phase.DUE)
        channel.fall_due(day)
        if channel.acceleration is not None:
            channel.acceleration.fall_due(day)
        channel.bill_penalty(day)
        yield firm.clock.at(day, Phase.LEND)
        channel.end_of_day(day)
        if channel.acceleration is not None:
            channel.acceleration.judge()


def _own_causes(plan: Any) -> list[str]:
    """Names of the rows of causes that this lender puts in force by itself."""
    has = {
        "risk_control": plan.risk_control is not None,
        "fault": plan.fault is not None,
        "misuse": plan.misuse is not None,
        "score": plan.reads_record is not None and plan.reads_record.closes_below is not None,
    }
    return [OWN_CAUSES[cause] for cause, given in has.items() if given]


def _at(value: Level, lanes: Lanes | slice) -> Any:
    """A level's entries for some lanes."""
    return value[lanes] if isinstance(value, np.ndarray) else value
