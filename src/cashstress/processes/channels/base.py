"""What every borrowing channel has in common: limit, price, delay, approval, and its days.

Closed, it can be repaid but not drawn, and the balance stays on its schedule.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.kernel.money import LIMIT, minor, to_money
from cashstress.kernel.rings import ArrivalRing
from cashstress.processes.channels.acceleration import Acceleration
from cashstress.processes.channels.answer import Answer
from cashstress.processes.channels.closing import FOR_GOOD, Closable
from cashstress.processes.levels import at, level, money_level
from cashstress.processes.payables import Payable, PayClass
from cashstress.processes.reach import ROOM, longest_days
from cashstress.processes.schedules import Schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from cashstress.kernel.arrays import Days, Flags, Lanes, Money
    from cashstress.processes.firm import Firm
    from cashstress.processes.lenders.behaviour import Behaviour

__all__ = ["Channel", "caution", "lending"]


class Channel(Closable, ABC):
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
        super().__init__(firm, name, plan)
        self.behaviour: Behaviour | None = None
        #: Told of each request and its answer: they may look and not touch.
        self.observers: list[Callable[[Channel, Lanes, Answer], None]] = []
        self.min_drawing = minor(plan.min_drawing)
        self._make_levers()
        word = "loan" if self.is_debt else "equity"
        self.account = firm.books.account(f"{word}:{name}", self.account_kind)
        called_after = getattr(plan, "accelerate_after", None)
        self.interest = Payable(
            firm.world,
            f"interest:{name}",
            self.pay_class,
            term=self.billing_ahead,
            age=firm.longest_age,
            # What is billed before it is due is seen ahead; what falls due at once never is.
            window=firm.look_ahead if self.billing_ahead > 1 else 0,
        )
        self.repayment = Payable(
            firm.world, f"principal:{name}", self.pay_class,
            term=1, age=firm.longest_age, window=0, account=self.account,
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
        columns.add(f"{name}.penalty", np.float64)
        columns.add(f"{name}.defaulted", np.bool_)

    # -- what the treasury asks -------------------------------------------------------------

    def is_quick(self) -> bool:
        """Whether money asked for comes on the same day, in every replication.

        Where it keeps business days, on those: it is not asked on others.  A question about the
        scenario, not about the lanes: no lane may see another.
        """
        return self._longest_delay == ROOM

    def is_sure(self, lanes: Lanes) -> Flags | bool:
        """Lanes in which every request of today is approved; one answer where all agree."""
        sure: Flags | bool = at(self.approval.value, lanes) >= 1.0
        return sure

    def comes_same_day(self, lanes: Lanes | slice) -> Flags | bool:
        """Lanes in which money comes on the day on which it is asked for, when it moves at all."""
        same_day: Flags | bool = at(self.delay.value, lanes) == 0
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

    def on_its_way(self, lanes: Lanes | slice = slice(None)) -> Money | None:
        """What approved drawings that have not arrived will bring, per lane; None for nothing."""
        if self._coming.is_empty():
            return None
        return self.after_fee(lanes, self.pending[lanes])

    def headroom(self, lanes: Lanes | slice = slice(None)) -> Money:
        """What could be drawn now, per lane: nothing where it is closed or the firm is wound up."""
        headroom = self._unused(lanes)
        if self._is_closed_somewhere():
            headroom = headroom * self.is_open()[lanes]
        running = self.firm.world.living()
        return headroom if running is None else headroom * running[lanes]

    def believed_headroom(self, lanes: Lanes) -> Money:
        """What the firm believes it could draw: it may not have noticed a closure yet."""
        believed: Money = self._unused(lanes)
        believed[self._column("known_closed")[lanes]] = 0
        return believed

    def to_receive(self, lanes: Lanes, amount: Money) -> Money:
        """What must be asked for in `lanes` so that `amount` is left of it after the fee."""
        if self._is_free():
            return amount
        kept = 1.0 - np.broadcast_to(at(self.fee.value, lanes), amount.shape)
        # Where the fee takes everything no request helps.
        asked = np.divide(amount, kept, out=np.zeros(amount.shape), where=kept > 0)
        gross: Money = np.minimum(np.ceil(asked), LIMIT).astype(np.int64)
        return gross

    def after_fee(self, lanes: Lanes | slice, amount: Money) -> Money:
        """What is left of drawings of `amount` in `lanes`."""
        if self._is_free():
            return amount
        return amount - to_money(amount * at(self.fee.value, lanes))

    def _is_free(self) -> bool:
        """Whether a drawing costs no fee, in any lane."""
        fee = self.fee.value
        return not isinstance(fee, np.ndarray) and fee == 0.0

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
        arrival = self.firm.clock.today + at(self.delay.value, lanes)
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
        arrival: Any = self._bank_day(np.asarray(day))
        arrived: Money = amount * (arrival == self.firm.clock.today)
        later = amount - arrived
        if later.any():
            self.pending[lanes] += later
            self._coming.scatter(later, np.broadcast_to(arrival, later.shape), lanes)
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
        if not (self.plan.prepayable and self.moves_money_today()):
            return spare
        able = (spare > 0) & (self.principal > 0)
        running = self.firm.world.living()
        lanes = (able if running is None else able & running).nonzero()[0]
        if lanes.size:
            paid = self._prepay(lanes, spare[lanes])
            spare[lanes] = (spare[lanes] - paid) * (self.principal[lanes] == 0)
            if self.behaviour is not None:
                self.behaviour.note_prepayments(lanes[paid > 0])
        return spare

    # -- what lenders, shocks and the calendar do -------------------------------------------

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
            owed = to_money(penalty)
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
        some = (amount > 0).nonzero()[0]
        if not some.size:
            return
        lanes, amount = lanes[some], amount[some]
        books = self.firm.books
        taken = books.post(
            "cash", self.account, amount, lanes=lanes, memo="drawing", party=self.name
        )
        self._take_on(lanes, taken, opening=False)
        self.firm.outcomes.chain.lends(self.name, lanes)
        if not self._is_free():
            fee = to_money(taken * at(self.fee.value, lanes))
            books.post("fees", "cash", fee, lanes=lanes, memo="drawing fee", party=self.name)

    def _approved(self, lanes: Lanes, granted: Money) -> Flags | bool:
        if np.all(self.is_sure(lanes)) or not granted.any():
            return True
        name = f"channels.{self.name}.approval"
        drawn = self.firm.streams.uniform(name, lanes=lanes)
        accepted: Flags = drawn < at(self.approval.value, lanes)
        return accepted

    def _unused(self, lanes: Lanes | slice) -> Money:
        """Limit less what is drawn and what is on its way, per lane of `lanes`.

        Less than the least drawing is as good as nothing.
        """
        # The account of a loan is negative: what is owed.
        unused: Money = at(self.limit.value, lanes) + self.firm.books.balance(self.account)[lanes]
        if not self._coming.is_empty():
            unused -= self.pending[lanes]
        np.maximum(unused, 0, out=unused)
        return unused * (unused >= self.min_drawing) if self.min_drawing else unused

    def _bank_day(self, day: Days | int) -> Days | int:
        return self.firm.bank_day(day) if self.keeps_business_days else day

    def _penalise(self) -> None:
        """Penalty interest on overdue principal, at today's rate, unbooked until it is billed."""
        overdue = self.repayment.ledger.owed
        if self.plan.compound_overdue:
            overdue = overdue + self.interest.ledger.owed
        self._column("penalty")[...] += overdue * (self.rate.value * self.plan.penalty)

    def _judge_arrears(self) -> None:
        late = self.is_owed()
        # A cause in force closes the line: where none is closed, none is in force.
        if not late and not (self._is_closed_somewhere() and self._is_late_somewhere()):
            return
        age = self.days_past_due()
        owes = (self.repayment.ledger.owed > 0) | (self.interest.ledger.owed > 0)
        in_arrears = owes & (age >= self.plan.close_after_arrears)
        self.close(in_arrears, "arrears", FOR_GOOD)
        self.lift(~owes, "arrears")
        if self.pay_class == "instalments":  # the owner does not wind up the owner's own firm
            self.defaulted[...] |= owes & (age >= self.firm.scenario.outcomes.default_days)

    def _is_late_somewhere(self) -> bool:
        return bool((self.closed_by("arrears") > self.firm.clock.today).any())


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
