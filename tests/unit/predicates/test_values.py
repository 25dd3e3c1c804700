"""The stored form of values: exact or refused."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.predicates.values import Kind, moment, stored, subject

EDGE = Decimal("9223372036.854775807")


@pytest.mark.parametrize(
    ("kind", "written", "expected"),
    [
        (Kind.NUMBER, 1, 10**9),
        (Kind.NUMBER, 0.1, 10**8),
        (Kind.NUMBER, -0.0, 0),
        (Kind.NUMBER, Decimal("1.500000000000"), 1_500_000_000),
        (Kind.NUMBER, EDGE, 2**63 - 1),
        (Kind.NUMBER, -EDGE - Decimal("1e-9"), -(2**63)),
        (Kind.DAY, "1970-01-01", 0),
        (Kind.DAY, "0001-01-01", -719_162),
        (Kind.DAY, "9999-12-31", 2_932_896),
        (Kind.INSTANT, "1970-01-01T00:00:00.000001Z", 1),
        (Kind.INSTANT, "1970-01-01T02:00:00+02:00", 0),
        (Kind.INSTANT, "0001-01-01T00:00:00+14:00", (-719_162 * 86_400 - 14 * 3600) * 10**6),
        (Kind.TEXT, "e\u0301", "e\u0301"),
        (Kind.LANGUAGE, "pt-BR", "pt-BR"),
        (Kind.LANGUAGES, ["fr", "pt-BR"], ("fr", "pt-BR")),
        (Kind.TEXTS, [], ()),
        (Kind.BOOLEAN, False, False),
        (Kind.NUMBER, None, None),
    ],
)
def test_a_value_has_one_stored_form(kind: Kind, written: Any, expected: Any) -> None:
    assert stored(kind, written) == expected


@pytest.mark.parametrize(
    ("kind", "written", "reason"),
    [
        (Kind.NUMBER, EDGE + Decimal("1e-9"), "must lie between"),
        (Kind.NUMBER, 10**4000, "must lie between"),
        (Kind.NUMBER, Decimal("1e999999"), "must lie between"),
        (Kind.NUMBER, 1e300, "must lie between"),
        (Kind.NUMBER, Decimal("NaN"), "must lie between"),
        (Kind.NUMBER, Decimal("1e-999999"), "at most nine decimals"),
        (Kind.NUMBER, 1e-10, "at most nine decimals"),
        (Kind.NUMBER, True, "must be a number"),
        (Kind.DAY, "2025-02-29", "day of the calendar"),
        (Kind.DAY, "0000-01-01", "day of the calendar"),
        (Kind.DAY, "2025-W09-6", "must be a day as text"),
        (Kind.DAY, "\u0662\u0660\u0662\u0665-01-01", "must be a day as text"),
        (Kind.DAY, 20_250_301, "must be a day as text"),
        (Kind.INSTANT, "2025-03-01T00:00:00", "a time with its offset"),
        (Kind.INSTANT, "2025-03-01T25:00:00Z", "time of the calendar"),
        (Kind.TEXTS, "DOS", "must be a list"),
        (Kind.TEXTS, ["DOS", 1], "must be a text"),
        (Kind.LOCALIZED, "Nairobi", "from language to text"),
    ],
)
def test_what_has_no_exact_stored_form_is_refused(kind: Kind, written: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        stored(kind, written)


@given(st.decimals(-EDGE, EDGE, places=9))
def test_no_digit_of_a_number_is_lost(number: Decimal) -> None:
    assert Decimal(stored(Kind.NUMBER, number)) == number * 10**9


@pytest.mark.parametrize(("instant", "day"), [(-1, -1), (0, 0), (86_399_999_999, 0)])
def test_a_moment_is_compared_with_a_day_as_the_day_it_falls_in(instant: int, day: int) -> None:
    assert moment(Kind.DAY, instant) == day
    assert moment(Kind.INSTANT, instant) == instant


def test_a_subject_has_every_field_that_is_declared() -> None:
    kinds = {"entity": Kind.TEXT, "hours": Kind.NUMBER}
    assert subject(kinds, {"hours": 2, "other": 1}) == {"entity": None, "hours": 2 * 10**9}
