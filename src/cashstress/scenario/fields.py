"""The words in which the schema is written: ``cash: MoneyLevel = money(level=True)``.

Each word makes one attrs field and says its kind. A field without a default is required; a default
of ``None`` makes it optional.
"""

from __future__ import annotations

from typing import Any

import attrs

from cashstress.scenario import kinds, numeric
from cashstress.scenario.containers import ManyOf, NamedOf, OneOf, TableOf
from cashstress.scenario.functions import ProcessOf
from cashstress.scenario.levels import LevelOf, ScalarOnly
from cashstress.scenario.table import MISSING, Table

_MOST_DAYS = 3650


def field(kind: Any, default: Any = MISSING) -> Any:
    """Make a field of a kind."""
    shown = kinds.Optional(kind) if default is None else kind
    return attrs.field(default=default, metadata={"kind": shown})


def _number(kind: Any, default: Any, *, level: bool) -> Any:
    """Make a field of numbers, which may be levels or not."""
    return field(LevelOf(kind) if level else ScalarOnly(kind), default)


def money(
    default: Any = MISSING, *, level: bool = False, signed: bool = False, positive: bool = False
) -> Any:
    """Make a field of an amount: major units in, ``Decimal`` with two places stored."""
    return _number(numeric.Money(signed=signed, positive=positive), default, level=level)


def fraction(default: Any = MISSING, *, level: bool = False) -> Any:
    """Make a field of a fraction from 0 to 1."""
    return _number(numeric.Share(), default, level=level)


def number(default: Any = MISSING, *, level: bool = False, **bounds: Any) -> Any:
    """Make a field of a float: ``low`` [0], ``high`` [1e9], ``above`` [False], ``unit``."""
    return _number(numeric.Number(**bounds), default, level=level)


def whole(default: Any = MISSING, *, low: int = 0, high: int = _MOST_DAYS, unit: str) -> Any:
    """Make a field of a count."""
    return _number(numeric.Whole(low=low, high=high, unit=unit), default, level=False)


def days(
    default: Any = MISSING, *, level: bool = False, low: int = 0, high: int = _MOST_DAYS
) -> Any:
    """Make a field of whole days."""
    return _number(numeric.Whole(low=low, high=high), default, level=level)


def text(default: Any = MISSING, **rules: str) -> Any:
    """Make a field of text."""
    return field(kinds.Text(**rules), default)


def flag(default: Any = MISSING) -> Any:
    """Make a field of true or false."""
    return field(kinds.Flag(), default)


def date(default: Any = MISSING) -> Any:
    """Make a field of a calendar date."""
    return field(kinds.Date(), default)


def dates(default: Any = MISSING, *, least: int = 0, most: int = 4000) -> Any:
    """Make a field of a list of dates."""
    return field(ManyOf(kinds.Date(), least, most), default)


def choice(*words: str, default: Any = MISSING) -> Any:
    """Make a field of one word of a list."""
    return field(kinds.Choice(words), default)


def month_day(default: Any = MISSING) -> Any:
    """Make a field of a day of the month, or ``"last"``."""
    return field(kinds.MonthDay(), default)


def name(default: Any = MISSING) -> Any:
    """Make a field of the name of an item."""
    return field(kinds.Name(), default)


def names(default: Any = MISSING, *, least: int = 0) -> Any:
    """Make a field of a list of names."""
    return field(ManyOf(kinds.Name(), least, 1000, distinct=True), default)


def numbers(default: Any = MISSING, *, least: int = 1, most: int = 10_000, **bounds: Any) -> Any:
    """Make a field of a list of floats."""
    return field(ManyOf(ScalarOnly(numeric.Number(**bounds)), least, most), default)


def words(*valid: str, default: Any = MISSING) -> Any:
    """Make a field of a list of distinct words."""
    return field(ManyOf(kinds.Choice(valid), 0, len(valid), distinct=True), default)


def one(cls: type[Table], default: Any = MISSING) -> Any:
    """Make a field of one table."""
    return field(TableOf(cls), default)


def many(cls: type[Table], default: Any = MISSING) -> Any:
    """Make a field of a list of tables."""
    return field(ManyOf(TableOf(cls), 0, 100_000), default)


def processes() -> Any:
    """Make a field of a user's own processes."""
    return field(ManyOf(ProcessOf(), 0, 100), ())


def named(
    *classes: type[Table],
    default: Any = MISSING,
    least: int = 0,
    base: type[Table] | None = None,
) -> Any:
    """Make a field of tables by name; with several classes, told apart by ``kind``."""
    item = OneOf(classes, base) if classes[0].kind else TableOf(classes[0])
    return field(NamedOf(item, least=least), default)
