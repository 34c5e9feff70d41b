"""Bills: held, endorsed, discounted, and not paid.  Day 0 is Monday 2 June 2025.

Figures are worked out by hand from docs/reference/meanings.md, in cents.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pytest
from borrowing import closure
from holding import DISCOUNT, WORTHLESS, holder
from lab import Phase, day_by_day, entries, firm_of, first, plain, run, seen_at, traced, watch
from selling import FACTOR

#: One bill of 1,000.00 on day 0, to be paid on day 30, Wednesday 2 July.
ONE = {"invoices": {0: 1000}}


def balances(firm, *accounts):
    return [int(firm.books.balance(account)[0]) for account in accounts]


# -- exact results ------------------------------------------------------------------------------

# Rows of `bill_discount_factoring` -> `bills` in the project's file of exact results: interest =
# face x rate x (days + extra days) / 360, unrounded there.
ROWS = [
    # 2 January to 2 July 2025 are 181 days.
    {"face": 1_000_000, "rate": "0.02", "start": "2025-01-02", "months": 6, "days": 181,
     "extra": 0, "interest": 10055.555555555555, "proceeds": 989944.4444444445},
    {"face": 1_000_000, "rate": "0.02", "start": "2025-01-02", "months": 6, "days": 181,
     "extra": 3, "interest": 10222.222222222223, "proceeds": 989777.7777777778},
    # 2 December 2025 to 2 March 2026 are 90.
    {"face": 100_000, "rate": "0.065", "start": "2025-12-02", "months": 3, "days": 90,
     "extra": 0, "interest": 1625.0, "proceeds": 98375.0},
]  # fmt: skip


def rounded(row):
    """Interest and proceeds in minor units: rounded once, half to even."""
    days = row["days"] + row["extra"]
    interest = Decimal(row["face"]) * Decimal(row["rate"]) * days / 360 * 100
    interest = interest.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    return int(interest), row["face"] * 100 - int(interest)


@pytest.mark.parametrize("divisible", [False, True])
@pytest.mark.parametrize("row", ROWS)
def test_the_file_of_exact_results(row, divisible):
    rate = {"per_year": float(row["rate"]), "basis": "ACT/360"}
    line = {"kind": "bills", "limit": row["face"], "rate": rate, "extra_days": row["extra"]}
    interest, proceeds = rounded(row)
    scenario = holder(
        bill={"tenor_months": row["months"], "divisible": divisible},
        invoices={0: row["face"]}, costs={0: Decimal(proceeds) / 100},
        channels={"line": line}, start=row["start"], horizon=200,
    )  # fmt: skip
    firm = traced(scenario)
    # All that ever comes or goes: the proceeds on day 0, and the cost that they pay.
    assert [(e.day, e.amount) for e in firm.books.journal if e.debit == "cash"] == [(0, proceeds)]
    assert entries(firm, "interest") == [(0, interest)]
    assert entries(firm, credit="cash") == [(0, proceeds)]
    # Within half a minor unit of the file, which does not round.
    assert abs(interest - row["interest"] * 100) <= 0.5
    assert abs(proceeds - row["proceeds"] * 100) <= 0.5
    assert balances(firm, "cash", "bills", "receivables", "loan:line") == [0, 0, 0, 0]
    assert watch(firm, "cash_out") == (-1, 0, 0)
    # The limit is used, and the firm answers, until the acceptor has paid the bank.
    used = day_by_day(scenario, lambda f: int(f.channels["line"].used[0]))
    assert used == [row["face"] * 100] * row["days"] + [0] * (200 - row["days"])
    answered = day_by_day(scenario, lambda f: int(f.bills.contingent_debt()[0]))
    assert answered == used


# -- held ---------------------------------------------------------------------------------------


def test_a_bill_is_handed_over_on_the_pay_day_and_paid_at_maturity():
    firm = traced(holder(**ONE))
    assert entries(firm, "bills", "receivables") == [(0, 100_000)]
    assert entries(firm, "cash", "receivables") == [(30, 100_000)]
    assert balances(firm, "cash", "bills", "receivables") == [100_000, 0, 0]


@pytest.mark.parametrize(
    ("start", "months", "day"),
    [
        # 31 January: the month of maturity ends on the 28th, a Friday.
        ("2025-01-31", 1, 28),
        # 2 August 2025 is a Saturday: paid on Monday the 4th.
        ("2025-06-02", 2, 63),
        ("2024-08-30", 6, 182),
    ],
)
def test_maturities_are_held_inside_the_month_and_roll_to_a_business_day(start, months, day):
    firm = traced(
        holder(bill={"tenor_months": months}, invoices={0: 1000}, start=start, horizon=200)
    )
    assert entries(firm, "cash", "receivables") == [(day, 100_000)]


def test_a_share_is_paid_by_bill_and_the_rest_in_cash():
    # 60 % of 100.01 is 60.006.
    firm = traced(holder(invoices={0: "100.01"}, share=0.6))
    assert entries(firm, "bills", "receivables") == [(0, 6_001)]
    assert entries(firm, "cash", "receivables") == [(0, 4_000), (30, 6_001)]


def test_the_bill_of_a_late_payer_is_late():
    late = {"customers.shop.lateness": {"probability": 1, "mean_days": 10, "shape": 10_000}}
    firm = traced(holder(**ONE, changes=late))
    # Handed over on day 10, Thursday 12 June; 12 July is a Saturday.
    assert entries(firm, "bills", "receivables") == [(10, 100_000)]
    assert entries(firm, "cash", "receivables") == [(42, 100_000)]


def test_an_acceptor_that_does_not_pay_is_a_bad_debt():
    firm = traced(holder(bill=WORTHLESS, **ONE))
    assert entries(firm, "bad_debts", "bills") == [(30, 100_000)]
    assert balances(firm, "cash", "bills") == [0, 0]


def test_acceptors_fail_as_often_as_they_are_said_to():
    firm = run(holder(bill=WORTHLESS | {"failure": 0.3}, **ONE), 20_000, until=31)
    share = (firm.books.balance("bad_debts") > 0).mean()
    # Four standard errors of a share of 0.3 in 20,000.
    assert abs(share - 0.3) < 4 * (0.3 * 0.7 / 20_000) ** 0.5


def test_opening_bills_are_those_given():
    firm = traced(holder(bills={0: 50, 18: 70, 26: 80}))
    # Day 26 is Saturday the 28th.
    assert entries(firm, "cash", "receivables") == [(0, 5_000), (18, 7_000), (28, 8_000)]


def test_opening_bills_are_those_of_the_steady_state():
    customers = {"shop": {"share": 1, "terms": 30, "paid_by_bill": 0.5,
                          "bill": {"tenor_months": 6}}}  # fmt: skip
    firm = firm_of(plain(customers=customers))
    # 100.00 a day, half of it by bill, one a week for 26 weeks: that of 2 December 2024 is paid on
    # day 0.
    assert balances(firm, "bills") == [26 * 7 * 5_000]
    firm.run(1)
    # And half of what is due on day 0 comes by bill.
    assert balances(firm, "bills") == [25 * 7 * 5_000 + 3 * 5_000]


def test_early_payment_is_in_cash():
    offer = {"early_payment": {"discount": 0.02, "days": 10, "take_up": 1}}
    customers = {"shop": {"share": 1, "terms": 30, "paid_by_bill": 1, "opening": [],
                          "bill": {"tenor_months": 1, "opening": []}} | offer}  # fmt: skip
    firm = traced(plain(customers=customers))
    assert entries(firm, "bills") == []
    assert entries(firm, "cash", "receivables")[0] == (10, 9_800)


def test_what_is_sold_to_a_factor_is_paid_to_it_in_cash():
    # 1,000.00 due on day 21; 400.00 of it are sold, for 320.00.  The factor is paid 400.00; of the
    # 600.00 that are left, half comes by bill.
    line = FACTOR | {"rate": {"per_day": 0}}
    firm = traced(holder(invoices={21: 1000}, share=0.5, costs={0: 320}, channels={"line": line}))
    assert entries(firm, "loan:line", "receivables") == [(21, 32_000)]
    assert entries(firm, "bills", "receivables") == [(21, 30_000)]
    reserve, cash, paid = 8_000, 30_000, 30_000
    assert sorted(entries(firm, "cash", "receivables")) == sorted(
        [(21, reserve), (21, cash), (51, paid)]
    )
    assert balances(firm, "receivables", "bills", "loan:line", "cash") == [0, 0, 0, 68_000]


def test_what_comes_back_from_a_factor_is_paid_by_bill_as_ever():
    late = {"customers.shop.lateness": {"probability": 1, "mean_days": 10, "shape": 10_000}}
    line = FACTOR | {"rate": {"per_day": 0}, "recourse_days": 5}
    firm = traced(holder(invoices={21: 1000}, share=0.5, costs={0: 320}, changes=late,
                         channels={"line": line}))  # fmt: skip
    # Back on day 28 (26 is a Saturday); the customer pays all of it to the firm on day 31.
    assert entries(firm, "bills", "receivables") == [(31, 50_000)]


# -- what the treasury expects ------------------------------------------------------------------


def expected(scenario):
    """What counts as coming within the look-ahead, by day, in SETTLE."""

    def look(firm):
        due = firm.treasury.paying.due(bank_day=True)
        return -int(firm.treasury.gap_ahead(np.zeros(1, np.int64), due)[0])

    return seen_at(scenario, Phase.SETTLE, look)


def test_an_invoice_to_be_paid_by_bill_is_no_money_and_a_bill_is():
    plan = {"invoices": {5: 1000}, "share": 0.6, "changes": {"treasury.look_ahead": 10}}
    seen = expected(holder(**plan))
    # Days 0-4: 40 % in cash, of which 80 % counts.  Bill of 600.00 on day 5 (7 June, a Saturday, so
    # day 7), to be paid on Wednesday 9 July, day 37: from day 27 on, all of it.
    assert [seen[day] for day in (0, 4, 5, 26, 27, 36, 37)] == [
        32_000, 32_000, 0, 0, 60_000, 60_000, 0,
    ]  # fmt: skip
    seen = expected(holder(bill={"acceptor": "commercial"}, **plan))
    assert [seen[day] for day in (26, 27, 36, 37)] == [0, 48_000, 48_000, 0]


# -- endorsed -----------------------------------------------------------------------------------


def test_a_bill_is_endorsed_where_cash_is_short():
    firm = traced(holder(**ONE, mill={8: 1500}, cash=600))
    # The bill brings 1,000.00 of the 1,500.00; the rest is cash.
    assert entries(firm, "payables:mill", "bills") == [(8, 100_000)]
    assert entries(firm, "payables:mill", "cash") == [(8, 50_000)]
    assert balances(firm, "cash", "bills", "payables:mill") == [10_000, 0, 0]


def test_nothing_is_endorsed_where_cash_suffices_unless_always():
    plan = ONE | {"mill": {8: 1500}, "cash": 1500}
    assert entries(traced(holder(**plan)), "payables:mill", "bills") == []
    always = {"treasury.endorse": "always"}
    assert entries(traced(holder(**plan, changes=always)), "payables:mill", "bills") == [
        (8, 100_000)
    ]
    never = {"treasury.endorse": "never", "firm.cash": 0}
    firm = traced(holder(**plan, changes=never))
    assert entries(firm, "payables:mill", "bills") == []
    assert first(firm, "cash_out") == [8]


def test_a_supplier_who_takes_no_bills_gets_none():
    firm = traced(holder(**ONE, mill={8: 1500}, supplier={"accepts_bills": False}))
    assert entries(firm, "payables:mill", "bills") == []


def test_a_whole_bill_gives_no_change_and_a_divisible_one_does():
    plan = ONE | {"mill": {8: 999}}
    whole = traced(holder(**plan))
    assert entries(whole, "payables:mill", "bills") == []
    parts = traced(holder(bill={"divisible": True}, **plan))
    assert entries(parts, "payables:mill", "bills") == [(8, 99_900)]
    assert entries(parts, "cash", "receivables") == [(30, 100)]


def test_bills_paid_last_are_endorsed_first_and_those_that_are_too_large_passed_over():
    plan = {"bills": {30: 500, 40: 300, 50: 900}, "mill": {8: 850}}
    firm = traced(holder(bill={"tenor_months": 2}, **plan))
    # 900 does not fit; 300 does, then 500 does.
    assert entries(firm, "payables:mill", "bills") == [(8, 80_000)]
    assert sorted(entries(firm, "cash", "receivables")) == [(50, 90_000)]


def test_only_as_many_as_are_needed():
    plan = {"bills": {30: 500, 40: 300, 50: 200}, "mill": {8: 1000}, "cash": 600}
    firm = traced(holder(bill={"tenor_months": 2}, **plan))
    # 400.00 are missing: 200 and 300 cover them, and the third stays.
    assert entries(firm, "payables:mill", "bills") == [(8, 50_000)]
    assert entries(firm, "payables:mill", "cash") == [(8, 50_000)]


def test_the_oldest_bills_of_the_supplier_are_settled_first():
    plan = {"bills": {30: 500}, "mill": {1: 500, 4: 600}, "changes": {"treasury.floor": 1}}
    scenario = holder(bill={"tenor_months": 2}, **plan, supplier={"tolerance": 40})
    firm = run(scenario, until=20)
    # Day 1 is paid by bill; what is due on day 4 (Friday) ages from then.
    assert firm.suppliers[0].payable.ledger.owed.tolist() == [60_000]
    assert firm.suppliers[0].payable.ledger.days_past_due().tolist() == [20 - 4]


def test_an_endorsed_bill_that_fails_falls_due_to_the_supplier_again():
    bill = WORTHLESS | {"recourse_cost": 0.01}
    firm = traced(holder(bill=bill, **ONE, mill={8: 1000}, supplier={"tolerance": 5}))
    # Not paid on Wednesday, day 30; on Thursday the mill wants 1,000.00 and 10.00.
    assert entries(firm, "bad_debts", "payables:mill") == [(31, 100_000)]
    assert entries(firm, "fees", "payables:mill") == [(31, 1_000)]
    assert watch(firm, "cash_out")[0] == 31
    # Five days past due after SETTLE of day 36: it ships nothing from day 37 on.
    assert watch(firm, "supplier_hold")[0] == 37
    answered = day_by_day(firm.scenario, lambda f: int(f.bills.contingent_debt()[0]))
    assert answered == [0] * 8 + [100_000] * (31 - 8) + [0] * (100 - 31)
    assert firm.columns["outcome.contingent_debt"].tolist() == [100_000]


def test_after_a_friday_an_endorsed_bill_comes_back_on_monday():
    # Handed over on Wednesday 4 June; 4 July is a Friday.
    firm = traced(holder(bill=WORTHLESS, invoices={2: 1000}, mill={8: 1000}))
    assert entries(firm, "bad_debts", "payables:mill") == [(35, 100_000)]


# -- discounted ---------------------------------------------------------------------------------


def test_whole_bills_are_discounted_soonest_first():
    plan = {"bills": {30: 400, 40: 300, 50: 500}, "costs": {8: 500}}
    firm = traced(holder(bill={"tenor_months": 2}, **plan, channels={"line": DISCOUNT}))
    # 0.01 % a day: 400.00 for 22 days, 0.88; and as day 40 is a Saturday, 300.00 for 34, 1.02.
    assert entries(firm, "interest", "receivables") == [(8, 88 + 102)]
    assert entries(firm, "cash", "receivables") == [(8, 70_000 - 190), (50, 50_000)]


def test_a_divisible_bill_is_discounted_in_part():
    plan = {"bills": {30: 400}, "costs": {8: 100}, "bill": {"divisible": True}}
    firm = traced(holder(**plan, channels={"line": DISCOUNT}))
    # 100.00 / (1 - 0.0022) = 100.2205: a face of 100.23, whose interest is 0.2205, so 0.22, would
    # leave 100.01; one of 100.22 leaves 100.00.
    assert entries(firm, "bills") == []
    assert entries(firm, "interest", "receivables") == [(8, 22)]
    assert entries(firm, "cash", "receivables") == [(8, 10_000), (30, 40_000 - 10_022)]


def test_money_that_takes_its_time_costs_interest_from_the_day_it_comes():
    line = DISCOUNT | {"delay_days": 3}
    firm = traced(holder(bills={30: 400}, costs={0: 1, 7: 100}, cash=1, channels={"line": line},
                         changes={"treasury.look_ahead": 3}))  # fmt: skip
    # Asked for on Friday, day 4 (7 is within three days), it comes on day 7: 23 days at 0.01 %.
    assert entries(firm, "interest", "receivables") == [(7, 92)]
    assert entries(firm, "cash", "receivables") == [(7, 39_908)]


def test_a_bill_paid_before_the_money_would_come_is_not_on_offer():
    line = DISCOUNT | {"delay_days": 3}
    plan = {"bills": {9: 400, 10: 300}, "channels": {"line": line}}
    room = seen_at(holder(**plan), Phase.OBSERVE, lambda f: int(f.headroom()[0]))
    # On day 7, Monday, money would come on day 10; on Friday, day 4, on Monday.
    assert [room[day] for day in (0, 4, 6, 7, 9, 10)] == [70_000, 70_000, 30_000, 0, 0, 0]


def test_a_closed_line_discounts_nothing_and_what_it_has_runs_on():
    plan = {"bills": {30: 400, 31: 500}, "costs": {8: 300, 11: 300}, "bill": {"tenor_months": 2}}
    shut = {"shut": closure(9)}
    firm = traced(holder(**plan, channels={"line": DISCOUNT}, shocks=shut))
    assert [day for day, _ in entries(firm, "interest", "receivables")] == [8]
    assert first(firm, "cash_out") == [11]
    assert firm.channels["line"].used.tolist() == [0]


def test_the_limit_is_of_face_until_it_is_paid():
    plan = {"bills": {30: 400, 31: 500}, "costs": {8: 300, 11: 300}}
    line = DISCOUNT | {"limit": 800}
    scenario = holder(**plan, channels={"line": line}, bill={"tenor_months": 2})
    room = seen_at(scenario, Phase.OBSERVE, lambda f: int(f.headroom()[0]))
    assert (room[7], room[8], room[11]) == (80_000, 40_000, 40_000)
    firm = traced(scenario)
    # The second bill does not fit, whole, until the first is paid.
    assert watch(firm, "cash_out") == (11, 1, 30 - 11)
    assert [day for day, _ in entries(firm, "interest", "receivables")] == [8, 30]


def test_a_discounted_bill_that_fails_falls_due_like_an_instalment():
    bill = WORTHLESS | {"recourse_cost": 0.01}
    changes = {"outcomes.default_days": 10}
    firm = traced(holder(bill=bill, **ONE, costs={8: 900}, channels={"line": DISCOUNT},
                         changes=changes))  # fmt: skip
    assert entries(firm, "bad_debts", "loan:line") == [(31, 100_000)]
    assert entries(firm, "fees", "interest:line") == [(31, 1_000)]
    # The 97.80 that were left of the discount are paid, oldest first; the rest is in arrears.
    assert first(firm, "cash_out") == [31]
    assert first(firm, "channel_closed:line") == [32]
    assert first(firm, "default") == [41]
    assert firm.columns["outcome.balance_at_default:line"][0] > 0


def test_used_is_what_is_out_and_what_came_back():
    scenario = holder(bill=WORTHLESS, **ONE, costs={8: 900}, channels={"line": DISCOUNT})
    used = day_by_day(scenario, lambda f: int(f.channels["line"].used[0]))
    # Interest 100,000 x 22 days x 0.01 % = 220; 99,780 - 90,000 is paid on day 31.
    assert (used[8], used[30], used[31]) == (100_000, 100_000, 100_000 - 9_780)


def test_a_facility_takes_the_bills_of_those_it_names():
    def two(bill):
        return {"share": 0.5, "terms": 30, "opening": [], "paid_by_bill": 0.5,
                "bill": {"tenor_months": 1, "opening": bill}}  # fmt: skip

    customers = {"shop": two([{"matures": "2025-07-01", "face": 400}]),
                 "shed": two([{"matures": "2025-06-30", "face": 700}])}  # fmt: skip
    scenario = plain({"sales.annual": 0, "firm.cash": 0}, customers=customers, channels={
        "one": DISCOUNT | {"customers": ["shop"]}, "all": DISCOUNT})  # fmt: skip
    firm = firm_of(scenario)
    firm.run(1)
    rooms = [int(firm.channels[name].headroom()[0]) for name in ("one", "all")]
    assert rooms == [40_000, 110_000]


def test_a_bill_is_endorsed_before_anything_is_discounted():
    plan = {"bills": {30: 400}, "mill": {8: 400}, "channels": {"line": DISCOUNT}}
    firm = traced(holder(**plan))
    assert entries(firm, "payables:mill", "bills") == [(8, 40_000)]
    assert entries(firm, "interest") == []


def test_the_fee_is_a_share_of_the_face():
    line = DISCOUNT | {"drawing_fee": 0.01}
    firm = traced(holder(bills={30: 400}, costs={8: 100}, channels={"line": line}))
    assert entries(firm, "fees", "receivables") == [(8, 400)]
    assert entries(firm, "cash", "receivables") == [(8, 40_000 - 400 - 88)]


def test_a_firm_without_bills_has_nothing_of_them():
    firm = firm_of(plain())
    assert firm.bills is None
    assert not any("bill" in name for name in firm.columns.names)
