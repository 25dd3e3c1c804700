"""Reading a predicate: what becomes of it, and what is refused where."""

from datetime import date
from decimal import Decimal
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lrs.errors import InvalidError
from lrs.predicates.reader import DEEPEST, ENOUGH, LARGEST, read
from lrs.predicates.schema import SCHEMA
from lrs.predicates.tree import (
    AllOf,
    AnyOf,
    FieldTest,
    Listed,
    Literal,
    NamedSet,
    Not,
    Operator,
    Parameter,
    Reference,
)

DOS = {"entity": {"eq": "DOS"}}


def refused(written: Any, place: str = "") -> list[tuple[str, str]]:
    """Return the places and reasons for which a predicate is refused."""
    with pytest.raises(InvalidError) as caught:
        read(written, place)
    return [(violation.path, violation.message) for violation in caught.value.violations]


def test_every_form_of_the_language_becomes_its_node() -> None:
    written = {
        "any": [
            {"not": {"entity": {"in": ["DOS", "DPO"]}}},
            {"app.at": {"gt": {"ref": "at"}, "lte": {"param": "as_of"}}},
            {"answer": {"in_set": "ready"}, "title": {"exists": False}},
            {"language": {"within_list": {"ref": "person.languages"}}},
        ]
    }
    assert read(written) == AnyOf(
        (
            Not(FieldTest("entity", Operator.IN, Listed(("DOS", "DPO")), "")),
            AllOf(
                (
                    FieldTest("app.at", Operator.GT, Reference("at"), ""),
                    FieldTest("app.at", Operator.LTE, Parameter("as_of"), ""),
                )
            ),
            AllOf(
                (
                    FieldTest("answer", Operator.IN_SET, NamedSet("ready"), ""),
                    FieldTest("title", Operator.EXISTS, Literal(False), ""),
                )
            ),
            FieldTest("language", Operator.WITHIN_LIST, Reference("person.languages"), ""),
        )
    )


def test_a_test_knows_the_place_of_its_operand() -> None:
    tree = read({"all": [DOS, {"not": DOS}]}, "/entries/3/attributes/rule")
    assert isinstance(tree, AllOf)
    first, second = tree.parts
    assert isinstance(first, FieldTest)
    assert first.place == "/entries/3/attributes/rule/all/0/entity/eq"
    assert isinstance(second, Not)
    assert isinstance(second.part, FieldTest)
    assert second.part.place == "/entries/3/attributes/rule/all/1/not/entity/eq"


@pytest.mark.parametrize(
    ("written", "place", "message"),
    [
        (None, "", 'is null: write tests, such as {"entity": {"eq": "X"}}'),
        ({}, "", 'is an object: write tests, such as {"entity": {"eq": "X"}}'),
        ([DOS], "", 'is a list: write tests, such as {"entity": {"eq": "X"}}'),
        ({"all": []}, "/all", "is a list: write a list of predicates"),
        ({"any": DOS}, "/any", "is an object: write a list of predicates"),
        ({"not": [DOS]}, "/not", 'is a list: write tests, such as {"entity": {"eq": "X"}}'),
        (
            {"all": [DOS], **DOS},
            "",
            'has something beside "all": put both into a list of "all"',
        ),
        ({"Entity": {"eq": "DOS"}}, "", '"Entity" is no name of a field'),
        ({"entity\n": {"eq": "DOS"}}, "", '"entity\\n" is no name of a field'),
        ({"a.b.c": {"eq": "DOS"}}, "", '"a.b.c" is no name of a field'),
        ({True: {"eq": "DOS"}}, "", "true is no name of a field"),
        ({"entity": "DOS"}, "/entity", 'is "DOS": write a test, such as {"eq": "X"}'),
        (
            {"entity": {"eq": None}},
            "/entity/eq",
            'is null, which nothing equals: ask {"exists": false}',
        ),
        (
            {"at": {"eq": date(2025, 3, 1)}},
            "/at/eq",
            'is a date: put it into quotes, such as "2025-03-01"',
        ),
        (
            {"at": {"gt": {"param": "now"}}},
            "/at/gt",
            'write {"param": "..."} with one of as_of, period_start, period_end',
        ),
        ({"at": {"gt": {"ref": "A"}}}, "/at/gt", 'is an object: write {"ref": "name_of_a_field"}'),
        (
            {"at": {"gt": {"ref": "a", "x": 1}}},
            "/at/gt",
            'is an object: write {"ref": "name_of_a_field"}',
        ),
        (
            {"at": {"within_list": "a"}},
            "/at/within_list",
            'is "a": write {"ref": "name_of_a_field"}',
        ),
        ({"at": {"in": []}}, "/at/in", "is a list: write a list of values"),
        (
            {"at": {"in": ["a", ["b"]]}},
            "/at/in/1",
            "is a list: write a text, a number, true or false",
        ),
        ({"at": {"in_set": "Ready"}}, "/at/in_set", 'is "Ready": write the name of a set'),
        ({"at": {"exists": "yes"}}, "/at/exists", 'is "yes": write true or false'),
        (
            {"at": {"eq": float("nan")}},
            "/at/eq",
            "is a number: write a text, a number, true or false",
        ),
    ],
)
def test_what_is_wrong_is_named_by_place_with_what_would_be_right(
    written: Any, place: str, message: str
) -> None:
    assert refused(written) == [(place, message)]


