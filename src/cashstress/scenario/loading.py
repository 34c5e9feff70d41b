"""From a TOML file or text to a scenario, or to one error with all its problems."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final

from cashstress.errors import Problem, ScenarioError
from cashstress.scenario.model import Scenario
from cashstress.scenario.problems import Refused, show

__all__ = ["load", "loads"]

MOST_BYTES: Final = 1_000_000
"""A scenario file is a few kilobytes; a larger file is a slip and is not read."""
_LONGEST_MESSAGE: Final = 200
_SHOWN: Final = 90
# Our deepest key has five parts. The parser's time grows with the square of the parts: minutes
# for a file that is one long key.
_PART: Final = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')[ \t]*"""
_ENDLESS_KEY: Final = re.compile(
    rf"(?:^|[{{,])[ \t]*\[{{0,2}}[ \t]*(?:{_PART}\.[ \t]*){{30}}", re.MULTILINE
)
_AT_LINE: Final = re.compile(r"\(at line (\d+), column \d+\)$")
#: Python reads no integer of more decimal digits.
_MOST_DIGITS: Final = 4300
_NUMBER: Final = re.compile(r"\d[\d_]*")


def load(path: str | Path) -> Scenario:
    """Return the scenario of a TOML file.

    Parameters
    ----------
    path : str or Path
        A file of at most 1 MB, UTF-8.

    Returns
    -------
    Scenario
        Validated.

    Raises
    ------
    ScenarioError
        With every problem of the file, each with its dotted key. No other exception is raised for
        anything a path or a file can be. Loading never runs code.

    Examples
    --------
    >>> load("no_such_file.toml")
    Traceback (most recent call last):
        ...
    cashstress.errors.ScenarioError: 1 problem in no_such_file.toml:
      - no such file
    """
    source = _named(path)
    return loads(_read(path, source), source=source)


def loads(text: str, *, source: str = "the text") -> Scenario:
    """Return the scenario of a TOML text.

    Parameters
    ----------
    text : str
        TOML.
    source : str
        What to call it in messages.

    Raises
    ------
    ScenarioError
        As for `load`.
    """
    from cashstress.scenario.conversion import converter

    data = _parse(text, source)
    try:
        return converter().structure(data, Scenario)
    except Refused as refused:
        raise ScenarioError(refused.problems, source) from None


def _named(path: object) -> str:
    """Return what a message calls a file: its path, where that can be printed on a line."""
    name = str(path)
    return _shortened(name if name and name.isprintable() else repr(name))


def _bad(message: str, source: str) -> ScenarioError:
    """Return the error of a whole file."""
    return ScenarioError([Problem("", message)], source)


def _read(path: str | Path, source: str) -> str:
    """Return the text of the file, at most the limit of it in memory."""
    try:
        return _bytes(Path(path), source).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"not UTF-8 text (byte {error.start}): save the file as UTF-8"
        raise _bad(message, source) from None
    except FileNotFoundError:
        raise _bad("no such file", source) from None
    except (OSError, ValueError, TypeError) as error:
        raise _bad(f"cannot be read: {error}", source) from None


def _bytes(path: Path, source: str) -> bytes:
    """Return the bytes of a regular file that is not too large."""
    if path.is_dir():
        raise _bad("is a directory: name the scenario file in it", source)
    if path.exists() and not path.is_file():
        raise _bad("is not a regular file", source)
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _bad(f"larger than {MOST_BYTES:,} bytes: this is no scenario file", source)
    return content


def _parse(text: Any, source: str) -> dict[str, Any]:
    """Return the TOML data."""
    if not isinstance(text, str):
        raise _bad(f"must be a text, not {show(text)}", source)
    if len(text) > MOST_BYTES:
        raise _bad(f"larger than {MOST_BYTES:,} characters: this is no scenario", source)
    if not text.strip():
        raise _bad("is empty: at least name, start, firm, sales and customers are needed", source)
    if found := _ENDLESS_KEY.search(text):
        line = text.count("\n", 0, found.end()) + 1
        raise _bad(f"nested too deeply: a key of more than 30 parts (line {line})", source)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise _bad("nested too deeply", source) from None
    except tomllib.TOMLDecodeError as error:
        raise _bad(f"not valid TOML: {_with_its_line(str(error), text)}", source) from None
    except ValueError:
        raise _bad(f"not valid TOML: {_endless_number(text)}", source) from None


def _with_its_line(message: str, text: str) -> str:
    """Return a parser's message with the line that it means: that shows the key."""
    message = _shortened(message)
    found = _AT_LINE.search(message)
    if found is None:  # "at end of document"
        return f"{message}; the last line is {show(text.strip().split(chr(10))[-1].strip())}"
    # Lines as the parser counts them: other ends of lines are part of a line.
    return f"{message}; the line is {show(text.split(chr(10))[int(found[1]) - 1].strip())}"


def _endless_number(text: str) -> str:
    """Return what is wrong where Python refuses to read an integer."""
    numbers = _NUMBER.finditer(text)
    found = next(n for n in numbers if len(n[0].replace("_", "")) > _MOST_DIGITS)
    line = text.count("\n", 0, found.start()) + 1
    return f"a number of more than {_MOST_DIGITS:,} digits (line {line})"


def _shortened(message: str) -> str:
    """Return a text of any length with its middle left out: a parser's message ends in its line."""
    if len(message) <= _LONGEST_MESSAGE:
        return message
    return f"{message[:_SHOWN]} ... {message[-_SHOWN:]}"
