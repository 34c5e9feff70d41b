import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashstress.errors import ConservationError, SimulationError
from cashstress.kernel.books import Entry
from cashstress.kernel.clock import Phase
from cashstress.kernel.world import World

LANES = 4
KINDS = {
    "cash": "asset",
    "receivables": "asset",
    "loan": "liability",
    "equity": "equity",
    "sales": "income",
    "wages": "expense",
}
ACCOUNTS = tuple(KINDS)


def world(lanes=LANES, opening=0):
    made = World(seed=0, slots=np.arange(lanes), horizon=30)
    for name, kind in KINDS.items():
        made.books.account(name, kind, never_negative=name == "cash")
    if opening:
        made.books.post("cash", "equity", money(opening, lanes))
    return made


def money(amount, lanes=LANES):
    return np.full(lanes, amount, np.int64)


def balances(books):
    return {name: books.balance(name).tolist() for name in ACCOUNTS}


# --- double entry


def test_a_posting_debits_one_account_and_credits_another():
    books = world(opening=1_000).books
    posted = books.post("wages", "cash", np.array([1, 2, 3, 4]))
    assert posted.tolist() == [1, 2, 3, 4]
    assert books.balance("wages").tolist() == [1, 2, 3, 4]
    assert books.balance("cash").tolist() == [999, 998, 997, 996]


def test_some_lanes_only():
    books = world(opening=1_000).books
    lanes = np.array([3, 1])
    assert books.post("wages", "cash", np.array([5, 6]), lanes=lanes).tolist() == [5, 6]
    assert books.balance("wages").tolist() == [0, 6, 0, 5]
    assert books.balance("cash").tolist() == [1_000, 994, 1_000, 995]


def test_the_amounts_given_are_not_changed():
    books, amount = world().books, np.array([1, 2, 3, 4])
    books.post("cash", "equity", amount)
    books.post("cash", "equity", amount)
    assert amount.tolist() == [1, 2, 3, 4]


postings = st.lists(
    st.tuples(
        st.sampled_from(ACCOUNTS),
        st.sampled_from(ACCOUNTS),
        st.lists(st.integers(0, 2**40), min_size=LANES, max_size=LANES),
        st.none() | st.lists(st.integers(0, LANES - 1), unique=True, max_size=LANES),
        st.sets(st.integers(0, LANES - 1), max_size=1),
    ),
    max_size=25,
)


@given(postings)
def test_books_equal_a_ledger_kept_by_hand(entries):
    ours = world()
    ours.books.post("cash", "equity", money(2**50))
    ours.books.watching_flows = False
    plain = [dict.fromkeys(ACCOUNTS, 0) | {"cash": 2**50, "equity": -(2**50)} for _ in range(LANES)]
    wound_up = set()
    for debit, credit, drawn, some, dying in entries:
        lanes = list(range(LANES)) if some is None else some
        amounts = np.array(drawn[: len(lanes)], np.int64)
        where = None if some is None else np.array(some, np.intp)
        posted = ours.books.post(debit, credit, amounts, lanes=where)
        for lane, amount, really in zip(lanes, amounts.tolist(), posted.tolist(), strict=True):
            assert really == (0 if lane in wound_up else amount)
            plain[lane][debit] += really
            plain[lane][credit] -= really
        wound_up |= dying
        ours.wind_up(np.isin(np.arange(LANES), list(dying)))
    assert balances(ours.books) == {a: [lane[a] for lane in plain] for a in ACCOUNTS}
    ours.books.audit()
    total = ours.books.total(set(KINDS.values()))
    assert total.tolist() == [0] * LANES


def test_net_assets_and_profit_have_the_signs_of_a_statement():
    books = world(opening=1_000).books
    books.post("cash", "loan", money(500))
    books.post("receivables", "sales", money(300))
    books.post("wages", "cash", money(70))
    # Assets 1,000 + 500 - 70 + 300, liabilities 500; income 300, expense 70.
    assert books.net_assets().tolist() == [1_230] * LANES
    assert books.profit_to_date().tolist() == [230] * LANES
    # Net assets grow by the profit alone.
    assert (books.net_assets() - books.profit_to_date()).tolist() == [1_000] * LANES


