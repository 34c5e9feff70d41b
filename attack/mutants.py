"""The ways in which one module can be wrong by a little: its mutants."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType

#: What each operator may be mistaken for.
_SWAPS: Final[dict[type[ast.AST], type[ast.AST]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
#: Names that are easily taken for each other.
_NAMES: Final = {
    "minimum": "maximum",
    "maximum": "minimum",
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "floor": "ceil",
    "ceil": "floor",
    "add": "subtract",
    "subtract": "add",
    "argmin": "argmax",
    "argmax": "argmin",
    "left": "right",
    "right": "left",
}


_SCOPES: Final = (ast.FunctionDef, ast.ClassDef)


@attrs.frozen
class Mutant:
    """One change of a module.

    Parameters
    ----------
    line : int
    where : str
        The function it is in.
    was, became : str
        The code before and after.
    put, lift : callable
        Make the change in the tree, and take it back.
    nth : int
        Which it is of those that read the same in one function, from 1.
    """

    line: int
    where: str
    was: str
    became: str
    put: Callable[[], None]
    lift: Callable[[], None]
    nth: int = 1

    def __str__(self) -> str:
        return f"line {self.line}, {self.name}"

    @property
    def name(self) -> str:
        """What it is called in a list: the line may move."""
        name = f"{self.where}: {self.was}  ->  {self.became}"
        return name if self.nth == 1 else f"{name} [{self.nth}]"


class Module:
    """A module's tree, and all its mutants in the order of the file."""

    def __init__(self, source: str, path: str) -> None:
        self._path = path
        self._tree = ast.parse(source)
        self.mutants: list[Mutant] = []
        self._seen: Counter[tuple[str, str, str]] = Counter()
        self._visit(self._tree, "module")

    def code(self, mutant: Mutant | None) -> CodeType:
        """Compile the module with one change, or as it is."""
        if mutant is None:
            return compile(self._tree, self._path, "exec")
        mutant.put()
        try:
            return compile(ast.fix_missing_locations(self._tree), self._path, "exec")
        finally:
            mutant.lift()

    def _visit(self, node: ast.AST, where: str) -> None:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            return
        where = getattr(node, "name", where) if isinstance(node, _SCOPES) else where
        for change in _changes(node):
            self._note(node, where, *change)
        for child in _children(node):
            self._visit(child, where)

    def _note(self, node: ast.AST, where: str, holder: Any, name: str | int, new: Any) -> None:
        old = holder[name] if isinstance(holder, list) else getattr(holder, name)

        def put(what: Any) -> None:
            if isinstance(holder, list):
                holder[name] = what
            else:
                setattr(holder, str(name), what)

        is_statement = isinstance(old, ast.stmt)
        was = _first_line(old if is_statement else node)
        put(new)
        became = _first_line(ast.fix_missing_locations(new if is_statement else node))
        put(old)
        line = getattr(old if is_statement else node, "lineno", 0)
        put_and_lift = (lambda: put(new)), (lambda: put(old))
        self._seen[where, was, became] += 1
        nth = self._seen[where, was, became]
        self.mutants.append(Mutant(line, where, was, became, *put_and_lift, nth))


def _first_line(node: ast.AST) -> str:
    return ast.unparse(node).splitlines()[0]


Change = tuple[Any, "str | int", Any]


def _changes(node: ast.AST) -> Iterator[Change]:
    """Yield where, under which name, and what to put instead."""
    match node:
        case ast.BinOp(op=op) | ast.AugAssign(op=op) | ast.BoolOp(op=op) if type(op) in _SWAPS:
            yield node, "op", _SWAPS[type(op)]()
        case ast.Compare(ops=ops):
            for at, op in enumerate(ops):
                yield ops, at, _SWAPS[type(op)]()
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            yield node, "test", ast.UnaryOp(ast.Not(), test)
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
            yield node, "value", ast.Constant(None)
        case ast.Attribute(attr=name) if name in _NAMES:
            yield node, "attr", _NAMES[name]
        case ast.Name(id=name, ctx=ast.Load()) if name in _NAMES:
            yield node, "id", _NAMES[name]
        case ast.Constant(value=bool(value)):
            yield node, "value", not value
        case ast.Constant(value=int() | float() as value):
            yield node, "value", value + 1
    yield from _lost(node)


def _lost(node: ast.AST) -> Iterator[Change]:
    """Yield what can be left out: a sign, a `not`, a statement, an argument by name."""
    for name in ("body", "orelse"):
        body = getattr(node, name, None)
        if isinstance(body, list):
            for at, statement in enumerate(body):
                if _is_effect(statement):
                    yield body, at, ast.Pass()
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.UnaryOp):
            yield node, name, value.operand
        if isinstance(value, list):
            for at, item in enumerate(value):
                if isinstance(item, ast.UnaryOp):
                    yield value, at, item.operand


def _is_effect(statement: ast.stmt) -> bool:
    """Tell a call or an assignment to something that outlives the function."""
    match statement:
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Continue() | ast.Break():
            return True
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript(), *_]):
            return True
    return False


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may be changed: no message and no annotation."""
    if isinstance(node, ast.Raise | ast.JoinedStr | ast.Import | ast.ImportFrom):
        return
    skipped = ("annotation", "returns", "decorator_list", "type_comment", "type_params")
    for name, value in ast.iter_fields(node):
        if name in skipped:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield child
