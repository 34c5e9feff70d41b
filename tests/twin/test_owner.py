"""Interest to the owner, billed on a closed month end, is due later and seen ahead until then."""

from __future__ import annotations

from pathlib import Path

from cashstress.scenario import load
from twin.compare import assert_same

EXAMPLE = Path(__file__).parents[2] / "examples" / "platform_closure.toml"
#: A firm that owes its owner on Saturday 31 May 2025 and asks for more on that day.
STRAIN = {
    "suppliers.steel.tolerance": 5,
    "suppliers.fittings.tolerance": 5,
    "suppliers.packing.tolerance": 5,
    "suppliers.steel.cod_days": 20,
    "customers.trade.never_paid": 0.12,
    "channels.jiebei.limit": 120_000,
    "channels.owner.limit": 20_000,
    "channels.owner.rate": {"per_day": 0.0002},
    "payroll.wage": 6_500,
}


def test_interest_that_waits_for_a_business_day_is_seen_ahead():
    assert_same(load(EXAMPLE).replace(STRAIN), seed=3, replications=[108, 109])
