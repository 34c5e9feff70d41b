"""Wages to the day and the cent.

Day 0 is Monday 2 June 2025.  15 June is a Sunday: the pay day rolls back to Friday, day 11, and the
day of the social insurance on to Monday, day 14.  15 July is a Tuesday, day 43.  Cash is 1,000.00
and 100.00 a day, so 1,100.00 + 100.00 x day in SETTLE.
"""

from __future__ import annotations

import pytest
from lab import day_by_day, entries, firm_of, first, plain, run, traced, watch

#: One month is 10 x 270.00 = 2,700.00: more than the 2,200.00 of day 11, there on day 16.
TIGHT = {"staff": 10, "wage": 270}


def paid(scenario, account="wages", until=None):
    return entries(traced(scenario, until=until), account, "cash")


def test_wages_and_social_insurance_on_their_days():
    payroll = {"staff": 10, "wage": 300, "withheld": 0.1, "employer": 0.2}
    firm = traced(plain({"firm.cash": 10_000}, payroll=payroll))
    # Gross 3,000.00; net of 10 % it is 2,700.00; 10 % + 20 % go to the authorities.
    assert entries(firm, "wages", "cash") == [(11, 270_000), (43, 270_000)]
    assert entries(firm, "social_insurance", "cash") == [(14, 90_000), (43, 90_000)]
    # June's are earned on its last day; May's were owed in the opening books.
    assert entries(firm, "wage_expense") == [
        (28, 270_000),
        (28, 90_000),
        (59, 270_000),
        (59, 90_000),
    ]


@pytest.mark.parametrize(
    ("start", "pay_day", "days"),
    [
        # 1 June 2025 is a Sunday: May's wages are paid on Friday the 30th, before May is over.
        ("2025-05-05", 1, [25, 57]),
        # The last day of the next month; 31 May is a Saturday, April's wages come on the 30th.
        ("2025-05-05", "last", [25, 56]),
        # The 31st of June is the 30th.
        ("2025-06-02", 31, [28, 59]),
    ],
)
def test_pay_days_roll_back(start, pay_day, days):
    payroll = {"staff": 1, "wage": 100, "pay_day": pay_day}
    assert paid(plain({"start": start}, payroll=payroll)) == [(day, 10_000) for day in days]


def test_a_pay_day_may_roll_back_over_a_long_holiday():
    # 5 October lies in the holidays of 1-8 October: September's wages on the 30th (day 29), then on
    # 5 November (day 65): one month in each run.
    holidays = [f"2025-10-{day:02}" for day in range(1, 9)]
    changes = {"start": "2025-09-01", "horizon": 70, "calendar.holidays": holidays}
    payroll = {"staff": 1, "wage": 100, "pay_day": 5}
    assert paid(plain(changes, payroll=payroll)) == [(4, 10_000), (29, 10_000), (65, 10_000)]


def test_a_bonus_comes_with_the_last_run_before_the_spring_festival():
    # The festival is on 29 January 2025.  Runs: 13 December (the 15th is a Sunday), 15 January,
    # 14 February (the 15th is a Saturday).
    payroll = {"staff": 10, "wage": 300, "bonus_months": 1.5}
    changes = {"start": "2024-12-02", "horizon": 80, "firm.cash": 50_000}
    assert paid(plain(changes, payroll=payroll)) == [(11, 300_000), (44, 750_000), (74, 300_000)]
    # A firm that opens in January owes the bonus already.
    changes["start"] = "2025-01-06"
    assert paid(plain(changes, payroll=payroll), until=20) == [(9, 750_000)]


def test_a_bonus_paid_before_the_start_still_owes_its_social_insurance():
    # The run of 15 January carries 1.5 months (festival: 29 January). Of 10 x 300 x 2.5 = 7,500.00
    # a fifth is due on the 25th, a Saturday: on Monday the 27th.
    payroll = {"staff": 10, "wage": 300, "bonus_months": 1.5, "employer": 0.2, "social_day": 25}
    changes = {"start": "2025-01-20", "horizon": 20, "firm.cash": 50_000}
    assert paid(plain(changes, payroll=payroll), "social_insurance") == [(7, 150_000)]


