"""The exponential function in steps that the compiler turns into vector instructions.

Numba calls the C library's, one number at a time.
"""

from __future__ import annotations

from math import factorial
from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from compiled.jit import inlined

_PER_LOG2: Final = 1.4426950408889634
#: The high part of log 2 has so few bits that k times it is exact.
_LOG2_HIGH: Final = 6.93147180369123816490e-01
_LOG2_LOW: Final = 1.90821492927058770002e-10
#: Bits of a double's mantissa, and what its exponent is counted from.
_MANTISSA: Final = 52
_BIAS: Final = 1023
_C2, _C3, _C4, _C5, _C6, _C7, _C8, _C9, _C10, _C11, _C12, _C13 = (
    1.0 / factorial(k) for k in range(2, 14)
)


@intrinsic
def _double_of(_context: Any, _bits: Any) -> Any:
    """The double with these bits."""

    def code(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.DoubleType())

    return types.float64(types.int64), code


@inlined
def exp(x: float) -> float:
    """To the last bit or the one before, for x between -700 and 700.

    x is k times log 2 and a rest below 0.35, of which the series is short.
    """
    k = np.rint(x * _PER_LOG2)
    rest = (x - k * _LOG2_HIGH) - k * _LOG2_LOW
    total = ((_C13 * rest + _C12) * rest + _C11) * rest + _C10
    total = (((total * rest + _C9) * rest + _C8) * rest + _C7) * rest + _C6
    total = (((total * rest + _C5) * rest + _C4) * rest + _C3) * rest + _C2
    power = _double_of((np.int64(k) + _BIAS) << _MANTISSA)
    return (total * rest * rest + rest + 1.0) * power
