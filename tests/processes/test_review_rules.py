"""Rules that a hostile reading of the code found broken, each as the smallest firm that shows it.

Day 0 is Monday 2 June 2025.
"""

from __future__ import annotations

import numpy as np
import pytest
from borrowing import BANK, OWNER, PLATFORM, borrower, date
from lab import entries, firm_of, plain, run, traced, watch

from cashstress.errors import SimulationError
from cashstress.kernel.clock import Clock
from cashstress.kernel.columns import Columns
from cashstress.kernel.instalments import Calendar, InstalmentRing
from cashstress.processes import Firm

SHUT = [date(day) for day in range(5, 90)]
FREE = {"rate": {"per_day": 0}}


def drawings(firm, name="line"):
    return entries(firm, "cash", f"loan:{name}")


# -- a wound-up firm does nothing ------------------------------------------------------------------


def test_a_wound_up_firm_takes_no_discount():
    flour = {"share": 0.5, "terms": 50, "discount": 0.02, "discount_days": 10, "critical": False}
    firm = run(
        plain(
            {"firm.cash": 900},
            sales={"annual": 3650},
            payroll={"staff": 1, "wage": 5000, "pay_day": 10},
            suppliers={"flour": flour | {"lead_days": 1, "review_every": 1, "stock_days": 5}},
            treasury={"take_discounts": True, "wind_up_after": 1},
        )
    )
    # Wages due on day 8 are unpaid for a day on day 9.
    assert watch(firm, "wound_up") == (9, 1, 1)


def test_the_owner_does_not_wind_up_the_firm():
    owner = {"owner": OWNER | {"limit": 100, "drawn": 100, "rate": {"per_day": 0.001}}}
    firm = run(borrower(owner, cash=0, horizon=150))
    assert watch(firm, "default") == watch(firm, "wound_up") == (-1, 0, 0)
    assert watch(firm, "channel_closed:owner")[0] > 0


# -- drawing -------------------------------------------------------------------------------------


def test_enough_is_drawn_to_pay_the_fee_too():
    line = {"line": PLATFORM | {"drawing_fee": 0.013, "tenor_months": 12}}
    firm = traced(borrower(line, bills={3: 400}), until=20)
    # 300 / 0.987 = 303.9514; of 303.96 the fee takes 3.95.
    assert drawings(firm) == [(3, 30_396)]
    assert entries(firm, "fees", "cash") == [(3, 395)]
    assert watch(firm, "cash_out") == (-1, 0, 0)


def test_a_fee_that_takes_everything_is_not_paid_for_nothing():
    firm = traced(borrower({"line": PLATFORM | {"drawing_fee": 1}}, bills={3: 400}), until=20)
    assert drawings(firm) == []
    assert watch(firm, "cash_out")[0] == 3


def test_less_than_the_least_drawing_is_no_headroom():
    line = {"line": PLATFORM | {"limit": 350, "min_drawing": 100, "tenor_months": 12}}
    firm = run(borrower(line, bills={3: 400}), until=5)
    assert firm.channels["line"].drawn.tolist() == [30_000]
    assert firm.headroom().tolist() == [0]


def test_wages_of_a_month_not_yet_over_are_seen_ahead():
    # Pay day is the 5th, so five days after they are owed; the bank takes seven.
    payroll = {"staff": 1, "wage": 300, "pay_day": 5}
    slow = {"line": BANK | FREE | {"delay_days": 7, "drawn": 0}}
    firm = traced(borrower(slow, cash=400, horizon=60, payroll=payroll))
    # June's 300.00 are due on Friday 4 July (5 July is a Saturday), day 32, and in sight from day
    # 18 on; 100.00 are there.  Asked for on Friday, day 18; there on day 25.
    assert drawings(firm)[0] == (25, 20_000)
    assert watch(firm, "missed_payroll") == (-1, 0, 0)


