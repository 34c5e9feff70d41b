"""Levers: a named level, and the changes in force on it."""

from __future__ import annotations

from twin.money import cents

OPERATIONS = ("set", "scale", "add", "floor", "cap")


class Change:
    """One change of one lever: an operation, how much of it is in force, and since when."""

    def __init__(self, lever, operation, value):
        self.lever, self.operation, self.full = lever, operation, value
        self.share, self.since = 0.0, 0
        lever.changes.append(self)

    @property
    def value(self):
        """The part in force of the change."""
        if self.operation == "scale":
            return 1 + self.share * (self.full - 1)
        if self.operation == "add":
            return self.share * self.full
        return self.lever.base + self.share * (self.full - self.lever.base)

    def put(self, share, since=None):
        self.share = share
        self.since = self.since if since is None else since


class Lever:
    """Its value is the base, set, scaled, added to, floored, capped, and held in its domain."""

    def __init__(self, base, *, low=0.0, high=float("inf"), whole=False):
        self.base, self.low, self.high, self.whole = base, low, high, whole
        self.changes = []

    @property
    def value(self):
        value = float(self.base)
        in_force = [change for change in self.changes if change.share]
        for operation in OPERATIONS:
            these = [change for change in in_force if change.operation == operation]
            if these:
                value = _APPLY[operation](value, these)
        value = min(max(value, self.low), self.high)
        return cents(value) if self.whole else value


def _set(value, changes):
    """The later start wins; of those that start together the later in the scenario."""
    del value
    return max(enumerate(changes), key=lambda pair: (pair[1].since, pair[0]))[1].value


def _scale(value, changes):
    for change in changes:
        value *= change.value
    return value


def _add(value, changes):
    return value + sum(change.value for change in changes)


def _floor(value, changes):
    return max(value, *(change.value for change in changes))


def _cap(value, changes):
    return min(value, *(change.value for change in changes))


_APPLY = dict(zip(OPERATIONS, (_set, _scale, _add, _floor, _cap), strict=True))
