"""The story of a replication, in plain words: what led to the first trouble, day by day."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

import attrs

from cashstress.replays.names import plain
from cashstress.replays.words import HAPPENED, money

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cashstress.replays.events import Day, Due, Event, LineState

__all__ = ["Story"]

#: What explains a failure; the rest of the events is its daily traffic.
_CAUSES: Final = frozenset({
    "shock_struck", "shock_ended", "lever_moved", "closure_announced", "line_closed",
    "line_reopened", "called", "bill_failed", "hold_began", "hold_lifted", "staff_left",
})  # fmt: skip
#: What comes often and is summed up: its words, for so much and so many times.
_TRAFFIC: Final = {
    "drawn": "the firm drew {amount} on {name}",
    "drawing_arrived": "the firm drew {amount} on {name}",
    "repaid_early": "it repaid {amount} of {name} early",
    "drawing_refused": "{name} refused {amount}",
    "asked_closed_line": "the firm asked {name} for {amount} and found it closed",
    "asked_used_up_line": "the firm asked {name} for {amount} and nothing was left on it",
    "written_off": "invoices of {name} over {amount} were never paid and given up",
    "cash_order_lapsed": "orders to {name} over {amount} lapsed for lack of cash",
}
_MOST_CAUSES: Final = 24
_BEFORE: Final = 7
_AFTER: Final = 7
_NARROWEST: Final = 60
#: Columns of the table of days: those of the date, their heads, and characters of each at most.
_LABEL: Final = 12
_HEADS: Final = ("cash", "came in", "drawn", "due", "paid", "unpaid")
_WIDEST: Final = 14
_DATE: Final = "%a %-d %b %Y"
_SHORT: Final = "%-d %b"


@attrs.frozen(kw_only=True)
class Story:
    """What happened in a replication, as objects and as text.

    Attributes
    ----------
    title : str
    currency : str
    events : tuple of Event
        In the order in which they happened.
    days : tuple of Day
        Every day in figures.
    outcomes : mapping of outcome to int
        First day of each; what never happened is left out.
    """

    title: str
    currency: str
    events: tuple[Event, ...]
    days: tuple[Day, ...]
    outcomes: Mapping[str, int]

    @property
    def first_day(self) -> int | None:
        """First day of trouble: of any outcome but a closed line alone; None for none."""
        days = [day for name, day in self.outcomes.items() if name in HAPPENED]
        return min(days, default=None)

    @property
    def lowest_day(self) -> int:
        """Day that ended with the least cash and headroom less what was unpaid."""
        return min(self.days, key=lambda day: day.liquidity).day

    def text(self, width: int = 100) -> str:
        """Return it to read, in lines of at most `width` characters (60 at least)."""
        return "\n".join(self._lines(max(width, _NARROWEST))) + "\n"

    def __str__(self) -> str:
        """Return it to read."""
        return self.text()

    def _lines(self, width: int) -> Iterator[str]:
        day = self.first_day
        yield f"{self.title}; amounts in {self.currency}"
        yield ""
        yield from _wrapped(self._headline(day), width)
        told = self.lowest_day if day is None else day
        seen, before = (
            self.days[told],
            "How it came to that" if day is not None else "What happened before it",
        )
        parts = {
            before: self._causes(told),
            f"{seen.date:{_DATE}}, as the treasury saw it": self._day(seen),
            "Day by day around it": self._table(told, width),
            "What followed": self._what_followed(told),
        }
        for heading, lines in parts.items():
            body = [each for line in lines for each in _wrapped(line, width)]
            if body:
                yield from ("", heading, *body)

    # -- its parts -----------------------------------------------------------------------------

    def _headline(self, day: int | None) -> str:
        if day is None:
            return self._nothing_happened()
        names = [name for name in HAPPENED if self.outcomes.get(name) == day]
        date = self.days[day].date
        what = " and ".join(HAPPENED[name] for name in names)
        return f"On {date:{_DATE}} (day {day}) {what}. {self._shortfall(self.days[day])}".strip()

    def _nothing_happened(self) -> str:
        """A line may have been closed all the same: each that was, and when it first was."""
        closed = "".join(
            f"{plain(name)} was closed on {self.days[day].date:{_DATE}} (day {day}). "
            for kind, _, name, day in ((*o.partition(":"), day) for o, day in self.outcomes.items())
            if kind == "channel_closed"
        )
        days, low = len(self.days), self.days[self.lowest_day]
        nothing = f"Nothing happened in {days} days: every bill was paid when it was due."
        harmless = f"{closed}All the same every bill of {days} days was paid when it was due."
        return (
            f"{harmless if closed else nothing} The lowest day was {low.date:{_DATE}} (day "
            f"{low.day}): cash {money(low.closing_cash)} and {money(low.headroom)} to draw."
        )

    def _shortfall(self, day: Day) -> str:
        if not day.unpaid:
            return ""
        unpaid = [due for due in day.due if due.left > due.may_wait]
        names = " and ".join(f"{due.name} {money(due.left)}" for due in unpaid[:3])
        more = f" and {len(unpaid) - 3} more" if len(unpaid) > 3 else ""  # noqa: PLR2004 -- as above
        return f"At the end of the day {money(day.unpaid)} was unpaid: {names}{more}."

    def _causes(self, told: int) -> Iterator[str]:
        opening = self.days[0]
        yield f"  {opening.date:{_DATE}}: opens with {money(opening.opening_cash)} cash." + "".join(
            f" {plain(line.name)}: {money(line.drawn)} of {money(line.limit)} drawn."
            for line in opening.lines
            if line.limit or line.drawn
        )
        found = [e for e in self.events if e.kind in _CAUSES and e.day <= told]
        shown = found[-_MOST_CAUSES:]
        if len(shown) < len(found):
            yield f"  ... {len(found) - len(shown)} earlier events"
        yield from (_event(event) for event in shown)
        yield from self._traffic(told)

    def _traffic(self, told: int) -> Iterator[str]:
        """What came often up to the day, summed up by line, customer and supplier."""
        sums: dict[tuple[str, str], list[Event]] = {}
        for event in self.events:
            if event.kind in _TRAFFIC and event.day <= told:
                sums.setdefault((event.subject, _TRAFFIC[event.kind]), []).append(event)
        for (name, words), events in sums.items():
            total = money(sum(event.amount or 0 for event in events))
            last = f"{events[-1].date:{_SHORT}}"
            when = f"on {last}" if len(events) == 1 else f"{len(events)} times, the last on {last}"
            yield f"  Until then {words.format(amount=total, name=plain(name))}, {when}."

    def _day(self, day: Day) -> Iterator[str]:
        yield _figure("Cash in the morning", day.opening_cash)
        yield _figure("Came in", day.received)
        yield from self._owed(day)
        yield (
            _figure("Asked for by orders against cash", day.cash_orders) if day.cash_orders else ""
        )
        yield _figure("Had to be paid today", day.required)
        yield _figure(f"Missing, with the floor of {money(day.floor)}", day.gap)
        yield _figure(f"Missing over the next {day.look_ahead} days", day.gap_ahead)
        if not day.banks_open:
            yield "  Banks are closed: only what lenders debit moves."
        yield from self._not_in(day)
        yield "  The lines:" if day.lines else "  There is no line to draw on."
        for line in day.lines:
            yield f"    {plain(line.name)}: {self._said(line, day)}"
        yield from (f"    {event.text}" for event in self.events if _is_answer(event, day.day))
        if any(due.whole and due.left for due in day.due):
            yield "  Wages are paid in full or not at all, and what is there is kept for them."
        yield _figure("Paid", day.paid)
        yield _figure("Left unpaid", day.unpaid)
        yield _figure("Cash in the evening", day.closing_cash)

    def _owed(self, day: Day) -> Iterator[str]:
        if day.due:
            yield "  Due:"
        for due in day.due:
            yield f"    {due.name:<38}{money(due.amount):>16}  {_how(due)}".rstrip()

    def _not_in(self, day: Day) -> Iterator[str]:
        if day.late:
            yield "  Had not come in:"
        for late in day.late:
            count = "1 invoice" if late.invoices == 1 else f"{late.invoices} invoices"
            text = f"    {plain(late.customer):<38}{money(late.amount):>16}  {count}, the oldest "
            text += f"{day.day - late.oldest} days late"
            text += f"; {money(late.disputed)} disputed" if late.disputed else ""
            yield text + (f"; {money(late.soon)} came within 14 days" if late.soon else "")

    def _said(self, line: LineState, day: Day) -> str:
        drawn = f"{money(line.drawn)} of {money(line.limit)} drawn"
        coming = f", {money(line.pending)} on its way" if line.pending else ""
        if line.causes:
            since = ""
            if line.closed_since is not None:
                since = f" since {self.days[line.closed_since].date:{_SHORT}}"
            return f"closed{since} ({', '.join(line.causes)}); {drawn}{coming}"
        if line.refused_until > day.day:
            return (
                f"refused, not to be asked again for {line.refused_until - day.day} days; {drawn}"
            )
        if not line.headroom:
            return f"nothing left to draw; {drawn}{coming}"
        return f"{money(line.headroom)} could be asked for; {drawn}{coming}"

    def _table(self, told: int, width: int) -> Iterator[str]:
        """Columns as wide as there is room for; in whole units where that is too little."""
        days = self.days[max(told - _BEFORE, 0) : told + _AFTER + 1]
        rows = [_amounts(day) for day in days]
        room = min((width - _LABEL) // len(_HEADS), _WIDEST)
        longest = max(len(money(amount)) for row in rows for amount in row)
        whole = longest >= room
        head = f"whole {self.currency}" if whole else ""
        yield f"  {head:<10}" + "".join(f"{each:>{room}}" for each in _HEADS)
        for day, row in zip(days, rows, strict=True):
            mark = "> " if day.day == told else "  "
            shown = (money(amount, whole=whole) if amount else "-" for amount in row)
            yield f"{mark}{day.date:%a %-d %b}".ljust(_LABEL) + "".join(
                f"{each:>{room}}" for each in shown
            )

    def _what_followed(self, told: int) -> Iterator[str]:
        """Each later outcome when it first began, and how it ended."""
        seen: set[str] = set()
        for event in self.events:
            kinds = {"hold_began", "hold_lifted", "line_reopened", "line_closed", *HAPPENED}
            kinds |= {"all_paid", "wages_paid_late", "supply_restored", "staff_left"}
            key = f"{event.kind} {event.subject}"
            if event.day > told and event.kind in kinds and key not in seen:
                seen.add(key)
                yield _event(event)
        last = self.days[-1]
        yield f"  {last.date:{_DATE}}: ends with {money(last.closing_cash)} cash, " + (
            f"{money(last.unpaid)} unpaid." if last.unpaid else "nothing unpaid."
        )


def _amounts(day: Day) -> tuple[int, ...]:
    due = sum(each.amount for each in day.due)
    return (day.opening_cash, day.received, day.borrowed, due, day.paid, day.unpaid)


def _event(event: Event) -> str:
    return f"  {event.date:{_DATE}}: {event.text}."


def _is_answer(event: Event, day: int) -> bool:
    """Whether an event is what a line said on a day."""
    asked = event.kind.startswith(("asked_", "drawing_")) or event.kind == "drawn"
    return event.day == day and asked


def _figure(label: str, amount: int) -> str:
    return f"  {label:<40}{money(amount):>16}"


def _how(due: Due) -> str:
    age = f"{due.days_past_due} days past due" if due.days_past_due else "today"
    if not due.left:
        return f"{age}, paid"
    part = f", {money(due.paid)} paid" if due.paid else ", not paid"
    return age + part + (", may wait" if due.may_wait >= due.left else "")


def _wrapped(line: str, width: int) -> list[str]:
    if not line.strip():
        return []
    indent = " " * (len(line) - len(line.lstrip()) + 2) if line.startswith(" ") else ""
    return (
        textwrap.wrap(line, width, subsequent_indent=indent, drop_whitespace=True)
        if len(line) > width
        else [line]
    )
