"""What the twin does not have yet: a list that shrinks to nothing."""

from __future__ import annotations

from twin.channels import KINDS
from twin.effects import KINDS_OF_SHOCK

#: Tables of a channel that are still missing.
TABLES = (
    *("risk_control", "fault", "agreement", "data_sharing", "reads_record", "reopening"),
    *("covenant", "renewal", "clean_down", "roll_over", "accelerate_after", "misuse"),
)


def left_out(scenario):
    """Names of the scenario's features that the twin does not have."""
    missing = set()
    for channel in scenario.channels.values():
        if channel.kind not in KINDS:
            missing.add(channel.kind)
        missing |= {key for key in TABLES if getattr(channel, key, None) is not None}
    if scenario.treasury.draw_together is not None:
        missing.add("draw_together")
    if scenario.credit_record is not None:
        missing.add("credit_record")
    missing |= {shock.kind for shock in scenario.shocks.values()} - set(KINDS_OF_SHOCK)
    return sorted(missing)
