"""Bank term loans, and what happens at their maturity."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any, ClassVar, Final

from cashstress.errors import Problem
from cashstress.scenario.channels import CALL_RULES, Channel, Covenant
from cashstress.scenario.draws import Draw
from cashstress.scenario.fields import choice, date, days, flag, fraction, one, whole
from cashstress.scenario.instalments import INSTALMENT_RULES
from cashstress.scenario.levels import Array, DaysLevel, NumberLevel
from cashstress.scenario.table import Rule, Table, rule, table

__all__ = ["RollOver", "TermLoan"]

_SHORTEST_MONTH: Final = 28
_MONTHS: Final = 12
_MOST_MONTHS: Final = 360


def _can_be_above_0(level: Any) -> bool:
    if isinstance(level, Draw):
        return level.support()[1] > 0
    return bool((level.values > 0).any()) if isinstance(level, Array) else level > 0


@rule("mode", "delay_days", "withdrawn")
def _fits_the_mode(roll_over: RollOver) -> list[Problem]:
    """A renewal moves no money, so nothing can be late or withdrawn."""
    if roll_over.mode == "repay_redraw":
        return []
    accepted = 'nothing with mode = "renew", or mode = "repay_redraw"'
    message = "a renewal moves no money: only a new loan after repayment can be late or withheld"
    return [
        Problem(key, message, accepted=accepted)
        for key in ("delay_days", "withdrawn")
        if _can_be_above_0(getattr(roll_over, key))
    ]


@table
class RollOver(Table):
    """What happens at the maturity of a term loan (续贷).

    Parameters
    ----------
    mode : {"renew", "repay_redraw"}
        The maturity moves (无还本续贷), or the loan is repaid and lent again (过桥, 先还后贷).
    chance : float, Draw or Array
        Chance that the bank says yes.
    decision_days : int
        Days before the maturity on which the bank decides, and says so.
    delay_days : int, Draw or Array
        Days from full repayment to the new money, ``repay_redraw`` only.
    withdrawn : float, Draw or Array
        Chance that after a yes and the repayment nothing is lent (抽贷), ``repay_redraw`` only.
    """

    RULES: ClassVar[tuple[Rule, ...]] = (_fits_the_mode,)

    mode: str = choice("renew", "repay_redraw")
    chance: NumberLevel = fraction(1.0, level=True)
    decision_days: int = days(30, high=365)
    delay_days: DaysLevel = days(0, level=True, high=365)
    withdrawn: NumberLevel = fraction(0, level=True)


@rule("roll_over", "repayment", "tenor_months", "committed")
def _roll_over_fits(loan: TermLoan) -> list[Problem]:
    """There is something to roll over, it is decided after the drawing, and a promise is kept."""
    plan, problems = loan.roll_over, []
    if plan is None:
        return []
    if loan.repayment not in {"interest_first", "bullet"}:
        message = "an amortising loan leaves nothing at maturity to roll over"
        accepted = "repayment = interest_first or bullet, or no roll_over"
        problems.append(Problem("roll_over", message, loan.repayment, accepted))
    if plan.decision_days >= loan.tenor_months * _SHORTEST_MONTH:
        message = "decided before the money is drawn: the tenor is shorter"
        accepted = f"less than {loan.tenor_months * _SHORTEST_MONTH} days, or a longer tenor"
        given = str(plan.decision_days)
        problems.append(Problem("roll_over.decision_days", message, given, accepted))
    if loan.committed and plan.chance != 1.0:
        message = "a committed loan is rolled over unless a covenant, arrears or a fault stands"
        accepted = "no chance, or committed = false"
        problems.append(Problem("roll_over.chance", message, str(plan.chance), accepted))
    if loan.committed and _can_be_above_0(plan.withdrawn):
        message = "a committed loan is not withheld"
        problems.append(Problem("roll_over.withdrawn", message, accepted="committed = false"))
    return problems


@rule("matures", "opening_months", "drawn")
def _one_remaining_time(loan: TermLoan) -> list[Problem]:
    """What is left of the opening balance is said once, and only where there is one."""
    if loan.matures is None:
        return []
    if not loan.drawn:
        message = "nothing is drawn on day 0 that could mature"
        return [Problem("matures", message, str(loan.matures), "drawn above 0, or no matures")]
    if loan.opening_months is not None:
        message = "the time left is given twice"
        return [Problem("opening_months", message, accepted="matures or opening_months")]
    return []


@rule("matures", "due_day")
def _on_its_day(loan: TermLoan) -> list[Problem]:
    """With one due day a month, the last is one of them."""
    if loan.matures is None or loan.due_day is None:
        return []
    last = calendar.monthrange(loan.matures.year, loan.matures.month)[1]
    if loan.matures.day == min(loan.due_day, last):
        return []
    message = f"not on the due day of its month ({min(loan.due_day, last)})"
    return [Problem("matures", message, str(loan.matures), "a date on the due day, or no due_day")]


@table
class TermLoan(Channel):
    """A bank's term loan (流动资金贷款, 定期贷款).

    Parameters
    ----------
    tenor_months : int
        Months from a drawing to its maturity.
    repayment : {"interest_first", "bullet", "equal_instalment", "equal_principal"}
        先息后本, 到期一次还本付息, 等额本息 or 等额本金.
    due_day : int, optional
        Day of the month of all instalments; absent: of the drawing's own day.
    reusable : bool
        What was repaid can be drawn again (循环额度).
    reapply_days : int
        Days after a refused application before the next one.
    prepayment : {"scale", "shorten"}
        A part prepayment scales what remains (减少月供) or shortens the tenor (缩短期限).
    prepayment_fee : float, Draw or Array
        Fraction of principal repaid early (提前还款违约金).
    opening_months : int, optional
        Months left on ``drawn``; absent is ``tenor_months``.
    matures : date, optional
        Maturity of ``drawn``, instead of ``opening_months``.
    covenant : Covenant, optional
        Tests that stop drawings and roll-over.
    roll_over : RollOver, optional
        What happens at maturity; absent: it is repaid.
    accelerate_after : int, optional
        Days past due after which the whole balance falls due (加速到期); absent is never.

    Other parameters are those of `Channel`.
    """

    kind: ClassVar[str] = "term_loan"
    RULES: ClassVar[tuple[Rule, ...]] = (
        *Channel.RULES,
        *INSTALMENT_RULES,
        *CALL_RULES,
        _roll_over_fits,
        _one_remaining_time,
        _on_its_day,
    )

    tenor_months: int = whole(12, low=1, high=_MOST_MONTHS, unit="months")
    repayment: str = choice(
        "interest_first", "bullet", "equal_instalment", "equal_principal", default="interest_first"
    )
    due_day: int | None = whole(None, low=1, high=31, unit="days")
    reusable: bool = flag(default=False)
    reapply_days: int = days(30, high=365)
    prepayment: str = choice("scale", "shorten", default="scale")
    prepayment_fee: NumberLevel = fraction(0, level=True)
    opening_months: int | None = whole(None, low=1, high=_MOST_MONTHS, unit="months")
    matures: dt.date | None = date(None)
    covenant: Covenant | None = one(Covenant, None)
    roll_over: RollOver | None = one(RollOver, None)
    accelerate_after: int | None = days(None, low=1)

    @property
    def levers(self) -> tuple[str, ...]:
        """Return the common levers, the tenor and those of the roll-over."""
        names = [*super().levers, "tenor_months", "prepayment_fee"]
        if self.roll_over is not None:
            names.append("roll_over")
            if self.roll_over.mode == "repay_redraw":
                names += ["redraw_delay", "withdrawn"]
        return tuple(names)

    def due_days_left(self, start: dt.date) -> tuple[int, int]:
        """Return the first due day of the opening balance, and how many it has.

        Parameters
        ----------
        start : date
            Day 0.

        Returns
        -------
        begin, months : int
            Months from the first one to the first due day (0: this month's is still to come), and
            the number of due days.
        """
        if self.matures is None:
            return 1, self.opening_months or self.tenor_months
        last = calendar.monthrange(start.year, start.month)[1]
        nominal = self.due_day or self.matures.day
        begin = 0 if min(nominal, last) > start.day else 1
        until = (self.matures.year - start.year) * _MONTHS + self.matures.month - start.month
        return begin, until - begin + 1
