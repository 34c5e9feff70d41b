"""A user's own processes: Python functions that a scenario carries, but no file can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import attrs

from cashstress.errors import Problem, ScenarioError
from cashstress.scenario.problems import refuse

__all__ = ["Process"]


@attrs.frozen
class Process:
    """A generator function of the running firm, started after all built-in processes.

    Parameters
    ----------
    function : callable
        Called with the firm; yields moments of ``firm.clock``.

    Examples
    --------
    >>> def trade_fair(firm):
    ...     yield firm.clock.at(30, ...)
    >>> Process(trade_fair).name.endswith("trade_fair")
    True
    """

    function: Callable[[Any], Any]

    @property
    def name(self) -> str:
        """Module and name of the function: what a digest can tell it by."""
        function = self.function
        own = getattr(function, "__qualname__", type(function).__qualname__)
        return f"{getattr(function, '__module__', '')}.{own}"

    def refuse_dump(self) -> Any:
        """Refuse to be written to a file."""
        message = "a process is a Python function and cannot be written to a file"
        raise ScenarioError([Problem("", message, self.name, "replace({'processes': []}) first")])


@attrs.frozen
class ProcessOf:
    """Kind of a user's process."""

    accepted: ClassVar[str] = "a generator function of the firm (in Python only)"

    def parse(self, value: Any) -> Process:
        """Return the process."""
        if isinstance(value, Process):
            return value
        if not callable(value):
            raise refuse("must be a function", value, self.accepted)
        return Process(value)
