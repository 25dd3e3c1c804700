"""Kinds of fields, and the form in which a value of each kind is stored and compared.

Compared are integers, texts and booleans only: a day is a number of days, a time a number of
microseconds, a number a count of billionths. Floating point is kept out, as engines disagree about
it, and so is every conversion inside SQL. Texts are equal when they have the same code points: no
case, no accent, no Unicode normalization is looked through.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Context, Decimal
from enum import StrEnum
from typing import Any, Final

from lrs.clock import microseconds

Stored = str | int | bool
"""A value as tables keep it."""


class Kind(StrEnum):
    """What a field holds, and so which operators it takes."""

    TEXT = "text"
    """A code, a word, a reference to another register's entry."""
    TEXTS = "list of texts"
    LANGUAGE = "language"
    """A BCP 47 tag, stored whole, compared by its primary subtag: `fr-CA` equals `fr`."""
    LANGUAGES = "list of languages"
    NUMBER = "number"
    """Fixed point, stored as a count of billionths in 64 bits."""
    DAY = "day"
    """A UTC day, stored as days since 1970-01-01."""
    INSTANT = "time"
    """Stored as microseconds since 1970-01-01T00:00:00Z."""
    BOOLEAN = "boolean"
    LOCALIZED = "text in several languages"
    """An object from language tag to text, of which can only be asked whether it is known."""


ITEM_OF: Final[Mapping[Kind, Kind]] = {Kind.TEXTS: Kind.TEXT, Kind.LANGUAGES: Kind.LANGUAGE}
"""The kind of a list's items."""

DAY_IN_MICROSECONDS: Final = 86_400_000_000

_EPOCH: Final = date(1970, 1, 1)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_SMALL_LETTERS: Final = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}

_BILLIONTH: Final = Decimal("1e-9")
_LEAST, _LARGEST = Decimal(-(2**63)) * _BILLIONTH, Decimal(2**63 - 1) * _BILLIONTH
_RANGE: Final = range(-(2**34), 2**34)  # whole numbers worth a closer look
_ARITHMETIC: Final = Context(prec=50)


def stored(kind: Kind, written: Any) -> Any:
    """Return a value of JSON in stored form, a list as a tuple; None stays None.

    Raises `ValueError`, which says what would be right. What would have to be rounded is refused:
    a limit that is not what somebody wrote decides cases wrongly.
    """
    if written is None:
        return None
    if kind in ITEM_OF:
        return _items(ITEM_OF[kind], written)
    return _STORED[kind](written)


def subject(kinds: Mapping[str, Kind], attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return attributes of JSON as the evaluator reads them; raises `ValueError`, as `stored`."""
    return {name: stored(kind, attributes.get(name)) for name, kind in kinds.items()}


def moment(kind: Kind, instant: int) -> int:
    """Return a time as a field of this kind is compared with: the time, or the day it falls in."""
    return instant // DAY_IN_MICROSECONDS if kind is Kind.DAY else instant


def primary_subtag(tag: str) -> str:
    """Return what languages are compared by; only ASCII letters become small, as SQL has it."""
    return tag.partition("-")[0].translate(_SMALL_LETTERS)


def _items(kind: Kind, written: Any) -> tuple[Any, ...]:
    if not isinstance(written, list | tuple):
        raise ValueError("must be a list")
    return tuple(stored(kind, item) for item in written)


def _text(written: Any) -> str:
    if not isinstance(written, str):
        raise ValueError("must be a text, in quotes")
    if "\0" in written:
        raise ValueError("must not contain the character U+0000, which no table can hold")
    try:
        written.encode()
    except UnicodeEncodeError:
        raise ValueError("must be Unicode text: half of a surrogate pair is none") from None
    return written


def _language(written: Any) -> str:
    if not isinstance(written, str) or not _LANGUAGE.fullmatch(written):
        raise ValueError('must be a language tag, such as "fr" or "pt-BR"')
    return written


def _number(written: Any) -> int:
    if isinstance(written, bool) or not isinstance(written, int | float | Decimal):
        raise ValueError("must be a number, without quotes")
    if isinstance(written, int) and written not in _RANGE:  # of any size: not even read further
        raise ValueError(f"must lie between {_LEAST} and {_LARGEST}")
    exact = Decimal(repr(written) if isinstance(written, float) else written)
    if not exact.is_finite() or not _LEAST <= exact <= _LARGEST:
        raise ValueError(f"must lie between {_LEAST} and {_LARGEST}")
    fixed = exact.quantize(_BILLIONTH, context=_ARITHMETIC)
    if fixed != exact:
        raise ValueError("must have at most nine decimals")
    return int(fixed.scaleb(9, context=_ARITHMETIC))


def _day(written: Any) -> int:
    if isinstance(written, str) and _DAY.fullmatch(written):
        try:
            return (date.fromisoformat(written) - _EPOCH).days
        except ValueError:
            raise ValueError("must be a day of the calendar") from None
    raise ValueError('must be a day as text, such as "2025-03-01"')


def _instant(written: Any) -> int:
    if isinstance(written, str) and _INSTANT.fullmatch(written):
        try:
            return microseconds(datetime.fromisoformat(written))
        except ValueError:
            raise ValueError("must be a time of the calendar") from None
    raise ValueError('must be a time with its offset, such as "2025-03-01T00:00:00Z"')


def _boolean(written: Any) -> bool:
    if not isinstance(written, bool):
        raise ValueError("must be true or false, without quotes")
    return written


def _localized(written: Any) -> dict[str, Any]:
    if not isinstance(written, Mapping):
        raise ValueError('must be an object from language to text, such as {"en": "Nairobi"}')
    return dict(written)


_STORED: Final[Mapping[Kind, Any]] = {
    Kind.TEXT: _text,
    Kind.LANGUAGE: _language,
    Kind.NUMBER: _number,
    Kind.DAY: _day,
    Kind.INSTANT: _instant,
    Kind.BOOLEAN: _boolean,
    Kind.LOCALIZED: _localized,
}