@pytest.mark.parametrize(
    ("grace", "missed"), [(0, (11, 1, 5)), (4, (15, 1, 1)), (5, (-1, 0, 0)), (6, (-1, 0, 0))]
)
def test_missed_is_unpaid_on_the_day_the_grace_ends(grace, missed):
    # Due on day 11, paid on day 16 (2,700.00): with five days of grace it is paid by day 11 + 5.
    firm = run(plain(payroll=TIGHT | {"grace": grace}), until=40)
    assert watch(firm, "missed_payroll") == missed
    assert watch(firm, "cash_out") == (11, 1, 5)


def test_all_or_nothing_holds_its_cash():
    # Rent of 50.00 on the 13th (day 11) waits with the wages, and is paid on day 17 from new cash.
    rent = {"rent": {"monthly": 50, "day": 13}}
    firm = traced(plain(payroll=TIGHT, costs=rent), until=20)
    assert entries(firm, "wages", "cash") == [(16, 270_000)]
    assert entries(firm, "costs_payable:rent", "cash") == [(17, 5_000)]


def test_released_cash_pays_lower_classes():
    # Day 11: rent. Then 1,050.00 + 100.00 a day: 2,650.00 on day 16, enough on day 17.
    scenario = plain(
        {"treasury.release": True}, payroll=TIGHT, costs={"rent": {"monthly": 50, "day": 13}}
    )
    firm = traced(scenario, until=20)
    assert entries(firm, "costs_payable:rent", "cash") == [(11, 5_000)]
    assert entries(firm, "wages", "cash") == [(17, 270_000)]


def test_partial_wages():
    # All there is: 2,200.00 on Friday, 300.00 after the weekend, then 100.00 a day.
    scenario = plain(payroll=TIGHT | {"partial": True})
    assert paid(scenario, until=20) == [(11, 220_000), (14, 30_000), (15, 10_000), (16, 10_000)]
    assert watch(run(scenario, until=20), "missed_payroll") == (11, 1, 5)


def test_social_insurance_waits_for_wages():
    # Net 2,700.00 and 300.00 of tax: wages on day 16, the tax (due on day 14) after them.
    payroll = {"staff": 10, "wage": 300, "withheld": 0.1}
    firm = traced(plain(payroll=payroll), until=22)
    assert entries(firm, "wages", "cash") == [(16, 270_000)]
    # 100.00 on day 17 (Thursday), 100.00 on day 18, 100.00 on Monday of the 300.00 come by day 21.
    assert entries(firm, "social_insurance", "cash") == [(17, 10_000), (18, 10_000), (21, 10_000)]


def test_two_missed_runs_are_two_episodes():
    # Wages of 100,000.00 are never paid: runs of day 11 and 43.
    firm = run(plain(payroll={"staff": 10, "wage": 10_000}))
    assert watch(firm, "missed_payroll") == (11, 2, 49)
    assert firm.columns["outcome.wages_paid_late"].tolist() == [2 * 10_000_000]


def test_a_run_of_nothing_is_not_missed():
    # Wages of 1,000,000 were not paid on day 11, and a week later everybody leaves: nobody earned
    # anything in June, so nothing falls due on day 43. May's run goes on being missed.
    payroll = {"staff": 10, "wage": 100_000, "leave_per_week": 1}
    firm = run(plain(payroll=payroll), until=50)
    assert firm.payroll.staff.tolist() == [0]
    assert watch(firm, "missed_payroll") == (11, 1, 39)
    assert firm.columns["outcome.wages_paid_late"].tolist() == [100_000_000]


def test_grace_comes_before_winding_up():
    # Missed on day 11 + 6, though three days past due would be enough.
    changes = {"treasury.wind_up_after": 3}
    firm = run(plain(changes, payroll={"staff": 10, "wage": 100_000, "grace": 6}), until=30)
    assert first(firm, "wound_up") == [17]


def test_oldest_run_first():
    # One run is 8,000.00.  The first is there on day 69: 1,100 + 6,900; both were due by then.
    scenario = plain(
        {"horizon": 150, "treasury.wind_up_after": 200}, payroll={"staff": 10, "wage": 800}
    )
    # Day 69 is Sunday 10 August: paid on Monday, day 70 (8,100.00).  Then 100.00 + 100.00 a day:
    # 8,000.00 more on day 149, a Wednesday.
    assert paid(scenario) == [(70, 800_000), (149, 800_000)]


