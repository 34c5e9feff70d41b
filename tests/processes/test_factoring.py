"""Factoring and reverse factoring.  Day 0 is Monday 2 June 2025; day 21 is Monday the 23rd.

All figures are worked out by hand from docs/reference/meanings.md, in cents.
"""

from __future__ import annotations

import pytest
from borrowing import closure, date
from lab import day_by_day, entries, firm_of, plain, run, traced, watch
from selling import FACTOR, late, seller

#: One invoice of 1,000.00 due on day 21, and a bill of 790.00 today.
ONE = {"bills": {0: 790}, "invoices": {21: 1000}}
#: Service fee of 1 % of the face: 800.00 advanced, 10.00 kept, 790.00 paid out.
SERVED = FACTOR | {"service_fee": 0.01}
SOLD = SERVED | {"recourse": False}


def net_assets(firm):
    return firm.books.net_assets().tolist()


def balances(firm, *accounts):
    return [int(firm.books.balance(account)[0]) for account in accounts]


# -- exact results ------------------------------------------------------------------------------


# Rows of `bill_discount_factoring` -> `factoring` in the project's file of exact results: cash0 =
# advance x face - service, rebate = (1 - advance) x face - fee, the fee being 3 % of the face for
# 30 days and then 0.1 % (or nothing) a day.
ROWS = [
    {"face": 100_000, "advance": 0.8, "per_day_after": 0.001, "paid_day": 45,
     "cash_day0": 80_000, "rebate": 15_500},
    {"face": 10_000, "advance": 0.9, "per_day_after": 0, "paid_day": 30,
     "cash_day0": 9_000, "rebate": 700},
]  # fmt: skip


@pytest.mark.parametrize("recourse", [True, False])
@pytest.mark.parametrize("row", ROWS)
def test_the_file_of_exact_results(row, recourse):
    fee = {"share": 0.03, "days": 30, "per_day_after": row["per_day_after"]}
    line = FACTOR | {"rate": {"per_day": 0}, "time_fee": fee}
    line |= {"advance_rate": row["advance"], "recourse": recourse}
    bills, invoices = {0: row["cash_day0"]}, {row["paid_day"]: row["face"]}
    firm = traced(seller(line, bills=bills, invoices=invoices))
    cash = [(e.day, e.amount) for e in firm.books.journal if e.debit == "cash"]
    assert cash == [(0, row["cash_day0"] * 100), (row["paid_day"], row["rebate"] * 100)]
    assert net_assets(firm) == [row["rebate"] * 100]


# -- paid ---------------------------------------------------------------------------------------


def test_paid_on_time_with_recourse():
    firm = traced(seller(SERVED, **ONE))
    assert entries(firm, "cash", "loan:line") == [(0, 80_000)]
    assert entries(firm, "fees", "cash") == [(0, 1_000)]
    # 800.00 x 0.05 % x 21 days = 8.40; reserve 1,000.00 - 800.00 - 8.40.
    assert entries(firm, "loan:line", "receivables") == [(21, 80_000)]
    assert entries(firm, "interest", "receivables") == [(21, 840)]
    assert entries(firm, "cash", "receivables") == [(21, 19_160)]
    assert balances(firm, "cash", "receivables", "loan:line") == [19_160, 0, 0]
    # 1,000.00 - 790.00 of the bill - 10.00 - 8.40.
    assert net_assets(firm) == [19_160]


def test_paid_on_time_without_recourse():
    firm = traced(seller(SOLD, **ONE))
    assert entries(firm, "cash", "receivables") == [(0, 80_000), (21, 19_160)]
    assert entries(firm, "reserve:line") == [(0, 20_000)]
    assert entries(firm, "receivables", "reserve:line") == [(21, 20_000)]
    assert entries(firm, "interest", "receivables") == [(21, 840)]
    assert balances(firm, "cash", "receivables", "reserve:line", "loan:line") == [19_160, 0, 0, 0]
    assert net_assets(firm) == [19_160]


