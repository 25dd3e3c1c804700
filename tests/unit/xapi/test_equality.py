from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest

from lrs.xapi.equality import equal

STATEMENT: dict[str, Any] = {
    "actor": {
        "objectType": "Group",
        "name": "Crew",
        "mbox": "mailto:crew@example.org",
        "member": [
            {"objectType": "Agent", "mbox_sha1sum": "ab" * 20},
            {"mbox": "mailto:b@example.org"},
        ],
    },
    "verb": {"id": "http://example.org/did", "display": {"en": "did"}},
    "object": {
        "objectType": "Activity",
        "id": "http://example.org/course",
        "definition": {"name": {"en": "Course"}},
    },
    "result": {"score": {"raw": 1.5}, "duration": "PT1.23S", "response": "A"},
    "context": {
        "registration": "aaaaaaaa-29f0-4c63-9d5b-0ab2a6d9a111",
        "language": "en-US",
        "statement": {"objectType": "StatementRef", "id": "bbbbbbbb-29f0-4c63-9d5b-0ab2a6d9a111"},
        "contextActivities": {"parent": [{"objectType": "Activity", "id": "http://example.org/p"}]},
        "extensions": {"urn:x": {"n": [1, 2.5, {"deep": 10}], "t": "1.5"}},
    },
    "timestamp": "2024-05-01T10:00:00.5Z",
    "attachments": [
        {
            "usageType": "http://example.org/use",
            "display": {"en-GB": "File"},
            "contentType": "text/plain",
            "length": 3,
            "sha2": "cd" * 32,
        }
    ],
}
MISSING = object()
Replacement = tuple[str, Any]


def _changed(statement: dict[str, Any], *changes: Replacement) -> dict[str, Any]:
    """Return a copy with the values at dotted paths replaced, or removed by MISSING."""
    copy = deepcopy(statement)
    for path, value in changes:
        *parents, last = [int(step) if step.isdigit() else step for step in path.split("/")]
        place: Any = copy
        for step in parents:
            place = place[step]
        if value is MISSING:
            del place[last]
        else:
            place[last] = value
    return copy


SAME: dict[str, Replacement] = {
    "the LRS's id": ("id", "cccccccc-29f0-4c63-9d5b-0ab2a6d9a111"),
    "authority": ("authority", {"mbox": "mailto:lrs@example.org"}),
    "stored": ("stored", "2024-05-01T10:00:01Z"),
    "version": ("version", "1.0.0"),
    "verb display": ("verb/display", {"fr": "fait"}),
    "no verb display": ("verb/display", MISSING),
    "activity definition": ("object/definition", {"name": {"en": "Other"}}),
    "order of members": ("actor/member", list(reversed(STATEMENT["actor"]["member"]))),
    "mail domain": ("actor/mbox", "mailto:crew@EXAMPLE.org"),
    "case of a hash": ("actor/member/0/mbox_sha1sum", "AB" * 20),
    "default of a member": ("actor/member/0/objectType", MISSING),
    "default of the object": ("object/objectType", MISSING),
    "zone of the timestamp": ("timestamp", "2024-05-01T12:00:00.500+02:00"),
    "timestamp beyond midnight": ("timestamp", "2024-04-30T22:30:00.50-11:30"),
    "case of a UUID": ("context/registration", "AAAAAAAA-29F0-4C63-9D5B-0AB2A6D9A111"),
    "case of a reference": ("context/statement/id", "BBBBBBBB-29F0-4C63-9D5B-0AB2A6D9A111"),
    "case of a language": ("context/language", "en-us"),
    "single context activity": (
        "context/contextActivities/parent",
        {"id": "http://example.org/p", "definition": {"type": "http://example.org/t"}},
    ),
    "number as a decimal": ("result/score/raw", Decimal("1.500")),
    "number inside extensions": (
        "context/extensions/urn:x",
        {"t": "1.5", "n": [Decimal("1.0"), Decimal("2.50"), {"deep": Decimal("1E+1")}]},
    ),
    "duration beyond hundredths": ("result/duration", "PT1.2399S"),
    "case of sha2": ("attachments/0/sha2", "CD" * 32),
    "case of a media type": ("attachments/0/contentType", "Text/Plain"),
    "case of a language in a map": ("attachments/0/display", {"en-gb": "File"}),
}
ALSO_SAME: list[tuple[Replacement, Replacement]] = [
    (("timestamp", "0999-01-01T00:00:00Z"), ("timestamp", "0999-01-01T02:00:00+02:00")),
    (("result/duration", "PT1S"), ("result/duration", "PT1.001S")),
    (("result/duration", "PT1.5S"), ("result/duration", "PT1,50S")),
    (
        ("attachments/0/display", {"en": "one", "EN": "two"}),
        ("attachments/0/display", {"EN": "two", "en": "one"}),
    ),
]
ALSO_DIFFERENT: list[tuple[Replacement, Replacement]] = [
    (
        ("attachments/0/display", {"en": "one", "EN": "two"}),
        ("attachments/0/display", {"en": "other", "EN": "two"}),
    ),
    (
        ("attachments/0/contentType", 'text/plain; name="A"'),
        ("attachments/0/contentType", 'text/plain; name="a"'),
    ),
]
DIFFERENT: dict[str, Replacement] = {
    "actor": ("actor/mbox", "mailto:other@example.org"),
    "local part of a mail address": ("actor/mbox", "mailto:Crew@example.org"),
    "name of a group": ("actor/name", "Team"),
    "a member less": ("actor/member", STATEMENT["actor"]["member"][:1]),
    "a member twice": ("actor/member", STATEMENT["actor"]["member"] * 2),
    "verb": ("verb/id", "http://example.org/undid"),
    "case of an IRI": ("object/id", "http://example.org/Course"),
    "kind of object": (
        "object",
        {"objectType": "StatementRef", "id": "bbbbbbbb-29f0-4c63-9d5b-0ab2a6d9a111"},
    ),
    "score": ("result/score/raw", 1.51),
    "score as text": ("result/score/raw", "1.5"),
    "the last of many digits": ("result/score/raw", Decimal("1.50000000000000000000000000001")),
    "success": ("result/success", True),
    "response": ("result/response", "a"),
    "duration": ("result/duration", "PT1.24S"),
    "the same duration written otherwise": ("result/duration", "PT0M1.23S"),
    "one for true": ("context/extensions/urn:x/n", [True, 2.5, {"deep": 10}]),
    "order in extensions": ("context/extensions/urn:x/n", [2.5, 1, {"deep": 10}]),
    "case in extensions": ("context/extensions/urn:x/t", "1.50"),
    "context activity": ("context/contextActivities/parent/0/id", "http://example.org/q"),
    "role of a context activity": (
        "context/contextActivities",
        {"other": [{"id": "http://example.org/p"}]},
    ),
    "instant": ("timestamp", "2024-05-01T10:00:00.500001Z"),
    "attachment": ("attachments/0/sha2", "ce" * 32),
    "no attachments": ("attachments", MISSING),
}
ASSIGNED = ("id", "authority", "stored", "version")


