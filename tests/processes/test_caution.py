"""Lenders' caution: limit and approval follow the economy factor.  Day 0 is Monday 2 June 2025."""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np
import pytest
from borrowing import OWNER, PLATFORM, borrower, closure
from lab import at, differences, facts, firm_of, run, watch

from cashstress.kernel.clock import Phase

LOADED = {"line": PLATFORM | {"limit": "1000.37", "approval": 0.75, "economy": 0.3}}
LANES = 64


def scaled(base, loading, factor):
    """`base` x exp(loading x factor), in 50 digits."""
    with localcontext() as context:
        context.prec = 50
        return base * (Decimal(loading) * Decimal(float(factor))).exp()


def seen(scenario, look, days=5):
    """What `look(firm)` says in SETTLE of each day."""
    firm, values = firm_of(scenario, LANES), []
    at(firm, Phase.SETTLE, lambda firm, _: values.append(look(firm)), days=range(days))
    firm.run(days)
    return values


def both(firm):
    line = firm.channels["line"]
    factor = firm.columns["economy"].copy()
    return factor, np.copy(line.limit.value), np.copy(line.approval.value)


def test_limit_and_approval_follow_the_factor_of_the_day():
    for factor, limit, approval in seen(borrower(LOADED), both):
        wanted = [round(scaled(Decimal(100_037), 0.3, x)) for x in factor]  # half to even
        assert limit.tolist() == wanted
        chance = [min(Decimal(1), scaled(Decimal("0.75"), 0.3, x)) for x in factor]
        assert approval == pytest.approx([float(c) for c in chance], rel=1e-14)
        # Good times and bad ones, and approvals that are certain.
        assert factor.min() < 0 < factor.max()
        assert (approval == 1).any()


def test_a_good_economy_lends_more():
    for factor, limit, _ in seen(borrower(LOADED), both, days=1):
        order = np.argsort(factor)
        assert (np.diff(limit[order]) >= 0).all()
        assert ((limit > 100_037) == (factor > 0)).all()


def test_a_negative_loading_lends_against_the_cycle():
    against = {"line": PLATFORM | {"economy": -0.3}}
    for factor, limit, _ in seen(borrower(against), both, days=1):
        assert ((limit > 100_000) == (factor < 0)).all()


def test_one_factor_moves_all_lenders_at_once():
    lenders = LOADED | {"owner_loan": OWNER | {"economy": 0.3}}

    def limits(firm):
        return [np.copy(channel.limit.value) for channel in firm.channels.values()]

    for line, owner in seen(borrower(lenders), limits, days=2):
        assert np.corrcoef(line, owner)[0, 1] > 0.999


def test_a_committed_line_does_not_move():
    promised = {"line": LOADED["line"] | {"committed": True}}
    for _, limit, approval in seen(borrower(promised), both):
        assert (limit == 100_037).all()
        assert (approval == 0.75).all()


def test_nothing_changes_without_a_loading():
    bills = dict.fromkeys((3, 5, 9), 300)
    plain, named = ({"line": PLATFORM | {"approval": 0.75} | own} for own in ({}, {"economy": 0}))
    ours, theirs = (run(borrower(line, bills=bills), LANES, until=20) for line in (plain, named))
    assert differences(facts(ours), facts(theirs)) == []
    assert not firm_of(borrower(named)).economy.matters


def test_it_works_together_with_a_tightening():
    tight = {"kind": "lending_tightening", "channels": ["line"], "on": "2025-06-04"}
    shocks = {"tight": tight | {"limit_factor": 0.5}}
    for day, (factor, limit, _) in enumerate(seen(borrower(LOADED, shocks=shocks), both)):
        base = Decimal(100_037) * (Decimal("0.5") if day >= 2 else 1)
        assert limit.tolist() == [round(scaled(base, 0.3, x)) for x in factor]


def test_a_limit_below_the_balance_calls_nothing():
    drawn = {"line": PLATFORM | {"drawn": 1000, "economy": 0.3, "tenor_months": 12}}
    firm = run(borrower(drawn, cash=2000), LANES, until=20)
    assert (firm.debt() == 100_000).all()
    assert (firm.headroom() == np.maximum(firm.channels["line"].limit.value - 100_000, 0)).all()


def test_the_factor_stays_where_it_is_when_a_lender_listens():
    # Common random numbers: a loading changes no other draw.
    loaded = borrower(LOADED, shocks={"shut": closure(3, 5)})
    loaded = loaded.replace({"sales.economy": 0.1, "sales.annual": 36_500})
    quiet = loaded.replace({"channels.line.economy": 0})
    ours, theirs = run(loaded, LANES, until=20), run(quiet, LANES, until=20)
    assert ours.columns["economy"].tolist() == theirs.columns["economy"].tolist()
    assert ours.books.balance("sales").tolist() == theirs.books.balance("sales").tolist()
    assert watch(ours, "channel_closed:line") == watch(theirs, "channel_closed:line")
