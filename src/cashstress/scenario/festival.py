"""Dates of the Spring Festival (春节), the first day of the Chinese lunar year."""

from __future__ import annotations

import datetime as dt
from typing import Final

__all__ = ["SPRING_FESTIVAL"]

_MONTH_DAYS: Final = (
    "2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01 "
    "2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03 "
    "2031-01-23 2032-02-11 2033-01-31 2034-02-19 2035-02-08 2036-01-28 2037-02-15 2038-02-04 "
    "2039-01-24 2040-02-12"
)

SPRING_FESTIVAL: Final[dict[int, dt.date]] = {
    day.year: day for day in map(dt.date.fromisoformat, _MONTH_DAYS.split())
}
"""First day of the festival by year, 2015 to 2040 (GB/T 33661-2017, the Chinese calendar)."""
