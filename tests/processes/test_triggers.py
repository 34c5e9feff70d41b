"""Shocks at a rate, on a condition and after one another; building up and wearing off.

Day 0 is Monday 2 June 2025; the plain firm sells 100.00 a day.
"""

from __future__ import annotations

import numpy as np
import pytest
from borrowing import PLATFORM, borrower, date
from lab import day_by_day, days_of, firm_of, plain

from cashstress.processes import run_block

LANES = 4000


def fall(**plan):
    return {"kind": "sales_fall", "depth": 0.4} | plan


def levels(shocks, lever="sales.level", until=30, **tables):
    scenario = plain(shocks=shocks, **tables)
    return day_by_day(scenario, lambda firm: firm.levers[lever].value, until=until)


def struck(firm, name, days):
    """Whether a shock's fall begins on each day: bool (days, lanes)."""
    strike = next(s for s in firm.strikes if s.name == name)
    return np.array([strike.start == day for day in days_of(firm, days)])


# -- at a rate ----------------------------------------------------------------------------------


def test_at_a_rate_each_free_day_has_the_same_chance():
    # 36.5 a year is 0.1 a day: a day that is free is struck with p = 1 - e^-0.1 = 0.09516.
    shock = fall(at_rate={"per_year": 36.5}, lasts=3)
    firm = firm_of(plain({"horizon": 50}, shocks={"hit": shock}), LANES)
    begins = struck(firm, "hit", 50)
    # Never while in force: three days from each strike belong to it.
    for lag in (1, 2):
        assert not (begins[lag:] & begins[:-lag]).any()
    assert (begins[3:] & begins[:-3]).any()  # and on the very day it is over
    free = np.ones_like(begins)
    for lag in (1, 2):
        free[lag:] &= ~begins[:-lag]
    for day in (0, 1, 10, 49):
        count, p = free[day].sum(), 1 - np.exp(-0.1)
        assert abs(begins[day].sum() - count * p) < 4 * (count * p * (1 - p)) ** 0.5, day
    # Renewal theory: a wait of mean (1 - p) / p and three days, so 3 p / (1 + 2 p) of days long on.
    p = 1 - np.exp(-0.1)
    in_force = np.convolve(begins.mean(axis=1), np.ones(3))[49]
    share = 3 * p / (1 + 2 * p)
    assert abs(in_force - share) < 4 * (share * (1 - share) / LANES) ** 0.5


def test_at_a_rate_durations_are_drawn_anew_and_the_first_strike_is_the_mark():
    shock = fall(at_rate={"per_year": 365}, lasts={"mean_days": 4}, recovery_days=2)
    scenario = plain(shocks={"hit": shock})
    firm = firm_of(scenario, 50)
    strike = firm.strikes[0]
    lengths, firsts = {}, np.full(50, -1)
    for day in days_of(firm):
        begins = strike.start == day
        firsts[begins & (firsts < 0)] = day
        for lane in np.flatnonzero(begins):
            lengths.setdefault(lane, []).append(int(strike.end[lane] - day))
    assert all(len(set(each)) > 1 for each in lengths.values() if len(each) > 6)
    record = run_block(scenario, seed=0, first=0, lanes=50)
    assert record.mark_days[0].tolist() == firsts.tolist()


def test_at_a_rate_a_recovery_is_not_cut_short():
    shock = fall(at_rate={"per_year": 3650}, lasts=2, recovery_days=4)
    seen = levels({"hit": shock}, until=60)
    # Two days down, four on the way back: at 10 a day there is hardly a free day between.
    start = seen.index(0.6)
    back = [0.6, 1 - 0.4 * 0.75, 1 - 0.4 * 0.5, 1 - 0.4 * 0.25]
    assert seen[start : start + 6] == [0.6, 0.6, *back]
    assert seen.count(0.6) >= 3 * 8


# -- on a condition -----------------------------------------------------------------------------


def test_cash_below_is_read_in_the_morning_and_strikes_once():
    # 300.00; bills of 150.00 on days 2 and 4 leave 150.00 and 0.00; 500.00 comes on day 9.
    plan = {"bills": {2: 150, 4: 150, 11: 490}, "income": {9: 500}, "cash": 300}
    hit = {"hit": fall(when={"cash_below": 100}, lasts=2)}
    firm = firm_of(borrower({}, shocks=hit, **plan))
    seen = [float(firm.levers["sales.level"].value) for _ in days_of(firm, 20)]
    assert seen == [1.0] * 5 + [0.6] * 2 + [1.0] * 13
    assert firm.strikes[0].first.tolist() == [5]


