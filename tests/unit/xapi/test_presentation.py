from copy import deepcopy
from typing import Any

import pytest

from lrs.xapi.presentation import accept_language, canonical, chosen, ids

ACCOUNT = {"homePage": "https://example.org", "name": "7"}
ACTIVITY = {
    "objectType": "Activity",
    "id": "urn:a",
    "definition": {"name": {"en-US": "Color", "en-GB": "Colour"}, "type": "urn:t"},
}
CONTEXT = {
    "registration": "7b1f5b9e-29f0-4c63-9d5b-0ab2a6d9a111",
    "instructor": {"name": "I", "openid": "https://example.org/i"},
    "team": {"objectType": "Group", "name": "T", "member": [{"name": "M", "account": ACCOUNT}]},
    "contextAgents": [{"objectType": "contextAgent", "agent": {"name": "C", "account": ACCOUNT}}],
    "contextGroups": [
        {"objectType": "contextGroup", "group": {"objectType": "Group", "member": [], "name": "G"}}
    ],
    "contextActivities": {"parent": [ACTIVITY], "other": ACTIVITY},
    "statement": {"objectType": "StatementRef", "id": "7b1f5b9e-29f0-4c63-9d5b-0ab2a6d9a112"},
}
VERB = {"id": "urn:v", "display": {"en": "did", "fr": "fait"}}
STATEMENT: dict[str, Any] = {
    "id": "7b1f5b9e-29f0-4c63-9d5b-0ab2a6d9a113",
    "actor": {
        "objectType": "Group",
        "mbox": "mailto:g@example.org",
        "name": "G",
        "member": [{"mbox": "mailto:m@example.org"}],
    },
    "verb": VERB,
    "object": {
        "objectType": "SubStatement",
        "actor": {"objectType": "Agent", "name": "A", "mbox_sha1sum": "ab" * 20},
        "verb": VERB,
        "object": ACTIVITY,
        "context": CONTEXT,
    },
    "context": CONTEXT,
    "authority": {"objectType": "Agent", "name": "L", "account": ACCOUNT},
    "result": {"success": True},
}
IDS_CONTEXT = {
    **CONTEXT,
    "instructor": {"openid": "https://example.org/i"},
    "team": {"objectType": "Group", "member": [{"account": ACCOUNT}]},
    "contextAgents": [{"objectType": "contextAgent", "agent": {"account": ACCOUNT}}],
    "contextGroups": [
        {"objectType": "contextGroup", "group": {"objectType": "Group", "member": []}}
    ],
    "contextActivities": {"parent": [{"id": "urn:a"}], "other": {"id": "urn:a"}},
}