def test_what_the_books_hold_in_between():
    with_recourse, without = (run(seller(line, **ONE), until=10) for line in (SERVED, SOLD))
    # Receivables, reserve, loan: an advance against 1,000.00, or a sale of it.
    assert balances(with_recourse, "receivables", "loan:line") == [100_000, -80_000]
    assert balances(without, "receivables", "reserve:line", "loan:line") == [0, 20_000, 0]
    assert (with_recourse.debt().tolist(), without.debt().tolist()) == ([80_000], [0])
    # A sale costs its fees, and nothing else: 1,000.00 - 790.00 - 10.00.
    assert net_assets(with_recourse) == net_assets(without) == [20_000]
    # Sold is no longer expected from collections.
    assert [f.customers[0].expected.tolist() for f in (with_recourse, without)] == [[0], [0]]


@pytest.mark.parametrize("line", [SERVED, SOLD])
def test_paid_late(line):
    firm = traced(seller(line, **ONE, customer=late(10)))
    # Day 31, a Thursday, before the 30 days of recourse are over: 800.00 x 0.05 % x 31 = 12.40.
    assert entries(firm, "interest", "receivables") == [(31, 1_240)]
    assert entries(firm, "cash", "receivables")[-1] == (31, 18_760)
    assert net_assets(firm) == [18_760]


def test_the_fee_runs_to_the_business_day_of_the_money():
    # Due on Saturday, day 26: paid on Monday, day 28; 28 days x 0.40.
    firm = traced(seller(SERVED, bills={0: 790}, invoices={26: 1000}))
    assert entries(firm, "interest", "receivables") == [(28, 1_120)]


def test_a_consumers_money_waits_for_the_factors_business_day():
    customer = {"consumer": True}
    firm = traced(seller(SERVED, bills={0: 790}, invoices={26: 1000}, customer=customer))
    assert entries(firm, "cash", "receivables") == [(28, 100_000 - 80_000 - 1_120)]
    any_day = SERVED | {"business_days": False}
    firm = traced(seller(any_day, bills={0: 790}, invoices={26: 1000}, customer=customer))
    assert entries(firm, "cash", "receivables") == [(26, 100_000 - 80_000 - 1_040)]


def test_the_basis_of_the_rate():
    # 2 June to 31 July are 59 days, and 58 under 30/360: the 31st earns nothing.
    for basis, days in (("ACT/360", 59), ("30/360", 58)):
        line = FACTOR | {"rate": {"per_year": 0.18, "basis": basis}}
        firm = traced(seller(line, bills={0: 800}, invoices={59: 1000}))
        assert entries(firm, "interest", "receivables") == [(59, 40 * days)]


def test_a_fee_beyond_the_reserve_is_due_from_the_firm():
    line = FACTOR | {"advance_rate": 1.0}
    firm = traced(seller(line, bills={0: 1000}, invoices={21: 1000}))
    # 1,000.00 x 0.05 % x 21 = 10.50, and nothing is left to take it from.
    assert entries(firm, "interest") == [(21, 1_050)]
    assert watch(firm, "cash_out") == (21, 1, 39)
    assert firm.channels["line"].days_past_due().tolist() == [59 - 21 + 1]


def test_a_drawing_in_parts():
    # 100.01 / 0.8 = 125.0125, so 125.02 of face: 80.00 of the older invoice, 45.02 of the other.
    line = FACTOR | {"rate": {"per_day": 0}}
    firm = traced(seller(line, bills={0: "100.01"}, invoices={21: 1000, 14: 80}))
    assert entries(firm, "cash", "loan:line") == [(0, 10_001)]
    # Rounded down by cumulated amounts: 64.00, then 100.01 - 64.00.
    assert entries(firm, "loan:line", "receivables") == [(14, 6_400), (21, 3_601)]
    reserve = [(14, 1_600), (21, 4_502 - 3_601 + 100_000 - 4_502)]
    assert _by_day(entries(firm, "cash", "receivables")) == reserve


def _by_day(found):
    days = sorted({day for day, _ in found})
    return [(day, sum(amount for when, amount in found if when == day)) for day in days]


