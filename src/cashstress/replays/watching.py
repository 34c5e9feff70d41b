"""What the diary compares from one look to the next: levers, shocks, lines, suppliers, outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from cashstress.replays.names import plain
from cashstress.replays.words import HAPPENED, cause, money

if TYPE_CHECKING:
    from cashstress.kernel.levers import Lever
    from cashstress.processes.channels import Channel
    from cashstress.processes.firm import Firm
    from cashstress.processes.purchasing import Supplier
    from cashstress.processes.shocks import Strike

__all__ = ["LeverWatch", "LineWatch", "ShockWatch", "StateWatch"]

#: Outcomes whose beginning and end are events, and what the end is called.
_ENDS: Final = {
    "missed_payroll": ("wages_paid_late", "the missed wages are paid"),
    "stock_out": ("stock_out_ended", "material is there again"),
    "supply_disruption": ("supply_restored", "the supply chain holds again"),
    "cash_out": ("all_paid", "nothing is left unpaid"),
}


#: Part of itself by which a level may move without a word.
_HAIR: Final = 0.01


class _Writer(Protocol):
    def note(self, kind: str, subject: str, text: str, amount: int | None = None) -> None:
        """Write an event down."""


class LeverWatch:
    """Levers that shocks, rules and lenders pull; what the economy does every day is left out."""

    def __init__(self, firm: Firm, diary: _Writer) -> None:
        self._firm, self._diary = firm, diary
        self._values: dict[str, float] = {}
        self._moved: dict[str, int] = {}

    def forget(self) -> None:
        """Take today's levels as they are."""
        self._values = {lever.name: _level(lever) for lever in self._firm.levers}

    def look(self, day: int) -> None:
        """Note levers that moved since the last look, on the first day of a row of such days."""
        for lever in self._firm.levers:
            before, now = self._values[lever.name], _level(lever)
            # A credit record moves a lender's levels by a hair every month.
            if abs(now - before) <= _HAIR * abs(before):
                continue
            if self._moved.get(lever.name, -2) < day - 1:
                what, _, _ = lever.name.rpartition(".")
                text = f"{_lever_words(lever.name)} goes from {_shown(lever, before)} to "
                self._diary.note("lever_moved", what, text + _shown(lever, now))
            self._moved[lever.name] = day
            self._values[lever.name] = now


class ShockWatch:
    """Shocks that strike and end."""

    def __init__(self, firm: Firm, diary: _Writer) -> None:
        self._firm, self._diary = firm, diary

    def look(self, day: int) -> None:
        """Note what begins or ends this morning."""
        for strike in self._firm.strikes:
            if int(strike.start[0]) == day:
                self._note(strike, "shock_struck", f"strikes{self._until(strike)}")
            if int(strike.end[0]) == day and int(strike.start[0]) < day:
                self._note(strike, "shock_ended", "is over")

    def _note(self, strike: Strike, kind: str, what: str) -> None:
        sort = str(getattr(type(strike.plan), "kind", "") or "own").replace("_", " ")
        text = f'the shock "{strike.name}" ({sort}) {what}'
        self._diary.note(kind, strike.name, text)

    def _until(self, strike: Strike) -> str:
        end = int(strike.end[0])
        if end >= self._firm.scenario.horizon:
            return " and lasts to the end"
        return f", until {self._firm.calendar.date(end):%a %-d %b %Y}"


class LineWatch:
    """Lines that close, open again, or are announced to close."""

    def __init__(self, firm: Firm, diary: _Writer) -> None:
        self._firm, self._diary = firm, diary
        self._since: dict[str, int] = {}
        self._before: dict[str, tuple[str, ...]] = dict.fromkeys(firm.channels, ())
        self._notice: dict[str, int] = dict.fromkeys(firm.channels, 0)

    def causes(self, channel: Channel) -> tuple[str, ...]:
        """Return why a line is closed, in words; nothing for an open one."""
        in_force = channel.in_force_by_row()[:, 0]
        named = (cause(row) for row, on in zip(channel.rows, in_force, strict=True) if on)
        return tuple(dict.fromkeys(named))

    def closed_since(self, channel: Channel) -> int | None:
        """Return the day on which a line closed."""
        return self._since.get(channel.name)

    def look(self, day: int) -> None:
        """Note what has changed."""
        for name, channel in self._firm.channels.items():
            now, before = self.causes(channel), self._before[name]
            self._note_notice(channel, day)
            if now and not before:
                self._since[name] = day
            for each in (each for each in now if each not in before):
                owed = money(-int(self._firm.books.balance(channel.account)[0]))
                text = f"{plain(name)} closes: {each}; {owed} drawn stay on their schedule"
                self._diary.note("line_closed", name, text)
            if before and not now:
                self._since.pop(name, None)
                self._diary.note("line_reopened", name, f"{plain(name)} is open again")
            self._before[name] = now

    def _note_notice(self, channel: Channel, day: int) -> None:
        on = int(self._firm.columns[f"{channel.name}.notice_of"][0])
        if on > day and on != self._notice[channel.name]:
            date = f"{self._firm.calendar.date(on):%a %-d %b %Y}"
            text = f"{plain(channel.name)} announces that it will close on {date}"
            self._diary.note("closure_announced", channel.name, text)
        self._notice[channel.name] = on


