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
