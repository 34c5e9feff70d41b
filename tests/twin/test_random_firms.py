"""Whole random scenarios: twin and lanes agree, lane by lane."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, given, settings

from twin.compare import assert_same
from twin.random_firms import scenarios, seeds

#: A longer search: `CASHSTRESS_TWIN_FIRMS=300`.
FIRMS = int(os.environ.get("CASHSTRESS_TWIN_FIRMS", "20"))


# To shrink a whole firm takes five minutes and seldom makes it smaller: take `Phase.shrink` in by
# hand where it would help.
@settings(
    max_examples=FIRMS,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(scenarios(), seeds)
def test_twin_and_lanes_agree_on_whole_firms(scenario, seed):
    assert_same(scenario, seed=seed, replications=[0, 3])
