"""Which firms the loop was written for: those of the main example, with any numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cashstress.scenario import Array, Draw
from compiled.amounts import credit_days

if TYPE_CHECKING:
    from collections.abc import Iterator

    import cashstress as cs


def check(scenario: cs.Scenario) -> None:
    """Refuse a firm with anything that the loop does not know.

    Raises
    ------
    NotImplementedError
        It names what is too much.
    """
    parts = (_policies, _customers, _suppliers, _costs, _channels, _shocks)
    found = [what for part in parts for what in part(scenario)]
    if found:
        raise NotImplementedError(f"the hand-written loop knows no {', no '.join(found)}")


def _policies(scenario: cs.Scenario) -> Iterator[str]:
    treasury, payroll, taxes, spring = (
        scenario.treasury,
        scenario.payroll,
        scenario.taxes,
        scenario.sales.spring_festival,
    )
    yield from _named(
        {
            "user processes": scenario.processes,
            "credit record": scenario.credit_record,
            "firm without a payroll": payroll is None,
            "partial wages": payroll is not None and payroll.partial,
            "VAT but the general kind": taxes.vat != "general",
            "VAT owed on day 0": taxes.opening_vat,
            "deferred classes": treasury.defer,
            "discounts": treasury.take_discounts,
            "drawing together": treasury.draw_together,
            "rarer looks": treasury.check_every != 1,
            "order of its own to repay in": treasury.prepay_order,
            "staff away after the festival": spring is not None
            and (spring.staff_back < 1 or spring.settle_suppliers),
            "uncertain level": any(map(_varies, _levels(scenario))),
            "cash but given or uniform": isinstance(scenario.firm.cash, Array)
            or (isinstance(scenario.firm.cash, Draw) and scenario.firm.cash.draw != "uniform"),
        }
    )


def _levels(scenario: cs.Scenario) -> Iterator[Any]:
    yield scenario.sales.annual
    if scenario.payroll is not None:
        yield scenario.payroll.wage
    yield from (customer.terms for customer in scenario.customers.values())
    yield from (cost.monthly for cost in scenario.costs.values())
    for supplier in scenario.suppliers.values():
        yield from (supplier.terms, supplier.price)
    for channel in scenario.channels.values():
        yield from (channel.limit, channel.rate, channel.delay_days, channel.approval)


def _varies(value: Any) -> bool:
    return isinstance(value, Draw | Array)


def _customers(scenario: cs.Scenario) -> Iterator[str]:
    for customer in scenario.customers.values():
        yield from _named(
            {
                "invoices given": customer.opening,
                "disputes": customer.disputed,
                "early payment": customer.early_payment,
                "bills": customer.bill,
                "part paid at once": 0 < customer.paid_at_once < 1,
                "wait of more than a year": credit_days(customer) + customer.write_off_after
                > _YEAR,
            }
        )
    if all(customer.paid_at_once == 1 for customer in scenario.customers.values()):
        yield "firm without invoices"


def _suppliers(scenario: cs.Scenario) -> Iterator[str]:
    for supplier in scenario.suppliers.values():
        given = supplier.opening is not None or supplier.stock is not None
        yield from _named({"stock or bills given": given, "endorsing": supplier.accepts_bills})


def _costs(scenario: cs.Scenario) -> Iterator[str]:
    for cost in scenario.costs.values():
        dated = cost.monthly is not None or cost.once is not None
        cut = cost.pay_class in {"discretionary", "capital"}
        yield from _named({"cut of costs without a date": cut and not dated})


def _channels(scenario: Any) -> Iterator[str]:
    lines = scenario.channels
    kinds = [channel.kind for channel in lines.values()]
    yield from _named({"lines but a platform, a bank, an owner": sorted(kinds) != _KINDS})
    order = [lines[name].kind for name in scenario.treasury.draw_order or tuple(lines)]
    yield from _named({"drawing order but bank, platform, owner": order != _ORDER})
    for channel in lines.values():
        day = channel.delay_days == 0, channel.business_days
        yield from _named(
            {
                "fees": channel.drawing_fee or _has(channel, "commitment_fee"),
                "compound interest": channel.compound_overdue,
                "lender with a will": any(getattr(channel, key) for key in _WILL),
                "lender who follows the economy": channel.economy,
                "chance on other lines": channel.kind != "revolver" and channel.approval < 1,
                "delay of that length": day
                != (channel.kind == "platform", channel.kind != "platform"),
                "expiry or test": any(getattr(channel, key, None) for key in _TESTS),
                "calling in": getattr(channel, "accelerate_after", None) is not None,
                "30/360": channel.rate.basis == "30/360",
                "other instalments": channel.kind == "platform"
                and (channel.repayment, channel.prepayment, channel.due_day is None) != _LEVEL,
            }
        )


#: So long after the horizon the calendar knows every day.
_YEAR = 365
_KINDS = ["owner", "platform", "revolver"]
_ORDER = ["revolver", "platform", "owner"]
_WILL = (
    "risk_control",
    "fault",
    "misuse",
    "agreement",
    "data_sharing",
    "reads_record",
    "reopening",
)
_TESTS = ("expires", "covenant", "renewal", "clean_down")
_LEVEL = ("equal_instalment", "scale", False)


def _has(channel: Any, fee: str) -> bool:
    rate = getattr(channel, fee, None)
    return rate is not None and bool(rate.daily())


def _shocks(scenario: Any) -> Iterator[str]:
    for shock in scenario.shocks.values():
        closure = shock.kind == "platform_closure" and shock.on is not None
        yield from _named({"shock but a dated closure": not closure or shock.notice_days})


def _named(found: dict[str, Any]) -> Iterator[str]:
    yield from (what for what, there in found.items() if there)
