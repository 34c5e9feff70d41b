"""Borrowing: lenders are asked in order until nothing is missing, today or ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cashstress.kernel.flags import choose, everywhere
from cashstress.processes.spreading import Spread

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Flags, Lanes, Money
    from cashstress.processes.channels import Channel
    from cashstress.processes.firm import Firm
    from cashstress.processes.need import Need

__all__ = ["Borrowing"]


class Borrowing:
    """Asks a firm's lines, in the order of drawing.

    Parameters
    ----------
    firm : Firm
    lines : list of Channel
        In the order of drawing.
    """

    def __init__(self, firm: Firm, lines: list[Channel]) -> None:
        plan = firm.scenario.treasury
        together = plan.draw_together or ()
        self._firm, self._lines, self._policy = firm, lines, plan.on_notice
        # What pays suppliers before cash does has been asked already.
        self._lenders = [line for line in lines if not line.pays_first]
        self._spread = Spread([line for line in lines if line.name in together])
        #: Whether some line must be asked before its money is needed.
        self.takes_time = any(not line.is_quick() for line in lines)

    def borrow(self, need: Need) -> None:
        """Ask same-day lines for what is missing today, slower ones for what is missing ahead.

        What a line could still give today counts against the gap ahead, so a slower line is not
        asked for money that a quicker one before it can bring in time.
        """
        for line in self._lenders if need.lanes.size else ():
            headroom = line.believed_headroom(need.lanes)
            wanted = self._wanted(line, need, headroom)
            headroom = need.draw(line, wanted, headroom)
            could_give = choose(
                line.comes_same_day(need.lanes), line.after_fee(need.lanes, headroom), 0
            )
            need.rely_on(could_give, on_closed_days=not line.keeps_business_days)
        self._spread.ask_again(need)

    def on_notice(self) -> Flags | None:
        """Lanes in which a line has given notice that it will close; None where none has."""
        given = [line.on_notice() for line in self._lines]
        notices = [notice for notice in given if notice is not None]
        return np.logical_or.reduce(notices) if notices else None

    def on_its_way(self, lanes: Lanes | slice) -> Any:
        """What approved drawings that have not arrived yet will bring, per lane of `lanes`."""
        coming = [line.on_its_way(lanes) for line in self._lines]
        some = [amount for amount in coming if amount is not None]
        return self._firm.total(some) if some else 0

    # -- what a line is asked for ------------------------------------------------------------------

    def _wanted(self, line: Channel, need: Need, headroom: Money) -> Money:
        """What a line is to bring, fee not counted."""
        same_day = line.comes_same_day(need.lanes)
        wanted = self._wanted_today(line, need)
        wanted = self._spread.part(line, need.lanes, wanted, headroom)
        if not everywhere(same_day):
            wanted = choose(same_day, wanted, self._wanted_later(need))
        notice = line.on_notice()
        if notice is not None:
            before_it_closes = self._wanted_on_notice(need, wanted, headroom)
            wanted = choose(notice[need.lanes], before_it_closes, wanted)
        return wanted

    def _wanted_today(self, line: Channel, need: Need) -> Money:
        """Of a same-day line: what is missing until it pays out again; nothing on closed days."""
        if not line.moves_money_today():
            return np.zeros_like(need.today)
        missing = need.until_banks_open() if line.keeps_business_days else need.today
        return np.maximum(missing, 0)

    def _wanted_later(self, need: Need) -> Money:
        """Of a slower line: the gap, today's or that ahead; what is on its way is not asked twice.

        The gap ahead knows what is on its way.
        """
        gap: Money = np.maximum(need.today - self.on_its_way(need.lanes), need.ahead)
        return np.maximum(gap, 0)

    def _wanted_on_notice(self, need: Need, wanted: Money, headroom: Money) -> Money:
        """Of a line that will close: what the policy draws as long as it can."""
        match self._policy:
            case "draw_all":
                return headroom
            case "draw_needed":
                return np.maximum(wanted, need.ahead)
            case _:
                return wanted
