"""Orders, deliveries, holds.  The firm sells 100.00 a day, half of it is flour: 50.00 a day.

Day 0 is Monday 2 June 2025.  Reviews are on days 0, 7, 14, ...; with 5 days of stock and a lead of
3 the target is round(3 + 5 + 3.5) = 12 days of use: 600.00.
"""

from __future__ import annotations

import pytest
from borrowing import date
from lab import day_by_day, entries, firm_of, first, plain, run, traced, watch

FLOUR = {
    "share": 0.5,
    "terms": 30,
    "lead_days": 3,
    "review_every": 7,
    "stock_days": 5,
    "stock": 600,
    "opening": [],
}


def baker(flour=None, *, changes=None, **tables):
    return plain(changes, suppliers={"flour": FLOUR | (flour or {})}, **tables)


def poor(flour=None, *, income=None, cash=0, changes=None):
    """The same, but its customers pay after 200 days: cash comes only as `income` by day."""
    opening = [{"due": date(day), "amount": amount} for day, amount in (income or {}).items()]
    slow = {"share": 1, "terms": 200, "opening": opening}
    return baker(flour, changes={"firm.cash": cash} | (changes or {}), customers={"slow": slow})


def stock(scenario, until):
    return day_by_day(scenario, lambda firm: int(firm.suppliers[0].stock[0]), until=until)


def test_order_up_to_the_target_and_pay_on_terms():
    # Day 0: 600 - 50 in stock, 50.00 ordered, there on day 3, due on day 33 (Saturday): day 35.
    # Day 7: 600 + 50 - 400 = 250: 350.00 ordered, there on day 10, due on day 40 (Saturday): 42.
    firm = traced(baker({}, changes={"firm.cash": 5000}))
    ordered = [(3, 5_000), (10, 35_000), (17, 35_000), (24, 35_000)]
    assert entries(firm, "stock", "payables:flour")[:4] == ordered
    assert entries(firm, "payables:flour", "cash")[:4] == [
        (35, 5_000), (42, 35_000), (49, 35_000), (56, 35_000),
    ]  # fmt: skip
    assert entries(firm, "materials", "stock") == [(day, 5_000) for day in range(60)]
    assert stock(baker(), 11) == [
        55_000, 50_000, 45_000, 45_000, 40_000, 35_000, 30_000, 25_000, 20_000, 15_000, 45_000,
    ]  # fmt: skip


def test_small_orders_wait():
    # 50.00 on day 0 are too few; on day 7 600 - 400 = 200 are there and 400.00 ordered.
    firm = traced(baker({"min_order": 60}), until=20)
    assert entries(firm, "stock", "payables:flour")[0] == (10, 40_000)


@pytest.mark.parametrize(("regime", "account"), [("general", "vat"), ("none", "input_vat")])
def test_input_vat(regime, account):
    firm = traced(baker({"vat": 0.13}, changes={"taxes.vat": regime}), until=36)
    assert entries(firm, account, "payables:flour")[0] == (3, 650)
    assert entries(firm, "payables:flour", "cash") == [(35, 5_650)]


def test_the_steady_state_of_a_supplier_on_terms():
    # Lead 10, review 7, 14 days of stock: one delivery of 350.00 is on its way, ordered 7 days ago,
    # there on day 3; stock is (14 + 10 - 3.5 - 7) x 50.00 = 675.00.  Bills of deliveries 4, 11, 18,
    # 25 and 32 days ago, due on days 26, 19, 12, 5 and -2: Saturdays all, so 28, 21, 14, 7 and 0.
    plan = {"lead_days": 10, "stock_days": 14, "stock": None, "opening": None}
    firm = firm_of(baker(plan, changes={"firm.cash": 5000}))
    assert firm.suppliers[0].stock.tolist() == [67_500]
    assert firm.suppliers[0].on_order.tolist() == [35_000]
    firm = traced(baker(plan, changes={"firm.cash": 5000}), until=30)
    assert entries(firm, "payables:flour", "cash") == [(day, 35_000) for day in (0, 7, 14, 21, 28)]
    assert entries(firm, "stock", "payables:flour")[0] == (3, 35_000)


