"""A factor: parts of invoices, of no customer more than its share of the pool."""

from __future__ import annotations

from twin.channels.invoice_finance import InvoiceFinance, oldest_first, whole_down, whole_up


class Factoring(InvoiceFinance):
    def request(self, wanted):
        """At least what puts a pool right that has drifted off."""
        least = whole_up(self._least() * self.advance_rate.value)
        return super().request(max(wanted, least))

    def most(self, limit):
        rate = self.advance_rate.value
        advance = min(whole_down(self._most_face() * rate), limit) - self.on_the_way()
        return max(advance, 0) if advance >= whole_up(self._least() * rate) else 0

    def _is_free(self):
        return self.plan.concentration >= 1

    def _pool(self):
        return sum(sold.pool for sold in self.sold)

    def _least(self):
        """The least face after which nobody has too large a share."""
        if self._is_free():
            return 0
        largest = max(sold.pool for sold in self.sold)
        return max(whole_up(largest / self.plan.concentration) - self._pool(), 0)

    def _most_face(self):
        """The largest pool of which nobody has too large a share, less what it is today.

        Everybody gives all that can be sold; who is then above the share gives the share.
        """
        whole = sorted((sold.pool + sold.sellable() for sold in self.sold), reverse=True)
        share, total = self.plan.concentration, sum(whole)
        above = 0
        while not self._is_free() and above < len(whole) and whole[above] > share * total:
            above += 1
            kept = 1 - share * above
            if kept <= 1e-9:
                break
            total = sum(whole[above:]) / kept
        return max(whole_down(total) - self._pool(), 0)

    def pick(self, amount):
        face = min(self.face_of(amount), self._most_face())
        if face < self._least():
            face = 0
        shares = self._share_out(face)
        return [oldest_first(sold, share) for sold, share in zip(self.sold, shares, strict=True)]

    def _share_out(self, face):
        """In proportion to what each could still give; what rounding leaves, in their order."""
        cap = whole_up((self._pool() + face) * self.plan.concentration)
        room = [min(max(cap - sold.pool, 0), sold.sellable()) for sold in self.sold]
        total = max(sum(room), 1)
        shares = [min(whole_down(most * (face / total)), most) for most in room]
        for place, most in enumerate(room):
            shares[place] += min(face - sum(shares), most - shares[place])
        return shares
