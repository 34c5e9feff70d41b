"""What the story tells, on small firms whose days can be worked out by hand."""

import numpy as np
import pytest
from borrowing import BANK, OWNER, PLATFORM, borrower, closure, date
from lab import plain
from selling import FACTOR, late, seller

import cashstress as cs
from cashstress.errors import ScenarioError, SimulationError
from cashstress.replays import find

#: A supplier of half of what is sold, paid after 5 days, patient for 3.
FLOUR = {
    "share": 0.5,
    "terms": 5,
    "lead_days": 1,
    "review_every": 7,
    "stock": 600,
    "stock_days": 5,
    "critical": True,
    "tolerance": 3,
    "cod_days": 10,
}


def told(scenario):
    return cs.replay(scenario, replication=0).story


def events(story, *kinds):
    return [(each.day, each.kind, each.subject, each.amount) for each in story.events
            if each.kind in kinds]  # fmt: skip


def closed_line(**more):
    # 100.00 in cash; 400.00 are due on day 10; the line closes on day 5.
    lines = {"line": PLATFORM}
    return borrower(lines, bills={10: 400}, shocks={"shut": closure(5, 20)}, **more)


def test_a_closed_line_and_a_bill():
    story = told(closed_line())
    assert events(story, "shock_struck", "line_closed", "cash_out", "line_reopened") == [
        (5, "shock_struck", "shut", None),
        (5, "line_closed", "line", None),
        (10, "cash_out", "", 30_000),
        (25, "line_reopened", "line", None),
    ]
    assert story.first_day == 10
    day = story.days[10]
    # Cash 100.00 less nothing so far; the floor is 0 by default.
    assert (day.opening_cash, day.required, day.gap) == (10_000, 40_000, 30_000)
    assert (day.paid, day.unpaid, day.closing_cash) == (10_000, 30_000, 0)
    (due,) = day.due
    assert (due.name, due.amount, due.paid, due.left) == ("Bill 10", 40_000, 10_000, 30_000)
    (line,) = day.lines
    assert (line.causes, line.closed_since, line.headroom) == (("risk control",), 5, 0)
    text = story.text(100)
    assert text.startswith(
        "Plain, seed 0, replication 0; amounts in CNY\n\n"
        "On Thu 12 Jun 2025 (day 10) a bill could not be paid when it was due. "
        "At the end of the day 300.00\nwas unpaid: Bill 10 300.00.\n"
    )
    assert "Line: closed since 7 Jun (risk control); 0.00 of 1,000.00 drawn" in text
    assert "Sat 7 Jun 2025: Line closes: risk control; 0.00 drawn stay on their schedule." in text
    (row,) = [line for line in text.splitlines() if line.startswith("> ")]
    assert row.split() == [
        ">",
        "Thu",
        "12",
        "Jun",
        "100.00",
        "-",
        "-",
        "400.00",
        "100.00",
        "300.00",
    ]
    assert "Fri 27 Jun 2025: Line is open again." in text


def test_the_firm_learns_that_a_line_is_closed_by_asking():
    # It looks at its lines on days 0, 28, ... only, and asks on day 10.
    scenario = closed_line(changes={"treasury.check_every": 28})
    story = told(scenario)
    assert events(story, "asked_closed_line") == [(10, "asked_closed_line", "line", 30_000)]
    assert "Asks Line for 300.00: the line is closed (risk control)" in story.text()


def test_a_refusal_is_told():
    scenario = borrower({"line": PLATFORM | {"approval": 0.0}}, bills={10: 400})
    story = told(scenario)
    assert events(story, "drawing_refused")[0] == (10, "drawing_refused", "line", 30_000)
    assert "Asks Line for 300.00: refused" in story.text()
    assert "Line refused 300.00, on 12 Jun." in story.text()