def test_a_steady_firm_stays_steady():
    plan = {"lead_days": 10, "stock_days": 14, "stock": None, "opening": None}
    firm = firm_of(baker(plan, changes={"firm.cash": 5000, "horizon": 200}))
    # On review days stock and orders together are the target, 28 days of 50.00 (round(27.5)), after
    # it.
    firm.run(99)
    assert (firm.suppliers[0].stock + firm.suppliers[0].on_order).tolist() == [28 * 5_000]
    firm.run()
    assert watch(firm, "stock_out") == (-1, 0, 0)


# -- credit hold --------------------------------------------------------------------------------

#: 100.00 due on 4 June (day 2) and not there; five days of patience.
OWING = {"tolerance": 5, "cod_days": 10, "opening": [{"due": date(2), "amount": 100}]}


def test_a_hold_starts_the_morning_after_the_day_of_tolerance():
    # Five days past due in SETTLE of day 7: held from day 8 on, and not a day earlier.
    assert first(run(poor(OWING), until=20), "supplier_hold") == [8]
    assert first(run(poor(OWING | {"tolerance": 0}), until=20), "supplier_hold") == [3]


def test_a_bill_paid_on_its_last_day_of_tolerance_causes_no_hold():
    # The money of Monday the 9th (day 7) is in time.
    assert first(run(poor(OWING, income={7: 100}), until=20), "supplier_hold") == [-1]
    assert first(run(poor(OWING, income={8: 100}), until=20), "supplier_hold") == [8]


def test_goods_on_their_way_arrive_and_no_new_ones_are_shipped():
    # The order of day 7 comes on day 10; that of day 14 is not taken.
    firm = traced(poor(OWING), until=30)
    assert entries(firm, "stock", "payables:flour") == [(3, 5_000), (10, 35_000)]
    # 250.00 after day 14 last until day 19.
    assert first(firm, "stock_out") == [20]


def test_the_hold_lifts_the_day_after_payment_then_cash_on_delivery():
    # 1,000.00 on day 16 pay the 100.00: held on days 8-16.  For ten days (17-26) cash only: on day
    # 21 the stock is gone and 600.00 are ordered and paid, there on day 24.  On day 28 terms are
    # back: 600 - 5 x 50 = 350 in stock, 250.00 ordered.
    firm = traced(poor(OWING, income={16: 1000}), until=40)
    assert watch(firm, "supplier_hold") == (8, 1, 9)
    assert entries(firm, "prepaid") == [(21, 60_000)]
    assert entries(firm, "stock", "prepaid") == [(24, 60_000)]
    assert entries(firm, "stock", "payables:flour") == [
        (3, 5_000),
        (10, 35_000),
        (31, 25_000),
        (38, 35_000),
    ]
    assert watch(firm, "stock_out") == (20, 1, 4)
    # The hold itself counts from its third day on (10-16), then the days without flour.
    assert watch(firm, "supply_disruption") == (10, 2, 11)


def test_after_the_hold_the_supplier_delivers_by_its_own_lead_not_the_substitute_s():
    # The substitute asks ten times the price and is never paid; the hold lifts on day 17.
    plan = OWING | {"substitute": {"delay_days": 20, "price_factor": 10}}
    firm = traced(poor(plan, income={16: 1000}), until=40)
    ordered = entries(firm, "prepaid")
    assert ordered[0][0] == 17
    assert entries(firm, "stock", "prepaid") == [(day + 3, amount) for day, amount in ordered]


@pytest.mark.parametrize(("cod_days", "on_terms"), [(4, True), (5, False)])
def test_cash_only_for_exactly_so_many_days(cod_days, on_terms):
    # The hold lifts on day 17; day 21 is the fifth day of cash only, if it lasts so long.
    firm = traced(poor(OWING | {"cod_days": cod_days}, income={16: 1000}), until=25)
    assert (entries(firm, "prepaid") == []) is on_terms


def test_a_cash_order_that_cannot_be_paid_lapses_and_is_tried_again():
    # 200.00 are left on day 21, too little for 600.00 then and on day 22; 500.00 more on day 23.
    firm = traced(poor(OWING, income={16: 300, 23: 500}), until=30)
    assert entries(firm, "prepaid") == [(23, 60_000)]
    assert entries(firm, "stock", "prepaid") == [(26, 60_000)]
    # It is no obligation: all that was ever unpaid is the bill of day 2, paid on day 16.
    assert watch(firm, "cash_out") == (2, 1, 14)


