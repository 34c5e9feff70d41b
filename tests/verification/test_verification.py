"""The claims of the verification page, with fewer replications, and what they rest on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from claims import Claim, reference
from families import FAMILIES
from recursions import exponential_ruin, lattice_ruin, one_less_poisson, walk_between
from ruin import OVERDRAFT, overdraft_ruin

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "verification.md"
#: A fiftieth of the page's replications, but no fewer than 20,000 where chance is at work.
SHARE = 0.02


@pytest.mark.slow
@pytest.mark.parametrize("make", FAMILIES, ids=lambda make: make.__name__)
def test_claims_hold(make):
    family = make(SHARE)
    assert family.claims
    assert [claim for claim in family.claims if not claim.holds] == []


def test_the_page_has_every_family_and_no_failure():
    # The page is made by `make verify`, with more replications than a test can have.
    page = PAGE.read_text(encoding="utf-8")
    assert "NOT EQUAL" not in page
    distances = [cells[4] for line in page.splitlines() if len(cells := line.split("|")) in {7, 8}]
    z = [
        float(cell)
        for cell in distances
        if cell.strip()[:1] in {"+", "-"} and cell.strip()[1:2].isdigit()
    ]
    assert len(z) > 40
    assert max(map(abs, z)) <= 4


def test_a_wrong_value_is_seen():
    # 2 % of 0.25 is 0.005; at 120,000 replications the standard error is 0.00125: four of them.
    error = (0.25 * 0.75 / 120_000) ** 0.5
    assert not Claim("2 % off", 0.25, 0.25 * 1.0201, error, 120_000).holds
    assert not Claim("a cent off", 1.0, 1.01, tolerance=1e-9).holds


# -- the recursions against what is known in closed form ----------------------------------------


def test_lattice_recursion_gives_the_reference():
    # Rows of `lattice_finite_horizon`, computed there by another program.
    for row in reference("lattice_finite_horizon")["rows"]:
        walk = row["model"].startswith("+-1")
        changes = {1: 0.55, -1: 0.45} if walk else one_less_poisson(0.9)
        ruin = lattice_ruin(row["u"], row["n"], changes)
        assert ruin[row["n"]] == pytest.approx(row["ruin"], abs=1e-12)


def test_a_short_game_between_two_barriers():
    # From 1 of 3 with p = 1/2: lost on the first day with 1/2, on the third with 1/8 more.
    lost, steps = walk_between(1, 3, 0.5, 3)
    assert lost == pytest.approx(1 / 2 + 1 / 8)
    assert steps == pytest.approx(1 + 1 / 2 + 1 / 4)


def test_exponential_recursion_by_a_finer_grid_and_by_hand():
    coarse, fine = (
        exponential_ruin(0, 5, income=1, per_day=1, cells=cells, most=60)[5] for cells in (20, 40)
    )
    assert coarse == pytest.approx(fine, abs=5e-6)
    # One day, cash 0, income 1: ruined when claims exceed 1. With N ~ Poisson(1) that is the sum
    # over n of P(N = n) P(Gamma(n) > 1) = sum P(N = n) P(M < n), M ~ Poisson(1) too.
    n = np.arange(60)
    chance = np.exp(-1.0) / np.cumprod(np.concatenate([[1.0], n[1:]]))
    exact = sum(chance[k] * chance[:k].sum() for k in range(60))
    one = exponential_ruin(0, 1, income=1, per_day=1, cells=40, most=60)[1]
    assert one == pytest.approx(exact, abs=1e-5)


def test_an_overdraft_without_interest_is_a_walk_from_further_up():
    # No interest: cash c with an overdraft of b is cash c + b, in steps of 5 cents.
    of = OVERDRAFT
    free = overdraft_ruin(20, **of | {"rate": 0.0}, interest_days=[10])
    steps = (of["cash"] + of["limit"]) // of["step"]
    walk = lattice_ruin(steps, 20, one_less_poisson(of["per_day"]))
    assert free == pytest.approx(walk, abs=1e-9)