def test_an_invoice_sold_twice_is_settled_once():
    line = FACTOR | {"rate": {"per_day": 0.0001}}
    firm = traced(seller(line, bills={0: "100.01", 7: "100.03"}, invoices={21: 1000}))
    # 100.01 x 0.01 % x 21 + 100.03 x 0.01 % x 14 = 21.0021 + 14.0042 cents: 35 cents.
    assert entries(firm, "interest", "receivables") == [(21, 35)]
    assert entries(firm, "loan:line", "receivables") == [(21, 20_004)]


# -- not paid -----------------------------------------------------------------------------------


def test_late_beyond_recourse():
    line = SERVED | {"recourse_days": 5}
    firm = traced(seller(line, **ONE, customer=late(10)))
    # Day 26 is a Saturday: back on day 28, with 28 x 0.40 of fee; there is no cash until day 31.
    assert entries(firm, "interest", "interest:line") == [(28, 1_120), (59, 180)]
    assert entries(firm, "cash", "receivables") == [(31, 100_000)]
    assert _by_day(entries(firm, "loan:line", "cash")) == [(31, 80_000)]
    # Penalty: 800.00 x 0.05 % x 1.5 on days 28, 29 and 30 = 1.80, billed on 31 July.
    assert watch(firm, "channel_closed:line") == (29, 1, 3)
    assert watch(firm, "cash_out") == (28, 1, 3)
    assert net_assets(firm) == [100_000 - 79_000 - 1_000 - 1_120 - 180]


def test_never_paid_with_recourse():
    line = SERVED | {"recourse_days": 5}
    customer = {"never_paid": 1, "write_off_after": 20}
    firm = traced(seller(line, **ONE, customer=customer, changes={"outcomes.default_days": 10}))
    # Due from day 28 on, so in default on day 38; the invoice would be written off on day 41.
    assert watch(firm, "default")[0] == 38
    assert balances(firm, "receivables", "loan:line") == [100_000, -80_000]
    assert firm.columns["outcome.balance_at_default:line"].tolist() == [80_000]


def test_never_paid_with_recourse_and_an_owner_who_steps_in():
    line = SERVED | {"recourse_days": 5}
    customer = {"never_paid": 1, "write_off_after": 20}
    others = {"owner": {"kind": "owner", "limit": 5000}}
    firm = traced(seller(line, **ONE, customer=customer, others=others))
    # Day 28: 800.00 and 11.20 of fee, from the owner; written off on day 41.
    assert entries(firm, "cash", "loan:owner") == [(28, 81_120)]
    assert entries(firm, "loan:line", "cash") == [(28, 80_000)]
    assert entries(firm, "bad_debts", "receivables") == [(41, 100_000)]
    assert net_assets(firm) == [100_000 - 79_000 - 1_000 - 1_120 - 100_000]
    assert watch(firm, "cash_out") == (-1, 0, 0)


def test_recourse_is_no_later_than_the_write_off():
    line = SERVED | {"recourse_days": 45}
    firm = traced(seller(line, **ONE, customer={"never_paid": 1, "write_off_after": 20}))
    assert entries(firm, "interest", "interest:line")[0] == (41, 41 * 40)
    assert entries(firm, "bad_debts") == [(41, 100_000)]


def test_never_paid_without_recourse():
    firm = traced(seller(SOLD, **ONE, customer={"never_paid": 1, "write_off_after": 20}))
    # The factor bears 800.00 and its fee, the firm the reserve it never sees.
    assert entries(firm, "bad_debts", "reserve:line") == [(41, 20_000)]
    assert entries(firm, "interest") == []
    assert balances(firm, "cash", "receivables", "reserve:line") == [0, 0, 0]
    assert net_assets(firm) == [100_000 - 79_000 - 1_000 - 20_000]