def test_money_on_its_way_is_told():
    # Asked for on day 8, two days too late: the bill lies 2 days ahead, the bank takes 5 days.
    bank = BANK | {"delay_days": 5}
    scenario = borrower({"line": bank}, bills={10: 400}, changes={"treasury.look_ahead": 2})
    story = told(scenario)
    # Day 8 is a Tuesday; five days later it is Sunday, so Monday 16 June, day 14.
    assert events(story, "drawing_approved", "drawing_arrived", "cash_out", "all_paid")[:4] == [
        (8, "drawing_approved", "line", 30_000),
        (10, "cash_out", "", 30_000),
        (14, "drawing_arrived", "line", 30_000),
        (14, "all_paid", "", None),
    ]
    text = story.text()
    assert "Line: 700.00 could be asked for; 0.00 of 1,000.00 drawn, 300.00 on its way" in text
    approved = next(event for event in story.events if event.kind == "drawing_approved")
    assert approved.text == "Asks Line for 300.00: approved, to come on Mon 16 Jun"


def test_a_used_up_line_is_told():
    # The line gives 200.00 of the 300.00 that are missing on day 10.
    scenario = borrower({"line": PLATFORM | {"limit": 200}}, bills={10: 400, 12: 50})
    story = told(scenario)
    assert events(story, "drawn", "cash_out") == [
        (10, "drawn", "line", 20_000),
        (10, "cash_out", "", 10_000),
    ]
    assert story.days[12].lines[0].headroom == 0
    assert story.days[10].borrowed == 20_000


def test_what_had_not_come_in():
    # 500.00 expected on day 4 come 10 days late, on day 14 (a Monday); 400.00 are due on day 10.
    scenario = seller(
        FACTOR | {"limit": 0}, bills={10: 400}, invoices={4: 500, 30: 70}, cash=100,
        customer=late(10),
    )  # fmt: skip
    story = told(scenario)
    (late_one,) = story.days[10].late
    assert (late_one.customer, late_one.amount, late_one.invoices) == ("shop", 50_000, 1)
    assert (late_one.oldest, late_one.disputed, late_one.soon) == (4, 0, 50_000)
    assert not story.days[4].late
    assert [day.day for day in story.days if day.late][:10] == [*range(5, 14), 31]
    assert "1 invoice, the oldest 6 days late" in story.text()
    assert events(story, "cash_out", "all_paid") == [
        (10, "cash_out", "", 30_000),
        (14, "all_paid", "", None),
    ]


def test_sold_invoices_are_not_waited_for():
    # The factor buys 375.00 of the 500.00 of day 4 for 300.00 on day 0; the rest stays open.
    scenario = seller(FACTOR, bills={0: 300}, invoices={4: 500}, customer=late(10))
    (late_one,) = told(scenario).days[10].late
    assert late_one.amount == 12_500


def test_a_pay_run_that_is_missed():
    # test_payroll: wages of 2,700.00 on day 11, 2,100.00 there; paid on day 16 by 100.00 a day.
    story = told(plain(payroll={"staff": 10, "wage": 270}))
    assert story.first_day == 11
    kinds = ("missed_payroll", "cash_out", "wages_paid_late", "all_paid")
    assert events(story, *kinds)[:4] == [
        (11, "missed_payroll", "", 270_000),
        (11, "cash_out", "", 270_000),
        (16, "wages_paid_late", "", None),
        (16, "all_paid", "", None),
    ]
    text = story.text()
    assert "a pay run was missed and a bill could not be paid when it was due." in text
    assert "Wages are paid in full or not at all, and what is there is kept for them." in text


def test_holds_and_orders_against_cash():
    # No cash at all until 2,000.00 come on day 21: the bill of the first delivery goes unpaid, the
    # supplier stops, ships again when it is paid, and wants cash.
    opening = [{"due": date(21), "amount": 2000}]
    slow = {"share": 1, "terms": 200, "opening": opening}
    scenario = plain({"firm.cash": 0}, suppliers={"flour": FLOUR}, customers={"slow": slow})
    story = told(scenario)
    (began, *_), (lifted, *_) = events(story, "hold_began"), events(story, "hold_lifted")
    first_unpaid = events(story, "cash_out")[0][0]
    # Past due for 3 days after SETTLE, and from the next morning on hold.
    assert began[0] == first_unpaid + 4
    assert lifted[0] == 22
    assert "against cash until" in next(e.text for e in story.events if e.kind == "hold_lifted")
    assert events(story, "supplier_hold")[0][0] == began[0]
    paid = events(story, "cash_order_paid", "cash_order_lapsed")
    assert paid
    assert paid[0][1:3] == ("cash_order_paid", "flour")


