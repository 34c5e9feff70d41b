"""Discounts to customers for paying early.  Day 0 is Monday 2 June 2025; 100.00 a day is sold."""

from __future__ import annotations

import numpy as np
from lab import entries, facts, firm_of, plain, run, traced

OFFER = {"discount": 0.02, "days": 10, "take_up": 1}


def buyer(offer=OFFER, **plan):
    plan = {"share": 1, "terms": 30, "opening": []} | plan
    if offer is not None:
        plan["early_payment"] = offer
    return plain(customers={"anchor": plan}, horizon=60)


def test_the_discount_is_taken():
    firm = traced(buyer(), until=15)
    # Day 0 is paid on day 10, a Thursday: 98.00; day 2 to 4 are due on the weekend and Monday.
    assert entries(firm, "cash", "receivables") == [
        (10, 9_800), (11, 9_800), (14, 9_800), (14, 9_800), (14, 9_800),
    ]  # fmt: skip
    assert entries(firm, "discounts_given") == [
        (10, 200), (11, 200), (14, 200), (14, 200), (14, 200),
    ]  # fmt: skip
    # It costs sales what it says, and is no cost of funding.
    record = firm.reporter.record()
    assert record.amounts[record.metrics.index("cost_of_funding")].tolist() == [0]
    assert firm.books.net_assets().tolist() == [100_000 + 15 * 10_000 - 5 * 200]


def test_consumers_take_it_on_any_day():
    firm = traced(buyer(consumer=True), until=15)
    assert [day for day, _ in entries(firm, "cash", "receivables")] == [10, 11, 12, 13, 14]


def test_paid_on_the_day_is_paid_the_next_morning():
    # Friday's, day 4, and the weekend's come on Monday, day 7.
    offer = OFFER | {"days": 0}
    days = [day for day, _ in entries(traced(buyer(offer), until=9), "cash", "receivables")]
    assert days == [1, 2, 3, 4, 7, 7, 7, 8]
    consumer = traced(buyer(offer, consumer=True), until=9)
    assert [day for day, _ in entries(consumer, "cash", "receivables")] == list(range(1, 9))


def test_the_discount_is_of_the_gross_amount_and_vat_stays():
    scenario = buyer().replace({"taxes.vat": "general", "taxes.rate": 0.13})
    firm = traced(scenario, until=11)
    # 113.00 x 2 % = 2.26.
    assert entries(firm, "cash", "receivables") == [(10, 11_300 - 226)]
    assert firm.books.balance("vat").tolist() == [-11 * 1_300]


def test_a_share_takes_it():
    firm = firm_of(buyer(OFFER | {"take_up": 0.3}), 4000)
    firm.run(11)
    early = firm.cash == 100_000 + 9_800
    assert (firm.cash[~early] == 100_000).all()
    # Within 4 x sqrt(0.21 / 4000) = 0.029.
    assert abs(early.mean() - 0.3) < 0.029
    firm.run(31)
    # The invoice of day 0 comes on day 30 from the others; one draw for each invoice.
    assert (firm.cash - 100_000).std() > 0
    assert firm.cash.min() >= 100_000 + 10_000


def test_who_never_pays_or_disputes_takes_no_discount():
    for trouble in ({"never_paid": 1, "write_off_after": 20}, {"disputed": 1}):
        firm = run(buyer(**trouble), until=30)
        assert firm.cash.tolist() == [100_000]


def test_who_would_have_paid_by_then_takes_no_discount():
    # Terms that a shock cuts to five days: the customer pays on day 5 and in full.
    short = {"kind": "lever", "lever": "anchor.terms", "operation": "set", "value": 5,
             "on": "2025-06-02"}  # fmt: skip
    firm = traced(buyer().replace({"shocks.short": short}), until=9)
    assert entries(firm, "cash", "receivables") == [(7, 30_000), (8, 10_000)]
    assert entries(firm, "discounts_given") == []


def test_what_was_paid_early_is_no_longer_expected():
    firm = run(buyer(terms=14), until=12)
    # Invoices of days 0 and 1 are paid; those of days 2 to 11 are due within 14 days of day 11.
    assert firm.customers[0].expected.tolist() == [10 * 10_000]
    assert run(buyer(None, terms=14), until=12).customers[0].expected.tolist() == [12 * 10_000]


def test_nobody_who_takes_it_is_as_if_it_were_not_offered():
    late = {"lateness": {"probability": 0.4, "mean_days": 9}, "disputed": 0.1, "never_paid": 0.1}
    without, nobody = (
        run(buyer(offer, **late), 16) for offer in (None, OFFER | {"take_up": 0})
    )  # fmt: skip
    ours, theirs = facts(without), facts(nobody)
    assert all(np.array_equal(ours[name], theirs[name]) for name in ours)


def test_offering_it_moves_no_other_draw():
    late = {"lateness": {"probability": 0.4, "mean_days": 9}, "never_paid": 0.1}
    base, offered = run(buyer(None, **late), 64), run(buyer(OFFER | {"take_up": 0.5}, **late), 64)
    # What is written off is the same, to the cent.
    bad = [firm.books.balance("bad_debts").tolist() for firm in (base, offered)]
    assert bad[0] == bad[1]
    # And what is not taken early comes on its day: never less cash in all than without it.
    given = offered.books.balance("discounts_given")
    assert (given > 0).all()
    owed = [firm.customers[0].owed for firm in (base, offered)]
    assert (base.cash + owed[0] == offered.cash + owed[1] + given).all()


def test_a_firm_wound_up_gets_no_more():
    scenario = buyer().replace({
        "payroll": {"staff": 1, "wage": 5000, "pay_day": 5}, "treasury.wind_up_after": 3,
    })  # fmt: skip
    firm = firm_of(scenario, 2)
    firm.run(40)
    firm.audit()
    assert not firm.world.running.any()
    cash = firm.cash.copy()
    firm.run(60)
    firm.audit()
    assert (firm.cash == cash).all()
