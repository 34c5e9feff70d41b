"""The economy: one factor, mean 0 and standard deviation 1."""

from __future__ import annotations

import math

from twin.phases import RANK, SHOCK


class Economy:
    def __init__(self, firm):
        self._firm = firm
        self._kept = 0.5 ** (1 / firm.scenario.economy.half_life)
        self.factor = firm.draws.economy_at_the_start()
        firm.every_day(SHOCK, RANK["economy"], self.move)

    def move(self, day):
        del day
        fresh = math.sqrt(1 - self._kept**2)
        self.factor = self._kept * self.factor + fresh * self._firm.draws.economy()

    def effect(self, loading):
        return math.exp(loading * self.factor)
