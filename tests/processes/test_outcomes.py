"""What is said of a replication: first days, episodes, days in force, amounts."""

from __future__ import annotations

import gc
import weakref

import numpy as np
from borrowing import BANK, PLATFORM, borrower, closure, date
from lab import example, facts, firm_of, plain, run, watch

from cashstress.processes import Firm, block, lanes_per_block, levers, outcome_names, run_block


def record_of(scenario, lanes=1):
    return run_block(scenario, seed=0, first=0, lanes=lanes)


def amount(record, name):
    return record.amounts[record.metrics.index(name)].tolist()


def test_the_names_of_outcomes():
    names = outcome_names(borrower({"line": PLATFORM, "bank": BANK}))
    assert names == (
        "missed_payroll", "supplier_hold", "stock_out", "supply_disruption", "cash_out", "default",
        "wound_up", "channel_closed:line", "channel_closed:bank",
    )  # fmt: skip


def test_cash_out_counts_episodes_and_days():
    # 150.00 due on day 1 with 100.00 there; 60.00 on day 4; 40.00 due on day 8, 50.00 on day 9.
    firm = run(borrower({}, bills={1: 150, 8: 40}, income={4: 60, 9: 50}), until=20)
    assert watch(firm, "cash_out") == (1, 2, 4)


def test_by_day_n_means_on_one_of_the_first_n_days():
    record = record_of(borrower({}, bills={1: 150}))
    first = record.first_day[record.outcomes.index("cash_out"), 0]
    assert first == 1
    # By 1: day 0 only; by 2: days 0 and 1.
    assert not 0 <= first < 1
    assert 0 <= first < 2


def test_what_cannot_occur_yet():
    scenario = plain(payroll={"staff": 1, "wage": 1, "grace": 3})
    earliest = firm_of(scenario).earliest()
    # The first run is on day 11 and missed three days later; no supplier, no line.
    assert earliest["missed_payroll"] == 14
    assert earliest["cash_out"] == 0
    assert earliest["supplier_hold"] > scenario.horizon
    assert earliest["default"] > scenario.horizon
    assert firm_of(plain()).earliest()["missed_payroll"] > 60


def test_nothing_happens_before_it_can():
    record = record_of(example("platform_closure"), lanes=64)
    for name, days in zip(record.outcomes, record.first_day, strict=True):
        happened = days[days >= 0]
        assert (happened >= record.earliest[name]).all(), name


def test_lowest_points_and_the_deepest_shortfall():
    # Cash 100.00; 150.00 due on day 1; 60.00 on day 4, 200.00 on day 10.
    record = record_of(borrower({}, bills={1: 150, 6: 80}, income={4: 60, 10: 200}))
    assert amount(record, "lowest_cash") == [0]
    # 50.00 are unpaid from day 1; from day 4 on 10.00 are in hand; of 80.00 70.00 are missing on
    # day 6 (a Sunday's bill is due on Monday, day 7).
    assert amount(record, "deepest_shortfall") == [7_000]
    assert amount(record, "lowest_liquidity") == [-7_000]


def test_cost_of_funding_is_interest_and_fees():
    line = {"line": PLATFORM | {"drawing_fee": 0.01}}
    record = record_of(
        borrower(line, bills={3: 400}, income={29: 1000}, changes={"treasury.floor": 3})
    )
    # 303.00 are needed: 303 / 0.99 = 306.0606... drawn as 306.07, of which 3.06 are the fee.
    # Interest, due on day 33: 30 days x 0.001 x 306.07 = 9.1821
    assert amount(record, "cost_of_funding") == [306 + 918]


def test_net_assets_are_assets_less_liabilities():
    more = {"firm.other_assets": 500, "firm.other_liabilities": 200, "horizon": 10}
    scenario = borrower({"line": PLATFORM | {"drawn": 100}}, income={90: 30}, changes=more)
    # 100 + 30 receivable + 500 - 200 - 100; interest of ten days is not due yet.
    assert amount(record_of(scenario), "net_assets") == [33_000]


def test_profit_and_money_agree():
    # Whatever happens, net assets change by income less expense.
    firm = firm_of(example("platform_closure"), 32)
    opening = firm.books.net_assets().copy()
    firm.run()
    assert np.array_equal(firm.books.net_assets() - opening, firm.books.profit_to_date())


