"""Random whole scenarios: every actor, channel, lender, shock and bill can occur."""

from __future__ import annotations

from hypothesis import strategies as st

import strategies
from cashstress.scenario.levels import most

seeds = st.integers(0, 2**32)


def scenarios():
    return strategies.scenarios().filter(_is_small)


def _is_small(scenario):
    """Amounts so small that a float tells a millionth of a cent."""
    return most(scenario.sales.annual) < 10**8
