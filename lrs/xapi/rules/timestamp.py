"""Timestamps (Data 4.5): moments that the calendar has."""

from collections.abc import Iterator

from lrs.xapi.formats import parse_timestamp
from lrs.xapi.rules.rule import Finding, Statement, rule


@rule(
    "XAPI-00123",
    "XAPI-00022",
    "XAPI-00023",
    accepted={"timestamp": "2024-02-29T23:59:59.1234567+05:30"},
    rejected={"timestamp": "2023-02-29T12:00:00Z"},
)
def a_timestamp_is_a_moment_of_the_calendar(statement: Statement) -> Iterator[Finding]:
    """Refuse 30 February, hour 24, and what lies beyond the years 1 to 9999 in UTC."""
    for name in ("timestamp", "stored"):
        if name in statement and not _exists(statement[name]):
            yield (name,), "is not a date and time that exists"


def _exists(text: str) -> bool:
    try:
        parse_timestamp(text)
    except ValueError:
        return False
    return True