def test_wages_due_long_after_the_horizon_are_seen_ahead():
    # From day 0, 90 days reach to 31 August: wages of May (5 June), June (4 July), July (5 August).
    payroll = {"staff": 1, "wage": 300, "pay_day": 5, "withheld": 0, "employer": 0}
    scenario = plain(payroll=payroll, treasury={"look_ahead": 90}, horizon=20)
    firm = firm_of(scenario)
    firm.run(1)
    assert firm.outflows_ahead().tolist() == [90_000]


def test_a_monthly_cost_is_in_sight_when_it_is_due_not_when_it_is_billed():
    costs = {"rent": {"monthly": 100, "day": 20, "terms": 40}}
    firm = firm_of(plain(costs=costs))
    firm.run(17)  # billed on day 18, due on day 58
    assert firm.outflows_ahead().tolist() == [0]
    firm.run(46)
    assert firm.outflows_ahead().tolist() == [10_000]


def test_an_expiry_is_seen_ahead():
    expiring = BANK | FREE | {"drawn": 500, "expires": date(10)}
    slow = BANK | FREE | {"delay_days": 3}
    lines = {"line": expiring, "slow": slow}
    firm = run(borrower(lines, cash=100, treasury={"draw_order": ["slow"]}))
    assert watch(firm, "cash_out") == (-1, 0, 0)


def test_interest_of_a_line_without_schedule_is_seen_to_its_day():
    line = {"line": BANK | {"drawn": 500, "rate": {"per_day": 0.001}}}
    firm = firm_of(borrower(line, cash=1000))
    firm.run(10)
    # Due on 21 June, day 19: 19 days x 0.50.
    assert firm.outflows_ahead().tolist() == [950]


# -- a revolving line after its expiry -------------------------------------------------------------


def test_money_that_arrives_after_the_expiry_is_due_at_once():
    line = {"line": BANK | FREE | {"delay_days": 5, "expires": date(4)}}
    firm = traced(borrower(line, bills={8: 300}), until=10)
    assert drawings(firm) == [(7, 20_000)]
    assert entries(firm, "loan:line", "cash") == [(7, 20_000)]


def test_an_expired_line_costs_no_fee():
    line = {"line": BANK | FREE | {"expires": date(4), "commitment_fee": {"per_day": 0.001}}}
    firm = traced(borrower(line))
    # 1,000.00 undrawn on days 0-3.
    assert entries(firm, "interest") == [(19, 400)]


# -- notice ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lasts", [{"lasts": 50}, {}])
def test_notice_longer_than_the_time_left_is_given_on_day_0(lasts):
    shock = {"kind": "platform_closure", "channels": ["line"], "on": date(3), "notice_days": 10}
    line = {"line": PLATFORM | {"tenor_months": 12}}
    firm = traced(borrower(line, bills={8: 500}, shocks={"shut": shock | lasts}), until=20)
    assert drawings(firm) == [(0, 40_000)]


def test_a_committed_line_gives_no_notice_of_what_it_has_promised_not_to_do():
    shock = {"kind": "platform_closure", "channels": ["line"], "on": date(7), "notice_days": 5}
    line = {"line": PLATFORM | {"committed": True}}
    firm = traced(
        borrower(line, shocks={"shut": shock}, treasury={"on_notice": "draw_all"}), until=20
    )
    assert drawings(firm) == []


def test_a_closure_that_is_announced_is_not_drawn_anew():
    shock = {"kind": "platform_closure", "channels": ["line"], "after": {"mean_days": 20}}
    line = {"line": PLATFORM}
    firm = firm_of(borrower(line, shocks={"shut": shock | {"notice_days": 9}}), 400)
    firm.run(10)
    before = firm.strikes[0].start.copy()
    known = before <= 10 + 9
    firm.world.take(np.arange(400), draws="fresh")
    after = firm.strikes[0].start
    assert known.any()
    assert after[known].tolist() == before[known].tolist()
    assert (after != before)[~known].mean() > 0.9


