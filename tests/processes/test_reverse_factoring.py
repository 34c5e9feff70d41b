"""Reverse factoring.  Day 0 is Monday 2 June 2025; sales are 100.00 a day to one anchor.

All figures are worked out by hand from docs/reference/meanings.md, in cents.
"""

from __future__ import annotations

import numpy as np
import pytest
from borrowing import date
from lab import Phase, at, day_by_day, days_of, entries, firm_of, plain, run, traced
from selling import REVERSE, seller

CHEAP = REVERSE | {"rate": {"per_day": 0}}


def supplier_of(line, *, bills=None, customer=None, **changes):
    """A firm that sells 100.00 a day to an anchor who pays after 30 days."""
    shop = {"share": 1, "terms": 30, "opening": []} | (customer or {})
    costs = {
        f"bill_{day}": {"once": amount, "on": date(day), "pay_class": "other"}
        for day, amount in (bills or {}).items()
    }
    plan = {"customers": {"shop": shop}, "channels": {"line": line}, "costs": costs}
    return plain({"firm.cash": 0} | changes, **plan)


def headroom(scenario, until):
    return [found[0] for found in day_by_day(scenario, _headroom, until=until)]


def _headroom(firm):
    return firm.headroom().tolist()


def test_confirmed_after_some_days():
    # The invoice of day 0 is confirmed on day 3: 90 % of 100.00 a day from then on.
    line = CHEAP | {"confirmation_days": 3}
    assert headroom(supplier_of(line), 6) == [0, 0, 0, 9_000, 18_000, 27_000]
    assert headroom(supplier_of(CHEAP), 2) == [9_000, 18_000]


def test_confirmation_slowed_by_a_shock():
    slower = {"kind": "lever", "lever": "line.confirmation", "operation": "add", "value": 2,
              "on": date(1), "lasts": 2}  # fmt: skip
    scenario = supplier_of(CHEAP | {"confirmation_days": 1}).replace({"shocks.slower": slower})
    # Invoices of days 1 and 2 are confirmed on days 4 and 5, that of day 3 on day 4.
    assert headroom(scenario, 6) == [0, 9_000, 9_000, 9_000, 27_000, 45_000]


def test_what_falls_due_first_is_never_confirmed_in_time():
    line = CHEAP | {"confirmation_days": 10}
    scenario = supplier_of(line).replace({"customers.shop.terms": 12})
    # Only two days of each invoice are left, so two invoices can be sold at a time.
    assert headroom(scenario, 14) == [0] * 10 + [9_000] + [18_000] * 3


def test_disputed_invoices_are_not_confirmed():
    customer = {"disputed": 1, "dispute_days": 5}
    assert headroom(supplier_of(CHEAP, customer=customer), 8) == [0] * 8
    assert headroom(supplier_of(CHEAP, customer={"disputed": 0}), 1) == [9_000]


def test_opening_invoices_are_confirmed():
    line = CHEAP | {"confirmation_days": 20}
    assert headroom(seller(line, invoices={21: 1000, 7: 100}), 8) == [99_000] * 7 + [90_000]


def test_a_steady_state_opens_with_its_confirmed_part():
    line = CHEAP | {"confirmation_days": 10}
    scenario = supplier_of(line).replace({"customers.shop.opening": None})
    # Invoices of the days -29 to -10 are confirmed and not yet due, and so on.
    assert headroom(scenario, 2) == [20 * 9_000] * 2


def test_whole_invoices_are_sold():
    # 100.00 on day 4 takes two invoices: 180.00 advanced, 80.00 more than is needed.
    firm = traced(supplier_of(CHEAP, bills={4: 100}), until=40)
    assert [e for e in entries(firm, "cash", "receivables") if e[0] < 30] == [(4, 18_000)]
    # Days 30 and 31: 10.00 of reserve of each.
    assert entries(firm, "cash", "receivables")[1:3] == [(30, 1_000), (31, 1_000)]


