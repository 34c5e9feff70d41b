"""Borrowing channels: what all have in common; platform line, revolving line, the owner's money."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

from cashstress.errors import Problem
from cashstress.scenario.fields import (
    choice,
    date,
    days,
    flag,
    fraction,
    money,
    month_day,
    number,
    one,
    whole,
)
from cashstress.scenario.instalments import INSTALMENT_RULES
from cashstress.scenario.lender import Agreement, ReadsRecord, Reopening
from cashstress.scenario.levels import DaysLevel, MoneyLevel, NumberLevel
from cashstress.scenario.rates import Rate, rate
from cashstress.scenario.risk_control import Fault, Misuse, OpeningBehaviour, RiskControl
from cashstress.scenario.table import Rule, Table, default_of, fields_of, rule, table

__all__ = [
    "CALL_RULES",
    "Channel",
    "CleanDown",
    "Covenant",
    "OwnerEquity",
    "OwnerLoan",
    "PlatformLine",
    "Renewal",
    "RevolvingLine",
]


@rule("limit", "min_drawing")
def _can_be_drawn(channel: Channel) -> list[Problem]:
    """A line whose smallest drawing is above its limit never helps."""
    if not isinstance(channel.limit, Decimal) or channel.limit == 0:
        return []
    if channel.min_drawing <= channel.limit:
        return []
    given, accepted = str(channel.min_drawing), f"at most the limit ({channel.limit})"
    return [Problem("min_drawing", "above the limit", given, accepted)]


@rule("misuse", "record")
def _is_personal(channel: Channel) -> list[Problem]:
    """A firm that uses the firm's line misuses nothing."""
    if channel.misuse is None or channel.record == "owner":
        return []
    message = "business use is no misuse of a line on the firm's record"
    return [Problem("misuse", message, accepted='record = "owner" beside it, or no misuse')]


@rule("reopening", "record")
def _counts_once(channel: Channel) -> list[Problem]:
    """A line on the firm's record has only that to be judged by."""
    ways = channel.reopening
    if ways is None or not ways.firm_record_weight or channel.record == "owner":
        return []
    message = "the line is on the firm's record: record_weight is what counts it"
    accepted = 'record_weight, or record = "owner" beside it'
    given = str(ways.firm_record_weight)
    return [Problem("reopening.firm_record_weight", message, given, accepted)]


@table
class Channel(Table):
    """What all borrowing channels have in common.

    Parameters
    ----------
    limit : Decimal, Draw or Array
        Credit limit, major units.
    rate : Rate
        Interest.
    committed : bool
        May refuse drawings only on breach, default, fault or expiry.
    min_drawing : Decimal
        Smallest drawing, major units.
    delay_days : int, Draw or Array
        Days from request to money.
    approval : float, Draw or Array
        Chance that a request is approved.
    business_days : bool
        Pays out on business days only.
    prepayable : bool
        May be repaid early.
    drawing_fee : float, Draw or Array
        Fraction of each drawing.
    penalty : float
        Multiplier of the rate on overdue principal.
    compound_overdue : bool
        Penalty also on overdue interest (复利).
    record : {"firm", "owner"}
        On whose credit record the line sits.
    close_after_arrears : int
        Days past due after which the line closes.
    drawn : Decimal
        Balance on day 0, major units.
    economy : float
        Log points of the limit and of the chance of approval per standard deviation of the
        economy factor; a committed line promises both and does not move.
    risk_control : RiskControl, optional
        How risk control closes it by itself; absent is never.
    fault : Fault, optional
        How often its system fails; absent is never.
    misuse : Misuse, optional
        How soon business use of a line on the owner's record comes to light; absent is never.
    agreement : Agreement, optional
        What a service agreement with the lender brings, and costs.
    data_sharing : Agreement, optional
        What sharing data with the lender brings, and costs; with both tables, factors multiply,
        fees add up and the longer notice holds.
    reads_record : ReadsRecord, optional
        How it answers to the credit record; absent is not at all.
    reports : bool
        Tells the credit record of closures by risk control or arrears.
    reopening : Reopening, optional
        What the firm does to have it opened again; absent is to wait.
    opening_behaviour : OpeningBehaviour
        What the lender has seen before day 0.
    """

    RULES: ClassVar[tuple[Rule, ...]] = (_can_be_drawn, _is_personal, _counts_once)
    #: A user's own kind, in Python only: the class that lives through its days.
    simulated_by: ClassVar[type | None] = None

    limit: MoneyLevel = money(level=True)
    rate: Rate = rate(level=True)
    committed: bool = flag(default=False)
    min_drawing: Decimal = money(0)
    delay_days: DaysLevel = days(0, level=True, high=365)
    approval: NumberLevel = fraction(1.0, level=True)
    business_days: bool = flag(default=True)
    prepayable: bool = flag(default=True)
    drawing_fee: NumberLevel = fraction(0, level=True)
    penalty: float = number(1.5, low=1.0, high=100.0)
    compound_overdue: bool = flag(default=False)
    record: str = choice("firm", "owner", default="firm")
    close_after_arrears: int = days(1, low=1)
    drawn: Decimal = money(0)
    economy: float = number(0.0, low=-2.0, high=2.0)
    risk_control: RiskControl | None = one(RiskControl, None)
    fault: Fault | None = one(Fault, None)
    misuse: Misuse | None = one(Misuse, None)
    agreement: Agreement | None = one(Agreement, None)
    data_sharing: Agreement | None = one(Agreement, None)
    reads_record: ReadsRecord | None = one(ReadsRecord, None)
    reports: bool = flag(default=True)
    reopening: Reopening | None = one(Reopening, None)
    opening_behaviour: OpeningBehaviour = one(OpeningBehaviour, OpeningBehaviour())

    @property
    def levers(self) -> tuple[str, ...]:
        """Return the levers of a channel of this kind, without the channel's name."""
        own = ("risk_control", "fault", "misuse")
        hazards = (key for key in own if getattr(self, key) is not None)
        return ("limit", "rate", "delay", "approval", "fee", *hazards)


