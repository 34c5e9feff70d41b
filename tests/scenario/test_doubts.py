"""What `check` asks about without refusing it."""

from __future__ import annotations

import pytest

from cashstress.scenario import Scenario
from cashstress.scenario.doubts import doubts


def baker(**flour):
    return Scenario(
        name="baker",
        start="2025-01-06",
        firm={"cash": 1000},
        sales={"annual": 36_500},
        customers={"shop": {"share": 1, "paid_at_once": 1}},
        suppliers={"flour": {"share": 0.5, "terms": 30, "review_every": 7} | flour},
    )


@pytest.mark.parametrize(
    ("flour", "keys"),
    [
        ({"stock_days": 3.4}, ["suppliers.flour.stock_days"]),
        ({"stock_days": 3.5}, []),
        ({"stock_days": 0, "review_every": 1}, ["suppliers.flour.stock_days"]),
        ({"stock_days": 0.5, "review_every": 1}, []),
        # Nothing stops without it, or nothing is used.
        ({"stock_days": 0, "critical": False}, []),
        ({"stock_days": 0, "share": 0}, []),
    ],
)
def test_stock_that_is_used_up_before_the_next_delivery(flour, keys):
    assert [doubt.key for doubt in doubts(baker(**flour))] == keys
