"""An immutable mapping of names: customers, suppliers, costs, channels, shocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

V = TypeVar("V")

__all__ = ["Named"]


class Named(Mapping[str, V]):
    """Items by name, in the order of the file, which cannot be changed.

    The order counts in comparisons: channels are drawn in it when no order is given.

    Parameters
    ----------
    items : Mapping[str, V]
        Copied.

    Examples
    --------
    >>> prices = Named({"flour": 3, "sugar": 5})
    >>> list(prices), prices["sugar"], prices == Named({"sugar": 5, "flour": 3})
    (['flour', 'sugar'], 5, False)
    """

    __slots__ = ("_items",)
    _items: dict[str, V]

    def __init__(self, items: Mapping[str, V] | None = None) -> None:
        object.__setattr__(self, "_items", dict(items or {}))

    def __getitem__(self, name: str) -> V:
        """Return the item of that name."""
        return self._items[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names, in order."""
        return iter(self._items)

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self._items)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: the mapping is a value."""
        message = f"a Named mapping cannot be changed (setting {name!r})"
        raise AttributeError(message)

    def __eq__(self, other: object) -> bool:
        """Compare names, items and order; with a plain mapping, names and items."""
        if isinstance(other, Named):
            return tuple(self._items.items()) == tuple(other._items.items())
        return self._items == other

    def __hash__(self) -> int:
        """Hash names and items in order."""
        return hash(tuple(self._items.items()))

    def __repr__(self) -> str:
        """Show the items."""
        return f"Named({self._items!r})"

    def __reduce__(self) -> tuple[type[Named[V]], tuple[dict[str, V]]]:
        """Pickle as the plain dictionary."""
        return (Named, (self._items,))