@pytest.mark.parametrize("line", [SERVED, SOLD])
def test_a_disputed_invoice_comes_back_on_its_due_day(line):
    customer = {"disputed": 1, "dispute_days": 18}
    firm = traced(seller(line, **ONE, customer=customer))
    assert entries(firm, "interest", "interest:line")[0] == (21, 21 * 40)
    # The customer pays the firm on day 39, and the firm the factor.
    assert entries(firm, "cash", "receivables")[-1] == (39, 100_000)
    assert _by_day(entries(firm, "loan:line", "cash")) == [(39, 80_000)]
    # Penalty: 18 days x 0.60, of which days 21 to 28 are billed on day 28.
    assert entries(firm, "interest", "interest:line")[1:] == [(28, 7 * 60), (59, 11 * 60)]
    assert balances(firm, "receivables", "loan:line") == [0, 0]


def test_a_disputed_invoice_back_in_the_books():
    firm = run(seller(SOLD, **ONE, customer={"disputed": 1, "dispute_days": 18}), until=30)
    accounts = ("receivables", "reserve:line", "loan:line")
    assert balances(firm, *accounts) == [100_000, 0, -80_000]


def test_a_dispute_that_delays_nothing_changes_nothing():
    firm = traced(seller(SOLD, **ONE, customer={"disputed": 1, "dispute_days": 0}))
    assert entries(firm, "cash", "receivables") == [(0, 80_000), (21, 19_160)]


# -- what can be drawn --------------------------------------------------------------------------


def headroom(scenario, until=None):
    return day_by_day(scenario, lambda firm: firm.headroom().tolist(), until=until)


def test_headroom_is_what_open_invoices_bring():
    line = FACTOR | {"min_drawing": "50"}
    scenario = seller(line, invoices={2: 100, 4: "50.01", 1: 700})
    # 80 %, of what is due after the day; 40.01 and less is under the smallest drawing.
    assert headroom(scenario, 5) == [[68_000], [12_000], [0], [0], [0]]
    # 80 % of 850.01 is 680.008: rounded down.
    assert headroom(scenario.replace({"channels.line.limit": 100}), 2) == [[10_000], [10_000]]


def test_new_invoices_can_be_sold_from_their_day_on():
    customer = {"share": 1, "terms": 3, "opening": []}
    scenario = plain(customers={"shop": customer}, channels={"line": FACTOR}, horizon=9)
    # 100.00 a day, due after three days: three days' worth.
    assert headroom(scenario) == [[8_000], [16_000]] + [[24_000]] * 7


def test_early_payers_leave_before_they_are_due():
    customer = {"terms": None, "days_to_pay": {"mean": 10, "shape": 10_000}, "opening": []}
    scenario = seller(FACTOR, customer=customer, changes={"sales.annual": 36_500})
    faster = {"kind": "lever", "lever": "shop.lateness", "operation": "scale", "value": 0.5,
              "on": date(0)}  # fmt: skip
    scenario = scenario.replace({"shocks.faster": faster})
    # They pay after five days, although ten are expected; days 5 and 6 are a weekend.
    assert headroom(scenario, 8) == [[8_000 * n] for n in (1, 2, 3, 4, 5, 6, 7, 5)]


def test_a_closed_facility_keeps_what_it_has():
    line = SERVED | {"rate": {"per_day": 0}}
    scenario = seller(line, bills={0: 395, 4: 100}, invoices={21: 1000})
    closed = scenario.replace({"shocks.closed": closure(3, cause="fault")})
    firm = traced(closed)
    # 395.00 is 400.00 less 1 % of 500.00 of face.
    assert entries(firm, "cash", "loan:line") == [(0, 40_000)]
    assert _by_day(entries(firm, "cash", "receivables")) == [(21, 60_000)]
    assert watch(firm, "cash_out") == (4, 1, 17)
    assert watch(traced(scenario), "cash_out") == (-1, 0, 0)


def test_what_was_approved_comes_although_the_line_closes():
    line = FACTOR | {"delay_days": 2, "rate": {"per_day": 0}}
    scenario = seller(line, bills={0: 400}, invoices={21: 1000})
    firm = traced(scenario.replace({"shocks.closed": closure(1, cause="fault")}))
    assert entries(firm, "cash", "loan:line") == [(2, 40_000)]


