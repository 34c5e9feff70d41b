"""When customers' money comes in.  Day 0 is Monday 2 June 2025; sales are 100.00 a day."""

from __future__ import annotations

import numpy as np
import pytest
from lab import entries, firm_of, plain, run, traced

#: A Gamma of this shape and a mean of 10 days or less is a whole number of days when rounded.
SURE = 10_000


def buyer(**plan):
    return plain(customers={"anchor": {"share": 1, "opening": []} | plan}, horizon=90)


def receipts(scenario, until=None):
    firm = traced(scenario, until=until)
    return entries(firm, "cash", "receivables")


def test_money_comes_on_the_due_day_or_the_next_business_day():
    # Due after 30 days: day 30 (Wednesday) for day 0 ... day 33 is a Saturday, so the invoices of
    # days 3 and 4 come with that of day 5 on Monday, day 35.
    assert receipts(buyer(terms=30), 37) == [
        (30, 10_000), (31, 10_000), (32, 10_000), (35, 30_000), (36, 10_000),
    ]  # fmt: skip


def test_consumers_pay_on_any_day():
    assert [day for day, _ in receipts(buyer(terms=30, consumer=True), 37)] == list(range(30, 37))


def test_without_terms_the_money_is_there_the_next_morning():
    # A day's receipts come before its sales. Friday's to Sunday's (days 4-6) come on Monday.
    assert receipts(buyer(terms=0), 9) == [
        (1, 10_000), (2, 10_000), (3, 10_000), (4, 10_000), (7, 30_000), (8, 10_000),
    ]  # fmt: skip


def test_what_is_written_off_at_once_is_gone_the_next_morning():
    firm = run(buyer(terms=0, never_paid=1, write_off_after=0), until=5)
    assert firm.books.balance("receivables").tolist() == [10_000]
    assert firm.books.balance("bad_debts").tolist() == [40_000]


def test_late_by_ten_days():
    late = {"probability": 1, "mean_days": 10, "shape": SURE}
    # 30 + 10 = day 40 (Saturday): Monday, day 42, with those of days 1 and 2.
    assert receipts(buyer(terms=30, lateness=late), 43) == [(42, 30_000)]


def test_days_to_pay_are_counted_from_the_invoice():
    assert receipts(buyer(days_to_pay={"mean": 8, "shape": SURE}), 10) == [(8, 10_000), (9, 10_000)]


def test_a_share_late():
    firm = firm_of(
        buyer(terms=10, lateness={"probability": 0.3, "mean_days": 5, "shape": SURE}), 4000
    )
    firm.run(11)
    # Day 0's invoice is in on day 10 in 70 % of lanes: within 4 x sqrt(0.21 / 4000) = 0.029.
    assert abs((firm.cash == 110_000).mean() - 0.7) < 0.029
    firm.run(16)
    assert (firm.cash >= 110_000).all()


def test_disputed_invoices_come_later():
    assert receipts(buyer(terms=10, disputed=1, dispute_days=18), 29) == [(28, 10_000)]


def test_what_is_never_paid_is_written_off_and_stays_taxed():
    scenario = buyer(terms=10, never_paid=1, write_off_after=20).replace(
        {"taxes.vat": "general", "taxes.rate": 0.13}
    )
    firm = traced(scenario, until=33)
    # Due on day 10, written off 20 days later, gross: 113.00; no VAT comes back.
    assert entries(firm, "bad_debts") == [(30, 11_300), (31, 11_300), (32, 11_300)]
    assert entries(firm, "cash", "receivables") == []
    # June's VAT, 29 days x 13.00, became a tax debt on day 28; the four days since stand as output.
    assert firm.books.balance("vat").tolist() == [-4 * 1_300]
    assert firm.books.balance("taxes_payable").tolist() == [-29 * 1_300]


def test_too_late_is_never():
    late = {"probability": 1, "mean_days": 9, "shape": SURE}
    scenario = buyer(terms=0, lateness=late, write_off_after=8)
    assert entries(traced(scenario, until=9), "bad_debts") == [(8, 10_000)]
    assert receipts(buyer(terms=0, lateness=late, write_off_after=9), 10) == [(9, 10_000)]


