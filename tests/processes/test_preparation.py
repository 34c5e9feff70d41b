"""What alternatives cost, on firms small enough to count by hand, and the pair of examples."""

from __future__ import annotations

from borrowing import BANK, borrower
from lab import example, firm_of, plain

import cashstress as cs
from cashstress.processes import run_block


def metric(scenario, name):
    record = run_block(scenario, seed=0, first=0, lanes=1)
    return int(record.amounts[record.metrics.index(name)][0])


def test_what_owners_put_in_is_no_gain():
    base = plain()
    answer = cs.compare(base, {"richer": base.replace({"firm.cash": 5000})}, runs=3)
    richer = answer["richer"]
    # 4,000.00 more net assets, all of it put in; not a cent earned.
    assert richer.comparison.metric_difference("net_assets").value == 400_000
    assert (richer.net_assets.value, richer.net_assets.high) == (0.0, 0.0)
    assert richer.running_cost.value == 0.0


def test_other_assets_and_debts_on_day_0_are_no_gain_either():
    base = borrower({"bank": BANK})
    others = {
        "debt": base.replace({"channels.bank": BANK | {"drawn": 500, "rate": {"per_day": 0}}}),
        "assets": base.replace({"firm.other_assets": 700}),
    }
    answer = cs.compare(base, others, runs=2)
    assert [item.net_assets.value for item in answer] == [0.0, 0.0]


def test_profit_is_net_assets_less_what_was_there_on_day_0():
    # 60 days of 100.00, and 1,000.00 on day 0.
    assert metric(plain(), "profit") == 600_000
    assert metric(plain(), "net_assets") == 700_000
    firm = firm_of(example("platform_closure"), 20)
    opening = firm.books.net_assets().copy()
    firm.run()
    assert (firm.books.profit_to_date() == firm.books.net_assets() - opening).all()


def test_running_cost_by_hand():
    # 800.00 at 0.1 % a day, interest on 21 June (19 days, day 0 included) and 21 July (30 days):
    # 15.20 + 24.00; the fee on the 200.00 not drawn at 0.01 %: 0.38 + 0.60, in one bill each.
    bank = BANK | {"drawn": 800, "commitment_fee": {"per_day": 0.0001}}
    scenario = borrower({"bank": bank}, cash=1000, changes={"horizon": 60})
    assert metric(scenario, "running_cost") == 1520 + 2400 + 38 + 60
    assert metric(scenario, "cost_of_funding") == 1520 + 2400 + 38 + 60


def test_dearer_material_and_discounts_count_and_wages_do_not():
    supplier = {"flour": {"share": 0.5, "terms": 20, "stock": 0, "opening": [], "stock_days": 0,
                          "lead_days": 1, "review_every": 1, "vat": 0}}  # fmt: skip
    base = plain(suppliers=supplier)
    dear = base.replace({"suppliers.flour.price": 1.5})
    paid = base.replace({"payroll": {"staff": 1, "wage": 100}})
    bought = firm_of(dear, 1)
    bought.run()
    variance = int(bought.books.balance("price_variance")[0])
    assert variance > 100_000
    assert metric(dear, "running_cost") == variance
    assert metric(base, "running_cost") == 0
    assert metric(paid, "running_cost") == 0
    early = supplier["flour"] | {"discount": 0.02, "discount_days": 5}
    saving = base.replace({"suppliers.flour": early, "treasury.take_discounts": True})
    taken = firm_of(saving, 1)
    taken.run()
    assert metric(saving, "running_cost") == int(taken.books.balance("discounts")[0]) < 0


def test_one_line_or_four_differ_in_their_lenders_alone():
    one, four = example("one_line"), example("four_lines")
    limits = [sum(c.limit for c in each.channels.values()) for each in (one, four)]
    assert limits[0] == limits[1] == 240_000
    same = {
        "name": one.name, "note": one.note, "channels": one.channels, "shocks": one.shocks,
        "treasury.draw_order": one.treasury.draw_order,
    }  # fmt: skip
    assert four.replace(same) == one
    answer = cs.compare(one, {"four": four}, runs=400, seed=7)
    assert answer["four"].verdict("cash_out") == "lowers"
    assert list(one.without_closures().shocks) == []
    assert list(four.without_closures().channels) == list(four.channels)
