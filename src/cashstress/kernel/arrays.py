"""Names for the arrays that the model is made of; all are one entry per lane unless said."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Counts", "Days", "Flags", "Floats", "Lanes", "Level", "Money", "YesNo"]

#: int64, minor units.
Money = npt.NDArray[np.int64]
#: int32 or int64, days of the run's clock.
Days = npt.NDArray[np.int32] | npt.NDArray[np.int64]
#: int64 counts.
Counts = npt.NDArray[np.int64]
#: bool, which lanes.
Flags = npt.NDArray[np.bool_]
#: One answer for all lanes where they agree beforehand, or one per lane.
YesNo = Flags | bool
#: float64: rates per day, factors, shares.
Floats = npt.NDArray[np.float64]
#: Indices of some lanes.
Lanes = npt.NDArray[np.intp]
#: One number for all lanes, or one per lane: broadcasting makes no difference between the two, and
#: a union of them would only make every operation on it an error.
Level = Any
