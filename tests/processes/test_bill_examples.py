"""The example of bills and its two alternatives: alike but for what they ask, and as they say."""

from __future__ import annotations

import attrs
import pytest
from lab import differences, example, facts, firm_of, run

import cashstress as cs
from cashstress.processes import Firm

WAITS, FACTORED, BILLS = (example(n) for n in ("paid_late", "paid_late_factored", "paid_by_bills"))
LARGE = ("assembler", "machine_works")
#: Days after its due day on which a bill of three months is paid: 89 to 92, 91 in the mean.
MONTHS = 91


def test_books_hold_every_day_and_lanes_and_halves_stand_alone():
    whole = run(BILLS, 12)
    early = firm_of(BILLS, slots=[7, 3])
    early.run(200)
    alone = Firm.resume(BILLS, early.world.save())
    alone.run()
    assert differences(facts(whole), facts(alone), lanes=[7, 3]) == []
    # It does what it is there to show: bills are held, passed on, discounted and not paid.
    assert whole.columns["outcome.contingent_debt"].any()
    assert whole.books.balance("interest").any()
    assert whole.books.balance("bad_debts").any()


def test_the_three_differ_in_how_they_are_paid_and_financed_alone():
    same = {"name": "x", "note": None, "channels": {}, "customers": {}, "treasury": None}
    for other in (FACTORED, BILLS):
        for key in (f.name for f in attrs.fields(type(WAITS)) if f.name not in same):
            ours, theirs = getattr(WAITS, key), getattr(other, key)
            if key == "suppliers":
                # Whether a supplier takes bills cannot be said where nobody gives any.
                theirs = {n: attrs.evolve(s, accepts_bills=False) for n, s in theirs.items()}
                ours, theirs = dict(ours), dict(theirs)
            assert ours == theirs, key
    assert WAITS.customers == FACTORED.customers
    for name in LARGE:
        late, by_bill = WAITS.customers[name], BILLS.customers[name]
        # The money comes, and is given up, on the same day, and as little of it is never paid.
        assert by_bill.terms + MONTHS == late.terms
        assert by_bill.terms + by_bill.write_off_after == late.terms + late.write_off_after
        lost = 1 - (1 - by_bill.never_paid) * (1 - by_bill.bill.failure)
        assert lost == pytest.approx(late.never_paid, abs=0.0005)
        assert by_bill.bill.tenor_months == 3
    # Banks and factor lend as much.
    lent = [sum(c.limit for c in s.channels.values()) for s in (FACTORED, BILLS)]
    assert lent[0] == lent[1]


@pytest.mark.parametrize("scenario", [WAITS, FACTORED, BILLS], ids=lambda s: s.name)
def test_before_the_shock_the_firm_is_plausible(scenario):
    calm = cs.simulate(scenario.without_shocks(), runs=1500, seed=3)
    assert calm.probability("cash_out", by=90).high < 0.05


def test_bills_cost_less_than_the_factor_unless_their_acceptors_fail():
    failing = BILLS.replace({"customers.assembler.bill.failure": 0.1})
    others = {"factored": FACTORED, "bills": BILLS, "failing": failing}
    answer = cs.compare(WAITS, others, runs=250, seed=5)
    assert answer.ranking("cash_out")[0].name == "bills"
    assets = {name: answer[name].net_assets for name in others}
    assert assets["bills"].low > assets["factored"].high > assets["failing"].high
