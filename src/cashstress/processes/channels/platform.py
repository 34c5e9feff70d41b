"""A platform line: same-day money, interest by the day, drawings repaid in monthly instalments."""

from __future__ import annotations

from cashstress.processes.channels.instalment_line import InstalmentLine

__all__ = ["PlatformLine"]


class PlatformLine(InstalmentLine):
    """A Jiebei-like line: uncommitted, its money comes at once, it may be repaid at any time."""
