"""The part of a limit that is left after risk control has let go of a line."""

from __future__ import annotations

from twin.levers import Change


class LimitAfter:
    def __init__(self, line, plan):
        key = f"channels.{line.name}.risk_control.limit_after"
        self._line, self._part = line, line.firm.draws.level(key, plan.limit_after)
        self._back_days, self._back_on = plan.limit_back_days, None
        self._change, self._was_closed = Change(line.limit, "scale", 1.0), False

    def look(self, day):
        """Cut the limit from the moment it is let go, and give it back in time."""
        is_closed = self._line.is_closed_by("risk_control")
        left = self._change.full
        if self._back_on is not None and self._back_on <= day:
            left, self._back_on = 1.0, None
        if self._was_closed and not is_closed:
            left *= self._part
            if self._back_days is not None:
                self._back_on = day + self._back_days
        self._change.full = left
        self._change.put(1.0)
        self._was_closed = is_closed
