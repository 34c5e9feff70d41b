"""When shocks strike, what they do, and how they go away.  Day 0 is Monday 2 June 2025."""

from __future__ import annotations

import numpy as np
import pytest
from borrowing import BANK, PLATFORM, date
from lab import day_by_day, entries, firm_of, plain, run, traced

from cashstress.errors import ScenarioError
from cashstress.processes import run_block


def fall(**plan):
    return {"fall": {"kind": "sales_fall", "depth": 0.4, "on": date(5)} | plan}


def levels(shocks, lever="sales.level", until=30, **tables):
    scenario = plain(shocks=shocks, **tables)
    return day_by_day(scenario, lambda firm: firm.levers[lever].value, until=until)


# -- when ---------------------------------------------------------------------------------------


def test_on_a_date_for_so_many_days():
    assert levels(fall(lasts=3), until=10) == [1.0] * 5 + [0.6] * 3 + [1.0] * 2


def test_for_good():
    assert levels(fall(), until=10) == [1.0] * 5 + [0.6] * 5


def test_on_the_first_and_the_last_day():
    assert levels(fall(on=date(0), lasts=1), until=2) == [0.6, 1.0]
    assert levels(fall(on=date(59), lasts=9), until=60) == [1.0] * 59 + [0.6]


def starts_and_lengths(shocks, lanes=4000, **tables):
    firm = firm_of(plain({"horizon": 300}, shocks=shocks, **tables), lanes)
    strike = firm.strikes[0]
    return strike.start.astype(np.int64), strike.end.astype(np.int64) - strike.start


def test_on_a_day_drawn_between_two_dates():
    start, _ = starts_and_lengths(fall(on=None, between=[date(10), date(19)]))
    days, counts = np.unique(start, return_counts=True)
    assert days.tolist() == list(range(10, 20))
    # 400 each: within 4 standard deviations of a binomial count.
    assert (np.abs(counts - 400) < 4 * (4000 * 0.1 * 0.9) ** 0.5).all()


def test_after_an_exponential_waiting_time():
    start, _ = starts_and_lengths(fall(on=None, after={"mean_days": 40}))
    # Whole days of an Exp(40): P(day >= n) = exp(-n / 40), mean 1 / (e^(1/40) - 1) = 39.502.
    assert abs(start.mean() - 39.502) < 4 * 40 / 4000**0.5
    for n in (1, 40, 120):
        p = np.exp(-n / 40)
        assert abs((start >= n).mean() - p) < 4 * (p * (1 - p) / 4000) ** 0.5


def test_a_random_duration_is_rounded_up_to_whole_days():
    _, length = starts_and_lengths(fall(lasts={"mean_days": 10}))
    assert length.min() == 1
    # Mean of the ceiling of an Exp(10): 1 / (1 - e^(-1/10)) = 10.508.
    assert abs(length.mean() - 10.508) < 4 * 10 / 4000**0.5


def test_lanes_are_struck_on_their_own_days():
    shocks = fall(on=None, between=[date(3), date(20)], lasts={"mean_days": 5})
    firm = firm_of(plain(shocks=shocks), 50)
    strike = firm.strikes[0]
    for day in range(60):
        firm.run(day + 1)
        expected = np.where((strike.start <= day) & (day < strike.end), 0.6, 1.0)
        assert np.array_equal(np.broadcast_to(firm.levers["sales.level"].value, 50), expected)


def test_a_record_says_when_each_shock_struck():
    shocks = fall(on=None, after={"mean_days": 100}) | {"other": fall()["fall"]}
    record = run_block(plain(shocks=shocks), seed=3, first=0, lanes=200)
    assert record.marks == ("fall", "other")
    assert (record.mark_days[1] == 5).all()
    # Beyond the horizon of 60 days it never struck: 1 - e^-0.6 = 45 % did.
    struck = record.mark_days[0] >= 0
    assert record.mark_days[0].max() < 60
    assert abs(struck.mean() - 0.4512) < 4 * (0.2476 / 200) ** 0.5
    assert (record.mark_days[0][~struck] == -1).all()


