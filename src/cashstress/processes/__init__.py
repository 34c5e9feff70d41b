"""A firm's life: one module per actor, on the kernel's lanes."""

from cashstress.processes.block import lanes_per_block, levers, run_block
from cashstress.processes.firm import Firm
from cashstress.processes.outcomes import outcome_names

__all__ = ["Firm", "lanes_per_block", "levers", "outcome_names", "run_block"]