def test_the_customers_effect_is_one_per_replication():
    # Late by 10 days times an effect with a coefficient of variation of 0.5.
    late = {"probability": 1, "mean_days": 10, "shape": SURE}
    firm = firm_of(buyer(terms=0, lateness=late, spread=0.5, consumer=True), 4000)
    effect = firm.columns["anchor.effect"]
    # Gamma of shape 4: mean 1 within 4 x 0.5 / sqrt(4000), sd 0.5 within 10 %.
    assert abs(effect.mean() - 1) < 0.032
    assert abs(effect.std() - 0.5) < 0.05
    first = np.full(4000, -1)
    for day in range(60):
        firm.run(day + 1)
        first[(first < 0) & (firm.cash > 100_000)] = day
    # The invoice of day 0 comes after 10 x effect days, rounded; the Gamma itself is within 5 %.
    assert (np.abs(first - np.maximum(10 * effect, 1)) <= 0.5 + 0.5 * effect).all()


def test_given_open_invoices():
    # 14 June is a Saturday (day 12): the money comes on Monday the 16th.
    opening = [{"due": "2025-06-02", "amount": "10.01"}, {"due": "2025-06-14", "amount": "20.50"}]
    firm = traced(buyer(terms=60, opening=opening), until=20)
    assert entries(firm, "cash", "receivables") == [(0, 1_001), (14, 2_050)]


def test_given_invoices_are_open_whatever_is_drawn():
    # Due after a mean of 40 days on day 1, so 39 days old: many draws say that it was paid before.
    opening = [{"due": "2025-06-03", "amount": 50}]
    plan = {"days_to_pay": {"mean": 40, "shape": 1}, "consumer": True, "opening": opening}
    firm = firm_of(buyer(**plan).replace({"sales.annual": 0}), 400)
    assert (firm.books.balance("receivables") == 5_000).all()
    firm.run(1)
    # Exponential: 1 - exp(-39.5 / 40) = 63 % are due by day 0, within 4 x sqrt(0.23 / 400).
    assert abs((firm.cash == 105_000).mean() - 0.627) < 0.097


def test_given_open_invoices_are_late_like_others():
    late = {"probability": 1, "mean_days": 5, "shape": SURE}
    opening = [{"due": "2025-06-06", "amount": "10.01"}]
    assert receipts(buyer(terms=60, lateness=late, opening=opening), 20) == [(9, 1_001)]


def test_the_steady_state_of_a_firm_paid_in_thirty_days():
    firm = firm_of(plain(customers={"anchor": {"share": 1, "terms": 30}}))
    # Days -30 to -1: 30 x 100.00, the oldest due today, a Monday; and those due on the weekend.
    assert firm.books.balance("receivables").tolist() == [320_000]
    firm.run(7)
    # Those due on days -2 to 4; Saturday and Sunday's come on Monday.
    assert firm.cash.tolist() == [100_000 + 7 * 10_000]


@pytest.mark.parametrize("terms", [0, 7, 45])
def test_a_steady_state_goes_on_as_it_began(terms):
    # What is sold in a day's OPERATE comes on the next at the earliest.
    firm = firm_of(plain(customers={"anchor": {"share": 1, "terms": terms, "consumer": True}}))
    assert firm.books.balance("receivables").tolist() == [max(terms, 1) * 10_000]
    firm.run()
    assert firm.books.balance("receivables").tolist() == [max(terms, 1) * 10_000]


@pytest.mark.parametrize("start", ["2025-06-02", "2025-06-05", "2025-06-07", "2025-06-08"])
@pytest.mark.parametrize("terms", [0, 1, 7, 45])
def test_a_steady_state_of_business_customers_goes_on_as_it_began(terms, start):
    # After whole weeks the same days are due, and the same ones have just been closed.
    firm = firm_of(plain(customers={"anchor": {"share": 1, "terms": terms}}, start=start))
    opening = int(firm.books.balance("receivables")[0])
    firm.run(49)
    assert firm.books.balance("receivables").tolist() == [opening]


def past_invoices(firm):
    """Day, due day and amount of each opening invoice."""
    rows, customer = [], firm.customers[0]

    def carry(gross, due, _suffix, *, issued):
        rows.append((issued, due, int(gross[0])))

    customer._carry = carry
    customer.open_books()
    return rows


