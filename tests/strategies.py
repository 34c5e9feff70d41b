"""Random scenarios: whole firms, small enough to run in a fraction of a second.

Every actor, channel, shock and trigger can occur, beside odd calendars, zero amounts and values at
the edge of what is accepted. What comes out is always a valid `Scenario`: a refusal is a bug.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from cashstress.scenario import Array, Scenario
from cashstress.scenario.rule_changes import RULES

#: Slots of these tests stay below this: an array has one entry per replication.
SLOTS = 64
STARTS = [
    dt.date(2025, 1, 1),
    dt.date(2025, 1, 20),  # nine days before the Spring Festival
    dt.date(2024, 2, 28),  # a leap day comes
    dt.date(2025, 5, 31),  # a month's end, a Saturday
    dt.date(2025, 9, 27),  # before the October holidays
    dt.date(2025, 12, 3),  # over the year's end
]
CUSTOMERS = ("shops", "anchor", "walk_in")
KINDS = (
    *("platform", "term_loan", "revolver", "owner", "equity"),
    *("factoring", "reverse_factoring", "bills", "acceptance"),
)
FINANCE = ("factoring", "reverse_factoring")
BILL_LINES = ("bills", "acceptance")
SUPPLIERS = ("flour", "sugar", "packing")
CHANNELS = ("jiebei", "term", "bank", "owner_loan", "partner", "factor", "voucher")
CHANNELS += ("discounter", "acceptor")
#: Shocks that close lines or change rules; all others act on levers and have a shape.
UNSHAPED = ("platform_closure", "regulation", "rule_change")
CALLED_AFTER = st.sampled_from([1, 4, 30])
COSTS = ("office", "freight", "machine", "repairs")


def some(count):
    """Return settings for so many whole firms: shrinking one takes minutes; as found it will do."""
    return settings(
        max_examples=count,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def table(required, **optional):
    """Return mappings with all required keys and some, or all, of the others."""
    left = {key: strategy for key, strategy in optional.items() if key not in required}
    return st.fixed_dictionaries(left | required) | st.fixed_dictionaries(required, optional=left)


def money(top):
    """Return amounts from nothing to `top` major units, some of them with odd cents."""
    cents = st.integers(0, int(top * 100)).map(lambda minor: Decimal(minor) / 100)
    return st.sampled_from([Decimal(0), Decimal("0.01"), Decimal(int(top))]) | cents


def share(top=1.0):
    """Return shares, zero and the top included."""
    return st.sampled_from([0.0, top / 2, top]) | st.floats(0, top).map(lambda x: round(x, 4))


def level(low, high, scalar, *, whole=False):
    """Return one number, or a draw or an array over replications between two bounds."""
    draws = st.just({"draw": "uniform", "low": low, "high": high})
    if whole:
        few = {"draw": "choice", "values": [low, high], "shares": [0.5, 0.5]}
        draws = st.just(few)
    steps = np.linspace(low, high, SLOTS)
    array = Array(np.rint(steps).astype(np.int64) if whole else np.round(steps, 2))
    return st.one_of(scalar, scalar, scalar, draws, st.just(array))


def rates():
    """Return rates of each basis, free ones included."""
    per_day = st.sampled_from([0.0, 0.0004, 0.002]).map(lambda rate: {"per_day": rate})
    per_year = st.tuples(
        st.sampled_from([0.0, 0.0435, 0.9]), st.sampled_from(["ACT/365", "ACT/360", "30/360"])
    ).map(lambda pair: {"per_year": pair[0], "basis": pair[1]})
    return per_day | per_year


month_days = st.sampled_from([1, 5, 15, 28, 31, "last"]) | st.integers(1, 31)
odd_week = st.sampled_from(
    [[1] * 7, [1, 1, 1, 1, 1, 0, 0], [0, 0, 0, 1, 0, 0, 0], [1, 2, 3, 4, 5, 6, 0.5]]
)


@st.composite
def calendars(draw, start, horizon):
    days = [start + dt.timedelta(days=day) for day in range(horizon)]
    off = draw(st.lists(st.sampled_from(days), max_size=4, unique=True))
    if draw(st.booleans()):  # a long holiday
        first = draw(st.integers(0, horizon - 1))
        off += [day for day in days[first : first + 9] if day not in off]
    worked = draw(st.lists(st.sampled_from(days), max_size=3, unique=True))
    weekend = st.sampled_from([["sat", "sun"], [], ["fri"], ["sun"], ["sat", "sun", "mon", "tue"]])
    return {
        "holidays": off,
        "working_weekends": [day for day in worked if day not in off],
        "weekend": draw(weekend),
    }


def sales(annual):
    festival = table(
        {"staff_back_days": st.sampled_from([1, 9])},
        before_days=st.integers(0, 20),
        before_factor=st.sampled_from([0.0, 1.3]),
        closed_days=st.integers(0, 14),
        after_days=st.integers(0, 20),
        after_factor=st.sampled_from([0.5, 1.0]),
        staff_back=st.sampled_from([0.0, 0.5, 1.0]),
        settle_suppliers=st.booleans(),
    )
    return table(
        {"annual": level(annual // 2, annual, st.just(annual))},
        weekly=odd_week,
        monthly=st.sampled_from([[1] * 12, [1, 0] * 6, list(range(1, 13))]),
        on_holidays=st.booleans(),
        growth=st.sampled_from([-0.5, 0.1, 3.0]),
        volatility=st.sampled_from([0.0, 0.3, 2.0]),
        economy=st.sampled_from([0.0, 0.1, -1.0]),
        spring_festival=festival,
    )


@st.composite
def customers(draw, annual, start):
    count = draw(st.integers(1, 3))
    shares = {1: [1.0], 2: [0.75, 0.25], 3: [0.5, 0.3, 0.2]}[count]
    return {
        name: draw(customer(annual, start)) | {"share": part}
        for name, part in zip(CUSTOMERS, shares, strict=False)
    }


@st.composite
def customer(draw, annual, start):
    lateness = table(
        {"probability": share(), "mean_days": st.sampled_from([0.5, 10.0, 300.0])},
        shape=st.sampled_from([0.5, 4.0]),
    )
    days_to_pay = table({"mean": st.sampled_from([1.0, 37.0, 100.0])}, shape=st.just(12.0))
    way = draw(st.sampled_from(["at once", "terms", "late", "days"]))
    terms = level(5, 30, st.sampled_from([0, 1, 30, 75]), whole=True)
    ways = {
        "at once": st.just({"paid_at_once": 1.0}),
        "terms": table({"terms": terms}),
        "late": table({"terms": terms, "lateness": lateness}),
        "days": table({"days_to_pay": days_to_pay}),
    }
    opening = openings(annual, start)
    other = table(
        {},
        consumer=st.booleans(),
        spread=st.sampled_from([0.0, 0.471, 3.0]),
        disputed=share(0.5),
        dispute_days=st.sampled_from([0, 30, 400]),
        never_paid=share(0.5),
        write_off_after=st.sampled_from([0, 7, 180]),
        economy=st.sampled_from([0.0, 0.5, -2.0]),
        opening=opening,
    )
    made = draw(other) | draw(ways[way])
    if way != "at once" and draw(st.booleans()):
        made |= {"paid_at_once": draw(share(0.9))}
    if made.get("paid_at_once") != 1.0 and draw(st.booleans()):
        made |= draw(pays_by_bill(annual, start))
    offer = draw(early_payment(made))
    return made | ({} if offer is None else {"early_payment": {"days": 1} | offer})


@st.composite
def pays_by_bill(draw, annual, start):
    """Return the share that a customer pays by bill, and its bills."""
    item = st.builds(
        lambda day, face: {"matures": start + dt.timedelta(days=day), "face": face},
        st.sampled_from([0, 1, 20, 100]),
        money(annual / 20).filter(bool),
    )
    bill = draw(
        table(
            {"tenor_months": st.sampled_from([1, 2, 6])},
            recourse_cost=share(0.1),
            divisible=st.booleans(),
            opening=st.lists(item, max_size=3),
        )
    )
    if draw(st.booleans()):
        bill |= {"acceptor": "commercial", "failure": draw(share())}
    return {"paid_by_bill": draw(share().filter(bool)), "bill": bill}


def shared_out(draw, names):
    """Return the customers of each kind of finance; nobody's invoices are sold twice."""
    anchors = [name for name in names if draw(st.booleans())]
    others = [name for name in names if name not in anchors]
    return {"factoring": others, "reverse_factoring": anchors}


