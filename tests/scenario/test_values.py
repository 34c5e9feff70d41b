from __future__ import annotations

import datetime as dt
import decimal
import inspect
import pickle
from decimal import Decimal

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashstress import scenario
from cashstress.errors import ScenarioError
from cashstress.scenario import (
    Calendar,
    Cost,
    Customer,
    Draw,
    Firm,
    LeverShock,
    Named,
    OpeningItem,
    Outcomes,
    OwnerLoan,
    Payroll,
    PlatformLine,
    PriceRise,
    Sales,
    SalesFall,
    Supplier,
    Taxes,
    Treasury,
)
from cashstress.scenario.table import Table, fields_of


class Stubborn:
    def __repr__(self):
        raise RuntimeError("no repr")


@pytest.mark.parametrize(
    ("given_", "stored"),
    [
        (80_000, "80000.00"),
        ("1200.50", "1200.50"),
        ("1200.5", "1200.50"),
        ("0", "0.00"),
        (Decimal("0.010"), "0.01"),
        (1200.1, "1200.10"),
        (0.29, "0.29"),  # 0.29 * 100 is 28.999999999999996
        (np.int64(7), "7.00"),
        (np.float64(7.25), "7.25"),
        (2**53 // 100, "90071992547409.00"),
        ("90071992547409.92", "90071992547409.92"),
        (-0.0, "0.00"),
        ("-0.00", "0.00"),
    ],
)
def test_money_is_exact(given_, stored):
    cash = Firm(cash=given_).cash
    assert str(cash) == stored


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        (True, "not true or false"),
        (np.bool_(False), "not true or false"),
        (float("nan"), "must be finite"),
        (float("inf"), "must be finite"),
        (Decimal("NaN"), "must be finite"),
        (Decimal("sNaN"), "must be finite"),
        (Decimal("-Infinity"), "must be finite"),
        (-1, "must not be negative"),
        ("-0.01", "must not be negative"),
        (0.001, "whole number of minor units"),
        ("1.005", "whole number of minor units"),
        (Decimal("1e-400"), "whole number of minor units"),
        (1e16, "must be at most"),
        ("90071992547409.93", "must be at most"),
        (Decimal("1e400"), "must be at most"),
        (10**400, "an integer of about 400 digits"),
        pytest.param(10**5000, "an integer of about 5000 digits", id="5000 digits"),
        ("1e3", "must be an amount"),
        ("1_000", "must be an amount"),
        ("1,000", "must be an amount"),
        ("\u0661", "must be an amount"),  # a digit, but not one of ours
        ("", "must be an amount"),
        ("9" * 100_000, "must be an amount"),
        (None, "must be a number"),
        (b"1", "must be a number"),
        ([1], "must be a number"),
        (1 + 2j, "must be a number"),
        (Stubborn(), "given <Stubborn instance"),
    ],
)
def test_money_refuses(given_, message):
    with pytest.raises(ScenarioError, match=message) as caught:
        Firm(cash=given_)
    assert [problem.key for problem in caught.value.problems] == ["cash"]
    assert len(str(caught.value)) < 500


def test_money_ignores_the_users_decimal_context():
    with decimal.localcontext() as context:
        context.prec = 3
        context.traps[decimal.Inexact] = True
        assert Firm(cash="123456.78").cash == Decimal("123456.78")


def test_signed_and_positive_money():
    assert Taxes(opening_vat=-5).opening_vat == Decimal("-5.00")
    with pytest.raises(ScenarioError, match="amount: must be above 0"):
        OpeningItem(due=dt.date(2025, 1, 1), amount=0)


@given(st.integers(-(2**53), 2**53))
def test_every_number_of_minor_units_is_stored_exactly(minor):
    text = str(Decimal(minor) / 100)
    assert Taxes(opening_vat=Decimal(minor) / 100).opening_vat * 100 == minor
    if "E" not in text:
        assert Taxes(opening_vat=text).opening_vat * 100 == minor


