"""What is on the log can be read again, and what a newer version wrote stops the reader."""

import json
from typing import ClassVar

import msgspec
import pytest

from lrs.errors import HaltError, UnfoldableError
from lrs.events.administration import Administered, Kind
from lrs.events.documents import (
    NEVER,
    DocumentKey,
    DocumentsDeleted,
    DocumentStored,
    DocumentVersion,
)
from lrs.events.envelope import Event, decode, drawn_from, encode, read, stamps
from lrs.events.form import Form
from lrs.events.named_reads import NamedDataRead
from lrs.events.principal import SHELL
from lrs.events.registers import EntriesRecorded, RegisterEntry
from lrs.events.statements import AcceptedStatement, StatementsStored

KEY = DocumentKey("activities/state", {"activityId": "urn:x:a", "agent": "mbox:mailto:a@b.c"}, "é")
WRITE = "00000000-0000-4000-8000-000000000001"
RAW = b'{ "actor" :1.50,"x":"\\u0000" }'


def stored(count: int = 1) -> StatementsStored:
    statement = AcceptedStatement(WRITE, "00", msgspec.Raw(RAW))
    return StatementsStored((statement,) * count, "1.0.0", "t", msgspec.Raw(b"{}"), SHELL)


@pytest.mark.parametrize(
    "event",
    [
        stored(),
        DocumentStored(KEY, NEVER, WRITE, "image/png", b"\x00\xff", SHELL),
        DocumentsDeleted((DocumentVersion(KEY, 7),), WRITE, None),
        Administered(Kind.READ_MODEL_REBUILT, SHELL, {"projection": "x", "of": ["a"], "n": 1}),
        NamedDataRead("/api/v1/completions", SHELL, {"agent": "00"}, 3, "00", "why", 7),
        EntriesRecorded(
            "lists",
            (
                RegisterEntry({"list": "needs", "code": "it"}, "2025-03-01", {"hours": 1.5}),
                RegisterEntry("p1", end="2025-12-31", retract=True),
            ),
            SHELL,
            "i1",
            "HR export",
            part=2,
            of=3,
        ),
    ],
)
def test_an_event_is_read_as_it_was_written(event: Event) -> None:
    headers, value = encode(event)
    assert decode(headers, value, 0) == event


def test_the_clients_bytes_stand_on_the_log_as_they_came() -> None:
    _, value = encode(stored())
    assert RAW in value


def test_attributes_are_those_of_cloudevents() -> None:
    headers, value = encode(stored())
    assert headers["ce_specversion"] == "1.0"
    assert {"ce_id", "ce_type", "ce_source", "ce_time"} <= set(headers)
    assert headers["content-type"] == "application/json"
    assert json.loads(value)["schema"] == 2


def test_no_two_events_have_one_id() -> None:
    assert len({encode(stored())[0]["ce_id"] for _ in range(100)}) == 100


def test_an_id_that_follows_from_words_is_the_same_wherever_it_is_drawn() -> None:
    key = drawn_from("carried", "lms")
    assert encode(stored(), key)[0]["ce_id"] == key == drawn_from("carried", "lms")
    assert len({key, drawn_from("carriedl", "ms"), drawn_from("carried", "lms", "")}) == 3


def test_an_event_takes_a_stamp_for_each_statement() -> None:
    assert stamps(encode(stored(3))[0]) == 3
    assert stamps(encode(DocumentsDeleted((), WRITE, SHELL))[0]) == 1


@pytest.mark.parametrize("number", [0, 3, -1])
def test_an_unknown_schema_number_halts_with_type_number_and_position(number: int) -> None:
    headers, value = encode(stored())
    newer = value.replace(b'"schema":2', b'"schema":%d' % number, 1)
    with pytest.raises(HaltError, match=f"position 41.*statements.stored.*number {number},"):
        decode(headers, newer, 41)


@pytest.mark.parametrize(("value", "number"), [(b'{"schema":5,"data":1}', "5"), (b"-", "None")])
def test_an_unknown_type_halts_with_type_number_and_position(value: bytes, number: str) -> None:
    headers, _ = encode(stored())
    with pytest.raises(HaltError, match=f"position 42.*'tomorrow'.*number {number},"):
        decode({**headers, "ce_type": "tomorrow"}, value, 42)


@pytest.mark.parametrize("value", [b"-", b'{"schema":1}', b'{"schema":1,"data":{"statements":7}}'])
def test_a_value_that_is_not_the_event_it_says_to_be_makes_no_sense(value: bytes) -> None:
    headers, _ = encode(stored())
    with pytest.raises(UnfoldableError):
        decode(headers, value, 0)


class Moved(msgspec.Struct, frozen=True):
    """An invented event: first it had one `name`, then `names`, now also the text of a reason."""

    form: ClassVar = Form(
        "tested.moved",
        3,
        {
            1: lambda data: msgspec.json.encode({"names": [msgspec.json.decode(data)["name"]]}),
            2: lambda data: data[:-1] + b',"reason":1.50}',
        },
    )

    names: tuple[str, ...]
    reason: msgspec.Raw


@pytest.mark.parametrize(
    ("number", "data"),
    [
        (1, b'{"name":"a"}'),
        (2, b'{"names":["a"]}'),
        (3, b'{"names":["a"],"reason":1.50}'),
    ],
)
def test_every_older_shape_is_read_as_the_newest(number: int, data: bytes) -> None:
    assert read(Moved, number, data) == Moved(("a",), msgspec.Raw(b"1.50"))


def test_an_upcast_that_fails_makes_no_sense_and_says_why() -> None:
    with pytest.raises(UnfoldableError, match=r"tested\.moved 1 failed: KeyError: 'name'"):
        read(Moved, 1, b'{"nom":"a"}')


@pytest.mark.parametrize("upcasts", [(), (1,), (2,), (1, 2, 3)])
def test_a_number_that_upcasts_do_not_lead_to_is_refused(upcasts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"tested\.moved"):
        Form("tested.moved", 3, dict.fromkeys(upcasts, bytes))
