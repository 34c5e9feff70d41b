"""What risk control sees of the firm, and the multiplier of its hazard that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cashstress.processes.levels import Kept, level

if TYPE_CHECKING:
    from collections.abc import Callable

    from cashstress import scenario as sc
    from cashstress.kernel.arrays import Flags, Lanes
    from cashstress.processes.channels import Channel
    from cashstress.processes.firm import Firm

__all__ = ["Behaviour", "Count"]


class Count:
    """How often something happened on the last `window` days, today included, per lane.

    Parameters
    ----------
    firm : Firm
    name : str
        Prefix of its columns.
    window : int
        Days.
    opening : int
        Times it happened on the `window` - 1 days before day 0, spread evenly over them.
    """

    def __init__(self, firm: Firm, name: str, *, window: int, opening: int) -> None:
        self._firm, self._name, self._window = firm, name, window
        firm.columns.add(f"{name}.daily", np.int16, rows=window)
        firm.columns.add(f"{name}.times", np.int32)
        before = np.bincount(_spread(opening, window - 1), minlength=window)
        self._daily[...] = np.roll(before[::-1], 1)[:, None]
        self.times[...] = int(before.sum())

    @property
    def times(self) -> Any:
        """Times in the window, per lane."""
        return self._firm.columns[f"{self._name}.times"]

    @property
    def _daily(self) -> Any:
        return self._firm.columns[f"{self._name}.daily"]

    def note(self, lanes: Lanes) -> None:
        """It happens in these lanes today."""
        self._daily[self._firm.clock.today % self._window, lanes] += 1
        self.times[lanes] += 1

    def end_day(self) -> None:
        """Let the oldest day of the window go; its place is tomorrow's."""
        row = self._daily[(self._firm.clock.today + 1) % self._window]
        self.times[...] -= row
        row[...] = 0


def _spread(times: int, days: int) -> Any:
    """Days before day 0 (1 to `days`) of things that happened evenly over them."""
    if not days:
        return np.zeros(0, np.int64)
    return 1 + np.floor((np.arange(times) + 0.5) * days / max(times, 1)).astype(np.int64)


class Behaviour:
    """The behaviours that one line's risk control looks at.

    Attributes
    ----------
    drawings, quick : Count or None
        Drawings, and early repayments soon after one; None where nobody counts them.
    """

    def __init__(self, firm: Firm, channel: Channel, plan: sc.RiskControl) -> None:
        self._firm, self._channel, self.plan = firm, channel, plan
        seen = channel.plan.opening_behaviour
        name = f"{channel.name}.behaviour"
        self.drawings = self.quick = None
        if plan.frequent_drawing is not None:
            window = plan.frequent_drawing.window
            self.drawings = Count(firm, f"{name}.drawings", window=window, opening=seen.drawings)
        if plan.quick_prepayment is not None:
            self.quick = Count(
                firm, f"{name}.quick", window=plan.quick_prepayment.window,
                opening=seen.quick_prepayments,
            )  # fmt: skip
        firm.columns.add(f"{name}.last_drawing", np.int32, -seen.days_since_drawing)
        self._tests = self._make_tests()

    @property
    def last_drawing(self) -> Any:
        """Day of the last drawing, per lane; before day 0 where it was before."""
        return self._firm.columns[f"{self._channel.name}.behaviour.last_drawing"]

    def note_drawings(self, lanes: Lanes) -> None:
        """A drawing is granted in these lanes."""
        self.last_drawing[lanes] = self._firm.clock.today
        if self.drawings is not None:
            self.drawings.note(lanes)

    def note_prepayments(self, lanes: Lanes) -> None:
        """Something is repaid early in these lanes."""
        if self.quick is None or self.plan.quick_prepayment is None:
            return
        since = self._firm.clock.today - self.last_drawing[lanes]
        self.quick.note(lanes[since <= self.plan.quick_prepayment.within])

    def times(self) -> Any:
        """What all behaviours make of the hazard: 1.0, or a float64 array (lanes,)."""
        product: Any = 1.0
        for shows, multiplier in self._tests.values():
            product = product * np.where(shows(), multiplier.value, 1.0)
        return product

    def is_bad(self) -> Flags:
        """Lanes that show a behaviour that the firm can mend: a closed line is idle anyway."""
        bad = np.zeros(self._firm.world.lanes, np.bool_)
        for name, (shows, _) in self._tests.items():
            if name != "inactivity":
                bad |= shows()
        return bad

    def end_day(self) -> None:
        """Move the windows on."""
        for count in (self.drawings, self.quick):
            if count is not None:
                count.end_day()

    def _make_tests(self) -> dict[str, tuple[Callable[[], Flags], Kept]]:
        """By behaviour: whether it shows today, per lane, and its multiplier."""
        looks = {
            "frequent_drawing": self._draws_often,
            "quick_prepayment": self._repays_quickly,
            "arrears": self._is_late,
            "utilisation": self._uses_much,
            "lenders": self._owes_many,
            "inactivity": self._is_idle,
        }
        key = f"channels.{self._channel.name}.risk_control"
        given = {name: look for name, look in looks.items() if getattr(self.plan, name) is not None}
        return {
            name: (look, _kept(self._firm, f"{key}.{name}.times", getattr(self.plan, name).times))
            for name, look in given.items()
        }

    def _draws_often(self) -> Any:
        return self.drawings.times > self.plan.frequent_drawing.above  # type: ignore[union-attr]

    def _repays_quickly(self) -> Any:
        return self.quick.times > self.plan.quick_prepayment.above  # type: ignore[union-attr]

    def _is_late(self) -> Any:
        late = np.zeros(self._firm.world.lanes, np.bool_)
        for channel in self._firm.channels.values():
            if channel.repayment.ledger.has_due() or channel.interest.ledger.has_due():
                late |= channel.days_past_due() > self.plan.arrears.above  # type: ignore[union-attr]
        return late

    def _uses_much(self) -> Any:
        used = self._channel.used
        above = self.plan.utilisation.above  # type: ignore[union-attr]
        return (used > self._channel.limit.value * above) & (used > 0)

    def _owes_many(self) -> Any:
        channels = self._firm.channels.values()
        owed = sum((c.drawn > 0).astype(np.int32) for c in channels if c.pay_class != "owner")
        return owed > self.plan.lenders.above  # type: ignore[union-attr]

    def _is_idle(self) -> Any:
        since = self._firm.clock.today - self.last_drawing
        return since >= self.plan.inactivity.days  # type: ignore[union-attr]


def _kept(firm: Firm, key: str, value: Any) -> Kept:
    return Kept(firm.world, key, level(firm.world, key, value))