@given(st.integers(0, 10**14))
def test_every_float_of_minor_units_is_stored_exactly(minor):
    # Up to 15 significant digits the shortest print of a float is the decimal it came from.
    assert Firm(cash=minor / 100).cash * 100 == minor


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        (30, "as a fraction: 0.3, not 30"),
        (1.5, "as a fraction: 0.015, not 1.5"),
        (101, "must be at most 1"),
        (-0.1, "must be at least 0"),
        ("0.3", "write it without quotes"),
        (float("nan"), "must be finite"),
        (True, "not true or false"),
        (10**400, "must be at most 1"),
    ],
)
def test_share_refuses(given_, message):
    with pytest.raises(ScenarioError, match=f"depth: .*{message}"):
        SalesFall(on="2025-01-01", depth=given_)


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        (1.0, "whole number"),
        (np.float64(3), "whole number"),
        (True, "not true or false"),
        ("3", "without quotes"),
        (-1, "at least 1"),
        (0, "at least 1"),
        (10**400, "at most 3650"),
        (float("nan"), "must be finite"),
        (None, "must be a number"),
        ({"draw": "uniform", "low": 1, "high": 2}, "a draw or an array cannot go here"),
        (np.array([1, 2]), "a draw or an array cannot go here"),
    ],
)
def test_days_refuse(given_, message):
    with pytest.raises(ScenarioError, match=f"hold_days: .*{message}"):
        Outcomes(hold_days=given_)


def test_numpy_scalars_become_python_numbers():
    outcomes = Outcomes(hold_days=np.int64(4), min_output=np.float64(0.5))
    assert type(outcomes.hold_days) is int
    assert type(outcomes.min_output) is float


def test_a_number_too_small_for_floats_is_zero():
    with pytest.raises(ScenarioError, match="staff: must be above 0"):
        Payroll(staff=Decimal("1e-400"), wage=1)


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        (dt.datetime(2025, 3, 1), "without a time of day"),  # noqa: DTZ001 - naive on purpose
        (dt.datetime(2025, 3, 1, tzinfo=dt.UTC), "without a time of day"),
        (dt.time(10), "without a time of day"),
        ("2025-3-1x", "must be a date"),
        ("2025-02-29", "must be a date"),
        (20250301, "must be a date"),
        (dt.date.max, "year out of range"),
        (dt.date.min, "year out of range"),
    ],
)
def test_date_refuses(given_, message):
    with pytest.raises(ScenarioError, match=f"on: .*{message}"):
        SalesFall(on=given_, depth=0.5)


def test_month_day():
    assert Payroll(staff=1, wage=1, pay_day="last").pay_day == "last"
    with pytest.raises(ScenarioError, match=r"pay_day: .*did you mean last"):
        Payroll(staff=1, wage=1, pay_day="Last")
    with pytest.raises(ScenarioError, match='accepted: a day of the month, 1 to 31, or "last"'):
        Payroll(staff=1, wage=1, pay_day=32)


def test_choice_names_the_nearest():
    with pytest.raises(ScenarioError, match="did you mean small_scale"):
        Taxes(vat="small-scale")


def test_flag_wants_a_bool():
    assert Treasury(release=np.bool_(True)).release is True
    with pytest.raises(ScenarioError, match="release: must be true or false"):
        Treasury(release=1)


@pytest.mark.parametrize("text", ["\ud800", "x" * 20_001, 5])
def test_text_refuses(text):
    with pytest.raises(ScenarioError, match="country: "):
        Calendar(country=text)


def test_a_missing_required_field_is_one_problem_among_others():
    with pytest.raises(ScenarioError, match="2 problems in Payroll") as caught:
        Payroll(wage=-1)
    assert [problem.key for problem in caught.value.problems] == ["staff", "wage"]


def test_classes_are_frozen_hashable_and_compared_by_value():
    one, other = Firm(cash=5), Firm(cash="5.00")
    assert one == other
    assert hash(one) == hash(other)
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own bytes
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        one.cash = 3


def test_named_is_an_ordered_value():
    one = Named({"a": 1, "b": 2})
    assert one == {"b": 2, "a": 1}
    assert one != Named({"b": 2, "a": 1})
    assert hash(one) == hash(Named({"a": 1, "b": 2}))
    assert list(pickle.loads(pickle.dumps(one))) == ["a", "b"]  # noqa: S301 - our own bytes
    assert repr(one) == "Named({'a': 1, 'b': 2})"
    with pytest.raises(AttributeError, match="cannot be changed"):
        one.c = 3
    with pytest.raises(TypeError, match="item assignment"):
        one["c"] = 3


