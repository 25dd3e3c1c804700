"""Records that older versions wrote are read, in the newest shape of their type.

Each file of `recorded/` holds what the commit that it is named for wrote, a record a line.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from consumers.fold import Folder
from lrs.errors import HaltError
from lrs.events.documents import (
    NEVER,
    DocumentKey,
    DocumentsDeleted,
    DocumentStored,
    DocumentVersion,
)
from lrs.events.envelope import decode
from lrs.events.form import Form
from lrs.events.statements import StatementsStored
from lrs.log.port import Record
from lrs.storage.database import connect
from projections.folding import quarantine
from projections.folding.position import enrol
from projections.folding.registry import discover
from tests.databases import rows

RECORDED = Path(__file__).parent / "recorded"
KINDS = list(discover().values())
WRITE = "00000000-0000-4000-8000-00000000000{}"
STATE = DocumentKey(
    "activities/state",
    {
        "activityId": "https://learn.example.org/course/1",
        "agent": "mbox:mailto:amal@example.org",
        "registration": "5f0c2d2e-9d3b-4a7e-8f59-0f6f3f3f1c11",
    },
    "bookmark é",
)
PROFILE = DocumentKey("agents/profile", {"agent": "mbox:mailto:amal@example.org"}, "prefs")


@pytest.fixture
def records() -> Sequence[Record]:
    lines = (RECORDED / "c27775d.ndjson").read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return [
        Record(position, 1000 * position, one["headers"], one["value"].encode())
        for position, one in enumerate(found)
    ]


def fold(url: str, records: Sequence[Record]) -> list[quarantine.Quarantined]:
    """Fold records into every projection; return what is set aside."""
    with connect(url) as connection:
        place = {enrol(connection, kind) for kind in KINDS}.pop()
        Folder(connection).fold(KINDS, records, place)
        return quarantine.listed(connection)


def contents(url: str) -> list[object]:
    return [rows(url, table.name) for kind in KINDS for table in kind.tables]


def test_documents_of_the_first_shape_are_read(records: Sequence[Record]) -> None:
    read = [decode(one.headers, one.value, one.position) for one in records]
    assert read[2:] == [
        DocumentStored(
            STATE, NEVER, WRITE.format(1), "application/octet-stream", b"\x00\xff", None
        ),
        DocumentStored(PROFILE, NEVER, WRITE.format(2), "application/json", b'{"a":1}', None),
        DocumentStored(PROFILE, 3, WRITE.format(3), "application/json", b"", None),
        DocumentsDeleted(
            (DocumentVersion(STATE, 2), DocumentVersion(PROFILE, 4)), WRITE.format(4), None
        ),
        DocumentsDeleted((), WRITE.format(5), None),
    ]


def test_statements_of_the_first_shape_are_read(records: Sequence[Record]) -> None:
    one, two = (decode(each.headers, each.value, each.position) for each in records[:2])
    assert isinstance(one, StatementsStored)
    assert isinstance(two, StatementsStored)
    assert [len(one.statements), len(two.statements)] == [1, 2]
    assert b'{ "actor" : {"mbox"' in bytes(one.statements[0].raw)
    assert b'"scaled":0.50' in bytes(one.statements[0].raw)
    assert [one.version, two.version] == ["1.0.0", "2.0.0"]
    assert [one.defines, two.defines] == [True, False]
    assert msgspec.json.decode(two.authority)["mbox"] == "mailto:lms@example.org"
    assert [one.principal, two.principal] == [None, None]


def test_records_of_the_first_shape_fold_into_every_projection(
    records: Sequence[Record], database: str
) -> None:
    assert fold(database, records) == []
    later = {"administration", "credentials", "registers"}  # became history after this commit
    assert {kind.name for kind in KINDS if not rows(database, kind.tables[0].name)} == later


def test_what_an_upcast_returns_is_folded_in_place_of_what_is_recorded(
    records: Sequence[Record], database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rename(data: bytes) -> bytes:
        return data.replace(b"course/1", b"course/one")

    newer = Form(StatementsStored.form.type, 3, {**StatementsStored.form.upcasts, 2: rename})
    monkeypatch.setattr(StatementsStored, "form", newer)
    assert fold(database, records) == []
    (activity,) = rows(database, "activity_definition")
    assert "course/one" in str(activity)


def test_a_record_whose_upcast_fails_is_set_aside_with_the_reason(
    records: Sequence[Record], database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(data: bytes) -> bytes:
        raise KeyError("place of work")

    failing = {**DocumentsDeleted.form.upcasts, 2: fail}
    monkeypatch.setattr(DocumentsDeleted, "form", Form(DocumentsDeleted.form.type, 3, failing))
    aside = fold(database, records)
    assert {(one.projection, one.position) for one in aside} == {
        (kind.name, position) for kind in KINDS for position in (5, 6)
    }
    for said in ("ledger.documents.deleted 2", "KeyError", "place of work"):
        assert all(said in one.reason for one in aside)


@pytest.mark.parametrize(
    ("name", "schema"), [("ledger.statements.stored", 7), ("ledger.tomorrow", 3)]
)
def test_a_record_of_a_newer_version_halts_and_nothing_is_folded(
    records: Sequence[Record], database: str, name: str, schema: int
) -> None:
    before = contents(database)
    value = records[1].value.replace(b'"schema":1', b'"schema":%d' % schema)
    newer = Record(1, 1000, {**records[1].headers, "ce_type": name}, value)
    with pytest.raises(HaltError) as halted:
        fold(database, [records[0], newer])
    assert all(said in str(halted.value) for said in (name, f"number {schema}", "position 1"))
    assert contents(database) == before
