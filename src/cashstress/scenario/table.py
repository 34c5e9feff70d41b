"""The base of every schema class: fields that name their kind, and all problems at once.

A class is an ordinary attrs frozen class. Each field carries a *kind* (see ``kinds``), which turns
what was given (TOML or Python) into the stored value or refuses it. So a class built in Python is
validated exactly as one loaded from a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol, TypeVar

import attrs

from cashstress.errors import Problem, ScenarioError
from cashstress.scenario.problems import BROKEN, Refused, as_key, refuse, unknown

__all__ = ["MISSING", "Kind", "Rule", "Table", "build", "rule", "table"]

T = TypeVar("T", bound="Table")
_MOST_UNKNOWN = 20


class Kind(Protocol):
    """What a field accepts."""

    @property
    def accepted(self) -> str:
        """Say in words what is accepted."""

    def parse(self, value: Any) -> Any:
        """Return the stored value, or raise ``Refused``."""


class Missing:
    """Default of a required field, so that its absence is one problem among the others."""

    def __repr__(self) -> str:
        """Read well in a signature."""
        return "required"


MISSING: Final = Missing()


@attrs.frozen
class Rule:
    """A rule over several fields, checked when those fields are sound.

    Parameters
    ----------
    needs : tuple of str
        Names of the fields it reads.
    check : callable
        From the table to its problems, keys relative to the table.
    """

    needs: tuple[str, ...]
    check: Callable[[Any], Iterable[Problem]]


def rule(*needs: str) -> Callable[[Callable[[Any], Iterable[Problem]]], Rule]:
    """Make a function a rule over the fields named."""
    return lambda check: Rule(needs, check)


class Table:
    """One table of the scenario file.

    Subclasses are made by ``@table`` and list their rules over several fields in ``RULES``.
    """

    __slots__ = ()
    RULES: ClassVar[tuple[Rule, ...]] = ()
    kind: ClassVar[str] = ""

    if TYPE_CHECKING:
        # Fields take what TOML would give (80_000 for a Decimal); the kinds check it at run time.
        def __init__(self, **keys: Any) -> None: ...

    def __attrs_post_init__(self) -> None:
        """Turn every field into its stored value; report all problems together."""
        problems: list[Problem] = []
        broken: set[str] = set()
        for field in fields_of(type(self)):
            found = self._settle(field)
            broken.update([field.name] if found else [])
            problems.extend(found)
        problems.extend(self._broken_rules(broken))
        if problems:
            raise ScenarioError(problems, type(self).__name__)

    def _settle(self, field: attrs.Attribute[Any]) -> tuple[Problem, ...]:
        """Parse one field in place and return its problems."""
        value, problems = _parsed(field, getattr(self, field.name))
        object.__setattr__(self, field.name, value)
        return problems

    def _broken_rules(self, broken: set[str]) -> Iterator[Problem]:
        """Check the rules whose fields are sound, or sound in part."""
        lost = {name for name in broken if getattr(self, name) is BROKEN}
        for each in type(self).RULES:
            if not lost.intersection(each.needs):
                yield from each.check(self)


def table(cls: type[T]) -> type[T]:
    """Make a class of the schema: frozen, compared by value, keyword arguments only."""
    return attrs.frozen(kw_only=True)(cls)


def fields_of(cls: type[Table]) -> tuple[attrs.Attribute[Any], ...]:
    """Return the fields of a schema class."""
    made: Any = cls
    return tuple(attrs.fields(made))


def default_of(field: attrs.Attribute[Any]) -> Any:
    """Return the stored default of a field; ``MISSING`` when it is required."""
    if field.default is MISSING:
        return MISSING
    return field.metadata["kind"].parse(field.default)


def _parsed(field: attrs.Attribute[Any], given: Any) -> tuple[Any, tuple[Problem, ...]]:
    """Return the stored value and the problems of one field."""
    kind: Kind = field.metadata["kind"]
    if given is MISSING:
        return BROKEN, (Problem(field.name, "required key is missing", accepted=kind.accepted),)
    try:
        return kind.parse(given), ()
    except Refused as refused:
        return refused.partial, tuple(problem.under(field.name) for problem in refused.problems)


def build(cls: type[T], given: Any) -> T:
    """Return the table of that class from a mapping of its keys.

    Parameters
    ----------
    cls : type
        Schema class.
    given : Mapping
        Keys and values as in TOML; values may also be Python objects of the schema.

    Raises
    ------
    Refused
        With all problems, unknown keys first, keys relative to the table.
    """
    if isinstance(given, cls):
        return given
    if not isinstance(given, Mapping):
        raise _not_a_table(given, cls)
    names = [field.name for field in fields_of(cls)]
    known = {name: given[name] for name in names if name in given}
    problems = list(_unknown_keys(given, names, cls.kind))
    try:
        made = cls(**known)
    except ScenarioError as error:
        raise Refused([*problems, *error.problems]) from None
    if problems:
        raise Refused(problems, partial=made)
    return made


def _not_a_table(given: object, cls: type[Table]) -> Refused:
    """Refuse what is not a table, with a word on the commonest slip."""
    keys = ", ".join(field.name for field in fields_of(cls))
    slip = isinstance(given, list) and any(isinstance(item, Mapping) for item in given)
    message = "must be one table, not an array of tables" if slip else "must be a table"
    hint = ": write [name], not [[name]]" if slip else ""
    return refuse(message + hint, given, f"a table with the keys {keys}")


def _unknown_keys(given: Mapping[Any, Any], names: list[str], kind: str) -> Iterator[Problem]:
    """Report keys the class does not have; a file of junk is reported in part."""
    accepted = ["kind", *names] if kind else names
    strange = [key for key in given if key not in accepted]
    for key in strange[:_MOST_UNKNOWN]:
        yield unknown(key, accepted, "key", given=given[key]).under(as_key(key))
    if len(strange) > _MOST_UNKNOWN:
        yield Problem("", f"{len(strange) - _MOST_UNKNOWN} more unknown keys")
