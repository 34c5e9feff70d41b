"""Between TOML data and objects, by cattrs: hooks for tables and for the leaves."""

from __future__ import annotations

import functools
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cashstress.errors import Problem, ScenarioError
from cashstress.scenario.functions import Process
from cashstress.scenario.levels import Array
from cashstress.scenario.named import Named
from cashstress.scenario.rates import Buffer, show_buffer
from cashstress.scenario.table import Table, build, default_of, fields_of

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["converter", "full_converter"]


@functools.cache
def converter() -> Converter:
    """Return the converter of files: what stands at its default is left out."""
    made = _with_leaves()
    made.register_unstructure_hook_func(_is_table, lambda table: _to_toml(table, made))
    made.register_unstructure_hook(Buffer, lambda buffer: made.unstructure(show_buffer(buffer)))
    made.register_unstructure_hook(Array, _no_array)
    made.register_unstructure_hook(Process, Process.refuse_dump)
    return made


@functools.cache
def full_converter() -> Converter:
    """Return the converter of digests: every field, arrays by their content."""
    made = _with_leaves()
    made.register_unstructure_hook_func(_is_table, lambda table: _to_full(table, made))
    made.register_unstructure_hook(Array, _array_content)
    made.register_unstructure_hook(Process, lambda process: process.name)
    return made


def _with_leaves() -> Converter:
    """Return a converter with the hooks both have in common."""
    from cattrs import Converter

    made = Converter()
    # Classes check themselves, so structuring is their own construction from a mapping.
    made.register_structure_hook_func(_is_table, lambda data, cls: build(cls, data))
    made.register_unstructure_hook(Decimal, _amount)
    made.register_unstructure_hook_func(
        lambda cls: cls is Named,
        lambda named: {name: made.unstructure(item) for name, item in named.items()},
    )
    made.register_unstructure_hook(tuple, lambda items: [made.unstructure(item) for item in items])
    return made


def _is_table(cls: Any) -> bool:
    return isinstance(cls, type) and issubclass(cls, Table)


def _amount(amount: Decimal) -> int | str:
    """Return an amount as a whole number, or as text where it has minor units."""
    return int(amount) if amount == int(amount) else str(amount)


def _tag(table: Table) -> dict[str, Any]:
    return {"kind": table.kind} if table.kind else {}


def _to_toml(table: Table, made: Converter) -> dict[str, Any]:
    """Return the keys that differ from their defaults; TOML has no word for nothing."""
    shown = _tag(table)
    for field in fields_of(type(table)):
        value = getattr(table, field.name)
        if value != default_of(field):
            shown[field.name] = _under(field.name, value, made)
    return shown


def _under(name: str, value: Any, made: Converter) -> Any:
    """Unstructure a value; a refusal gains the key it happened under."""
    try:
        if isinstance(value, Named):
            return {item: _under(item, each, made) for item, each in value.items()}
        return made.unstructure(value)
    except ScenarioError as error:
        raise ScenarioError([each.under(name) for each in error.problems]) from None


def _no_array(array: Array) -> Any:
    """Refuse: a file of a million numbers is no scenario."""
    message = "an array over replications cannot be written to a file"
    accepted = "a scalar, or a draw such as a histogram"
    raise ScenarioError([Problem("", message, repr(array), accepted)])


def _to_full(table: Table, made: Converter) -> dict[str, Any]:
    """Return all keys."""
    every = {
        field.name: made.unstructure(getattr(table, field.name)) for field in fields_of(type(table))
    }
    return _tag(table) | every


def _array_content(array: Array) -> dict[str, str]:
    return {"array": array.values.dtype.str, "content": array.values.tobytes().hex()}