def early_payment(customer):
    """Return discounts for paying sooner, only where there are terms to be early on."""
    terms = customer.get("terms")
    shortest = 5 if not isinstance(terms, int) else terms
    if terms is None or shortest < 2 or customer.get("paid_at_once") == 1.0:
        return st.none()
    days = st.integers(0, min(shortest - 1, 12))
    return table({"discount": share(0.1), "take_up": share()}, days=days) | st.none()


def openings(annual, start):
    """Return open invoices, some due on the first day and some after the run."""
    item = st.builds(
        lambda day, amount: {"due": start + dt.timedelta(days=day), "amount": amount},
        st.sampled_from([0, 1, 7, 30, 100]),
        money(annual / 20).filter(bool),
    )
    return st.lists(item, max_size=3)


@st.composite
def suppliers(draw, annual, start):
    names = SUPPLIERS[: draw(st.integers(0, 3))]
    return {name: draw(supplier(annual, start)) for name in names}


@st.composite
def supplier(draw, annual, start):
    plan = draw(
        table(
            {
                "share": share(0.4),
                "terms": level(0, 30, st.sampled_from([0, 1, 20, 60]), whole=True),
            },
            discount_days=st.sampled_from([0, 5, 10]),
            discount=share(0.1),
            lead_days=st.sampled_from([1, 3, 10]),
            review_every=st.sampled_from([1, 7, 13]),
            stock_days=st.sampled_from([0.0, 2.5, 14.0]),
            min_order=money(annual / 100),
            critical=st.booleans(),
            tolerance=st.sampled_from([0, 1, 5, 30]),
            cod_days=st.sampled_from([0, 3, 30]),
            price=level(0.5, 1.5, st.sampled_from([0.5, 1.0, 1.5])),
            vat=share(0.13),
            stock=money(annual / 20),
            opening=openings(annual, start),
            substitute=table({"delay_days": st.sampled_from([1, 4])}, price_factor=st.just(1.25)),
            accepts_bills=st.booleans(),
        )
    )
    if isinstance(plan["terms"], int) and plan["terms"] <= plan.get("discount_days", 0):
        plan.pop("discount", None)
    return plan


