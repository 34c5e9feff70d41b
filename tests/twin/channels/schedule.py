"""How a drawing is split over its instalments."""

from __future__ import annotations

from twin.money import cents


def principal_parts(amount, rate, periods, repayment):
    """Principal of each instalment, given the interest days of each; the last takes the rest."""
    if repayment == "equal_principal":
        share = cents(amount / len(periods))
        parts, left = [], amount
        for _ in periods[:-1]:
            parts.append(min(share, left))
            left -= parts[-1]
    elif repayment == "equal_instalment":
        parts = _level_parts(amount, rate, periods)
    else:
        parts = [0] * (len(periods) - 1)
    return [*parts, amount - sum(parts)]


def _level_parts(amount, rate, periods):
    """The level amount is the drawing over the discount factors; of it, interest comes first."""
    growth, annuity = 1.0, 0.0
    for days in periods:
        growth *= 1 + days * rate
        annuity += 1 / growth
    level = cents(amount / annuity)
    parts, left = [], amount
    for days in periods[:-1]:
        interest = cents(left * (days * rate))
        parts.append(min(max(level - interest, 0), left))
        left -= parts[-1]
    return parts
