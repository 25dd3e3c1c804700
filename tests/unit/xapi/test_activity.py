from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.xapi.activity import merge, shape
from tests.unit.xapi.strategies import some

CHOICE = {
    "interactionType": "choice",
    "correctResponsesPattern": ["a"],
    "choices": [{"id": "a"}, {"id": "b"}],
}

TEXTS = st.sampled_from("AB")
MAPS = st.dictionaries(st.sampled_from(["en", "EN", "fr"]), TEXTS, max_size=2)
DEFINITIONS = some(
    name=MAPS,
    type=TEXTS,
    extensions=st.dictionaries(st.sampled_from(["urn:x", "urn:y"]), TEXTS, max_size=2),
    interactionType=TEXTS,
    correctResponsesPattern=TEXTS,
)


@pytest.mark.parametrize(
    ("current", "incoming", "expected"),
    [
        (None, {"type": "urn:t"}, {"type": "urn:t"}),
        ({"type": "urn:t"}, {}, {"type": "urn:t"}),
        ({"type": "urn:t"}, {"type": "urn:u"}, {"type": "urn:u"}),
        ({"type": "urn:t"}, {"moreInfo": "urn:m"}, {"type": "urn:t", "moreInfo": "urn:m"}),
        (
            {"name": {"en": "A", "fr": "B"}},
            {"name": {"en": "C", "de": "D"}},
            {"name": {"fr": "B", "en": "C", "de": "D"}},
        ),
        ({"name": {"en-US": "A"}}, {"name": {"en-us": "B"}}, {"name": {"en-us": "B"}}),
        (
            {"name": {"en": "A"}},
            {"description": {"en": "B"}},
            {"name": {"en": "A"}, "description": {"en": "B"}},
        ),
        (
            {"extensions": {"urn:x": {"a": 1}, "urn:y": 1}},
            {"extensions": {"urn:x": {"b": 2}}},
            {"extensions": {"urn:x": {"b": 2}, "urn:y": 1}},
        ),
        (CHOICE, {"name": {"en": "A"}}, {**CHOICE, "name": {"en": "A"}}),
        (CHOICE, {"interactionType": "numeric"}, {"interactionType": "numeric"}),
        (
            CHOICE,
            {"interactionType": "choice", "choices": [{"id": "c"}]},
            {"interactionType": "choice", "choices": [{"id": "c"}]},
        ),
    ],
)
def test_a_later_definition_is_merged_into_the_earlier(
    current: dict[str, Any] | None, incoming: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert merge(current, incoming) == expected


def test_merging_the_same_definition_again_changes_nothing() -> None:
    once = merge({"name": {"fr": "B"}}, {**CHOICE, "name": {"en": "A"}})
    assert merge(once, {**CHOICE, "name": {"en": "A"}}) == once


def test_merging_leaves_its_arguments_as_they_were() -> None:
    current = {"name": {"en": "A"}, **CHOICE}
    merge(current, {"name": {"fr": "B"}, "interactionType": "numeric"})
    assert current == {"name": {"en": "A"}, **CHOICE}


@given(st.lists(DEFINITIONS, max_size=6))
def test_the_last_definition_of_each_shape_tells_all_that_was_told(
    told: list[dict[str, Any]],
) -> None:
    kept = {shape(one): place for place, one in enumerate(told)}
    last = [told[place] for place in sorted(kept.values())]
    nothing: dict[str, Any] = {}
    assert reduce(merge, last, nothing) == reduce(merge, told, nothing)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": {"en": "A"}}, {"name": {"EN": "B"}}),
        ({"type": "urn:t"}, {"type": "urn:u"}),
        ({"extensions": {"urn:x": 1}}, {"extensions": {"urn:x": 2}}),
        (CHOICE, {"interactionType": "numeric"}),
    ],
)
def test_definitions_that_set_the_same_things_have_one_shape(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert shape(one) == shape(other)
