"""The plain firm's lenders: a platform line with instalments, a bank line, an owner's loan.

Interest is worked out when somebody asks, not every day: a balance that does not change earns days
times rate.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from cashstress.scenario import OwnerLoan, PlatformLine, RevolvingLine
from plain_plan import BEYOND, INSTALMENTS, NEVER, OWNER, cents

if TYPE_CHECKING:
    from plain_plan import Plan


class Balance:
    """Principal not yet due, and the interest on it."""

    def __init__(self, rate: float, day: int = 0) -> None:
        self.rate, self.since = rate, day
        self.principal, self.interest = 0, 0.0
        self.parts: dict[int, int] = {}

    def accrue(self, day: int) -> None:
        """Interest up to the morning of a day: the drawing day counts, the repayment day not."""
        self.interest += self.principal * self.rate * (day - self.since)
        self.since = day

    def interest_by(self, day: int) -> float:
        """Interest up to the morning of a day to come, if the balance stays."""
        return self.interest + self.principal * self.rate * (day - self.since)

    def bill(self, day: int) -> int:
        """Round what has accrued, once."""
        self.accrue(day)
        interest, self.interest = round(self.interest), 0.0
        return interest


class Credit:
    """A line without instalments: a bank's revolver or the owner's loan.

    `drawn` is all principal owed, overdue principal included; `closed` has for each cause the first
    day on which it is over, `opens` the last of them.
    """

    def __init__(self, plan: Plan, name: str, terms: Any) -> None:
        self.plan, self.name, self.terms = plan, name, terms
        self.rank = OWNER if isinstance(terms, OwnerLoan) else INSTALMENTS
        self.place = list(plan.scenario.channels).index(name)
        self.limit, self.least = cents(terms.limit), cents(terms.min_drawing)
        self.approval = float(terms.approval)
        self.rate = float(terms.rate.daily())
        self.drawn = self.pending = 0
        self.closed: dict[str, int] = {}
        self.opens = 0
        self.balances: dict[int, Balance] = {}
        self.planned = [0] * (plan.horizon + BEYOND)
        self.interest_days: tuple[int, ...] = ()
        if self.rank == OWNER:
            self.interest_days = plan.month_ends
        elif isinstance(terms, RevolvingLine):
            self.interest_days = plan.calendar.monthly(terms.interest_day, roll="none")

    def close(self, cause: str, until: int = NEVER) -> None:
        """Put a cause in force until (not including) a day."""
        self.closed[cause] = max(until, self.closed.get(cause, 0))
        self.opens = max(self.closed.values())

    def lift_arrears(self, day: int) -> None:
        """Nothing due is owed any more: the line reopens tomorrow."""
        if self.closed.get("arrears") == NEVER:
            self.closed["arrears"] = day + 1
            self.opens = max(self.closed.values())

    def is_open(self, day: int) -> bool:
        """Whether no cause is in force."""
        return day >= self.opens

    def headroom(self, day: int) -> int:
        """What can be drawn; less than the least drawing is nothing."""
        unused = self.limit - self.drawn - self.pending
        return unused if unused > 0 and unused >= self.least and self.is_open(day) else 0

    def at_once(self, *, bank_open: bool) -> bool:
        """Whether money asked for today comes today."""
        return self.terms.delay_days == 0 and (bank_open or not self.terms.business_days)

    def open_with(self, amount: int) -> None:
        """The balance of day 0."""
        if amount:
            self.draw(0, amount)

    def draw(self, day: int, amount: int) -> None:
        """Add a drawing."""
        self.drawn += amount
        balance = self.balance(0, day)
        balance.principal += amount

    def balance(self, key: int, day: int) -> Balance:
        """The balance of a key with its interest up to date."""
        found = self.balances.get(key) or self.balances.setdefault(key, Balance(self.rate, day))
        found.accrue(day)
        return found

    def fall_due(self, day: int) -> tuple[int, int]:  # noqa: ARG002 - platforms need the day
        """Principal and interest of the instalments of a day."""
        return 0, 0

    def bill_interest(self, day: int) -> int:
        """Interest since the last bill."""
        return sum(balance.bill(day) for balance in self.balances.values())

    def ahead(self, day: int, last: int) -> float:
        """What is known to fall due after a day, up to another: interest on today's balance."""
        coming = [each for each in self.interest_days if day < each <= last]
        if not coming:
            return 0.0
        until = coming[-1]
        return sum(each.interest_by(until) for each in self.balances.values())

    def prepay(self, day: int, money: int) -> tuple[int, int]:
        """Repay early from an amount; return principal and interest paid."""
        principal = min(money, sum(balance.principal for balance in self.balances.values()))
        if principal > 0:
            self.drawn -= principal
            self.balance(0, day).principal -= principal
        return principal, 0