@rule("accelerate_after", "close_after_arrears")
def _closed_before_called(line: Any) -> list[Problem]:
    """A lender that calls its balance lends nothing more."""
    after = line.accelerate_after
    if after is None or after >= line.close_after_arrears:
        return []
    message = "the balance would be called while the line still lends"
    accepted = f"at least close_after_arrears ({line.close_after_arrears})"
    return [Problem("accelerate_after", message, str(after), accepted)]


CALL_RULES: tuple[Rule, ...] = (_closed_before_called,)
"""Rules of kinds whose balance may be called."""


@table
class PlatformLine(Channel):
    """A platform's credit line (网贷, 花呗/借呗 and alike): instalments per drawing.

    Parameters
    ----------
    tenor_months : int
        Instalments of a drawing.
    repayment : {"equal_instalment", "equal_principal", "interest_first"}
        等额本息, 等额本金 or 先息后本.
    due_day : int, optional
        Day of the month of all instalments; absent: of the drawing's own day.
    prepayment : {"scale", "shorten"}
        A part prepayment scales what remains (减少月供) or shortens the tenor (缩短期限).
    opening_months : int, optional
        Months left on ``drawn``; absent is ``tenor_months``.
    accelerate_after : int, optional
        Days past due after which the whole balance falls due (加速到期); absent is never.

    Other parameters are those of `Channel`.
    """

    kind: ClassVar[str] = "platform"
    RULES: ClassVar[tuple[Rule, ...]] = (*Channel.RULES, *INSTALMENT_RULES, *CALL_RULES)

    business_days: bool = flag(default=False)
    tenor_months: int = whole(12, low=1, high=36, unit="months")
    repayment: str = choice(
        "equal_instalment", "equal_principal", "interest_first", default="equal_instalment"
    )
    due_day: int | None = whole(None, low=1, high=31, unit="days")
    prepayment: str = choice("scale", "shorten", default="scale")
    opening_months: int | None = whole(None, low=1, high=36, unit="months")
    accelerate_after: int | None = days(None, low=1)

    @property
    def levers(self) -> tuple[str, ...]:
        """Return the common levers and the tenor."""
        return (*super().levers, "tenor_months")


@rule("max_liabilities_to_assets", "min_days_of_cash")
def _some_covenant(covenant: Covenant) -> list[Problem]:
    """An empty covenant is a slip."""
    if covenant.max_liabilities_to_assets is None and covenant.min_days_of_cash is None:
        accepted = "max_liabilities_to_assets, min_days_of_cash"
        return [Problem("", "needs at least one test", accepted=accepted)]
    return []


@table
class Covenant(Table):
    """Tests on month-end books; a breach stops drawings until a test passes.

    Parameters
    ----------
    max_liabilities_to_assets : float, optional
        Ratio.
    min_days_of_cash : float, optional
        Cash over planned daily outflow, days.
    """

    RULES: ClassVar[tuple[Rule, ...]] = (_some_covenant,)

    max_liabilities_to_assets: float | None = number(None, high=1000.0)
    min_days_of_cash: float | None = number(None, high=3650.0, unit="days")


@rule("on", "every_months")
def _some_date(renewal: Renewal) -> list[Problem]:
    """A renewal has a day."""
    if renewal.on is None and renewal.every_months is None:
        return [Problem("", "needs a day", accepted="on, every_months or both")]
    return []


@table
class Renewal(Table):
    """The day on which a bank renews a line, or does not.

    Parameters
    ----------
    on : date, optional
        The first renewal day; absent is ``every_months`` after the start.
    every_months : int, optional
        Months between two renewal days; absent is once.
    chance : float, Draw or Array
        Chance that it is renewed.
    decision_days : int
        Days before the renewal day on which the bank decides, and says so.
    """

    RULES: ClassVar[tuple[Rule, ...]] = (_some_date,)

    on: dt.date | None = date(None)
    every_months: int | None = whole(None, low=1, high=120, unit="months")
    chance: NumberLevel = fraction(1.0, level=True)
    decision_days: int = days(30, high=365)


