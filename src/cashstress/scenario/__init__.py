"""What is simulated: frozen classes, validated, TOML in and out. No SimPy, no state."""

from cashstress.scenario.calendar import SPRING_FESTIVAL, BusinessCalendar
from cashstress.scenario.channels import (
    Channel,
    Covenant,
    OwnerLoan,
    PlatformLine,
    RevolvingLine,
)
from cashstress.scenario.costs import Claims, Cost
from cashstress.scenario.customers import (
    Customer,
    DaysToPay,
    EarlyPayment,
    Lateness,
    OpeningItem,
)
from cashstress.scenario.days_off import Calendar
from cashstress.scenario.draws import Draw
from cashstress.scenario.dumping import dump, dumps
from cashstress.scenario.factoring import Factoring, InvoiceFinance, ReverseFactoring, TimeFee
from cashstress.scenario.firm import Economy, Firm
from cashstress.scenario.levels import Array
from cashstress.scenario.loading import load, loads
from cashstress.scenario.model import Scenario
from cashstress.scenario.named import Named
from cashstress.scenario.outcomes import Outcomes
from cashstress.scenario.payroll import Payroll, Stoppage
from cashstress.scenario.rates import Buffer, Rate
from cashstress.scenario.sales import Sales, SpringFestival
from cashstress.scenario.shock import MeanDays, Shock, Trigger
from cashstress.scenario.shocks import (
    CustomerLoss,
    LatePayment,
    LendingTightening,
    LeverShock,
    PlatformClosure,
    PriceRise,
    SalesFall,
    SupplierTerms,
)
from cashstress.scenario.suppliers import Substitute, Supplier
from cashstress.scenario.taxes import Taxes
from cashstress.scenario.treasury import Treasury

__all__ = [
    "SPRING_FESTIVAL",
    "Array",
    "Buffer",
    "BusinessCalendar",
    "Calendar",
    "Channel",
    "Claims",
    "Cost",
    "Covenant",
    "Customer",
    "CustomerLoss",
    "DaysToPay",
    "Draw",
    "EarlyPayment",
    "Economy",
    "Factoring",
    "Firm",
    "InvoiceFinance",
    "LatePayment",
    "Lateness",
    "LendingTightening",
    "LeverShock",
    "MeanDays",
    "Named",
    "OpeningItem",
    "Outcomes",
    "OwnerLoan",
    "Payroll",
    "PlatformClosure",
    "PlatformLine",
    "PriceRise",
    "Rate",
    "ReverseFactoring",
    "RevolvingLine",
    "Sales",
    "SalesFall",
    "Scenario",
    "Shock",
    "SpringFestival",
    "Stoppage",
    "Substitute",
    "Supplier",
    "SupplierTerms",
    "Taxes",
    "TimeFee",
    "Treasury",
    "Trigger",
    "dump",
    "dumps",
    "load",
    "loads",
]
