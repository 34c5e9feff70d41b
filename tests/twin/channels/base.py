"""What all channels have in common: limit, price, delay, approval, and why one is closed."""

from __future__ import annotations

import math

from twin.channels.acceleration import Acceleration
from twin.channels.covenants import look_at_covenant
from twin.ledger import Ledger
from twin.levers import Change, Lever
from twin.money import cents, minor
from twin.phases import DUE, LEND, RANK, RECEIPT, SHOCK

FOR_GOOD = 10**9
#: Causes for which a committed line does not close.
PROMISED = ("risk_control", "regulator", "score")


class Channel:
    """A source of money. A kind says how a drawing is repaid."""

    pay_class = "instalments"
    is_debt = True

    def __init__(self, firm, place, name, plan):
        self.firm, self.name, self.plan = firm, name, plan
        self.min_drawing = minor(plan.min_drawing)
        self._make_levers()
        self.account = f"loan:{name}" if self.is_debt else f"equity:{name}"
        self.interest = Ledger(firm, f"interest:{name}", self.pay_class)
        self.repayment = Ledger(firm, self.account, self.pay_class)
        self.pending = []
        self.causes, self.notices = {}, []
        self.known_closed = self.defaulted = False
        #: What its lender's risk control sees of the firm.
        self.behaviour = None
        self._penalty = 0.0
        self._acceleration = Acceleration(self, getattr(plan, "accelerate_after", None))
        if plan.economy and not plan.committed:
            self._caution = [Change(lever, "scale", 1.0) for lever in (self.limit, self.approval)]
            firm.every_day(SHOCK, RANK["caution"] + place, self._follow_economy)
        rank = RANK["channels"] + place
        firm.every_day(RECEIPT, rank, self._receive)
        firm.every_day(DUE, rank, self.bill)
        firm.every_day(LEND, rank, self.end_of_day)

    def _make_levers(self):
        plan, draws, key = self.plan, self.firm.draws, f"channels.{self.name}"
        self.limit = self._lever("limit", draws.money(f"{key}.limit", plan.limit), whole=True)
        self.rate = self._lever("rate", draws.level(f"{key}.rate", plan.rate.daily()), high=1.0)
        days = draws.level(f"{key}.delay_days", plan.delay_days)
        self.delay = self._lever("delay", days, whole=True, high=365)
        chance = draws.level(f"{key}.approval", plan.approval)
        self.approval = self._lever("approval", chance, high=1.0)
        fee = draws.level(f"{key}.drawing_fee", plan.drawing_fee)
        self.fee = self._lever("fee", fee, high=1.0)

    def _lever(self, part, base, **domain):
        lever = self.firm.levers[f"{self.name}.{part}"] = Lever(base, **domain)
        return lever

    def _follow_economy(self, day):
        """The lender's caution."""
        del day
        for change in self._caution:
            change.full = self.firm.economy.effect(self.plan.economy)
            change.put(1.0)

    # -- what a kind says -----------------------------------------------------------------------

    def take_on(self, amount, *, opening=False):
        """Put new principal on its repayment."""
        raise NotImplementedError

    def fall_due(self, day):
        """Ask for today's instalments, interest and fees."""

    def accrue(self, day):
        """Interest on the balance at the end of the day."""

    def known_until(self, last):
        """What the treasury knows that it will ask for after today and until a day."""
        raise NotImplementedError

    def repay_early(self, spare):
        """Repay from spare cash; returns what was paid."""
        raise NotImplementedError

    @property
    def principal(self):
        """Principal that is not yet due."""
        raise NotImplementedError

    # -- limit and status -----------------------------------------------------------------------

    @property
    def drawn(self):
        """Principal outstanding, due or not."""
        return -self.firm.books.balance[self.account]

    def used(self):
        """What counts against the limit, beside what is on its way."""
        return self.drawn

    def unused(self):
        """Limit less balance less drawings on their way; less than a drawing counts as nothing."""
        unused = self.limit.value - self.drawn - sum(amount for _, amount in self.pending)
        return unused if unused > 0 and unused >= self.min_drawing else 0

    def headroom(self):
        return self.unused() if self.is_open() else 0

    def believed_headroom(self):
        """Until it is noticed, a closed line's headroom counts."""
        return 0 if self.known_closed else self.unused()

    def is_open(self):
        return all(until <= self.firm.today for until in self.causes.values())

    def causes_in_force(self):
        return [cause for cause, until in self.causes.items() if until > self.firm.today]

    def look(self):
        self.known_closed = not self.is_open()

    def close(self, cause, until):
        """Put a cause in force until, not including, a day: two closures last to the later end."""
        if not (self.plan.committed and cause in PROMISED):
            self.causes[cause] = max(until, self.causes.get(cause, 0))

    def lift(self, cause):
        """Lift a cause from tomorrow on."""
        if self.causes.get(cause, 0) > self.firm.today:
            self.causes[cause] = self.firm.today + 1

    def reopen(self, cause):
        """Lift a cause at once: it no longer counts today."""
        if self.causes.get(cause, 0) > self.firm.today:
            self.causes[cause] = self.firm.today

    def is_closed_by(self, cause):
        """By a shock, or by the lender itself."""
        return bool({cause, f"own {cause}"} & set(self.causes_in_force()))

    def announce(self, cause, day):
        if not (self.plan.committed and cause in PROMISED):
            self.notices.append(day)

    def on_notice(self):
        return any(day > self.firm.today for day in self.notices)

    def moves_money_today(self):
        return not self.plan.business_days or self.firm.calendar.is_business(self.firm.today)

    def pays_first(self):
        """Whether it pays suppliers before any cash does, and is asked no more that day."""
        return False

    def is_sure(self):
        """Whether no request of today can be refused."""
        return self.approval.value >= 1

    def comes_same_day(self):
        return self.delay.value == 0

    # -- drawing --------------------------------------------------------------------------------

    def after_fee(self, amount):
        return amount - cents(amount * self.fee.value)

    def to_receive(self, amount):
        """What must be asked for so that an amount is left after the fee."""
        kept = 1 - self.fee.value
        return 0 if kept <= 0 else math.ceil(round(amount / kept, 6))

    def on_its_way(self):
        """What drawings on their way will bring."""
        return self.after_fee(sum(amount for _, amount in self.pending))

    def request(self, wanted):
        """Ask for money; returns what came at once and what will come later, after the fee."""
        if not self.is_open():
            self.known_closed = True
            return 0, 0
        granted = min(wanted, self.unused())
        if granted < max(self.min_drawing, 1) or not self._is_approved():
            return 0, 0
        if self.behaviour is not None:
            self.behaviour.note_drawing()
        return self.grant(granted)

    def grant(self, amount):
        return self.send(amount, self.firm.today + self.delay.value)

    def _is_approved(self):
        chance = self.approval.value
        return chance >= 1 or self.firm.draws.is_approved(self.name, chance)

    def send(self, amount, day):
        """Pay out on a day, or the next on which its money moves."""
        if self.plan.business_days:
            day = self.firm.calendar.next_business(day)
        if day == self.firm.today:
            self.disburse(amount)
            return self.after_fee(amount), 0
        self.pending.append((day, amount))
        return 0, self.after_fee(amount)

    def _receive(self, day):
        arriving = sum(amount for when, amount in self.pending if when == day)
        self.pending = [pair for pair in self.pending if pair[0] > day]
        if arriving:
            self.disburse(arriving)

    def disburse(self, amount):
        """Money comes, less the fee; interest runs from now on."""
        books = self.firm.books
        books.post("cash", self.account, amount)
        self.take_on(amount)
        books.post("fees", "cash", cents(amount * self.fee.value))

    # -- repaying -------------------------------------------------------------------------------

    def prepay(self, spare):
        """Repay early where that is allowed and money moves; returns what is left for the next."""
        if not (self.plan.prepayable and self.moves_money_today() and self.principal > 0):
            return spare
        paid = self.repay_early(spare) if spare > 0 else 0
        if paid and self.behaviour is not None:
            self.behaviour.note_prepayment()
        left = spare - paid
        return left if self.principal == 0 else 0

    def bill(self, day):
        self.fall_due(day)
        self._acceleration.call(day)
        if self.firm.calendar.is_month_end(day):
            self.owe_interest(cents(self._penalty), day)
            self._penalty = 0.0

    def owe_interest(self, amount, due):
        self.firm.books.post("interest", self.interest.account, amount)
        self.interest.bill(amount, due)

    # -- the lender's evening -------------------------------------------------------------------

    def end_of_day(self, day):
        self.accrue(day)
        overdue = self.repayment.owed(day)
        if self.plan.compound_overdue:
            overdue += self.interest.owed(day)
        self._penalty += overdue * self.rate.value * self.plan.penalty
        self._judge_arrears(day)
        look_at_covenant(self, day)

    def is_in_order(self, day):
        """Open, and nothing that was due before today is unpaid."""
        return self.is_open() and not self.owes_something_due(day - 1)

    def owes_something_due(self, day):
        return bool(self.interest.owed(day) or self.repayment.owed(day))

    def asked_today(self, day):
        """Whether an instalment or interest fell due today, paid or not."""
        return self.interest.asks_on(day) or self.repayment.asks_on(day)

    def give_up(self):
        """Take all principal, and the interest accrued on it, off what is to come."""
        raise NotImplementedError

    def days_past_due(self, day):
        ages = [ledger.days_past_due(day) for ledger in (self.interest, self.repayment)]
        return max((age for age in ages if age is not None), default=None)

    def _judge_arrears(self, day):
        age = self.days_past_due(day)
        self._acceleration.judge(age)
        if age is None:
            self.lift("arrears")
            return
        if age >= self.plan.close_after_arrears:
            self.close("arrears", FOR_GOOD)
        if self.pay_class == "instalments" and age >= self.firm.scenario.outcomes.default_days:
            self.defaulted = True

    def open_books(self):
        drawn = minor(self.plan.drawn)
        if drawn:
            self.firm.books.post("equity", self.account, drawn)
            self.take_on(drawn, opening=True)
