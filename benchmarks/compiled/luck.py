"""Draws: the library's own, from the same streams, days, slots and quantile tables.

Sixteen replications share a step of the generator, as each takes 16 of its 256 bits.  So the words
of sixteen are made together and then dealt out, one replication at a time.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from cashstress.processes import tables
from compiled.amounts import on_credit
from compiled.exponential import exp
from compiled.jit import compiled, inlined
from compiled.opening import past_invoices
from compiled.philox import draw, key_of

#: Replications whose words are made together.
GROUP: Final = 16
#: The "day" of draws made once per replication.
_ONCE: Final = 2**32 - 1
#: A claim beyond this many on one day has a probability far below one in 2**32.
_MOST_CLAIMS: Final = 60
_WORD: Final = 2.0**-32
_HALF: Final = np.uint64(32)
_LOW: Final = np.uint64(0xFFFFFFFF)
#: A quantile this close to 1 would put an invoice beyond any write-off age anyway.
_TOP: Final = 1.0 - 1e-9
#: Streams of one draw a day come before those of the customers.
_ECONOMY, _NOISE, _LATENESS = range(3)
#: Numbers per replication: cash comes before the lasting of shocks and the customers' habits.
_CASH, _LASTS = range(2)


class Streams:
    """Keys of the streams, the words of sixteen replications, and what the draws stand for."""

    def __init__(self, scenario: Any, seed: int, opens_from: int) -> None:
        buyers = [(name, each) for _, name, each in on_credit(scenario)]
        lateness = {name: f"customers.{name}.lateness" for name, _ in buyers}
        past = past_invoices(scenario, opens_from)
        claims = [f"costs.{name}.claims" for name, cost in scenario.costs.items() if cost.claims]
        lasts = [f"shocks.{name}.lasts" for name in scenario.shocks] or ["no shock"]
        bank = next(name for name, line in scenario.channels.items() if line.kind == "revolver")
        self.keys = (
            _keys(seed, ["economy", "sales.noise", *lateness.values()], 16),
            _keys(
                seed,
                ["economy.start", *(f"{lateness[n]}.opening.{day}" for _, n, day, _ in past)],
                16,
            ),
            _keys(seed, claims or ["no claims"], 32),
            _keys(
                seed,
                ["input.firm.cash", *lasts, *(f"customers.{name}.effect" for name, _ in buyers)],
                32,
            ),
        )
        daily16, once16, daily32, once32 = self.keys
        days = scenario.horizon
        self.words = (
            np.zeros((len(daily16), days, 4), np.uint64),
            np.zeros((len(once16), 4), np.uint64),
            np.zeros((len(daily32), days, 8), np.uint64),
            np.zeros((len(once32), 8), np.uint64),
        )
        kinds = np.uint16, np.uint16, np.uint32, np.uint32
        #: The same words as draws: the last axis is the replication.
        self.draws = tuple(each.view(kind) for each, kind in zip(self.words, kinds, strict=True))
        self.tables = _tables(scenario, buyers)
        self._habit_shapes = [each.spread**-2.0 if each.spread else None for _, each in buyers]
        self.bank = key_of(seed, f"channels.{bank}.approval", 32)

    def habits(self, first: int, runs: int) -> Any:
        """Each customer's own effect in some replications, float64 (customers, runs).

        The quantile of a Gamma is SciPy's, as in the library: it takes an array at a time.
        """
        habits = np.ones((len(self._habit_shapes), runs))
        keys = self.keys[3][-len(self._habit_shapes) :]
        for row, shape in enumerate(self._habit_shapes):
            if shape is not None:
                uniforms(keys[row], first, habits[row])
                habits[row] = tables.gamma_quantile(np.minimum(habits[row], _TOP), 1.0, shape)
        return habits


def _keys(seed: int, names: list[str], bits: int) -> Any:
    return np.array([key_of(seed, name, bits) for name in names], np.uint64)


def _tables(scenario: Any, buyers: list[tuple[str, Any]]) -> Any:
    """Normal, the noise of sales, and days late of each customer."""
    volatility = scenario.sales.volatility
    noise = tables.lognormal_table(volatility) if volatility else np.ones(2**16, np.float32)
    return tables.normal_table(), noise, np.array([_lateness(each) for _, each in buyers])


def _lateness(buyer: Any) -> Any:
    never, late, to_pay = buyer.never_paid, buyer.lateness, buyer.days_to_pay
    if to_pay is not None:
        return tables.lateness_table(1.0, to_pay.mean, to_pay.shape, never)
    if late is not None:
        return tables.lateness_table(late.probability, late.mean_days, late.shape, never)
    return tables.lateness_table(0.0, 1.0, 1.0, never)


def fields(scenario: Any) -> dict[str, Any]:
    """What the draws mean, for the plan."""
    buyers = list(on_credit(scenario))
    loadings = [scenario.sales.economy, *dict.fromkeys(-each.economy for _, _, each in buyers)]
    places = {place: row for row, (place, *_) in enumerate(buyers)}
    claims = [(k, c.claims) for k, c in enumerate(scenario.costs.values()) if c.claims is not None]
    steps = [_poisson(each.per_day) for _, each in claims] or [np.ones(1)]
    return {
        "loadings": loadings,
        "effect_of": [loadings.index(-each.economy, 1) for _, _, each in buyers],
        "on_credit": [places.get(k, -1) for k in range(len(scenario.customers))],
        "claims_cost": [k for k, _ in claims] or [0],
        "claims_steps": [np.resize(each, _MOST_CLAIMS) for each in steps],
    }


def _poisson(mean: float) -> Any:
    """Cumulated probabilities of 0, 1, 2, ... claims a day."""
    counts = np.arange(max(_MOST_CLAIMS, int(mean + 20 * mean**0.5)))
    log_p = counts * np.log(mean) - mean - np.concatenate(([0.0], np.cumsum(np.log(counts[1:]))))
    return np.minimum(np.cumsum(np.exp(log_p)), 1.0)


def make_luck(plan: Any, streams: Streams) -> Any:
    """A place for what one replication meets."""
    days = int(plan["horizon"][0])
    buyers, sellers = plan["mix"].shape[1], plan["share"].shape[1]
    credit, whole = len(streams.tables[2]), np.int64
    made = np.zeros(
        1,
        [
            ("noise", np.float64, days),
            ("factor", np.float64, days),
            ("effects", np.float64, (plan["loadings"].shape[1], days)),
            ("start_effects", np.float64, plan["loadings"].shape[1]),
            ("late", np.float64, (credit, days)),
            ("habit", np.float64, credit),
            ("demand", np.float64, days),
            *((name, whole, days) for name in ("asked", "vat", "at_once")),
            ("gross", whole, (buyers, days)),
            *((name, whole, (credit, days)) for name in ("until", "lost")),
            ("use", whole, (sellers, days)),
            *(
                (name, whole, (plan["sales_cost"].shape[1], days))
                for name in ("spend", "spend_vat")
            ),
            ("claims", np.int64, (len(streams.keys[2]), days)),
            ("past", np.float64, len(streams.keys[1]) - 1),
            ("lasts", np.int64, plan["strikes"].shape[1]),
            ("cash", np.int64),
            ("slot", np.int64),
            ("words", np.uint64, 4),
            ("bank_key", np.uint64, 2),
        ],
    )
    made["bank_key"][0] = streams.bank
    return made


# -- the words of sixteen replications ------------------------------------------------------------


@compiled
def make_words(plans: Any, keys: Any, words: Any, group: int) -> None:
    """Draw all words that sixteen replications may meet, but for the bank's answers."""
    demand = plans[0].demand
    daily16, once16, daily32, once32 = keys
    for stream in range(len(daily16)):
        for day in range(len(demand)):
            # Nothing is sold on a closed day, but the economy moves.
            if stream == _ECONOMY or demand[day] > 0:
                draw(daily16[stream], group, day, words[0][stream, day])
    for stream in range(len(once16)):
        draw(once16[stream], group, _ONCE, words[1][stream])
    for stream in range(len(daily32)):
        for day in range(len(demand)):
            draw(daily32[stream], 2 * group, day, words[2][stream, day, :4])
            draw(daily32[stream], 2 * group + 1, day, words[2][stream, day, 4:])
    for stream in range(len(once32)):
        draw(once32[stream], 2 * group, _ONCE, words[3][stream, :4])
        draw(once32[stream], 2 * group + 1, _ONCE, words[3][stream, 4:])


