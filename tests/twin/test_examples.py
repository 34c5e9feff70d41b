"""Every example: twin and lanes agree in every balance, every outcome and every amount."""

from __future__ import annotations

from pathlib import Path

import pytest

from cashstress.scenario import load
from twin.compare import assert_same
from twin.covered import left_out

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_twin_and_lanes_agree(path):
    scenario = load(path)
    if missing := left_out(scenario):
        pytest.skip(f"the twin does not have {', '.join(missing)} yet")
    assert_same(scenario, seed=1, replications=range(6))
