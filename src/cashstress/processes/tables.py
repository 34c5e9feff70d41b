"""Quantile tables: a distribution as 65,536 equally likely values, picked by a 16-bit draw."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from cashstress.kernel.streams import TABLE_CELLS

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["NEVER_PAID", "gamma_quantile", "lateness_table", "lognormal_table", "normal_table"]

#: Days late of an invoice that is never paid: beyond every write-off age.
NEVER_PAID: Final = 30_000

_MIDPOINTS: Final = (np.arange(TABLE_CELLS) + 0.5) / TABLE_CELLS


@cache
def normal_table() -> npt.NDArray[np.float64]:
    """Standard normal, cell means, so that mean and (to 0.01 %) variance are right."""
    from scipy.special import ndtri

    edges = np.exp(-0.5 * ndtri(np.arange(1, TABLE_CELLS) / TABLE_CELLS) ** 2) / np.sqrt(2 * np.pi)
    density = np.concatenate(([0.0], edges, [0.0]))
    return _frozen(-np.diff(density) * TABLE_CELLS)


@cache
def lognormal_table(sd: float) -> npt.NDArray[np.float32]:
    """Lognormal of mean 1 whose logarithm has standard deviation `sd`."""
    values = np.exp(sd * normal_table())
    return _compact(values / values.mean())


@cache
def lateness_table(
    probability: float, mean: float, shape: float, never: float
) -> npt.NDArray[np.float32]:
    """Days late of an invoice: on time, late by a Gamma, or never paid.

    Parameters
    ----------
    probability : float
        Of being late, among those that are paid.
    mean, shape : float
        Of the Gamma of days late, if late.
    never : float
        Share of invoices never paid.
    """
    paid = 1.0 - never
    on_time = paid * (1.0 - probability)
    table = np.zeros(TABLE_CELLS)
    late = (on_time <= _MIDPOINTS) & (paid > _MIDPOINTS)
    within = (_MIDPOINTS[late] - on_time) / max(paid - on_time, np.finfo(float).tiny)
    table[late] = gamma_quantile(within, mean, shape)
    table[paid <= _MIDPOINTS] = NEVER_PAID
    return _compact(table)


def gamma_quantile(
    u: npt.NDArray[np.float64], mean: float, shape: float
) -> npt.NDArray[np.float64]:
    """Quantiles of a Gamma with this mean and shape."""
    from scipy.special import gammaincinv

    quantiles: npt.NDArray[np.float64] = gammaincinv(shape, u) * (mean / shape)
    return quantiles


def _compact(table: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """A table that is looked up all the time, small enough for the processor's cache."""
    small = table.astype(np.float32)
    small.flags.writeable = False
    return small


def _frozen(table: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    table.flags.writeable = False
    return table
