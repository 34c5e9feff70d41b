"""Double-entry books: accounts x lanes, and one way to move money."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

import attrs
import numpy as np

from cashstress.errors import ConservationError, SimulationError
from cashstress.kernel.money import LIMIT, guard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import numpy.typing as npt

    from cashstress.kernel.clock import Clock
    from cashstress.kernel.columns import Columns

__all__ = ["AccountKind", "Books", "Entry"]

AccountKind = Literal["asset", "liability", "equity", "income", "expense"]
_BALANCE_SHEET: Final = ("asset", "liability")
_RESULT: Final = ("income", "expense")


@attrs.frozen
class Entry:
    """One posting of a traced lane.

    ``party`` is with whom (a customer, a supplier, a lender), ``memo`` what for; both may be empty.
    """

    day: int
    phase: str
    debit: str
    credit: str
    amount: int
    memo: str
    party: str = ""


class Books:
    """Balances per account and lane, debits positive, int64 minor units.

    Every posting debits one account and credits another by the same amount, so debits equal credits
    in every lane at all times.  A lane that is wound up (``running`` is False) keeps its balances:
    postings to it count as zero, and `post` says what was really posted.
    """

    def __init__(self, columns: Columns, clock: Clock) -> None:
        self._columns = columns
        self._clock = clock
        self._kinds: dict[str, AccountKind] = {}
        #: Name of each account's column.
        self._column_of: dict[str, str] = {}
        self._never_negative: set[str] = set()
        self._controls: list[tuple[str, Callable[[], npt.NDArray[np.int64]]]] = []
        self._cash: str | None = None
        self.watching_flows = False
        self.all_running = True
        self.traced: int | None = None
        self.journal: list[Entry] = []
        columns.add("running", np.bool_, fill=True)

    def account(self, name: str, kind: AccountKind, *, never_negative: bool = False) -> str:
        """Open an account at zero; returns its name."""
        self._kinds[name], self._column_of[name] = kind, f"books:{name}"
        self._columns.add(self._column_of[name], np.int64)
        if never_negative:
            self._never_negative.add(name)
        if self._cash is not None:
            self._watch_flow(name)
        return name

    @property
    def kinds(self) -> Mapping[str, AccountKind]:
        """Kind of each account, in the order in which they were opened."""
        return MappingProxyType(self._kinds)

    def watch_cash_flows(self, cash: str) -> None:
        """Keep, per account, what it brought to `cash` and what it took (for the weekly table)."""
        self._cash = cash
        for name in self._kinds:
            self._watch_flow(name)

    def _watch_flow(self, name: str) -> None:
        self._columns.add(f"inflow:{name}", np.int64)
        self._columns.add(f"outflow:{name}", np.int64)

    def balance(self, account: str) -> npt.NDArray[np.int64]:
        """Balance per lane, debits positive: the current buffer, not to be written to."""
        return self._columns[self._column_of[account]]

    def inflow(self, account: str) -> npt.NDArray[np.int64]:
        """Cash received against `account` while flows were watched, per lane."""
        return self._columns[f"inflow:{account}"]

    def outflow(self, account: str) -> npt.NDArray[np.int64]:
        """Cash paid against `account` while flows were watched, per lane."""
        return self._columns[f"outflow:{account}"]

    def post(
        self,
        debit: str,
        credit: str,
        amount: npt.NDArray[np.int64],
        *,
        lanes: npt.NDArray[np.intp] | None = None,
        memo: str = "",
        party: str = "",
    ) -> npt.NDArray[np.int64]:
        """Move `amount` from `credit` to `debit`.

        Parameters
        ----------
        debit, credit : str
            Accounts.
        amount : int64 array (lanes,), minor units, >= 0
            Or one amount per entry of `lanes`.
        lanes : index array, optional
            Only these lanes (each at most once).
        memo : str, optional
            What it is for, kept in the journal of a traced lane.
        party : str, optional
            With whom: customer, supplier or lender; kept there too.

        Returns
        -------
        int64 array
            What was posted: `amount`, and 0 in lanes that no longer run.

        Raises
        ------
        SimulationError
            An amount beyond 2**53 minor units.
        ConservationError
            A negative amount, or cash below zero.
        """
        posted = amount
        if not self.all_running:
            running = self._columns["running"]
            posted = amount * (running if lanes is None else running[lanes])
        guard(posted)
        columns, column_of = self._columns, self._column_of
        _add(columns[column_of[debit]], posted, lanes)
        _subtract(columns[column_of[credit]], posted, lanes)
        if credit in self._never_negative:
            self._refuse_overdrawn(credit, lanes)
        if self.watching_flows:
            self._note_flow(debit, credit, posted, lanes)
        if self.traced is not None:
            self._write(debit, credit, posted, lanes, (memo, party))
        return posted

    def total(self, kinds: Iterable[AccountKind]) -> npt.NDArray[np.int64]:
        """Sum of the balances of all accounts of these kinds, debits positive."""
        wanted = set(kinds)
        total = np.zeros(self._columns.lanes, np.int64)
        for name, kind in self._kinds.items():
            if kind in wanted:
                total += self.balance(name)
        return total

    def net_assets(self) -> npt.NDArray[np.int64]:
        """Assets less liabilities, per lane, minor units."""
        return self.total(_BALANCE_SHEET)

    def profit_to_date(self) -> npt.NDArray[np.int64]:
        """Income less expense since the start, per lane, minor units."""
        return -self.total(_RESULT)

    def control(self, account: str, subledger: Callable[[], npt.NDArray[np.int64]]) -> None:
        """Declare that `account` always equals `subledger()` (debits positive), in every lane."""
        self._controls.append((account, subledger))

    def audit(self) -> None:
        """Check every control account, the trial balance and the limits.

        Raises
        ------
        ConservationError
            Naming the account, a lane and both figures.
        SimulationError
            If a balance is beyond 2**53 minor units.
        """
        for account, subledger in self._controls:
            self._compare(account, self.balance(account), subledger())
        self._compare("trial balance", self.total(self._kinds.values()), np.int64(0))
        self.refuse_huge()

    def refuse_huge(self) -> None:
        """Refuse balances beyond 2**53 minor units.

        Postings are each bounded by 2**53, so fewer than 512 to one account between two of these
        checks cannot wrap an int64.
        """
        for name in self._kinds:
            balance = self.balance(name)
            if balance.size and (balance.max() > LIMIT or balance.min() < -LIMIT):
                msg = f"account {name!r} is beyond 2**53 minor units; check the scenario's amounts"
                raise SimulationError(msg, day=self._clock.today)

    def _compare(
        self, account: str, ours: npt.NDArray[np.int64], theirs: npt.NDArray[np.int64] | np.int64
    ) -> None:
        wrong = np.flatnonzero(ours != theirs)
        if wrong.size:
            lane = wrong[0]
            other = int(np.broadcast_to(theirs, ours.shape)[lane])
            msg = (
                f"day {self._clock.today}, lane {lane}: "
                f"account {account!r} holds {int(ours[lane])}, "
                f"its subledger {other} ({wrong.size} lanes differ)"
            )
            raise ConservationError(msg)

    def _refuse_overdrawn(self, account: str, lanes: npt.NDArray[np.intp] | None) -> None:
        balance = self.balance(account)
        touched = balance if lanes is None else balance[lanes]
        if touched.size and np.minimum.reduce(touched) < 0:
            lane = int(balance.argmin())
            msg = f"day {self._clock.today}, lane {lane}: {account!r} fell to {int(balance[lane])}"
            raise ConservationError(msg)

    def _note_flow(
        self,
        debit: str,
        credit: str,
        posted: npt.NDArray[np.int64],
        lanes: npt.NDArray[np.intp] | None,
    ) -> None:
        if debit == self._cash:
            _add(self.inflow(credit), posted, lanes)
        elif credit == self._cash:
            _add(self.outflow(debit), posted, lanes)

    def _write(
        self,
        debit: str,
        credit: str,
        posted: npt.NDArray[np.int64],
        lanes: npt.NDArray[np.intp] | None,
        words: tuple[str, str],
    ) -> None:
        at = np.flatnonzero((np.arange(len(posted)) if lanes is None else lanes) == self.traced)
        amount = int(posted[at[0]]) if at.size else 0
        if amount:
            phase = self._clock.phase
            name = phase.name if phase is not None else "OPENING"
            self.journal.append(Entry(self._clock.today, name, debit, credit, amount, *words))


def _add(
    balance: npt.NDArray[np.int64],
    amount: npt.NDArray[np.int64],
    lanes: npt.NDArray[np.intp] | None,
) -> None:
    if lanes is None:
        np.add(balance, amount, out=balance)
    else:
        balance[lanes] += amount


def _subtract(
    balance: npt.NDArray[np.int64],
    amount: npt.NDArray[np.int64],
    lanes: npt.NDArray[np.intp] | None,
) -> None:
    if lanes is None:
        np.subtract(balance, amount, out=balance)
    else:
        balance[lanes] -= amount