def test_no_lanes_are_no_error():
    books = world(lanes=0).books
    assert books.post("wages", "cash", np.zeros(0, np.int64)).shape == (0,)
    books.audit()
    nobody = np.zeros(0, np.intp)
    books = world().books
    assert books.post("wages", "cash", nobody.astype(np.int64), lanes=nobody).shape == (0,)


# --- wound-up lanes


def test_the_books_of_a_wound_up_lane_stand_still():
    ours = world(opening=1_000)
    ours.wind_up(np.array([False, True, False, True]))
    assert ours.books.post("wages", "cash", money(10)).tolist() == [10, 0, 10, 0]
    some = np.array([1, 2])
    assert ours.books.post("wages", "cash", np.array([7, 7]), lanes=some).tolist() == [0, 7]
    assert ours.books.balance("cash").tolist() == [990, 1_000, 983, 1_000]
    ours.wind_up(np.array([True, False, False, False]))  # it never comes back
    assert ours.running.tolist() == [False, False, True, False]


def test_a_wound_up_lane_cannot_overdraw():
    ours = world(opening=5)
    ours.wind_up(np.array([True, False, False, False]))
    ours.books.post("wages", "cash", np.array([9, 5, 5, 5]))
    assert ours.books.balance("cash").tolist() == [5, 0, 0, 0]


# --- what is refused


@pytest.mark.parametrize("lanes", [None, np.array([2])])
def test_a_negative_amount_is_refused_and_nothing_is_posted(lanes):
    books = world(opening=100).books
    before = balances(books)
    amount = np.array([-1]) if lanes is not None else np.array([1, 1, -1, 1])
    with pytest.raises(ConservationError, match=r"negative \(-1 minor units\).*report it"):
        books.post("wages", "cash", amount, lanes=lanes)
    assert balances(books) == before


def test_an_amount_beyond_2_to_the_53_is_refused_where_it_is_posted():
    books = world().books
    books.post("receivables", "sales", money(2**53))
    before = balances(books)
    with pytest.raises(SimulationError, match=r"9007199254740993 minor units is beyond 2\*\*53"):
        books.post("receivables", "sales", money(2**53 + 1))
    assert balances(books) == before


@pytest.mark.parametrize(("debit", "credit"), [("loan", "sales"), ("wages", "loan")])
def test_a_balance_beyond_2_to_the_53_is_found_by_the_audit(debit, credit):
    books = world().books
    books.post(debit, credit, money(2**53))
    books.audit()  # exactly the limit, on either side
    books.post(debit, credit, np.array([0, 0, 1, 0]))
    with pytest.raises(SimulationError, match=r"account '\w+' is beyond 2\*\*53 .*\(day 0\)"):
        books.audit()


def test_a_credit_balance_beyond_the_limit_is_found_though_no_debit_is():
    books = world().books
    books.post("receivables", "sales", money(2**53))
    books.post("cash", "sales", np.array([0, 0, 1, 0]))
    with pytest.raises(SimulationError, match=r"account 'sales' is beyond 2\*\*53"):
        books.audit()


@pytest.mark.parametrize("lanes", [None, np.array([0, 2])])
def test_cash_below_zero_is_a_bug_of_ours(lanes):
    ours = world(opening=100)
    ours.run(12)
    amount = np.array([100, 101]) if lanes is not None else np.array([100, 0, 101, 100])
    with pytest.raises(ConservationError, match="day 12, lane 2: 'cash' fell to -1"):
        ours.books.post("wages", "cash", amount, lanes=lanes)


def test_other_accounts_may_change_their_sign():
    books = world().books
    books.post("receivables", "loan", money(5))
    books.post("sales", "receivables", money(9))
    assert books.balance("receivables").tolist() == [-4] * LANES
    # Nothing is held above zero that was not asked to be.
    books.account("stock", "asset")
    books.post("sales", "stock", money(1))
    assert books.balance("stock").tolist() == [-1] * LANES


# --- control accounts: contract K1