# -- taxes -----------------------------------------------------------------------------------------


def test_late_charges_wait_for_a_business_day():
    # Owed 100.00 from Tuesday 5 August on, paid on Tuesday 12 August: seven days of 1 %.
    # The 7.00 are billed on Sunday 31 August and due on Monday.
    taxes = {"opening_vat": 100, "late_per_day": 0.01, "day": 5}
    plan = {"cash": 0, "start": "2025-08-01", "horizon": 45, "taxes": taxes}
    firm = traced(borrower({}, income={11: 200}, **plan))
    assert entries(firm, "late_charges") == [(30, 700)]
    assert entries(firm, "taxes_payable", "cash") == [(11, 10_000), (31, 700)]
    assert watch(firm, "cash_out") == (4, 1, 7)


# -- the 13-week table -----------------------------------------------------------------------------


@pytest.mark.parametrize("vat", ["none", "small_scale", "general"])
@pytest.mark.parametrize("critical", [True, False])
def test_the_weeks_add_up_with_cash_orders(vat, critical):
    opening = [{"due": date(0), "amount": 700}]
    flour = {"share": 0.5, "terms": 10, "tolerance": 0, "lead_days": 1, "review_every": 1}
    flour |= {"stock_days": 5, "opening": opening, "critical": critical}
    taxes = {"vat": vat, "rate": 0.01, "input_rate": 0.13}
    firm = run(plain({"firm.cash": 500}, taxes=taxes, suppliers={"flour": flour}))
    sums = {line: sketch.sums for line, sketch in firm.reporter.weeks.items()}
    paid = np.sum([sums[line] for line in sums if line.startswith("pay:")], axis=0)
    flow = sums["receipts"] - paid + sums["drawings"] - sums["repayments"]
    assert (sums["opening_cash"] + flow).tolist() == sums["closing_cash"].tolist()
    other = "other_suppliers" if critical else "critical_suppliers"
    assert not sums[f"pay:{other}"].any()


# -- stock -----------------------------------------------------------------------------------------


def test_a_part_of_a_cent_is_not_lacking():
    # 33.333... are needed and 33.33 used.
    flour = {"share": 1 / 3, "terms": 10, "stock": "33.33", "lead_days": 1, "review_every": 1}
    firm = run(plain(suppliers={"flour": flour | {"stock_days": 5}}, horizon=20))
    assert watch(firm, "stock_out") == (-1, 0, 0)


@pytest.mark.parametrize("lead", [6, 7, 8])
def test_a_delivery_on_the_first_day_is_neither_lost_nor_free(lead):
    flour = {"share": 0.5, "terms": 30, "lead_days": lead, "review_every": 7}
    firm = firm_of(plain(suppliers={"flour": flour}))
    stock = firm.suppliers[0].stock + firm.suppliers[0].on_order
    assert stock.tolist() == [round((14 + lead - 3.5) * 5_000)]
    firm.run(1)
    # Bills of every seventh day back, the days that are not yet due: 50.00 a day.
    bills = {6: 5, 7: 5, 8: 4}[lead]
    assert firm.suppliers[0].payable.ledger.total.tolist() == [bills * 35_000]


