"""What is on the log can be read again, and what a newer version wrote stops the reader."""

import json

import msgspec
import pytest

from lrs.errors import HaltError
from lrs.events.documents import (
    NEVER,
    DocumentKey,
    DocumentsDeleted,
    DocumentStored,
    DocumentVersion,
)
from lrs.events.envelope import Event, decode, encode, stamps
from lrs.events.statements import AcceptedStatement, StatementsStored

KEY = DocumentKey("activities/state", {"activityId": "urn:x:a", "agent": "mbox:mailto:a@b.c"}, "é")
WRITE = "00000000-0000-4000-8000-000000000001"
RAW = b'{ "actor" :1.50,"x":"\\u0000" }'


def stored(count: int = 1) -> StatementsStored:
    statement = AcceptedStatement(WRITE, "00", msgspec.Raw(RAW))
    return StatementsStored((statement,) * count, "1.0.0", "t", msgspec.Raw(b"{}"))


@pytest.mark.parametrize(
    "event",
    [
        stored(),
        DocumentStored(KEY, NEVER, WRITE, "image/png", b"\x00\xff"),
        DocumentsDeleted((DocumentVersion(KEY, 7),), WRITE),
    ],
)
def test_an_event_is_read_as_it_was_written(event: Event) -> None:
    headers, value = encode(event)
    read = decode(headers, value)
    assert msgspec.json.encode(read) == msgspec.json.encode(event)


def test_the_clients_bytes_stand_on_the_log_as_they_came() -> None:
    _, value = encode(stored())
    assert RAW in value


def test_attributes_are_those_of_cloudevents() -> None:
    headers, value = encode(stored())
    assert headers["ce_specversion"] == "1.0"
    assert {"ce_id", "ce_type", "ce_source", "ce_time"} <= set(headers)
    assert headers["content-type"] == "application/json"
    assert json.loads(value)["schema"] == 1


def test_no_two_events_have_one_id() -> None:
    assert len({encode(stored())[0]["ce_id"] for _ in range(100)}) == 100


def test_an_event_takes_a_stamp_for_each_statement() -> None:
    assert stamps(encode(stored(3))[0]) == 3
    assert stamps(encode(DocumentsDeleted((), WRITE))[0]) == 1


def test_an_unknown_schema_number_halts() -> None:
    headers, value = encode(stored())
    newer = value.replace(b'"schema":1', b'"schema":2', 1)
    with pytest.raises(HaltError, match="unknown schema number 2"):
        decode(headers, newer)


def test_an_unknown_type_halts() -> None:
    headers, value = encode(stored())
    with pytest.raises(HaltError, match="tomorrow"):
        decode({**headers, "ce_type": "tomorrow"}, value)
