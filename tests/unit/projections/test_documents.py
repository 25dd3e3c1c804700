"""The fold of documents: whatever the order of folding, each record is decided as on the log."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.errors import UnfoldableError
from lrs.events.documents import (
    NEVER,
    DocumentKey,
    DocumentsDeleted,
    DocumentStored,
    DocumentVersion,
)
from lrs.events.envelope import Event
from projections.documents.fold import Documents, key_hash
from projections.documents.tables import document, document_turn
from projections.folding.projection import Entry
from tests.documents import Rows, keep

KEYS = [DocumentKey("agents/profile", {"agent": "openid:https://a.b/c"}, name) for name in "ab"]
Expected = dict[str, tuple[int, bytes | None]]
WRITE = "00000000-0000-4000-8000-{:012d}"


def stored(key: DocumentKey, base: int, position: int) -> Entry[Event]:
    content = str(position).encode()
    event = DocumentStored(key, base, WRITE.format(position), "text/plain", content, None)
    return Entry(position, 1000 + position, event)


def deleted(versions: list[tuple[DocumentKey, int]], position: int) -> Entry[Event]:
    named = tuple(DocumentVersion(key, base) for key, base in versions)
    return Entry(position, 1000 + position, DocumentsDeleted(named, WRITE.format(position), None))


def fold(entries: list[Entry[Event]], rows: Rows | None = None) -> Rows:
    rows = {} if rows is None else rows
    for entry in entries:
        keep(rows, Documents().fold(entry))
    return rows


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Entry[Event]], Expected]:
    """Draw a log whose writers decide on any version there was, and what it must come to."""
    entries: list[Entry[Event]] = []
    versions = {key.id: [NEVER] for key in KEYS}
    contents: dict[str, bytes | None] = {}
    for position in range(draw(st.integers(1, 12))):
        chosen = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=2, unique_by=repr))
        bases = [draw(st.sampled_from(versions[key.id])) for key in chosen]
        deleting = draw(st.booleans())
        if deleting:
            entries.append(deleted(list(zip(chosen, bases, strict=True)), position))
        else:
            chosen = chosen[:1]
            entries.append(stored(chosen[0], bases[0], position))
        for key, base in zip(chosen, bases, strict=False):
            if base == versions[key.id][-1]:
                versions[key.id].append(position)
                contents[key.id] = None if deleting else str(position).encode()
    expected = {name: (versions[name][-1], content) for name, content in contents.items()}
    return entries, expected


@given(histories(), st.randoms(use_true_random=False), st.integers(0, 12))
def test_any_order_of_folding_ends_where_the_log_decided(
    history: tuple[list[Entry[Event]], Expected],
    shuffle: Random,
    cut: int,
) -> None:
    entries, expected = history
    in_order = fold(entries)
    newest = {
        key.id: (row["position"], row["content"])
        for key in KEYS
        if (row := in_order.get((document, (key_hash(key),))))
    }
    assert newest == expected
    assert fold(entries, fold(entries)) == in_order
    assert fold(entries[:cut], fold(entries[cut:])) == in_order
    shuffled = list(entries)
    shuffle.shuffle(shuffled)
    assert fold(shuffled) == in_order


def test_a_late_copy_of_the_creation_does_not_bring_a_deleted_document_back() -> None:
    key = KEYS[0]
    copy = Entry(2, 1002, stored(key, NEVER, 0).event)
    rows = fold([stored(key, NEVER, 0), deleted([(key, 0)], 1), copy])
    row = rows[document, (key_hash(key),)]
    assert (row["position"], row["content"]) == (1, None)


def test_the_turn_names_the_first_write_after_a_version() -> None:
    key = KEYS[0]
    rows = fold([stored(key, NEVER, 0), stored(key, 0, 1), stored(key, 0, 2), stored(key, 1, 3)])
    turn = rows[document_turn, (key_hash(key), 0)]
    assert (turn["position"], str(turn["write"])) == (1, WRITE.format(1))


def test_an_event_that_follows_a_later_record_makes_no_sense() -> None:
    with pytest.raises(UnfoldableError):
        fold([stored(KEYS[0], 7, 7)])


def test_a_key_is_all_that_names_a_document() -> None:
    scope = {"activityId": "http://a.b/c", "agent": "openid:https://a.b/c"}
    registered = scope | {"registration": "b0a1c2d3-0000-4000-8000-000000000000"}
    names = [
        DocumentKey("activities/state", scope, "1"),
        DocumentKey("activities/state", scope, "2"),
        DocumentKey("activities/state", registered, "1"),
        DocumentKey("activities/profile", scope, "1"),
    ]
    assert len({key_hash(name) for name in names}) == len(names)
    turned = dict(reversed(scope.items()))
    assert key_hash(DocumentKey("activities/state", turned, "1")) == key_hash(names[0])