def test_days_past_due_counts_from_the_due_day_over_all_ledgers():
    # A bill of 400.00 on Monday day 7 that 100.00 cannot pay: at the end of day 17 it is ten days
    # past due, and the next morning it is seen.
    hit = {"hit": fall(when={"days_past_due": 10})}
    firm = firm_of(borrower({}, bills={7: 400}, shocks=hit))
    for day in days_of(firm, 30):
        assert (firm.levers["sales.level"].value == 0.6) == (day >= 18), day


def test_an_instalment_and_wages_count_as_past_due():
    line = PLATFORM | {"drawn": 50, "due_day": 20}
    hit = {"hit": fall(when={"days_past_due": 45})}
    firm = firm_of(borrower({"line": line}, cash=0, shocks=hit))
    firm.run(60)
    # One instalment, on day 48 (20 July): never 45 days past due within 60.
    assert firm.strikes[0].start[0] == 2**30
    paid = {"staff": 1, "wage": 100, "pay_day": 15}
    firm = firm_of(
        borrower({}, cash=0, shocks={"hit": fall(when={"days_past_due": 3})}, payroll=paid)
    )
    firm.run(60)
    # Wages of May fall due on Friday 13 June, day 11: three days past due at the end of day 14.
    assert firm.strikes[0].start.tolist() == [15]


def test_a_score_below_reads_the_record_as_yesterday_left_it():
    # 50 points, and one lost on each evening with a bill past due: from day 8 on.
    still = {"arrears": 0, "unstable_cash": 0, "on_time": 0, "clean": 0, "closure": 0}
    shop = {"suppliers": {"flour": {"share": 0.5, "terms": 0, "stock": 0, "tolerance": 300}}}
    opening = [{"due": date(7), "amount": 400}]
    shop["suppliers"]["flour"]["opening"] = opening
    record = still | {"suppliers": 1, "firm": 50, "owner": 80}
    hit = {"hit": fall(when={"score_below": 47.5})}
    firm = firm_of(borrower({}, cash=0, credit_record=record, shocks=hit, **shop))
    scores = [float(firm.columns["credit_record.firm"][0]) for _ in days_of(firm, 20)]
    low = next(day for day, score in enumerate(scores) if score < 47.5)
    assert scores[low] == 47.0
    assert firm.strikes[0].start.tolist() == [low + 1]
    # The owner's record counts as well.
    owner = borrower({}, credit_record=still | {"firm": 90, "owner": 40}, shocks=hit)
    firm = firm_of(owner)
    firm.run(1)
    assert firm.strikes[0].start.tolist() == [0]


def test_all_parts_of_a_condition_hold_together():
    parts = {"cash_below": 50, "days_past_due": 2}
    firm = firm_of(borrower({}, bills={7: 400}, cash=100, shocks={"hit": fall(when=parts)}))
    firm.run(30)
    # The bill takes all 100.00 on day 7; it is two days past due on the evening of day 9.
    assert firm.strikes[0].start.tolist() == [10]


def test_a_closure_on_a_condition_comes_after_its_notice():
    shut = {"kind": "platform_closure", "channels": ["line"], "when": {"cash_below": 60}}
    plan = {"bills": {3: 50}, "shocks": {"shut": shut | {"notice_days": 5}}}
    firm = firm_of(borrower({"line": PLATFORM}, **plan))
    closed, noticed = [], []
    for day in days_of(firm, 15):
        closed += [day] * (not firm.channels["line"].is_open()[0])
        noticed += [day] * (firm.channels["line"].on_notice() is not None)
    # Below 60.00 after day 3, seen on day 4, closed on day 9; on the eve of it no more to come.
    assert noticed == [4, 5, 6, 7]
    assert closed == list(range(9, 15))


def test_a_dated_closure_nearer_than_its_notice_is_known_on_the_first_day():
    shut = {"kind": "platform_closure", "channels": ["line"], "on": date(3), "notice_days": 9}
    firm = firm_of(borrower({"line": PLATFORM}, shocks={"shut": shut}))
    days = days_of(firm, 5)
    assert [day for day in days if firm.channels["line"].on_notice() is not None] == [0, 1]


# -- after another shock ------------------------------------------------------------------------


def after(shock, days=0, probability=1.0, **plan):
    link = {"shock": shock, "days": days, "probability": probability}
    return fall(after_shock=link, **plan)


@pytest.mark.parametrize("cause_first", [True, False])
def test_some_days_after_and_on_the_same_day(cause_first):
    cause = {"cause": {"kind": "customer_loss", "on": date(5), "lasts": 2}}
    effects = {"late": after("cause", 3, lasts=4), "now": after("cause", lasts=1)}
    shocks = cause | effects if cause_first else effects | cause
    seen = levels(shocks, until=14)
    assert seen == [1.0] * 5 + [0.6] + [1.0] * 2 + [0.6] * 4 + [1.0] * 2


