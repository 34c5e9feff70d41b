"""Acceptance bills (承兑汇票): what customers pay with, who discounts them and who issues them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar, Final

from cashstress.errors import Problem
from cashstress.scenario.channels import Channel
from cashstress.scenario.fields import (
    choice,
    date,
    days,
    flag,
    fraction,
    many,
    money,
    names,
    number,
    whole,
)
from cashstress.scenario.levels import NumberLevel
from cashstress.scenario.rates import Rate, rate
from cashstress.scenario.table import Rule, Table, rule, table

__all__ = ["MOST_MONTHS", "Acceptance", "Bill", "BillDiscount", "OpeningBill"]

#: Bills run for at most half a year (rule of January 2023).
MOST_MONTHS: Final = 6


@table
class OpeningBill(Table):
    """A bill in hand on day 0.

    Parameters
    ----------
    matures : date
        Its maturity.
    face : Decimal
        Major units, above 0.
    """

    matures: dt.date = date()
    face: Decimal = money(positive=True)


@rule("acceptor", "failure")
def _banks_pay(bill: Bill) -> list[Problem]:
    """A bank that accepts a bill pays it."""
    if bill.acceptor != "bank" or not bill.failure:
        return []
    message, accepted = "a bank pays what it has accepted", '0, or acceptor = "commercial"'
    return [Problem("failure", message, f"{bill.failure:g}", accepted)]


@table
class Bill(Table):
    """The bills that a customer pays with (银行承兑汇票, 商业承兑汇票).

    Parameters
    ----------
    tenor_months : int
        Calendar months from the day on which it is handed over to its maturity.
    acceptor : {"bank", "commercial"}
        Who has promised to pay it: a bank, or a firm.
    failure : float
        Chance that the acceptor of a commercial bill does not pay, for each bill.
    recourse_cost : float
        Share of the face that a holder who was not paid adds to what it claims.
    divisible : bool
        Any part can be endorsed or discounted (新一代票据, 可分包流转); otherwise whole bills.
    opening : tuple of OpeningBill, optional
        Bills in hand on day 0; absent is the steady state.
    """

    RULES: ClassVar[tuple[Rule, ...]] = (_banks_pay,)

    tenor_months: int = whole(low=1, high=MOST_MONTHS, unit="months")
    acceptor: str = choice("bank", "commercial", default="bank")
    failure: float = fraction(0)
    recourse_cost: float = fraction(0)
    divisible: bool = flag(default=False)
    opening: tuple[OpeningBill, ...] | None = many(OpeningBill, None)


@rule("prepayable")
def _not_bought_back(line: Channel) -> list[Problem]:
    """A bill runs to its maturity."""
    if not line.prepayable:
        return []
    return [Problem("prepayable", "a bill runs to its maturity", "true", "false")]


@rule("drawn")
def _nothing_before(line: Channel) -> list[Problem]:
    """What ran before the start has maturities, which a balance does not say."""
    if not line.drawn:
        return []
    message = "bills that ran before the start are not simulated"
    return [Problem("drawn", message, str(line.drawn), "0: leave it out")]


@table
class BillDiscount(Channel):
    """A bank that discounts the bills in hand (票据贴现), with recourse.

    Parameters
    ----------
    prepayable : bool
        Cannot be set: a bill runs to its maturity.
    customers : tuple of str, optional
        Customers whose bills it takes; absent is all.
    extra_days : int
        Days of interest beyond the maturity (an acceptor out of town: 3).

    Other parameters are those of `Channel`; ``limit`` and ``min_drawing`` are of face, ``rate`` is
    the discount, ``drawing_fee`` a share of the face.
    """

    kind: ClassVar[str] = "bills"
    RULES: ClassVar[tuple[Rule, ...]] = (*Channel.RULES, _not_bought_back, _nothing_before)

    prepayable: bool = flag(default=False)
    customers: tuple[str, ...] | None = names(None, least=1)
    extra_days: int = days(0, high=30)


@rule("deposit")
def _something_is_lent(line: Acceptance) -> list[Problem]:
    """With the whole face as a deposit the bill costs its cash today."""
    if line.deposit < 1:
        return []
    return [Problem("deposit", "the whole face: nothing is lent", "1", "less than 1")]


@rule("delay_days")
def _issued_on_the_day(line: Acceptance) -> Iterator[Problem]:
    """An acceptance is handed to the supplier on the day on which its bill is due."""
    if not isinstance(line.delay_days, int) or line.delay_days:
        message = "is issued on the day on which a supplier's bill is due"
        yield Problem("delay_days", message, accepted="0: leave it out")


@table
class Acceptance(Channel):
    """A bank that accepts bills which the firm issues to its suppliers (银行承兑), on a deposit.

    Parameters
    ----------
    limit : Decimal, Draw or Array
        Largest face less deposits outstanding (敞口额度), major units.
    rate : Rate
        On what the bank had to advance at a maturity (垫款).
    penalty : float
        Multiplier of that rate.
    prepayable : bool
        Cannot be set: a bill runs to its maturity.
    drawing_fee : float, Draw or Array
        Share of the face (手续费).
    tenor_months : int
        Calendar months to the maturity.
    deposit : float
        Share of the face that is locked until then (保证金).
    use : {"when_short", "always"}
        Issued where cash is short, or for all that is due to suppliers who accept bills.

    Other parameters are those of `Channel`.
    """

    kind: ClassVar[str] = "acceptance"
    RULES: ClassVar[tuple[Rule, ...]] = (
        *Channel.RULES,
        _not_bought_back,
        _nothing_before,
        _something_is_lent,
        _issued_on_the_day,
    )

    # 0.05 % a day, and 0.05 % of the face: the usual terms (支付结算办法, article 91).
    rate: Rate = rate(Rate(per_day=0.0005), level=True)
    penalty: float = number(1.0, low=1.0, high=100.0)
    prepayable: bool = flag(default=False)
    drawing_fee: NumberLevel = fraction(0.0005, level=True)
    tenor_months: int = whole(6, low=1, high=MOST_MONTHS, unit="months")
    deposit: float = fraction()
    use: str = choice("when_short", "always", default="when_short")