class StateWatch:
    """Holds of suppliers, and outcomes as they begin and end."""

    def __init__(self, firm: Firm, diary: _Writer) -> None:
        self._firm, self._diary = firm, diary
        self._held: set[str] = set()
        self._on: set[str] = set()
        self._episodes: dict[str, int] = dict.fromkeys(firm.outcomes.watches, 0)
        self._staff: float | None = None

    def look_at_suppliers(self, day: int) -> None:
        """Note holds that began or were lifted this morning."""
        for supplier in self._firm.suppliers:
            held, name = bool(supplier.hold[0]), supplier.name
            if held and name not in self._held:
                self._held.add(name)
                self._note_hold(supplier)
            elif not held and name in self._held:
                self._held.remove(name)
                self._note_lifted(supplier, day)

    def _note_hold(self, supplier: Supplier) -> None:
        ledger = supplier.payable.ledger
        owed, age = int(ledger.owed[0]), int(ledger.days_past_due()[0])
        text = f"{plain(supplier.name)} ships nothing more: {money(owed)} past due, "
        self._diary.note("hold_began", supplier.name, f"{text}the oldest for {age} days", owed)

    def _note_lifted(self, supplier: Supplier, day: int) -> None:
        text = f"{plain(supplier.name)} ships again"
        until = int(self._firm.columns[f"{supplier.name}.cash_until"][0])
        if until > day:
            text += f", against cash until {self._firm.calendar.date(until):%a %-d %b}"
        self._diary.note("hold_lifted", supplier.name, text)

    def look_at_outcomes(self) -> None:
        """Note outcomes that began or ended, and people who left."""
        for name, watch in self._firm.outcomes.watches.items():
            if not name.startswith("channel_closed:"):
                self._look_at(name, watch)
        if self._firm.payroll is not None:
            self._count_staff(float(self._firm.payroll.staff[0]))

    def _look_at(self, name: str, watch: Any) -> None:
        on = watch.today is not None and bool(watch.today[0])
        episodes = int(watch.episodes[0])
        if episodes > self._episodes[name]:
            self._diary.note(name, "", HAPPENED[name] + self._details(name), self._amount(name))
        elif name in self._on and not on and name in _ENDS:
            self._diary.note(*_with_subject(_ENDS[name]))
        self._episodes[name] = episodes
        (self._on.add if on else self._on.discard)(name)

    def _details(self, name: str) -> str:
        amount = self._amount(name)
        return "" if amount is None else f": {money(amount)}"

    def _amount(self, name: str) -> int | None:
        if name == "cash_out":
            return int(self._firm.treasury.unpaid[0])
        if name == "missed_payroll" and self._firm.payroll is not None:
            return int(self._firm.payroll.wages.ledger.owed[0])
        return None

    def _count_staff(self, staff: float) -> None:
        if self._staff is not None and staff < self._staff:
            text = f"staff leave over unpaid wages: {self._staff:.2f} before, {staff:.2f} now"
            self._diary.note("staff_left", "", text)
        self._staff = staff


def _with_subject(end: tuple[str, str]) -> tuple[str, str, str]:
    kind, text = end
    return kind, "", text


def _level(lever: Lever) -> float:
    return float(np.asarray(lever.value).reshape(-1)[0])


def _lever_words(name: str) -> str:
    what, _, level = name.rpartition(".")
    return f"the {level.replace('_', ' ')} of {plain(what)}" if what else name


def _shown(lever: Lever, value: float) -> str:
    if lever.unit == "money":
        return money(round(value))
    if lever.unit == "rate":
        return f"{value * 365:.2%} a year"
    if lever.unit == "share":
        return f"{value:.1%}"
    return f"{value:g}" + ("" if lever.unit == "factor" else f" {lever.unit}")
