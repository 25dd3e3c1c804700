"""Days as registers count them: UTC days since 1970-01-01, with bounds for "ever" and "for good".

A span of days is `since <= day < until`: its upper bound is exclusive in tables and inside this
room, while every file and every answer names the last day, inclusive.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from lrs.predicates.values import Kind, stored

EVER: Final = -(2**31)
"""The day since which an entry holds that names none: before every day."""

FOR_GOOD: Final = 2**31 - 1
"""The day until which holds what nothing ends: after every day."""

_EPOCH: Final = date(1970, 1, 1)


@lru_cache(maxsize=1 << 15)
def read_day(written: str) -> int:
    """Return the number of a day such as `2025-03-01`; raises `ValueError`."""
    day: int = stored(Kind.DAY, written)
    return day


@lru_cache(maxsize=1 << 15)
def write_day(day: int) -> str:
    """Return a day as files and answers write it."""
    return (_EPOCH + timedelta(days=day)).isoformat()
