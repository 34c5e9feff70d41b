"""The main example's firm, hand-written for Numba: the loop a performance engineer would write."""

from __future__ import annotations

from compiled.run import run

__all__ = ["run"]