def test_what_the_invoices_no_longer_cover_does_not_come():
    # Approved on day 0 against 700.00 and 300.00; on day 2 the 700.00 are due, and paid.
    line = FACTOR | {"delay_days": 2, "rate": {"per_day": 0}}
    firm = traced(seller(line, bills={0: 800}, invoices={2: 700, 21: 300}))
    assert entries(firm, "cash", "loan:line") == [(2, 24_000)]
    assert firm.channels["line"].pending.tolist() == [0]


def test_the_limit_counts_advances_not_settled():
    line = FACTOR | {"limit": 500, "rate": {"per_day": 0}}
    scenario = seller(line, bills={0: 300}, invoices={7: 100, 21: 1000, 28: 400})
    # 500.00 - 300.00; on day 7 the 100.00 are paid, and with them an advance of 80.00.
    assert headroom(scenario, 8) == [[20_000]] * 7 + [[28_000]]


def test_what_came_back_and_is_unpaid_counts_against_the_limit():
    # Back on day 28, paid on day 31; meanwhile the line stays open, and is full all the same.
    line = FACTOR | {"limit": 800, "recourse_days": 5, "close_after_arrears": 60}
    firm = traced(seller(line, bills={0: 800}, invoices={21: 1000, 49: 500}, customer=late(10)))
    assert [day for day, _ in entries(firm, "cash", "loan:line")] == [0]
    assert watch(firm, "cash_out") == (28, 1, 3)
    assert watch(firm, "channel_closed:line") == (-1, 0, 0)


def test_a_firm_wound_up_sells_nothing_more():
    # Money asked for on day 0 would come on day 9; wages due on day 3 end the firm before.
    line = FACTOR | {"delay_days": 9}
    wages = {"staff": 1, "wage": 5000, "pay_day": 5}
    scenario = seller(line, bills={0: 400}, invoices={7: 100, 21: 1000}, payroll=wages)
    firm = run(scenario.replace({"treasury.wind_up_after": 1}))
    assert not firm.world.running.any()
    assert balances(firm, "cash", "receivables", "loan:line") == [0, 110_000, 0]
    # What was sold before stays sold, and is never settled.
    scenario = scenario.replace({"channels.line.delay_days": 0})
    firm = run(scenario.replace({"treasury.wind_up_after": 1}))
    assert not firm.world.running.any()
    assert firm.channels["line"].advanced.tolist() == [88_000]
    assert balances(firm, "receivables", "loan:line") == [110_000, -88_000]


def test_an_advance_rate_cut_by_a_shock():
    cut = {"kind": "lever", "lever": "line.advance_rate", "operation": "set", "value": 0.5,
           "on": date(3)}  # fmt: skip
    scenario = seller(FACTOR, invoices={21: 1000}).replace({"shocks.cut": cut})
    assert headroom(scenario, 5) == [[80_000]] * 3 + [[50_000]] * 2
    none = scenario.replace({"shocks.cut.value": 0, "channels.line.service_fee": 0.01})
    assert headroom(none, 5)[3:] == [[0]] * 2


def test_a_service_fee_as_high_as_the_advance_is_not_asked_for():
    line = FACTOR | {"service_fee": 0.8}
    firm = run(seller(line, **ONE))
    assert firm.debt().tolist() == [0]
    # Where a rate falls after the money was asked for, the fee takes no more than the advance.
    cut = {"kind": "lever", "lever": "line.advance_rate", "operation": "set", "value": 0.005,
           "on": date(1)}  # fmt: skip
    line = FACTOR | {"service_fee": 0.01, "delay_days": 1}
    firm = traced(seller(line, **ONE).replace({"shocks.cut": cut}), until=3)
    assert entries(firm, "fees", "cash") == entries(firm, "cash", "loan:line") == [(1, 500)]


