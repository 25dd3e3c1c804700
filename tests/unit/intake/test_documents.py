"""The write path of documents, over a memory log: who wins, who is told so."""

import threading

import pytest

from lrs.errors import PreconditionError, UnavailableError
from lrs.events.documents import DocumentKey, DocumentStored, DocumentVersion
from lrs.events.envelope import encode
from lrs.events.principal import credential
from lrs.intake.documents import DocumentWriter, Precondition
from lrs.log.memory import MemoryLog
from lrs.log.port import Message
from lrs.xapi.documents import Context, etag
from tests.documents import MemoryDocuments

SCOPE = {"activityId": "http://a.b/c", "agent": "openid:https://a.b/c"}
STATE = Context("activities/state", SCOPE)
KEY = DocumentKey(STATE.resource, SCOPE, "bookmark")
SENDER = credential("lms")
JSON = "application/json"
OTHER = "11111111-0000-4000-8000-000000000000"


class Place:
    """A log, the documents folded from it, and what changes them."""

    def __init__(self) -> None:
        self.log = MemoryLog()
        self.folded = MemoryDocuments(self.log)
        self.documents = DocumentWriter(self.log, self.folded, 5.0)

    def content(self, key: DocumentKey = KEY) -> bytes | None:
        there = self.folded.current(key).document
        return there.content if there else None

    def overtake(self, content: bytes, check: "Precondition | None" = None) -> Precondition:
        """Return a check after which another process writes: between a decision and its append."""
        pending = [content]

        def overtaken(current: str | None) -> None:
            if check:
                check(current)
            if pending:
                base = self.folded.current(KEY).base
                event = DocumentStored(KEY, base, OTHER, JSON, pending.pop(), SENDER)
                self.log.append(Message(*encode(event)))

        return overtaken


@pytest.fixture
def place() -> Place:
    return Place()


def anything(current: str | None) -> None:
    """No precondition."""


def if_match(expected: bytes) -> Precondition:
    def check(current: str | None) -> None:
        if current != etag(expected):
            raise PreconditionError("not the one")

    return check


def test_a_change_can_be_read_when_the_call_returns(place: Place) -> None:
    place.documents.put(KEY, "text/plain", b"one", anything, SENDER)
    assert place.content() == b"one"
    place.documents.delete(KEY, anything, SENDER)
    assert place.content() is None
    place.documents.post(KEY, JSON, b"{}", anything, SENDER)
    assert place.content() == b"{}"


def test_a_merge_that_is_overtaken_merges_into_what_overtook_it(place: Place) -> None:
    place.documents.put(KEY, JSON, b'{"a":1}', anything, SENDER)
    place.documents.post(KEY, JSON, b'{"c":3}', place.overtake(b'{"a":1,"b":2}'), SENDER)
    assert place.content() == b'{"a":1,"b":2,"c":3}'


def test_a_precondition_that_is_overtaken_fails_and_changes_nothing(place: Place) -> None:
    place.documents.put(KEY, JSON, b"mine", anything, SENDER)
    with pytest.raises(PreconditionError):
        place.documents.put(KEY, JSON, b"late", place.overtake(b"other", if_match(b"mine")), SENDER)
    assert place.content() == b"other"


def test_a_creation_that_is_overtaken_is_decided_again(place: Place) -> None:
    place.documents.put(KEY, JSON, b"late", place.overtake(b"first"), SENDER)
    assert place.content() == b"late"


def test_a_winner_learns_that_it_won_though_others_have_written_since(place: Place) -> None:
    place.documents.put(KEY, JSON, b"one", anything, SENDER)
    base = place.folded.current(KEY).base
    for write, follows in ((OTHER, base), (OTHER.replace("1", "2"), base + 1)):
        event = DocumentStored(KEY, follows, write, JSON, b"two", SENDER)
        place.folded.wait(place.log.append(Message(*encode(event))) + 1, 1.0)
    assert place.folded.won([DocumentVersion(KEY, base)], OTHER)


def test_deleting_what_is_not_there_appends_nothing(place: Place) -> None:
    place.documents.delete(KEY, anything, SENDER)
    place.documents.delete_all(STATE, anything, SENDER)
    assert place.log.horizon().end == 0


def test_all_documents_of_a_context_go_in_one_event(place: Place) -> None:
    for name in "abc":
        place.documents.put(DocumentKey(STATE.resource, SCOPE, name), JSON, b"{}", anything, SENDER)
    place.documents.delete_all(STATE, anything, SENDER)
    assert place.folded.listed(STATE) == []
    assert place.log.horizon().end == 4


def test_a_document_written_while_all_are_deleted_is_deleted_too(place: Place) -> None:
    place.documents.put(KEY, JSON, b"one", anything, SENDER)
    place.documents.delete_all(STATE, place.overtake(b"two"), SENDER)
    assert place.content() is None


def test_a_writer_that_waits_too_long_is_told_to_try_again(place: Place) -> None:
    hasty = DocumentWriter(place.log, place.folded, 0.05)
    entered, leave = threading.Event(), threading.Event()

    def linger(current: str | None) -> None:
        entered.set()
        assert leave.wait(10)

    first = threading.Thread(target=hasty.put, args=(KEY, JSON, b"one", linger, SENDER))
    first.start()
    assert entered.wait(10)
    with pytest.raises(UnavailableError):
        hasty.put(KEY, JSON, b"two", anything, SENDER)
    leave.set()
    first.join()
    assert place.content() == b"one"
