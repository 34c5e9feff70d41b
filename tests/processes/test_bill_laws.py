"""Laws of bills on random firms: nothing is lost, no limit is passed, nobody else's draws move."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from holding import DISCOUNT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab import Phase, at, days_of, facts, firm_of, plain, run, spying
from selling import FACTOR

from cashstress.processes import Firm
from cashstress.processes.bill_book import BILLS
from cashstress.processes.bills import AtFace
from strategies import BILL_LINES, scenarios, some

LANES = 6
quick = some(25)


def has_bills(scenario):
    return any(customer.bill is not None for customer in scenario.customers.values())


def has_lines(scenario):
    return any(channel.kind in BILL_LINES for channel in scenario.channels.values())


class Spy:
    """Adds up what the books post to and from bills in hand, and what is passed on, by lane."""

    def __init__(self, firm):
        self.firm, self.into, self.out = firm, defaultdict(int), defaultdict(int)
        #: What is passed on, by the day on which the firm no longer answers for it.
        self.until = defaultdict(lambda: np.zeros(firm.world.lanes, np.int64))
        self.opening = firm.books.balance(BILLS).copy()
        firm.books.post = spying(firm.books.post, self.look)
        self._pass_on, firm.bills.pass_on = firm.bills.pass_on, self.pass_on

    def look(self, words, posted, lanes):
        debit, credit, _ = words
        if BILLS in (debit, credit):
            sums = self.into if debit == BILLS else self.out
            total = np.zeros(self.firm.world.lanes, np.int64)
            total[slice(None) if lanes is None else lanes] = posted
            sums[credit if debit == BILLS else debit] += total

    def pass_on(self, pick, lanes, answers, claim):
        fails = (
            pick.book._column("fails")[pick.row]
            if pick.book.may_fail
            else np.zeros(self.firm.world.lanes, bool)
        )
        back = int(self.firm.calendar.next_business[pick.pays + 1])
        day = np.where(fails[lanes], back, pick.pays)
        for lane, part, when in zip(lanes.tolist(), pick.part.tolist(), day.tolist(), strict=True):
            self.until[when][lane] += part
        self._pass_on(pick, lanes, answers, claim)

    def answered_for(self, today):
        return sum((part for day, part in self.until.items() if day > today), start=np.int64(0))


@quick
@given(scenarios().filter(has_bills))
def test_bills_are_conserved_and_limits_kept(scenario):
    firm = firm_of(scenario, LANES)
    spy, used = Spy(firm), {}
    lines = [line for line in firm.channels.values() if line.plan.kind in BILL_LINES]

    def look(firm, _):
        used.update({line.name: line.used + line.pending for line in lines})

    def judge(firm, _):
        for line in lines:
            more = line.used + line.pending > used[line.name]
            assert line.is_open()[more].all()
            assert (line.used + line.pending <= line.limit.value)[more].all()

    at(firm, Phase.DUE, look)
    at(firm, Phase.SETTLE, judge)
    for day in days_of(firm):
        firm.audit()
        handed_over = spy.opening + spy.into["receivables"]
        gone = sum(spy.out.values(), start=np.int64(0))
        held = sum(book.held for book in firm.bills.books)
        # Held, endorsed (to a supplier), discounted and paid (by way of receivables), failed.
        assert (handed_over == held + gone).all()
        assert set(spy.into) == {"receivables"}
        assert all(key.startswith(("payables:", "receivables", "bad_debts")) for key in spy.out)
        running = firm.world.running
        assert (firm.bills.contingent_debt() == spy.answered_for(day))[running].all()
        for book in firm.bills.books:
            assert (book.held == book.total).all()
            exact = [book._ring[row] * float(pays) for pays, _, row in book.on_hand(day)]
            assert np.allclose(book.weight[running], sum(exact, np.zeros(LANES))[running])


@quick
@given(scenarios().filter(has_lines))
def test_deposits_are_a_share_of_what_is_issued(scenario):
    firm = firm_of(scenario, LANES)
    lines = [line for line in firm.channels.values() if line.plan.kind == "acceptance"]
    for _ in days_of(firm):
        for line in lines:
            deposits = firm.books.balance(line.deposit_account)
            exact = line.principal * line.plan.deposit
            # Each of at most so many bills rounds up by less than a minor unit.
            bills = 3 * firm.scenario.horizon
            assert ((deposits >= exact - 1e-6 * exact - 1) & (deposits <= exact + bills)).all()
            assert (line.drawn == line.principal + line.repayment.ledger.total).all()


SALES = {
    "sales": {"annual": 365_000, "volatility": 0.5},
    "customers": {
        "shop": {"share": 0.6, "terms": 30, "spread": 0.5, "paid_by_bill": 0.6,
                 "lateness": {"probability": 0.5, "mean_days": 20},
                 "bill": {"tenor_months": 2, "acceptor": "commercial", "failure": 0.1,
                          "recourse_cost": 0.02, "opening": []}},
        "mill": {"share": 0.4, "terms": 45, "lateness": {"probability": 0.3, "mean_days": 40},
                 "paid_by_bill": 0.3, "bill": {"tenor_months": 3}},
    },
    "suppliers": {"flour": {"share": 0.4, "terms": 20, "accepts_bills": True}},
    "costs": {"rent": {"monthly": 12_000, "day": 3}},
    "horizon": 150,
}  # fmt: skip


#: Pays what nobody else does, so that no firm is short of material.
OWNER = {"kind": "owner", "limit": 10**7, "business_days": False}


def draws(firm):
    """What was drawn of customers and their bills, per lane."""
    return {
        name: firm.columns[name].copy()
        for name in firm.columns.names
        if name.endswith((".fails", ".receipts", ".write_offs", ".effect"))
        and not name.startswith("report.")
    }


@pytest.mark.parametrize("limit", [0, 10**6])
def test_a_discount_facility_moves_no_other_draw(limit):
    calm = plain({"firm.cash": 0}, **SALES)
    calm = calm.replace({"channels.owner": OWNER})
    lent = calm.replace({"channels.line": DISCOUNT | {"limit": limit},
                         "treasury.draw_order": ["line", "owner"]})  # fmt: skip
    without, with_it = run(calm, 16), run(lent, 16)
    ours, theirs = draws(without), draws(with_it)
    assert all(np.array_equal(ours[name], theirs[name]) for name in ours)
    if limit:
        assert with_it.books.balance("interest").any()
    else:
        ours, theirs = facts(without), facts(with_it)
        assert [name for name in ours if not np.array_equal(ours[name], theirs[name])] == []


def test_bills_move_no_other_draw():
    # Who pays a share by bill pays on the same day as who pays it all in cash.
    calm = plain({"firm.cash": 0, "channels.owner": OWNER}, **SALES)
    cash = calm.replace({f"customers.{name}.{key}": None for name in ("shop", "mill")
                         for key in ("bill", "paid_by_bill")} | {"suppliers": {}})  # fmt: skip
    ours, theirs = draws(run(calm, 16)), draws(run(cash, 16))
    assert all(np.array_equal(ours[name], theirs[name]) for name in theirs)


FREE = {"kind": "bills", "limit": 10**7, "rate": {"per_day": 0}, "business_days": False}


@pytest.mark.parametrize("divisible", [False, True])
@pytest.mark.parametrize("endorse", ["never", "when_short", "always"])
def test_without_a_price_passing_bills_on_changes_no_net_assets(divisible, endorse):
    # An owner pays what they cannot; who waits for the acceptor is all that differs.
    customers = {
        name: customer
        | {
            "bill": customer["bill"] | {"divisible": divisible, "recourse_cost": 0},
            "write_off_after": 30,
        }
        for name, customer in SALES["customers"].items()
    }
    calm = plain({"firm.cash": 0, "treasury.endorse": "never"}, channels={"owner": OWNER},
                 **(SALES | {"customers": customers, "horizon": 330}))  # fmt: skip
    used = calm.replace({"channels.line": FREE, "treasury.endorse": endorse,
                         "treasury.draw_order": ["line", "owner"]})  # fmt: skip
    # Sales end in August: by the end every bill has been paid, or not.
    quiet = {"kind": "lever", "lever": "sales.level", "operation": "set", "value": 0}
    quiet |= {"on": "2025-08-01"}
    held, passed = (run(s.replace({"shocks.quiet": quiet}), 32) for s in (calm, used))
    assert not held.columns["outcome.contingent_debt"].any()
    assert passed.columns["outcome.contingent_debt"].all()
    assert (passed.bills.contingent_debt() == 0).all()
    assert (held.books.net_assets() == passed.books.net_assets()).all()


def test_a_facility_added_to_a_saved_firm_discounts_what_is_in_hand():
    calm = plain({"firm.cash": 0, "treasury.floor": 10**6}, **SALES)
    firm = firm_of(calm, 8)
    firm.run(40)
    added = Firm.resume(calm.replace({"channels.line": DISCOUNT}), firm.world.save())
    assert added.headroom().all()
    for _ in days_of(added):
        added.audit()
    assert (added.books.balance("interest") > 0).all()


@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 90), st.integers(1, 500)), min_size=1, max_size=8),
    st.integers(0, 900),
    st.integers(0, 900),
    st.booleans(),
)
def test_bills_are_chosen_as_one_would_by_hand(bills, wanted, room, divisible):
    opening = [{"matures": np.datetime64("2025-06-02") + day, "face": face} for day, face in bills]
    opening = [item | {"matures": item["matures"].astype(object)} for item in opening]
    bill = {"tenor_months": 6, "divisible": divisible, "opening": opening}
    shop = {"share": 1, "terms": 30, "paid_by_bill": 1, "opening": [], "bill": bill}
    customers = {"shop": shop}
    firm = firm_of(plain({"sales.annual": 0, "calendar.weekend": []}, customers=customers))
    picks = firm.bills.pick(
        np.arange(1), np.array([wanted * 100]), np.array([room * 100]),
        price=AtFace(), books=firm.bills.books,
    )  # fmt: skip
    found = [(pick.pays, int(pick.part[0]) // 100) for pick in picks]
    expected, left, space = [], wanted, room
    for day, face in sorted(bills, key=lambda bill: bill[0]):
        part = min(face, left, space) if divisible else face * (left > 0 and face <= space)
        if left > 0 and part:
            expected.append((day, part))
            left, space = left - part, space - part
    assert found == expected


@pytest.mark.parametrize("sold_first", [True, False])
def test_a_customer_may_be_factored_and_pay_by_bill(sold_first):
    factor = FACTOR | {"customers": ["shop", "mill"], "recourse_days": 10}
    lines = {"factor": factor, "line": DISCOUNT, "owner": {"kind": "owner", "limit": 10**6}}
    order = list(lines) if sold_first else ["line", "factor", "owner"]
    scenario = plain(
        {"firm.cash": 0, "treasury.floor": 50_000, "treasury.draw_order": order},
        channels=lines,
        **SALES,
    )
    firm = firm_of(scenario, 16)
    spy = Spy(firm)
    for _ in days_of(firm):
        firm.audit()
    total = firm.books.balance
    # All that customers owed was paid in cash, by bill, to the factor, or is still owed or lost.
    assert (spy.into["receivables"] > 0).all()
    assert (firm.books.inflow("loan:factor") > 0).all()
    assert firm.bills.contingent_debt().all()
    opening = firm_of(scenario, 16).books.net_assets()
    spent = sum(total(name) for name in ("materials", "costs:rent", "interest", "fees"))
    earned = -total("sales") - total("bad_debts") - spent
    assert (firm.books.net_assets() == opening + earned).all()
