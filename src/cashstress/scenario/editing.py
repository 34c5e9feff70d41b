"""New scenarios from old: values replaced by dotted key, and the digest that tells them apart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cashstress.errors import Problem, ScenarioError
from cashstress.scenario.kinds import NAME
from cashstress.scenario.named import Named
from cashstress.scenario.problems import Refused, show, unknown
from cashstress.scenario.rates import Buffer
from cashstress.scenario.table import Table, build, default_of, fields_of

if TYPE_CHECKING:
    from cashstress.scenario.model import Scenario

__all__ = ["digest", "replaced"]

_LONGEST_KEY = 300


def replaced(scenario: Scenario, changes: Any) -> Scenario:
    """Return the scenario with values replaced, validated again; see ``Scenario.replace``."""
    if not isinstance(changes, Mapping):
        accepted = 'a mapping of dotted keys to values: {"customers.retail.terms": 60}'
        problem = Problem("", "must say which keys change", show(changes), accepted)
        raise ScenarioError([problem], "the changes")
    tree = _opened(scenario)
    problems = [problem for key, value in changes.items() for problem in _put(tree, key, value)]
    if problems:
        raise ScenarioError(problems, "the changes")
    try:
        return build(type(scenario), tree)
    except Refused as refused:
        raise ScenarioError(refused.problems, "the changed scenario") from None


class _Node(dict[str, Any]):
    """An opened table: its keys, and those it may have (none: any name)."""

    valid: tuple[str, ...] = ()


def _opened(value: Any) -> Any:
    """Return tables as nested dictionaries of what is not at its default; leaves as they are."""
    if isinstance(value, Named):
        return _Node((name, _opened(item)) for name, item in value.items())
    if not isinstance(value, Table) or isinstance(value, Buffer):
        return value
    if getattr(value, "simulated_by", None) is not None:
        return value  # a user's own channel has no kind to be told by: it is replaced whole
    fields = fields_of(type(value))
    node = _Node({"kind": value.kind} if value.kind else {})
    node.valid = (*node, *(field.name for field in fields))
    for field in fields:
        own = getattr(value, field.name)
        if own != default_of(field) or isinstance(own, Table | Named):
            node[field.name] = _opened(own)
    return node


def _put(tree: _Node, key: Any, value: Any) -> list[Problem]:
    """Put one value at its dotted key; report a key that leads nowhere."""
    if not _is_dotted(key):
        return [Problem(show(key), "not a dotted key", accepted='such as "customers.retail.terms"')]
    *path, last = key.split(".")
    node, walked = tree, ""
    for part in path:
        if problems := _closed(node, part, walked, is_path=True):
            return problems
        node, walked = node[part], f"{walked}{part}."
    if problems := _closed(node, last, walked, is_path=False):
        return problems
    _set(node, last, value)
    return []


def _is_dotted(key: object) -> bool:
    """Tell whether the key is names with dots between."""
    if not isinstance(key, str) or len(key) > _LONGEST_KEY:
        return False
    return all(NAME.fullmatch(part) for part in key.split("."))


def _set(node: _Node, last: str, value: Any) -> None:
    """Set a value; nothing takes the key away."""
    if value is None:
        node.pop(last, None)
    else:
        node[last] = value


def _closed(node: _Node, part: str, walked: str, *, is_path: bool) -> list[Problem]:
    """Report a step that does not exist."""
    if node.valid and part not in node.valid:
        return [unknown(part, node.valid, "key").under(walked + part)]
    if not is_path:
        return []
    if part not in node:
        if node.valid:
            message = "not set here: give the whole table"
            return [Problem(walked + part, message, accepted=f'"{walked + part}": {{...}}')]
        return [unknown(part, node, "name").under(walked + part)]
    if not isinstance(node[part], _Node):
        return [Problem(walked + part, "is a value, not a table", show(node[part]))]
    return []


def digest(scenario: Scenario) -> str:
    """Return 16 hexadecimal digits of the SHA-256 of the scenario; see ``Scenario.digest``."""
    from cashstress.scenario.conversion import full_converter

    every = full_converter().unstructure(scenario)
    text = json.dumps(every, default=str, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