def test_ids_keeps_only_what_identifies() -> None:
    assert ids(STATEMENT) == {
        **STATEMENT,
        "actor": {"objectType": "Group", "mbox": "mailto:g@example.org"},
        "verb": {"id": "urn:v"},
        "object": {
            "objectType": "SubStatement",
            "actor": {"objectType": "Agent", "mbox_sha1sum": "ab" * 20},
            "verb": {"id": "urn:v"},
            "object": {"id": "urn:a"},
            "context": IDS_CONTEXT,
        },
        "context": IDS_CONTEXT,
        "authority": {"objectType": "Agent", "account": ACCOUNT},
    }


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (
            {"objectType": "Agent", "name": "A", "mbox": "mailto:a@example.org"},
            {"objectType": "Agent", "mbox": "mailto:a@example.org"},
        ),
        ({"objectType": "StatementRef", "id": "x"}, {"objectType": "StatementRef", "id": "x"}),
        ({"id": "urn:a", "definition": {}}, {"id": "urn:a"}),
    ],
)
def test_ids_leaves_the_kind_of_an_object_recognisable(
    target: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert ids({**STATEMENT, "object": target})["object"] == expected


def test_canonical_replaces_definitions_everywhere_and_keeps_one_language() -> None:
    store = {"urn:a": {"name": {"fr": "Couleur", "en": "Color"}, "moreInfo": "urn:m"}}
    shown = canonical(STATEMENT, [("fr", 1.0)], store.get)
    activity = {
        "objectType": "Activity",
        "id": "urn:a",
        "definition": {"name": {"fr": "Couleur"}, "moreInfo": "urn:m"},
    }
    context = {**CONTEXT, "contextActivities": {"parent": [activity], "other": activity}}
    verb = {"id": "urn:v", "display": {"fr": "fait"}}
    inner = {**STATEMENT["object"], "verb": verb, "object": activity, "context": context}
    assert shown == {**STATEMENT, "verb": verb, "object": inner, "context": context}


def test_an_activity_that_the_store_does_not_define_keeps_its_own_definition() -> None:
    shown = canonical({**STATEMENT, "object": ACTIVITY}, [("en-GB", 1.0)], lambda _: None)
    assert shown["object"]["definition"] == {"name": {"en-GB": "Colour"}, "type": "urn:t"}


def test_an_activity_without_any_definition_stays_bare() -> None:
    shown = canonical({**STATEMENT, "object": {"id": "urn:b"}}, [], lambda _: None)
    assert shown["object"] == {"id": "urn:b"}


def test_each_interaction_component_keeps_one_language() -> None:
    both = {"en": "Yes", "de": "Ja"}
    definition = {
        "interactionType": "choice",
        "choices": [{"id": "y", "description": both}, {"id": "n"}],
        "description": both,
    }
    shown = canonical({**STATEMENT, "object": ACTIVITY}, [("de", 1.0)], lambda _: definition)
    assert shown["object"]["definition"] == {
        "interactionType": "choice",
        "choices": [{"id": "y", "description": {"de": "Ja"}}, {"id": "n"}],
        "description": {"de": "Ja"},
    }


def test_presenting_leaves_the_statement_as_it_was() -> None:
    before = deepcopy(STATEMENT)
    ids(STATEMENT)
    canonical(STATEMENT, [("fr", 1.0)], lambda _: {"name": {"fr": "x", "en": "y"}})
    assert before == STATEMENT


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, []),
        ("", []),
        ("en-GB", [("en-gb", 1.0)]),
        ("da, en-gb;q=0.8, en;q=0.7", [("da", 1.0), ("en-gb", 0.8), ("en", 0.7)]),
        ("en;q=0.2 , fr ; q = 0.9,*;q=0", [("fr", 0.9), ("en", 0.2), ("*", 0.0)]),
        ("en;q=2, fr;q=x, de;q=nan,, it;level=1", [("it", 1.0)]),
    ],
)
def test_accept_language_is_read_by_quality(
    header: str | None, expected: list[tuple[str, float]]
) -> None:
    assert accept_language(header) == expected


@pytest.mark.parametrize(
    ("header", "tags", "expected"),
    [
        ("en-GB", ["en-US", "en-GB"], "en-GB"),
        ("EN-gb", ["en-US", "en-GB"], "en-GB"),
        ("en", ["fr", "en-US"], "en-US"),
        ("fr;q=0.5, de", ["fr", "de"], "de"),
        ("fr, de", ["de", "fr"], "fr"),
        ("en;q=0.9, en-GB;q=0.1, fr;q=0.5", ["en-GB", "fr"], "fr"),
        ("*, en;q=0", ["en", "fr"], "fr"),
        ("en, *;q=0.5", ["fr", "en"], "en"),
        ("en-GB, fr;q=0.5", ["en", "fr"], "fr"),
        ("en-GB, de-CH", ["fr", "de", "en"], "en"),
        ("zh-Hant-TW", ["zh", "zh-Hant"], "zh-Hant"),
        ("e", ["fr", "en"], "fr"),
        ("ja", ["fr", "en"], "fr"),
        ("fr;q=0", ["fr", "en"], "en"),
        ("fr;q=0", ["fr"], "fr"),
        ("en-GB;q=0", ["fr", "en"], "fr"),
        (None, ["fr", "en"], "fr"),
    ],
)
def test_a_language_map_keeps_the_entry_that_is_wanted_most(
    header: str | None, tags: list[str], expected: str
) -> None:
    offered = {tag: f"text in {tag}" for tag in tags}
    assert chosen(offered, accept_language(header)) == {expected: f"text in {expected}"}


def test_an_empty_language_map_stays_empty() -> None:
    assert chosen({}, [("en", 1.0)]) == {}
