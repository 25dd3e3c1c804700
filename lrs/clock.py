"""Time as the product keeps it: whole microseconds UTC since 1970, written as RFC 3339."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = 24 * 3600 * 1_000_000


def now() -> int:
    """Return this machine's time."""
    return time.time_ns() // 1000


def today() -> int:
    """Return the number of the day that it is (UTC), counted from 1970-01-01."""
    return now() // _DAY


def iso(moment: int) -> str:
    """Return a time as `2026-11-23T09:00:00.000000Z`."""
    second, fraction = divmod(moment, 1_000_000)
    return f"{_second(second)}.{fraction:06}Z"


def http_date(moment: int) -> str:
    """Return a time as HTTP headers write it, cut to the second."""
    return format_datetime(_datetime(moment), usegmt=True)


def microseconds(moment: datetime) -> int:
    """Return the microseconds of an aware datetime."""
    return (moment - _EPOCH) // _MICROSECOND


@lru_cache(maxsize=1 << 10)
def _second(second: int) -> str:
    """Return a second as text; what is written now falls into the same few."""
    return _datetime(second * 1_000_000).isoformat()[:19]


def _datetime(moment: int) -> datetime:
    return _EPOCH + timedelta(microseconds=moment)
