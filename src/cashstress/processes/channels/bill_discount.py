"""Discount of bills (票据贴现): a drawing sells bills in hand, and their acceptors repay it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from cashstress.kernel.money import to_money
from cashstress.kernel.shares import grossed_up
from cashstress.processes.bill_book import BILLS
from cashstress.processes.bills import AnsweredFor, AtFace, Claim
from cashstress.processes.channels.day_count import day_count
from cashstress.processes.channels.paper import PaperChannel
from cashstress.processes.levels import at

if TYPE_CHECKING:
    from cashstress.kernel.arrays import Counts, Days, Lanes, Level, Money
    from cashstress.processes.bills import Bills
    from cashstress.processes.firm import Firm

__all__ = ["BillDiscount"]


class _Discount:
    """What bills are worth to the bank, per lane of some lanes.

    Parameters
    ----------
    rate, fee : float or float64 array
        Discount per day of the basis, and share of the face.
    start : int64 array
        Interest-day number of the day on which the money comes, less the extra days.
    count : int64 array (days,)
        Interest-day number of each day.
    """

    def __init__(self, rate: Level, fee: Level, start: Counts, count: Counts) -> None:
        self._rate, self._fee, self._start, self._count = rate, fee, start, count

    def cost(self, face: Money, pays: int) -> tuple[Money, Money]:
        """Interest and fee on a face, together never more than it."""
        interest = to_money(self._share(pays) * face)
        interest = np.minimum(interest, face)
        fee = np.minimum(to_money(self._fee * face), face - interest)
        return interest, fee

    def worth(self, face: Money, pays: int) -> Money:
        """What is left after interest and fee."""
        interest, fee = self.cost(face, pays)
        return face - interest - fee

    def face_for(self, amount: Money, pays: int) -> Money:
        """The least face that leaves an amount; nothing where none would."""
        kept = np.maximum(1.0 - self._share(pays) - self._fee, 0.0)
        least = grossed_up(amount, kept)
        # Interest and fee are rounded each, so it may take a minor unit or two more, or less.
        least = np.maximum(least - 2, 0)
        for _ in range(4):
            least = least + ((least > 0) | (kept > 0)) * (self.worth(least, pays) < amount)
        return least

    def _share(self, pays: int) -> Any:
        return self._rate * (self._count[pays] - self._start)


class BillDiscount(PaperChannel):
    """A bank that discounts bills with recourse; the discount is taken from the money.

    What it is asked for is face.  A discounted bill leaves the books, and uses the limit until its
    acceptor has paid; if it does not, the firm owes the face and the bank's costs.
    """

    def __init__(self, firm: Firm, name: str, plan: Any) -> None:
        super().__init__(firm, name, plan)
        # The scenario refuses a discount facility where nobody pays by bill.
        hand = cast("Bills", firm.bills)
        self._hand = hand
        self._books = [
            book for book in hand.books if plan.customers is None or book.customer in plan.customers
        ]
        self._whole = not all(book.bill.divisible for book in self._books)
        self._answers = AnsweredFor(firm, name, hand.longest)
        hand.answered_for.append(self._answers)
        fails = hand.may_fail(self._books)
        self._claim = Claim(firm, name, hand.longest) if fails else None
        known = firm.scenario.horizon + hand.longest + self.longest_wait + 2 * firm.longest_roll + 2
        self._count = day_count(firm.calendar, plan.rate.basis, known)

    @property
    def used(self) -> Money:
        """Face not yet paid by its acceptor, and what came back and is unpaid."""
        return self._answers.total + self.repayment.ledger.owed

    @property
    def principal(self) -> Money:
        """Nothing: what is not due is no debt."""
        return np.zeros(self.firm.world.lanes, np.int64)

    def ahead(self) -> Money:
        """Nothing: the acceptors pay."""
        return np.zeros(self.firm.world.lanes, np.int64)

    # -- what can be drawn -------------------------------------------------------------------------

    def _unused(self, lanes: Lanes | slice) -> Money:
        """The lesser of what the limit leaves and the face on offer, less what is on its way."""
        left = np.maximum(at(self.limit.value, lanes) - self.used[lanes], 0).astype(np.int64)
        unused = np.minimum(left, self._on_offer(lanes))
        if not self._coming.is_empty():
            unused = np.maximum(unused - self.pending[lanes], 0)
        lent: Money = unused * (unused >= self.min_drawing) if self.min_drawing else unused
        return lent

    def _on_offer(self, lanes: Lanes | slice) -> Money:
        """Face in hand that is paid later than the money would come."""
        held: Money = np.add.reduce([book.held[lanes] for book in self._books])
        arrival = self._arrival(lanes)
        latest = int(np.max(arrival, initial=0))
        if latest == self.firm.clock.today:
            return held
        for book in self._books:
            for pays, _, row in book.on_hand(self.firm.clock.today):
                if pays <= latest:
                    held = held - book.face(row, lanes) * (pays <= arrival)
        return held

    def _arrival(self, lanes: Lanes | slice) -> Any:
        """When money asked for today comes, per lane or for all."""
        today = self.firm.clock.today
        return self._bank_day(np.asarray(today + at(self.delay.value, lanes)).astype(np.int64))

    def to_receive(self, lanes: Lanes, amount: Money) -> Money:
        """The face of the bills that bring `amount` after interest and fee."""
        some = np.flatnonzero(amount > 0)
        face = np.zeros_like(amount)
        if some.size:
            lanes, arrival = lanes[some], self._arrival(lanes[some])
            room, price = self._unused(lanes), self._price(lanes, arrival)
            for pick in self._hand.pick(
                lanes, amount[some], room, price=price, books=self._books, after=arrival
            ):
                face[some] += pick.part
        return face

    def after_fee(self, lanes: Lanes | slice, amount: Money) -> Money:
        """A quote: what is left of a face under the mean days of all bills in hand."""
        held = np.add.reduce([book.held[lanes] for book in self._books])
        weight = np.add.reduce([book.weight[lanes] for book in self._books])
        days = np.divide(weight, held, out=np.zeros(held.shape), where=held > 0)
        days = np.maximum(days - self._arrival(lanes), 0.0) * (held > 0) + self.plan.extra_days
        share = days * at(self.rate.value, lanes) + at(self.fee.value, lanes)
        return amount - to_money(amount * np.minimum(share, 1.0))

    def request(self, lanes: Lanes, wanted: Money) -> tuple[Money, Money]:
        """Ask for the money of a face: where bills are not divisible, of as many whole ones."""
        if self._whole:
            some = np.flatnonzero(wanted > 0)
            wanted, whole = wanted.copy(), np.zeros(len(some), np.int64)
            room, after = self._unused(lanes[some]), self._arrival(lanes[some])
            for pick in self._hand.pick(
                lanes[some], wanted[some], room, price=AtFace(), books=self._books, after=after
            ):
                whole += pick.part
            wanted[some] = whole
        before = self.firm.cash[lanes]
        _, later = super().request(lanes, wanted)
        return self.firm.cash[lanes] - before, later

    # -- discounting -------------------------------------------------------------------------------

    def _take_on(self, lanes: Lanes, amount: Money, *, opening: bool) -> None:
        """Discount bills for a face of `amount`, or of what is there."""
        del opening
        today = self.firm.clock.today
        price = self._price(lanes, np.asarray(today))
        face, interest, fee = np.zeros((3, len(lanes)), np.int64)
        for pick in self._hand.pick(
            lanes, amount, amount, price=AtFace(), books=self._books, after=today
        ):
            self._hand.pass_on(pick, lanes, self._answers, self._claim)
            of_interest, of_fee = price.cost(pick.part, pick.pays)
            face += pick.part
            interest += of_interest
            fee += of_fee
        self._book(lanes, face, interest, fee)
        self.firm.outcomes.chain.lends(self.name, lanes[face > 0])

    def _book(self, lanes: Lanes, face: Money, interest: Money, fee: Money) -> None:
        """The bills leave the books; by way of receivables, so that the money is a receipt."""
        post, memo, party = self.firm.books.post, "bills discounted", self.name
        post("receivables", BILLS, face, lanes=lanes, memo=memo, party=party)
        post("interest", "receivables", interest, lanes=lanes, memo=memo, party=party)
        post("fees", "receivables", fee, lanes=lanes, memo=memo, party=party)
        left = face - interest - fee
        post("cash", "receivables", left, lanes=lanes, memo=memo, party=party)

    def _price(self, lanes: Lanes, arrival: Days) -> _Discount:
        """Today's terms for money that comes on a day."""
        start = self._count[arrival] - self.plan.extra_days
        return _Discount(at(self.rate.value, lanes), at(self.fee.value, lanes), start, self._count)

    # -- maturity ----------------------------------------------------------------------------------

    def arrive(self) -> None:
        """Acceptors pay the bank; then money asked for before comes."""
        self._answers.step()
        super().arrive()

    def fall_due(self, day: int) -> None:
        """What an acceptor did not pay falls due, with the bank's costs."""
        back = None if self._claim is None else self._claim.today()
        if back is not None:
            memo = "bill not paid"
            self.repayment.bill(back[0], day, against="bad_debts", memo=memo)
            self.interest.bill(back[1], day, against="fees", memo=memo)
