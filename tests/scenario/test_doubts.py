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


@pytest.mark.parametrize(
    ("delay", "given"),
    [
        (0, []),
        (5, ["slow"]),
        ({"draw": "uniform", "low": 1, "high": 3}, ["slow"]),
        # In some replications it comes the same day.
        ({"draw": "uniform", "low": 0, "high": 3}, []),
    ],
)
def test_lines_drawn_on_together_whose_money_comes_later(delay, given):
    line = {"kind": "platform", "limit": 1000, "rate": {"per_day": 0.0004}}
    asked = doubts(
        baker(stock_days=7).replace(
            {
                "channels": {"quick": line, "slow": line | {"delay_days": delay}},
                "treasury": {"draw_together": ["quick", "slow"]},
            }
        )
    )
    assert [(doubt.key, doubt.given) for doubt in asked] == [
        ("treasury.draw_together", name) for name in given
    ]


@pytest.mark.parametrize(
    ("limit", "keys"),
    [
        (999, ["channels.line.drawn"]),
        (1000, []),
        ({"draw": "uniform", "low": 1, "high": 999}, ["channels.line.drawn"]),
        # In some replications there is room.
        ({"draw": "uniform", "low": 1, "high": 1001}, []),
    ],
)
def test_a_line_that_opens_above_its_limit(limit, keys):
    line = {"kind": "platform", "rate": {"per_day": 0.0004}, "drawn": 1000, "limit": limit}
    asked = doubts(baker(stock_days=7).replace({"channels": {"line": line}}))
    assert [doubt.key for doubt in asked] == keys