def _within(statement: dict[str, Any]) -> dict[str, Any]:
    """Return a statement about the given one as a SubStatement."""
    inner = {name: value for name, value in statement.items() if name not in ASSIGNED}
    return {**STATEMENT, "object": {**inner, "objectType": "SubStatement"}}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME.keys())
def test_what_does_not_count_leaves_statements_equal(change: Replacement) -> None:
    other = _changed(STATEMENT, change)
    assert equal(STATEMENT, other)
    assert equal(_within(STATEMENT), _within(other))


@pytest.mark.parametrize("change", DIFFERENT.values(), ids=DIFFERENT.keys())
def test_what_counts_makes_statements_different(change: Replacement) -> None:
    other = _changed(STATEMENT, change)
    assert not equal(STATEMENT, other)
    assert not equal(_within(STATEMENT), _within(other))


@pytest.mark.parametrize(("one", "other"), ALSO_SAME)
def test_forms_of_one_value_are_equal(one: Replacement, other: Replacement) -> None:
    assert equal(_changed(STATEMENT, one), _changed(STATEMENT, other))


@pytest.mark.parametrize(("one", "other"), ALSO_DIFFERENT)
def test_values_that_differ_in_case_alone_are_different(
    one: Replacement, other: Replacement
) -> None:
    assert not equal(_changed(STATEMENT, one), _changed(STATEMENT, other))


def test_the_order_of_keys_does_not_count() -> None:
    assert equal(STATEMENT, dict(reversed(STATEMENT.items())))


def test_a_timestamp_that_may_have_been_assigned_does_not_count() -> None:
    without = _changed(STATEMENT, ("timestamp", MISSING))
    assert equal(STATEMENT, without)
    assert equal(without, STATEMENT)


def test_a_missing_timestamp_of_a_substatement_is_never_assigned() -> None:
    without = _changed(_within(STATEMENT), ("object/timestamp", MISSING))
    assert not equal(_within(STATEMENT), without)


def test_two_ids_differ_but_not_by_their_case() -> None:
    one = {**STATEMENT, "id": "cccccccc-29f0-4c63-9d5b-0ab2a6d9a111"}
    assert equal(one, {**STATEMENT, "id": one["id"].upper()})
    assert not equal(one, {**STATEMENT, "id": "dddddddd-29f0-4c63-9d5b-0ab2a6d9a111"})


def test_a_timestamp_without_a_zone_is_in_utc() -> None:
    assert equal({"timestamp": "2024-05-01T10:00:00"}, {"timestamp": "2024-05-01 10:00:00Z"})


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "2024-02-30T00:00:00+01:00", "x"])
def test_a_timestamp_that_names_no_instant_compares_as_text(text: str) -> None:
    assert equal({"timestamp": text}, {"timestamp": text})
    assert not equal({"timestamp": text}, {"timestamp": "2024-05-01T10:00:00Z"})


NUMBERS: list[tuple[Any, Any]] = [
    (0, Decimal("-0.00")),
    (-0.0, 0),
    (10**18, Decimal("1E18")),
    (10**30, Decimal("1.0E30")),
    (1e22, 10**22),
    (0.1, Decimal("0.10")),
    (Decimal("1E-400"), Decimal("10E-401")),
]


@pytest.mark.parametrize(("one", "other"), NUMBERS)
def test_numbers_compare_by_value(one: Any, other: Any) -> None:
    assert equal({"result": {"score": {"raw": one}}}, {"result": {"score": {"raw": other}}})


@pytest.mark.parametrize(
    "wrong",
    [
        {"actor": 1},
        {"object": {"objectType": ["x"]}},
        {"object": "x"},
        {"context": {"contextActivities": [], "registration": 1}},
        {"attachments": [None], "actor": {"member": [3]}},
    ],
)
def test_what_is_no_statement_still_compares(wrong: dict[str, Any]) -> None:
    assert not equal(wrong, STATEMENT)
    assert equal(wrong, deepcopy(wrong))
