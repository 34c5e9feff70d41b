"""Treasury: buffers, look-ahead, drawing and paying order, cost control."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from cashstress.errors import Problem
from cashstress.scenario.containers import NamedOf
from cashstress.scenario.fields import choice, days, field, flag, fraction, names, number
from cashstress.scenario.named import Named
from cashstress.scenario.numeric import Whole
from cashstress.scenario.problems import nearest
from cashstress.scenario.rates import Buffer, buffer, show_buffer
from cashstress.scenario.table import Table, rule, table

__all__ = ["Treasury", "ceiling_below_floor"]

_DEFERRABLE = ("taxes", "critical", "rent", "other", "discretionary")


def _deferrals() -> Any:
    """Make the field of days by pay class."""
    return field(NamedOf(Whole(), names=_DEFERRABLE), Named())


def ceiling_below_floor(treasury: Treasury) -> Problem:
    """Say that what is drawn up to the floor would be repaid at once, every day."""
    given, floor = (show_buffer(each) for each in (treasury.ceiling, treasury.floor) if each)
    message = "the ceiling is below the floor: what is drawn would be repaid on the same day"
    return Problem("ceiling", message, str(given), f"at least floor ({floor})")


@rule("floor", "ceiling")
def _room_between(treasury: Treasury) -> Iterator[Problem]:
    """Cash has room between floor and ceiling, where both are amounts or both are days."""
    floor, ceiling = treasury.floor, treasury.ceiling
    if ceiling is None or (floor.days is None) != (ceiling.days is None):
        return
    below = (ceiling.amount or 0) < (floor.amount or 0) or (ceiling.days or 0) < (floor.days or 0)
    if below:
        yield ceiling_below_floor(treasury)


@rule("draw_order", "draw_together")
def _together_in_the_order(treasury: Treasury) -> Iterator[Problem]:
    """What is drawn on together is drawn on at all."""
    order, together = treasury.draw_order, treasury.draw_together
    if order is not None:
        for name in together or ():
            if name not in order:
                accepted = f"one of draw_order ({', '.join(order)}), or {name} in it too"
                near = nearest(name, order)
                yield Problem("draw_together", "is not in draw_order", name, accepted, near)


@table
class Treasury(Table):
    """How cash is steered.

    Parameters
    ----------
    floor : Buffer
        Cash drawn up to.
    ceiling : Buffer, optional
        Cash above which loans are prepaid; absent is never.
    look_ahead : int
        Days of planned flows considered.
    receipt_haircut : float
        Share of expected receipts counted on.
    draw_order : tuple of str, optional
        Channels in the order of drawing; absent is the order of the scenario.
    draw_together : tuple of str, optional
        Same-day channels over which what is missing is spread by headroom; absent is none.
    prepay_order : tuple of str, optional
        Absent is the reverse of the order of drawing.
    release : bool
        Cash held for an all-or-nothing item that cannot be paid is released to lower classes.
    austerity_days : float
        Days of cash below which costs are cut.
    austerity_cut : float
        Share of discretionary spending cut then.
    check_every : int
        Days between looks at the lines.
    on_notice : {"draw_needed", "nothing", "draw_all"}
        What to do on notice of a closure.
    expects_roll_over : bool
        Before a lender has decided, count on loans being rolled over and lines renewed.
    policy_watch : int
        Days before a rule of a regulator begins on which the firm knows of it, if its own notice is
        shorter.
    endorse : {"when_short", "never", "always"}
        When bills in hand pay suppliers who accept them: where cash is short, never, or for all
        that is due.
    take_discounts : bool
        Pay early for the discount where cash allows.
    defer : Named of int
        Days a pay class is stretched by policy.
    wind_up_after : int
        Days of unpaid wages after which the firm is wound up.
    """

    RULES: ClassVar = (_room_between, _together_in_the_order)

    floor: Buffer = buffer("0")
    ceiling: Buffer | None = buffer(None)
    look_ahead: int = days(14, high=120)
    receipt_haircut: float = fraction(0.8)
    draw_order: tuple[str, ...] | None = names(None)
    draw_together: tuple[str, ...] | None = names(None, least=2)
    prepay_order: tuple[str, ...] | None = names(None)
    release: bool = flag(default=False)
    austerity_days: float = number(0.0, high=3650, unit="days")
    austerity_cut: float = fraction(0.5)
    check_every: int = days(1, low=1)
    on_notice: str = choice("nothing", "draw_needed", "draw_all", default="draw_needed")
    expects_roll_over: bool = flag(default=False)
    policy_watch: int = days(0)
    endorse: str = choice("when_short", "never", "always", default="when_short")
    take_discounts: bool = flag(default=False)
    defer: Named[int] = _deferrals()
    wind_up_after: int = days(60, low=1)
