"""Factoring and reverse factoring: a drawing sells invoices, and their customers repay it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cashstress.kernel.money import minor, to_money, whole_down, whole_up
from cashstress.kernel.shares import enough_to_leave, per
from cashstress.processes.channels.concentration import most_face, room_for, share_out
from cashstress.processes.channels.day_count import day_count
from cashstress.processes.channels.paper import PaperChannel
from cashstress.processes.channels.sold import SoldInvoices
from cashstress.processes.levels import Kept, at, level
from cashstress.processes.reach import longest_days

if TYPE_CHECKING:
    from collections.abc import Callable

    from cashstress.kernel.arrays import Lanes, Level, Money
    from cashstress.processes.channels.sold import Settled
    from cashstress.processes.firm import Firm
    from cashstress.processes.invoices import InvoiceBook, Parts

__all__ = ["Factoring", "ReverseFactoring"]


class InvoiceFinance(PaperChannel):
    """A lender that buys invoices and is repaid by those who owe them.

    Subclasses say how much can be sold (`_most`) and which invoices a drawing takes (`_pick`).
    """

    def __init__(self, firm: Firm, name: str, plan: Any) -> None:
        super().__init__(firm, name, plan)
        key = f"channels.{name}.service_fee"
        self._service = Kept(firm.world, key, level(firm.world, key, plan.service_fee))
        customers = {customer.name: customer for customer in firm.customers}
        self._customers = [customers[buyer] for buyer in plan.buyers]
        self.books = [customer.keep_book(self._wait()) for customer in self._customers]
        self.sold = [SoldInvoices(firm, name, plan, customer) for customer in self._customers]
        known = firm.scenario.horizon + max(sold.longest for sold in self.sold) + 2
        self._count = day_count(firm.calendar, plan.rate.basis, known)
        firm.columns.add(f"{name}.advanced", np.int64)
        self._reserve = None if plan.recourse else firm.books.account(f"reserve:{name}", "asset")
        self._declare_controls()

    def _make_levers(self) -> None:
        super()._make_levers()
        world, name = self.firm.world, self.name
        rate = level(world, f"channels.{name}.advance_rate", self.plan.advance_rate)
        self.advance_rate = self.firm.levers.add(f"{name}.advance_rate", rate, "share", (0.0, 1.0))

    def _declare_controls(self) -> None:
        """What the lender holds is what the books say, beside the loan that `Channel` watches."""
        books, total = self.firm.books, self.firm.total
        if self._reserve is None:
            books.control(
                self.account,
                lambda: -total(s.held("advance") for s in self.sold) - self.repayment.ledger.total,
            )
        else:
            books.control(
                self._reserve,
                lambda: total(s.held("face") - s.held("advance") for s in self.sold),
            )

    def _wait(self) -> Callable[[], Level] | None:
        """Days until an invoice can be sold; None for none at all."""
        return None

    # -- what can be drawn -------------------------------------------------------------------------

    @property
    def advanced(self) -> Money:
        """Advances on what the lender holds, per lane."""
        advanced: Money = self._column("advanced")
        return advanced

    @property
    def used(self) -> Money:
        """Advances that are not yet settled, and those that came back and are not yet paid."""
        return self.advanced + self.repayment.ledger.owed

    @property
    def principal(self) -> Money:
        """Advances with recourse; without it, what is not due is no debt."""
        return self.advanced if self._reserve is None else np.zeros_like(self.advanced)

    def ahead(self) -> Money:
        """Nothing: the customers pay."""
        return np.zeros_like(self.advanced)

    def to_receive(self, lanes: Lanes, amount: Money) -> Money:
        """What must be asked for so that `amount` is left after both fees; 0 if none is."""
        service = at(self._service.value, lanes)
        # The service fee is on the face; where nothing is advanced on it, it would take everything.
        cost = per(service, at(self.advance_rate.value, lanes), none=1.0)
        kept = 1.0 - cost - at(self.fee.value, lanes)
        return enough_to_leave(amount, kept, lambda gross: self.after_fee(lanes, gross))

    def after_fee(self, lanes: Lanes | slice, amount: Money) -> Money:
        """What is left of drawings of `amount` in `lanes`, sold at today's advance rate."""
        face = self._face_of(lanes, amount)
        return amount - self._fee_on(lanes, amount, face)

    def _fee_on(self, lanes: Lanes | slice, advance: Money, face: Money) -> Money:
        """Drawing and service fee, never more than the advance."""
        drawing = to_money(advance * at(self.fee.value, lanes))
        service = to_money(face * at(self._service.value, lanes))
        fee: Money = np.minimum(drawing + service, advance)
        return fee

    def _face_of(self, lanes: Lanes | slice, advance: Money) -> Money:
        """The face that must be sold for an advance; 0 where nothing is advanced at all."""
        return whole_up(per(advance, at(self.advance_rate.value, lanes)))

    def _unused(self, lanes: Lanes | slice) -> Money:
        """The lesser of what the limit leaves and what the invoices bring, per lane of `lanes`."""
        left = np.maximum(at(self.limit.value, lanes) - self.used[lanes], 0)
        unused = self._most(lanes, left.astype(np.int64))
        return unused * (unused >= self.min_drawing) if self.min_drawing else unused

    def _most(self, lanes: Lanes | slice, limit: Money) -> Money:
        """The largest advance within `limit` beside what is on its way, per lane of `lanes`."""
        raise NotImplementedError

    # -- selling -----------------------------------------------------------------------------------

    def open_books(self) -> None:
        """Open with invoices sold before, as far as the open ones cover the balance."""
        if self.plan.drawn:
            lanes = np.arange(self.firm.world.lanes)
            self._take_on(lanes, np.full(len(lanes), minor(self.plan.drawn)), opening=True)

    def _take_on(self, lanes: Lanes, amount: Money, *, opening: bool) -> None:
        """Sell invoices of `lanes` for an advance of `amount`, or of what is there."""
        rate = np.broadcast_to(at(self.advance_rate.value, lanes), amount.shape)
        daily = np.broadcast_to(at(self.rate.value, lanes), amount.shape)
        account = "equity" if opening else "cash"
        face, advance = np.zeros((2, len(lanes)), np.int64)
        for sold, parts in zip(self.sold, self._pick(lanes, amount, rate), strict=True):
            paid = self._advances(parts, face, rate, amount)
            sold.add(parts, paid, daily[parts.at], self._count)
            own_face, own_advance = parts.total(parts.face, lanes), parts.total(paid, lanes)
            if self._reserve is not None:
                reserve = own_face - own_advance
                self._book_sale(lanes, own_advance, reserve, account, sold.customer.name)
            face += own_face
            advance += own_advance
        self.advanced[lanes] += advance
        if self._reserve is None:
            self.firm.books.post(
                account, self.account, advance, lanes=lanes, memo="drawing", party=self.name
            )
        if not opening:
            self.firm.outcomes.chain.lends(self.name, lanes[advance > 0])
            self._charge(lanes, advance, face)

    def _charge(self, lanes: Lanes, advance: Money, face: Money) -> None:
        """Take the fees from the advance."""
        fee = self._fee_on(lanes, advance, face)
        if fee.any():
            self.firm.books.post(
                "fees", "cash", fee, lanes=lanes, memo="drawing fee", party=self.name
            )

    def _pick(self, lanes: Lanes, amount: Money, rate: Level) -> list[Parts]:
        """Invoices for advances of `amount`, taken out of the books, for each customer."""
        raise NotImplementedError

    def _advances(self, parts: Parts, before: Money, rate: Level, most: Money) -> Money:
        """The advance on each part, `before` being the face bought of other customers.

        It is what all parts up to it bring more than those before it, so that what is rounded is
        the whole advance, once.
        """
        up_to = before[parts.at] + parts.up_to
        rate, most = rate[parts.at], most[parts.at]
        with_it = np.minimum(whole_down(up_to * rate), most)
        without = np.minimum(whole_down((up_to - parts.face) * rate), most)
        return with_it - without

    def _book_sale(
        self, lanes: Lanes, advance: Money, reserve: Money, account: str, customer: str
    ) -> None:
        """Without recourse a customer's invoices leave the books; the reserve comes in for them."""
        post, held, memo = self.firm.books.post, self._reserve or "", f"sold to {self.name}"
        post(account, "receivables", advance, lanes=lanes, memo=memo, party=customer)
        post(held, "receivables", reserve, lanes=lanes, memo=memo, party=customer)

    # -- settling ----------------------------------------------------------------------------------

    def arrive(self) -> None:
        """Customers pay the lender, who passes on the reserve; then drawings made before arrive."""
        for sold in self.sold:
            paid, lost = sold.paid(), sold.lost()
            if paid is not None:
                self._settle(paid, sold.customer.name)
            if lost is not None and self._reserve is not None:
                self.advanced[...] -= lost.advance
                reserve = lost.face - lost.advance
                memo, party = f"lost by {self.name}", sold.customer.name
                self.firm.books.post("bad_debts", self._reserve, reserve, memo=memo, party=party)
        super().arrive()

    def _settle(self, paid: Settled, customer: str) -> None:
        """Face = advance + fee + reserve; a fee beyond that is due from the firm."""
        post, memo = self.firm.books.post, f"paid to {self.name}"
        rest = paid.face - paid.advance
        fee = np.minimum(paid.fee, rest)
        self.advanced[...] -= paid.advance
        if self._reserve is None:
            post(self.account, "receivables", paid.advance, memo=memo, party=customer)
        else:
            # Through receivables, so that the money is a receipt from customers.
            post("receivables", self._reserve, rest, memo=memo, party=customer)
        post("interest", "receivables", fee, memo=memo, party=customer)
        post("cash", "receivables", rest - fee, memo=memo, party=customer)
        more = paid.fee - fee
        if more.any():
            self.interest.bill(more, self.firm.clock.today, against="interest", memo="fee")

    def fall_due(self, day: int) -> None:
        """What was not paid comes back: its advance and its fee are due."""
        for sold in self.sold:
            back = sold.back()
            if back is not None:
                self._come_back(back, day, sold.customer.name)

    def _come_back(self, back: Settled, day: int, customer: str) -> None:
        post, memo = self.firm.books.post, f"back from {self.name}"
        self.advanced[...] -= back.advance
        if self._reserve is not None:
            reserve = back.face - back.advance
            post("receivables", self.account, back.advance, memo=memo, party=customer)
            post("receivables", self._reserve, reserve, memo=memo, party=customer)
        self.repayment.ledger.bill(back.advance, day)
        self.interest.bill(back.fee, day, against="interest", memo="fee")


