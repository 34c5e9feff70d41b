"""Whole random scenarios, made from what each field says it accepts."""

from __future__ import annotations

import copy
import datetime as dt
import functools
import pickle
from decimal import Decimal

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cashstress.scenario import Rate, Scenario, dumps, loads
from cashstress.scenario.containers import ManyOf, NamedOf, OneOf, TableOf
from cashstress.scenario.functions import ProcessOf
from cashstress.scenario.kinds import Choice, Date, Flag, MonthDay, Name, Optional, Text
from cashstress.scenario.levels import LevelOf, ScalarOnly
from cashstress.scenario.numeric import Money, Number, Whole
from cashstress.scenario.rates import BufferOf, RateOf
from cashstress.scenario.shock import LastsOf, Shock
from cashstress.scenario.table import MISSING, fields_of

START = dt.date(2025, 1, 6)
# Names that exist, so that references between tables hold.
NAMES = {
    "channels": ["line", "bank"],
    "suppliers": ["flour", "sugar"],
    "customers": ["shops", "walk_in"],
    "costs": ["rent", "claims"],
    "shocks": ["one", "two"],
    "shock": ["one"],
}
# Keys of which a table has one set at a time.
CHOICES = {
    "Cost": [{"monthly"}, {"share_of_sales"}, {"once", "on"}, {"claims"}],
    "Customer": [{"terms"}, {"terms", "lateness"}, {"days_to_pay"}],
    "Rate": [{"per_day"}, {"per_year", "basis"}],
    "Condition": [{"cash_below"}, {"days_past_due"}, {"cash_below", "days_past_due"}],
    "Covenant": [{"max_liabilities_to_assets"}, {"min_days_of_cash"}],
    "Renewal": [{"on"}, {"every_months"}],
    "RevolvingLine": [{"expires"}, {"renewal"}],
}
TRIGGERS = [{"on"}, {"after"}, {"between"}, {"at_rate"}, {"when"}, {"after_shock"}]
dates = st.dates(START, START + dt.timedelta(days=27))


@functools.singledispatch
def values(kind, name):
    raise TypeError(kind)


@values.register
def _(kind: Number, name):
    top = min(kind.high, 0.002 if name in {"per_day", "per_year"} else 0.5)
    return st.floats(max(kind.low, 0), max(top, kind.low), exclude_min=kind.above)


@values.register
def _(kind: Whole, name):
    return st.integers(kind.low, max(kind.low, min(kind.high, 30)))


@values.register
def _(kind: Money, name):
    # Above any smallest drawing for a limit, small enough for every horizon.
    low = 10_000 if name == "limit" else 1
    amounts = st.integers(low * 100, low * 100 + 999_999)
    return amounts.map(lambda minor: str(Decimal(minor) / 100))


@values.register
def _(kind: LevelOf, name):
    scalar = values(kind.inner, name)
    if name in {"terms", "limit"}:
        return scalar
    sure = {"draw": "choice", "shares": [1]}
    return scalar | scalar.map(lambda value: sure | {"values": [float(value)]})


@values.register(ScalarOnly)
@values.register(Optional)
def _(kind, name):
    return values(kind.inner, name)


@values.register
def _(kind: Text, name):
    known = {"country": st.sampled_from(["CN", "US"]), "lever": st.just("sales.level")}
    plain = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    return known.get(name, st.just("EUR") if kind.pattern else plain)


@values.register
def _(kind: Choice, name):
    return st.sampled_from(kind.words)


@values.register
def _(kind: Flag, name):
    return st.booleans()


@values.register
def _(kind: Date, name):
    return st.just(START) if name == "start" else dates


@values.register
def _(kind: MonthDay, name):
    return st.integers(1, 31) | st.just("last")


@values.register
def _(kind: Name, name):
    table = "customers" if name in {"customer", "anchor"} else name
    return st.sampled_from(NAMES.get(table, NAMES["channels"]))


