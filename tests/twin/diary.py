"""What a replication notes: the balances of each day, and the amounts of the whole life."""

from __future__ import annotations


class Diary:
    def __init__(self, firm):
        self._firm = firm
        self.days = {name: [] for name in ("cash", "debt", "headroom", "unpaid")}
        self.lowest_liquidity = self.lowest_cash = None
        self.most_contingent = 0
        self.deepest_shortfall = self.wages_paid_late = 0
        self.balance_at_default = dict.fromkeys(firm.channels, 0)

    def note(self, day, defaulted):
        firm = self._firm
        unpaid, headroom = firm.treasury.unpaid, firm.headroom()
        liquidity = firm.cash + headroom - unpaid
        balances = (firm.cash, firm.debt(), headroom, unpaid)
        for name, amount in zip(self.days, balances, strict=True):
            self.days[name].append(amount)
        self.lowest_cash = firm.cash if day == 0 else min(self.lowest_cash, firm.cash)
        lowest = liquidity if day == 0 else min(self.lowest_liquidity, liquidity)
        self.lowest_liquidity = lowest
        self.deepest_shortfall = max(self.deepest_shortfall, unpaid)
        if firm.bills is not None:
            self.most_contingent = max(self.most_contingent, firm.bills.answered_for())
        for channel in defaulted:
            self.balance_at_default[channel.name] = channel.drawn

    def metrics(self):
        firm, books = self._firm, self._firm.books
        paid_in = sum(line.drawn for line in firm.channels.values() if not line.is_debt)
        return {
            "lowest_liquidity": self.lowest_liquidity,
            "lowest_cash": self.lowest_cash,
            "contingent_debt": self.most_contingent,
            "deepest_shortfall": self.deepest_shortfall,
            "wages_paid_late": self.wages_paid_late,
            "cost_of_funding": books.cost_of_funding(),
            "running_cost": books.running_cost(),
            "sales_lost": firm.sales.lost,
            "net_assets": books.net_assets() - paid_in,
            "profit": books.profit(),
        } | {f"balance_at_default:{name}": at for name, at in self.balance_at_default.items()}
