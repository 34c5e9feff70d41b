"""What is simulated: frozen classes, validated, TOML in and out. No SimPy, no state."""

from cashstress.scenario.bills import Acceptance, Bill, BillDiscount, OpeningBill
from cashstress.scenario.calendar import SPRING_FESTIVAL, BusinessCalendar
from cashstress.scenario.channels import (
    Channel,
    CleanDown,
    Covenant,
    OwnerEquity,
    OwnerLoan,
    PlatformLine,
    Renewal,
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
from cashstress.scenario.lender import (
    Agreement,
    Ask,
    CreditRecord,
    Diagnose,
    ReadsRecord,
    Reopening,
    Repair,
)
from cashstress.scenario.levels import Array
from cashstress.scenario.loading import load, loads
from cashstress.scenario.model import Scenario
from cashstress.scenario.named import Named
from cashstress.scenario.outcomes import Outcomes
from cashstress.scenario.payroll import Payroll, Stoppage
from cashstress.scenario.rates import Buffer, Rate
from cashstress.scenario.regulation import Regulation, RuleChange
from cashstress.scenario.risk_control import (
    ArrearsAnywhere,
    Fault,
    FrequentDrawing,
    Hazard,
    HighUtilisation,
    Inactivity,
    ManyLenders,
    Misuse,
    OpeningBehaviour,
    QuickPrepayment,
    RiskControl,
)
from cashstress.scenario.sales import Sales, SpringFestival
from cashstress.scenario.shock import (
    AfterShock,
    AtRate,
    Condition,
    LeverPull,
    MeanDays,
    Shock,
    Trigger,
)
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
from cashstress.scenario.suppliers import Substitute, Supplier
from cashstress.scenario.taxes import Taxes
from cashstress.scenario.term_loan import RollOver, TermLoan
from cashstress.scenario.treasury import Treasury

__all__ = [
    "SPRING_FESTIVAL",
    "Acceptance",
    "AfterShock",
    "Agreement",
    "Array",
    "ArrearsAnywhere",
    "Ask",
    "AtRate",
    "Bill",
    "BillDiscount",
    "Buffer",
    "BusinessCalendar",
    "Calendar",
    "Channel",
    "Claims",
    "CleanDown",
    "Condition",
    "Cost",
    "Covenant",
    "CreditRecord",
    "Customer",
    "CustomerLoss",
    "DaysToPay",
    "Diagnose",
    "Draw",
    "EarlyPayment",
    "Economy",
    "Factoring",
    "Fault",
    "Firm",
    "FrequentDrawing",
    "Hazard",
    "HighUtilisation",
    "Inactivity",
    "InvoiceFinance",
    "LatePayment",
    "Lateness",
    "LendingTightening",
    "LeverPull",
    "LeverShock",
    "ManyLenders",
    "MeanDays",
    "Misuse",
    "Named",
    "OpeningBehaviour",
    "OpeningBill",
    "OpeningItem",
    "Outcomes",
    "OwnerEquity",
    "OwnerLoan",
    "Payroll",
    "PlatformClosure",
    "PlatformLine",
    "PriceRise",
    "QuickPrepayment",
    "Rate",
    "ReadsRecord",
    "Regulation",
    "Renewal",
    "Reopening",
    "Repair",
    "Repricing",
    "ReverseFactoring",
    "RevolvingLine",
    "RiskControl",
    "RollOver",
    "RuleChange",
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
    "TermLoan",
    "TimeFee",
    "Treasury",
    "Trigger",
    "dump",
    "dumps",
    "load",
    "loads",
]
