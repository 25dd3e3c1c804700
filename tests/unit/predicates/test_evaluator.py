"""A predicate and one subject: unknown is never true."""

from typing import Any

import pytest

from lrs.predicates.evaluator import decision, truth
from lrs.predicates.fields import Vocabulary, check
from lrs.predicates.reader import read
from lrs.predicates.values import Kind, subject

KINDS = {
    "yes": Kind.BOOLEAN,
    "no": Kind.BOOLEAN,
    "maybe": Kind.BOOLEAN,
    "language": Kind.LANGUAGE,
    "languages": Kind.LANGUAGES,
    "functions": Kind.TEXTS,
    "nothing": Kind.TEXTS,
    "due_at": Kind.DAY,
    "done_at": Kind.DAY,
    "seen_at": Kind.INSTANT,
}
SUBJECT = subject(
    KINDS,
    {
        "yes": True,
        "no": False,
        "language": "fr-CA",
        "languages": ["FR", "pt-BR"],
        "functions": ["fro", "trainer"],
        "nothing": [],
        "due_at": "2025-03-01",
        "done_at": "2025-02-28",
        "seen_at": "2025-03-01T12:00:00Z",
    },
)
NOON = {"as_of": SUBJECT["seen_at"]}
TRUE = {"yes": {"eq": True}}
FALSE = {"no": {"eq": True}}
UNKNOWN = {"maybe": {"eq": True}}


def answer(written: Any, of: dict[str, Any] = SUBJECT) -> bool | None:
    """Return what a predicate says of a subject."""
    checked = check(read(written), Vocabulary(KINDS, {}, ("as_of",)))
    found = truth(checked, NOON)(of)
    assert decision(checked, NOON)(of) is (found is True)
    return found


@pytest.mark.parametrize(
    ("parts", "everything", "anything"),
    [
        ([TRUE, TRUE], True, True),
        ([TRUE, FALSE], False, True),
        ([FALSE, FALSE], False, False),
        ([UNKNOWN, TRUE], None, True),
        ([UNKNOWN, FALSE], False, None),
        ([UNKNOWN, UNKNOWN], None, None),
    ],
)
def test_parts_join_by_three_valued_logic(
    parts: list[Any], everything: bool | None, anything: bool | None
) -> None:
    for order in (parts, parts[::-1]):
        assert answer({"all": order}) is everything
        assert answer({"any": order}) is anything


def test_the_negation_of_unknown_is_unknown() -> None:
    assert [answer({"not": one}) for one in (TRUE, FALSE, UNKNOWN)] == [False, True, None]


@pytest.mark.parametrize("unknown", [{}, {"maybe": None}])
def test_what_is_absent_is_as_unknown_as_what_is_null(unknown: dict[str, Any]) -> None:
    assert answer({"maybe": {"ne": True}}, unknown) is None
    assert answer({"maybe": {"exists": True}}, unknown) is False
    assert answer({"maybe": {"exists": False}}, unknown) is True


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"language": {"eq": "fr"}}, True),
        ({"language": {"eq": "fra"}}, False),
        ({"language": {"within_list": {"ref": "languages"}}}, True),
        ({"languages": {"has": "pt-PT"}}, True),
        ({"functions": {"has": "FRO"}}, False),
        ({"functions": {"has": "fro"}}, True),
        ({"nothing": {"has": "fro"}}, False),
        ({"nothing": {"exists": True}}, True),
        ({"done_at": {"lte": {"ref": "due_at"}}}, True),
        ({"due_at": {"eq": {"param": "as_of"}}}, True),
        ({"seen_at": {"lt": {"param": "as_of"}}}, False),
        ({"seen_at": {"gte": "2025-03-01T13:00:00+01:00"}}, True),
        ({"due_at": {"in": ["2025-03-01", "2025-03-02"]}, "done_at": {"ne": "2025-02-27"}}, True),
    ],
)
def test_a_test_compares_by_the_kind_of_its_field(written: Any, expected: bool) -> None:
    assert answer(written) is expected
