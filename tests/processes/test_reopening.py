"""Wait, ask, repair, diagnose: when a closed line is open again, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from borrowing import borrower, closure
from lab import day_by_day, days_of, firm_of, plain, run

from cashstress.kernel.streams import Streams

LINE = {"kind": "platform", "limit": 1000, "rate": {"per_day": 0.0}, "tenor_months": 12}
CLOSED = "watch.channel_closed:line.on"
SURE = {"review_days": 5, "risk_control": 1.0}


def closed_days(ways, *, lanes=1, horizon=80, changes=None, line=None, **shock):
    scenario = plain(
        channels={"line": LINE | (line or {}) | {"reopening": ways}},
        horizon=horizon,
        shocks={"closure": closure(10, **shock)},
        changes=changes,
    )
    return np.array(day_by_day(scenario, lambda firm: firm.columns[CLOSED].copy(), lanes=lanes))


def span(closed):
    days = closed[:, 0].nonzero()[0]
    return (int(days[0]), int(days[-1]) + 1) if len(days) else None


def test_without_a_way_a_closure_for_good_stays():
    assert span(closed_days({"ways": ["wait"]})) == (10, 80)
    assert span(closed_days({"ways": ["wait"]}, lasts=7)) == (10, 17)


def test_a_ticket_is_answered_after_its_review():
    # Noticed and written on day 10, answered in LEND of day 15: open at that day's end.
    assert span(closed_days({"ways": ["ask"], "ask": SURE})) == (10, 15)


def test_whoever_looks_seldom_finds_out_late():
    late = {"treasury.check_every": 7}
    assert span(closed_days({"ways": ["ask"], "ask": SURE}, changes=late)) == (10, 19)


def test_a_refused_request_is_a_look_too():
    ask = {"ways": ["ask"], "ask": SURE}
    scenario = borrower(
        {"line": LINE | {"reopening": ask}},
        bills={11: 500},
        shocks={"closure": closure(10)},
        changes={"treasury.check_every": 30},
    )
    firm = run(scenario)
    # Asked for money on day 11, refused; the ticket of that day is answered on day 16.
    assert firm.outcomes.watches["channel_closed:line"].days[0] == 6


@pytest.mark.parametrize(("cause", "until"), [("risk_control", 15), ("fault", 80)])
def test_chances_go_by_cause(cause, until):
    ways = {"ways": ["ask"], "ask": SURE}
    assert span(closed_days(ways, cause=cause)) == (10, until)


def test_a_regulator_listens_only_where_the_scenario_says():
    assert span(closed_days({"ways": ["ask"], "ask": SURE}, cause="regulator")) == (10, 80)
    ask = SURE | {"regulator": 1.0}
    assert span(closed_days({"ways": ["ask"], "ask": ask}, cause="regulator")) == (10, 15)


def test_tickets_are_repeated_and_then_given_up():
    ask = {"review_days": 2, "every": 3, "most": 3, "risk_control": 0.5}
    closed = closed_days({"ways": ["ask"], "ask": ask}, lanes=4000)
    # Answers on days 12, 17 (written 3 days after the refusal) and 22, each with one half.
    for day, still in ((11, 1.0), (12, 0.5), (16, 0.5), (17, 0.25), (22, 0.125), (79, 0.125)):
        assert abs(closed[day].mean() - still) <= 4 * (still * (1 - still) / 4000) ** 0.5


def test_the_record_and_an_agreement_move_the_chance():
    ask = {"review_days": 2, "most": 1, "risk_control": 0.8}
    ways = {"ways": ["ask"], "ask": ask, "record_weight": 0.5}
    record = {"credit_record": {"firm": 40, "clean": 0, "closure": 0}}
    closed = closed_days(ways, lanes=4000, changes=record)
    # 0.8 x (1 - 0.5 x (1 - 0.4)) = 0.56 is granted; with an agreement of 1.5, 0.84.
    assert abs(closed[12].mean() - 0.44) < 4 * (0.44 * 0.56 / 4000) ** 0.5
    line = {"agreement": {"reopening_factor": 1.5}}
    closed = closed_days(ways, lanes=4000, changes=record, line=line)
    assert abs(closed[12].mean() - 0.16) < 4 * (0.16 * 0.84 / 4000) ** 0.5


def test_the_firms_record_helps_a_line_on_the_owners():
    ask = {"review_days": 2, "most": 1, "risk_control": 0.8}
    ways = {"ways": ["ask"], "ask": ask, "record_weight": 0.5, "firm_record_weight": 0.25}
    record = {"credit_record": {"firm": 20, "owner": 40, "clean": 0, "closure": 0}}
    closed = closed_days(ways, lanes=4000, changes=record, line={"record": "owner"})
    # 0.8 x (1 - 0.5 x (1 - 0.4)) x (1 - 0.25 x (1 - 0.2)) = 0.8 x 0.7 x 0.8 = 0.448 is granted.
    assert abs(closed[12].mean() - 0.552) < 4 * (0.552 * 0.448 / 4000) ** 0.5
    # A firm without a point is not let go, however good its owner is.
    ways |= {"record_weight": 0, "firm_record_weight": 1.0}
    ways["ask"] = ask | {"risk_control": 1.0}
    for firm, until in ((100, 12), (0, 80)):
        record = {"credit_record": {"firm": firm, "owner": 100, "clean": 0, "closure": 0}}
        closed = closed_days(ways, changes=record, line={"record": "owner"})
        assert span(closed) == (10, until)


def test_the_lender_reads_an_old_score_here_too():
    ask = {"review_days": 3, "most": 1, "risk_control": 1.0}
    ways = {"ways": ["ask"], "ask": ask, "record_weight": 1.0}
    # The closure of day 10 takes all points; the ticket is answered on day 13.
    record = {"credit_record": {"firm": 100, "closure": 100, "clean": 0}}
    assert span(closed_days(ways, changes=record)) == (10, 80)
    lagged = {"reads_record": {"lag_days": 5, "below": 1}}
    assert span(closed_days(ways, changes=record, line=lagged)) == (10, 13)


def test_a_better_chance_never_reopens_later():
    def days(chance):
        ask = {"review_days": 2, "every": 3, "risk_control": chance}
        return closed_days({"ways": ["ask"], "ask": ask}, lanes=500).sum(axis=0)

    assert (days(0.6) <= days(0.3)).all()
    assert (days(0.6) < days(0.3)).any()


def test_repairing_is_looked_at_from_time_to_time():
    repair = {"chance": 1.0, "every": 30}
    assert span(closed_days({"ways": ["repair"], "repair": repair})) == (10, 40)
    # A fault is nothing that the firm could mend.
    assert span(closed_days({"ways": ["repair"], "repair": repair}, cause="fault")) == (10, 80)


def test_every_review_meets_its_own_draw(monkeypatch):
    numbered, met = Streams.numbered, []

    def noted(streams, name, numbers, lanes):
        if name.endswith(".review"):
            met.extend(numbers.tolist())
        return numbered(streams, name, numbers, lanes)

    monkeypatch.setattr(Streams, "numbered", noted)
    closed_days({"ways": ["repair"], "repair": {"chance": 0.0, "every": 20}})
    # Closed on day 10 of 80: looked at on days 30, 50 and 70.
    assert met == [0, 1, 2]


def test_repairing_brings_the_balance_down_first():
    repair = {"chance": 1.0, "every": 5, "utilisation": 0.4}
    ways = {"ways": ["repair"], "repair": repair}
    owing = {
        "drawn": 900,
        "approval": 0,
        "tenor_months": 36,
        "repayment": "interest_first",
        "reopening": ways,
    }

    def seen(floor):
        scenario = plain(
            channels={"line": LINE | owing},
            shocks={"closure": closure(10)},
            changes={"firm.cash": 1000, "treasury.floor": floor},
            horizon=40,
        )
        firm = firm_of(scenario)
        return [
            (int(firm.channels["line"].drawn[0]), bool(firm.columns[CLOSED][0]))
            for _ in days_of(firm)
        ]

    # 100.00 a day are earned: 2,100 on day 10, when the firm notices.  With a floor of 1,900, 300
    # are spare on day 11 and 100 on each day after it: 400 is reached on day 13.
    rows = seen(1900)
    assert [drawn for drawn, _ in rows[10:15]] == [90_000, 60_000, 50_000, 40_000, 40_000]
    assert [closed for _, closed in rows].count(True) == 5
    # With a floor of 2,300 it is reached on day 17, and the review of day 20 counts.
    rows = seen(2300)
    assert [drawn for drawn, _ in rows[12:19]] == [90_000, *range(80_000, 39_999, -10_000), 40_000]
    assert [closed for _, closed in rows].count(True) == 10


def test_arrears_must_be_paid_before_a_review_helps():
    repair = {"chance": 1.0, "every": 35}
    line = LINE | {
        "drawn": 300,
        "opening_months": 1,
        "due_day": 10,
        "reopening": {"ways": ["repair"], "repair": repair},
    }
    # Due on day 38, 10 July, with nothing to pay; money comes on day 50.
    scenario = borrower(
        {"line": line},
        income={50: 400},
        cash=0,
        shocks={"closure": closure(10)},
        changes={"horizon": 90},
    )
    firm = firm_of(scenario)
    closed = [day for day in days_of(firm) if firm.columns[CLOSED][0]]
    # Reviewed on days 45 (owes) and 80: granted.
    assert closed == list(range(10, 80))


def test_a_pattern_must_have_faded_and_idleness_is_forgiven():
    repair = {"chance": 1.0, "every": 5}
    control = {
        "inactivity": {"days": 1, "times": 1},
        "frequent_drawing": {"above": 3, "window": 30, "times": 1},
    }
    ways = {"ways": ["repair"], "repair": repair}
    line = {"risk_control": control, "opening_behaviour": {"drawings": 4}}
    # Drawings lie evenly in the 29 days before day 0.  Of four the oldest, on day -26, has left the
    # window long before the closure; of twelve the fourth newest, on day -9, leaves on day 21.
    assert span(closed_days(ways, line=line)) == (10, 15)
    line["opening_behaviour"] = {"drawings": 12}
    assert span(closed_days(ways, line=line)) == (10, 25)


def test_the_cause_is_hidden_until_it_is_asked_for():
    ways = {"ways": ["ask", "diagnose"], "ask": SURE, "diagnose": {"takes_days": 3}}
    # Known on day 13; written then, answered on day 18.
    assert span(closed_days(ways)) == (10, 18)


def test_a_diagnosed_fault_is_waited_for():
    ask = SURE | {"fault": 1.0, "most": 1}
    blind = {"ways": ["ask"], "ask": ask}
    knowing = {"ways": ["ask", "diagnose"], "ask": ask}
    assert span(closed_days(blind, cause="fault", lasts=30)) == (10, 15)
    assert span(closed_days(knowing, cause="fault", lasts=30)) == (10, 40)


def test_who_knows_the_cause_mends_before_asking():
    # The balance stays above what is liked: the ticket waits for the end of patience.
    ways = {"ways": ["ask", "repair", "diagnose"], "ask": SURE,
            "repair": {"utilisation": 0.1, "chance": 0.0},
            "diagnose": {"takes_days": 3, "patience": 20}}  # fmt: skip
    stuck = {"drawn": 500, "tenor_months": 36, "repayment": "interest_first", "prepayable": False}
    assert span(closed_days(ways, line=stuck)) == (10, 35)
    assert span(closed_days(ways)) == (10, 18)


def test_an_open_line_forgets_its_tickets():
    ask = {"review_days": 5, "risk_control": 1.0}
    scenario = plain(
        channels={"line": LINE | {"reopening": {"ways": ["ask"], "ask": ask}}},
        shocks={"one": closure(10, lasts=3), "two": closure(14)},
    )
    closed = np.array(day_by_day(scenario, lambda firm: firm.columns[CLOSED].copy()))[:, 0]
    # The ticket of day 10 would be answered on day 15; it died when the line opened on day 13.
    assert closed.nonzero()[0].tolist() == [10, 11, 12, 14, 15, 16, 17, 18]