def test_a_control_that_holds_is_silent_and_a_mismatch_names_lane_and_figures():
    ours = world(opening=100)
    subledger = money(100)
    ours.books.control("cash", lambda: subledger)
    ours.books.audit()
    subledger[[1, 3]] = 98, 99
    ours.run(7)
    message = (
        r"day 7, lane 1: account 'cash' holds 100, its subledger 98 \(2 lanes differ\).*report it"
    )
    with pytest.raises(ConservationError, match=message):
        ours.books.audit()


def test_books_that_do_not_balance_are_found():
    ours = world(opening=100)
    ours.books.balance("cash")[2] += 1  # what no posting can do
    with pytest.raises(ConservationError, match=r"lane 2: account 'trial balance' holds 1, .* 0"):
        ours.books.audit()


# --- cash flows


def test_an_account_opened_while_flows_are_watched_is_watched_too():
    # A user's own process opens its accounts when it starts.
    ours = world(opening=1_000)
    books = ours.books
    books.watch_cash_flows("cash")
    books.watching_flows = True
    books.account("fair", "expense")
    books.post("fair", "cash", money(25))
    assert books.outflow("fair").tolist() == [25, 25, 25, 25]


def test_cash_flows_are_kept_by_counter_account_while_watched():
    ours = world(opening=1_000)
    books = ours.books
    books.watch_cash_flows("cash")
    books.post("cash", "sales", money(1))  # not watched yet
    books.watching_flows = True
    books.post("cash", "sales", money(40))
    books.post("cash", "sales", np.array([3]), lanes=np.array([1]))
    books.post("wages", "cash", money(25))
    books.post("receivables", "sales", money(99))  # no cash moves
    ours.wind_up(np.array([False, False, False, True]))
    books.post("wages", "cash", money(5))
    books.watching_flows = False
    books.post("cash", "sales", money(1))
    assert books.inflow("sales").tolist() == [40, 43, 40, 40]
    assert books.outflow("wages").tolist() == [30, 30, 30, 25]
    assert books.outflow("sales").tolist() == [0] * LANES
    assert books.inflow("receivables").tolist() == [0] * LANES


# --- the journal of a traced lane


def test_the_journal_of_a_traced_lane_explains_its_balances():
    ours = world()
    books = ours.books
    books.traced = 2

    def life():
        books.post("cash", "equity", money(1_000), memo="capital")
        yield ours.clock.at(3, Phase.DUE)
        books.post("wages", "cash", np.array([7, 8]), lanes=np.array([0, 2]), memo="March")
        books.post("wages", "cash", np.array([7]), lanes=np.array([1]), memo="another lane")
        yield ours.clock.at(5, Phase.SETTLE)
        books.post("cash", "loan", np.array([4, 4, 0, 4]), memo="nothing for lane 2")
        ours.wind_up(np.array([False, False, True, False]))
        books.post("wages", "cash", money(1), memo="too late")

    ours.clock.start(life(), 0)
    ours.run(10)
    assert books.journal == [
        Entry(0, "OPENING", "cash", "equity", 1_000, "capital"),
        Entry(3, "DUE", "wages", "cash", 8, "March"),
    ]
    for name in ACCOUNTS:
        debits = sum(entry.amount for entry in books.journal if entry.debit == name)
        credits_ = sum(entry.amount for entry in books.journal if entry.credit == name)
        assert books.balance(name)[2] == debits - credits_


def test_tracing_changes_no_balance():
    plain, traced = world(opening=50), world(opening=50)
    traced.books.traced = 0
    for ours in (plain, traced):
        ours.books.post("wages", "cash", np.array([1, 2, 3, 4]))
    assert balances(traced.books) == balances(plain.books)
    assert plain.books.journal == []


def test_a_journal_says_with_whom_and_what_for():
    ours = world(opening=1_000)
    ours.books.traced = 1
    ours.books.post("wages", "cash", money(25), memo="pay run", party="staff")
    ours.books.post("wages", "cash", money(5))
    words = [(entry.amount, entry.memo, entry.party) for entry in ours.books.journal]
    assert words == [(25, "pay run", "staff"), (5, "", "")]


def test_kinds_of_accounts_can_be_read_and_not_changed():
    books = world().books
    assert books.kinds["cash"] == "asset"
    with pytest.raises(TypeError, match="does not support item assignment"):
        books.kinds["cash"] = "expense"
