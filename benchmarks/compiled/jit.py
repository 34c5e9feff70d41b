"""How the loop's functions are compiled.

What each day calls is put into its caller: a call costs some nanoseconds, and a day has dozens.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from llvmlite import ir
from numba import config, njit, types
from numba.extending import intrinsic

_HERE: Final = Path(__file__).parent
_SOURCES: Final = b"".join(path.read_bytes() for path in sorted(_HERE.glob("*.py")))
# Numba looks at the file of a function alone, and would not see that one it calls has changed.
config.CACHE_DIR = str(_HERE / "__pycache__" / sha256(_SOURCES).hexdigest()[:16])

#: No check of a divisor, and nothing a reader has to know of floats: no `fastmath`.
compiled: Final = njit(cache=True, error_model="numpy")
inlined: Final = njit(cache=True, error_model="numpy", forceinline=True)

_BIT: Final = ir.IntType(1)


@intrinsic
def seldom(_context: Any, _condition: Any) -> Any:
    """The condition; the compiler is told to keep a branch of its own for it."""

    def code(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        kind = ir.FunctionType(_BIT, [_BIT, _BIT])
        expect = builder.module.declare_intrinsic("llvm.expect", [_BIT], kind)
        return builder.call(expect, [arguments[0], ir.Constant(_BIT, 0)])

    return types.boolean(types.boolean), code