def test_cash_orders_are_not_paid_on_a_weekend():
    # Cash is there on Saturday (day 26), after the order of day 21 lapsed; paid on Monday, day 28,
    # but by then terms are back: nothing is prepaid at all.
    consumer = {"share": 1, "terms": 200, "consumer": True}
    consumer["opening"] = [{"due": date(16), "amount": 300}, {"due": date(26), "amount": 500}]
    scenario = baker(OWING, changes={"firm.cash": 0}, customers={"slow": consumer})
    assert entries(traced(scenario, until=35), "prepaid") == []
    longer = scenario.replace({"suppliers.flour.cod_days": 12})
    assert entries(traced(longer, until=35), "prepaid") == [(28, 60_000)]


def test_cash_orders_pay_vat_at_once():
    firm = traced(
        poor(OWING | {"vat": 0.13}, income={16: 1000}, changes={"taxes.vat": "general"}), until=30
    )
    assert entries(firm, "vat")[-1] == (21, 7_800)
    assert entries(firm, "prepaid") == [(21, 60_000)]


def test_a_borrowed_cash_order():
    # The platform lends what the order of day 21 needs beyond the 200.00 that are left.
    lender = {"kind": "platform", "limit": 5000, "rate": {"per_day": 0.0004}}
    # No line while the bill is open: it opens on day 16.
    late = {"kind": "platform_closure", "channels": ["lender"], "on": date(0), "lasts": 16}
    scenario = poor(OWING, income={16: 300}).replace(
        {"channels.lender": lender, "shocks.shut": late}
    )
    firm = traced(scenario, until=30)
    assert entries(firm, "cash", "loan:lender")[0] == (21, 40_000)
    assert entries(firm, "prepaid") == [(21, 60_000)]


#: Bills may wait 60 days by policy, longer than the supplier's patience, and cash stays above a
#: floor.
STRETCHED = {"treasury.defer": {"critical": 60}, "treasury.floor": 10_000}


def test_a_substitute_delivers_after_its_delay_at_its_price():
    # Held from day 8.  On day 14 250.00 are in stock: 350.00 from the substitute for 420.00, there
    # on day 16; on day 21 300 - 50 again.
    other = OWING | {"substitute": {"delay_days": 2, "price_factor": 1.2}}
    firm = traced(poor(other, cash=2000, changes=STRETCHED), until=27)
    assert entries(firm, "prepaid") == [(14, 42_000), (21, 42_000)]
    assert entries(firm, "stock", "prepaid") == [(16, 35_000), (23, 35_000)]
    assert entries(firm, "price_variance", "prepaid") == [(16, 7_000), (23, 7_000)]
    # Still on hold, but not disrupted from the day of its delivery on: days 10 to 15 count.
    assert watch(firm, "supplier_hold") == (8, 1, 19)
    assert watch(firm, "supply_disruption") == (10, 1, 6)
    assert watch(firm, "stock_out") == (-1, 0, 0)
    # Deferred within its limit: never out of cash.
    assert watch(firm, "cash_out") == (-1, 0, 0)


@pytest.mark.parametrize(
    ("defer", "to_flour", "to_substitute", "out"),
    [
        # Strict: the cash order of day 14 is younger than the bill of day 2.
        ({}, [(14, 60_000)], [], (20, 1, 7)),
        ({"critical": 60}, [(14, 18_000)], [(14, 42_000)], (-1, 0, 0)),
    ],
)
def test_a_substitute_waits_behind_the_overdue_bills_of_its_class(
    defer, to_flour, to_substitute, out
):
    # The example of the known limits: 1,000.00 overdue, 600.00 come in, 420.00 are wanted at once.
    owing = {"opening": [{"due": date(2), "amount": 1000}]}
    other = OWING | owing | {"substitute": {"delay_days": 2, "price_factor": 1.2}}
    firm = traced(poor(other, income={14: 600}, changes={"treasury.defer": defer}), until=27)
    # The advance goes by way of the same account.
    paid = [each for each in entries(firm, "payables:flour", "cash") if each not in to_substitute]
    assert (paid, entries(firm, "prepaid")) == (to_flour, to_substitute)
    assert watch(firm, "stock_out") == out


def test_without_a_substitute_the_hold_is_a_disruption_all_along():
    firm = run(poor(OWING, cash=2000, changes=STRETCHED), until=19)
    assert watch(firm, "supply_disruption") == (10, 1, 9)


