"""What the twin does not have yet: a list that shrinks to nothing."""

from __future__ import annotations

#: Tables and keys of a channel that are still missing.
TABLES = ()
#: Keys of a customer, a supplier and the treasury that are still missing.
OTHER = ("paid_by_bill", "bill", "accepts_bills")


def left_out(scenario):
    """Names of the scenario's features that the twin does not have."""
    from twin.channels import KINDS
    from twin.effects import KINDS_OF_SHOCK

    missing = set()
    for channel in scenario.channels.values():
        if channel.kind not in KINDS:
            missing.add(channel.kind)
        missing |= {key for key in TABLES if getattr(channel, key, None) is not None}
    actors = (*scenario.customers.values(), *scenario.suppliers.values(), scenario.treasury)
    missing |= {key for actor in actors for key in OTHER if getattr(actor, key, None)}
    missing |= {shock.kind for shock in scenario.shocks.values()} - set(KINDS_OF_SHOCK)
    return sorted(missing)
