"""Ctrl-C asks for the answer so far, if there is any; a second Ctrl-C insists."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import FrameType, TracebackType

__all__ = ["Interrupt"]


class Interrupt:
    """While open, turns the first Ctrl-C into a flag, so that no block is lost half added.

    Signals reach the main thread alone; elsewhere this does nothing.  The second Ctrl-C goes to
    whoever listened before, as a rule as KeyboardInterrupt.

    Parameters
    ----------
    at_once : bool, optional
        Whether the first goes there too, because there is no answer so far: a block that is
        computed right here would keep its user waiting, and be thrown away.

    Attributes
    ----------
    asked : bool
        Whether Ctrl-C was pressed.
    at_once : bool
        As above; to be cleared once there is something to keep.
    """

    def __init__(self, *, at_once: bool = False) -> None:
        self.asked = False
        self.at_once = at_once
        self._before: Any = None
        self._listening = False

    def __enter__(self) -> Self:
        before = signal.getsignal(signal.SIGINT)
        # A handler set outside Python (None) or a process told to ignore Ctrl-C is left alone.
        if threading.current_thread() is threading.main_thread() and callable(before):
            self._before = before
            self._listening = True
            signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop_listening()

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        self._stop_listening()
        if self.at_once:
            self._before(number, frame)

    def _stop_listening(self) -> None:
        if self._listening:
            signal.signal(signal.SIGINT, self._before)
            self._listening = False
