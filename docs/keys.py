"""The tables of keys in the reference, made from the schema classes."""

from __future__ import annotations

import inspect
import json
import re
from decimal import Decimal
from typing import Any

from cashstress import scenario
from cashstress.scenario.conversion import full_converter
from cashstress.scenario.levels import LevelOf
from cashstress.scenario.rates import Buffer, Rate, show_buffer
from cashstress.scenario.table import MISSING, Table, default_of, fields_of

_ENTRY = re.compile(
    r"^(?P<names>\w+(?:, \w+)*)(?: : .*)?\n(?P<text>(?:    .*\n?|\n(?=    ))+)", re.MULTILINE
)
_NOTES = {
    " or leave the key out": "",
    '; or a draw: { draw = "uniform", low = 1, high = 2 }': "",
    '0 or more: 1200, 1200.5 or "1200.50"': "0 or more",
    'above 0: 1200, 1200.5 or "1200.50"': "above 0",
    'of either sign: 1200, 1200.5 or "1200.50"': "of either sign",
    "a date from 1970 to 2199: 2025-03-01": "a date",
    "a name of lower-case letters, digits and _ (at most 64)": "a name",
    " and at most ": " to ",
    "1e+09": "1,000,000,000",
}


def tables() -> dict[str, type[Table]]:
    """Return the schema classes by name."""
    every = {name: getattr(scenario, name) for name in scenario.__all__}
    return {
        name: found
        for name, found in every.items()
        if isinstance(found, type) and issubclass(found, Table)
    }


def rows(name: str, *, own: bool = False) -> dict[str, tuple[str, str, str, str]]:
    """Return unit or accepted values, default, level mark and meaning of each key of a class.

    Parameters
    ----------
    name : str
        Name of the class.
    own : bool
        Leave out what it has from a common parent, unless its default differs.
    """
    cls = tables()[name]
    parent = {field.name: field for field in fields_of(cls.__mro__[1])} if own else {}
    texts = _meanings(cls)
    return {
        field.name: (_accepted(field), _default(field), _level(field), texts[field.name])
        for field in fields_of(cls)
        if field.name not in parent or default_of(parent[field.name]) != default_of(field)
    }


def markdown(name: str, *, own: bool = False) -> str:
    """Return the table of a class as Markdown."""
    head = "| key | unit or values | default | level | meaning |\n|---|---|---|---|---|\n"
    lines = [
        f"| `{key}` | {_cell(accepted)} | {_cell(default)} | {level} | {_cell(text)} |\n"
        for key, (accepted, default, level, text) in rows(name, own=own).items()
    ]
    return head + "".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _meanings(cls: type) -> dict[str, str]:
    """Return the meaning of each key, from the docstrings of the class and its parents."""
    found: dict[str, str] = {}
    for each in reversed(cls.__mro__):
        for entry in _ENTRY.finditer(_plain(each.__doc__ or "")):
            text = " ".join(entry["text"].split()).replace("``", "`")
            found |= dict.fromkeys(entry["names"].split(", "), text)
    return found


def _plain(docstring: str) -> str:
    return inspect.cleandoc(docstring) + "\n"


def _accepted(field: Any) -> str:
    text = str(field.metadata["kind"].accepted)
    for long, short in _NOTES.items():
        text = text.replace(long, short)
    return text.strip(" ,")


def _default(field: Any) -> str:
    value = default_of(field)
    if value is MISSING:
        return "required"
    if isinstance(value, Buffer):
        return f"`{_shown(show_buffer(value))}`"
    if isinstance(value, Table) and not isinstance(value, Rate):
        return "its defaults"
    plain = full_converter().unstructure(value)
    return "none" if plain is None else f"`{_shown(plain)}`"


def _shown(value: Any) -> str:
    """Return a default as it would stand in a file."""
    if isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".") if value % 1 else f"{int(value)}"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        given = {key: each for key, each in value.items() if each is not None}
        inside = ", ".join(f"{key} = {_shown(each)}" for key, each in given.items())
        return f"{{ {inside} }}" if inside else "{}"
    return str(value)


def _level(field: Any) -> str:
    kind = field.metadata["kind"]
    inner = getattr(kind, "kind", getattr(kind, "inner", kind))
    return "yes" if isinstance(kind, LevelOf) or isinstance(inner, LevelOf) or _rate(kind) else ""


def _rate(kind: Any) -> bool:
    return bool(getattr(kind, "level", False))
