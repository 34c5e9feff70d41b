"""Money: whole minor units in Python ints, and the one way a product becomes money."""

from __future__ import annotations


def minor(amount):
    """Minor units of an amount in major units."""
    return round(amount * 100)


def cents(value):
    """A product as minor units: half to even, a millionth beside a half counts as the half."""
    return round(round(value * 1_000_000) / 1_000_000)