class Platform(Credit):
    """Equal instalments, kept by the day of the month they fall due; interest is paid with them."""

    def open_with(self, amount: int) -> None:
        """The balance of day 0, with the months it has left."""
        if amount:
            self._add(0, amount, self.terms.opening_months or self.terms.tenor_months)

    def draw(self, day: int, amount: int) -> None:
        """Add a drawing and its instalments."""
        self._add(day, amount, self.terms.tenor_months)

    def _add(self, day: int, amount: int, months: int) -> None:
        date = self.plan.calendar.date(day)
        month_day = self.plan.calendar.month_day
        nominal = self.terms.due_day or date.day
        dues = [month_day(date.year, date.month + k, nominal) for k in range(1, months + 1)]
        balance = self.balance(nominal, day)
        balance.principal += amount
        self.drawn += amount
        for due, part in zip(dues, self._parts(day, amount, dues), strict=True):
            balance.parts[due] = balance.parts.get(due, 0) + part
            self._plan(due, part)

    def _plan(self, due: int, part: int) -> None:
        if due < len(self.planned):
            self.planned[due] += part

    def _parts(self, day: int, amount: int, dues: list[int]) -> list[int]:
        """Principal parts of level instalments on actual days; the last takes the residue."""
        growth = [1 + self.rate * (after - before) for before, after in pairwise([day, *dues])]
        discount, annuity = 1.0, 0.0
        for grown in growth:
            discount /= grown
            annuity += discount
        level, left, parts = round(amount / annuity), amount, []
        for grown in growth[:-1]:
            parts.append(min(left, level - round(left * (grown - 1))))
            left -= parts[-1]
        return [*parts, left]

    def fall_due(self, day: int) -> tuple[int, int]:
        """Principal and interest of the instalments of a day."""
        if not self.planned[day]:
            return 0, 0
        self.planned[day] = 0
        principal = interest = 0
        for balance in self.balances.values():
            if day in balance.parts:
                part = balance.parts.pop(day)
                interest += balance.bill(day)
                balance.principal -= part
                principal += part
        return principal, interest

    def ahead(self, day: int, last: int) -> float:
        """Instalments that fall due after a day, up to another; a month has one of each balance."""
        principal = sum(self.planned[day + 1 : last + 1])
        if not principal:
            return 0.0
        interest = sum(
            balance.interest_by(due)
            for balance in self.balances.values()
            for due in balance.parts
            if day < due <= last
        )
        return principal + interest

    def prepay(self, day: int, money: int) -> tuple[int, int]:
        """Repay early, with the interest on the part repaid; what remains is scaled down."""
        for balance in self.balances.values():
            balance.accrue(day)
        owed = sum(balance.principal for balance in self.balances.values())
        if owed <= 0:
            return 0, 0
        accrued = sum(balance.interest for balance in self.balances.values())
        principal = min(owed, int(money / (1 + accrued / owed)))
        interest = round(accrued * principal / owed)
        self.drawn -= principal
        self._scale(owed, owed - principal)
        return principal, interest

    def _scale(self, owed: int, rest: int) -> None:
        """Scale all that is not yet due, rounding cumulatively so that nothing is lost."""
        self.planned = [0] * len(self.planned)
        before = 0
        for balance in self.balances.values():
            balance.interest *= rest / owed
            balance.principal = 0
            for due, part in balance.parts.items():
                after = before + part
                scaled = round(after * rest / owed) - round(before * rest / owed)
                balance.parts[due], before = scaled, after
                balance.principal += scaled
                self._plan(due, scaled)


def make_credit(plan: Plan, name: str, terms: Any) -> Credit:
    """The line of a kind, with its opening balance."""
    credit = (Platform if isinstance(terms, PlatformLine) else Credit)(plan, name, terms)
    credit.open_with(cents(terms.drawn))
    return credit
