"""A lender that may close a line by itself: risk control with behaviours, and system faults."""

from __future__ import annotations

from typing import Any, ClassVar

from cashstress.errors import Problem
from cashstress.scenario.fields import days, field, fraction, number, one, whole
from cashstress.scenario.levels import NumberLevel, most
from cashstress.scenario.problems import hundredth, show
from cashstress.scenario.shock import Lasting, LastsOf, MeanDays
from cashstress.scenario.table import Rule, Table, rule, table

__all__ = [
    "ArrearsAnywhere",
    "Fault",
    "FrequentDrawing",
    "Hazard",
    "HighUtilisation",
    "Inactivity",
    "ManyLenders",
    "Misuse",
    "OpeningBehaviour",
    "QuickPrepayment",
    "RiskControl",
]

_LONGEST_WINDOW = 365


def _times() -> Any:
    """Make the field of a multiplier of the hazard."""
    return number(level=True, high=1000.0)


@table
class FrequentDrawing(Table):
    """Many drawings in a short time (频繁借款).

    Parameters
    ----------
    above : int
        Drawings in the window that are still usual.
    window : int
        Length of the window, days, today included.
    times : float, Draw or Array
        Multiplier of the hazard while there are more.
    """

    above: int = whole(unit="drawings")
    window: int = days(30, low=1, high=_LONGEST_WINDOW)
    times: NumberLevel = _times()


@table
class QuickPrepayment(Table):
    """Early repayments soon after a drawing (提前还款).

    Parameters
    ----------
    above : int
        Such repayments in the window that are still usual.
    within : int
        Days after the last drawing within which an early repayment counts.
    window : int
        Length of the window, days, today included.
    times : float, Draw or Array
        Multiplier of the hazard while there are more.
    """

    above: int = whole(0, unit="early repayments")
    within: int = days(7, high=_LONGEST_WINDOW)
    window: int = days(30, low=1, high=_LONGEST_WINDOW)
    times: NumberLevel = _times()


@table
class ArrearsAnywhere(Table):
    """Instalments past due at any lender (逾期).

    Parameters
    ----------
    above : int
        Days past due that are still overlooked.
    times : float, Draw or Array
        Multiplier of the hazard while the oldest instalment is older.
    """

    above: int = days(0)
    times: NumberLevel = _times()


@table
class HighUtilisation(Table):
    """Much of the limit is used (额度使用率).

    Parameters
    ----------
    above : float
        Share of the limit that is still usual.
    times : float, Draw or Array
        Multiplier of the hazard while the balance is more.
    """

    above: float = fraction()
    times: NumberLevel = _times()


@table
class ManyLenders(Table):
    """Debts with many lenders at once (多头借贷).

    Parameters
    ----------
    above : int
        Lenders owed that are still usual, this one included and the owner not.
    times : float, Draw or Array
        Multiplier of the hazard while there are more.
    """

    above: int = whole(unit="lenders")
    times: NumberLevel = _times()


@table
class Inactivity(Table):
    """The line has not been drawn for long (长期未使用).

    Parameters
    ----------
    days : int
        Days since the last drawing.
    times : float, Draw or Array
        Multiplier of the hazard from then on.
    """

    days: int = whole(low=1, unit="days")
    times: NumberLevel = _times()


@table
class OpeningBehaviour(Table):
    """What the lender has seen before day 0.

    Parameters
    ----------
    drawings : int
        Drawings in the window before day 0, spread evenly over it.
    quick_prepayments : int
        Quick early repayments in the window before day 0, spread evenly.
    days_since_drawing : int
        Days from the last drawing to day 0.
    """

    drawings: int = whole(0, unit="drawings")
    quick_prepayments: int = whole(0, unit="early repayments")
    days_since_drawing: int = days(30)


@rule("per_month", "mean_days")
def _one_hazard(hazard: Hazard) -> list[Problem]:
    """A hazard is given once, and is no percentage."""
    if hazard.per_month is not None and hazard.mean_days is not None:
        accepted = "per_month = 0.01 or mean_days = 3000"
        return [Problem("mean_days", "given beside per_month", accepted=accepted)]
    if hazard.per_month is None or not (top := most(hazard.per_month)) > 1.0:
        return []
    message = f"above 1 closure a month{hundredth(top, 1.0)}; more than one is given by mean_days"
    return [Problem("per_month", message, show(hazard.per_month), "closures a month: 0.01")]


@table
class Hazard(Table):
    """A cause that comes by chance; with neither of its first two keys it never does.

    Parameters
    ----------
    per_month : float, Draw or Array, optional
        Closures expected in a month (of 365/12 days) while the line is open.
    mean_days : float, Draw or Array, optional
        The same as the mean number of days until it comes.
    lasts : int or MeanDays, optional
        Days until it ends by itself, a random number rounded up; absent is never.
    """

    RULES: ClassVar[tuple[Rule, ...]] = (_one_hazard,)

    per_month: NumberLevel | None = number(None, level=True, high=1e6)
    mean_days: NumberLevel | None = number(None, level=True, above=True, high=1e6, unit="days")
    lasts: Lasting | None = field(LastsOf(), None)


@table
class RiskControl(Hazard):
    """Closure by risk control (风控): a hazard, times a multiplier for each behaviour.

    Parameters
    ----------
    economy : float
        Loading on the economy: the hazard is multiplied by exp(-economy x).
    frequent_drawing, quick_prepayment, arrears, utilisation, lenders, inactivity : optional
        The multiplier while this behaviour shows; absent is 1.
    limit_after : float, Draw or Array
        Part of the limit with which a line comes back.
    limit_back_days : int, optional
        Days after which the whole limit is back (额度恢复); absent is never.

    Other parameters are those of `Hazard`.
    """

    economy: float = number(0.0, low=-10.0, high=10.0)
    frequent_drawing: FrequentDrawing | None = one(FrequentDrawing, None)
    quick_prepayment: QuickPrepayment | None = one(QuickPrepayment, None)
    arrears: ArrearsAnywhere | None = one(ArrearsAnywhere, None)
    utilisation: HighUtilisation | None = one(HighUtilisation, None)
    lenders: ManyLenders | None = one(ManyLenders, None)
    inactivity: Inactivity | None = one(Inactivity, None)
    limit_after: NumberLevel = fraction(1.0, level=True)
    limit_back_days: int | None = days(None, low=1)


@table
class Fault(Hazard):
    """A system fault (系统故障): no drawings until it heals by itself.

    Parameters
    ----------
    lasts : int or MeanDays
        Days until it heals, a random number rounded up.

    Other parameters are those of `Hazard`.
    """

    lasts: Lasting = field(LastsOf(), MeanDays(mean_days=2))


@table
class Misuse(Hazard):
    """Business use of the owner's personal line comes to light (挪用): a hazard while it is drawn.

    Parameters
    ----------
    lasts : int or MeanDays
        Days until the lender forgives, a random number rounded up.

    Other parameters are those of `Hazard`.
    """

    lasts: Lasting = field(LastsOf(), MeanDays(mean_days=135))