def test_a_chain_follows_whatever_the_order_of_the_file():
    shocks = {
        "c": after("b", 2, lasts=1),
        "b": after("a", 1, lasts=1),
        "a": fall(when={"cash_below": 1300}, lasts=1),
    }
    # The firm opens with 1,000.00: at once, then a day later, then two.
    assert levels(shocks, until=6) == [0.6, 0.6, 1.0, 0.6, 1.0, 1.0]


def test_with_a_probability_in_each_lane():
    shocks = {
        "cause": {"kind": "customer_loss", "between": [date(3), date(20)], "lasts": 2},
        "often": after("cause", 4, 0.3, lasts=2),
    }
    firm = firm_of(plain(shocks=shocks), LANES)
    firm.run(60)
    cause, often = firm.strikes
    hit = often.first < 60
    assert (often.first[hit] == cause.start[hit] + 4).all()
    assert abs(hit.mean() - 0.3) < 4 * (0.3 * 0.7 / LANES) ** 0.5


def test_each_strike_of_the_cause_has_its_own_chance_unless_it_is_still_there():
    shocks = {
        "cause": {"kind": "customer_loss", "at_rate": {"per_year": 120}, "lasts": 1},
        "echo": after("cause", 2, 0.5, lasts=3, recovery_days=2),
    }
    firm = firm_of(plain(shocks=shocks), 200)
    cause, echo = firm.strikes
    began, asked = 0, 0
    busy = np.zeros(200, int)  # first day on which an echo may come again
    for day in days_of(firm, 60):
        strikes = (cause.start == day) & (busy <= day)
        new = strikes & (echo.start == day + 2)
        assert not ((echo.start == day + 2) & ~strikes).any()
        asked, began = asked + strikes.sum(), began + new.sum()
        busy[new] = day + 2 + 3 + 2
    assert abs(began / asked - 0.5) < 4 * (0.25 / asked) ** 0.5
    assert began > 500


def test_what_never_strikes_causes_nothing():
    shocks = {"a": fall(when={"cash_below": 1}), "b": after("a", 1)}
    assert levels(shocks, until=20) == [1.0] * 20
    record = run_block(plain(shocks=shocks), seed=0, first=0, lanes=2)
    assert (record.mark_days == -1).all()


# -- building up and wearing off ----------------------------------------------------------------


def test_a_ramp_in_equal_steps():
    seen = levels({"hit": fall(on=date(3), lasts=6, builds_over=4)}, until=12)
    assert seen == [1.0] * 3 + [0.9, 0.8, pytest.approx(0.7), 0.6, 0.6, 0.6] + [1.0] * 3


def test_what_ends_before_it_was_built_up_goes_back_from_where_it_was():
    shock = fall(on=date(3), lasts=2, builds_over=4, recovery_days=2)
    # A half of the fall on day 4, and back over two days: day 5 all of that half, day 6 half of it.
    assert levels({"hit": shock}, until=9) == [1.0] * 3 + [0.9, 0.8, 0.8, 0.9] + [1.0] * 2


@pytest.mark.parametrize(
    ("operation", "value", "expected"),
    [
        # The limit is 1,000.00; over two days there, and back over two.
        ("set", 400, [70_000, 40_000, 40_000, 40_000, 70_000]),
        ("scale", 0.5, [75_000, 50_000, 50_000, 50_000, 75_000]),
        ("add", -300, [85_000, 70_000, 70_000, 70_000, 85_000]),
        ("cap", 200, [60_000, 20_000, 20_000, 20_000, 60_000]),
        ("floor", 1800, [140_000, 180_000, 180_000, 180_000, 140_000]),
        # What does not bind never binds on the way.
        ("cap", 5000, [100_000] * 5),
        ("floor", 10, [100_000] * 5),
    ],
)
def test_every_operation_has_its_shape(operation, value, expected):
    pull = {"kind": "lever", "lever": "line.limit", "operation": operation, "value": value,
            "on": date(2), "lasts": 3, "builds_over": 2, "recovery_days": 2}  # fmt: skip
    seen = levels({"pull": pull}, "line.limit", 9, channels={"line": PLATFORM})
    assert seen == [100_000] * 2 + expected + [100_000] * 2


