"""All bills in hand, what is chosen of them, and what the firm answers for once they are passed on.

A bill that is endorsed or discounted leaves the books; until its acceptor has paid, the firm
answers for it.  Whether the acceptor pays is drawn when the bill is handed over, so the day on
which a bill comes back is known when it is passed on: nobody looks at it before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import attrs
import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.kernel.money import to_money
from cashstress.kernel.rings import ArrivalRing
from cashstress.processes.bill_book import BILLS

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from cashstress.kernel.arrays import Days, Lanes, Money
    from cashstress.processes.bill_book import BillBook
    from cashstress.processes.firm import Firm
    from cashstress.processes.purchasing import Supplier

__all__ = ["AnsweredFor", "AtFace", "Bills", "Claim", "Pick", "Price", "bills"]


@attrs.frozen(eq=False)
class Pick:
    """Parts of one bill, in some lanes.

    Attributes
    ----------
    book : BillBook
    row, pays : int
        Its row there, and its day of payment.
    part : int64 array (of the lanes), minor units
    """

    book: BillBook
    row: int
    pays: int
    part: Money


class Price(Protocol):
    """What a bill is worth to whoever takes it."""

    def worth(self, face: Money, pays: int) -> Money:
        """What a face brings in some lanes."""

    def face_for(self, amount: Money, pays: int) -> Money:
        """The least face that brings an amount."""


class AtFace:
    """A bill is worth what is written on it."""

    def worth(self, face: Money, pays: int) -> Money:
        """The face."""
        del pays
        return face

    def face_for(self, amount: Money, pays: int) -> Money:
        """The amount."""
        del pays
        return amount


class AnsweredFor:
    """Face that was passed on and is not yet paid, by the day on which that is over.

    Parameters
    ----------
    firm : Firm
    name : str
        Prefix of its columns.
    days : int
        Longest time to that day, days.
    """

    def __init__(self, firm: Firm, name: str, days: int) -> None:
        self._firm, self._name = firm, f"{name}.answered_for"
        firm.columns.add(self._name, np.int64)
        self._until = ArrivalRing(f"{name}.until.ring", firm.columns, firm.clock, days=days)

    @property
    def total(self) -> Money:
        """All of it, per lane."""
        return self._firm.columns[self._name]

    def add(self, part: Money, days: Days, lanes: Lanes) -> None:
        """Answer for parts until a day for each."""
        self._until.pile(part, days, lanes)
        self.total[lanes] += part

    def step(self) -> None:
        """What is over today is over."""
        over = self._until.arrivals(self._firm.world.living())
        if over is not None:
            self.total[...] -= over


class Claim:
    """Bills that one holder will bring back, with its costs, by day."""

    def __init__(self, firm: Firm, name: str, days: int) -> None:
        self._firm = firm
        self._face, self._cost = (
            ArrivalRing(f"{name}.{part}.ring", firm.columns, firm.clock, days=days)
            for part in ("unpaid", "costs")
        )

    def add(self, part: Money, cost: Money, day: int, lanes: Lanes) -> None:
        """Have parts come back on a day."""
        days = np.full(len(lanes), day)
        self._face.pile(part, days, lanes)
        self._cost.pile(cost, days, lanes)

    def today(self) -> tuple[Money, Money] | None:
        """Face and costs that are claimed today, per lane."""
        running = self._firm.world.living()
        face, cost = self._face.arrivals(running), self._cost.arrivals(running)
        return None if face is None else (face, cost)


class Bills:
    """The firm's bills.

    Parameters
    ----------
    firm : Firm
    books : list of BillBook
        At least one.
    suppliers : list of Supplier
        Those who accept bills.
    """

    def __init__(self, firm: Firm, books: list[BillBook], suppliers: list[Supplier]) -> None:
        self._firm, self.books = firm, books
        #: Longest time from today to the day on which a bill may come back, days.
        self.longest = max(book.longest for book in books) + 2 + firm.longest_roll
        self._endorsed = AnsweredFor(firm, "bills~endorsed", self.longest)
        #: What the firm answers for: endorsed, and by whom it was discounted.
        self.answered_for = [self._endorsed]
        self._claims = {
            supplier.name: Claim(firm, f"{supplier.name}.endorsed", self.longest)
            for supplier in suppliers
            if self.may_fail(books)
        }
        self._suppliers = {supplier.name: supplier for supplier in suppliers}
        firm.books.control(BILLS, lambda: firm.total(book.total for book in books))

    @staticmethod
    def may_fail(books: Iterable[BillBook]) -> bool:
        """Whether the acceptor of some bill may not pay."""
        return any(book.may_fail for book in books)

    def open_books(self) -> None:
        """Open with the bills in hand."""
        for book in self.books:
            book.open_books()

    def contingent_debt(self) -> Money:
        """Face passed on whose acceptor has not paid yet, per lane (或有负债)."""
        return self._firm.total(each.total for each in self.answered_for)

    def expected(self, haircut: float) -> Money:
        """What bills in hand bring in the look-ahead: of a bank's all, of others' a share."""
        last = self._firm.clock.today + self._firm.look_ahead
        total = np.zeros(self._firm.world.lanes, np.int64)
        for book in self.books:
            coming = book.paid_until(last)
            if coming is not None:
                total += coming if book.is_certain else to_money(coming * haircut)
        return total

    def pick(
        self,
        lanes: Lanes,
        wanted: Money,
        room: Money,
        *,
        price: Price,
        books: list[BillBook],
        after: Days | int = 0,
        last_first: bool = False,
    ) -> Iterator[Pick]:
        """Choose bills in `lanes` until they bring what is wanted.

        Those paid soonest come first.  A bill that is not divisible is chosen whole or, where it is
        above what is left of `room`, passed over.

        Parameters
        ----------
        wanted : int64 array (of the lanes)
            What is to be brought, under `price`.
        room : int64 array (of the lanes)
            Most face.
        after : int or int array (of the lanes)
            Only bills paid later than this day.
        last_first : bool
            Those paid last come first.
        """
        wanted, room = wanted.copy(), room.copy()
        first = int(np.min(after, initial=self._firm.scenario.horizon)) if np.ndim(after) else after
        found = [
            (pays, index, order, row)
            for index, book in enumerate(books)
            for pays, order, row in book.on_hand(max(int(first), self._firm.clock.today))
        ]
        for pays, index, _, row in sorted(found, reverse=last_first):
            book = books[index]
            face = book.face(row, lanes) * (pays > after)
            if book.bill.divisible:
                face = np.minimum(face, price.face_for(np.maximum(wanted, 0), pays))
                part = np.minimum(face, room)
            else:
                part = face * ((wanted > 0) & (face <= room))
            if part.any():
                wanted -= price.worth(part, pays)
                room -= part
                yield Pick(book, row, pays, part)
            if not (wanted > 0).any():
                return

    def pass_on(self, pick: Pick, lanes: Lanes, answers: AnsweredFor, claim: Claim | None) -> None:
        """Give a bill away, and answer for it to whoever has it now."""
        some = np.flatnonzero(pick.part)
        lanes, part = lanes[some], pick.part[some]
        fails = pick.book.take(pick.row, lanes, part)
        days = np.full(len(lanes), pick.pays)
        if fails is not None and claim is not None:
            # The holder comes on the next business day.
            back = int(self._firm.bank_day(pick.pays + 1))
            days[fails] = back
            cost = to_money(part[fails] * pick.book.bill.recourse_cost)
            claim.add(part[fails], cost, back, lanes[fails])
        answers.add(part, days, lanes)

    def endorse(self, lanes: Lanes, supplier: Supplier, wanted: Money, due: Money) -> Money:
        """Pay a supplier with bills for what is wanted, at most what is due; returns the face.

        Those paid last go first: the others are money sooner.
        """
        paid = np.zeros_like(due)
        claim = self._claims.get(supplier.name)
        picks = self.pick(
            lanes, np.minimum(wanted, due), due,
            price=AtFace(), books=self.books, last_first=True,
        )  # fmt: skip
        for pick in picks:
            self.pass_on(pick, lanes, self._endorsed, claim)
            paid += pick.part
        if paid.any():
            supplier.payable.pay(paid, lanes, by=BILLS)
        return paid

    def receive(self) -> None:
        """Acceptors pay, the firm and those to whom it endorsed."""
        for book in self.books:
            book.mature()
        self._endorsed.step()

    def fall_due(self, day: int) -> None:
        """What an acceptor did not pay to a supplier, the firm owes it again, with costs."""
        for name, claim in self._claims.items():
            back = claim.today()
            if back is not None:
                parts: list[tuple[str, Any]] = [("bad_debts", back[0]), ("fees", back[1])]
                self._suppliers[name].payable.charge(parts, day)


def bills(firm: Firm, hand: Bills) -> Generator[Any, Any, None]:
    """The life of bills in hand and of those endorsed, day by day."""
    for day in firm.days():
        yield firm.clock.at(day, Phase.RECEIPT)
        hand.receive()
        yield firm.clock.at(day, Phase.DUE)
        hand.fall_due(day)
