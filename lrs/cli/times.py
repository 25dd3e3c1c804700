"""Times on the command line: how long, until when, which day, as ISO 8601 writes them."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import click

from lrs import clock
from lrs.registers.form.days import read_day

_WRITTEN: Final = re.compile(r"P(?:(\d{1,6})W|(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?)?)")


class Duration(click.ParamType[int]):
    """Turns `P7D`, `P2W`, `PT12H` into microseconds."""

    name = "DURATION"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the duration in microseconds."""
        found = _WRITTEN.fullmatch(str(value))
        numbers = [int(one or 0) for one in found.groups()] if found else [0]
        if not any(numbers):
            self.fail("must be a duration such as P7D, P2W or PT12H", param, ctx)
        weeks, days, hours, minutes = numbers
        length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
        return length // timedelta(microseconds=1)


class End(click.ParamType[int]):
    """Turns a day or a time into the moment (us UTC) from which something ends.

    A day counts whole: `2027-03-31` is the midnight (UTC) after it. A time without a zone is UTC.
    """

    name = "DAY|TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the moment."""
        text = str(value)
        try:
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
                day = date.fromisoformat(text) + timedelta(days=1)
                return clock.microseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))
            read = datetime.fromisoformat(text)
        except (ValueError, OverflowError):
            self.fail("must be a day (2027-03-31) or a time (2027-03-31T12:00:00Z)", param, ctx)
        return clock.microseconds(read if read.tzinfo else read.replace(tzinfo=UTC))


class Day(click.ParamType[int]):
    """Turns a day into its number, as registers count days."""

    name = "DAY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number of the day."""
        if isinstance(value, int):
            return value
        try:
            return read_day(str(value))
        except ValueError:
            self.fail("must be a day such as 2025-03-01", param, ctx)