@compiled
def uniforms(key: Any, first: int, drawn: Any) -> None:
    """One number per replication, strictly inside (0, 1)."""
    words = np.empty(4, np.uint64)
    for k in range(len(drawn)):
        slot = first + k
        if k == 0 or slot % 8 == 0:
            draw(key, slot // 8, _ONCE, words)
        drawn[k] = (half_word(words, slot % 8) + 0.5) * _WORD


@inlined
def half_word(words: Any, place: int) -> int:
    """One of the eight halves of four words."""
    word = words[place // 2]
    return int(word >> _HALF if place % 2 else word & _LOW)


# -- dealt out to one -----------------------------------------------------------------------------


@compiled
def deal(plan: Any, luck: Any, draws: Any, tables: Any, habits: Any, slot: int) -> None:
    """What one replication meets."""
    own = slot % GROUP
    luck.slot = slot
    daily, once = draws[0], draws[1]
    normal, noise, lateness = tables
    _deal_economy(plan, luck, daily[_ECONOMY, :, own], once[0, own], normal)
    for day in range(len(luck.noise)):
        luck.noise[day] = noise[daily[_NOISE, day, own]]
    for row in range(len(luck.late)):
        for day in range(len(luck.noise)):
            luck.late[row, day] = lateness[row, daily[_LATENESS + row, day, own]]
        luck.habit[row] = habits[row]
    for each in range(len(luck.past)):
        row = plan.on_credit[plan.past_customer[each]]
        luck.past[each] = lateness[row, once[each + 1, own]]
    _deal_claims(plan, luck, draws[2], own)
    _deal_once(plan, luck, draws[3], own)


@inlined
def _deal_economy(plan: Any, luck: Any, daily: Any, start: int, normal: Any) -> None:
    """The economy's path, and what each loading makes of it."""
    factor = normal[start]
    fresh = (1.0 - plan.keep**2) ** 0.5
    for row in range(len(plan.loadings)):
        luck.start_effects[row] = math.exp(plan.loadings[row] * factor)
    for day in range(len(luck.factor)):
        factor = factor * plan.keep + fresh * normal[daily[day]]
        luck.factor[day] = factor
    for row in range(len(plan.loadings)):
        loading = plan.loadings[row]
        for day in range(len(luck.factor)):
            luck.effects[row, day] = exp(loading * luck.factor[day])


@inlined
def _deal_claims(plan: Any, luck: Any, draws: Any, own: int) -> None:
    for row in range(len(luck.claims)):
        for day in range(plan.horizon):
            u, count = (draws[row, day, own] + 0.5) * _WORD, 0
            while u > plan.claims_steps[row, count]:
                count += 1
            luck.claims[row, day] = count


@inlined
def _deal_once(plan: Any, luck: Any, draws: Any, own: int) -> None:
    """Cash on day 0, and how long shocks last."""
    u = (draws[_CASH, own] + 0.5) * _WORD
    luck.cash = np.int64(np.rint((plan.cash_low + plan.cash_span * u) * 100))
    for shock in range(len(luck.lasts)):
        luck.lasts[shock] = plan.lasts[shock]
        if plan.mean_lasts[shock] > 0:
            u = (draws[_LASTS + shock, own] + 0.5) * _WORD
            luck.lasts[shock] = max(np.int64(np.ceil(-math.log(u) * plan.mean_lasts[shock])), 1)
