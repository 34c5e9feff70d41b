"""Renewal days of a revolving line, on which a bank goes on with it, or does not."""

from __future__ import annotations

from twin.levers import Lever


class Renewal:
    def __init__(self, line, plan):
        self._line, self._plan = line, plan
        firm, name = line.firm, line.name
        chance = firm.draws.level(f"channels.{name}.renewal.chance", plan.chance)
        self.chance = firm.levers[f"{name}.renewal"] = Lever(chance, high=1.0)
        self.days = self._days()
        self._answers = {}

    def _days(self):
        """The first day, and then every so many months, well beyond the run."""
        calendar, plan = self._line.firm.calendar, self._plan
        every = plan.every_months
        first = calendar.month_day(0, every, calendar.start.day) if plan.on is None else 0
        nominal = calendar.start.day
        if plan.on is not None:
            first, nominal = calendar.day(plan.on), plan.on.day
        if every is None:
            return [first]
        months = range(0, calendar.horizon // 28 + 24, every)
        return [calendar.month_day(first, ahead, nominal) for ahead in months]

    def decide(self, day):
        """One answer for all that is asked today; the treasury knows it at once."""
        ahead = self._plan.decision_days
        asked = [each for each in self.days if each - ahead <= day <= each]
        asked = [each for each in asked if each not in self._answers]
        if asked:
            self._answers |= dict.fromkeys(asked, self._says_yes(day))

    def _says_yes(self, day):
        chance, draws = self.chance.value, self._line.firm.draws
        if not self._line.is_in_order(day):
            return False
        return draws.is_rolled(self._line.name, "renewal", chance)

    def is_refused(self, day):
        """Whether today is a renewal day and the line does not go on."""
        return day in self.days and not (self._answers.get(day) and self._line.is_in_order(day))

    def ends_within(self, today, last):
        """Whether the treasury counts on an end until a day."""
        expects = self._line.firm.scenario.treasury.expects_roll_over
        days = [day for day in self.days if today < day <= last]
        return any(not self._answers.get(day, expects) for day in days)
