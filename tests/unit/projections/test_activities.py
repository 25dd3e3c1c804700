import json
from typing import Any

import msgspec

from projections.activities.fold import Activities
from projections.activities.tables import activity_definition
from projections.folding.projection import Entry, seq_before
from tests.history import stored
from tests.statements import completed

MADE = {"name": {"en": "Made"}}


def activity(iri: str, definition: Any = None) -> dict[str, Any]:
    return {"id": iri} if definition is None else {"id": iri, "definition": definition}


def folded(*statements: dict[str, Any]) -> list[tuple[str, dict[str, Any], int]]:
    """Return activity, definition and place of what the fold keeps of one request."""
    changes = list(Activities().fold(Entry(7, 0, stored(*statements))))
    assert all(change.table is activity_definition for change in changes)
    return [
        (change.row[3], json.loads(change.row[4]), change.row[2] - seq_before(7))
        for change in changes
    ]


def test_definitions_come_from_object_context_and_substatement() -> None:
    inner = completed(
        objectType="SubStatement",
        object=activity("urn:b", MADE),
        context={"contextActivities": {"other": [activity("urn:c", MADE)]}},
    )
    outer = {
        "contextActivities": {"parent": activity("urn:d", MADE), "category": [activity("urn:e")]}
    }
    statements = (
        completed(object=activity("urn:a", MADE)),
        completed(object=inner, context=outer),
    )
    assert {found for found, _, _ in folded(*statements)} == {"urn:a", "urn:b", "urn:c", "urn:d"}


def test_objects_that_are_no_activities_define_nothing() -> None:
    agent = {"objectType": "Agent", "mbox": "mailto:b@example.org"}
    reference = {"objectType": "StatementRef", "id": "c7bd5a37-dd3e-4fd4-8b8a-4e0c0e2a4ae5"}
    assert folded(completed(object=agent), completed(object=reference)) == []


def test_a_definition_repeated_in_a_request_is_kept_once_at_its_last_place() -> None:
    statement = completed(object=activity("urn:a", MADE))
    assert folded(statement, completed(), statement) == [("urn:a", MADE, 2)]


def test_a_definition_is_found_however_its_key_is_escaped() -> None:
    event = stored(completed(object=activity("urn:a", MADE)))
    (accepted,) = event.statements
    escaped = bytes(accepted.raw).replace(b'"definition"', b'"def\\u0069nition"')
    assert b'"definition"' not in escaped
    spelled = type(accepted)(accepted.id, accepted.digest, type(accepted.raw)(escaped))
    entry = Entry(0, 0, msgspec.structs.replace(event, statements=(spelled,)))
    (change,) = Activities().fold(entry)
    assert change.row[3] == "urn:a"