class Factoring(InvoiceFinance):
    """A factor (保理) that buys parts of invoices, of no customer more than its share.

    With one share for all, the parts that a drawing takes follow from sums per customer alone.
    """

    def request(self, lanes: Lanes, wanted: Money) -> tuple[Money, Money]:
        """Ask for money, or for as much more as the concentration limit makes the least."""
        least = whole_up(self._bounds(lanes)[0] * at(self.advance_rate.value, lanes))
        return super().request(lanes, np.where(wanted > 0, np.maximum(wanted, least), wanted))

    def _most(self, lanes: Lanes | slice, limit: Money) -> Money:
        least, most = self._bounds(lanes)
        rate = at(self.advance_rate.value, lanes)
        advance = np.minimum(whole_down(most * rate), limit) - self.pending[lanes]
        return np.maximum(advance * (advance >= whole_up(least * rate)), 0)

    def _bounds(self, lanes: Lanes | slice) -> tuple[Any, Money]:
        """The least and the most face that can be bought, per lane of `lanes`."""
        if self.plan.concentration >= 1.0:
            return 0, np.sum([book.sellable[lanes] for book in self.books], axis=0)
        return most_face(*self._sums(lanes), self.plan.concentration)

    def _sums(self, lanes: Lanes | slice) -> tuple[Money, Money]:
        """Pool, and what can be sold, (customers, lanes)."""
        pool = np.array([sold.pool[lanes] for sold in self.sold])
        return pool, np.array([book.sellable[lanes] for book in self.books])

    def _pick(self, lanes: Lanes, amount: Money, rate: Level) -> list[Parts]:
        del rate
        pool, sellable = self._sums(lanes)
        least, most = self._bounds(lanes)
        face = np.minimum(self._face_of(lanes, amount), most)
        face = np.where(face >= least, face, 0)
        shares = share_out(face, room_for(pool, sellable, face, self.plan.concentration))
        return [book.pick(lanes, share) for book, share in zip(self.books, shares, strict=True)]


