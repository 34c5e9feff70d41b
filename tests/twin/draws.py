"""The lanes' draws, handed to the twin one number at a time.

A draw is data: what number a replication meets in a stream on a day. How the number is found (the
generator, the quantile tables) is the library's and is tested elsewhere; what it means is here.
"""

from __future__ import annotations

import math

import numpy as np

from cashstress.kernel.streams import TABLE_CELLS, Streams
from cashstress.processes.tables import (
    NEVER_PAID,
    gamma_quantile,
    lateness_table,
    lognormal_table,
    normal_table,
)
from cashstress.scenario import Array, Draw


class Draws:
    """What one replication draws; `today` gives the day."""

    def __init__(self, seed, replication, today):
        self.replication = replication
        self._streams = Streams(seed, np.array([replication], np.int64), today)

    def uniform(self, name, *, once=False):
        return float(self._streams.uniform(name, once=once)[0])

    def exponential(self, name, *, once=False):
        return float(self._streams.exponential(name, once=once)[0])

    def share(self, name, *, once=False):
        """A uniform number with 16 bits."""
        return int(self._streams.bits16(name, once=once)[0]) / TABLE_CELLS

    def numbered(self, name, number):
        """A uniform number that goes by its number and not by the day."""
        return float(self._streams.numbered(name, np.array([number]), np.array([0]))[0])

    def _picked(self, name, table, *, once=False):
        return float(self._streams.table(name, table, once=once)[0])

    # -- inputs ---------------------------------------------------------------------------------

    def level(self, key, value):
        """An input that may be uncertain: a number, this replication's draw, or its entry."""
        if isinstance(value, Draw):
            u = self._streams.uniform(f"input.{key}", once=True)
            return float(value.quantile(u)[0])
        if isinstance(value, Array):
            return float(value.values[self.replication])
        return float(value)

    def money(self, key, value):
        """The same for an amount, in minor units."""
        return round(self.level(key, value) * 100)

    # -- what happens ---------------------------------------------------------------------------

    def economy_at_the_start(self):
        return self._picked("economy.start", normal_table(), once=True)

    def economy(self):
        return self._picked("economy", normal_table())

    def sales_noise(self, volatility):
        return self._picked("sales.noise", lognormal_table(volatility))

    def customer_effect(self, name, spread):
        """The customer's own effect: Gamma with mean 1 and this coefficient of variation."""
        u = self.uniform(f"customers.{name}.effect", once=True)
        return float(gamma_quantile(np.array([min(u, 1 - 1e-9)]), 1.0, spread**-2.0)[0])

    def lateness(self, name, plan, opening=None):
        """Days late, or days to pay, before any factor; None where it is never paid."""
        once = opening is not None
        suffix = f".opening.{opening}" if once else ""
        if plan.days_to_pay is not None:
            form = (1.0, plan.days_to_pay.mean, plan.days_to_pay.shape)
        elif plan.lateness is not None:
            form = (plan.lateness.probability, plan.lateness.mean_days, plan.lateness.shape)
        else:
            form = (0.0, 1.0, 1.0)
        table = lateness_table(*form, plan.never_paid)
        days = self._picked(f"customers.{name}.lateness{suffix}", table, once=once)
        return None if days == NEVER_PAID else days

    def is_disputed(self, name, plan, opening=None):
        if not plan.disputed:
            return False
        once = opening is not None
        suffix = f".opening.{opening}" if once else ""
        return self.share(f"customers.{name}.dispute{suffix}", once=once) < plan.disputed

    def takes_early_payment(self, name, plan):
        return self.share(f"customers.{name}.early_payment") < plan.early_payment.take_up

    def claims(self, name, mean):
        """How many irregular bills come today: Poisson, by its distribution function."""
        u = self.uniform(f"costs.{name}.claims")
        count, reached = 0, math.exp(-mean)
        log_p = -mean
        while u > reached and count < mean + 20 * math.sqrt(mean) + 100:
            count += 1
            log_p += math.log(mean / count)
            reached += math.exp(log_p)
        return count

    def acceptor_fails(self, name, chance, opening):
        """Whether the acceptor of a bill will not pay; an opening bill goes by its number."""
        if not chance:
            return False
        suffix = "" if opening is None else f".opening.{opening}"
        once = opening is not None
        return self.uniform(f"customers.{name}.bill{suffix}", once=once) < chance

    def is_rolled(self, name, what, chance):
        """A roll-over, a renewal, a loan withheld after all."""
        return self.uniform(f"channels.{name}.{what}") < chance

    def is_approved(self, name, chance):
        return self.uniform(f"channels.{name}.approval") < chance