def test_balances_at_default():
    scenario = borrower(
        {"line": PLATFORM | {"limit": 300}}, bills={3: 400},
        changes={"outcomes.default_days": 5},
    )  # fmt: skip
    assert amount(record_of(scenario), "balance_at_default:line") == [30_000]
    assert amount(
        record_of(borrower({"line": PLATFORM}, bills={3: 400})), "balance_at_default:line"
    ) == [0]


def test_a_firm_that_is_wound_up_stands_still():
    scenario = example("platform_closure").replace({
        "firm.cash": 0, "channels.jiebei.limit": 0, "treasury.wind_up_after": 5, "horizon": 200,
        "sales.annual": 1_000_000,
    })  # fmt: skip
    firm = firm_of(scenario, 16)
    firm.run(150)
    ended = ~firm.world.running
    assert ended.any()
    before = facts(firm)
    firm.run()
    firm.audit()
    after = facts(firm)
    for name in before:
        if name.startswith(("books:", "watch.", "outcome.")):
            assert np.array_equal(before[name][..., ended], after[name][..., ended]), name
    assert firm.headroom()[ended].tolist() == [0] * int(ended.sum())


def test_the_weekly_table_adds_up():
    record = record_of(example("platform_closure"), lanes=16)
    line = {name: sketch.sums for name, sketch in record.weeks.items()}
    paid = sum(values for name, values in line.items() if name.startswith("pay:"))
    flow = line["receipts"] + line["drawings"] - paid - line["repayments"]
    assert np.array_equal(line["closing_cash"] - line["opening_cash"], flow)
    assert np.array_equal(line["opening_cash"][1:], line["closing_cash"][:-1])


def test_the_weekly_table_of_a_random_week_has_all_of_its_lines():
    scenario = borrower({"line": PLATFORM}, bills={3: 400}, income={29: 1000})
    weeks = record_of(scenario).weeks
    assert weeks["drawings"].sums.tolist()[0] == 30_000
    # The instalment of day 33 is one of the fifth week, with 9.00 of interest.
    assert weeks["repayments"].sums.tolist()[4] == 30_000
    assert weeks["pay:interest_and_fees"].sums.tolist()[4] == 900
    assert weeks["pay:other_suppliers"].sums.tolist()[0] == 40_000
    assert weeks["receipts"].sums.tolist()[4] == 100_000


def test_weekly_events_are_lanes_with_the_outcome_on_some_day():
    record = record_of(borrower({}, bills={1: 150}, income={4: 60}), lanes=3)
    assert record.week_events["cash_out"].tolist() == [3] + [0] * 8


def test_a_block_is_as_wide_as_the_scenario_says():
    usual, widest = example("platform_closure"), 25_600
    assert lanes_per_block(usual) == lanes_per_block(usual) == widest
    # Customers' receipts are kept by day: more days until the last may pay, more memory.
    heavy = usual.replace({"customers.anchor.terms": 365, "customers.anchor.write_off_after": 3000})
    width = lanes_per_block(heavy)
    assert 256 <= width < lanes_per_block(heavy, alone=True) < widest
    assert width in {widest // part for part in range(2, 101)}


def test_what_is_left_of_a_block_is_gone_before_the_next(monkeypatch):
    firms, left = [], []

    class Watched(Firm):
        def __init__(self, *given, **named):
            left.append(sum(firm() is not None for firm in firms))
            firms.append(weakref.ref(self))
            super().__init__(*given, **named)

    monkeypatch.setattr(block, "Firm", Watched)
    monkeypatch.setattr(block, "_MUCH", 2)
    gc.disable()  # whatever happens to start it
    try:
        for _ in range(3):
            run_block(borrower({}), seed=1, first=0, lanes=2)
    finally:
        gc.enable()
    assert left == [0, 0, 0]


def test_levers_are_listed_as_a_scenario_writes_them():
    scenario = borrower({"line": PLATFORM}).replace({"firm.cash": 5})
    listed = {lever.name: lever for lever in levers(scenario)}
    assert (listed["line.limit"].base, listed["line.limit"].unit) == ("1,000.00", "money")
    assert (listed["line.rate"].base, listed["line.rate"].unit) == ("0.001", "rate")
    assert listed["sales.level"].base == "1"
    drawn = scenario.replace({"channels.line.limit": {"draw": "uniform", "low": 1, "high": 2}})
    assert {lever.name: lever.base for lever in levers(drawn)}["line.limit"] == "varies"


def test_closing_is_seen_asked_or_not():
    shut = borrower({"line": PLATFORM}, shocks={"closed": closure(2, 3)})
    assert watch(run(shut), "channel_closed:line") == (2, 1, 3)
    assert date(2).isoformat() == "2025-06-04"
