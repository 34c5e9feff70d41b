"""Accounts' names: Beancount's grammar, and no two alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashstress.replays.names import Names, payee, plain

KINDS = ("asset", "liability", "equity", "income", "expense")


@pytest.mark.parametrize(
    ("account", "kind", "party", "name"),
    [
        ("cash", "asset", "", "Assets:Cash"),
        ("receivables", "asset", "anchor", "Assets:Receivables:Anchor"),
        ("loan:jiebei", "liability", "", "Liabilities:Loans:Jiebei"),
        ("payables:steel", "liability", "", "Liabilities:Suppliers:Steel"),
        ("interest", "expense", "", "Expenses:Interest"),
        ("interest:bank_line", "liability", "", "Liabilities:Interest:Bank-Line"),
        ("costs:rent_2", "expense", "", "Expenses:Costs:Rent-2"),
        ("vat", "liability", "", "Liabilities:VAT"),
        # A user's own accounts may be called anything.
        ("钢材", "asset", "", "Assets:N-钢材"),
        ("trade fair: v1.0", "expense", "", "Expenses:Trade-Fair:N--V1-0"),
    ],
)
def test_names_are_the_fields(account, kind, party, name):
    assert Names().of(account, kind, party) == name


def test_the_same_account_keeps_its_name():
    names = Names()
    assert names.of("stock", "asset", "flour") == names.of("stock", "asset", "flour")


def test_names_that_would_meet_are_told_apart():
    names = Names()
    made = [names.of(account, "asset") for account in ("a b", "a_b", "a.b")]
    assert made == ["Assets:A-B", "Assets:A-B-2", "Assets:A-B-3"]
    # Beancount adds the accounts below to an account's balance, so none may lie below another.
    assert names.of("receivables", "asset", "anchor") == "Assets:Receivables:Anchor"
    assert names.of("receivables", "asset") == "Assets:Receivables-2"
    assert names.of("receivables-2:late", "asset") == "Assets:Receivables-2-2:Late"


@given(
    st.lists(
        st.tuples(st.text(max_size=8), st.sampled_from(KINDS), st.text(max_size=5)), unique=True
    )
)
def test_any_names_are_valid_and_distinct(asked):
    names = Names()
    made = {key: names.of(*key) for key in asked}
    distinct = {(account, party) for account, _, party in asked}
    assert len(set(made.values())) == len(distinct)
    from beancount.core import account

    for name in made.values():
        assert account.is_valid(name), name


def test_payees_are_words():
    assert payee("big_shop", "cash", "receivables") == "Big shop"
    assert payee("wages", "wages", "cash") == "Staff"
    assert payee("", "vat", "taxes_payable") == "Tax office"
    assert plain("") == ""
