"""Lenders that close a line by themselves: exact results, laws of hazards, behaviours, notice."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest
from borrowing import borrower, closure, date
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import (
    day_by_day,
    days_of,
    differences,
    entries,
    facts,
    firm_of,
    plain,
    run,
    traced,
)
from selling import FACTOR, seller

import cashstress as cs
from cashstress.errors import ScenarioError
from cashstress.processes.lenders.behaviour import Count

RUNS = 200_000
#: Rows of `two_state_channel` in the project's file of exact results: close and reopen rate a day.
RATES = [(1 / 365, 1 / 90, 365), (0.002, 0.0, 180), (0.01, 0.05, 90)]
LINE = {"kind": "platform", "limit": 1000, "rate": {"per_day": 0.0}, "tenor_months": 12}
CLOSED = "watch.channel_closed:line.on"


def with_line(horizon=60, *, other=None, **will):
    return plain(channels={"line": LINE | will, **(other or {})}, horizon=horizon)


def closed_days(scenario, lanes=200):
    """Whether the line is closed at the end of each day: bool (days, lanes)."""
    return np.array(day_by_day(scenario, lambda firm: firm.columns[CLOSED].copy(), lanes=lanes))


def first_closure(scenario, lanes=500):
    return run(scenario, lanes).outcomes.watches["channel_closed:line"].first.copy()


# -- exact ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("a", "b", "days"), RATES)
def test_two_state_channel(a, b, days):
    # Moves at most once a day, with p = 1 - e^-a and q = 1 - e^-b: the share open after n day-ends
    # is p* + (1 - p*)(1 - p - q)^n with p* = q / (p + q), from the two-state Markov chain.
    lasts = {"lasts": {"mean_days": 1 / b}} if b else {}
    scenario = with_line(days, risk_control={"mean_days": 1 / a} | lasts)
    result = cs.simulate(scenario, runs=RUNS, seed=3, workers=1)
    p, q = 1 - np.exp(-a), 1 - np.exp(-b)
    stays = q / (p + q)
    is_open = stays + (1 - stays) * (1 - p - q) ** np.arange(1, days + 1)

    # Nothing is drawn, so headroom is the limit where the line is open and 0 where it is closed.
    share = result.path("headroom").mean() / 100_000
    for day in (0, 9, days // 2, days - 1):
        error = (is_open[day] * (1 - is_open[day]) / RUNS) ** 0.5
        assert abs(share[day] - is_open[day]) < 4 * error
    open_days = days - result.days_in_force("channel_closed:line")
    assert abs(open_days.mean() - is_open.sum()) < 4 * open_days.std() / RUNS**0.5
    never = (result.first_day("channel_closed:line") < 0).mean()
    kept = np.exp(-a * days)
    assert abs(never - kept) < 4 * (kept * (1 - kept) / RUNS) ** 0.5


def test_a_fault_heals_in_whole_days():
    # A hazard of 1,000 a day closes on every day on which the line is free in the morning.
    closed = closed_days(with_line(12, fault={"mean_days": 0.001, "lasts": 3}), lanes=2)
    # Closed at the ends of days 0-2, free on day 3 (one move a day), closed again from day 4.
    assert closed[:, 0].tolist() == [True, True, True, False] * 3
    assert (closed[:, 0] == closed[:, 1]).all()


def test_a_closure_that_lasts_for_good():
    closed = closed_days(with_line(30, risk_control={"mean_days": 0.001}), lanes=1)
    assert closed.all()


# -- laws -------------------------------------------------------------------------------------

ALL_ONE = {
    "frequent_drawing": {"above": 0, "times": 1},
    "quick_prepayment": {"times": 1},
    "arrears": {"times": 1},
    "utilisation": {"above": 0, "times": 1},
    "lenders": {"above": 0, "times": 1},
    "inactivity": {"days": 1, "times": 1},
}
HAZARD = {"per_month": 0.3, "lasts": {"mean_days": 5}}
BUSY = {"bills": {3: 300, 9: 400, 20: 300}, "income": {12: 900}, "cash": 50,
        "changes": {"treasury.ceiling": 100}}  # fmt: skip


def busy(**will):
    return borrower({"line": LINE | {"tenor_months": 1} | will}, **BUSY)


def test_multipliers_of_one_change_nothing():
    plainly = run(busy(risk_control=HAZARD), 50)
    looked_at = run(busy(risk_control=HAZARD | ALL_ONE), 50)
    assert differences(facts(plainly), facts(looked_at)) == []
    assert plainly.columns["line.risk_control.spell"].any()


@pytest.mark.parametrize("times", [0.0, 0.5, 3.0])
def test_a_multiplier_is_a_base_so_many_times(times):
    idle = {"inactivity": {"days": 1, "times": times}}
    ours = closed_days(with_line(risk_control={"per_month": 0.2, "lasts": 4} | idle))
    theirs = closed_days(with_line(risk_control={"per_month": 0.2 * times, "lasts": 4}))
    assert (ours == theirs).all()
    assert ours.any() == (times > 0)


def test_several_multipliers_multiply():
    both = {"inactivity": {"days": 1, "times": 2.0}, "lenders": {"above": 0, "times": 1.5}}
    owing = {"drawn": 100}
    ours = closed_days(with_line(risk_control={"per_month": 0.1, "lasts": 4} | both, **owing))
    theirs = closed_days(with_line(risk_control={"per_month": 0.3, "lasts": 4}, **owing))
    assert (ours == theirs).all()


def test_no_hazard_never_closes():
    never = {"per_month": 0, "inactivity": {"days": 1, "times": 1000}}
    assert not closed_days(with_line(risk_control=never, fault={})).any()


def test_a_lever_moves_the_hazard():
    shock = {"kind": "lever", "lever": "line.risk_control", "operation": "set", "value": 1000,
             "on": date(7)}  # fmt: skip
    scenario = with_line(20, risk_control={}).replace({"shocks.campaign": shock})
    assert (first_closure(scenario, 5) == 7).all()


def test_more_hazard_never_closes_later():
    firsts = [first_closure(with_line(risk_control={"per_month": m})) for m in (0.1, 0.4, 0.9)]
    for less, more in ((firsts[0], firsts[1]), (firsts[1], firsts[2])):
        came = less >= 0
        assert (more[came] >= 0).all()
        assert (more[came] <= less[came]).all()
    assert (firsts[0] >= 0).any()


def test_each_lender_and_cause_has_draws_of_its_own():
    alone = closed_days(with_line(risk_control=HAZARD))
    other = {"more": LINE | {"risk_control": HAZARD, "fault": HAZARD}}
    assert (closed_days(with_line(risk_control=HAZARD, other=other)) == alone).all()
    lines = run(with_line(risk_control=HAZARD, other=other), 200).outcomes.watches
    firsts = [lines[f"channel_closed:{name}"].first for name in ("line", "more")]
    assert (firsts[0] != firsts[1]).mean() > 0.5


def test_a_spell_meets_its_own_draw_whenever_it_begins():
    # Free days between two closures do not depend on how long the closures last.
    def free(lasts):
        closed = closed_days(with_line(120, risk_control={"per_month": 1.0, "lasts": lasts}))
        return [_lengths(closed[:, lane]) for lane in range(closed.shape[1])]

    short, long = free(2), free(11)
    assert all(a[: len(b)] == b for a, b in zip(short, long, strict=True))
    assert sum(map(len, long)) > 200


def _lengths(closed):
    """Lengths of the open spells that ended, in order."""
    found, length = [], 0
    for day in closed.tolist():
        if day and length:
            found.append(length)
        length = 0 if day else length + 1
    return found


def test_a_shock_and_the_lender_close_for_the_same_cause_apart():
    shock = closure(5, lasts=4)
    scenario = with_line(20, risk_control={}).replace({"shocks.shock": shock})
    assert closed_days(scenario, 1)[:, 0].nonzero()[0].tolist() == [5, 6, 7, 8]


def test_risk_control_passes_a_committed_line_by():
    committed = with_line(risk_control={"mean_days": 0.001}, committed=True)
    assert not closed_days(committed, 3).any()
    assert closed_days(with_line(fault={"mean_days": 0.001}, committed=True), 3).any()


# -- misuse -------------------------------------------------------------------------------------

PERSONAL = {"record": "owner", "misuse": {"mean_days": 0.001, "lasts": 20}}


def test_misuse_is_found_only_while_the_line_is_used():
    # Drawn on day 3, found out that evening, closed for 20 days; repaid early on day 10, so that
    # nothing is left to be found afterwards.
    scenario = borrower({"line": LINE | PERSONAL}, bills={3: 150}, income={10: 500}, horizon=60,
                        changes={"treasury.ceiling": 0})  # fmt: skip
    assert closed_days(scenario, 1)[:, 0].nonzero()[0].tolist() == list(range(3, 23))
    # Not repaid, it is found out again on the day after it was forgiven.
    kept = scenario.replace({"treasury.ceiling": None})
    assert closed_days(kept, 1)[:, 0].nonzero()[0].tolist() == [
        day for day in range(3, 60) if (day - 3) % 21 != 20
    ]


def test_misuse_follows_its_own_hazard_and_draws():
    # With a constant balance it is a constant hazard: 0.3 a month, 1 - e^-(0.3 x 60 / 30.4) by
    # day 60, within four standard errors; and risk control's draws are others.
    plan = {"record": "owner", "drawn": 500, "prepayable": False}
    plan |= {"tenor_months": 12, "repayment": "interest_first"}
    found = first_closure(with_line(60, misuse={"per_month": 0.3}, **plan), 4000)
    share = 1 - np.exp(-0.3 * 60 / (365 / 12))
    assert abs((found >= 0).mean() - share) < 4 * (share * (1 - share) / 4000) ** 0.5
    other = first_closure(with_line(60, risk_control={"per_month": 0.3}, **plan), 4000)
    assert (found != other).mean() > 0.5


def test_misuse_is_a_cause_of_its_own_in_the_answer():
    # A committed line may be stopped for it: it is a breach.
    ways = {"reopening": {"ways": ["ask"], "ask": {"review_days": 2, "misuse": 1.0}}}
    plan = LINE | PERSONAL | {"committed": True} | ways
    scenario = borrower({"line": plan}, bills={3: 150}, income={4: 500}, horizon=30,
                        changes={"treasury.ceiling": 0})  # fmt: skip
    result = cs.simulate(scenario, runs=2)
    line = result.closures()["line"]
    # Closed in LEND of day 3; known in SETTLE of day 4; the ticket of that evening is answered on
    # day 6.
    assert {cause: c.days.tolist() for cause, c in line.closed.items()} == {"misuse": [3, 3]}
    assert line.reopened["ask"].tolist() == [1, 1]
    assert "line.misuse" in [lever.name for lever in firm_of(scenario).levers]
    assert scenario.without_closures().channels["line"].misuse is None
    assert not closed_days(scenario.without_closures(), 1).any()


def test_a_shock_brings_misuse_to_light_beside_the_lender():
    # The lender closes on the evening of day 3 for 20 days, the shock on day 5 for 10 or 30; each
    # ends at its own time.  A committed line closes too, and no agreement gives notice.
    bad = PERSONAL | {"committed": True, "agreement": {"notice_days": 9}}
    both = borrower(
        {"line": LINE | bad}, bills={3: 150}, income={10: 500}, horizon=60,
        changes={"treasury.ceiling": 0}, shocks={"found": closure(5, 10, cause="misuse")},
    )  # fmt: skip
    assert closed_days(both, 1)[:, 0].nonzero()[0].tolist() == list(range(3, 23))
    longer = both.replace({"shocks.found.lasts": 30})
    assert closed_days(longer, 1)[:, 0].nonzero()[0].tolist() == list(range(3, 35))
    alone = both.replace({"channels.line.misuse": None, "channels.line.fault": {}})
    assert closed_days(alone, 1)[:, 0].nonzero()[0].tolist() == list(range(5, 15))
    closed = cs.simulate(alone, runs=1).closures()["line"].closed
    assert {cause: each.days.tolist() for cause, each in closed.items() if each.days.any()} == {
        "misuse": [10]
    }
    # A ticket forgives the shock's closure too: written on day 5, answered on day 7.
    asked = {"ways": ["ask"], "ask": {"review_days": 2, "misuse": 1.0}}
    asking = alone.replace({"channels.line.reopening": asked})
    assert closed_days(asking, 1)[:, 0].nonzero()[0].tolist() == [5, 6]


def test_only_a_personal_line_can_be_misused():
    with pytest.raises(ScenarioError, match=r"channels\.line\.misuse.*record"):
        with_line(misuse={"per_month": 0.1})


# -- behaviours -------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 9), st.integers(0, 12), st.lists(st.booleans(), max_size=40))
def test_counts_are_those_of_a_deque(window, opening, events):
    firm = firm_of(plain(horizon=50), 3)
    count = Count(firm, "some", window=window, opening=opening)
    spread = [1 + int((i + 0.5) * (window - 1) / opening) for i in range(opening) if window > 1]
    kept = deque(-day for day in spread)
    for day, happens in enumerate(events):
        firm.run(day)
        if happens:
            count.note(np.array([1]))
            kept.append(day)
        kept = deque(each for each in kept if each > day - window)
        assert count.times[1] == len(kept)
        firm.clock.today = day
        count.end_day()
        # Lanes without an event see only the opening's.
        assert count.times[0] == count.times[2] == sum(-e < window - day - 1 for e in kept if e < 0)


def test_drawings_and_quick_repayments_are_counted():
    plan = HAZARD | {"per_month": 0, "frequent_drawing": {"above": 1, "window": 10, "times": 2},
                     "quick_prepayment": {"within": 3, "times": 3}}  # fmt: skip
    scenario = borrower({"line": LINE | {"risk_control": plan}},
                        bills={3: 100, 6: 50, 20: 80}, income={5: 60, 8: 500}, cash=50,
                        changes={"treasury.ceiling": 0})  # fmt: skip
    seen = {}
    firm = firm_of(scenario)
    for day in days_of(firm, 24):
        looks = firm.channels["line"].behaviour
        # Both windows have moved on to the next day.
        seen[day] = (int(looks.drawings.times[0]), int(looks.quick.times[0]))
    # Day 3: 50 drawn.  Day 5: 60 in, 50 repaid 2 days after a drawing: quick.  Day 7, the Monday
    # after day 6: 40 drawn.  Day 8: repaid after a day.  Day 13 ends the window of day 3's drawing.
    assert seen[2] == (0, 0)
    assert seen[3] == (1, 0)
    assert seen[5] == (1, 1)
    assert seen[7] == (2, 1)
    assert seen[8] == (2, 2)
    assert seen[12] == (1, 2)
    assert seen[16] == (0, 2)
    assert seen[23] == (0, 2)


def test_what_was_seen_before_the_start_counts():
    often = {"frequent_drawing": {"above": 5, "times": 1000}}
    opening = {"opening_behaviour": {"drawings": 8}}
    scenario = with_line(40, risk_control={"per_month": 0.05} | often, **opening)
    busy_firm, quiet = first_closure(scenario), first_closure(
        with_line(40, risk_control={"per_month": 0.05} | often)
    )  # fmt: skip
    # 1.6 a day while more than five of the eight drawings are left in the window.
    assert ((busy_firm >= 0) & (busy_firm < 10)).mean() > 0.99
    assert ((quiet >= 0) & (quiet < 10)).mean() < 0.05


def test_other_behaviours_show_when_they_should():
    plan = {"arrears": {"above": 1, "times": 2}, "utilisation": {"above": 0.5, "times": 3},
            "lenders": {"above": 1, "times": 5}, "inactivity": {"days": 4, "times": 7}}  # fmt: skip
    other = LINE | {"drawn": 10, "tenor_months": 1, "due_day": 10, "limit": 10}
    scenario = borrower({"line": LINE | {"risk_control": plan, "limit": 500}, "other": other},
                        bills={3: 300}, cash=0,
                        changes={"treasury.draw_order": ["line"]})  # fmt: skip
    firm, seen = firm_of(scenario), {}
    for day in days_of(firm, 60):
        firm.clock.today = day
        seen[day] = float(np.broadcast_to(firm.channels["line"].behaviour.times(), 1)[0])
        firm.clock.today = day + 1
    # Before day 3: drawn 30 days before the start.  Day 3: 300 of 500 and two lenders owed.
    assert seen[2] == 7
    assert seen[3] == seen[6] == 3 * 5
    assert seen[7] == 3 * 5 * 7


def test_arrears_show_beyond_so_many_days_and_debts_of_a_cent_count():
    plan = {"arrears": {"above": 2, "times": 2}, "lenders": {"above": 0, "times": 5}}
    other = LINE | {"drawn": "0.01", "tenor_months": 1, "due_day": 10, "limit": "0.01"}
    line = LINE | {"risk_control": plan, "limit": 0}
    firm, seen = firm_of(borrower({"line": line, "other": other}, bills={}, cash=0)), {}
    for day in days_of(firm, 44):
        firm.clock.today = day
        seen[day] = float(np.broadcast_to(firm.channels["line"].behaviour.times(), 1)[0])
        firm.clock.today = day + 1
    # The cent is due on 10 July, day 38, and three days past due on day 41.
    assert [times for _, times in sorted(seen.items())] == [5] * 41 + [10] * 3


@pytest.mark.parametrize("recourse", [True, False])
def test_advances_use_the_limit_of_a_factor_with_recourse_or_without(recourse):
    # 800.00 of 1,000.00 are advanced on day 3; the customer pays on Monday, day 21.
    minds = {"mean_days": 1000, "utilisation": {"above": 0.7, "times": 3}}
    plan = FACTOR | {"limit": 1000, "recourse": recourse, "risk_control": minds}
    firm, seen = firm_of(seller(plan, bills={3: 800}, invoices={20: 1000})), {}
    for day in days_of(firm, 30):
        seen[day] = float(np.broadcast_to(firm.channels["line"].behaviour.times(), 1)[0])
    assert [day for day, times in seen.items() if times == 3] == list(range(3, 21))


def test_the_economy_moves_the_hazard():
    ours = with_line(300, risk_control={"per_month": 0.1, "economy": 2.0})
    firm = run(ours, 2000)
    level = firm.columns["economy"]
    closed = firm.columns["line.risk_control.spell"] > 0
    assert level[closed].mean() < level[~closed].mean() - 0.2


# -- agreement --------------------------------------------------------------------------------


def test_notice_comes_before_the_closure():
    scenario = with_line(12, risk_control={"mean_days": 0.001}, agreement={"notice_days": 4},
                         data_sharing={"notice_days": 2})  # fmt: skip
    firm, on_notice, closed = firm_of(scenario), [], []
    for day in days_of(firm):
        notice = firm.channels["line"].on_notice()
        on_notice += [day + 1] if notice is not None and notice[0] else []
        closed += [day] if firm.columns[CLOSED][0] else []
    # Decided in LEND of day 0; SETTLE of days 1 to 4 knows; closed in LEND of day 4.
    assert on_notice == [1, 2, 3, 4]
    assert closed == list(range(4, 12))


@pytest.mark.parametrize(
    ("policy", "drawn"),
    [("nothing", []), ("draw_needed", [(1, 30_000)]), ("draw_all", [(1, 100_000)])],
)
def test_on_the_notice_of_an_agreement_the_firm_draws_the_next_day(policy, drawn):
    # Decided in LEND of day 0, known on day 1, closed in LEND of day 4; 400.00 are due on day 15,
    # in sight of a look-ahead of 14 days from day 1 on, and 100.00 are there.
    will = {"risk_control": {"mean_days": 0.001}, "agreement": {"notice_days": 4}}
    scenario = borrower({"line": LINE | will}, bills={15: 400}, horizon=20,
                        changes={"treasury.on_notice": policy})  # fmt: skip
    firm = traced(scenario)
    assert entries(firm, "cash", "loan:line") == drawn
    assert firm.outcomes.watches["channel_closed:line"].first.tolist() == [4]
    assert firm.outcomes.watches["cash_out"].first.tolist() == [-1 if drawn else 15]
    # Nobody who has no agreement knows: the line is closed on the evening of day 0.
    sudden = traced(scenario.replace({"channels.line.agreement": None}))
    assert entries(sudden, "cash", "loan:line") == []


def test_factors_of_agreements_multiply_the_hazard():
    both = {"agreement": {"hazard_factor": 0.5}, "data_sharing": {"hazard_factor": 0.8}}
    ours = closed_days(with_line(risk_control={"per_month": 0.5, "lasts": 3}, **both))
    assert (ours == closed_days(with_line(risk_control={"per_month": 0.2, "lasts": 3}))).all()


def test_the_fee_is_paid_at_the_end_of_each_month_and_foreseen():
    scenario = with_line(60, agreement={"fee": "30.50"})
    firm = firm_of(scenario)
    # 2025-06-30 is day 28; the look-ahead of 14 days sees it from day 14 on, not on its own day.
    fees = {}
    for day in days_of(firm):
        fees[day] = int(firm.books.balance("fees")[0])
    assert fees[27] == 0
    assert fees[28] == fees[58] == 3050
    assert fees[59] == 6100
    assert firm.cash[0] == 100_000 + 60 * 10_000 - 6100
    early = firm_of(scenario)
    early.run(14)
    assert early.lenders.contracted_ahead() == 3050
    late = firm_of(scenario)
    late.run(28)
    assert late.lenders.contracted_ahead() == 0


@settings(max_examples=15, deadline=None)
@given(
    st.dictionaries(st.integers(2, 50), st.integers(1, 400), min_size=1, max_size=6),
    st.dictionaries(st.integers(2, 50), st.integers(1, 300), max_size=4),
    st.integers(0, 8),
    st.integers(1, 12),
    st.sampled_from(["nothing", "draw_needed", "draw_all"]),
)
def test_more_notice_is_never_out_of_cash_sooner(bills, income, notice, more, policy):
    # True with rates of 0 and nothing to repay inside the run; with rates, what is drawn on notice
    # costs interest, and may bring the day nearer.
    line = LINE | {"repayment": "interest_first", "prepayable": False,
                   "risk_control": {"per_month": 0.8}}  # fmt: skip

    def first(days):
        will = line | {"agreement": {"notice_days": days}}
        firm = run(
            borrower({"line": will}, bills=bills, income=income,
                     changes={"treasury.on_notice": policy}), 30,
        )  # fmt: skip
        return firm.outcomes.watches["cash_out"].first.astype(np.int64)

    ours, theirs = (np.where(x < 0, 999, x) for x in (first(notice), first(notice + more)))
    assert (theirs >= ours).all()


@settings(max_examples=15, deadline=None)
@given(
    st.dictionaries(st.integers(2, 50), st.integers(1, 400), min_size=1, max_size=6),
    st.dictionaries(st.integers(2, 50), st.integers(1, 300), max_size=4),
    st.integers(0, 800),
    st.integers(1, 800),
)
def test_more_limit_is_never_out_of_cash_sooner(bills, income, limit, more):
    # True with rates of 0, nothing to repay inside the run and a hazard that minds no behaviour.
    line = LINE | {"repayment": "interest_first", "prepayable": False,
                   "risk_control": {"per_month": 0.8}}  # fmt: skip

    def first(limit):
        firm = run(borrower({"line": line | {"limit": limit}}, bills=bills, income=income), 30)
        return firm.outcomes.watches["cash_out"].first.astype(np.int64)

    ours, theirs = (np.where(x < 0, 999, x) for x in (first(limit), first(limit + more)))
    assert (theirs >= ours).all()


def test_with_a_rate_notice_may_bring_the_end_nearer():
    # The case of the page of meanings: 1,000 drawn on notice at 0.1 % a day and due with 30 of
    # interest on day 31, and a bill of all that the firm has on day 42.
    line = LINE | {
        "rate": {"per_day": 0.001},
        "tenor_months": 1,
        "risk_control": {"mean_days": 1e-3},
    }

    def first(days):
        will = line | {"agreement": {"notice_days": days}}
        changes = {"treasury.on_notice": "draw_all"}
        firm = run(borrower({"line": will}, bills={42: 500}, cash=500, changes=changes))
        return int(firm.outcomes.watches["cash_out"].first[0])

    assert first(0) == -1
    assert first(3) == 42


# -- after a closure --------------------------------------------------------------------------


def limits(scenario, day):
    firm = firm_of(scenario)
    firm.run(day)
    return firm.channels["line"].limit.value


def test_a_line_comes_back_with_part_of_its_limit():
    scenario = with_line(60, risk_control={"limit_after": 0.8, "limit_back_days": 20}).replace(
        {"shocks": {"one": closure(5, lasts=3), "two": closure(12, lasts=3)}}
    )
    assert limits(scenario, 8) == 100_000
    # Open again on day 8, seen at its end: 80 % from day 9 on; 64 % after the second closure.
    assert limits(scenario, 9) == limits(scenario, 15) == 80_000
    assert limits(scenario, 16) == limits(scenario, 35) == 64_000
    # The whole limit is back 20 days after the last return.
    assert limits(scenario, 36) == 100_000


def test_nobody_draws_the_old_limit_on_the_day_a_line_comes_back():
    line = LINE | {"risk_control": {"limit_after": 0.3}}
    for lasts in (4, None):
        # The shock lets go in the morning of day 9, a Wednesday with a bill of 900 to pay.
        shocks = {"shocks": {"one": closure(5, lasts=lasts)}}
        scenario = borrower({"line": line}, bills={9: 900}, cash=0, **shocks)
        firm = run(scenario, until=10)
        assert firm.channels["line"].drawn[0] == (30_000 if lasts else 0)


def test_fresh_lanes_wait_anew_and_keep_what_is_decided():
    scenario = with_line(200, risk_control={"per_month": 0.2}, agreement={"notice_days": 3})
    firm = firm_of(scenario, 400)
    firm.run(60)
    closed, decided = (firm.columns[f"line.risk_control.{part}"].copy()
                       for part in ("spell", "closes_on"))  # fmt: skip
    firm.world.take(np.repeat(np.arange(400), 2), draws="fresh")
    assert (firm.columns["line.risk_control.spell"][::2] == closed).all()
    assert (firm.columns["line.risk_control.closes_on"][1::2] == decided).all()
    waiting = np.flatnonzero((closed == 0) & (decided > 1000))
    needed = firm.columns["line.risk_control.needed"]
    assert (needed[2 * waiting] != needed[2 * waiting + 1]).all()
    # Exp(1) again: its mean within four standard errors.
    assert abs(needed.mean() - 1) < 4 / 800**0.5
    firm.run()
    firm.audit()


# -- what is reported -------------------------------------------------------------------------


def test_closed_days_are_reported_by_cause_and_way():
    scenario = with_line(40, risk_control={}, reopening={"ways": ["ask"], "ask": {
        "review_days": 2, "risk_control": 1.0}}).replace({"shocks": {
            "one": closure(5), "two": closure(20, lasts=4, cause="fault"),
            "three": closure(22, lasts=4, cause="regulator")}})  # fmt: skip
    result = cs.simulate(scenario, runs=3)
    line = result.closures()["line"]
    assert {cause: c.days.tolist() for cause, c in line.closed.items()} == {
        "risk_control": [2] * 3, "fault": [4] * 3, "regulator": [4] * 3,
    }  # fmt: skip
    assert {way: times.tolist() for way, times in line.reopened.items()} == {
        "ask": [1] * 3, "wait": [1] * 3, "repair": [0] * 3,
    }  # fmt: skip
    assert result.days_in_force("channel_closed:line").tolist() == [8] * 3
    told = result.to_dict()["closures"]["stressed"]["line"]
    assert told["closed"]["fault"]["days"] == 4
    assert told["reopened"] == {"wait": 1, "ask": 1, "repair": 0}


def test_a_firm_whose_lenders_have_no_will_says_nothing_of_them():
    answer = cs.simulate(with_line(5), runs=2).to_dict()
    assert "closures" not in answer
    assert "notes" not in answer
    assert cs.simulate(with_line(5), runs=2).closures() == {}