def test_a_tightening_wears_off_on_all_its_levers_and_leaves_no_trace():
    tight = {"kind": "lending_tightening", "channels": ["line"], "limit_factor": 0.5,
             "rate_add": {"per_day": 0.001}, "on": date(2), "lasts": 1, "recovery_days": 4,
             "recovery": "s_curve"}  # fmt: skip
    scenario = plain(shocks={"tight": tight}, channels={"line": PLATFORM})

    def look(firm):
        return firm.levers["line.limit"].value, firm.levers["line.rate"].value

    seen = day_by_day(scenario, look, until=9)
    # x * x * (3 - 2 x) at 0, 1/4, 1/2 and 3/4 is made good.
    left = [1.0, 1 - 0.15625, 0.5, 1 - 0.84375]
    limits, rates = zip(*seen, strict=True)
    assert limits == (
        *[100_000] * 2,
        *[50_000],
        *(round(100_000 - 50_000 * x) for x in left),
        *[100_000] * 2,
    )
    assert rates[3:7] == tuple(0.001 + 0.001 * x for x in left)
    assert rates[7:] == (0.001, 0.001)


def test_a_random_ramp_follows_its_own_day_in_each_lane():
    shock = fall(on=None, between=[date(2), date(9)], lasts={"mean_days": 4}, builds_over=3,
                 recovery_days=5)  # fmt: skip
    shock.pop("on")
    firm = firm_of(plain(shocks={"hit": shock}), 40)
    strike = firm.strikes[0]
    for day in days_of(firm, 45):
        reached = np.clip((np.minimum(day, strike.end - 1) - strike.start + 1) / 3, 0, 1)
        back = np.clip((day - strike.end) / 5, 0, 1)
        expected = np.where(day < strike.start, 1.0, 1.0 - 0.4 * reached * (1 - back))
        seen = np.broadcast_to(firm.levers["sales.level"].value, 40)
        assert seen == pytest.approx(expected), day


# -- fresh takes --------------------------------------------------------------------------------


def test_a_wait_at_a_rate_renews_at_a_fresh_take():
    shock = fall(at_rate={"per_year": 12}, lasts={"mean_days": 9})
    firm = firm_of(plain(shocks={"hit": shock}), 400)
    firm.run(20)
    strike = firm.strikes[0]
    before, waits = strike.start.copy(), strike.start > 20
    firm.world.take(np.arange(400), draws="fresh")
    assert np.array_equal(strike.start[~waits], before[~waits])
    assert (strike.start[waits] != before[waits]).mean() > 0.9
    # Exp(365 / 12) again, in whole days: 1 + 29.92 on average from day 20.
    mean = (strike.start[waits] - 20).mean()
    assert abs(mean - 30.92) < 4 * 30.4 / waits.sum() ** 0.5
    firm.run()
    firm.audit()


# -- every way to strike, in every shape ----------------------------------------------------------

WAYS = {
    "on": date(4),
    "after": {"mean_days": 9},
    "between": [date(2), date(15)],
    "at_rate": {"per_year": 40},
    "when": {"cash_below": 800},
    "after_shock": {"shock": "first", "days": 3, "probability": 0.6},
}
#: How much of the way back is done, by the share of its time that is over.
CURVES = {
    "linear": lambda u: u,
    "s_curve": lambda u: u * u * (3 - 2 * u),
    "step": lambda u: (u >= 1) * 1.0,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("builds_over", [0, 4])
@pytest.mark.parametrize("recovery", [None, *CURVES])
def test_every_way_to_strike_has_every_shape(way, builds_over, recovery):
    # Down by 40 % for three days: built up over four it gets to three quarters of that.
    shape = {} if recovery is None else {"recovery": recovery, "recovery_days": 5}
    hit = {"kind": "sales_fall", "depth": 0.4, "lasts": 3, "builds_over": builds_over}
    first = {"kind": "customer_loss", "on": date(3), "lasts": 2}
    # Of 1,000.00 the machine of day 7 takes what leaves less than 800.00.
    machine = {"machine": {"once": 1_500, "on": date(7)}}
    shocks = {"first": first, "hit": hit | shape | {way: WAYS[way]}}
    firm = firm_of(plain({"horizon": 45}, shocks=shocks, costs=machine), 30)
    strike = next(s for s in firm.strikes if s.name == "hit")
    struck = np.zeros(30, bool)
    for day in days_of(firm, 45):
        over = np.clip((day - strike.end) / 5, 0, 1) if shape else (day >= strike.end) * 1.0
        left = 1 - CURVES[recovery or "linear"](over)
        built = np.clip((np.minimum(day, strike.end - 1) - strike.start + 1) / 4, 0, 1)
        reached = built if builds_over else 1.0
        on = day >= strike.start
        struck |= on
        expected = np.where(on, 1 - 0.4 * reached * left, 1.0)
        seen = np.broadcast_to(firm.levers["sales.level"].value, 30)
        assert seen == pytest.approx(expected), day
    assert struck.any()
