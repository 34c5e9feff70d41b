"""What the twin does not have yet: a list that shrinks to nothing."""

from __future__ import annotations

#: Tables and keys of a channel that are still missing.
TABLES = (
    *("risk_control", "fault", "agreement", "data_sharing", "reads_record", "reopening"),
    *("covenant", "renewal", "clean_down", "roll_over", "accelerate_after", "misuse"),
)
#: Keys of a customer, a supplier and the treasury that are still missing.
OTHER = ("paid_by_bill", "bill", "accepts_bills", "draw_together")


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
    if scenario.credit_record is not None:
        missing.add("credit_record")
    missing |= {shock.kind for shock in scenario.shocks.values()} - set(KINDS_OF_SHOCK)
    return sorted(missing)


def note_old_debt(firm, due):
    """Note where the lanes cannot tell which of several old debts is the oldest.

    They keep ages up to the longest that matters to a creditor, and take older debt for that old.
    Who is paid first then differs from the page, which knows no such age: the one difference that
    is open (see `docs/explanation/twin.md`).
    """
    if len({ledger for ledger, _ in due}) < 2 or sum(bill.left for _, bill in due) <= firm.cash:
        return
    if any(firm.today - bill.due > _longest_age(firm, ledger) for ledger, bill in due):
        firm.has_old_debt = True


def _longest_age(firm, ledger):
    """Days past due up to which the lanes keep ages, at least."""
    ages = {f"payables:{supplier.name}": supplier.plan.tolerance for supplier in firm.suppliers}
    outcomes = firm.scenario.outcomes
    if ledger.pay_class in {"instalments", "owner"}:
        return outcomes.default_days
    return ages.get(ledger.account, 0)