# -- falls and recoveries -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recovery", "share_back"),
    [
        ("linear", [0.0, 0.25, 0.5, 0.75]),
        # x * x * (3 - 2 x) at 1/4, 1/2 and 3/4.
        ("s_curve", [0.0, 0.15625, 0.5, 0.84375]),
        ("step", [0.0, 0.0, 0.0, 0.0]),
    ],
)
def test_recovery_curves(recovery, share_back):
    # Down by 40 % on days 5-7, back over four days: on day 8 nothing, on day 12 everything.
    seen = levels(fall(lasts=3, recovery_days=4, recovery=recovery), until=15)
    back = [1.0 - 0.4 * (1.0 - share) for share in share_back]
    assert seen == [1.0] * 5 + [0.6] * 3 + back + [1.0] * 3


def test_sales_follow_the_curve_to_the_cent():
    firm = traced(plain(shocks=fall(lasts=3, recovery_days=4)), until=13)
    sold = [amount for _, amount in entries(firm, credit="sales")]
    assert sold == [10_000] * 5 + [6_000] * 3 + [6_000, 7_000, 8_000, 9_000, 10_000]


def test_a_recovery_of_each_lane():
    shocks = fall(on=None, between=[date(2), date(9)], lasts={"mean_days": 4}, recovery_days=5)
    firm = firm_of(plain(shocks=shocks), 40)
    strike = firm.strikes[0]
    for day in range(45):
        firm.run(day + 1)
        since = day - strike.end
        down = (strike.start <= day) & (since < 0)
        coming = (since >= 0) & (since < 5)
        expected = np.where(down, 0.6, np.where(coming, 1.0 - 0.4 * (1.0 - since / 5), 1.0))
        assert np.array_equal(np.broadcast_to(firm.levers["sales.level"].value, 40), expected), day


# -- customers, suppliers, prices ---------------------------------------------------------------

TWO = {
    "small": {"share": 0.3, "paid_at_once": 1},
    "large": {"share": 0.7, "terms": 10, "consumer": True, "opening": []},
}


def test_the_largest_customer_is_lost():
    loss = {"loss": {"kind": "customer_loss", "on": date(2), "lasts": 2}}
    firm = traced(plain(customers=TWO, shocks=loss), until=5)
    # 30.00 and 70.00 a day; without the large one 30.00.
    sold = entries(firm, credit="sales")
    assert [sum(a for d, a in sold if d == day) for day in range(5)] == [
        10_000,
        10_000,
        3_000,
        3_000,
        10_000,
    ]


def test_half_of_a_named_customer_is_lost():
    loss = {"loss": {"kind": "customer_loss", "on": date(0), "customer": "small", "fraction": 0.5}}
    firm = traced(plain(customers=TWO, shocks=loss), until=1)
    assert entries(firm, credit="sales") == [(0, 1_500), (0, 7_000)]


def test_customers_pay_later_what_they_are_invoiced_then():
    late = {"late": {"kind": "customers_pay_later", "days_add": 6, "on": date(2), "lasts": 2}}
    firm = traced(plain(customers=TWO, shocks=late), until=30)
    # Invoices of days 0 and 1 come on days 10 and 11, those of days 2 and 3 six days late.
    paid = [(d, a) for d, a in entries(firm, "cash", "receivables") if a != 3_000]
    assert paid[:8] == [
        (10, 7_000), (11, 7_000), (14, 7_000), (15, 7_000), (16, 7_000), (17, 7_000), (18, 14_000),
        (19, 14_000),
    ]  # fmt: skip


def test_customers_pay_later_by_a_factor():
    late_by_two = {"probability": 1, "mean_days": 2, "shape": 10_000}
    slow = {
        "slow": {"share": 1, "terms": 5, "lateness": late_by_two, "consumer": True, "opening": []}
    }
    late = {"late": {"kind": "customers_pay_later", "lateness_factor": 3, "customers": ["slow"],
                     "on": date(1), "lasts": 1}}  # fmt: skip
    firm = traced(plain(customers=slow, shocks=late), until=13)
    # Day 0: 5 + 2; day 1: 5 + 6, together with day 5; day 2 again 5 + 2.
    assert entries(firm, "cash", "receivables") == [
        (7, 10_000), (9, 10_000), (10, 10_000), (11, 10_000), (12, 20_000),
    ]  # fmt: skip


