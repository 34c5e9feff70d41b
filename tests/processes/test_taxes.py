"""Taxes to the day and the cent.  June has 29 days of sales (days 0-28), July 31 (days 29-59).

15 June 2025 is a Sunday, so that tax day is Monday, day 14; 15 July is day 43, 15 August day 74.
"""

from __future__ import annotations

import pytest
from lab import entries, plain, traced, watch

GENERAL = {"vat": "general", "rate": 0.13}


def paid(scenario, until=None):
    return entries(traced(scenario, until=until), "taxes_payable", "cash")


def test_output_vat_is_due_on_the_fifteenth():
    # 29 x 100.00 x 13 % = 377.00
    assert paid(plain(taxes=GENERAL)) == [(43, 37_700)]


def test_surcharges_come_with_it():
    firm = traced(plain(taxes=GENERAL | {"surcharge": 0.12}))
    assert entries(firm, "tax_surcharges") == [(28, 4_524), (59, 4_836)]
    assert entries(firm, "taxes_payable", "cash") == [(43, 37_700 + 4_524)]


@pytest.mark.parametrize(("opening", "paid_then"), [("50.25", 5_025), ("0.01", 1)])
def test_the_opening_debt_is_due_on_the_first_tax_day_which_rolls_forward(opening, paid_then):
    firm = traced(plain(taxes=GENERAL | {"opening_vat": opening}), until=20)
    assert entries(firm, "taxes_payable", "cash") == [(14, paid_then)]
    # It was not due on Sunday, when no bank is open.
    assert watch(firm, "cash_out") == (-1, 0, 0)


def test_a_tax_day_that_rolls_over_the_month_s_end_is_still_its_month_s():
    # The 31st: 30 June (day 28), 31 July (59); 31 May is a Saturday and before the start.
    # 31 August is a Sunday: Monday, 1 September, day 91, for July's 31 x 13.00.
    scenario = plain({"horizon": 100}, taxes=GENERAL | {"day": 31})
    assert paid(scenario) == [(59, 37_700), (91, 40_300)]


def test_input_vat_is_deducted():
    # A bill of 1,000.00 + 6 % on 10 June.
    costs = {"advice": {"once": 1000, "on": "2025-06-10", "vat": 0.06}}
    firm = traced(plain(taxes=GENERAL, costs=costs))
    assert entries(firm, "costs_payable:advice", "cash") == [(8, 106_000)]
    assert entries(firm, "taxes_payable", "cash") == [(43, 37_700 - 6_000)]


def test_an_excess_of_input_vat_is_carried_forward():
    # 400.00 from before: nothing for June (377.00), 403.00 - 23.00 for July.
    taxes = GENERAL | {"opening_vat": -400}
    firm = traced(plain({"horizon": 80}, taxes=taxes))
    assert entries(firm, "taxes_payable", "cash") == [(74, 38_000)]


def test_small_firms_pay_a_levy_by_the_quarter_without_credit():
    taxes = {"vat": "small_scale", "rate": 0.01}
    costs = {"advice": {"once": 1000, "on": "2025-06-10", "vat": 0.06}}
    firm = traced(plain({"horizon": 140}, taxes=taxes, costs=costs))
    # 29.00 for the rest of the second quarter, 92.00 for the third, on 15 October (day 135).
    assert entries(firm, "taxes_payable", "cash") == [(43, 2_900), (135, 9_200)]
    assert entries(firm, "input_vat") == [(8, 6_000)]


def test_income_tax_by_the_quarter_on_the_profit_of_the_year():
    firm = traced(plain({"horizon": 320}, taxes={"income_tax": 0.25}))
    # Profit to date 2,900 (30 June), 12,100 (30 September), 21,300 (31 December), and 9,000 of the
    # next year (31 March): 725.00, 3,025 - 725, 5,325 - 3,025, 2,250.00.
    due = [(28, 72_500), (120, 230_000), (212, 230_000), (302, 225_000)]
    assert entries(firm, "income_tax") == due
    # 15 July, 15 October, 15 January, 15 April.
    paid_on = [(43, 72_500), (135, 230_000), (227, 230_000), (317, 225_000)]
    assert entries(firm, "taxes_payable", "cash") == paid_on


def test_a_loss_is_made_up_before_tax():
    # 5,000.00 spent in June: -2,100.00 by 30 June, 7,100.00 by 30 September.
    costs = {"flood": {"once": 5000, "on": "2025-06-10"}}
    scenario = plain({"firm.cash": 9000, "horizon": 130}, taxes={"income_tax": 0.25}, costs=costs)
    assert entries(traced(scenario), "income_tax") == [(120, 177_500)]


def late(cash_on=None, **changes):
    """A firm that is paid after 200 days, and owes VAT of 377.00 from day 43 on."""
    firm = plain(
        {"firm.cash": 0, "horizon": 100, **changes},
        taxes=GENERAL,
        customers={"slow": {"share": 1, "terms": 200, "opening": cash_on or []}},
    )
    return traced(firm)


def test_late_tax_costs_half_a_per_mille_a_day():
    firm = late()
    # Unpaid at the end of days 43-58: 16 x 377.00 x 0.0005 = 3.016, billed on 31 July (day 59).
    # August: days 59-89 on 377.00 and on the 3.02; from day 74 on also on July's VAT of 403.00,
    # due on day 74: 0.0005 x (31 x 377.00 + 31 x 3.02 + 16 x 403.00) = 9.1143
    assert entries(firm, "late_charges") == [(59, 302), (90, 911)]
    assert watch(firm, "cash_out") == (43, 1, 57)


def test_tax_paid_after_a_week_costs_a_week():
    # Due on day 43; 400.00 arrive on 22 July (day 50): unpaid at the end of days 43-49.
    firm = late(cash_on=[{"due": "2025-07-22", "amount": 400}])
    assert entries(firm, "taxes_payable", "cash")[0] == (50, 37_700)
    # 7 x 377.00 x 0.0005 = 1.3195
    assert entries(firm, "late_charges")[0] == (59, 132)


def test_nothing_is_owed_without_taxes():
    firm = traced(plain(taxes={"rate": 0.13, "income_tax": 0.0}))
    assert firm.books.balance("vat").tolist() == [0]
    assert entries(firm, credit="taxes_payable") == []