@values.register
def _(kind: ManyOf, name):
    if isinstance(kind.item, ProcessOf):
        return st.just([])  # functions do not travel through files; see test_functions
    if name == "between":
        return st.tuples(dates, dates).map(sorted).map(list)
    if name in {"weekly", "monthly"}:
        return st.lists(st.floats(0.1, 9), min_size=kind.least, max_size=kind.most)
    size = {"min_size": kind.least, "max_size": 2}
    items = st.lists(values(kind.item, name), unique=kind.distinct, **size)
    return items.map(led_somewhere) if name == "ways" else items


@values.register
def _(kind: NamedOf, name):
    item = values(kind.item, name)
    if name == "customers":
        halves = values(kind.item, name).map(lambda table: table | {"share": 0.5})
        return st.fixed_dictionaries(dict.fromkeys(NAMES[name], halves))
    if kind.names:
        return st.dictionaries(st.sampled_from(kind.names), item)
    return st.fixed_dictionaries(dict.fromkeys(NAMES[name], item))


@values.register
def _(kind: TableOf, name):
    return tables(kind.cls)


@values.register
def _(kind: OneOf, name):
    return st.sampled_from(kind.classes).flatmap(
        lambda cls: tables(cls).map(lambda table: {"kind": cls.kind} | table)
    )


@values.register
def _(kind: RateOf, name):
    if kind.level:
        return tables(Rate)
    return tables(Rate).filter(lambda table: not any(isinstance(x, dict) for x in table.values()))


@values.register
def _(kind: BufferOf, name):
    return values(Money(), name) | st.floats(0, 100).map(lambda days: f"{days:.2f} days")


@values.register
def _(kind: LastsOf, name):
    return st.integers(1, 3) | st.just({"mean_days": 5})


def led_somewhere(ways):
    """A diagnosis stands beside a way that it begins."""
    return [*ways, "ask"] if "diagnose" in ways and not {"ask", "repair"} & {*ways} else ways


def choices_of(cls):
    return TRIGGERS if issubclass(cls, Shock) else CHOICES.get(cls.__name__, [set()])


def tables(cls):
    """Return mappings that make a table of the class."""
    return st.sampled_from(choices_of(cls)).flatmap(lambda chosen: one_table(cls, chosen))


def one_table(cls, chosen):
    exclusive = set().union(*choices_of(cls))
    required, optional = {}, {}
    for field in fields_of(cls):
        strategy = values(field.metadata["kind"], field.name)
        if field.default is MISSING or field.name in chosen:
            required[field.name] = strategy
        elif field.name not in exclusive | LEFT_OUT.get(cls.__name__, set()):
            optional[field.name] = strategy
    return st.fixed_dictionaries(required, optional=optional)


# Left at their defaults, because another key limits them.
LEFT_OUT = {
    "Supplier": {"discount"},
    "PlatformLine": {"opening_months", "close_after_arrears"},
    "SpringFestival": {"staff_back"},
    "Treasury": {"ceiling", "draw_together"},
    "RevolvingLine": {"close_after_arrears"},
    "TermLoan": {"opening_months", "matures", "roll_over", "due_day", "close_after_arrears"},
    "CleanDown": {"every_months"},
    "Repricing": {"tenor_months"},
    "OwnerEquity": {"rate", "prepayable", "drawn"},
    "Calendar": {"holidays", "weekend"},
    "Customer": {"disputed", "early_payment", "paid_by_bill", "bill"},
    "Bill": {"failure", "opening"},
    "BillDiscount": {"prepayable", "drawn", "customers"},
    "Acceptance": {"prepayable", "drawn", "delay_days", "deposit"},
    "Factoring": {"concentration", "prepayable", "recourse_days"},
    "ReverseFactoring": {"prepayable", "recourse_days"},
    "Reopening": {"ask", "repair", "diagnose"},
    "RiskControl": {"per_month"},
    "Fault": {"per_month"},
    "Misuse": {"per_month"},
    "Hazard": {"per_month"},
    "Scenario": {"shocks"},
}


