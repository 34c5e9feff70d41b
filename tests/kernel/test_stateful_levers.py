"""A lever against a list of modifiers, recomputed from the base by plain arithmetic each time."""

from __future__ import annotations

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cashstress.kernel.columns import Columns
from cashstress.kernel.levers import Levers

MOST_LANES, MOST_MODIFIERS = 5, 7
OPERATIONS = ("set", "scale", "add", "floor", "cap")
#: Few values, so that ties and equal starts are common; none whose products round apart by order.
values = st.sampled_from([0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 40.0, -8.0, 0.1, 1 / 3])
starts = st.integers(0, 3)


class Scalar:
    """One modifier in one lane."""

    def __init__(self, on=False, value=0.0, since=0):
        self.on, self.value, self.since = on, value, since

    def copy(self):
        return Scalar(self.on, self.value, self.since)


class Pulled(RuleBasedStateMachine):
    """Modifiers made, put on, changed and lifted in any order, lanes resampled and resumed."""

    @initialize(
        lanes=st.integers(1, MOST_LANES),
        unit=st.sampled_from(["money", "days", "rate", "factor"]),
        domain=st.sampled_from([(0.0, np.inf), (0.5, 30.0)]),
        base=values,
        varies=st.booleans(),
    )
    def start(self, lanes, unit, domain, base, varies):
        self.unit, self.domain = unit, domain
        self.base = [abs(base) + n * varies for n in range(lanes)]
        self.varies, self.made = varies, []
        self.build()

    def build(self):
        self.columns = Columns(len(self.base))
        self.levers = Levers(self.columns)
        base = np.array(self.base) if self.varies else self.base[0]
        self.lever = self.levers.add("sales.level", base, self.unit, self.domain)
        self.modifiers = [
            self.lever.modifier(f"m{i}", operation, rank=rank)
            for i, (operation, rank, _) in enumerate(self.made)
        ]

    # --- shocks and plans

    @precondition(lambda self: len(self.made) < MOST_MODIFIERS)
    @rule(operation=st.sampled_from(OPERATIONS), rank=st.integers(0, 2))
    def make(self, operation, rank):
        name = f"m{len(self.made)}"
        self.modifiers.append(self.lever.modifier(name, operation, rank=rank))
        self.made.append((operation, rank, [Scalar() for _ in self.base]))

    @precondition(lambda self: self.made)
    @rule(data=st.data(), per_lane=st.booleans())
    def put(self, data, per_lane):
        which = data.draw(st.integers(0, len(self.made) - 1))
        lanes = len(self.base)
        mask = data.draw(st.none() | st.lists(st.booleans(), min_size=lanes, max_size=lanes))
        value = data.draw(st.none() | st.lists(values, min_size=lanes, max_size=lanes))
        since = data.draw(st.none() | starts)
        if value is not None and not per_lane:
            value = [value[0]] * lanes
        self.modifiers[which].put(
            None if mask is None else np.array(mask),
            None if value is None else np.array(value) if per_lane else value[0],
            since=since,
        )
        for n, lane in enumerate(self.made[which][2]):
            lane.on = lane.on if mask is None else mask[n]
            lane.value = lane.value if value is None else value[n]
            lane.since = lane.since if since is None else since

    @precondition(lambda self: self.made)
    @rule(data=st.data())
    def lift(self, data):
        which = data.draw(st.integers(0, len(self.made) - 1))
        self.modifiers[which].put(np.zeros(len(self.base), np.bool_))
        for lane in self.made[which][2]:
            lane.on = False

    # --- resampling, saving and resuming

    @rule(data=st.data())
    def take(self, data):
        lane = st.integers(0, len(self.base) - 1)
        indices = data.draw(st.lists(lane, min_size=1, max_size=MOST_LANES))
        self.columns.take(np.array(indices))
        self.levers.forget()
        self.base = [self.base[n] for n in indices]
        self.made = [
            (operation, rank, [lanes[n].copy() for n in indices])
            for operation, rank, lanes in self.made
        ]

    @rule()
    def save_and_resume(self):
        saved = self.columns.save()
        self.build()
        self.columns.load(saved)
        self.levers.forget()

    # --- what must hold at every moment

    def in_force(self, n, operation):
        """Values of one operation in force in lane n, by rank, then in the order made."""
        found = [(rank, lanes[n]) for kind, rank, lanes in self.made if kind == operation]
        return [each for each in sorted(found, key=lambda pair: pair[0]) if each[1].on]

    def expected(self, n):
        value = self.base[n]
        sets = self.in_force(n, "set")
        if sets:
            top = [lane for rank, lane in sets if rank == sets[-1][0]]
            latest = max(lane.since for lane in top)
            value = [lane.value for lane in top if lane.since == latest][-1]
        for _, lane in self.in_force(n, "scale"):
            value *= lane.value
        for _, lane in self.in_force(n, "add"):
            value += lane.value
        for _, lane in self.in_force(n, "floor"):
            value = max(value, lane.value)
        for _, lane in self.in_force(n, "cap"):
            value = min(value, lane.value)
        value = min(max(value, self.domain[0]), self.domain[1])
        # Python rounds half to even, as money does.
        return round(value) if self.unit in {"money", "days"} else value

    @invariant()
    def equals_the_list(self):
        lanes = len(self.base)
        now = np.broadcast_to(self.lever.value, lanes).tolist()
        assert now == [self.expected(n) for n in range(lanes)]

    @invariant()
    def is_one_number_where_lanes_agree(self):
        expected = {self.expected(n) for n in range(len(self.base))}
        assert (np.ndim(self.lever.value) == 0) == (len(expected) == 1)


TestPulled = Pulled.TestCase
TestPulled.settings = settings(max_examples=150, stateful_step_count=30)
