"""Lines whose drawings are repaid in instalments, on their own day of the month or a common one."""

from __future__ import annotations

from twin.channels.base import Channel
from twin.channels.day_count import interest_days
from twin.channels.schedule import principal_parts
from twin.money import cents


class Part:
    """Principal that falls due on one day, and the interest that it earns in a day."""

    __slots__ = ("earning", "principal")

    def __init__(self):
        self.principal, self.earning = 0, 0.0


class Pool:
    """All drawings with one day of the month: on each due day all interest since the last is due.

    `parts` is by due day, `first` the first day on which anything is asked for.
    """

    def __init__(self, line):
        self._line = line
        self.parts, self.accrued, self.since, self.first = {}, 0.0, 0, 0

    @property
    def owes(self):
        return self.accrued > 0 or any(part.principal for part in self.parts.values())

    def accrue(self, day):
        """Interest up to the morning of a day: the day of drawing counts, that of repayment not."""
        self.accrued, self.since = self.interest_by(day), day

    def interest_by(self, day):
        """Interest up to the morning of a day, as if nothing fell due before."""
        earning = sum(part.earning for part in self.parts.values())
        return self.accrued + earning * self._line.days(self.since, day)

    def draw(self, day, amount, rate, dues, repayment):
        self.accrue(day)
        if not self.owes:
            self.first = dues[0]
        days = [self._line.days(before, due) for before, due in zip([day, *dues], dues)]  # noqa: B905
        for due, principal in zip(
            dues, principal_parts(amount, rate, days, repayment), strict=True
        ):
            part = self.parts.setdefault(due, Part())
            part.principal += principal
            part.earning += principal * rate

    def fall_due(self, day):
        """Principal and interest of a due day; none before its own first due day."""
        self.accrue(day)
        principal, interest = self.parts.pop(day).principal, 0
        if day >= self.first:
            interest, self.accrued = cents(self.accrued), 0.0
        return principal, interest

    def known_until(self, today, last):
        """Principal, and interest unrounded, that fall due after today and until a day."""
        dues = [due for due in self.parts if today < due <= last]
        if not dues:
            return 0, 0.0
        line, renewed = self._line, [due for due in dues if self._line.counts_on_renewal(due)]
        until = max(dues + [day for due in renewed for day in line.dues_after(due, last)])
        principal, interest = 0, self.interest_by(until)
        for due in dues:
            part, days = self.parts[due], line.days(due, until)
            interest -= part.earning * days
            if due in renewed:
                interest += part.principal * line.rate.value * days
            else:
                principal += part.principal
        return principal, interest if self.first <= until else 0.0


class InstalmentLine(Channel):
    def __init__(self, firm, place, name, plan):
        super().__init__(firm, place, name, plan)
        self.tenor = self._lever("tenor_months", plan.tenor_months, whole=True, low=1, high=360)
        self.pools = {}

    def days(self, first, last):
        return interest_days(self.firm.calendar, self.plan.rate.basis, first, last)

    @property
    def principal(self):
        return sum(part.principal for pool in self.pools.values() for part in pool.parts.values())

    def take_on(self, amount, *, opening=False):
        months = self.tenor.value
        if opening:
            months = self.plan.opening_months or self.plan.tenor_months
        self._schedule(amount, months)

    def _schedule(self, amount, months):
        today, calendar = self.firm.today, self.firm.calendar
        nominal = self.plan.due_day or calendar.date(today).day
        dues = [calendar.month_day(today, ahead, nominal) for ahead in range(1, months + 1)]
        self._put(amount, dues, nominal)

    def _put(self, amount, dues, key):
        """Put a drawing into the pool of those that are asked for together."""
        if key not in self.pools:
            self.pools[key] = Pool(self)
            self.pools = dict(sorted(self.pools.items()))
        self.pools[key].draw(self.firm.today, amount, self.rate.value, dues, self.plan.repayment)

    def fall_due(self, day):
        matured = 0
        for pool in list(self.pools.values()):
            if day in pool.parts:
                principal, interest = pool.fall_due(day)
                self.owe_interest(interest, day)
                matured += principal
        if matured:
            self.repayment.bill(self.mature(day, matured), day)

    def mature(self, day, principal):
        """What is due of the principal of a due day."""
        del day
        return principal

    def give_up(self):
        """Take all principal, and the interest accrued on it, off what is to come."""
        today = self.firm.today
        principal = self.principal
        interest = sum(pool.interest_by(today) for pool in self.pools.values())
        self.pools = {}
        return principal, interest

    def counts_on_renewal(self, due):
        """Whether the treasury counts on the principal of a due day being renewed."""
        del due
        return False

    def known_until(self, last):
        known = [pool.known_until(self.firm.today, last) for pool in self.pools.values()]
        return sum(principal for principal, _ in known) + cents(sum(due for _, due in known))

    # -- repaying early -------------------------------------------------------------------------

    def repay_early(self, spare):
        """As much principal as the spare cash covers with the interest accrued on that part."""
        balance = self.principal
        principal = balance
        payoff = balance + self._cost_of_repaying(balance)
        if spare < payoff:
            principal = spare * balance // payoff
            while principal and principal + self._cost_of_repaying(principal) > spare:
                principal -= 1
        if not principal:
            return 0
        interest, fee = self._interest_on(principal), self.prepayment_fee(principal)
        books = self.firm.books
        books.post(self.account, "cash", principal)
        books.post("interest", "cash", interest)
        books.post("fees", "cash", fee)
        self._reduce(principal)
        return principal + interest + fee

    def _cost_of_repaying(self, principal):
        return self._interest_on(principal) + self.prepayment_fee(principal)

    def _interest_on(self, principal):
        accrued = sum(pool.interest_by(self.firm.today) for pool in self.pools.values())
        return cents(accrued * (principal / self.principal))

    def prepayment_fee(self, principal):
        del principal
        return 0

    def _reduce(self, principal):
        """Take principal off what is to come: in proportion, or the latest first."""
        balance = self.principal
        rest = balance - principal
        for pool in self.pools.values():
            pool.accrue(self.firm.today)
            pool.accrued *= rest / balance
        so_far = kept = 0
        for part in self._parts_in_order():
            so_far += part.principal
            shorten = self.plan.prepayment == "shorten"
            new = min(so_far, rest) if shorten else cents(so_far * (rest / balance))
            if part.principal:
                part.earning *= (new - kept) / part.principal
            part.principal, kept = new - kept, new

    def _parts_in_order(self):
        """By due day; on one day by the day of the month."""
        rows = [
            (due, nominal, part)
            for nominal, pool in self.pools.items()
            for due, part in pool.parts.items()
        ]
        return [part for _, _, part in sorted(rows, key=lambda row: row[:2])]


class PlatformLine(InstalmentLine):
    """A platform's credit line."""
