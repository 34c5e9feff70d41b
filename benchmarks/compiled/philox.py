"""Philox 4x64-10, word for word NumPy's: a draw is a function of key and counter alone.

References
----------
Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from compiled.jit import inlined

if TYPE_CHECKING:
    import numpy.typing as npt

_ROUNDS: Final = 10
_MULTIPLIERS: Final = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157)
_WEYL: Final = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B)
_FIRST: Final = np.uint64(1)


def key_of(seed: int, name: str, bits: int) -> tuple[int, int]:
    """The key of a named stream, as `cashstress.kernel.streams` makes it."""
    digest = hashlib.sha256(f"{seed}/{name}/{bits}".encode()).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:16], "little")


@intrinsic
def _high_word(_context: Any, a: Any, b: Any) -> Any:
    """The upper half of a product of two words: one instruction, which Numba has no name for."""

    def code(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        wide = ir.IntType(128)
        factors = [builder.zext(each, wide) for each in arguments]
        upper = builder.lshr(builder.mul(*factors), ir.Constant(wide, 64))
        return builder.trunc(upper, ir.IntType(64))

    return types.uint64(a, b), code


@inlined
def draw(key: npt.NDArray[np.uint64], step: int, day: int, words: npt.NDArray[np.uint64]) -> None:
    """The four words of a step of the counter (epoch 0, day, step)."""
    # NumPy counts up before it draws.
    a, b, c, d = np.uint64(step) + _FIRST, np.uint64(day), np.uint64(0), np.uint64(0)
    left, right = key[0], key[1]
    for _ in range(_ROUNDS):
        upper, lower = _high_word(_MULTIPLIERS[0], a), _MULTIPLIERS[0] * a
        upper2, lower2 = _high_word(_MULTIPLIERS[1], c), _MULTIPLIERS[1] * c
        a, b, c, d = upper2 ^ b ^ left, lower2, upper ^ d ^ right, lower
        left, right = left + _WEYL[0], right + _WEYL[1]
    words[0], words[1], words[2], words[3] = a, b, c, d
