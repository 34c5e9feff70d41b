"""Loans in Decimal, from the rules in `docs/reference/meanings.md`: what a line should ask for.

Cents; half to even, a millionth of a cent beside a half counting as one; interest is rounded once,
when it falls due; the last instalment takes the residue.
"""

from __future__ import annotations

import calendar
import datetime as dt
from decimal import Decimal, localcontext
from itertools import pairwise

_DIGITS = 60


def cents(exact):
    """Whole cents of an exact number of cents."""
    with localcontext(prec=_DIGITS):
        return int(round(round(Decimal(exact), 6), 0))


def months_later(date, months, day):
    """A day of the month, clamped to its end, some months later."""
    years, month = divmod(date.month - 1 + months, 12)
    year, month = date.year + years, month + 1
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))


def due_dates(drawn_on, months, due_day=None):
    """Due dates of a drawing: its own day of the month or the line's, from the next month on."""
    return [months_later(drawn_on, k, due_day or drawn_on.day) for k in range(1, months + 1)]


def days_between(first, last, basis):
    """Interest days: actual, or of months of 30 days."""
    if basis != "30/360":
        return (last - first).days
    number = [360 * d.year + 30 * d.month + min(d.day, 30) for d in (first, last)]
    return number[1] - number[0]


def principal_parts(amount, daily, periods, repayment):
    """Principal of each instalment, in cents."""
    with localcontext(prec=_DIGITS):
        count = len(periods)
        if repayment in {"interest_first", "bullet"}:
            parts = [0] * (count - 1)
        elif repayment == "equal_principal":
            share = cents(Decimal(amount) / count)
            parts = [min(max(amount - k * share, 0), share) for k in range(count - 1)]
        else:
            growth, worth = Decimal(1), Decimal(0)
            for days in periods:
                growth *= 1 + daily * days
                worth += 1 / growth
            level, balance, parts = cents(amount / worth), amount, []
            for days in periods[:-1]:
                parts.append(min(max(level - cents(balance * daily * days), 0), balance))
                balance -= parts[-1]
        return [*parts, amount - sum(parts)]


class Drawing:
    """One drawing: what it repays by due date."""

    def __init__(self, on, amount, daily, months, repayment, *, basis=None, due_day=None):
        self.on, self.daily, self.basis, self.bullet = on, daily, basis, repayment == "bullet"
        self.group = due_day or on.day
        self.dates = due_dates(on, months, due_day)
        edges = [on, *self.dates]
        periods = [days_between(a, b, basis) for a, b in pairwise(edges)]
        parts = principal_parts(amount, daily, periods, repayment)
        self.parts = dict(zip(self.dates, parts, strict=True))

    def earned(self, since, until):
        """Interest between two dates, neither before the drawing, with no due date between."""
        left = sum(part for date, part in self.parts.items() if date > since)
        return left * self.daily * days_between(since, until, self.basis)


def asked_for(drawings):
    """Principal and interest by due date of drawings of one day of the month, in cents.

    On each due date all interest since the last is asked for, also of drawings whose own first due
    date is later; of a bullet only at its own.
    """
    principal, interest, last = {}, {}, {}
    for date in sorted({date for drawing in drawings for date in drawing.dates}):
        for drawing in drawings:
            part = drawing.parts.get(date, 0)
            if drawing.on < date and (part or not drawing.bullet):
                with localcontext(prec=_DIGITS):
                    earned = drawing.earned(last.get(drawing, drawing.on), date)
                    interest[date] = interest.get(date, 0) + earned
                principal[date] = principal.get(date, 0) + part
                last[drawing] = date
    return principal, {date: cents(earned) for date, earned in interest.items()}


