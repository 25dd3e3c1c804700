"""Strict JSON: what is refused and where, and what is kept to the last digit."""

import json
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis.strategies import floats, from_regex

from lrs.errors import InvalidError, Violation
from lrs.xapi.json import DEEPEST, parse
from tests.unit.xapi.strategies import JSON


def refusal(raw: bytes) -> Violation:
    """Return the one violation for which a text is refused."""
    with pytest.raises(InvalidError) as caught:
        parse(raw)
    (violation,) = caught.value.violations
    return violation


@settings(max_examples=60, deadline=None)
@given(JSON)
def test_what_json_writes_is_read_alike(value: object) -> None:
    assert parse(json.dumps(value).encode()) == value
    assert parse(json.dumps(value, ensure_ascii=False).encode()) == value


@settings(max_examples=60, deadline=None)
@given(JSON)
def test_what_orjson_writes_is_read_alike(value: object) -> None:
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    assert parse(written) == value


NUMBERS = from_regex(r"\A-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,25})?([eE][+-]?[0-9]{1,2})?\Z")


@settings(max_examples=300, deadline=None)
@given(NUMBERS | floats(allow_nan=False, allow_infinity=False).map(repr))
@example("1.50")
@example("0.1")
@example("-0.0")
@example("5e-324")
@example("0.1000000000000000055511151231257827")
@example("12345678901234567890123")
@example("18446744073709551616")
def test_numbers_keep_every_digit(written: str) -> None:
    """As an int, as a Decimal, or as the float whose shortest form is what was written."""
    (number,) = parse(b"[%b]" % written.encode())
    kept = repr(number) if isinstance(number, float) else number
    assert Decimal(kept) == Decimal(written)


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b'{"a":\nNaN}', "line 2, column 1"),
        (b'{"a": Infinity}', "line 1, column 7"),
        (b'{"a": -Infinity}', "line 1, column 8"),
        (b'{"a": 1e400}', "line 1, column 7"),
        (b"\xef\xbb\xbf{}", "line 1, column 1"),
        (b'{\n"a": "\xff"}', "line 2, column 7"),
        (b'"\xed\xa0\x80"', "line 1, column 2"),
        (b'"\\ud800"', "line 1, column 2"),
        (b"{} {}", "line 1, column 4"),
        (b"", "line 1, column 1"),
        (b"{'a': 1}", "line 1, column 2"),
        (b"[1,]", "line 1, column 3"),
        (b"[01]", "line 1, column 2"),
        ('{"a": 1}'.encode("utf-16"), "line 1, column 1"),
    ],
)
def test_malformed_text_is_refused_with_line_and_column(raw: bytes, place: str) -> None:
    violation = refusal(raw)
    assert (violation.path, violation.requirement) == (place, "XAPI-00014")


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b'{"a": 1, "a": 1}', "$.a"),
        (b'{"a":1,"a":1}', "$.a"),
        (b'[{"a":{"":[]},"":{"":1,"":1}}]', '$[0][""][""]'),
        (b'[{"x": {"b c": [0, {"k": 1, "\\u006b": 2}]}}]', '$[0].x["b c"][1].k'),
        (b'{"extensions": {"a:b": {"": 1, "": 1}}}', '$.extensions["a:b"][""]'),
    ],
)
def test_a_key_that_stands_twice_is_refused_with_its_path(raw: bytes, path: str) -> None:
    violation = refusal(raw)
    assert (violation.path, violation.requirement) == (path, "XAPI-00021")


@pytest.mark.parametrize("depth", [DEEPEST + 1, 900, 1100, 10_000, 1_000_000])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_deep_nesting_is_refused(depth: int, opening: bytes, closing: bytes) -> None:
    violation = refusal(opening * depth + b"1" + closing * depth)
    assert (violation.path, violation.requirement) == ("$", "XAPI-00014")


def test_nesting_is_accepted_to_the_limit_and_width_without_one() -> None:
    assert parse(b"[" * DEEPEST + b"]" * DEEPEST)
    assert len(parse(b"[" + b"[],{}," * 500 + b"0]")) == 1001


def test_a_repeated_key_of_a_deep_text_is_told_too() -> None:
    raw = b"[" * 900 + b'{"a":1,"a":1}' + b"]" * 900
    assert refusal(raw).requirement in {"XAPI-00014", "XAPI-00021"}


@pytest.mark.parametrize("raw", [b"[1e-999999999999999999999]", b"[0e99999999999999999999]"])
def test_an_exponent_that_no_decimal_holds_is_refused(raw: bytes) -> None:
    violation = refusal(raw)
    assert (violation.path, violation.requirement) == ("$", "XAPI-00014")


def test_of_a_key_twice_before_deep_nesting_the_nesting_is_named() -> None:
    violation = refusal(b'{"a": 1, "a": 2, "b": ' + b"[" * 1000 + b"]" * 1000 + b"}")
    assert (violation.path, violation.requirement) == ("$", "XAPI-00014")
