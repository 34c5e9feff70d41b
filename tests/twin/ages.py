"""Up to how many days past due debts are told apart: what is older counts as that old."""

from __future__ import annotations


def longest_age(scenario, calendar):
    """Two more than the most days past due that any rule asks for."""
    treasury, outcomes = scenario.treasury, scenario.outcomes
    ages = [outcomes.default_days, treasury.wind_up_after]
    ages += [supplier.tolerance for supplier in scenario.suppliers.values()]
    if scenario.payroll is not None:
        ages.append(scenario.payroll.grace)
    for channel in scenario.channels.values():
        ages.append(channel.close_after_arrears)
        ages.append(getattr(channel, "accelerate_after", None) or 0)
        control = channel.risk_control
        if control is not None and control.arrears is not None:
            ages.append(control.arrears.above)
    for shock in scenario.shocks.values():
        if shock.when is not None:
            ages.append(shock.when.days_past_due or 0)
    longest = max(treasury.defer.values(), default=0)
    if longest:
        ages.append(longest + calendar.longest_wait())
    return max(ages) + 2