@rule("days", "every_months")
def _can_be_clean(clean_down: CleanDown) -> list[Problem]:
    """So many days fit into the period."""
    most = clean_down.every_months * 28
    if clean_down.days <= most:
        return []
    message = "longer than its period"
    return [Problem("days", message, str(clean_down.days), f"at most {most}, or a longer period")]


@table
class CleanDown(Table):
    """Consecutive days without a balance that the bank asks for in each period.

    Parameters
    ----------
    days : int
        Consecutive day-ends without a balance.
    every_months : int
        The period, from the start.
    """

    RULES: ClassVar[tuple[Rule, ...]] = (_can_be_clean,)

    days: int = days(30, low=1, high=365)
    every_months: int = whole(12, low=1, high=120, unit="months")


@rule("expires", "renewal")
def _one_end(line: RevolvingLine) -> list[Problem]:
    """A line expires, or is renewed."""
    if line.expires is None or line.renewal is None:
        return []
    accepted = "expires for an end that is certain, or renewal for one that is not"
    return [Problem("renewal", "the line expires on a date already", accepted=accepted)]


@table
class RevolvingLine(Channel):
    """A bank's revolving line (循环贷) or overdraft (透支): interest monthly, principal at expiry.

    Parameters
    ----------
    commitment_fee : Rate
        On the undrawn part.
    interest_day : int or "last"
        Day of the month on which interest is due.
    expires : date, optional
        Day from which nothing can be drawn and the balance is due.
    covenant : Covenant, optional
        Tests that stop drawings.
    renewal : Renewal, optional
        Days on which the line is renewed, or expires.
    clean_down : CleanDown, optional
        Days without a balance, in each period.
    accelerate_after : int, optional
        Days past due after which the whole balance falls due (加速到期); absent is never.

    Other parameters are those of `Channel`.
    """

    kind: ClassVar[str] = "revolver"
    RULES: ClassVar[tuple[Rule, ...]] = (*Channel.RULES, *CALL_RULES, _one_end)

    commitment_fee: Rate = rate(Rate(per_day=0))
    interest_day: int | str = month_day(21)
    expires: dt.date | None = date(None)
    covenant: Covenant | None = one(Covenant, None)
    renewal: Renewal | None = one(Renewal, None)
    clean_down: CleanDown | None = one(CleanDown, None)
    accelerate_after: int | None = days(None, low=1)

    @property
    def levers(self) -> tuple[str, ...]:
        """Return the common levers, and the chance of renewal where there is one."""
        return (*super().levers, *(["renewal"] if self.renewal is not None else []))


@table
class OwnerLoan(Channel):
    """Money of the owner: no schedule, repaid last.

    Parameters are those of `Channel`; the rate is 0 when none is given.
    """

    kind: ClassVar[str] = "owner"

    rate: Rate = rate(Rate(per_day=0), level=True)


@rule("rate")
def _bears_no_interest(equity: OwnerEquity) -> list[Problem]:
    """Equity is no loan."""
    level = equity.rate.level
    if isinstance(level, float) and level == 0:
        return []
    message = "equity bears no interest: leave it out"
    return [Problem("rate", message, accepted='no rate, or kind = "owner" for a loan')]


@rule("prepayable")
def _is_not_repaid(equity: OwnerEquity) -> list[Problem]:
    """What is repaid is a loan."""
    if not equity.prepayable:
        return []
    return [Problem("prepayable", "equity is not repaid", "true", 'kind = "owner" for a loan')]


@rule("penalty", "compound_overdue", "close_after_arrears")
def _is_never_overdue(equity: OwnerEquity) -> list[Problem]:
    """What is not owed cannot be late."""
    usual = {field.name: default_of(field) for field in fields_of(OwnerEquity)}
    return [
        Problem(key, "equity is never overdue", str(getattr(equity, key)), "leave it out")
        for key in ("penalty", "compound_overdue", "close_after_arrears")
        if getattr(equity, key) != usual[key]
    ]


@rule("drawn")
def _is_in_the_books(equity: OwnerEquity) -> list[Problem]:
    """Equity paid in before the start is in the opening cash."""
    if not equity.drawn:
        return []
    message = "equity paid in before the start is in firm.cash already"
    return [Problem("drawn", message, str(equity.drawn), "0: leave it out")]


@table
class OwnerEquity(Channel):
    """Equity that the owner would put in (股东增资): never repaid, no interest.

    Parameters
    ----------
    rate : Rate
        None: equity bears no interest.
    prepayable : bool
        False: equity is not repaid.

    Other parameters are those of `Channel`.
    """

    kind: ClassVar[str] = "equity"
    RULES: ClassVar[tuple[Rule, ...]] = (
        *Channel.RULES,
        _bears_no_interest,
        _is_not_repaid,
        _is_never_overdue,
        _is_in_the_books,
    )

    rate: Rate = rate(Rate(per_day=0), level=True)
    prepayable: bool = flag(default=False)