@pytest.mark.parametrize(
    ("make", "key", "message"),
    [
        (lambda: Customer(share=1), "terms", "required unless"),
        (
            lambda: Customer(share=1, days_to_pay={"mean": 3}, terms=3),
            "terms",
            "beside days_to_pay",
        ),
        (
            lambda: Customer(share=1, paid_at_once=1, lateness={"probability": 0, "mean_days": 1}),
            "lateness",
            "needs terms",
        ),
        (lambda: Customer(share=1, terms=1, disputed=0.6, never_paid=0.6), "never_paid", "above 1"),
        (lambda: Cost(), "", "exactly one form; accepted: monthly"),
        (lambda: Cost(monthly=1, share_of_sales=0.1), "", "given monthly and share_of_sales"),
        (lambda: Cost(once=5), "on", "needs its date"),
        (lambda: Cost(monthly=5, on="2025-01-01"), "on", "only a cost paid once"),
        (
            lambda: Supplier(share=1, terms=10, discount=0.1, discount_days=10),
            "discount_days",
            "end",
        ),
        (lambda: OwnerLoan(limit=5, min_drawing=6), "min_drawing", "above the limit"),
        (
            lambda: PlatformLine(limit=5, rate={"per_day": 0}, tenor_months=3, opening_months=4),
            "opening_months",
            "longer than the tenor",
        ),
        (lambda: Sales(annual=1, weekly=[0] * 7), "weekly", "a day with sales"),
        (lambda: Sales(annual=1, monthly=[0] * 12), "monthly", "a month with sales"),
        (lambda: Sales(annual=1, weekly=[1] * 6), "weekly", r"wrong number of items \(6\)"),
        (
            lambda: SalesFall(depth=0),
            "on",
            "exactly one of on, after, between, at_rate, when and after_shock",
        ),
        (
            lambda: SalesFall(depth=0, on="2025-01-01", after={"mean_days": 3}),
            "on",
            "given on and after",
        ),
        (
            lambda: SalesFall(depth=0, between=["2025-02-01", "2025-01-01"]),
            "between",
            r"out of order; given \[2025-02-01, 2025-01-01\]",
        ),
        (lambda: SalesFall(depth=0, on="2025-01-01", lasts="3 days"), "lasts", "mean_days = 45"),
        (lambda: SalesFall(depth=0, on="2025-01-01", lasts=0), "lasts", "at least 1"),
        (lambda: PriceRise(on="2025-01-01", factor=2), "", "raises no price"),
        (lambda: Treasury(draw_order=["a", "a"]), "draw_order", "the same item twice"),
        (lambda: Treasury(defer={"rnt": 3}), "defer.rnt", "unknown name.*did you mean rent"),
        (lambda: Treasury(defer={5: 3}), "defer[5]", "unknown name"),
    ],
)
def test_rules_over_several_fields(make, key, message):
    with pytest.raises(ScenarioError, match=message) as caught:
        make()
    assert [problem.key for problem in caught.value.problems] == [key]


def test_a_discount_before_the_due_date_is_taken():
    assert Supplier(share=1, terms=10, discount=0.1, discount_days=9).discount_days == 9


def test_a_pattern_of_text():
    with pytest.raises(ScenarioError, match=r"lever: does not fit.*accepted: a lever"):
        LeverShock(on="2025-01-01", lever="Jiebei limit", operation="set", value=1)


@pytest.mark.parametrize("name", sorted(scenario.__all__))
def test_every_field_says_what_it_accepts(name):
    cls = getattr(scenario, name)
    if isinstance(cls, type) and issubclass(cls, Table):
        docs = " ".join(base.__doc__ or "" for base in cls.__mro__)
        for field in fields_of(cls):
            assert len(field.metadata["kind"].accepted) > 5
            assert field.name in docs


def test_a_required_field_reads_well_in_the_signature():
    assert "cash: 'MoneyLevel' = required" in str(inspect.signature(Firm))


def test_a_trigger_as_one_object():
    shock = SalesFall(depth=0.5, after={"mean_days": 3})
    assert shock.trigger.after.mean_days == 3.0
    assert shock.trigger.on is None


def test_draws_of_a_choice_are_taken_as_given():
    cash = Firm(cash=Draw(draw="choice", values=[1, 2], shares=[0.5, 0.5])).cash
    assert cash.mean() == 1.5


def test_a_value_that_cannot_be_shown_is_named_by_its_type():
    def fail(self):
        raise RuntimeError

    odd = type("list", (), {"__len__": fail, "__iter__": fail})()
    with pytest.raises(ScenarioError, match="given a list"):
        Firm(cash=odd)