def test_a_supplier_that_is_not_critical_holds_too_but_nothing_stops():
    firm = traced(poor(OWING | {"critical": False}), until=30)
    assert entries(firm, "stock", "payables:flour") == [(3, 5_000), (10, 35_000)]
    assert watch(firm, "supplier_hold") == (-1, 0, 0)
    assert watch(firm, "supply_disruption") == (-1, 0, 0)


# -- prices and terms ---------------------------------------------------------------------------


def test_a_discount_for_paying_early():
    # Lead 4: 50.00 come on day 4 (Friday); with the 2 % of day 14 (Monday) 49.00, instead of day
    # 34.
    discount = {"lead_days": 4, "discount": 0.02, "discount_days": 10}
    calm = baker(discount, changes={"treasury.take_discounts": True})
    firm = traced(calm, until=36)
    # Round(4 + 5 + 3.5) = 12 days again.  Day 11's 350.00 are paid on day 21: 343.00.
    assert entries(firm, "payables:flour", "cash") == [
        (14, 4_900),
        (21, 34_300),
        (28, 34_300),
        (35, 34_300),
    ]
    assert entries(firm, "payables:flour", "discounts")[:2] == [(14, 100), (21, 700)]
    refused = traced(calm.replace({"treasury.take_discounts": False}), until=36)
    assert entries(refused, "payables:flour", "cash") == [(35, 5_000)]


def test_a_discount_needs_the_whole_amount_above_the_floor():
    discount = {"lead_days": 4, "discount": 0.02, "discount_days": 10}
    # Cash of day 14 is 1,000.00 + 15 x 100.00; above the floor 49.00 are left, or one cent less.
    for floor, taken in ((2451, [(14, 4_900)]), ("2451.01", [])):
        changes = {"treasury.take_discounts": True, "treasury.floor": floor}
        firm = traced(baker(discount, changes=changes), until=20)
        assert entries(firm, "payables:flour", "cash") == taken


@pytest.mark.parametrize(
    ("discount_days", "paid"),
    [
        # Delivered on Friday, day 4.  The discount ends on Saturday, Sunday or Monday.
        (8, (11, 4_900)),
        (9, (11, 4_900)),
        (10, (14, 4_900)),
        # On Saturday, the day after: paid on the day of the delivery.
        (1, (4, 4_900)),
    ],
)
def test_a_discount_that_ends_on_a_closed_day_is_taken_before(discount_days, paid):
    discount = {"lead_days": 4, "discount": 0.02, "discount_days": discount_days}
    firm = traced(baker(discount, changes={"treasury.take_discounts": True}), until=15)
    assert entries(firm, "payables:flour", "cash")[0] == paid


