"""What can go wrong, as exceptions that survive a trip between processes.

CashstressError
ScenarioError       the scenario is wrong: every problem with its key and the way out
SimulationError     a run failed: which block, day and process
ConservationError   our own bug: money appeared or vanished
ProvenanceWarning   a saved result was made elsewhere: a warning, no error
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CashstressError",
    "ConservationError",
    "Problem",
    "ProvenanceWarning",
    "ScenarioError",
    "SimulationError",
]

_A_SCENARIO = 'a Scenario: cs.load("firm.toml") reads one'
#: One wrong line in a program that writes scenarios can be wrong 20,000 times.
_MOST_SHOWN = 100
_REPORT = "This is a bug in cashstress, not in your scenario: please report it with this message."


class ProvenanceWarning(UserWarning):
    """A saved result was made with other versions, or on another platform, than what is here."""


@attrs.frozen
class Problem:
    """One thing that is wrong with a scenario, and the way out.

    Parameters
    ----------
    key : str
        Dotted key, as in the file: ``suppliers.flour.tolerance``; empty for the whole file.
    message : str
        The rule that was broken.
    given : str
        The offending value, shortened.
    accepted : str
        What would be accepted.
    nearest : str
        The nearest valid name, when the given one looks like a slip.

    Examples
    --------
    >>> print(Problem("firm.cahs", "unknown key", given="5", accepted="cash", nearest="cash"))
    firm.cahs: unknown key; given 5; accepted: cash; did you mean cash?
    """

    key: str
    message: str
    given: str = ""
    accepted: str = ""
    nearest: str = ""

    def __str__(self) -> str:
        """One line: key, rule, given, accepted, nearest."""
        parts = [
            self.message,
            f"given {self.given}" if self.given else "",
            f"accepted: {self.accepted}" if self.accepted else "",
            f"did you mean {self.nearest}?" if self.nearest else "",
        ]
        line = "; ".join(part for part in parts if part)
        return f"{self.key}: {line}" if self.key else line

    def under(self, prefix: str) -> Problem:
        """Return the same problem seen from the table above."""
        dot = "." if self.key and not self.key.startswith("[") else ""
        return attrs.evolve(self, key=f"{prefix}{dot}{self.key}")


def no_scenario(name: str, given: object) -> Problem:
    """Return the problem of an argument that is no scenario, such as the path of its file."""
    return Problem(name, "is no scenario", repr(given)[:80], _A_SCENARIO)


class CashstressError(Exception):
    """Base of every error this library raises on purpose."""


class ScenarioError(CashstressError):
    """A scenario that cannot be run, with all its problems at once.

    Parameters
    ----------
    problems : iterable of Problem
        At least one.
    source : str
        Where the scenario came from: a path, or the name of the class.

    Examples
    --------
    >>> print(ScenarioError([Problem("firm.cash", "required key is missing")], "firm.toml"))
    1 problem in firm.toml:
      - firm.cash: required key is missing
    """

    def __init__(self, problems: Iterable[Problem], source: str = "the scenario") -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        self.source = source
        # The arguments are what pickle calls the class with again.
        super().__init__(self.problems, source)

    def __str__(self) -> str:
        """One headline, one line per problem; of very many the first."""
        count = len(self.problems)
        head = f"{count} problem{'' if count == 1 else 's'} in {self.source}:"
        lines = [f"  - {problem}" for problem in self.problems[:_MOST_SHOWN]]
        more = [f"  ... and {count - _MOST_SHOWN:,} more"] if count > _MOST_SHOWN else []
        return "\n".join([head, *lines, *more])


class SimulationError(CashstressError):
    """A run that failed, and where.

    Parameters
    ----------
    message : str
        What happened.
    block, day : int or None
        Block of replications and simulated day, where known.
    process : str or None
        Name of the process that failed, where known.

    Examples
    --------
    >>> print(SimulationError("amount beyond 2**53 minor units", block=3, day=40))
    amount beyond 2**53 minor units (block 3, day 40)
    """

    def __init__(
        self,
        message: str,
        *,
        block: int | None = None,
        day: int | None = None,
        process: str | None = None,
    ) -> None:
        super().__init__(message)
        self.block = block
        self.day = day
        self.process = process

    def __str__(self) -> str:
        """Give the message and, in brackets, the place."""
        place = {"block": self.block, "day": self.day, "process": self.process}
        known = ", ".join(f"{name} {value}" for name, value in place.items() if value is not None)
        return f"{self.args[0]} ({known})" if known else str(self.args[0])


class ConservationError(CashstressError):
    """Books and subledgers disagree: a bug of ours, never of the scenario.

    Examples
    --------
    >>> print(ConservationError("receivables: rings 5, books 4"))
    receivables: rings 5, books 4. This is a bug in cashstress, not in your scenario: please \
report it with this message.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)

    def __str__(self) -> str:
        """Give the message and the request for a report."""
        return f"{self.args[0]}. {_REPORT}"