def test_divisible_confirmations_are_sold_in_parts():
    firm = traced(supplier_of(CHEAP | {"divisible": True}, bills={4: 100}), until=40)
    assert [e for e in entries(firm, "cash", "receivables") if e[0] < 30] == [(4, 10_000)]
    # 100.00 / 0.9 = 111.12: 100.00 of the first, and 11.12 of the second invoice, for 90.00 and
    # 10.00; of that 10.00 and 1.12 of reserve, beside the 88.88 that were not sold.
    assert sum(a for day, a in entries(firm, "cash", "receivables") if day == 30) == 1_000
    assert sum(a for day, a in entries(firm, "cash", "receivables") if day == 31) == 8_888 + 112


def test_whole_invoices_within_the_limit():
    # Room for 250.00: two of 90.00.
    line = CHEAP | {"limit": 250}
    assert headroom(supplier_of(line), 4) == [9_000, 18_000, 18_000, 18_000]
    firm = run(supplier_of(line, bills={4: 200}), until=5)
    assert firm.cash.tolist() == [0]
    assert firm.channels["line"].used.tolist() == [18_000]


def test_an_invoice_above_the_limit_is_passed_over():
    line = CHEAP | {"limit": 100, "advance_rate": 1.0}
    scenario = seller(line, bills={0: 60}, invoices={7: 500, 14: 50, 21: 40, 28: 30})
    # 50.00 and 40.00; with 30.00 it would be 120.00.
    assert headroom(scenario.replace({"costs": None}), 1) == [9_000]
    firm = run(scenario, until=1)
    assert firm.channels["line"].used.tolist() == [9_000]


def test_without_recourse_by_default():
    firm = run(seller(CHEAP, bills={0: 900}, invoices={21: 1000}), until=10)
    assert firm.debt().tolist() == [0]
    assert firm.books.balance("reserve:line").tolist() == [10_000]
    lost = seller(CHEAP, bills={0: 900}, invoices={21: 1000}, customer={
        "never_paid": 1, "write_off_after": 20})  # fmt: skip
    assert entries(traced(lost), "bad_debts") == [(41, 10_000)]


def test_with_recourse():
    line = CHEAP | {"recourse": True, "recourse_days": 5}
    firm = run(seller(line, bills={0: 900}, invoices={21: 1000},
                      customer={"never_paid": 1, "write_off_after": 20}), until=30)  # fmt: skip
    assert firm.debt().tolist() == [90_000]
    assert firm.channels["line"].days_past_due().tolist() == [29 - 28 + 1]


@pytest.mark.parametrize("divisible", [True, False])
def test_what_is_said_to_arrive_arrives(divisible):
    # Amounts, limits and rates that are no round numbers, in many lanes at once.
    line = REVERSE | {
        "limit": {"draw": "uniform", "low": 100, "high": 2000},
        "advance_rate": {"draw": "uniform", "low": 0.3, "high": 1},
        "drawing_fee": 0.003,
        "service_fee": 0.007,
        "divisible": divisible,
    }
    scenario = supplier_of(line, **{"sales.volatility": 0.7}, horizon=40)
    firm, rng = firm_of(scenario, 64), np.random.default_rng(7)

    def ask(firm, day):
        channel, wanted = firm.channels["line"], rng.integers(0, 30_000, 64)
        before, cash, room = channel.used.copy(), firm.cash.copy(), firm.headroom()
        said, later = channel.request(np.arange(64), wanted)
        if not firm.calendar.is_business[day]:
            assert not said.any()
            return
        assert not later.any()
        got = channel.used - before
        # No more than there is room for; as much as was asked for, where there was.
        assert (got <= room).all()
        enough = room >= wanted
        assert (got[enough] >= wanted[enough]).all()
        assert (got[~enough] == room[~enough]).all()
        # A whole invoice may be a minor unit of face above what its advance says.
        assert (np.abs(firm.cash - cash - said) <= (0 if divisible else 1)).all()
        if divisible:
            assert (got == np.minimum(wanted, room)).all()

    at(firm, Phase.SETTLE, ask)
    for _ in days_of(firm):
        firm.audit()
    assert (firm.books.balance("fees") > 0).all()