def test_opening_with_invoices_sold():
    line = FACTOR | {"drawn": 400, "rate": {"per_day": 0.0005}}
    firm = traced(seller(line, invoices={21: 1000}))
    assert entries(firm, "loan:line", "receivables") == [(21, 40_000)]
    assert entries(firm, "interest", "receivables") == [(21, 20 * 21)]
    assert firm_of(seller(line, invoices={21: 1000})).books.net_assets().tolist() == [60_000]
    # As far as they cover it; without recourse it is a sale of the past.
    line |= {"recourse": False}
    firm = firm_of(seller(line, invoices={21: 300}))
    assert balances(firm, "receivables", "reserve:line", "loan:line") == [0, 6_000, 0]


# -- concentration ------------------------------------------------------------------------------


def two(concentration, invoices, bills, **line):
    """Two customers, A and B, and their open invoices by due day."""
    customers = {
        name: {
            "share": 0.5,
            "terms": 60,
            "opening": [{"due": date(day), "amount": amount} for day, amount in due.items()],
        }
        for name, due in invoices.items()
    }
    line = FACTOR | {"customers": ["a", "b"], "rate": {"per_day": 0}} | line
    return seller(
        line | {"concentration": concentration}, bills=bills, customers=customers
    )  # fmt: skip


def pools(firm):
    return [sold.pool.tolist()[0] for sold in firm.channels["line"].sold]


def test_concentration_bounds_the_headroom():
    # A may have 60 %: with 300.00 of B the pool is 300 / 0.4 = 750.00, of which 450.00 of A.
    scenario = two(0.6, {"a": {21: 1000}, "b": {21: 300}}, {0: 700})
    assert headroom(scenario, 1) == [[0]]
    firm = run(scenario, until=1)
    assert pools(firm) == [45_000, 30_000]
    assert firm.debt().tolist() == [60_000]


def test_one_customer_alone_is_always_above():
    scenario = two(0.6, {"a": {21: 1000}, "b": {}}, {})
    assert headroom(scenario, 1) == [[0]]
    assert headroom(scenario.replace({"channels.line.concentration": 1}), 1) == [[80_000]]


def test_a_drawing_takes_of_each_what_it_could_give():
    # 100.00 / 0.8 = 125.00 of face; of it A may have 75.00 and B 75.00: half of each.
    firm = run(two(0.6, {"a": {21: 1000}, "b": {21: 300}}, {0: 100}), until=1)
    assert pools(firm) == [6_250, 6_250]


def test_a_pool_that_has_drifted_is_put_right_first():
    # Day 0: 450.00 of face, of which either could give 270.00: half each, of B from the older one.
    scenario = two(0.6, {"a": {21: 1000}, "b": {7: 300, 28: 600}}, {0: 360, 8: 1})
    firm = run(scenario, until=8)
    # B has paid on day 7 and A is alone.
    assert pools(firm) == [22_500, 0]
    assert firm.cash.tolist() == [30_000 - 18_000]
    # There is cash; without it, 225.00 are 60 % of 375.00, so at least 150.00 of B are sold.
    scenario = scenario.replace({"costs.bill_8.once": 121})
    firm = run(scenario, until=9)
    assert pools(firm) == [22_500, 15_000]
    assert firm.debt().tolist() == [18_000 + 12_000]


def test_a_drifted_pool_that_cannot_be_put_right_buys_nothing():
    scenario = two(0.6, {"a": {21: 1000}, "b": {7: 300, 28: 140}}, {0: 360})
    assert headroom(scenario, 9)[7:] == [[0], [0]]
    # With 150.00 it can, and then up to 375.00: (225.00 + 150.00) less 225.00 there.
    scenario = two(0.6, {"a": {21: 1000}, "b": {7: 300, 28: 150}}, {0: 360})
    assert headroom(scenario, 9)[7:] == [[12_000], [12_000]]


def test_odd_cents_cannot_be_halved():
    firm = run(two(0.5, {"a": {21: 1000}, "b": {21: 1000}}, {0: "0.01"}, advance_rate=1.0), until=1)
    assert sorted(pools(firm)) == [0, 1]
    assert firm.debt().tolist() == [1]