def prices(data):
    """Every shock changes something."""
    for shock in data.get("shocks", {}).values():
        if shock["kind"] == "price_rise":
            shock["costs"] = ["rent"]
        if shock["kind"] == "repricing":
            shock.setdefault("rate_add", {"per_day": 0.0001})
        if shock["kind"] == "regulation" and not {"limit_factor", "limit_cap", "rate_cap"} & {
            *shock
        }:
            shock["stop"] = True
        if shock.get("cause") == "misuse":  # of a line on the owner's record alone
            shock["cause"] = "fault"
    return data


def triggers(data):
    """What strikes again or recovers must end, and no shock waits for itself."""
    for name, shock in data.get("shocks", {}).items():
        if "at_rate" in shock or shock.get("recovery_days"):
            shock.setdefault("lasts", 3)
        if name == "one" and shock.pop("after_shock", None):
            shock["on"] = START
    return data


def one_set(data):
    """Two sets of one lever contradict each other: keep the first shock."""
    kinds = [shock["kind"] for shock in data.get("shocks", {}).values()]
    if sum(kind in {"supplier_terms", "lever"} for kind in kinds) > 1:
        data["shocks"].pop("two")
    return data


def sold_once(data):
    """Each channel that buys invoices has a customer of its own, with an open invoice to sell."""
    finance = [each for each in data.get("channels", {}).values() if "factoring" in each["kind"]]
    for name, channel in zip(data["customers"], finance, strict=False):
        channel.update({"anchor": name} if "anchor" in channel else {"customers": [name]})
        data["customers"][name]["opening"] = [{"due": data["start"], "amount": "5"}]
        data["customers"][name].pop("early_payment", None)
    for channel in finance[len(data["customers"]) :]:
        channel.clear()
        channel.update({"kind": "owner", "limit": 10_000})
    return data


def bills_for(data):
    """A line for bills has bills to take, or somebody who takes those it issues."""
    kinds = [channel["kind"] for channel in data.get("channels", {}).values()]
    customer = next(iter(data["customers"].values()))
    if "bills" in kinds:
        customer.pop("early_payment", None)
        if customer.get("paid_at_once") == 1:
            customer["paid_at_once"] = 0.5
        bill = {"tenor_months": 6, "acceptor": "commercial", "failure": 0.01}
        customer |= {"paid_by_bill": 0.25, "bill": bill}
    for channel in data.get("channels", {}).values():
        if channel["kind"] == "acceptance":
            channel["deposit"] = 0.3
            if "suppliers" in data:
                next(iter(data["suppliers"].values()))["accepts_bills"] = True
            else:
                channel.clear()
                channel.update({"kind": "owner", "limit": 10_000})
    return data


@st.composite
def scenarios(draw):
    data = draw(tables(Scenario))
    shocks = next(field for field in fields_of(Scenario) if field.name == "shocks")
    complete = all(key in data for key in ("payroll", "costs", "suppliers", "channels"))
    if complete:
        data["shocks"] = draw(values(shocks.metadata["kind"], "shocks"))
    if "channels" not in data:
        data.get("treasury", {}).pop("draw_order", None)
        data.get("treasury", {}).pop("prepay_order", None)
        data.get("treasury", {}).pop("draw_together", None)
    for channel in data.get("channels", {}).values():
        if channel.get("record") != "owner":
            channel.pop("misuse", None)
            (channel.get("reopening") or {}).pop("firm_record_weight", None)
    data["horizon"] = 28 + draw(st.integers(0, 400))
    return one_set(triggers(prices(bills_for(sold_once(data)))))


@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # as it is found, it says enough
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(scenarios())
def test_random_scenarios_survive_every_trip(data):
    before = copy.deepcopy(data)
    scenario = Scenario(**data)
    assert data == before, "the input is left alone"
    text = dumps(scenario)
    again = loads(text)
    assert again == scenario
    assert dumps(again) == text
    assert again.digest == scenario.digest
    assert hash(again) == hash(scenario)
    assert pickle.loads(pickle.dumps(scenario)) == scenario  # noqa: S301 - our own bytes
    assert scenario.replace({"name": scenario.name}) == scenario
    assert scenario.check().rows()
    assert scenario.without_shocks().shocks == {}