# -- long closures ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"costs.freight": {"share_of_sales": 0.1}},
        {"suppliers.flour": {"share": 0.5, "terms": 0, "lead_days": 1, "review_every": 1}},
        {"channels.line": BANK | {"delay_days": 1, "drawn": 10}, "treasury.floor": 5000},
        {"channels.owner": OWNER | {"drawn": 10, "rate": {"per_day": 0.001}}},
        {"customers.walk_in": {"share": 1, "terms": 0, "write_off_after": 0}},
        {"payroll": {"staff": 1, "wage": 10, "withheld": 0.1}},
        {"taxes": {"vat": "general", "rate": 0.13, "opening_vat": 10, "late_per_day": 0.001}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_banks_may_be_closed_for_months(changes):
    firm = run(plain(calendar={"holidays": SHUT}, horizon=110).replace(changes))
    # Day 5 is a Saturday; the next business day is Monday, day 91.
    assert firm.longest_roll == 86


# -- lanes -----------------------------------------------------------------------------------------


def test_due_days_of_other_lanes_change_no_bit_of_the_interest():
    """Lane 0 owes on day 20; lane 1, which owes from day 51 on, must not notice."""
    rate = np.array([0.0003])

    def ring(lanes):
        clock, columns = Clock(60), Columns(lanes)
        days = np.arange(120)
        calendar = Calendar(
            np.array([[20, 51, 81]]), np.searchsorted([31, 61, 92], days, "right"), days
        )
        made = InstalmentRing("line", columns, clock, calendar, months=2)
        columns.common("line.due")[:] = -1
        return clock, columns, made

    def draw(clock, made, day, lane, amount):
        clock.today = day
        made.draw(np.array([lane]), np.array([amount]), rate, group=0, months=2,
                  repayment="equal_instalment")  # fmt: skip

    def owed(lanes, lane):
        clock, columns, made = ring(lanes)
        draw(clock, made, 3, lane, 333_337)
        draw(clock, made, 9, lane, 777_771)
        if lanes > 1:
            made._due[made._row(0, 0)] = 20  # what lane 0 drew a month ago
            clock.today = 20
            made.due_today(0)
        clock.today = 51
        assert made.groups_due() == [0]
        interest = made._accrued_now(np.array([lane]))
        return interest.tobytes(), columns["line.daily"][0, lane]

    assert owed(1, 0) == owed(2, 1)


# -- resuming --------------------------------------------------------------------------------------


def test_other_terms_do_not_fit_a_saved_firm():
    plan = {"share": 1, "terms": 30}
    scenario = plain(customers={"shops": plan})
    firm = firm_of(scenario)
    firm.run(10)
    longer = plain(customers={"shops": plan | {"terms": 60}})
    with pytest.raises(
        SimulationError, match=r"'shops.receipts' was saved as .* terms, delays and ages"
    ):
        Firm.resume(longer, firm.world.save())


# -- rounding --------------------------------------------------------------------------------------


def test_a_half_cent_of_a_price_is_rounded_to_even():
    # 0.55 x 1.1 is 0.605, though the float lies a hair above: 0.60.
    dear = {"share": 0.5, "terms": 10, "price": 1.1, "stock": 0, "opening": []}
    firm = firm_of(plain(suppliers={"flour": dear}))
    assert firm.suppliers[0]._net_cost(np.array([55, 95, 100])).tolist() == [60, 104, 110]
    # 1,000.05 less 10 %: 900.045, rounded to even; 100.005 to the authorities.
    payroll = {"staff": 1, "wage": "1000.05", "withheld": 0.1, "pay_day": 10}
    firm = firm_of(plain(payroll=payroll))
    assert firm.payroll.wages.ledger.total.tolist() == [90_004]
    assert firm.payroll.social.ledger.total.tolist() == [10_000]


# -- old debt --------------------------------------------------------------------------------------


def paid_on_day_130(first, second):
    """What two old bills get of 60.00, the first of them standing first in the scenario."""
    bills = {first: 60, second: 60}
    firm = traced(borrower({}, cash=0, bills=bills, income={130: 60}, horizon=131))
    names = [f"costs_payable:bill_{day}" for day in bills]
    return [sum(amount for _, amount in entries(firm, name, "cash")) for name in names]


def test_of_two_old_bills_the_older_one_is_paid_first():
    # 91 and 92 days past due: with defaults ages are told apart up to 92 days.
    assert paid_on_day_130(39, 38) == [0, 6_000]
    # 92 and 93: they count as equally old.
    assert paid_on_day_130(38, 37) == [6_000, 0]