def test_people_leave_for_each_full_week():
    payroll = {"staff": 10, "wage": 10_000, "leave_per_week": 0.1}
    scenario = plain(payroll=payroll)
    staff = day_by_day(scenario, lambda firm: float(firm.payroll.staff[0]), until=33)
    # Missed on day 11: weeks are over on days 18, 25 and 32.
    assert staff[17:19] == [10, 9]
    assert staff[24:26] == pytest.approx([9, 8.1])
    assert staff[31:33] == pytest.approx([8.1, 7.29])
    firm = traced(scenario, until=30)
    # June is earned by those who are left on day 28: 8.1 x 10,000.00. Their arrears stay owed.
    assert entries(firm, "wage_expense") == [(28, 8_100_000)]
    assert firm.books.balance("wages").tolist() == [-10_000_000 - 8_100_000]
    # Output shrinks with them, from the next day on.
    sold = dict(entries(firm, credit="sales"))
    assert (sold[18], sold[19], sold[26]) == (10_000, 9_000, 8_100)


def test_nobody_leaves_within_the_grace():
    payroll = {"staff": 10, "wage": 10_000, "leave_per_week": 0.1, "grace": 3}
    staff = day_by_day(plain(payroll=payroll), lambda firm: float(firm.payroll.staff[0]), until=30)
    # Missed on day 14, so a full week is over on day 21.
    assert staff[20:22] == [10, 9]


def test_wages_unpaid_for_too_long_wind_the_firm_up():
    changes = {"horizon": 80, "treasury.wind_up_after": 40}
    scenario = plain(changes, payroll={"staff": 10, "wage": 10_000})
    firm = traced(scenario)
    assert first(firm, "wound_up") == [51]
    # Day 51 is its last: it sells no more and owes what it owed.
    assert entries(firm, credit="sales")[-1] == (51, 10_000)
    assert max(entry.day for entry in firm.books.journal) == 51
    assert firm.cash.tolist() == [100_000 + 52 * 10_000]
    # Its outcomes stop with it: two runs missed, on 41 days.
    assert watch(firm, "missed_payroll") == (11, 2, 41)
    assert firm.reporter.alive.tolist() == [1] * 51 + [0] * 29


def test_a_stoppage_costs_less():
    # No sales at all; after five days the minimum wage of 100.00 x 80 %.
    stoppage = {"minimum_wage": 100, "share": 0.8, "after_days": 5}
    scenario = plain(
        {"sales.annual": 0, "firm.cash": 10_000}, payroll=TIGHT | {"stoppage": stoppage}
    )
    # June: 24 of 30 days (days 5-28): 2,700 x 6/30 + 10 x 80 x 24/30 = 540 + 640.  July: 10 x 80.
    assert entries(traced(scenario), "wage_expense") == [(28, 118_000), (59, 80_000)]


def test_a_stoppage_ends_with_the_first_sale():
    stoppage = {"minimum_wage": 100, "share": 0.8, "after_days": 5}
    shock = {"kind": "sales_fall", "depth": 1, "on": "2025-06-10", "lasts": 10}
    scenario = plain(
        {"firm.cash": 10_000, "shocks.shut": shock}, payroll=TIGHT | {"stoppage": stoppage}
    )
    # No output on days 8-17; from day 13 on it counts: five days of June's 30 at 80.00.
    # 2,700 x 25/30 + 800 x 5/30 = 2,250 + 133.33
    assert entries(traced(scenario, until=30), "wage_expense") == [(28, 238_333)]


def test_a_stoppage_takes_no_more_than_a_months_wages():
    # Banks are shut from 13 June to 1 July, so June's wages (1 July) are owed on 12 June, day 10;
    # 49 days lie between that day and 31 July, which has 31.
    stoppage = {"minimum_wage": 0, "share": 0, "after_days": 1}
    shut = [f"2025-06-{day}" for day in range(13, 31)] + ["2025-07-01"]
    scenario = plain(
        {"sales.annual": 0, "firm.cash": 10_000},
        payroll=TIGHT | {"pay_day": 1, "stoppage": stoppage}, calendar={"holidays": shut},
    )  # fmt: skip
    # June: ten of its 30 days earn nothing. July: none earns anything.
    assert entries(traced(scenario), "wage_expense") == [(10, 180_000)]


def test_a_payroll_of_nothing():
    firm = firm_of(plain(payroll={"staff": 10, "wage": 0}))
    firm.run()
    firm.audit()
    assert watch(firm, "missed_payroll") == (-1, 0, 0)
