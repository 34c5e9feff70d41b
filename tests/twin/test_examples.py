"""Every example: twin and lanes agree in every balance, every outcome and every amount."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cashstress.scenario import load
from twin.compare import assert_same

#: More of them: `CASHSTRESS_TWIN_REPLICATIONS=20`.
REPLICATIONS = range(int(os.environ.get("CASHSTRESS_TWIN_REPLICATIONS", "2")))
EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_twin_and_lanes_agree(path):
    assert_same(load(path), seed=1, replications=REPLICATIONS)
