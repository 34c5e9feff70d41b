"""Sales to the cent: pattern, customers, VAT, and what material and staff allow.

Where nothing else is said the firm sells 100.00 a day: 36,500 a year.
"""

from __future__ import annotations

import numpy as np
import pytest
from lab import day_by_day, entries, firm_of, plain, run, traced, watch


def sold(scenario, until=14):
    """Net sales of each day, minor units."""
    firm = traced(scenario, until=until)
    days = np.zeros(until, np.int64)
    for day, amount in entries(firm, credit="sales"):
        days[day] += amount
    return days.tolist()


def test_an_even_year():
    assert sold(plain()) == [10_000] * 14


def test_a_part_of_half_a_cent_is_a_half_cent():
    # 10,000 x 0.00015 = 1.5 exactly, half to even 2; its float is 1.4999999999999998.
    shares = {"drop": 0.00015, "rest": 0.99985}
    customers = {name: {"share": share, "paid_at_once": 1} for name, share in shares.items()}
    firm = traced(plain(customers=customers), until=1)
    assert entries(firm, credit="sales") == [(0, 2), (0, 9_998)]


def test_closed_weekends_keep_the_year():
    # 36,500 over 365 days, all of it on five days of seven: 100 x 7 / 5 = 140. Day 0 is a Monday.
    week = [14_000] * 5 + [0, 0]
    assert sold(plain({"sales.weekly": [1, 1, 1, 1, 1, 0, 0]})) == week * 2


def test_months_are_normalised_too():
    # June counts double: mean weight 13/12, June 100 x 2 x 12/13 = 184.615..., July 92.307...
    months = [1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1]
    assert sold(plain({"sales.monthly": months}), 31)[27:31] == [18_462, 18_462, 9_231, 9_231]


def test_growth_is_by_the_year():
    days = sold(plain({"sales.growth": 0.1, "horizon": 366}), 366)
    assert (days[0], days[365]) == (10_000, 11_000)
    # Half a year and a half day: 100 x 1.1 ** (183 / 365) = 104.8945...
    assert days[183] == 10_489


@pytest.mark.parametrize(("open_then", "expected"), [(True, 10_000), (False, 0)])
def test_public_holidays(open_then, expected):
    changes = {"calendar.holidays": ["2025-06-04"], "sales.on_holidays": open_then}
    assert sold(plain(changes))[1:4] == [10_000, expected, 10_000]


def test_spring_festival():
    # 29 January 2025 is day 9: three busy days before, four closed, five slow ones.
    festival = {
        "before_days": 3,
        "before_factor": 2,
        "closed_days": 4,
        "after_days": 5,
        "after_factor": 0.5,
    }
    days = sold(plain({"start": "2025-01-20", "sales.spring_festival": festival}), 20)
    assert days == [10_000] * 6 + [20_000] * 3 + [0] * 4 + [5_000] * 5 + [10_000] * 2


def test_rounding_is_cumulated_over_customers():
    # 0.10 a day to 1/4, 1/4 and 1/2: 2.5 is 2 (half to even), then 5 and 10 in all.
    shares = {"a": 0.25, "b": 0.25, "c": 0.5}
    customers = {name: {"share": share, "paid_at_once": 1} for name, share in shares.items()}
    firm = traced(plain({"sales.annual": "36.50", "customers": customers}), until=1)
    assert entries(firm, credit="sales") == [(0, 2), (0, 3), (0, 5)]


def test_invoices_carry_vat():
    # 100.00 + 13 % = 113.00, a third of it at once: 37.67 (37.6666...), the rest on terms.
    changes = {"taxes.vat": "general", "taxes.rate": 0.13, "customers.walk_in.paid_at_once": 1 / 3,
               "customers.walk_in.terms": 10}  # fmt: skip
    firm = traced(plain(changes), until=1)
    assert entries(firm, "receivables", "sales") == [(0, 10_000)]
    assert entries(firm, "receivables", "vat") == [(0, 1_300)]
    assert entries(firm, "cash", "receivables")[-1] == (0, 3_767)


def test_noise_has_mean_one_and_an_even_firm_has_none():
    noisy = firm_of(plain({"sales.volatility": 0.3}), 2000)
    noisy.run(10)
    day = noisy.books.balance("sales") / -10 / 10_000
    # The mean of 20,000 lognormals of sd 0.307: within 4 x 0.307 / sqrt(20,000) = 0.0087.
    assert abs(day.mean() - 1) < 0.0087
    still = firm_of(plain(), 5)
    still.run(10)
    assert len(set(still.cash.tolist())) == 1


def test_the_economy_moves_sales_of_a_day_alike():
    scenario = plain({"sales.economy": 0.5, "economy.half_life": 30})
    firm = firm_of(scenario, 400)
    firm.run(1)
    factor = firm.columns["economy"]
    assert np.array_equal(
        -firm.books.balance("sales"), np.rint(10_000 * np.exp(0.5 * factor)).astype(np.int64)
    )


#: Half of sales is material, ordered on day 0 and not there for 20 days.
LATE_FLOUR = {
    "flour": {"share": 0.5, "terms": 30, "lead_days": 20, "review_every": 100, "stock_days": 10,
              "stock": 80, "opening": []}
}  # fmt: skip


def test_output_stops_with_critical_material():
    # 80.00 of flour: 50.00 on day 0, 30.00 on day 1 (60 % of output), then none until day 20.
    scenario = plain(suppliers=LATE_FLOUR)
    assert sold(scenario, 22) == [10_000, 6_000] + [0] * 18 + [10_000] * 2
    firm = run(scenario, until=19)
    # Lost: 40.00 on day 1 and 100.00 on days 2 to 18.
    assert firm.columns["sales.lost"].tolist() == [4_000 + 17 * 10_000]
    assert watch(firm, "stock_out") == (1, 1, 18)


def test_a_little_less_output_is_no_stock_out():
    scenario = plain({"outcomes.min_output": 0.6, "suppliers": LATE_FLOUR})
    assert watch(run(scenario, until=19), "stock_out") == (2, 1, 17)


def test_material_that_is_not_critical_does_not_stop_output():
    scenario = plain(suppliers={"flour": LATE_FLOUR["flour"] | {"critical": False}})
    firm = run(scenario, until=5)
    assert watch(firm, "stock_out") == (-1, 0, 0)
    # Its use is what there was.
    assert firm.books.balance("materials").tolist() == [8_000]
    assert firm.books.balance("sales").tolist() == [-50_000]


def test_staff_limits_output():
    # Eight of the ten people a full day needs.
    payroll = {"staff": 8, "wage": 0, "staff_needed": 10}
    assert sold(plain(payroll=payroll), 3) == [8_000] * 3
    assert sold(plain(payroll=payroll | {"staff_needed": 4}), 3) == [10_000] * 3


def test_a_day_without_sales_is_no_stock_out():
    scenario = plain({"sales.weekly": [1, 1, 1, 1, 1, 0, 0], "suppliers": LATE_FLOUR})
    short = day_by_day(scenario, lambda firm: watch(firm, "stock_out")[2], until=9)
    # Demand is 140.00, flour 70.00 a day: short from day 1 (Tuesday), not on Saturday and Sunday.
    assert short == [0, 1, 2, 3, 4, 4, 4, 5, 6]
