"""Kinds made of other kinds: one table, one of several tables, lists, tables by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from cashstress.errors import Problem
from cashstress.scenario.kinds import Name
from cashstress.scenario.named import Named
from cashstress.scenario.problems import BROKEN, Refused, as_key, listed, nearest, refuse, show
from cashstress.scenario.table import Table, build

_MOST_ITEMS = 1000


@attrs.frozen
class TableOf:
    """One table of a class."""

    cls: type[Table]

    @property
    def accepted(self) -> str:
        """Name the class as a table."""
        return f"a table ({self.cls.__name__})"

    def parse(self, value: Any) -> Any:
        """Return the object of the class."""
        return build(self.cls, value)


@attrs.frozen
class OneOf:
    """A table of one of several classes, told by its key ``kind``."""

    classes: tuple[type[Table], ...]
    base: type[Table] | None = None
    """A user's own object of this class is taken as it is."""

    @property
    def kinds(self) -> dict[str, type[Table]]:
        """Return the classes by their kind."""
        return {cls.kind: cls for cls in self.classes}

    @property
    def accepted(self) -> str:
        """List the kinds."""
        return f"a table with kind = one of {listed(self.kinds)}"

    def parse(self, value: Any) -> Any:
        """Return the object of the class that ``kind`` names."""
        if isinstance(value, self.classes if self.base is None else self.base):
            return value
        if not isinstance(value, Mapping):
            raise refuse("must be a table with a kind", value, self.accepted)
        kind = value.get("kind")
        cls = self.kinds.get(kind) if isinstance(kind, str) else None
        if cls is None:
            raise self._unknown(kind)
        return build(cls, {key: item for key, item in value.items() if key != "kind"})

    def _unknown(self, kind: object) -> Refused:
        message = "required key is missing" if kind is None else "unknown kind"
        shown = "" if kind is None else show(kind)
        accepted = listed(self.kinds)
        return Refused([Problem("kind", message, shown, accepted, nearest(kind, self.kinds))])


@attrs.frozen
class ManyOf:
    """A list of values of one kind, stored as a tuple."""

    item: Any
    least: int
    most: int
    distinct: bool = False

    @property
    def accepted(self) -> str:
        """Say what the items are and how many."""
        count = f"{self.least}" if self.least == self.most else f"{self.least} to {self.most}"
        return f"a list of {count}, each {self.item.accepted}"

    def parse(self, value: Any) -> tuple[Any, ...]:
        """Return the tuple of parsed items."""
        if not isinstance(value, list | tuple):
            raise refuse("must be a list", value, self.accepted)
        if not self.least <= len(value) <= self.most:
            raise refuse(f"wrong number of items ({len(value)})", value, self.accepted)
        made, problems = _each(enumerate(value), self.item.parse)
        if problems:
            raise Refused(problems)
        if self.distinct and len(set(made.values())) < len(made):
            raise refuse("the same item twice", value, self.accepted)
        return tuple(made.values())


@attrs.frozen
class NamedOf:
    """Tables by name, stored as ``Named``."""

    item: Any
    least: int = 0
    names: tuple[str, ...] = ()

    @property
    def accepted(self) -> str:
        """Say what the items are."""
        return f"tables by name, each {self.item.accepted}"

    def parse(self, value: Any) -> Named[Any]:
        """Return the items; those that were refused stay as ``BROKEN`` in the partial value."""
        if not isinstance(value, Mapping):
            raise refuse("must be a table of named tables", value, self.accepted)
        if not self.least <= len(value) <= _MOST_ITEMS:
            count = f"{self.least} to {_MOST_ITEMS} items needed, not {len(value)}"
            raise refuse(count, value, self.accepted)
        made, problems = _each(value.items(), self.item.parse, key=self._name)
        if problems:
            raise Refused(problems, partial=Named(made))
        return Named(made)

    def _name(self, name: Any) -> Any:
        """Return the name when it is one (and one of the list, if there is a list)."""
        if self.names and name not in self.names:
            raise refuse("unknown name", name, listed(self.names), nearest(name, self.names))
        return Name().parse(name)


def _each(
    pairs: Iterable[tuple[Any, Any]],
    parse: Callable[[Any], Any],
    key: Callable[[Any], Any] = lambda given: given,
) -> tuple[dict[Any, Any], list[Problem]]:
    """Parse every value; what was refused stays as its partial value, beside all problems."""
    made: dict[Any, Any] = {}
    problems: list[Problem] = []
    for given, value in pairs:
        try:
            made[given] = BROKEN
            made[key(given)] = parse(value)
        except Refused as refused:
            made[given] = refused.partial
            problems.extend(problem.under(_shown(given)) for problem in refused.problems)
    return made, problems


def _shown(given: Any) -> str:
    """Return the key of an item as part of a dotted key."""
    if isinstance(given, int) and not isinstance(given, bool):
        return f"[{given}]"
    return as_key(given)