def test_an_unknown_operator_is_answered_with_those_there_are() -> None:
    ((place, message),) = refused({"entity": {"equals": "DOS"}})
    assert place == "/entity"
    assert message.startswith('"equals" is no operator: use one of eq, ne, gt, ')


def test_all_that_is_wrong_is_told_at_once() -> None:
    written = {"all": [{"a": {"eq": None, "in": []}}, {"not": {"b": 1}}, DOS, 7]}
    assert [place for place, _ in refused(written)] == [
        "/all/0/a/eq",
        "/all/0/a/in",
        "/all/1/not/b",
        "/all/3",
    ]


def test_keys_are_escaped_in_places() -> None:
    ((place, _),) = refused({"any": [DOS, {"entity": {"a/b~": 1}}]}, "/rule~1/x")
    assert place == "/rule~1/x/any/1/entity"


@pytest.mark.parametrize("form", ["not", "all"])
def test_only_so_many_levels_are_read(form: str) -> None:
    deep: Any = DOS
    for _ in range(DEEPEST - 1):
        deep = {"not": deep} if form == "not" else {"all": [deep]}
    assert read(deep)
    ((_, message),) = refused({"not": deep})
    assert message == f"nests deeper than {DEEPEST} levels: name fewer cases"


def test_ten_thousand_levels_are_refused() -> None:
    deep: Any = DOS
    for _ in range(10_000):
        deep = {"not": deep}
    assert len(refused(deep)) == 1


def test_only_so_many_parts_are_read() -> None:
    assert read({"entity": {"in": ["x"] * (LARGEST - 3)}})
    ((place, message),) = refused({"entity": {"in": ["x"] * LARGEST}})
    assert place.startswith("/entity/in/")
    assert message.startswith(f"has more than {LARGEST} parts and values")


@pytest.mark.parametrize("leaf", [DOS, 1])
def test_a_bomb_of_anchors_is_refused_where_the_limit_is(leaf: Any) -> None:
    """Twenty lines of YAML that stand for 9^20 parts, right ones or wrong ones."""
    for _ in range(20):
        leaf = {"any": [leaf] * 9}
    assert len(refused(leaf)) <= ENOUGH


def test_a_structure_that_holds_itself_is_refused() -> None:
    circle: dict[str, Any] = {}
    circle["all"] = [circle]
    assert len(refused(circle)) == 1


def test_hostile_values_do_not_break_the_message_about_them() -> None:
    reasons = refused({"all": [10**5000, "x" * 10**6, Decimal("1E+999999"), {"a" * 10**6: 1}]})
    assert all(len(place) + len(message) < 300 for place, message in reasons)


WORDS = st.sampled_from(
    ["all", "any", "not", "entity", "a.b", "A", "eq", "in", "in_set", "exists", "within_list"]
) | st.sampled_from(["has", "ref", "param", "as_of", "ready", ""])
SCALARS = st.none() | st.booleans() | st.integers(-2, 2) | st.just(0.5) | WORDS
TESTS = st.dictionaries(
    st.sampled_from([*Operator, "equals"]),
    SCALARS
    | st.lists(SCALARS, max_size=2)
    | st.dictionaries(st.sampled_from(["ref", "param"]), WORDS, max_size=2),
    max_size=2,
)
NEARLY = st.recursive(
    st.dictionaries(WORDS, TESTS, max_size=2) | SCALARS,
    lambda inner: st.dictionaries(WORDS, inner | st.lists(inner, max_size=2), max_size=2),
    max_leaves=5,
)


@settings(max_examples=500, deadline=None)
@given(NEARLY)
@example({"not": {"not": DOS}})
@example({"at": {"gt": {"param": "as_of"}}})
@example({"at": {"gt": {"param": "as_of", "ref": "a"}}})
@example({"entity\n": {"eq": "DOS"}})
def test_the_reader_takes_exactly_what_the_schema_allows(written: Any) -> None:
    try:
        read(written)
    except InvalidError:
        taken = False
    else:
        taken = True
    assert jsonschema_rs.is_valid(SCHEMA, written) is taken


def test_the_schema_is_one() -> None:
    jsonschema_rs.meta.validate(SCHEMA)
