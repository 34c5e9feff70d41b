"""What the firm owes, one ledger per creditor, each in a class of the paying order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np

from cashstress.kernel.obligations import Obligations

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Days, Lanes, Money
    from cashstress.kernel.world import World

__all__ = ["AHEAD", "PAY_CLASSES", "PayClass", "Payable"]

#: Column of what falls due in the treasury's look-ahead, over all ledgers.
AHEAD: Final = "payables.ahead"

PayClass = Literal[
    "instalments",
    "wages",
    "taxes",
    "critical_suppliers",
    "rent",
    "other_suppliers",
    "discretionary",
    "owner",
]

#: Strict order: an old bill of a lower class never comes before a new one of a higher class.
PAY_CLASSES: Final[tuple[PayClass, ...]] = get_args(PayClass)


class Payable:
    """One creditor's ledger: a control account in the books and its bills by due day.

    Parameters
    ----------
    world : World
    name : str
        Of the account and of the ledger's columns.
    pay_class : PayClass
    term, age : int
        Longest time to the due day, and longest age that matters, days.
    window : int
        Days of look-ahead.
    whole : bool
        Bills are paid in full or not at all (wages).
    own_account : bool
        Open a liability account of this name; False when another ledger shares `account`.
    """

    def __init__(
        self,
        world: World,
        name: str,
        pay_class: PayClass,
        *,
        term: int,
        age: int,
        window: int,
        whole: bool = False,
        account: str | None = None,
    ) -> None:
        self.name, self.pay_class, self.whole = name, pay_class, whole
        #: The creditor, as journals call it.
        self.party = name.partition(":")[2] or name
        self._paid = "interest paid" if name.startswith("interest:") else "paid"
        self._books = world.books
        self._world = world
        self.ledger = Obligations(
            f"payable.{name}", world.columns, world.clock,
            term=term, age=age, window=window, ahead=AHEAD,
        )  # fmt: skip
        world.on_refresh.append(self.ledger.forget)
        self.account = account or world.books.account(name, "liability")
        if account is None:
            world.books.control(self.account, lambda: -self.ledger.total)

    def bill(self, amount: Money, due: int | Days, *, against: str, memo: str = "") -> Money:
        """Owe `amount` from `due` on, charged to the account `against`; returns what was posted."""
        posted = self._books.post(
            against, self.account, amount, memo=memo or "bill", party=self.party
        )
        self.ledger.bill(posted, due)
        return posted

    def charge(self, parts: list[tuple[str, Money]], due: int | Days) -> Money:
        """Bill one invoice whose parts go to several accounts; returns the whole invoice."""
        post, party = self._books.post, self.party
        posted = [
            post(against, self.account, part, memo="bill", party=party) for against, part in parts
        ]
        whole = posted[0]
        for part in posted[1:]:
            whole = whole + part
        self.ledger.bill(whole, due)
        return whole

    def pay(self, amount: Money, lanes: Lanes, *, by: str = "cash") -> None:
        """Pay `amount` (at most what is due) in `lanes`, oldest bills first, from an account."""
        if not np.maximum.reduce(amount, initial=0):
            return
        posted = self._books.post(
            self.account, by, amount, lanes=lanes, memo=self._paid, party=self.party
        )
        self.ledger.pay(posted, lanes)

    def pay_all(self, *, but: Lanes) -> None:
        """Pay all that is due from cash, in every lane but those."""
        amount = self.due().copy()
        amount[but] = 0
        if not np.maximum.reduce(amount, initial=0):
            return
        posted = self._books.post(self.account, "cash", amount, memo=self._paid, party=self.party)
        self.ledger.pay_off(posted)

    def due(self, lanes: Lanes | slice = slice(None)) -> Money:
        """What is due or overdue, where the firm still runs; with `lanes` a copy for those."""
        owed = self.ledger.owed[lanes]
        return owed if self._books.all_running else owed * self._world.running[lanes]

    def has_due(self) -> bool:
        """Whether any firm that still runs owes something here now."""
        if self._books.all_running or not self.ledger.has_due():
            return self.ledger.has_due()
        return bool(self._world.running[self.ledger.owing()].any())

    def whole_bills_within(self, lanes: Lanes, cash: Money) -> Money:
        """What of the bills due can be paid in full, oldest first, from `cash`.

        A due day's bills are one item (a pay run): the first that cannot be paid in full stops the
        ones after it.
        """
        owed = self.due(lanes)
        part = np.where(owed <= cash, owed, 0)
        short = np.flatnonzero((owed > cash) & (cash > 0))
        cursor, left = self.ledger.cursor(lanes[short]), cash[short].copy()
        while (fits := (cursor.owed > 0) & (cursor.head <= left)).any():
            item = np.where(fits, cursor.head, 0)
            left -= item
            part[short] += item
            paid = item.nonzero()[0]
            cursor.pay(item[paid], paid)
            left[~fits] = 0
        return part
