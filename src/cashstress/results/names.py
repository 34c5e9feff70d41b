"""Finding what a reader asks for by name, and saying what there is when it is not there."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from cashstress.errors import CashstressError, Problem, ScenarioError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["UnknownNameError", "not_whole", "row", "whole_number"]


class UnknownNameError(CashstressError, KeyError):
    """A result was asked for something it does not hold.

    Parameters
    ----------
    problem : Problem
        What was asked for, what there is, and the nearest name.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        """Say it as a sentence; a plain KeyError would show the repr."""
        return str(self.problem)


def row(kind: str, name: str, names: Sequence[str]) -> int:
    """Return the position of a name.

    Raises
    ------
    UnknownNameError
        Naming the nearest one.
    """
    if name in names:
        return names.index(name)
    near = get_close_matches(str(name), names, n=1)
    raise UnknownNameError(
        Problem(
            kind,
            f"there is no {kind} of that name in this result",
            given=repr(name),
            accepted=", ".join(names) or "none: the scenario has none",
            nearest=near[0] if near else "",
        )
    )


def whole_number(key: str, given: int, low: int, high: int) -> int:
    """Return an option that has to be a whole number in a range, ends included.

    Raises
    ------
    ScenarioError
        Naming the option, what was given and what is accepted.
    """
    problems = not_whole(key, given, low, high)
    if problems:
        raise ScenarioError(problems, "the options")
    return int(given)


def not_whole(key: str, given: object, low: int, high: int) -> list[Problem]:
    """Return what is wrong with an option, if anything; a bool is no number, a float neither."""
    whole = isinstance(given, int | np.integer) and not isinstance(given, bool)
    if whole and low <= int(given) <= high:  # type: ignore[call-overload]
        return []
    accepted = f"a whole number from {low:,} to {high:,}"
    return [Problem(key, "out of range or of the wrong kind", repr(given), accepted)]
