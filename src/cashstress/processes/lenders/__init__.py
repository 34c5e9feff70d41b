"""Lenders with a will: why they close a line by themselves, and how it is opened again.

behaviour.py      what risk control sees of the firm
hazard.py         a cause that comes by chance, spell by spell: risk control, faults
agreement.py      notice, a lower hazard and better chances for a fee
limit_after.py    the part of the limit that is left after a closure
credit_record.py  scores of the firm and its owner, and who reads them
reopening.py      wait, ask, repair, diagnose
history.py        closed by what, for how long, reopened how
will.py           one lender with all of these
regulator.py      rules that change for every platform line
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cashstress.processes import ranks
from cashstress.processes.lenders.agreement import paying_fees
from cashstress.processes.lenders.credit_record import CreditRecords, is_read, keeping
from cashstress.processes.lenders.will import Will, coming_back, judging, mending

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Counts
    from cashstress.processes.firm import Firm

__all__ = ["Lenders"]

#: Tables of a channel that give its lender a will.
_WILLS = (
    *("risk_control", "fault", "misuse", "agreement", "data_sharing", "reads_record"),
    "reopening",
)


class Lenders:
    """All lenders of a firm that decide something by themselves; none of them costs nothing."""

    def __init__(self, firm: Firm) -> None:
        self._firm = firm
        self.records = CreditRecords(firm) if is_read(firm.scenario) else None
        self.wills = [
            Will(firm, channel, self.records)
            for channel in firm.channels.values()
            if self.records is not None
            or any(getattr(channel.plan, table, None) is not None for table in _WILLS)
        ]

    def start(self) -> None:
        """Start their processes, each with its rank."""
        firm, start = self._firm, self._firm.clock.start
        for i, will in enumerate(self.wills):
            rank = ranks.LENDERS + i
            start(judging(firm, will), rank)
            if will.limit_after is not None:
                start(coming_back(firm, will), rank)
            if will.reopening is not None and will.reopening.mends:
                start(mending(firm, will.reopening), rank)
            if will.agreements.fee:
                # Before the treasury lets the day's bills fall due.
                start(paying_fees(firm, will.agreements), ranks.FEES + i)
        if self.records is not None:
            start(keeping(firm, self.records), ranks.LENDERS + len(self.wills))

    def contracted_ahead(self) -> int:
        """Fees of agreements that fall due in the treasury's look-ahead, minor units."""
        return sum(will.agreements.contracted_ahead() for will in self.wills)

    def histories(self) -> dict[str, Counts]:
        """What became of the lines, by ``CHANNEL:what``, per lane."""
        return {
            f"{will.channel.name}:{name}": values
            for will in self.wills
            for name, values in will.history.rows().items()
        }
