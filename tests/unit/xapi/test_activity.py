from typing import Any

import pytest

from lrs.xapi.activity import merge

CHOICE = {
    "interactionType": "choice",
    "correctResponsesPattern": ["a"],
    "choices": [{"id": "a"}, {"id": "b"}],
}


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
