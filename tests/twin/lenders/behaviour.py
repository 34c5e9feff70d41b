"""What risk control sees: six behaviours of the firm, each with a multiplier of the hazard."""

from __future__ import annotations

import math


class Behaviour:
    """Days of drawings and of quick repayments, and what shows at the end of a day."""

    def __init__(self, line, plan):
        self._line, self._plan = line, plan
        seen = line.plan.opening_behaviour
        self.last_drawing = -seen.days_since_drawing
        often, quick = plan.frequent_drawing, plan.quick_prepayment
        self._drawings = [] if often is None else _before(seen.drawings, often.window)
        self._quick = [] if quick is None else _before(seen.quick_prepayments, quick.window)
        looks = {
            "frequent_drawing": self._draws_often,
            "quick_prepayment": self._repays_quickly,
            "arrears": self._is_late,
            "utilisation": self._uses_much,
            "lenders": self._owes_many,
            "inactivity": self._is_idle,
        }
        self._looks = {name: look for name, look in looks.items() if getattr(plan, name)}
        key, level = f"channels.{line.name}.risk_control", line.firm.draws.level
        self._times = {
            name: level(f"{key}.{name}.times", getattr(plan, name).times) for name in self._looks
        }

    def note_drawing(self):
        self.last_drawing = self._line.firm.today
        self._drawings.append(self.last_drawing)

    def note_prepayment(self):
        today, quick = self._line.firm.today, self._plan.quick_prepayment
        if quick is not None and today - self.last_drawing <= quick.within:
            self._quick.append(today)

    def times(self):
        """The multipliers of all that shows."""
        product = 1.0
        for name, shows in self._looks.items():
            product *= self._times[name] if shows() else 1.0
        return product

    def is_bad(self):
        """Whether a behaviour but inactivity shows."""
        return any(shows() for name, shows in self._looks.items() if name != "inactivity")

    def _recent(self, days, window):
        return sum(day > self._line.firm.today - window for day in days)

    def _draws_often(self):
        plan = self._plan.frequent_drawing
        return self._recent(self._drawings, plan.window) > plan.above

    def _repays_quickly(self):
        plan = self._plan.quick_prepayment
        return self._recent(self._quick, plan.window) > plan.above

    def _is_late(self):
        firm = self._line.firm
        ages = [line.days_past_due(firm.today) for line in firm.channels.values()]
        return any(age is not None and age > self._plan.arrears.above for age in ages)

    def _uses_much(self):
        used = self._line.used()
        return used > 0 and used > self._plan.utilisation.above * self._line.limit.value

    def _owes_many(self):
        lines = self._line.firm.channels.values()
        owed = [line for line in lines if line.drawn > 0 and line.pay_class != "owner"]
        return len(owed) > self._plan.lenders.above

    def _is_idle(self):
        return self._line.firm.today - self.last_drawing >= self._plan.inactivity.days


def _before(times, window):
    """Days before day 0 on which something happened, evenly over those of the window."""
    if window == 1:
        return []
    return [-1 - math.floor((k + 0.5) * (window - 1) / times) for k in range(times)]
