"""A lender's agreement with the firm, what it reads in credit records, ways to reopen a line."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar

from cashstress.errors import Problem
from cashstress.scenario.fields import days, fraction, money, number, one, whole, words
from cashstress.scenario.levels import NumberLevel
from cashstress.scenario.rates import Rate, rate
from cashstress.scenario.table import Rule, Table, rule, table

__all__ = [
    "Agreement",
    "Ask",
    "CreditRecord",
    "Diagnose",
    "ReadsRecord",
    "Reopening",
    "Repair",
]

_POINTS = 100.0


@table
class Agreement(Table):
    """What a service agreement (服务协议), or sharing data with the lender (数据共享), brings.

    Parameters
    ----------
    notice_days : int
        Days from the decision of risk control to the closure.
    hazard_factor : float, Draw or Array
        Multiplier of the hazard of risk control.
    reopening_factor : float, Draw or Array
        Multiplier of the chances of reopening.
    fee : Decimal
        Cost of a month, major units, due on the month's last day.
    """

    notice_days: int = days(0, high=365)
    hazard_factor: NumberLevel = number(1.0, level=True, high=1000.0)
    reopening_factor: NumberLevel = number(1.0, level=True, high=1000.0)
    fee: Decimal = money(0)


@table
class ReadsRecord(Table):
    """How a lender answers to the credit record (征信) that the line sits on.

    Parameters
    ----------
    lag_days : int
        Age of the score it reads, days.
    below : float
        Score from which on downwards it tightens; the effects below are those at score 0, and in
        proportion between.
    rate_add : Rate, optional
        Added to the rate.
    limit_factor : float
        Factor on the limit.
    approval_factor : float
        Factor on the chance of approval.
    closes_below : float, optional
        Score below which the line is closed, until it is read at this score or above.
    """

    lag_days: int = days(30, high=365)
    below: float = number(60.0, above=True, high=_POINTS)
    rate_add: Rate | None = rate(None)
    limit_factor: float = fraction(1.0)
    approval_factor: float = fraction(1.0)
    closes_below: float | None = number(None, high=_POINTS)


@table
class CreditRecord(Table):
    """Credit records (征信) of the firm and of its owner, 0 to 100 points, higher is better.

    Parameters
    ----------
    firm, owner : float, Draw or Array
        Score on day 0.
    arrears : float
        Points lost on each day with an instalment past due on a line of the record.
    suppliers : float
        Points the firm loses on each day with a supplier's bill past due.
    unstable_cash : float
        Points the firm loses on each day with less cash than `unstable_days`.
    unstable_days : float
        Days of planned outflow.
    on_time : float
        Points won on a day on which instalments fall due and all are paid.
    clean : float
        Points won on each day with nothing past due.
    closure : float
        Points lost once for each spell of a line closed by risk control or arrears.
    """

    firm: NumberLevel = number(70.0, level=True, high=_POINTS)
    owner: NumberLevel = number(70.0, level=True, high=_POINTS)
    arrears: float = number(1.0, high=_POINTS)
    suppliers: float = number(0.2, high=_POINTS)
    unstable_cash: float = number(0.1, high=_POINTS)
    unstable_days: float = number(3.0, high=3650, unit="days")
    on_time: float = number(1.0, high=_POINTS)
    clean: float = number(0.05, high=_POINTS)
    closure: float = number(10.0, high=_POINTS)


@table
class Ask(Table):
    """Tickets to the lender (申诉): each is answered once.

    Parameters
    ----------
    review_days : int
        Days from a ticket to its answer.
    every : int
        Days from a refusal to the next ticket.
    most : int
        Tickets in one spell.
    risk_control, fault, misuse, regulator : float, Draw or Array
        Chance that a ticket lifts the cause, by cause.
    """

    review_days: int = days(5, low=1)
    every: int = days(14)
    most: int = whole(3, low=1, unit="tickets")
    risk_control: NumberLevel = fraction(0.3, level=True)
    fault: NumberLevel = fraction(0.0, level=True)
    misuse: NumberLevel = fraction(0.0, level=True)
    regulator: NumberLevel = fraction(0.0, level=True)


@table
class Repair(Table):
    """Mend what the lender dislikes, and be looked at again.

    Parameters
    ----------
    utilisation : float
        Share of the limit down to which the line is repaid from cash above the floor.
    every : int
        Days between two reviews of the lender.
    chance : float, Draw or Array
        Chance that a review lifts a closure by risk control once all is mended.
    """

    utilisation: float = fraction(0.5)
    every: int = days(30, low=1)
    chance: NumberLevel = fraction(0.3, level=True)


@table
class Diagnose(Table):
    """Find out the cause first, then do what fits.

    Parameters
    ----------
    takes_days : int
        Days until the cause is known.
    patience : int
        Days to mend before a ticket is written all the same.
    """

    takes_days: int = days(3)
    patience: int = days(30)


@rule("ways", "ask", "repair", "diagnose")
def _ways_used(reopening: Reopening) -> Iterator[Problem]:
    """A table for a way that is not taken is a slip."""
    for way in ("ask", "repair", "diagnose"):
        if getattr(reopening, way) is not None and way not in reopening.ways:
            accepted = f'ways = ["{way}"] too, or leave the table out'
            yield Problem(way, "is not among the ways", str(list(reopening.ways)), accepted)


@rule("ways")
def _diagnosis_leads_somewhere(reopening: Reopening) -> list[Problem]:
    """To know the cause changes nothing where nothing is done about any."""
    if "diagnose" not in reopening.ways or {"ask", "repair"} & set(reopening.ways):
        return []
    message = "diagnose says when asking and repairing begin, and neither is among the ways"
    accepted = '"ask" or "repair" beside it, or no "diagnose": to wait is always among them'
    return [Problem("ways", message, str(list(reopening.ways)), accepted)]


@table
class Reopening(Table):
    """What the firm does to have a closed line opened again.

    Parameters
    ----------
    ways : tuple of {"wait", "ask", "repair", "diagnose"}
        Ways taken, together.
    ask : Ask, optional
        Tickets, if that way is taken; absent is the defaults.
    repair : Repair, optional
        Mending, if that way is taken; absent is the defaults.
    diagnose : Diagnose, optional
        Finding out the cause first, if that way is taken; absent is the defaults.  It says when
        the other ways begin, so it stands beside one of them.
    record_weight : float
        How much the credit record counts: chances are multiplied by 1 - weight (1 - score / 100).
    firm_record_weight : float
        How much the firm's own record counts beside it, of a line on the owner's record: the same
        with the firm's score.
    """

    RULES: ClassVar[tuple[Rule, ...]] = (_ways_used, _diagnosis_leads_somewhere)

    ways: tuple[str, ...] = words("wait", "ask", "repair", "diagnose", default=("wait",))
    ask: Ask | None = one(Ask, None)
    repair: Repair | None = one(Repair, None)
    diagnose: Diagnose | None = one(Diagnose, None)
    record_weight: float = fraction(0.0)
    firm_record_weight: float = fraction(0.0)

    @property
    def reads_record(self) -> bool:
        """Whether the lender looks at a credit record before it lets a line go."""
        return self.record_weight > 0 or self.firm_record_weight > 0