def test_wages_rise():
    rise = {"rise": {"kind": "price_rise", "wages": True, "factor": 1.1, "on": date(29)}}
    scenario = plain({"firm.cash": 5000}, payroll={"staff": 2, "wage": 100}, shocks=rise)
    # June's run is earned on day 28, July's on day 59.
    assert entries(traced(scenario), "wage_expense") == [(28, 20_000), (59, 22_000)]


# -- any lever ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "value", "expected"),
    [("set", 123, 12_300), ("scale", 0.5, 50_000), ("add", -200, 80_000), ("add", 0.01, 100_001),
     ("floor", 2000, 200_000), ("cap", 10.5, 1_050), ("add", -5000, 0)],
)  # fmt: skip
def test_a_lever_of_money_is_pulled_in_major_units(operation, value, expected):
    pull = {"pull": {"kind": "lever", "lever": "line.limit", "operation": operation, "value": value,
                     "on": date(2), "lasts": 2}}  # fmt: skip
    seen = levels(pull, "line.limit", 6, channels={"line": PLATFORM})
    assert seen == [100_000, 100_000, expected, expected, 100_000, 100_000]


def test_an_unknown_lever_is_refused_with_its_key():
    pull = {
        "pull": {
            "kind": "lever",
            "lever": "line.limits",
            "operation": "set",
            "value": 1,
            "on": date(2),
        }
    }
    with pytest.raises(ScenarioError, match=r"shocks\.pull\.lever.*line\.limits"):
        firm_of(plain(channels={"line": PLATFORM}, shocks=pull))


def test_shocks_that_overlap_combine_by_operation():
    # Set to 800.00, half of it, 50.00 more, at most 420.00: the cap is last, whoever came first.
    def pull(operation, value, on):
        return {"kind": "lever", "lever": "line.limit", "operation": operation, "value": value,
                "on": date(on), "lasts": 6}  # fmt: skip

    pulls = {
        "a": pull("cap", 420, 1),
        "b": pull("add", 50, 2),
        "c": pull("scale", 0.5, 3),
        "d": pull("set", 800, 4),
    }
    seen = levels(pulls, "line.limit", 11, channels={"line": PLATFORM})
    assert seen == [
        100_000,
        42_000,  # cap 420 of 1,000
        42_000,  # cap of 1,050
        42_000,  # cap of 550
        42_000,  # cap of 800 / 2 + 50 = 450
        42_000,
        42_000,
        45_000,  # the cap is gone
        40_000,  # nor 50 more
        80_000,  # nor half
        100_000,
    ]


def test_of_two_sets_the_later_start_wins_in_each_lane():
    def pull(value, first, last):
        return {"kind": "lever", "lever": "line.limit", "operation": "set", "value": value,
                "between": [date(first), date(last)], "lasts": {"mean_days": 500}}  # fmt: skip

    pulls = {"a": pull(100, 2, 12), "b": pull(200, 2, 12)}
    firm = firm_of(plain(channels={"line": PLATFORM}, shocks=pulls), 300)
    firm.run(15)
    (a, b), (a_end, b_end) = zip(*((s.start, s.end) for s in firm.strikes), strict=True)
    both = (a_end > 15) & (b_end > 15)
    value = np.broadcast_to(firm.levers["line.limit"].value, 300)
    assert (value[both & (a > b)] == 10_000).all()
    assert (value[both & (b > a)] == 20_000).all()
    assert min((both & (a > b)).sum(), (both & (b > a)).sum()) > 100


def test_a_shock_names_only_what_exists():
    wrong = {"shut": {"kind": "platform_closure", "channels": ["lnie"], "on": date(2)}}
    with pytest.raises(ScenarioError, match=r"shocks\.shut\.channels.*line"):
        plain(channels={"line": BANK}, shocks=wrong)


def test_without_shocks_nothing_is_left_of_them():
    shocks = fall(lasts=3, recovery_days=4)
    calm, hit = run(plain()), run(plain(shocks=shocks).without_shocks())
    assert np.array_equal(calm.cash, hit.cash)