def test_a_cash_order_that_lapses():
    # As above with just enough to pay what is past due: nothing is left for the order.
    slow = {"share": 1, "terms": 200, "opening": [{"due": date(21), "amount": 150}]}
    scenario = plain({"firm.cash": 0}, suppliers={"flour": FLOUR}, customers={"slow": slow})
    story = told(scenario)
    lapsed = events(story, "cash_order_lapsed")
    if events(story, "hold_lifted"):
        assert lapsed
        assert (
            "lapses: no cash for it"
            in story.events[[event.kind for event in story.events].index("cash_order_lapsed")].text
        )


def test_a_firm_that_is_wound_up():
    # Nothing of the wages is ever paid: wound up 20 days after the pay day, day 11.
    changes = {"sales.annual": 0, "firm.cash": 0, "treasury.wind_up_after": 20}
    story = told(plain(changes, payroll={"staff": 10, "wage": 270, "leave_per_week": 0.1}))
    assert events(story, "wound_up") == [(31, "wound_up", "", None)]
    assert events(story, "staff_left")[0][0] == 18
    assert all(day.paid == 0 for day in story.days)


def test_levers_that_a_shock_pulls():
    cut = {"kind": "lever", "lever": "line.limit", "operation": "scale", "value": 0.5}
    cut |= {"on": date(3), "lasts": 4}
    story = told(borrower({"line": PLATFORM}, shocks={"cut": cut}))
    moved = [(event.day, event.text) for event in story.events if event.kind == "lever_moved"]
    assert moved == [
        (3, "The limit of Line goes from 1,000.00 to 500.00"),
        (7, "The limit of Line goes from 500.00 to 1,000.00"),
    ]
    assert events(story, "shock_struck", "shock_ended") == [
        (3, "shock_struck", "cut", None),
        (7, "shock_ended", "cut", None),
    ]


def test_the_economy_is_no_shock():
    # It moves limit and approval every day.
    scenario = borrower({"line": PLATFORM | {"economy": 0.5}}, changes={"economy.half_life": 30})
    assert not events(told(scenario), "lever_moved")


def test_early_repayment_and_write_offs():
    # 300.00 are drawn on day 3; 1,000.00 come on day 8, all but 100.00 of it to spare.
    scenario = borrower(
        {"line": PLATFORM}, bills={3: 400}, income={8: 1000}, changes={"treasury.ceiling": 100}
    )
    story = told(scenario)
    (drawn,) = events(story, "drawn")
    assert drawn == (3, "drawn", "line", 30_000)
    (repaid,) = events(story, "repaid_early")
    assert repaid == (8, "repaid_early", "line", 30_000)
    gone = seller(
        OWNER | {"limit": 0}, invoices={4: 500}, cash=100,
        customer={"never_paid": 1, "write_off_after": 20},
    )  # fmt: skip
    assert events(told(gone), "written_off") == [(24, "written_off", "shop", 50_000)]


def test_a_line_that_closes_and_harms_nobody_is_told():
    # The bill of day 10 is paid from 500.00 of cash; the line closes on day 5, Saturday 7 June.
    story = told(closed_line(changes={"firm.cash": 500}))
    assert story.first_day is None
    assert story.outcomes == {"channel_closed:line": 5}
    text = " ".join(story.text().split())
    assert "Nothing happened" not in text
    assert (
        "Line was closed on Sat 7 Jun 2025 (day 5). All the same every bill of 60 days was paid "
        "when it was due. The lowest day was Thu 12 Jun 2025 (day 10): cash 100.00"
    ) in text


