"""Changes that bring about what the example as it stands hardly sees.

Holds, cash on delivery, the substitute, missed runs, people leaving, arrears, winding up, and
interest to the owner.
"""

from __future__ import annotations

from typing import Any, Final

STRAIN: Final[dict[str, Any]] = {
    "suppliers.steel.tolerance": 5,
    "suppliers.fittings.tolerance": 5,
    "suppliers.packing.tolerance": 5,
    "suppliers.steel.cod_days": 20,
    "customers.trade.never_paid": 0.12,
    "channels.jiebei.limit": 120_000,
    "channels.owner.limit": 20_000,
    "channels.owner.rate": {"per_day": 0.0002},
    "payroll.wage": 6_500,
}
