"""How likely a firm misses payroll, loses a supplier or runs out of cash, and what shocks add.

The house, from the ground up; imports point downward only::

    errors       what can go wrong
    scenario     what is simulated: frozen, validated classes, TOML in and out
    kernel       lanes on SimPy: clock, columns, books, obligations, levers, streams
    processes    a firm's life, one module per actor
    conformance  what every borrowing channel must hold to, a user's own too
    montecarlo   blocks of replications on one or many processors
    results      estimates with intervals, comparisons, export
    replays      one replication, opened: its journal and its story
    report, cli  tables, plots, the command line

The public names below are all there is; everything else may change without notice.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cashstress import scenario
    from cashstress.errors import (
        CashstressError,
        ConservationError,
        ProvenanceWarning,
        ScenarioError,
        SimulationError,
    )
    from cashstress.processes import levers
    from cashstress.replays import Replay, replay
    from cashstress.results import (
        Alternatives,
        Comparison,
        Estimate,
        Result,
        compare,
        load_result,
        simulate,
    )
    from cashstress.scenario import (
        Acceptance,
        AfterShock,
        Array,
        AtRate,
        Bill,
        BillDiscount,
        Buffer,
        BusinessCalendar,
        Calendar,
        Claims,
        CleanDown,
        Condition,
        Cost,
        Covenant,
        Customer,
        CustomerLoss,
        DaysToPay,
        Draw,
        EarlyPayment,
        Economy,
        Factoring,
        Firm,
        Lateness,
        LatePayment,
        LendingTightening,
        LeverShock,
        MeanDays,
        OpeningBill,
        OpeningItem,
        Outcomes,
        OwnerEquity,
        OwnerLoan,
        Payroll,
        PlatformClosure,
        PlatformLine,
        PriceRise,
        Rate,
        Regulation,
        Renewal,
        Repricing,
        ReverseFactoring,
        RevolvingLine,
        RollOver,
        RuleChange,
        Sales,
        SalesFall,
        Scenario,
        SpringFestival,
        Stoppage,
        Substitute,
        Supplier,
        SupplierTerms,
        Taxes,
        TermLoan,
        TimeFee,
        Treasury,
        dump,
        dumps,
        load,
        loads,
    )

__all__ = [
    "Acceptance",
    "AfterShock",
    "Alternatives",
    "Array",
    "AtRate",
    "Bill",
    "BillDiscount",
    "Buffer",
    "BusinessCalendar",
    "Calendar",
    "CashstressError",
    "Claims",
    "CleanDown",
    "Comparison",
    "Condition",
    "ConservationError",
    "Cost",
    "Covenant",
    "Customer",
    "CustomerLoss",
    "DaysToPay",
    "Draw",
    "EarlyPayment",
    "Economy",
    "Estimate",
    "Factoring",
    "Firm",
    "LatePayment",
    "Lateness",
    "LendingTightening",
    "LeverShock",
    "MeanDays",
    "OpeningBill",
    "OpeningItem",
    "Outcomes",
    "OwnerEquity",
    "OwnerLoan",
    "Payroll",
    "PlatformClosure",
    "PlatformLine",
    "PriceRise",
    "ProvenanceWarning",
    "Rate",
    "Regulation",
    "Renewal",
    "Replay",
    "Repricing",
    "Result",
    "ReverseFactoring",
    "RevolvingLine",
    "RollOver",
    "RuleChange",
    "Sales",
    "SalesFall",
    "Scenario",
    "ScenarioError",
    "SimulationError",
    "SpringFestival",
    "Stoppage",
    "Substitute",
    "Supplier",
    "SupplierTerms",
    "Taxes",
    "TermLoan",
    "TimeFee",
    "Treasury",
    "compare",
    "dump",
    "dumps",
    "levers",
    "load",
    "load_result",
    "loads",
    "replay",
    "scenario",
    "simulate",
]

#: Where each public name lives; modules are imported when a name is first asked for, so that
#: ``import cashstress`` costs next to nothing.
_HOMES = {
    "errors": (
        "CashstressError",
        "ConservationError",
        "ProvenanceWarning",
        "ScenarioError",
        "SimulationError",
    ),
    "processes": ("levers",),
    "replays": ("Replay", "replay"),
    "results": (
        "Alternatives",
        "Comparison",
        "Estimate",
        "Result",
        "compare",
        "load_result",
        "simulate",
    ),
    "scenario": (
        "Acceptance",
        "AfterShock",
        "Array",
        "AtRate",
        "Bill",
        "BillDiscount",
        "Buffer",
        "BusinessCalendar",
        "Calendar",
        "Claims",
        "Condition",
        "CleanDown",
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
        "LatePayment",
        "Lateness",
        "LendingTightening",
        "LeverShock",
        "MeanDays",
        "OpeningBill",
        "OpeningItem",
        "Outcomes",
        "OwnerEquity",
        "OwnerLoan",
        "Payroll",
        "PlatformClosure",
        "PlatformLine",
        "PriceRise",
        "Rate",
        "ReverseFactoring",
        "Renewal",
        "Repricing",
        "RevolvingLine",
        "RollOver",
        "Regulation",
        "RevolvingLine",
        "RuleChange",
        "Sales",
        "SalesFall",
        "Scenario",
        "SpringFestival",
        "Stoppage",
        "Substitute",
        "Supplier",
        "SupplierTerms",
        "Taxes",
        "TimeFee",
        "TermLoan",
        "Treasury",
        "dump",
        "dumps",
        "load",
        "loads",
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name == "scenario":
        return import_module("cashstress.scenario")
    if name not in _HOME_OF:
        msg = f"module 'cashstress' has no attribute {name!r}"
        raise AttributeError(msg)
    value = getattr(import_module(f"cashstress.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
