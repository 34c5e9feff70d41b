"""Lenders who decide something by themselves."""

from __future__ import annotations

from twin.lenders.lender import Lender

TABLES = (
    *("risk_control", "fault", "misuse", "agreement", "data_sharing", "reads_record"),
    "reopening",
)


def make_lenders(firm):
    """One for each line of which the lender decides something, or whose record is kept."""
    return [
        Lender(firm, place, line)
        for place, line in enumerate(firm.channels.values())
        if firm.records is not None
        or any(getattr(line.plan, table, None) is not None for table in TABLES)
    ]
