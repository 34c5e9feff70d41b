"""The chain that led to the first trouble, on firms small enough to follow by hand.

Day 0 is Monday 2 June 2025.
"""

from __future__ import annotations

import numpy as np
import pytest
from borrowing import BANK, OWNER, PLATFORM, borrower, closure, date
from lab import firm_of, plain
from selling import FACTOR

import cashstress as cs
from cashstress.processes import run_block
from cashstress.results import Result, UnknownNameError


def result_of(scenario, lanes=1):
    record = run_block(scenario, seed=0, first=0, lanes=lanes)
    return Result(scenario=scenario, record=record, seed=0, requested=lanes)


def chain_of(*arguments, **tables):
    return result_of(borrower(*arguments, **tables)).chain()


def names(shares):
    return {key: list(each) for key, each in shares.items() if key != "lines"}


def states(chain):
    return {name: list(each) for name, each in chain.shares()["lines"].items()}


THREE = {"line": PLATFORM, "bank": BANK | {"limit": 300}, "mother": OWNER | {"limit": 50}}


def test_who_lent_last_and_how_each_line_stood():
    # 100.00 in cash. Day 7: the line (closed on day 4) lends nothing, the bank 200.00 of 300.00.
    # Day 14 (a Monday): 100.00 more from the bank, 50.00 from the owner, and 50.00 are missing.
    chain = chain_of(THREE, bills={7: 300, 14: 200}, shocks={"shut": closure(4, cause="fault")})
    assert chain.day.tolist() == [14]
    assert names(chain.shares()) == {
        "first": ["cash_out"],
        "unpaid": ["other_suppliers"],
        "last_resort": ["mother"],
    }
    assert states(chain) == {"line": ["fault"], "bank": ["used_up"], "mother": ["used_up"]}
    assert chain.shares()["last_resort"]["mother"].value == 1.0


def test_a_line_that_is_open_with_money_in_it_is_called_open():
    refused = {"line": PLATFORM | {"approval": 0.0}}
    chain = chain_of(refused, bills={7: 300})
    assert states(chain) == {"line": ["open"]}
    assert list(chain.shares()["last_resort"]) == ["nobody"]
    # Nothing to draw is used up, though nothing is drawn: less than the least drawing.
    small = {"line": PLATFORM | {"limit": 0}}
    assert states(chain_of(small, bills={7: 300})) == {"line": ["used_up"]}


def test_money_that_comes_later_counts_when_it_comes():
    late = {"bank": BANK | {"delay_days": 3}, "line": PLATFORM | {"limit": 100}}
    # Day 7: 500.00 due, 100.00 there; 100.00 from the line today; the bank's comes on day 10.
    chain = chain_of(late, bills={7: 500, 21: 2000}, treasury={"look_ahead": 0})
    assert chain.day.tolist() == [7]
    assert list(chain.shares()["last_resort"]) == ["line"]


def test_a_factor_can_be_the_last_resort():
    # 200.00 of face are open: at 80 % the factor advances 160.00 of them on day 7, after the line's
    # 50.00, and 90.00 are missing.
    customer = {"share": 1, "terms": 60, "opening": [{"due": date(50), "amount": 200}]}
    lines = {"line": PLATFORM | {"limit": 50}, "factor": FACTOR | {"customers": ["payer"]}}
    for recourse in (True, False):
        chain = chain_of(
            lines | {"factor": lines["factor"] | {"recourse": recourse}}, bills={7: 400},
            customers={"payer": customer},
        )  # fmt: skip
        assert list(chain.shares()["last_resort"]) == ["factor"]
        assert states(chain) == {"line": ["used_up"], "factor": ["used_up"]}
    # A factor who promised and finds nothing to buy gives nothing: the line was last.
    gone = lines["factor"] | {"delay_days": 3, "business_days": False}
    paid = customer | {"opening": [{"due": date(9), "amount": 200}]}
    chain = chain_of(
        lines | {"factor": gone}, bills={7: 400}, customers={"payer": paid},
        treasury={"look_ahead": 0}, cash=0,
    )  # fmt: skip
    assert list(chain.shares()["last_resort"]) == ["line"]


