"""Strict JSON: a text that two readers could understand differently is refused.

orjson parses first and refuses malformed text (encoding, escapes, numbers beyond a double, anything
after the value), but it keeps the last of two equal keys and rounds numbers to doubles. Where
orjson writes the parsed value back as the very bytes that came, no key and no digit was lost; most
clients write JSON as orjson does. Any other text is parsed again by jiter: integers whole,
fractions as `Decimal` (1.50 equals 1.5, and no digit is lost), no key twice. So a fraction is a
float where the float is exactly what was written, and a `Decimal` elsewhere. Only when something is
wrong is the text walked once more, to name the place.
"""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

import jiter
import orjson

from lrs.errors import InvalidError, Violation
from lrs.xapi.path import Path, render

DEEPEST = 200
"""Levels of nesting accepted: the limit of jiter; all code that meets the value can go so deep."""

_MALFORMED = "XAPI-00014"
_REPEATED = "XAPI-00021"


class _Pairs(list[tuple[str, Any]]):
    """An object as written: its keys in order, repeated ones included."""


def parse(raw: bytes) -> Any:
    """Return the value that `raw` holds; raises `InvalidError` with the one place that is wrong."""
    try:
        value = orjson.loads(raw)
        if not (_is_shallow(raw) and orjson.dumps(value) == raw):
            value = jiter.from_json(
                raw, allow_inf_nan=False, catch_duplicate_keys=True, float_mode="decimal"
            )
    except orjson.JSONDecodeError as error:
        _refuse_text(raw, error)
    except ValueError as error:
        _refuse_value(raw, str(error))
    return value


def _is_shallow(raw: bytes) -> bool:
    """Tell whether the text has too few brackets to nest deeper than `DEEPEST`."""
    return raw.count(b"{") + raw.count(b"[") <= DEEPEST


def _refuse_text(raw: bytes, error: orjson.JSONDecodeError) -> NoReturn:
    if "depth limit" in error.msg:
        _refuse_depth()
    line, column, reason = error.lineno, error.colno, error.msg
    try:
        raw.decode()
    except UnicodeDecodeError as encoding:
        before = raw[: encoding.start]
        line, column = before.count(b"\n") + 1, encoding.start - before.rfind(b"\n")
        reason = "these bytes are not UTF-8"
    _refuse(f"line {line}, column {column}", _MALFORMED, reason)


def _refuse_value(raw: bytes, reason: str) -> NoReturn:
    """Refuse text that is JSON, but that two readers could understand differently."""
    if "recursion limit" in reason:
        _refuse_depth()
    if "duplicate key" in reason:
        _refuse_repetition(raw)
    _refuse("$", _MALFORMED, "a number has an exponent that no reader can follow")


def _refuse_depth() -> NoReturn:
    _refuse("$", _MALFORMED, f"objects and arrays nest deeper than {DEEPEST} levels")


def _refuse_repetition(raw: bytes) -> NoReturn:
    try:
        written = json.loads(raw, object_pairs_hook=_Pairs)
    except RecursionError:
        _refuse_depth()
    path = next(_repetitions(written, ()))
    _refuse(render(path), _REPEATED, "this property stands twice in one object")


def _repetitions(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, _Pairs):
        seen: set[str] = set()
        for key, item in value:
            if key in seen:
                yield (*path, key)
            seen.add(key)
            yield from _repetitions(item, (*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _repetitions(item, (*path, place))


def _refuse(path: str, requirement: str, reason: str) -> NoReturn:
    raise InvalidError(
        "The body is not JSON as xAPI needs it", [Violation(path, requirement, reason)]
    )
