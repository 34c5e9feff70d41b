"""The scenario: a firm, its lenders, its shocks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from cashstress.scenario import (
    bill_checks,
    crosschecks,
    editing,
    invoice_checks,
    lever_values,
    magnitudes,
    overlaps,
    sequence,
    withdrawal,
)
from cashstress.scenario.bills import Acceptance, BillDiscount
from cashstress.scenario.channels import (
    Channel,
    OwnerEquity,
    OwnerLoan,
    PlatformLine,
    RevolvingLine,
)
from cashstress.scenario.costs import Cost
from cashstress.scenario.customers import Customer
from cashstress.scenario.days_off import Calendar
from cashstress.scenario.factoring import Factoring, ReverseFactoring
from cashstress.scenario.fields import date, named, one, processes, text, whole
from cashstress.scenario.firm import Economy, Firm
from cashstress.scenario.functions import Process
from cashstress.scenario.kinds import ONE_LINE
from cashstress.scenario.lender import CreditRecord
from cashstress.scenario.named import Named
from cashstress.scenario.outcomes import Outcomes
from cashstress.scenario.payroll import Payroll
from cashstress.scenario.regulation import Regulation, RuleChange
from cashstress.scenario.sales import Sales
from cashstress.scenario.shock import Shock
from cashstress.scenario.shocks import (
    CustomerLoss,
    LatePayment,
    LendingTightening,
    LeverShock,
    PlatformClosure,
    PriceRise,
    Repricing,
    SalesFall,
    SupplierTerms,
)
from cashstress.scenario.suppliers import Supplier
from cashstress.scenario.table import Table, table
from cashstress.scenario.taxes import Taxes
from cashstress.scenario.term_loan import TermLoan
from cashstress.scenario.treasury import Treasury

if TYPE_CHECKING:
    from cashstress.scenario.ratios import Ratios

__all__ = ["Scenario"]

CHANNELS = (
    PlatformLine,
    TermLoan,
    RevolvingLine,
    OwnerLoan,
    OwnerEquity,
    Factoring,
    ReverseFactoring,
    BillDiscount,
    Acceptance,
)
SHOCKS = (
    PlatformClosure,
    LendingTightening,
    Repricing,
    LatePayment,
    SalesFall,
    SupplierTerms,
    PriceRise,
    CustomerLoss,
    LeverShock,
    Regulation,
    RuleChange,
)


@table
class Scenario(Table):
    """All that is simulated.

    Parameters
    ----------
    name : str
        Title.
    note : str
        Where the figures come from, what is assumed.
    start : date
        Day 0.
    horizon : int
        Days simulated, 0 .. horizon - 1.
    currency : str
        Three capital letters; amounts have two places.
    calendar : Calendar
        Weekends and holidays.
    firm : Firm
        What it opens with: cash, other assets and liabilities.
    economy : Economy
        How long a good or bad economy lasts.
    sales : Sales
        How much is sold, and when.
    customers : Named
        Who buys, and how each pays: tables by name.
    suppliers : Named
        Who delivers material, and how long each waits: tables by name, in order.
    payroll : Payroll, optional
        Staff and wages; absent is a firm without staff.
    costs : Named
        All other costs: tables by name, in order.
    taxes : Taxes
        VAT and income tax.
    treasury : Treasury
        How cash is steered: buffers, look-ahead, what may wait.
    channels : Named
        Sources of money: tables by name; their order is that of drawing.
    credit_record : CreditRecord, optional
        Credit records of the firm and its owner; absent where nobody reads them.
    outcomes : Outcomes
        Bounds that say when an outcome counts.
    shocks : Named
        What strikes the firm: tables by name, in order.
    processes : tuple of Process
        The user's own generator functions, in Python only; given as plain functions.

    Raises
    ------
    ScenarioError
        With every problem.

    Examples
    --------
    >>> stall = Scenario(
    ...     name="Stall",
    ...     start="2025-01-01",
    ...     firm={"cash": 5000},
    ...     sales={"annual": 90_000},
    ...     customers={"walk_in": {"share": 1, "paid_at_once": 1}},
    ... )
    >>> stall.replace({"firm.cash": 200}).firm.cash
    Decimal('200.00')
    """

    RULES: ClassVar = (
        *crosschecks.RULES,
        *sequence.RULES,
        *invoice_checks.RULES,
        *bill_checks.RULES,
        overlaps.overlapping_sets,
        lever_values.values_in_range,
        *magnitudes.RULES,
    )

    name: str = text(pattern=ONE_LINE, accepted="a text in quotes, on one line")
    note: str = text("")
    start: dt.date = date()
    horizon: int = whole(365, low=1, high=11_000, unit="days")
    currency: str = text("CNY", pattern="[A-Z]{3}", accepted='three capital letters: "CNY"')
    calendar: Calendar = one(Calendar, Calendar())
    firm: Firm = one(Firm)
    economy: Economy = one(Economy, Economy())
    sales: Sales = one(Sales)
    customers: Named[Customer] = named(Customer, least=1)
    suppliers: Named[Supplier] = named(Supplier, default=Named())
    payroll: Payroll | None = one(Payroll, None)
    costs: Named[Cost] = named(Cost, default=Named())
    taxes: Taxes = one(Taxes, Taxes())
    treasury: Treasury = one(Treasury, Treasury())
    channels: Named[Channel] = named(*CHANNELS, default=Named(), base=Channel)
    credit_record: CreditRecord | None = one(CreditRecord, None)
    outcomes: Outcomes = one(Outcomes, Outcomes())
    shocks: Named[Shock] = named(*SHOCKS, default=Named())
    processes: tuple[Process, ...] = processes()

    def without_shocks(self) -> Scenario:
        """Return the scenario without its shocks; hazards that belong to a lender stay."""
        return attrs.evolve(self, shocks=Named())  # type: ignore[misc]

    def without_closures(self) -> Scenario:
        """Return the scenario with no line ever closed by its lender, a fault or a regulator.

        Closing hazards of channels are 0; shocks that close channels are left out, and with them
        those that would only follow them. Arrears, covenants and expiry still close a line.
        """
        return withdrawal.without_closures(self)

    def replace(self, changes: Mapping[str, Any]) -> Scenario:
        """Return a new scenario with some values replaced, validated again.

        Parameters
        ----------
        changes : Mapping of str to object
            Dotted keys, as ``"customers.retail.terms"``, and values as in TOML or as objects of
            the schema (arrays too). All changes are made before anything is checked. ``None``
            takes a key away; a new name under a named table adds an item.

        Raises
        ------
        ScenarioError
            For keys that do not exist, and for what is wrong afterwards.
        """
        return editing.replaced(self, changes)

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that tell scenarios apart.

        Independent of the order of fields in the file and of whether defaults are written out;
        the order of named items counts, for it is the order of drawing and of ranks.
        """
        return editing.digest(self)

    def check(self) -> Ratios:
        """Return the ratios the scenario implies, for a reader to judge.

        A scenario that exists has passed every check already.
        """
        from cashstress.scenario.ratios import ratios

        return ratios(self)