def test_all_causes_in_force_are_named_and_one_that_is_over_is_not():
    shocks = {
        "a": closure(3, cause="risk_control"),
        "b": closure(5, cause="regulator"),
        "c": closure(1, 3, cause="fault"),
    }
    chain = chain_of({"line": PLATFORM}, bills={7: 300}, shocks=shocks)
    assert states(chain) == {"line": ["risk_control", "regulator"]}


def test_a_lenders_own_closure_goes_by_its_cause():
    # Risk control closes within a day or two of day 0; the bill is due on day 14.
    own = {"risk_control": {"mean_days": 0.5, "lasts": 300}}
    chain = chain_of({"line": PLATFORM | own}, bills={14: 300})
    assert states(chain) == {"line": ["risk_control"]}


def test_classes_unpaid_first_are_those_of_that_day():
    # Wages of May fall due on Friday 13 June, day 11; the bill of day 9 is paid from 100.00.
    staff = {"staff": 1, "wage": 100, "pay_day": 15}
    chain = chain_of({}, bills={9: 80, 11: 30, 16: 30}, payroll=staff)
    assert chain.day.tolist() == [11]
    # Wages come first and are held for: the bill of day 11 is not paid either.
    assert names(chain.shares())["unpaid"] == ["wages", "other_suppliers"]
    assert names(chain.shares())["first"] == ["cash_out", "missed_payroll"]


def test_what_policy_lets_wait_is_no_trouble_until_it_may_wait_no_more():
    defer = {"treasury": {"defer": {"other": 10}}}
    chain = chain_of({}, bills={7: 300}, **defer)
    assert chain.day.tolist() == [17]
    assert names(chain.shares())["unpaid"] == ["other_suppliers"]


def test_without_trouble_there_is_no_chain():
    chain = result_of(plain(), lanes=3).chain()
    assert chain.day.tolist() == [-1, -1, -1]
    assert chain.runs == 0
    assert names(chain.shares()) == {"first": [], "unpaid": [], "last_resort": []}


def test_each_lane_has_its_own_chain():
    scenario = cs.load("examples/platform_closure.toml").replace(
        {"horizon": 150, "costs.machine": None}
    )
    result = result_of(scenario, lanes=200)
    chain = result.chain()
    first = result.first_day("cash_out")
    assert 5 < chain.runs < 200
    # Nothing is stretched there, and no supplier holds before something is unpaid.
    assert np.array_equal(chain.day, first)
    assert np.array_equal(chain.first("cash_out"), first >= 0)
    some_class = np.zeros(200, np.bool_)
    for name in ("instalments", "wages", "taxes", "critical_suppliers", "rent", "other_suppliers",
                 "discretionary", "owner"):  # fmt: skip
        some_class |= chain.unpaid(name)
    assert np.array_equal(some_class, first >= 0)
    # Closed by risk control on that day: exactly between the strike and its end.
    firm = firm_of(scenario, 200)
    strike = firm.strikes[0]
    closed = (first >= strike.start) & (first < strike.end)
    assert np.array_equal(chain.state("jiebei", "risk_control"), closed)
    last = sum(
        chain.last_resort(name).astype(int) for name in ("jiebei", "bank", "owner", "nobody")
    )
    assert np.array_equal(last, (first >= 0).astype(int))


def test_unknown_names_are_refused():
    chain = chain_of(THREE, bills={7: 3000})
    with pytest.raises(UnknownNameError, match="did you mean bank"):
        chain.last_resort("bnak")
    with pytest.raises(UnknownNameError, match="did you mean used_up"):
        chain.state("line", "usedup")
    with pytest.raises(UnknownNameError, match="did you mean wages"):
        chain.unpaid("wage")


def test_in_the_answer():
    scenario = borrower(THREE, bills={7: 300, 14: 200}, shocks={"shut": closure(4, cause="fault")})
    answer = cs.compare(scenario.without_shocks(), scenario, runs=4)
    table = answer.to_dict()["chain"]
    assert table["baseline"] == {
        "count": 0, "median_day": None, "first": {}, "unpaid": {},
        "lines": {"line": {}, "bank": {}, "mother": {}}, "last_resort": {},
    }  # fmt: skip
    assert table["stressed"]["count"] == 4
    assert table["stressed"]["median_day"] == 14.0
    assert table["stressed"]["lines"]["line"]["fault"]["share"] == 1.0
