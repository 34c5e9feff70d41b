"""Double entry: every amount moves from one account to another."""

from __future__ import annotations

from collections import defaultdict

EXPENSES = (
    "materials", "price_variance", "input_vat", "wages_earned", "costs", "interest", "fees",
    "bad_debts", "customer_discounts", "tax_surcharges", "income_tax", "late_charges",
)  # fmt: skip
INCOME = ("sales", "discounts")
RUNNING_COST = ("interest", "fees", "late_charges", "price_variance", "discounts")


class Books:
    """Balances by account; a debit is positive."""

    def __init__(self):
        self.balance = defaultdict(int)

    def post(self, debit, credit, amount):
        assert amount >= 0, (debit, credit, amount)
        self.balance[debit] += amount
        self.balance[credit] -= amount
        assert self.balance["cash"] >= 0, (debit, credit, amount)

    @property
    def cash(self):
        return self.balance["cash"]

    def profit(self):
        """Income less expense since day 0."""
        return -sum(self.balance[name] for name in (*INCOME, *EXPENSES))

    def profit_before_income_tax(self):
        return self.profit() + self.balance["income_tax"]

    def cost_of_funding(self):
        return self.balance["interest"] + self.balance["fees"]

    def running_cost(self):
        return sum(self.balance[name] for name in RUNNING_COST)

    def net_assets(self):
        """Assets less liabilities: all that is neither result nor equity."""
        results = {*INCOME, *EXPENSES}
        return sum(
            amount
            for name, amount in self.balance.items()
            if name not in results and not name.startswith("equity")
        )

    def liabilities(self):
        return -sum(min(amount, 0) for amount in self._position())

    def assets(self):
        return sum(max(amount, 0) for amount in self._position())

    def _position(self):
        results = {*INCOME, *EXPENSES}
        return [
            amount
            for name, amount in self.balance.items()
            if name not in results and not name.startswith("equity")
        ]
