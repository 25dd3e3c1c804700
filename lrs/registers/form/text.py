"""Texts that CSV and JSON carry alike, and JSON inside a cell."""

from decimal import Decimal
from typing import Any, Final

import msgspec

from lrs.errors import InvalidError
from lrs.predicates.values import Kind, stored
from lrs.xapi.json import parse

LONGEST_KEY: Final = 500
"""Characters of the longest key: what an index of PostgreSQL takes with room to spare."""


def checked_text(written: Any, longest: int) -> str:
    """Return a text of at most so many characters; raises `ValueError` with what would be right.

    Blanks at the ends are refused, as spreadsheets add and drop them, and an empty text, since an
    empty cell means unknown.
    """
    text: str = stored(Kind.TEXT, written)
    if not text:
        raise ValueError("must not be empty; null, or an empty cell, means unknown")
    if text != text.strip():
        raise ValueError("must not begin or end with a blank")
    if len(text) > longest:
        raise ValueError(f"must have at most {longest} characters, not {len(text)}")
    return text


def read_json(cell: str) -> Any:
    """Return the value of JSON that a cell holds; raises `ValueError`."""
    try:
        return parse(cell.encode())
    except (InvalidError, UnicodeEncodeError) as error:
        raise ValueError("must be JSON") from error


def write_json(value: Any) -> str:
    """Return a value as JSON in a cell."""
    return msgspec.json.encode(value).decode()


def plain(value: Any) -> Any:
    """Return a value of JSON with its `Decimal`s as numbers, as the log writes them."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case dict():
            return {key: plain(item) for key, item in value.items()}
        case list():
            return [plain(item) for item in value]
        case _:
            return value
