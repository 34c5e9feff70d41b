"""Small things that a scenario says in words and the loop wants in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator


MINOR: Final = 100
#: A day that never comes.
NEVER: Final = 2**30
#: Bills and money may wait so many days beyond the horizon.
BEYOND: Final = 400


def minor(amount: Any) -> int:
    """Minor units of an amount in major ones."""
    return round(amount * MINOR)


def rounded(product: float) -> int:
    """A product as minor units, a millionth beside a half as the half."""
    return int(np.rint(np.rint(product * 1e6) / 1e6))


def vat_on(scenario: Any, supplier: Any) -> float:
    """VAT on what is bought: its own rate, or the scenario's."""
    return float(scenario.taxes.input_rate if supplier.vat is None else supplier.vat)


def credit_days(customer: Any) -> int:
    """Days from an invoice to the day on which its money is expected."""
    to_pay = customer.days_to_pay
    return round(to_pay.mean) if to_pay is not None else int(customer.terms or 0)


def mean_late(customer: Any) -> int:
    """Days after the due day at which the treasury expects the money."""
    late = customer.lateness
    return 0 if late is None else round(late.probability * late.mean_days)


def on_credit(scenario: Any) -> Iterator[tuple[int, str, Any]]:
    """Customers who are invoiced and pay later: place, name and terms."""
    for place, (name, customer) in enumerate(scenario.customers.items()):
        if customer.paid_at_once < 1:
            yield place, name, customer
