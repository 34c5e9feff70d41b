"""Laws of channels that buy invoices, on random firms: limits, concentration, conservation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab import Phase, at, days_of, facts, firm_of, plain, run
from selling import FACTOR, REVERSE

from cashstress.processes import Firm
from cashstress.processes.channels.concentration import most_face, room_for, share_out
from strategies import FINANCE, scenarios, some

LANES = 6
quick = some(25)


def sells_invoices(scenario):
    return any(channel.kind in FINANCE for channel in scenario.channels.values())


def lines(firm):
    return [channel for channel in firm.channels.values() if channel.plan.kind in FINANCE]


@quick
@given(scenarios().filter(sells_invoices))
def test_every_purchase_keeps_its_limits(scenario):
    firm = firm_of(scenario, LANES)
    before = {}

    def look(firm, _):
        for line in lines(firm):
            before[line.name] = line.advanced.copy()

    def judge(firm, day):
        for line in lines(firm):
            bought = line.advanced > before[line.name]
            assert line.is_open()[bought].all()
            assert firm.world.running[bought].all()
            assert (line.used + line.pending <= line.limit.value)[bought].all()
            _within_concentration(line, bought)
            _one_by_one_is_the_sum(line, day)

    at(firm, Phase.DUE, look)
    at(firm, Phase.SETTLE, judge)
    for _ in days_of(firm):
        firm.audit()


def _within_concentration(line, bought):
    if line.plan.kind == "factoring":
        pool = np.array([sold.pool for sold in line.sold])
        # Less than a minor unit above, and floats beside it.
        over = pool.max(axis=0) - line.plan.concentration * pool.sum(axis=0)
        assert (over < 1 + 1e-6)[bought].all()


def _one_by_one_is_the_sum(line, day):
    lanes = np.arange(LANES)
    assert (line.advanced == sum(sold.held("advance") for sold in line.sold)).all()
    for book, sold in zip(line.books, line.sold, strict=True):
        on_sale = book.on_sale(lanes)
        assert (on_sale >= 0).all()
        assert (on_sale.sum(axis=0) == book.sellable).all(), day
        assert (sold.pool == sold.held("face")).all()


#: Three customers who pay late, and none of whom is in trouble that only one side would bear.
SALES = {
    "sales": {"annual": 365_000, "volatility": 0.5},
    "customers": {
        "shop": {"share": 0.5, "terms": 30, "spread": 0.5,
                 "lateness": {"probability": 0.5, "mean_days": 20}},
        "mill": {"share": 0.3, "terms": 45, "lateness": {"probability": 0.3, "mean_days": 40}},
        "walk_in": {"share": 0.2, "days_to_pay": {"mean": 20, "shape": 3}},
    },
    "costs": {"rent": {"monthly": 30_000, "day": 3}},
    "horizon": 120,
}  # fmt: skip
FREE = {"limit": 10**6, "rate": {"per_day": 0}, "business_days": False}
KINDS = {
    "factoring": FACTOR | FREE | {"customers": ["shop", "mill", "walk_in"]},
    "a pool of limited shares": FACTOR | FREE
    | {"customers": ["shop", "mill", "walk_in"], "concentration": 0.5},
    "whole invoices": REVERSE | FREE | {"confirmation_days": 2},
    "parts": REVERSE | FREE | {"confirmation_days": 2, "divisible": True},
}  # fmt: skip


@pytest.mark.parametrize("recourse", [True, False])
@pytest.mark.parametrize("line", KINDS.values(), ids=KINDS)
def test_a_sale_without_a_price_changes_no_net_assets(line, recourse):
    # An owner pays what it cannot bring, for nothing; everybody pays in the end, so that who
    # waits for the money is all that differs.
    owner = {"owner": {"kind": "owner", "limit": 10**7, "business_days": False}}
    calm = plain({"firm.cash": 0}, channels=owner, **SALES)
    sold = calm.replace({"channels.line": line | {"recourse": recourse},
                         "treasury.draw_order": ["line", "owner"]})  # fmt: skip
    without, with_it = run(calm, 64, until=119), run(sold, 64, until=119)
    assert (with_it.books.inflow("receivables") != without.books.inflow("receivables")).any() or (
        with_it.debt() != without.debt()
    ).any()
    assert (with_it.books.net_assets() == without.books.net_assets()).all()


@pytest.mark.parametrize("recourse", [True, False])
def test_what_is_kept_and_paid_out_is_the_face(recourse):
    # All that customers pay is cash, or an advance repaid, or a fee, in every lane.
    line = KINDS["factoring"] | {"rate": {"per_day": 0.0005}, "recourse": recourse}
    line |= {"recourse_days": 10} if recourse else {}
    customers = {
        name: customer | {"never_paid": 0.1, "disputed": 0.1, "write_off_after": 30}
        for name, customer in SALES["customers"].items()
    }
    owner = {"kind": "owner", "limit": 10**7, "business_days": False}
    scenario = plain(
        {"firm.cash": 0, "treasury.ceiling": 0},
        channels={"line": line, "owner": owner}, **(SALES | {"customers": customers}),
    )  # fmt: skip
    firm = run(scenario, 64)
    total = firm.books.balance
    # Net assets = opening + sales - rent - bad debts - interest, whoever waited for the money.
    opening = firm_of(scenario, 64).books.net_assets()
    earned = -total("sales") - total("costs:rent") - total("bad_debts") - total("interest")
    assert (total("interest") > 0).all()
    assert (firm.books.net_assets() == opening + earned).all()


@pytest.mark.parametrize("line", KINDS.values(), ids=KINDS)
def test_a_line_that_lends_nothing_changes_nothing(line):
    calm = plain({"firm.cash": 0}, **SALES)
    shut = calm.replace({"channels.line": line | {"limit": 0}})
    ours, theirs = run(calm, 16), run(shut, 16)
    without, with_it = facts(ours), facts(theirs)
    same = [name for name in without if np.array_equal(without[name], with_it[name])]
    assert same == list(without)


@pytest.mark.parametrize("line", KINDS.values(), ids=KINDS)
def test_a_line_added_to_a_saved_firm_buys_what_is_invoiced_from_then_on(line):
    calm = plain({"firm.cash": 0, "treasury.floor": 10**6}, **SALES)
    firm = firm_of(calm, 8)
    firm.run(40)
    added = Firm.resume(calm.replace({"channels.line": line}), firm.world.save())
    assert not added.headroom().any()
    for _ in days_of(added):
        added.audit()
    assert (added.channels["line"].advanced > 0).all()


def test_the_weeks_add_up():
    # Opening cash + all that came - all that went = closing cash, in every week's mean.
    for recourse in (True, False):
        line = KINDS["factoring"] | {"rate": {"per_day": 0.0005}, "service_fee": 0.01}
        scenario = plain({"firm.cash": 1000, "treasury.floor": 20_000},
                         channels={"line": line | {"recourse": recourse}}, **SALES)  # fmt: skip
        sums = {name: rows.sums for name, rows in run(scenario, 16).reporter.weeks.items()}
        paid = sum(rows for name, rows in sums.items() if name.startswith("pay:"))
        moved = sums["receipts"] + sums["drawings"] - paid - sums["repayments"]
        assert (sums["opening_cash"] + moved == sums["closing_cash"]).all()
        assert sums["drawings"].any() == recourse


# -- concentration alone ------------------------------------------------------------------------

amounts = st.integers(0, 50) | st.integers(0, 10**9)


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_the_most_that_fits_is_the_most(data):
    count = data.draw(st.integers(1, 5))
    limit = data.draw(st.floats(1 / count, 1.0) | st.sampled_from([1 / count, 0.5, 0.6, 1.0]))
    limit = max(limit, 1 / count)
    small = st.lists(st.integers(0, 30), min_size=count, max_size=count)
    pool, sellable = (np.array(data.draw(small))[:, None] for _ in range(2))
    least, most = most_face(pool, sellable, limit)
    # By trying: a face fits when every share of the pool after it can be held, and it is there.
    fits = [
        face
        for face in range(int(sellable.sum()) + 1)
        if _fits(pool[:, 0], sellable[:, 0], face, limit)
    ]
    assert most[0] == max(fits, default=0) or least[0] > most[0]
    if least[0] <= most[0]:
        assert (least[0], most[0]) == (min(fits), max(fits))
    else:
        assert fits == []


def _fits(pool, sellable, face, limit):
    """Whether nobody is above its share already, and whole cents fit, each share rounded up."""
    share = (pool.sum() + face) * limit
    room = np.minimum(sellable, np.ceil(np.round(share, 6)) - pool)
    exact = np.minimum(pool + sellable, share).sum()
    right = pool.max() <= share + 1e-6 and exact + 1e-6 >= pool.sum() + face
    return right and room.sum() >= face


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_shares_add_up_within_their_room(data):
    count = data.draw(st.integers(1, 5))
    three = st.lists(amounts, min_size=count, max_size=count)
    room = np.array(data.draw(three))[:, None]
    face = np.array([data.draw(st.integers(0, int(room.sum())))])
    shares = share_out(face, room)
    assert shares.sum() == face[0]
    assert ((shares >= 0) & (shares <= room)).all()
    # In proportion, to the minor unit (and to what floats of this size can tell).
    ideal = room * (face / max(room.sum(), 1))
    assert (np.abs(shares - ideal) <= count + 1).all()


def test_room_is_within_the_share():
    pool, sellable = np.array([[450], [0]]), np.array([[550], [600]])
    assert room_for(pool, sellable, np.array([300]), 0.6)[:, 0].tolist() == [0, 450]
