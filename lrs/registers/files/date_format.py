"""Formats of dates that a mapping states, such as `DD/MM/YYYY`."""

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from lrs.registers.form.days import read_day, write_day

_PARTS: Final = {
    "YYYY": r"(?P<year>[0-9]{4})",
    "MM": r"(?P<month>[0-9]{2})",
    "M": r"(?P<month>[0-9]{1,2})",
    "DD": r"(?P<day>[0-9]{2})",
    "D": r"(?P<day>[0-9]{1,2})",
}
_TOKENS: Final = re.compile("YYYY|MM|M|DD|D|[^YMD]")


def date_format(written: str) -> Callable[[str], str]:
    """Return the function from a date in this format to a day such as `2025-03-01`.

    Raises `ValueError` for a format that does not name year, month and day once each, and the
    function raises it for a text that is no date in the format. An empty text stays empty.
    """
    tokens = _TOKENS.findall(written)
    named = sorted(token[0] for token in tokens if token in _PARTS)
    if "".join(tokens) != written or named != ["D", "M", "Y"]:
        raise ValueError("must have YYYY, MM or M, DD or D once each, such as DD/MM/YYYY")
    pattern = re.compile("".join(_PARTS.get(token, re.escape(token)) for token in tokens))

    def day(text: str) -> str:
        if not text:
            return text
        if (found := pattern.fullmatch(text)) is None:
            raise ValueError(f"must be a date as {written}")
        try:
            return date(int(found["year"]), int(found["month"]), int(found["day"])).isoformat()
        except ValueError:
            raise ValueError(f"must be a day of the calendar, as {written}") from None

    return day


def day_before(text: str) -> str:
    """Return the day before a day such as `2025-03-01`; an empty text stays empty."""
    return write_day(read_day(text) - 1) if text else text
