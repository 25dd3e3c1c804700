"""A predicate beside the fields of its source: what fits, and what is said of what does not."""

from typing import Any

import pytest

from lrs.errors import InvalidError
from lrs.predicates.fields import OPERATORS, Vocabulary, check, mentioned_fields
from lrs.predicates.reader import read
from lrs.predicates.tree import Compared, Constant, Known, Member, OneOf, Operator, Reference
from lrs.predicates.values import Kind

PEOPLE = Vocabulary(
    {
        "entity": Kind.TEXT,
        "duty_station": Kind.TEXT,
        "functions": Kind.TEXTS,
        "language": Kind.LANGUAGE,
        "languages": Kind.LANGUAGES,
        "hours": Kind.NUMBER,
        "entered_on_duty": Kind.DAY,
        "seen_at": Kind.INSTANT,
        "active": Kind.BOOLEAN,
        "title": Kind.LOCALIZED,
    },
    {"big": ["DOS", "DPO"], "mixed": ["DOS", 1]},
    ("as_of",),
)


def misfits(written: Any, vocabulary: Vocabulary = PEOPLE) -> list[tuple[str, str, str]]:
    """Return place, rule and reason of everything that does not fit."""
    with pytest.raises(InvalidError) as caught:
        check(read(written), vocabulary)
    return [(one.path, one.requirement, one.message) for one in caught.value.violations]


def test_fields_that_are_compared_with_are_mentioned_too() -> None:
    written = {
        "all": [
            {"language": {"within_list": {"ref": "languages"}}},
            {"not": {"entity": {"ne": {"ref": "person.entity"}}}},
        ]
    }
    assert mentioned_fields(read(written)) == {"language", "languages", "entity", "person.entity"}


@pytest.mark.parametrize(
    ("written", "leaf"),
    [
        (
            {"hours": {"gt": 1.5}},
            Compared(Kind.NUMBER, "hours", Operator.GT, Constant(1_500_000_000)),
        ),
        ({"language": {"in": ["pt-BR", "FR"]}}, OneOf(Kind.LANGUAGE, "language", ("pt", "fr"))),
        ({"entity": {"in_set": "big"}}, OneOf(Kind.TEXT, "entity", ("DOS", "DPO"))),
        ({"functions": {"has": "fro"}}, Member(Kind.TEXT, Constant("fro"), "functions")),
        (
            {"language": {"within_list": {"ref": "languages"}}},
            Member(Kind.LANGUAGE, Reference("language"), "languages"),
        ),
        ({"title": {"exists": False}}, Known("title", expected=False)),
    ],
)
def test_what_fits_is_put_into_the_terms_of_the_source(written: Any, leaf: object) -> None:
    assert check(read(written), PEOPLE) == leaf


@pytest.mark.parametrize(
    ("written", "place", "rule", "message"),
    [
        (
            {"duty_staton": {"eq": "NBO"}},
            "/duty_staton",
            "field",
            "duty_staton is no field here: is duty_station meant?",
        ),
        (
            {"entity": {"eq": {"ref": "zzz"}}},
            "/entity/eq",
            "field",
            "zzz is no field here: there are active, duty_station, entered_on_duty, entity, "
            "functions, hours, language, languages, seen_at, title",
        ),
        (
            {"entity": {"gt": "DOS"}},
            "/entity/gt",
            "operator",
            "entity is a text, which does not take gt: use eq, ne, in, in_set, within_list, exists",
        ),
        (
            {"functions": {"eq": "fro"}},
            "/functions/eq",
            "operator",
            "functions is a list of texts, which does not take eq: use has, exists",
        ),
        (
            {"title": {"eq": "Nairobi"}},
            "/title/eq",
            "operator",
            "title is a text in several languages, which does not take eq: use exists",
        ),
        (
            {"active": {"gte": True}},
            "/active/gte",
            "operator",
            "active is a boolean, which does not take gte: use eq, ne, exists",
        ),
        ({"entity": {"eq": 1}}, "/entity/eq", "value", "must be a text, in quotes"),
        (
            {"entity": {"eq": "a\0"}},
            "/entity/eq",
            "value",
            "must not contain the character U+0000, which no table can hold",
        ),
        (
            {"entity": {"eq": "\ud800"}},
            "/entity/eq",
            "value",
            "must be Unicode text: half of a surrogate pair is none",
        ),
        (
            {"active": {"eq": "true"}},
            "/active/eq",
            "value",
            "must be true or false, without quotes",
        ),
        ({"hours": {"eq": "1"}}, "/hours/eq", "value", "must be a number, without quotes"),
        (
            {"hours": {"in": [1, True, 2]}},
            "/hours/in/1",
            "value",
            "must be a number, without quotes",
        ),
        (
            {"language": {"eq": "français"}},
            "/language/eq",
            "value",
            'must be a language tag, such as "fr" or "pt-BR"',
        ),
        (
            {"entered_on_duty": {"lt": "01/02/2025"}},
            "/entered_on_duty/lt",
            "value",
            'must be a day as text, such as "2025-03-01"',
        ),
        (
            {"seen_at": {"lt": "2025-03-01"}},
            "/seen_at/lt",
            "value",
            'must be a time with its offset, such as "2025-03-01T00:00:00Z"',
        ),
        (
            {"entity": {"eq": {"ref": "language"}}},
            "/entity/eq",
            "kind",
            "compares a text with language, which is a language",
        ),
        (
            {"seen_at": {"gt": {"ref": "entered_on_duty"}}},
            "/seen_at/gt",
            "kind",
            "compares a time with entered_on_duty, which is a day",
        ),
        (
            {"language": {"within_list": {"ref": "functions"}}},
            "/language/within_list",
            "kind",
            "functions is a list of texts: name a list of languages",
        ),
        (
            {"hours": {"gt": {"param": "as_of"}}},
            "/hours/gt",
            "kind",
            "compares a number with as_of, which is a time",
        ),
        (
            {"functions": {"has": {"param": "as_of"}}},
            "/functions/has",
            "kind",
            "compares a text with as_of, which is a time",
        ),
        (
            {"seen_at": {"gt": {"param": "period_end"}}},
            "/seen_at/gt",
            "parameter",
            "nothing gives period_end here: write a time",
        ),
        (
            {"entity": {"in_set": "bit"}},
            "/entity/in_set",
            "set",
            "bit is no set that is declared here: is big meant?",
        ),
        (
            {"entity": {"in_set": "mixed"}},
            "/entity/in_set",
            "set",
            "a value of the set mixed must be a text, in quotes",
        ),
    ],
)
def test_what_does_not_fit_is_named_with_what_would(
    written: Any, place: str, rule: str, message: str
) -> None:
    assert misfits(written) == [(place, f"predicate.{rule}", message)]


def test_all_misfits_are_told_at_once() -> None:
    written = {"all": [{"entitty": {"eq": "x"}}, {"not": {"hours": {"in": ["a", 1, "b"]}}}]}
    assert [place for place, _, _ in misfits(written)] == [
        "/all/0/entitty",
        "/all/1/not/hours/in/0",
        "/all/1/not/hours/in/2",
    ]


def test_nothing_is_declared_where_a_requirement_has_no_sets() -> None:
    nothing = Vocabulary({"entity": Kind.TEXT})
    ((_, _, message),) = misfits({"entity": {"in_set": "big"}}, nothing)
    assert message == "big is no set that is declared here: there are none"


def test_every_kind_can_be_asked_whether_it_is_known() -> None:
    assert all(Operator.EXISTS in OPERATORS[kind] for kind in Kind)