def payroll(annual):
    wage = annual // 5 // 12 // 10
    stoppage = table(
        {"minimum_wage": money(wage + 1), "share": share()}, after_days=st.sampled_from([0, 5, 30])
    )
    return table(
        {
            "staff": st.sampled_from([0.5, 10.0]),
            "wage": level(wage // 2, wage + 1, money(wage + 1)),
        },
        pay_day=month_days,
        grace=st.sampled_from([0, 1, 6]),
        partial=st.booleans(),
        withheld=share(),
        employer=share(0.4),
        social_day=month_days,
        bonus_months=st.sampled_from([0.0, 1.0, 2.5]),
        leave_per_week=share(),
        staff_needed=st.sampled_from([0.1, 12.0]),
        stoppage=stoppage,
    )


@st.composite
def costs(draw, annual, start, horizon):
    top = annual / 60
    date = st.integers(0, horizon - 1).map(lambda day: start + dt.timedelta(days=day))
    common = {
        "day": month_days,
        "every": st.integers(1, 3),
        "pay_class": st.sampled_from(["rent", "other", "discretionary", "capital"]),
        "terms": st.sampled_from([0, 1, 30]),
        "vat": share(0.13),
    }
    claims = table({"per_day": st.sampled_from([0.01, 0.9, 70.0]), "amount": money(annual / 5000)})
    forms = {
        "office": table({"monthly": level(0, int(top) + 1, money(top))}, **common),
        "freight": table({"share_of_sales": share(0.2)}, **common),
        "machine": table({"once": money(top), "on": date}, **common),
        "repairs": table({"claims": claims}, **common),
    }
    names = draw(st.lists(st.sampled_from(COSTS), min_size=draw(st.integers(0, 4)), unique=True))
    return {name: draw(forms[name]) for name in names}


def taxes(annual):
    return table(
        {"vat": st.sampled_from(["none", "general", "small_scale"])},
        rate=share(0.13),
        input_rate=share(0.13),
        surcharge=share(0.12),
        income_tax=share(0.25),
        day=month_days,
        late_per_day=st.sampled_from([0.0, 0.0005, 0.01]),
        opening_vat=money(annual / 100) | money(annual / 100).map(lambda amount: -amount),
    )


def buffers(annual):
    """Return a floor, and at times a ceiling above it, as amounts or as days."""
    amounts = st.lists(money(annual / 50), min_size=2, max_size=2).map(sorted)
    days = st.lists(st.sampled_from([0, 2.5, 20]), min_size=2, max_size=2).map(sorted)
    pairs = amounts | days.map(lambda pair: [f"{number} days" for number in pair])
    both = pairs.map(lambda pair: {"floor": pair[0], "ceiling": pair[1]})
    return both | pairs.map(lambda pair: {"floor": pair[0]}) | st.just({})


def treasury(annual, channels):
    orders = st.permutations(channels)
    defer = st.dictionaries(
        st.sampled_from(["taxes", "critical", "rent", "other", "discretionary"]),
        st.sampled_from([0, 1, 10]),
        max_size=3,
    )
    rest = table(
        {},
        look_ahead=st.sampled_from([0, 1, 30, 90]),
        receipt_haircut=share(),
        draw_order=orders,
        draw_together=orders if len(channels) > 1 else st.none(),
        prepay_order=orders,
        release=st.booleans(),
        austerity_days=st.sampled_from([0.0, 5.0, 60.0]),
        austerity_cut=share(),
        check_every=st.sampled_from([1, 5, 30]),
        on_notice=st.sampled_from(["nothing", "draw_needed", "draw_all"]),
        policy_watch=st.sampled_from([0, 7]),
        take_discounts=st.booleans(),
        endorse=st.sampled_from(["never", "when_short", "always"]),
        expects_roll_over=st.booleans(),
        defer=defer,
        wind_up_after=st.sampled_from([1, 20, 60]),
    )
    return st.tuples(buffers(annual), rest).map(lambda pair: pair[0] | pair[1])


def sellers(customers):
    """Return the names of customers whose invoices can be sold whatever else is drawn."""
    return [
        name
        for name, customer in customers.items()
        if "early_payment" not in customer
        and customer.get("paid_at_once", 0) < 1
        and (customer.get("days_to_pay", {}).get("mean", 0) > 30 or _most(customer) >= 5)
    ]


def _most(customer):
    terms = customer.get("terms", 0)
    return terms if isinstance(terms, int) else 30


def finance(names, kind):
    """Return what a channel that buys invoices has of its own, required and optional."""
    recourse = st.fixed_dictionaries(
        {"recourse": st.just(True), "recourse_days": st.sampled_from([0, 3, 45])}
    ) | st.fixed_dictionaries({"recourse": st.booleans()})
    time_fee = table({"share": share(0.1)}, days=st.sampled_from([0, 30]),
                     per_day_after=st.sampled_from([0.0, 0.001]))  # fmt: skip
    optional = {"service_fee": share(0.05), "time_fee": time_fee}
    required = {"advance_rate": level(0.5, 1.0, st.sampled_from([0.0, 0.8, 0.85, 1.0]))}
    if kind == "reverse_factoring":
        optional |= {
            "confirmation_days": level(0, 4, st.sampled_from([0, 2]), whole=True),
            "divisible": st.booleans(),
        }
        required |= {"anchor": st.sampled_from(names)}
    else:
        required |= {"customers": st.just(names)}
        optional |= {"concentration": st.sampled_from([1.0, max(0.5, 1 / len(names)), 0.75])}
        if len(names) == 1:
            optional["concentration"] = st.just(1.0)
    return required, optional, recourse


def bill_lines(customers):
    """Return what channels for bills have of their own, required and optional."""
    drawers = [name for name, customer in customers.items() if "bill" in customer]
    some = st.lists(st.sampled_from(drawers or ("none",)), min_size=1, unique=True)
    acceptance = {
        "rate": rates(),
        "tenor_months": st.sampled_from([1, 3, 6]),
        "use": st.sampled_from(["when_short", "always"]),
    }
    return {
        "bills": (
            {"rate": rates()},
            {"customers": some, "extra_days": st.sampled_from([0, 3])},
        ),
        "acceptance": ({"deposit": st.sampled_from([0.0, 0.3, 0.999])}, acceptance),
    }


def _without_use(customers, suppliers):
    """Lines for bills that nobody gives, or accepts."""
    if not any("bill" in customer for customer in customers.values()):
        yield "discounter"
    if not any(supplier.get("accepts_bills") for supplier in suppliers.values()):
        yield "acceptor"


def _bill_line(kind, customers, limits, common):
    """A discount facility, or a line for the firm's own acceptances."""
    needed, optional = bill_lines(customers)[kind]
    needed = {"kind": st.just(kind), "limit": limits} | needed
    unset = ("drawn", "delay_days") if kind == "acceptance" else ("drawn",)
    shared = {key: value for key, value in common.items() if key not in unset}
    return table(needed, **(shared | optional))


@st.composite
def channels(draw, annual, start, customers, suppliers):
    """Return some of each kind of channel."""
    top = annual // 10
    common = {
        "rate": rates(),
        "committed": st.booleans(),
        "min_drawing": money(top / 10),
        "delay_days": level(0, 4, st.sampled_from([0, 1, 9]), whole=True),
        "approval": level(0.2, 1.0, st.sampled_from([0.0, 0.5, 1.0])),
        "business_days": st.booleans(),
        "drawing_fee": share(0.1),
        "penalty": st.sampled_from([1.0, 1.5]),
        "compound_overdue": st.booleans(),
        "record": st.sampled_from(["firm", "owner"]),
        "close_after_arrears": st.sampled_from([1, 30]),
        "drawn": money(top),
        "economy": st.sampled_from([0.0, 0.3, -2.0]),
    }
    will = st.none() | table({}, **wills())
    tenor = draw(st.integers(1, 14))
    covenant = st.sampled_from([{"max_liabilities_to_assets": 0.7}, {"min_days_of_cash": 5}])
    platform = {
        "prepayable": st.booleans(),
        "tenor_months": st.just(tenor),
        "repayment": st.sampled_from(["equal_instalment", "equal_principal", "interest_first"]),
        "due_day": st.sampled_from([1, 20, 31]),
        "prepayment": st.sampled_from(["scale", "shorten"]),
        "opening_months": st.integers(1, min(tenor, 12)),  # the tenor may be left at 12
        "accelerate_after": CALLED_AFTER,
    }
    revolver = {
        "prepayable": st.booleans(),
        "commitment_fee": rates(),
        "interest_day": month_days,
        "expires": st.sampled_from([0, 10, 45, 500]).map(lambda n: start + dt.timedelta(days=n)),
        "covenant": covenant,
        "accelerate_after": CALLED_AFTER,
    }
    buyers = shared_out(draw, sellers(customers))
    term = _term_loan(draw(st.integers(1, 14)), draw(st.booleans()), start)
    revolver |= {"renewal": _renewal(start), "clean_down": _clean_down()}
    if draw(st.booleans()):
        revolver.pop("expires")
    else:
        revolver.pop("renewal")
    kinds = dict(zip(CHANNELS, KINDS, strict=True))
    loan = {"prepayable": st.booleans()}
    own = dict(zip(CHANNELS, (platform, term | loan, revolver, loan, {}), strict=False))
    limits = level(top // 4, top, money(top).filter(lambda x: not 0 < x < max(top / 10, 1)))
    there = [name for name in CHANNELS if kinds[name] not in FINANCE or buyers[kinds[name]]]
    for name in _without_use(customers, suppliers):
        there.remove(name)
    names = draw(st.lists(st.sampled_from(there), min_size=draw(st.integers(0, 2)), unique=True))
    made = {}
    for name in names:
        if kinds[name] in FINANCE:
            needed, optional, recourse = finance(buyers[kinds[name]], kinds[name])
            plain = {"kind": st.just(kinds[name]), "limit": limits, "rate": rates()} | needed
            made[name] = draw(table(plain, **(common | optional))) | draw(recourse)
            continue
        if kinds[name] in BILL_LINES:
            made[name] = draw(_bill_line(kinds[name], customers, limits, common))
            continue
        required = {"kind": st.just(kinds[name]), "limit": limits}
        needs_rate = {"rate": rates()} if kinds[name] not in {"owner", "equity"} else {}
        optional = common | own[name]
        if kinds[name] == "equity":
            late = ("penalty", "compound_overdue", "close_after_arrears")
            for key in ("rate", "prepayable", "drawn", *late):
                optional.pop(key, None)
        made[name] = _consistent(draw(table(required | needs_rate, **optional)), name)
        if name in {"jiebei", "bank", "owner_loan"}:
            made[name] |= draw(will) or {}
        if made[name].get("record") == "owner" and draw(st.booleans()):
            made[name] |= draw(_personal(made[name]))
    return made


@st.composite
def _personal(draw, line):
    """Return what a line on the owner's record may have beside."""
    keys = {"misuse": draw(hazards())}
    if "reopening" in line:
        keys["reopening"] = line["reopening"] | {"firm_record_weight": draw(share())}
    return keys


def _term_loan(tenor, rolls, start):
    """Return the keys of a term loan; one that rolls over repays at maturity."""
    at_the_end = ["interest_first", "bullet"]
    ways = at_the_end if rolls else [*at_the_end, "equal_instalment", "equal_principal"]
    keys = {
        "tenor_months": st.just(tenor),
        "repayment": st.sampled_from(ways),
        "due_day": st.sampled_from([1, 20, 31]),
        "reusable": st.booleans(),
        "reapply_days": st.sampled_from([0, 3, 30]),
        "prepayment": st.sampled_from(["scale", "shorten"]),
        "prepayment_fee": level(0.0, 0.05, share(0.1)),
        "opening_months": st.integers(1, tenor),
        "matures": st.integers(1, 27 * tenor).map(lambda n: start + dt.timedelta(days=n)),
        "covenant": st.sampled_from([{"max_liabilities_to_assets": 0.7}, {"min_days_of_cash": 5}]),
        "accelerate_after": CALLED_AFTER,
    }
    return keys | ({"roll_over": _roll_over(tenor)} if rolls else {})


def _roll_over(tenor):
    common = {
        "chance": level(0.2, 1.0, st.sampled_from([0.0, 0.5, 1.0])),
        "decision_days": st.integers(0, min(28 * tenor - 1, 40)),
    }
    # Absent it is 30 days, longer than the shortest month.
    needed = {"decision_days": common.pop("decision_days")} if tenor == 1 else {}
    redraw = common | {
        "delay_days": level(0, 4, st.sampled_from([0, 1, 40]), whole=True),
        "withdrawn": share(),
    }
    return st.one_of(
        table({"mode": st.just("renew")} | needed, **common),
        table({"mode": st.just("repay_redraw")} | needed, **redraw),
    )


def _consistent(loan, name):
    """Leave out what a line may not have beside its other keys."""
    if loan.get("accelerate_after", 30) < loan.get("close_after_arrears", 1):
        loan.pop("accelerate_after")
    if name != "term":
        return loan
    if loan.get("committed") and "roll_over" in loan:
        left_out = ("chance", "withdrawn")
        kept = {key: value for key, value in loan["roll_over"].items() if key not in left_out}
        loan = loan | {"roll_over": kept}
    if "matures" in loan:
        loan.pop("opening_months", None)
        loan.pop("due_day", None)
        if not loan.get("drawn"):
            loan.pop("matures")
    return loan


def _renewal(start):
    common = {
        "chance": level(0.2, 1.0, st.sampled_from([0.0, 0.5, 1.0])),
        "decision_days": st.sampled_from([0, 5, 30, 100]),
    }
    day = st.sampled_from([0, 1, 20, 60]).map(lambda n: start + dt.timedelta(days=n))
    every = st.sampled_from([1, 2, 12])
    return st.one_of(
        table({"on": day}, every_months=every, **common), table({"every_months": every}, **common)
    )


def _clean_down():
    return st.fixed_dictionaries(
        {"days": st.sampled_from([1, 5, 28]), "every_months": st.integers(1, 3)}
    )


def times():
    """Return multipliers of a hazard."""
    return level(0, 5, st.sampled_from([0.0, 1.0, 2.0, 30.0]))


def lasting():
    """Return how long something lasts."""
    return st.sampled_from([1, 6, {"mean_days": 0.3}, {"mean_days": 12}])


def hazards():
    """Return closings by chance that come soon enough to be seen."""
    often = {"mean_days": level(2, 40, st.sampled_from([0.4, 9, 60]))}
    return table(often, lasts=lasting()) | table({"per_month": share()}, lasts=lasting())


def risk_controls():
    behaviours = {
        "frequent_drawing": table({"above": st.integers(0, 3), "times": times()},
                                  window=st.sampled_from([1, 2, 30])),
        "quick_prepayment": table({"times": times()}, above=st.integers(0, 2),
                                  within=st.sampled_from([0, 7]), window=st.sampled_from([1, 9])),
        "arrears": table({"times": times()}, above=st.sampled_from([0, 5])),
        "utilisation": table({"above": share(), "times": times()}),
        "lenders": table({"above": st.integers(0, 2), "times": times()}),
        "inactivity": table({"days": st.sampled_from([1, 31]), "times": times()}),
        "economy": st.sampled_from([0.5, -1.0]),
        "limit_after": level(0.1, 1.0, share()),
        "limit_back_days": st.sampled_from([1, 10]),
    }  # fmt: skip
    return st.tuples(hazards(), table({}, **behaviours)).map(lambda both: both[0] | both[1])


def agreements():
    return table(
        {},
        notice_days=st.sampled_from([0, 1, 10]),
        hazard_factor=level(0.5, 2.0, share()),
        reopening_factor=level(0.5, 3.0, share()),
        fee=money(100),
    )


@st.composite
def reopenings(draw):
    parts = {
        "ask": table(
            {},
            review_days=st.sampled_from([1, 5]),
            every=st.sampled_from([0, 4]),
            most=st.sampled_from([1, 3]),
            risk_control=level(0.1, 0.9, share()),
            fault=share(),
            regulator=share(),
        ),
        "repair": table(
            {},
            utilisation=share(),
            every=st.sampled_from([1, 6]),
            chance=level(0.1, 0.9, share()),
        ),
        "diagnose": table({}, takes_days=st.sampled_from([0, 3]), patience=st.sampled_from([0, 9])),
    }
    ways = draw(st.lists(st.sampled_from(["wait", *parts]), unique=True))
    if not {"ask", "repair"} & set(ways):
        ways = [way for way in ways if way != "diagnose"]  # knowing alone is refused
    given = {way: draw(parts[way]) for way in ways if way in parts and draw(st.booleans())}
    return {"ways": ways, "record_weight": draw(share())} | given


def wills():
    """Return what lenders decide by themselves, and what firms do about it."""
    reads = table(
        {},
        lag_days=st.sampled_from([0, 1, 20]),
        below=st.sampled_from([60.0, 100.0]),
        rate_add=rates(),
        limit_factor=share(),
        approval_factor=share(),
        closes_below=st.sampled_from([0.0, 55.0, 69.0]),
    )
    behaviour = table(
        {},
        drawings=st.sampled_from([0, 1, 7]),
        quick_prepayments=st.sampled_from([0, 5]),
        days_since_drawing=st.sampled_from([0, 3, 40]),
    )
    return {
        "risk_control": risk_controls(),
        "fault": hazards(),
        "agreement": agreements(),
        "data_sharing": agreements(),
        "reads_record": reads,
        "reports": st.booleans(),
        "reopening": reopenings(),
        "opening_behaviour": behaviour,
    }


def credit_records():
    points = st.sampled_from([0.0, 0.3, 12.0])
    keys = ["arrears", "suppliers", "unstable_cash", "on_time", "clean", "closure"]
    opening = level(20, 90, st.sampled_from([0.0, 70.0, 100.0]))
    return table({}, firm=opening, owner=opening, unstable_days=st.sampled_from([0.0, 10.0]),
                 **dict.fromkeys(keys, points))  # fmt: skip


@st.composite
def triggers(draw, start, horizon, others=()):
    """Return when a shock strikes; `others` are shocks that it may follow."""
    day = st.integers(0, horizon - 1).map(lambda n: start + dt.timedelta(days=n))
    ways = ["on", "after", "between", "at_rate", "when", *(["after_shock"] if others else [])]
    kind = draw(st.sampled_from(ways))
    conditions = {
        "cash_below": st.sampled_from(["0.01", 1000, 100_000]),
        "days_past_due": st.sampled_from([1, 3, 50]),
    }
    when = {
        "on": day,
        "after": st.sampled_from([0.5, 20, 200]).map(lambda mean: {"mean_days": mean}),
        "between": st.tuples(day, day).map(sorted),
        "at_rate": st.sampled_from([1, 20, 3650]).map(lambda rate: {"per_year": rate}),
        "when": st.fixed_dictionaries({}, optional=conditions).filter(bool),
        "after_shock": table(
            {"shock": st.sampled_from(others or ("none",))},
            days=st.sampled_from([0, 1, 12]),
            probability=share(),
        ),
    }
    ends = st.one_of(st.integers(1, 40), st.just({"mean_days": 10}))
    lasts = ends if kind == "at_rate" else st.one_of(st.none(), ends)
    return {kind: draw(when[kind]), "lasts": draw(lasts)}


def shapes():
    """Return how a shock on levers builds up and wears off."""
    return st.fixed_dictionaries({}, optional={
        "builds_over": st.sampled_from([0, 1, 9]),
        "recovery_days": st.sampled_from([0, 1, 20]),
        "recovery": st.sampled_from(["linear", "s_curve", "step"]),
    })  # fmt: skip


def effects(names):
    """Return the kinds of shock that a firm with these names can suffer."""
    some = {
        key: st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)
        for key, values in names.items()
        if values
    }
    kinds = [
        table({"kind": st.just("sales_fall"), "depth": share()}),
        table({"kind": st.just("customers_pay_later")}, customers=some["customers"],
              lateness_factor=st.sampled_from([0.0, 2.0, 1000.0]),
              days_add=st.sampled_from([0, 15, 300])),
        table({"kind": st.just("customer_loss")}, customer=st.sampled_from(names["customers"]),
              fraction=share()),
        table({"kind": st.just("lever"), "lever": st.just("sales.level"),
               "operation": st.sampled_from(["scale", "add", "floor", "cap"]),
               "value": st.sampled_from([0.0, 0.5, 2.0])}),
    ]  # fmt: skip
    if "suppliers" in some:
        kinds += [
            table({"kind": st.just("price_rise"), "suppliers": some["suppliers"],
                   "factor": st.sampled_from([0.5, 1.3])}),
            table({"kind": st.just("lever"), "lever": st.just(f"{names['suppliers'][0]}.terms"),
                   "operation": st.sampled_from(["scale", "add", "cap"]),
                   "value": st.sampled_from([0.0, 2.0, 9.0])}),
        ]  # fmt: skip
    if "costs" in some:
        kinds.append(table({"kind": st.just("price_rise"), "costs": some["costs"],
                            "factor": st.sampled_from([0.1, 1.3])}))  # fmt: skip
    if "channels" in some:
        kinds += [_closure(some), _tightening(some), _repricing(some)]
    kinds += [_regulation(some), _rule_change(some)]
    return st.one_of(kinds)


def _closure(some):
    return table(
        {"kind": st.just("platform_closure"), "channels": some["channels"]},
        cause=st.sampled_from(["risk_control", "fault", "regulator"]),
        notice_days=st.sampled_from([0, 5, 40]),
    )


def _tightening(some):
    return table(
        {"kind": st.just("lending_tightening"), "channels": some["channels"]},
        rate_add=rates(),
        limit_factor=st.sampled_from([0.0, 0.5, 2.0]),
        approval_factor=share(),
        delay_add=st.sampled_from([0, 3, 30]),
    )


def _repricing(some):
    return table({"kind": st.just("repricing"), "channels": some["channels"], "rate_add": rates()})


def _regulation(some):
    channels = {"channels": some["channels"]} if "channels" in some else {}
    return table(
        {"kind": st.just("regulation"), "stop": st.just(value=True)} | channels,
        limit_factor=st.sampled_from([0.0, 0.5, 2.0]),
        limit_cap=money(10_000),
        rate_cap=rates(),
        notice_days=st.sampled_from([0, 5, 40]),
    )


def _rule_change(some):
    channels = {"channels": some["channels"]} if "channels" in some else {}
    return table(
        {"kind": st.just("rule_change"), "rule": st.sampled_from(list(RULES))},
        customers=some["customers"],
        owner_income=money(300_000),
        notice_days=st.sampled_from([0, 9]),
        **channels,
    )


@st.composite
def shocks(draw, names, start, horizon):
    count = draw(st.integers(0, 4))
    made, known = {}, [f"shock_{i}" for i in range(count)]
    # A cause may stand before what follows it, or after.
    backwards = draw(st.booleans())
    for i, name in enumerate(known):
        others = tuple(known[i + 1 :] if backwards else known[:i])
        effect = draw(effects(names))
        shape = draw(shapes()) if effect["kind"] not in UNSHAPED else {}
        made[name] = shape | effect | draw(triggers(start, horizon, others))
        # What never ends never recovers, and is refused.
        if made[name]["lasts"] is None:
            made[name].pop("recovery_days", None)
    # One set at most for each lever: two that overlap for certain are refused.
    if names["suppliers"] and draw(st.booleans()):
        shorter = {"kind": "supplier_terms", "suppliers": list(names["suppliers"]), "terms": 2}
        made["shorter"] = shorter | draw(triggers(start, horizon))
    # So with tenors, which only lines with instalments have.
    lines = [name for name in names["channels"] if name in {"jiebei", "term"}]
    if lines and draw(st.booleans()):
        shorter = {"kind": "repricing", "channels": lines, "tenor_months": draw(st.integers(1, 16))}
        made["tenors"] = shorter | draw(triggers(start, horizon))
    return made


@st.composite
def misused(draw, channels, start, horizon):
    """Return a closure of the owner's lines for misuse, or nothing where there are none."""
    lines = [name for name, line in channels.items() if line.get("record") == "owner"]
    if not lines or not draw(st.booleans()):
        return {}
    closure = {"kind": "platform_closure", "channels": lines, "cause": "misuse"}
    notice = {"notice_days": draw(st.sampled_from([0, 5, 40]))}
    return {"misused": closure | notice | draw(triggers(start, horizon))}


@st.composite
def plans(draw):
    """Return whole scenarios as mappings of what is given in them."""
    start, horizon = draw(st.sampled_from(STARTS)), draw(st.integers(20, 120))
    annual = draw(st.sampled_from([0, 365, 1_000_000, 1_000_000, 3_650_000, 10**10]))
    plan = {
        "name": "random",
        "start": start,
        "horizon": horizon,
        "calendar": draw(calendars(start, horizon)),
        "firm": draw(table({"cash": level(0, annual // 10 + 1, money(annual / 10))},
                           other_assets=money(annual), other_liabilities=money(annual / 4))),
        "economy": {"half_life": draw(st.sampled_from([0.1, 90.0]))},
        "sales": draw(sales(annual)),
        "customers": draw(customers(annual, start)),
        "suppliers": draw(suppliers(annual, start)),
        "payroll": draw(st.one_of(payroll(annual), payroll(annual), st.none())),
        "costs": draw(costs(annual, start, horizon)),
        "taxes": draw(taxes(annual)),
        "credit_record": draw(st.none() | credit_records()),
        "outcomes": draw(table({}, min_output=share(), hold_days=st.sampled_from([1, 3]),
                               default_days=st.sampled_from([1, 30, 90]))),
    }  # fmt: skip
    plan["channels"] = draw(channels(annual, start, plan["customers"], plan["suppliers"]))
    plan["treasury"] = draw(treasury(annual, list(plan["channels"])))
    names = {key: tuple(plan[key]) for key in ("customers", "suppliers", "costs", "channels")}
    plan["shocks"] = draw(shocks(names, start, horizon)) | draw(
        misused(plan["channels"], start, horizon)
    )
    return plan


def scenarios():
    """Return whole random scenarios."""
    return plans().map(lambda plan: Scenario(**plan))