def test_nothing_happens():
    # 1,000.00 and 100.00 a day: the lowest day is the first, at 1,100.00.
    story = told(plain())
    assert story.first_day is None
    assert story.lowest_day == 0
    assert "Nothing happened in 60 days: every bill was paid when it was due." in story.text()
    assert "The lowest day was Mon 2 Jun 2025 (day 0): cash 1,100.00 and 0.00 to draw." in " ".join(
        story.text().split()
    )
    assert "There is no line to draw on." in story.text()
    assert str(story) == story.text()


@pytest.mark.parametrize("width", [60, 80, 100])
def test_lines_keep_the_width_but_for_the_table(width):
    lines = told(closed_line()).text(width).splitlines()
    prose = lines[: lines.index("Day by day around it")]
    assert max(len(line) for line in prose) <= width
    assert max(len(line) for line in lines) <= 100


def test_balances_and_days_outside_are_refused():
    one = cs.replay(plain(), replication=3)
    assert one.balances(0)["Assets:Cash"] == 110_000
    assert one.balances(0) == one.journal.balances(0)
    for day in (-1, 60, 1.5):
        with pytest.raises(ScenarioError, match=r"day: .* accepted: a whole number from 0 to 59"):
            one.balances(day)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"replication": -1}, "replication: .*given -1"),
        ({"replication": True}, "replication: .*given True"),
        ({"replication": 0, "seed": 2**64}, "seed: "),
    ],
)
def test_options_out_of_range(options, words):
    with pytest.raises(ScenarioError, match=words):
        cs.replay(plain(), **options)


def test_the_path_of_a_scenario_is_no_scenario():
    with pytest.raises(ScenarioError, match=r"scenario: is no scenario; given 'firm\.toml'"):
        cs.replay("firm.toml", replication=0)


def test_a_replication_that_fails_says_where():
    def breaks(firm):
        for day in firm.days():
            yield firm.clock.at(day, 4)
            if day == 3:
                raise ZeroDivisionError("by hand")

    with pytest.raises(SimulationError, match="by hand") as caught:
        cs.replay(plain().replace({"processes": [breaks]}), replication=0)
    assert (caught.value.day, caught.value.process) == (3, "breaks")


def test_find_gives_the_first_replication():
    scenario = plain({"firm.cash": {"draw": "uniform", "low": 0, "high": 5000}},
                     costs={"rent": {"monthly": 4000, "day": 10}})  # fmt: skip
    first = cs.simulate(scenario, runs=256, seed=4, workers=1).first_day("cash_out")
    wanted = int(np.flatnonzero(first >= 0)[0])
    assert find(scenario, "cash_out", seed=4) == wanted
    with pytest.raises(cs.CashstressError, match="there is no outcome of that name"):
        find(scenario, "cash_in")


def test_find_gives_up(monkeypatch):
    from cashstress.replays import replaying

    monkeypatch.setattr(replaying, "_LOOKED_AT", (4, 8))
    with pytest.raises(ScenarioError, match=r"outcome: happens in none of 8 replications"):
        find(plain(), "default")


@pytest.mark.parametrize(("width", "column"), [(100, 14), (80, 11), (60, 8)])
def test_the_table_of_days_is_as_wide_as_there_is_room_for(width, column):
    lines = told(closed_line()).text(width).splitlines()
    (row,) = [line for line in lines if line.startswith("> ")]
    assert row.split()[4:] == ["100.00", "-", "-", "400.00", "100.00", "300.00"]
    assert len(row) == 12 + 6 * column
    assert not any("whole CNY" in line for line in lines)


def test_amounts_too_long_for_their_column_are_in_whole_units():
    # 2,000,000.00 has twelve characters; at 80 a column has eleven.
    lines = told(borrower({"line": PLATFORM}, cash=1_000_000, bills={10: 2_000_000})).text(80)
    (head,) = [line for line in lines.splitlines() if "came in" in line]
    (row,) = [line for line in lines.splitlines() if line.startswith("> ")]
    assert head.startswith("  whole CNY ")
    assert "2,000,000 " in row
    assert len(row) == len(head) == 78