def test_opening_invoices_are_by_the_day_within_the_mean_days_to_pay():
    # A mean of 8.4 days is 8; 21 days before the write-off are three whole weeks, 20 days are two.
    # A consumer: no closed days before the start.
    day = [(-day, 8 - day, 10_000) for day in range(8, 0, -1)]
    weeks = [(-15, -7, 70_000), (-22, -14, 70_000), (-29, -21, 70_000)]
    for write_off_after, before in ((21, weeks), (20, weeks[:2]), (6, [])):
        plan = {"share": 1, "days_to_pay": {"mean": 8.4}, "write_off_after": write_off_after}
        plan |= {"consumer": True}
        assert past_invoices(firm_of(plain(customers={"anchor": plan}))) == before + day


def test_opening_invoices_are_by_the_day_within_the_longest_terms():
    terms = {"draw": "choice", "values": [2, 5], "shares": [0.5, 0.5]}
    plan = {"share": 1, "terms": terms, "write_off_after": 7, "consumer": True}
    rows = past_invoices(firm_of(plain(customers={"anchor": plan})))
    assert [issued for issued, _, _ in rows] == [-12, -5, -4, -3, -2, -1]


def test_opening_invoices_due_on_closed_days_before_the_start_are_by_the_day():
    # Day -1 and -2 are a weekend: what is due on them comes on Monday, day 0. The weeks before end
    # where these begin, and reach as far back as ever.
    plan = {"share": 1, "terms": 3, "write_off_after": 9}
    rows = past_invoices(firm_of(plain(customers={"anchor": plan})))
    assert [issued for issued, _, _ in rows] == [-12, -5, -4, -3, -2, -1]


def test_a_week_of_late_invoices_that_comes_after_a_weekend_is_open():
    # The week that begins on day -12, due on day -9 and eight days late: Sunday, so Monday.
    late = {"probability": 1, "mean_days": 8, "shape": SURE}
    plan = {"share": 1, "terms": 3, "lateness": late, "write_off_after": 9}
    firm = traced(plain(customers={"anchor": plan}), until=1)
    assert entries(firm, "cash", "receivables") == [(0, 70_000)]


def test_what_is_to_be_written_off_on_the_first_day_is_open():
    # Terms of 3 days, written off 7 days later: the week that begins 10 days before the start.
    plan = {"share": 1, "terms": 3, "never_paid": 1, "write_off_after": 7, "consumer": True}
    firm = traced(plain(customers={"anchor": plan}), until=1)
    assert entries(firm, "bad_debts") == [(0, 70_000)]


def test_the_treasury_expects_what_is_not_yet_due():
    # Look-ahead 14 days. Invoices of days 0-3 are due on days 10-13, all within 3 + 14.
    firm = run(buyer(terms=10), until=4)
    assert firm.customers[0].expected.tolist() == [40_000]
    # After day 12, those of days 0-2 are due (paid or late) and no longer expected: days 3-12 are.
    firm = run(buyer(terms=10), until=13)
    assert firm.customers[0].expected.tolist() == [10 * 10_000]


def test_mean_lateness_shortens_what_is_expected():
    # 50 % x 8 days: four days later on average, so of the 14 days ahead only 10 are looked at.
    late = {"probability": 0.5, "mean_days": 8, "shape": SURE}
    firm = run(buyer(terms=12, lateness=late), until=4)
    # Due on days 12-15; after day 3 the window ends on day 13.
    assert firm.customers[0].expected.tolist() == [20_000]


def days_to_pay_of_the_first_invoice(changes):
    shop = {"share": 1, "consumer": True, "opening": [], "days_to_pay": {"mean": 40, "shape": 8}}
    scenario = plain({"sales.economy": 0.5}, customers={"shop": shop}).replace(changes)
    firm = firm_of(scenario, 300)
    firm.run(1)
    # A row of the ring is a day here: it is longer than the longest wait.
    return firm, firm.columns["shop.receipts"].argmax(axis=0)


def test_customers_live_in_the_economy_that_moves_sales():
    # Demand of day 0 is the plan of 100.00 times exp(x / 2), so sales tell x of each replication.
    # The days to pay of that invoice are those without a loading times exp(-x / 2), each rounded.
    firm, loaded = days_to_pay_of_the_first_invoice({"customers.shop.economy": 0.5})
    _, unloaded = days_to_pay_of_the_first_invoice({})
    factor = 10_000.0 / -firm.books.balance("sales")
    low, high = (unloaded - 0.51) * factor - 0.51, (unloaded + 0.51) * factor + 0.51
    paid = high < 180  # the others may be written off
    assert ((loaded >= low) & (loaded <= np.maximum(high, 1)))[paid].all()
    assert paid.sum() > 280
    assert len(set(np.round(factor, 1))) > 15
