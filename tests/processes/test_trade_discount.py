"""What it costs not to pay early: rows of `trade_discount` in the project's file of exact results.

There a discount d for paying on day m instead of day n costs d / (1 - d) x 365 / (n - m) a year.
So a firm whose bank asks for just that rate is as well off whether it takes the discount with the
money it has on day m, or repays the bank with it and draws the whole bill on day n.
"""

from __future__ import annotations

import pytest
from borrowing import date
from lab import entries, plain, traced

ROWS = [
    {"discount": 0.02, "early": 10, "net": 30, "simple": 0.37244897959183676},
    {"discount": 0.01, "early": 10, "net": 30, "simple": 0.18434343434343436},
    {"discount": 0.03, "early": 15, "net": 60, "simple": 0.2508591065292096},
    {"discount": 0.02, "early": 10, "net": 60, "simple": 0.1489795918367347},
]
FACE = 10_000
START = "2025-06-01"
#: Major units of interest that a month's interest may bear until the end, as the bank is drawn
#: for it: of a discount of 300.00 at most, at 26 % for 70 days.
COMPOUNDED = 300 * 0.26 * 70 / 365


def worth(row, rate, *, take):
    """Net assets after the interest of all that was drawn has been billed, in cents.

    On day 1, Monday 2 June 2025, come goods for 10,000.00: half of 100.00 a day over 1 + 16 + 182.5
    days, rounded to 200.
    """
    early, net = 1 + row["early"], 1 + row["net"]
    money = {"due": date(early, START), "amount": FACE * (1 - row["discount"])}
    customers = {"walk_in": {"share": 1, "paid_at_once": 1, "consumer": True, "opening": [money]}}
    mill = {"share": 0.5, "terms": row["net"], "stock": 0, "stock_days": 16, "lead_days": 1,
            "review_every": 365, "critical": False,
            "discount": row["discount"], "discount_days": row["early"]}  # fmt: skip
    bank = {"kind": "revolver", "limit": 100_000, "drawn": 50_000, "business_days": False,
            "rate": {"per_year": rate, "basis": "ACT/365"}, "interest_day": 2}  # fmt: skip
    changes = {"firm.cash": 0, "calendar.weekend": [], "treasury.ceiling": 0,
               "treasury.take_discounts": take, "treasury.look_ahead": 0}  # fmt: skip
    firm = traced(
        plain(changes, start=START, horizon=95, customers=customers,
              suppliers={"mill": mill}, channels={"bank": bank})
    )  # fmt: skip
    saved = round(FACE * 100 * (1 - row["discount"]))
    paid = (early, saved) if take else (net, FACE * 100)
    assert entries(firm, "payables:mill", "cash") == [paid]
    return int(firm.books.net_assets()[0])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['discount']:g} in {row['early']}")
def test_at_the_rate_of_the_file_a_discount_is_worth_what_it_costs(row):
    gain = worth(row, row["simple"], take=True) - worth(row, row["simple"], take=False)
    # Interest is rounded once a month on either side.  What falls in a second month bears more, as
    # the first month's is paid by drawing.
    assert abs(gain) <= (3 if row["net"] <= 30 else 100 * COMPOUNDED)
    # A dearer bank is better repaid, and with a cheaper one the discount is better taken.
    for factor, sign in ((0.93, 1), (1.07, -1)):
        rate = row["simple"] * factor
        gain = worth(row, rate, take=True) - worth(row, rate, take=False)
        assert gain * sign > 0