def test_two_discounts_taken_on_one_day():
    # Ordered every day, delivered four days later, so on days 4, 5 and 6 (Friday to Sunday).  Those
    # discounts end on days 12, 13 and 14: the first two are taken on Friday, day 11, as far as the
    # cash above the floor goes.
    daily = {"lead_days": 4, "review_every": 1, "stock": 450}
    daily |= {"discount": 0.02, "discount_days": 8}
    changes = {"treasury.take_discounts": True}
    firm = traced(baker(daily, changes=changes), until=15)
    delivered = dict(entries(firm, "stock", "payables:flour"))
    both = [(11, delivered[day] * 98 // 100) for day in (4, 5)]
    assert entries(firm, "payables:flour", "cash")[:2] == both
    cash = 100_000 + 12 * 10_000
    short = (cash - sum(amount for _, amount in both) + 1) / 100
    firm = traced(baker(daily, changes=changes | {"treasury.floor": short}), until=12)
    assert entries(firm, "payables:flour", "cash") == both[:1]


def test_what_is_delivered_on_a_closed_day_may_be_too_late_for_its_discount():
    # Delivered on Saturday, day 5; the discount ends on Sunday.
    late = {"lead_days": 5, "discount": 0.02, "discount_days": 1}
    firm = traced(baker(late, changes={"treasury.take_discounts": True}), until=12)
    assert entries(firm, "payables:flour", "cash") == []


def test_new_terms_are_for_new_invoices_only():
    shorter = {"kind": "supplier_terms", "suppliers": ["flour"], "terms": 5, "on": date(8)}
    firm = traced(baker(changes={"firm.cash": 5000, "shocks.shorter": shorter}), until=40)
    # Delivered on day 3: due on day 35 as before.  On days 10, 17, 24, 31: five days later is a
    # Sunday or so: days 15, 22, 29, 36.
    assert entries(firm, "payables:flour", "cash") == [
        (15, 35_000), (22, 35_000), (29, 35_000), (35, 5_000), (36, 35_000),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("factor", "bill", "variance"), [(1.1, 38_500, 3_500), (0.9, 31_500, -3_500)]
)
def test_a_price_is_that_of_the_day_of_delivery(factor, bill, variance):
    rise = {
        "kind": "price_rise",
        "suppliers": ["flour"],
        "factor": factor,
        "on": date(8),
        "lasts": 5,
    }
    firm = traced(baker(changes={"shocks.rise": rise}), until=20)
    # Ordered before, delivered on day 10 inside the five days; on day 17 the old price is back.
    posted = entries(firm, credit="payables:flour")
    assert [sum(amount for day, amount in posted if day == d) for d in (3, 10, 17)] == [
        5_000,
        bill,
        35_000,
    ]
    assert firm.books.balance("price_variance").tolist() == [variance]
    # Stock is kept at the base price.
    assert firm.suppliers[0].stock.tolist() == [60_000 - 20 * 5_000 + 5_000 + 2 * 35_000]


def test_oldest_bills_first_across_the_suppliers_of_a_class():
    # Flour: 100.00 each due on days 3 and 7; sugar on days 2 and 8.  250.00 come on day 9.
    def supplier(*days):
        opening = [{"due": date(day), "amount": 100} for day in days]
        return {"share": 0, "terms": 30, "stock": 0, "opening": opening}

    slow = {"share": 1, "terms": 200, "opening": [{"due": date(9), "amount": 250}]}
    scenario = plain(
        {"firm.cash": 0},
        suppliers={"flour": supplier(3, 7), "sugar": supplier(2, 8)},
        customers={"slow": slow},
    )
    firm = traced(scenario, until=12)
    # Sugar's of day 2, flour's of day 3, and half of flour's of day 7.
    assert entries(firm, "payables:flour", "cash") == [(9, 15_000)]
    assert entries(firm, "payables:sugar", "cash") == [(9, 10_000)]


def test_stretching_is_the_last_credit_and_has_its_own_cost():
    # 300.00 are due on day 10 (Thursday) and money comes only on day 42. Policy lets them wait.
    bill = {"opening": [{"due": date(10), "amount": 300}], "tolerance": 10, "cod_days": 10}
    bill |= {"discount_days": 5, "discount": 0.02}
    policy = {"treasury.take_discounts": True}
    stretched = policy | {"treasury.defer": {"critical": 60}}
    firm = traced(poor(bill, income={42: 5000}, changes=stretched))
    assert first(firm, "cash_out") == [-1]
    assert firm.debt().tolist() == [0]
    # Its price: ten days past due on day 20, no new goods from day 21 on, none left on day 27
    # (450.00 at the end of day 17), and sales lost; all is paid on day 42, and goods are to be had
    # again on the review of day 49, for cash.
    assert first(firm, "supplier_hold") == [21]
    assert first(firm, "stock_out") == [27]
    assert firm.columns["sales.lost"].tolist()[0] > 0
    # 300.00, and the deliveries of days 3 and 10; that of day 17 is due on Saturday, day 47, and on
    # day 49 a new stock of 600.00 is paid for before it is shipped.
    paid = entries(firm, "payables:flour", "cash")
    assert sorted(paid)[:3] == [(42, 70_000), (49, 35_000), (49, 60_000)]
    # And the discount of every delivery that it could not pay for at once.
    assert entries(firm, "payables:flour", "discounts") == []
    rich = traced(poor(bill, cash=5000, changes=stretched))
    assert [day for day, _ in entries(rich, "payables:flour", "discounts")][:2] == [8, 15]
    assert first(rich, "supplier_hold") == [-1]
    # Without the policy the same firm is out of cash on the day of the bill.
    assert first(traced(poor(bill, income={42: 5000}, changes=policy)), "cash_out") == [10]
    # And where it may wait for twenty days only, on the twentieth: a Wednesday.
    limit = policy | {"treasury.defer": {"critical": 20}}
    assert first(traced(poor(bill, income={42: 5000}, changes=limit)), "cash_out") == [30]
