"""Expected receipts against a list of every invoice.

The list is kept by hand: what was invoiced, when it falls due, when it is paid.  That it is the
right list is seen in the books: what of it is open is what customers owe, in every lane on every
day.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from borrowing import date
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab import days_of, firm_of, plain, run
from selling import FACTOR, REVERSE

import strategies
from cashstress.processes.collections import Customer
from cashstress.processes.early_payment import EarlyPayments

LANES = 5
HORIZON = 50


class Ledger:
    """Every invoice of one customer: lane, face, due day, and the first day on which it is gone."""

    def __init__(self, customer, window):
        self.customer, self.window, self.rows = customer, window, []

    def add(self, gross, due, until):
        every = np.broadcast_arrays(np.arange(len(gross)), gross, due, until)
        self.rows += zip(*(column.tolist() for column in every), strict=True)

    def open_in(self, lane, day):
        return [row for row in self.rows if row[0] == lane and row[3] > day]

    def owed(self, day):
        return [sum(row[1] for row in self.open_in(lane, day)) for lane in range(LANES)]

    def expected(self, day):
        ahead = range(day + 1, day + self.window + 1)
        return [
            sum(row[1] for row in self.open_in(lane, day) if row[2] in ahead)
            for lane in range(LANES)
        ]


class Bookkeeper:
    """Writes down what customers invoice, and what becomes of it."""

    def __init__(self, monkeypatch):
        self.ledgers, self.taken = {}, {}
        schedule, take, leave = Customer._schedule, EarlyPayments.take, Customer.leave

        def schedule_(customer, gross, expected, fate, **rest):
            self.taken.clear()
            schedule(customer, gross, expected, fate, **rest)
            self._note(customer, gross, expected, fate)

        def take_(early, *args):
            self.taken[early] = taken, _ = take(early, *args)
            return taken, _

        def leave_(customer, parts, **rest):
            leave(customer, parts, **rest)
            # Gone today: the same invoices with the sign turned, from now on.
            rows = zip(parts.lanes, -parts.face, parts.due, parts.until, strict=True)
            self.of(customer).rows += [tuple(int(part) for part in row) for row in rows]

        monkeypatch.setattr(Customer, "_schedule", schedule_)
        monkeypatch.setattr(EarlyPayments, "take", take_)
        monkeypatch.setattr(Customer, "leave", leave_)

    def of(self, customer):
        if customer.name not in self.ledgers:
            plan = customer.plan
            mean = plan.lateness and round(plan.lateness.probability * plan.lateness.mean_days)
            sight = customer._firm.scenario.treasury.look_ahead - (mean or 0)
            self.ledgers[customer.name] = Ledger(customer, max(sight, 0))
        return self.ledgers[customer.name]

    def _note(self, customer, gross, expected, fate):
        firm, plan = customer._firm, customer.plan
        until = [int(day) for day in fate.when]
        for lane, day in enumerate(until):
            never = fate.bad is not None and fate.bad[lane]
            until[lane] = day if plan.consumer or never else rolled(firm, day)
        for taken, _ in self.taken.values():
            early = max(firm.clock.today + plan.early_payment.days, firm.clock.today + 1)
            early = early if plan.consumer else rolled(firm, early)
            until = np.where(taken > 0, early, until)
        self.of(customer).add(gross, expected, until)


def rolled(firm, day):
    while day < len(firm.calendar.is_business) and not firm.calendar.is_business[day]:
        day += 1
    return day


def in_cash(customer, amounts):
    """What is to be paid by bill is no money: the share of the rest, to the cent, half to even."""
    share = customer.plan.paid_by_bill
    return [round(round(amount * (1 - share), 6)) for amount in amounts]


def check(monkeypatch, scenario):
    """Every customer, every lane, every day."""
    with monkeypatch.context() as patch:
        keeper = Bookkeeper(patch)
        firm = firm_of(scenario, LANES)
        for day in days_of(firm):
            for customer in firm.customers:
                ledger = keeper.of(customer)
                assert customer.expected.tolist() == in_cash(customer, ledger.expected(day))
                if customer.sold is None:
                    assert customer.owed.tolist() == ledger.owed(day)
    return keeper


def shock(lever, operation, value, **when):
    return {"kind": "lever", "lever": lever, "operation": operation, "value": value} | when


@st.composite
def scenarios(draw, *, selling=False):
    start = dt.date(2025, 6, 2)
    customer = strategies.customer(100_000, start)
    if selling:
        customer = customer.filter(lambda plan: strategies.sellers({"anchor": plan}))
    plan = draw(customer)
    shocks = {
        name: draw(moved)
        for name, moved in {
            "terms": st.just(shock("anchor.terms", "set", 3, on="2025-06-12", lasts=9)),
            "added": st.just(shock("anchor.days_added", "add", 11, on="2025-06-07", lasts=20)),
            "less": st.just(shock("anchor.lateness", "scale", 0.25, on="2025-06-20", lasts=9)),
            "now": st.just(shock("anchor.terms", "set", 0, after={"mean_days": 15}, lasts=4)),
        }.items()
        if draw(st.booleans())
    }
    channels = {}
    customers = {"anchor": plan | {"share": 1.0}}
    if selling:
        line = draw(st.sampled_from([FACTOR, FACTOR | {"recourse": False}, REVERSE]))
        buyers = {"anchor": "anchor"} if line is REVERSE else {"customers": ["anchor"]}
        channels = {"line": line | buyers | {"limit": 9_000}}
    return plain(
        start=start,
        horizon=HORIZON,
        customers=customers,
        shocks=shocks,
        channels=channels,
        firm={"cash": 0 if selling else 1_000},
        calendar=draw(strategies.calendars(start, HORIZON)),
        costs={
            f"bill_{day}": {"once": draw(st.sampled_from([1, 700])), "on": date(day)}
            | {"pay_class": "other"}
            for day in (3, 4, 12, 26)
        },
        treasury={"look_ahead": draw(st.sampled_from([0, 4, 14, 40]))},
    )


@given(scenarios())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_expected_receipts_are_open_invoices_that_fall_due_in_sight(scenario):
    check(pytest.MonkeyPatch(), scenario)


@given(scenarios(selling=True))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_nobody_expects_what_is_sold(scenario):
    check(pytest.MonkeyPatch(), scenario)


def buyer(**plan):
    return plain(customers={"anchor": {"share": 1, "opening": []} | plan})


def test_what_was_paid_before_its_mean_day_is_no_longer_expected():
    # 100.00 a day, half of it paid long before the mean day and half long after: a Gamma of shape
    # 0.5. Of the invoices of days 0 to 3, due on days 10 to 13, those that are open are expected.
    firm = run(buyer(days_to_pay={"mean": 10, "shape": 0.5}, consumer=True), 400, until=4)
    customer = firm.customers[0]
    assert customer.expected.tolist() == customer.owed.tolist()
    # Some have paid the invoices of days 0 to 2 by day 3: no lane could say so before.
    assert customer.expected.min() < 40_000


def test_paid_before_it_came_into_sight():
    # Paid after 8 days, which a shock makes 2: never in sight of the 3 days before day 8.
    sooner = shock("anchor.lateness", "scale", 0.25, on="2025-06-02")
    scenario = buyer(days_to_pay={"mean": 8, "shape": 10_000}, consumer=True).replace(
        {"treasury.look_ahead": 3, "shocks.sooner": sooner}
    )
    firm = firm_of(scenario)
    assert {int(firm.customers[0].expected[0]) for _ in days_of(firm)} == {0}


def test_a_given_invoice_is_expected_until_it_is_paid():
    given_ = {"customers.anchor.opening": [{"due": "2025-06-10", "amount": 50}]}
    scenario = buyer(days_to_pay={"mean": 8, "shape": 10_000}, consumer=True).replace(given_)
    firm = firm_of(scenario.replace({"sales.annual": 0}))
    seen = [int(firm.customers[0].expected[0]) for _ in days_of(firm)]
    # It is drawn from the mean, so it comes on day 8, and is expected until day 7.
    assert seen == [5_000] * 8 + [0] * 52