class ReverseFactoring(InvoiceFinance):
    """Finance of what an anchor has confirmed (反向保理), in whole invoices or in parts."""

    def _make_levers(self) -> None:
        super()._make_levers()
        firm, name, days = self.firm, self.name, self.plan.confirmation_days
        longest = longest_days(firm.scenario, f"{name}.confirmation", days)
        base = level(firm.world, f"channels.{name}.confirmation_days", days)
        self.confirmation = firm.levers.add(f"{name}.confirmation", base, "days", (0.0, longest))

    def _wait(self) -> Callable[[], Level]:
        return lambda: self.confirmation.value

    def request(self, lanes: Lanes, wanted: Money) -> tuple[Money, Money]:
        """Ask for money: where invoices are not divisible, for as many whole ones as it takes."""
        if not self.plan.divisible:
            some = np.flatnonzero(wanted > 0)
            wanted, rate = wanted.copy(), at(self.advance_rate.value, lanes[some])
            limit = np.maximum(at(self.limit.value, lanes[some]) - self.used[lanes[some]], 0)
            room = self._room(lanes[some], limit.astype(np.int64))
            wanted[some] = self._book.whole_from(lanes[some], wanted[some], room, rate)
        return super().request(lanes, wanted)

    @property
    def _book(self) -> InvoiceBook:
        return self.books[0]

    def _most(self, lanes: Lanes | slice, limit: Money) -> Money:
        room = self._room(lanes, limit)
        if self.plan.divisible:
            return room
        rate = at(self.advance_rate.value, lanes)
        # Where there is room for all, all whole invoices are all.
        tight = np.flatnonzero(room < whole_down(self._book.sellable[lanes] * rate))
        if tight.size:
            every = np.arange(self.firm.world.lanes)[lanes]
            rate = at(self.advance_rate.value, every[tight])
            room[tight] = self._book.whole_up_to(every[tight], room[tight], rate)
        return room

    def _room(self, lanes: Lanes | slice, limit: Money) -> Money:
        """What limit and invoices leave beside what is on its way."""
        every = whole_down(self._book.sellable[lanes] * at(self.advance_rate.value, lanes))
        return np.maximum(np.minimum(every, limit) - self.pending[lanes], 0)

    def _pick(self, lanes: Lanes, amount: Money, rate: Level) -> list[Parts]:
        if not self.plan.divisible:
            return [self._book.pick_whole(lanes, amount * (rate > 0), rate)]
        face = np.minimum(self._face_of(lanes, amount), self._book.sellable[lanes])
        return [self._book.pick(lanes, face)]