def schedule(drawings, start):
    """(day, principal) and (day, interest) of drawings, as a journal shows them."""
    paid = [{}, {}]
    for group in {drawing.group for drawing in drawings}:
        for total, part in zip(
            paid, asked_for([d for d in drawings if d.group == group]), strict=True
        ):
            for date, amount in part.items():
                day = (date - start).days
                total[day] = total.get(day, 0) + amount
    principal, interest = ([(day, n) for day, n in sorted(part.items()) if n] for part in paid)
    return principal, interest


class PlainBorrower:
    """One firm, one line, one lane in Decimal: it borrows what is missing and repays what is spare.

    The rules are those of the page of meanings: same-day money, instalments debited on any day,
    whatever is above the ceiling repaid early. `moves` are (day, amount) of what the journal shows.
    """

    def __init__(self, cash, daily, months, repayment, *, start, shorten, fee, ceiling):
        self.cash, self.daily, self.months, self.repayment = cash, daily, months, repayment
        self.start, self.shorten, self.fee, self.ceiling = start, shorten, fee, ceiling
        #: Principal by (due date, day of the month), and interest since the last due date.
        self.parts, self.accrued = {}, {}
        names = ("drawn", "repaid", "billed", "early", "early_interest", "fees")
        self.moves = {name: [] for name in names}

    def live(self, horizon, bills, income):
        """All days; bills and income by day, in cents."""
        with localcontext(prec=_DIGITS):
            for day in range(horizon):
                self.cash += income.get(day, 0)
                due = self._fall_due(day)
                self._settle(day, due, bills.get(day, 0))
                for key, principal in self.parts.items():
                    name = self._interest_of(*key)
                    self.accrued[name] = self.accrued.get(name, 0) + principal * self.daily

    def _interest_of(self, date, group):
        """Drawings of one day of the month share their interest; each bullet has its own."""
        return date if self.repayment == "bullet" else group

    def _fall_due(self, day):
        date, owed = self.start + dt.timedelta(days=day), [0, 0]
        for key in [key for key in self.parts if key[0] == date]:
            owed[0] += self.parts.pop(key)
            owed[1] += cents(self.accrued.pop(self._interest_of(*key), 0))
        return owed

    def _settle(self, day, due, bill):
        missing = sum(due) + bill - self.cash
        if missing > 0:
            self._draw(day, missing)
        self._note(day, repaid=due[0], billed=due[1])
        self.cash -= sum(due) + bill
        spare = self.cash - self.ceiling
        if spare > 0 and self.parts:
            self._prepay(day, spare)

    def _draw(self, day, amount):
        on = self.start + dt.timedelta(days=day)
        drawing = Drawing(on, amount, self.daily, self.months, self.repayment)
        for date, part in drawing.parts.items():
            if part or self.repayment != "bullet":
                key = date, drawing.group
                self.parts[key] = self.parts.get(key, 0) + part
        self._note(day, drawn=amount)
        self.cash += amount

    def _costs(self, principal, balance):
        accrued = sum(self.accrued.values())
        return cents(accrued * principal / balance), cents(principal * self.fee)

    def _prepay(self, day, spare):
        balance = sum(self.parts.values())
        if not balance:
            return
        payoff = balance + sum(self._costs(balance, balance))
        principal = balance if spare >= payoff else int(spare * Decimal(balance) / payoff)
        while principal + sum(self._costs(principal, balance)) > spare:
            principal -= 1
        interest, fee = self._costs(principal, balance)
        self._note(day, early=principal, early_interest=interest, fees=fee)
        self.cash -= principal + interest + fee
        self._shrink(Decimal(balance), balance - principal)

    def _shrink(self, balance, rest):
        before = kept_before = 0
        for key in sorted(self.parts):
            before += self.parts[key]
            kept = min(before, rest) if self.shorten else cents(before * rest / balance)
            self.parts[key], kept_before = kept - kept_before, kept
        self.accrued = {name: accrued * rest / balance for name, accrued in self.accrued.items()}
        if not rest:
            self.parts.clear()

    def _note(self, day, **amounts):
        for name, amount in amounts.items():
            if amount:
                self.moves[name].append((day, amount))
