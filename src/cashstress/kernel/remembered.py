"""Answers that are asked for many times a day and change on few: looked up, then remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from cashstress.kernel.world import World

__all__ = ["Remembered"]

Answer = TypeVar("Answer")


class Remembered(Generic[Answer]):
    """One answer about all lanes, from their columns.

    Whoever changes what it is about says `forget`; a world whose lanes are replaced does so too.

    Parameters
    ----------
    world : World
    look : callable
        Finds the answer in the columns; never None.
    """

    def __init__(self, world: World, look: Callable[[], Answer]) -> None:
        self._look = look
        self._answer: Answer | None = None
        world.on_refresh.append(self.forget)

    def __call__(self) -> Answer:
        """The answer as it is now."""
        if self._answer is None:
            self._answer = self._look()
        return self._answer

    def forget(self) -> None:
        """Look again when next asked."""
        self._answer = None
