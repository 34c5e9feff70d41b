"""All families of claims, in the order of the page."""

from __future__ import annotations

from intervals import of_shares, survival
from lattice import day_end_ruin, gamblers_ruin
from lines import open_or_closed, receivables
from ruin import exponential_claims, overdraft

#: Each takes the share of the replications to make, and gives a `Family`.
FAMILIES = (
    day_end_ruin,
    gamblers_ruin,
    exponential_claims,
    overdraft,
    open_or_closed,
    receivables,
    of_shares,
    survival,
)
