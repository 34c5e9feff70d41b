"""The firm: its actors put together on one world, opened with a balance sheet, and run."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import numpy as np

from cashstress.errors import SimulationError
from cashstress.kernel.money import MINOR_PER_MAJOR, minor
from cashstress.kernel.world import State, World
from cashstress.processes import ranks
from cashstress.processes.ages import longest_age
from cashstress.processes.bills import Bills, bills
from cashstress.processes.channels import Channel, caution, lending, open_channel
from cashstress.processes.collections import Customer, collections
from cashstress.processes.costs import Cost, costs
from cashstress.processes.economy import Economy, economy
from cashstress.processes.festival import Festival
from cashstress.processes.lenders import Lenders
from cashstress.processes.levels import money_level
from cashstress.processes.outcomes import Outcomes, observing
from cashstress.processes.payables import AHEAD, PAY_CLASSES, Payable
from cashstress.processes.payroll import Payroll, month_ends, quitting, stoppage
from cashstress.processes.purchasing import Supplier, deliveries, orders
from cashstress.processes.reporter import Reporter
from cashstress.processes.sales import Sales, sales
from cashstress.processes.schedules import longest_roll
from cashstress.processes.shocks import Strike, in_order, shock
from cashstress.processes.taxes import Taxes, income_tax, late_charges, vat_returns
from cashstress.processes.treasury import Treasury, falling_due, settling
from cashstress.scenario import BusinessCalendar
from cashstress.scenario.steady import planned_daily_outflow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy.typing as npt

    from cashstress.kernel.arrays import Floats, Money
    from cashstress.scenario import Scenario

__all__ = ["Firm"]

_ACCOUNTS = (
    ("receivables", "asset"),
    ("stock", "asset"),
    ("prepaid", "asset"),
    ("vat", "liability"),
    ("other_assets", "asset"),
    ("other_liabilities", "liability"),
    ("equity", "equity"),
    ("sales", "income"),
    ("discounts", "income"),
    ("materials", "expense"),
    ("price_variance", "expense"),
    ("input_vat", "expense"),
    ("wage_expense", "expense"),
    ("interest", "expense"),
    ("fees", "expense"),
    ("bad_debts", "expense"),
    ("tax_surcharges", "expense"),
    ("income_tax", "expense"),
    ("late_charges", "expense"),
)


class Firm:
    """One firm in many lanes.

    Parameters
    ----------
    scenario : Scenario
    seed : int
    slots : int64 array (lanes,)
        Replication number of each lane.
    today : int, optional
        Day to begin on; later than 0 only to resume a saved state.
    observer : callable, optional
        Called with the firm before its books are opened, to put itself where it sees everything;
        it may look and not touch.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        seed: int,
        slots: npt.NDArray[np.int64],
        today: int = 0,
        observer: Callable[[Firm], None] | None = None,
    ) -> None:
        self.scenario = scenario
        self.world = World(seed=seed, slots=slots, horizon=scenario.horizon, today=today)
        self.calendar = BusinessCalendar(scenario)
        self.longest_roll = longest_roll(self.calendar)
        self.festival = Festival(self.calendar, scenario.sales.spring_festival)
        self.clock, self.columns = self.world.clock, self.world.columns
        self.books, self.levers = self.world.books, self.world.levers
        self.streams = self.world.streams
        self.look_ahead = scenario.treasury.look_ahead
        self.longest_age = longest_age(scenario, self.longest_roll)
        self.planned_daily_outflow = planned_daily_outflow(scenario) * MINOR_PER_MAJOR
        self._payables: list[Payable] = []
        self._make_accounts()
        self._make_actors()
        if observer is not None:
            observer(self)
        if today == 0:
            self._open_books()
        self._start()

    @classmethod
    def resume(cls, scenario: Scenario, state: State) -> Firm:
        """A firm that goes on from a saved state.

        Parameters
        ----------
        scenario : Scenario
            The one that was saved, or one with other shocks, channels or processes: what was there
            goes on, what is new begins with nothing.  Terms, delays, the look-ahead and the
            ages that rules ask for must be those that were saved: how much of the past and the
            future is kept follows from them.
        state : State
            Of ``firm.world.save()``.

        Notes
        -----
        What a lane has lived through is in its columns, and goes on.  The daily histograms and the
        13-week table are sums over lanes: those of a resumed firm begin on its day.
        """
        firm = cls(scenario, seed=state.seed, slots=state.slots, today=state.today)
        firm.world.load(state)
        return firm

    def add_process(self, process: Callable[[Firm], Any], index: int = 0) -> None:
        """Start a user's own process: a generator function of the firm, last in each phase."""
        made = process(self)
        if not isinstance(made, Generator):
            name = getattr(process, "__qualname__", type(process).__qualname__)
            msg = f"process {name!r} is no generator function: it needs a yield"
            raise SimulationError(msg, process=name)
        self.clock.start(made, ranks.USER + index)

    def run(self, until: int | None = None) -> None:
        """Run all days before `until`, by default to the horizon."""
        self.world.run(self.scenario.horizon if until is None else until)

    # -- what actors ask the firm --------------------------------------------------------------

    @property
    def cash(self) -> Money:
        """Cash per lane: the books' balance, not to be written to."""
        return self.books.balance("cash")

    @property
    def payables(self) -> list[Payable]:
        """All ledgers in paying order."""
        return self._payables

    def add_payable(self, payable: Payable) -> None:
        """Put a ledger in its place of the paying order."""
        self._payables.append(payable)
        self._payables.sort(key=lambda p: PAY_CLASSES.index(p.pay_class))

    def days(self) -> range:
        """Days from today to the horizon: what a daily process loops over, from any day on."""
        return range(self.clock.today, self.scenario.horizon)

    def days_of(self, days: Iterable[int]) -> list[int]:
        """Those of some days, in order, that lie between today and the horizon."""
        return [day for day in days if self.clock.today <= day < self.scenario.horizon]

    def bank_day(self, days: Any) -> Any:
        """The same days, or the next business days: bank transfers move on those.

        Days far beyond the horizon, where nobody looks, all count as the last one known.
        """
        return self.calendar.next_business.take(days, mode="clip")

    @property
    def opens_from(self) -> int:
        """First day whose bank money moves on day 0 or later: before it where closed days were."""
        return self.calendar.roll(-1, "previous") + 1

    def staff_capacity(self) -> Floats | None:
        """Share of planned output that the staff can make; None for all of it."""
        present = self.festival.staff_present(self.clock.today)
        if self.payroll is None:
            return None if present >= 1.0 else np.full(self.world.lanes, present)
        return self.payroll.capacity(present)

    def is_austere(self) -> Any:
        """Lanes under cost control."""
        return self.treasury.is_austere()

    def total(self, amounts: Iterable[Money]) -> Money:
        """Sum of amounts per lane; zeros where there are none."""
        some = list(amounts)
        if not some:
            return np.zeros(self.world.lanes, np.int64)
        total: Money = some[0].copy() if len(some) == 1 else np.add(some[0], some[1])
        for amount in some[2:]:
            total += amount
        return total

    def headroom(self) -> Money:
        """What could be drawn now from all channels, per lane."""
        return self.total(channel.headroom() for channel in self.channels.values())

    def debt(self) -> Money:
        """Principal outstanding over all channels, per lane."""
        return self.total(channel.drawn for channel in self.channels.values() if channel.is_debt)

    def paid_in(self) -> Money:
        """Equity that the owner put in since the start, per lane."""
        return self.total(
            channel.drawn for channel in self.channels.values() if not channel.is_debt
        )

    def outflows_ahead(self) -> Money:
        """Posted and contracted payments of the look-ahead, after today, per lane."""
        total = self.columns[AHEAD].copy()
        for channel in self.channels.values():
            total += channel.ahead()
        for cost in self.costs:
            total += cost.contracted_ahead()
        if self.payroll is not None:
            total += self.payroll.contracted_ahead()
        total += self.lenders.contracted_ahead()
        return total

    def purchase_vat(self, own: float | None) -> float:
        """VAT rate on a purchase: its own, or the scenario's input rate."""
        return self.scenario.taxes.input_rate if own is None else own

    @property
    def input_vat_account(self) -> str:
        """Where input VAT goes: a claim under the general regime, else an expense."""
        return "vat" if self.scenario.taxes.vat == "general" else "input_vat"

    def earliest(self) -> dict[str, int]:
        """First day on which each outcome can occur at all; beyond the horizon where it cannot."""
        never = self.scenario.horizon + 1
        patience = [s.plan.tolerance for s in self.suppliers if s.critical]
        hold = min(patience) + 1 if patience else never
        stock_out = 0 if patience else never
        default = self.scenario.outcomes.default_days if self.channels else never
        missed, unpaid = never, never
        if self.payroll is not None:
            pay_day = self.payroll.pay_days.days[0]
            missed = pay_day + self.payroll.plan.grace
            unpaid = pay_day + self.scenario.treasury.wind_up_after
        return dict.fromkeys(self.outcomes.watches, 0) | {
            "missed_payroll": missed,
            "supplier_hold": hold,
            "stock_out": stock_out,
            "supply_disruption": stock_out,
            "default": default,
            "wound_up": min(default, max(missed, unpaid)),
        }

    def audit(self) -> None:
        """Check books against subledgers, and that no process is stuck."""
        self.books.audit()
        self.clock.audit()

    # -- putting it together ---------------------------------------------------------------------

    def _make_accounts(self) -> None:
        self.books.account("cash", "asset", never_negative=True)
        for name, kind in _ACCOUNTS:
            self.books.account(name, kind)  # type: ignore[arg-type]

    def _make_actors(self) -> None:
        plan = self.scenario
        self.economy = Economy(self)
        self.sales = Sales(self)
        self.customers = [Customer(self, name, c) for name, c in plan.customers.items()]
        self.suppliers = [Supplier(self, name, s) for name, s in plan.suppliers.items()]
        self.bills = self._bills()
        self.payroll = Payroll(self, plan.payroll) if plan.payroll is not None else None
        self.costs = [Cost(self, name, cost) for name, cost in plan.costs.items()]
        self.taxes = Taxes(self)
        self.channels: dict[str, Channel] = {}
        for name in plan.channels:
            self.channels[name] = open_channel(self, name)
        self.lenders = Lenders(self)
        self.treasury = Treasury(self)
        self.strikes = [Strike(self, name, s) for name, s in plan.shocks.items()]
        self.outcomes = Outcomes(self)
        self.reporter = Reporter(self)
        self._declare_controls()

    def _bills(self) -> Bills | None:
        """The bills of customers who pay by bill; None where nobody does."""
        books = [customer.bills for customer in self.customers if customer.bills is not None]
        accept = [supplier for supplier in self.suppliers if supplier.plan.accepts_bills]
        return Bills(self, books, accept) if books else None

    def _declare_controls(self) -> None:
        books = self.books
        books.control("receivables", lambda: self.total(c.owed for c in self.customers))
        books.control("stock", lambda: self.total(s.stock for s in self.suppliers))
        books.control("prepaid", lambda: self.total(s.prepaid for s in self.suppliers))

    def _open_books(self) -> None:
        """The opening balance sheet: what is given, and the steady state where it is silent."""
        lanes, given = self.world.lanes, self.scenario.firm
        cash = money_level(self.world, "firm.cash", given.cash)
        self.books.post(
            "cash", "equity", np.broadcast_to(cash, lanes).astype(np.int64), memo="opening"
        )
        for debit, credit, amount in (
            ("other_assets", "equity", given.other_assets),
            ("equity", "other_liabilities", given.other_liabilities),
        ):
            self.books.post(debit, credit, np.full(lanes, minor(amount)), memo="opening")
        actors: list[Any] = [*self.customers, *self.suppliers, *self.channels.values(), self.taxes]
        for actor in [*actors, *(each for each in (self.payroll, self.bills) if each is not None)]:
            actor.open_books()
        self.reporter.begin()

    def _start(self) -> None:
        """Start every actor's processes, each with its rank."""
        start = self.clock.start
        start(economy(self, self.economy), ranks.ECONOMY)
        for i, strike in enumerate(in_order(self.strikes)):
            start(shock(self, strike), ranks.SHOCKS + i)
        for i, customer in enumerate(self.customers):
            start(collections(self, customer), ranks.COLLECTIONS + i)
        if self.bills is not None:
            start(bills(self, self.bills), ranks.BILLS)
        start(sales(self, self.sales), ranks.SALES)
        for i, supplier in enumerate(self.suppliers):
            start(deliveries(self, supplier), ranks.DELIVERIES + i)
            start(orders(self, supplier), ranks.ORDERS + i)
        if self.payroll is not None:
            for i, life in enumerate((month_ends, quitting, stoppage)):
                start(life(self, self.payroll), ranks.PAYROLL + i)
        for i, cost in enumerate(self.costs):
            start(costs(self, cost), ranks.COSTS + i)
        for i, duty in enumerate((vat_returns, income_tax, late_charges)):
            start(duty(self, self.taxes), ranks.TAXES + i)
        self._start_lenders()
        start(falling_due(self), ranks.TREASURY)
        start(settling(self, self.treasury), ranks.TREASURY)
        start(observing(self, self.outcomes), ranks.OUTCOMES)
        for i, own in enumerate(self.scenario.processes):
            self.add_process(own.function, i)

    def _start_lenders(self) -> None:
        for i, channel in enumerate(self.channels.values()):
            self.clock.start(caution(self, channel), ranks.ECONOMY + 1 + i)
            self.clock.start(lending(self, channel), ranks.BANK + i)
        self.lenders.start()
