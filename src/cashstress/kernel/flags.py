"""Yes or no, per lane or for all lanes at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from cashstress.kernel.arrays import YesNo

__all__ = ["choose", "everywhere"]


def everywhere(flags: YesNo) -> bool:
    """Whether it is so in all lanes.

    Parameters
    ----------
    flags : bool, or bool array (lanes,)
    """
    return flags if isinstance(flags, bool) else bool(flags.all())


def choose(flags: YesNo, yes: Any, no: Any) -> Any:
    """`yes` in the lanes where it is so, `no` in the others.

    Parameters
    ----------
    flags : bool, or bool array (lanes,)
    yes, no : number or array (lanes,)

    Returns
    -------
    number or array (lanes,)
        Where all lanes agree beforehand one of the two as it is, and no copy.
    """
    return (yes if flags else no) if isinstance(flags, bool) else np.where(flags, yes, no)
