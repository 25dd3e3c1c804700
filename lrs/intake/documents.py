"""The write path of documents: decide, append, wait for the fold, see who won. Knows no HTTP.

The log decides between writers (`projections/documents/fold.py`): a change names the version that
it was decided on, and takes effect only if it is the first on the log that names this version. A
change that came second is decided again on the version that won, so its precondition is compared
with the ETag that stands now: a writer with `If-Match` then fails, and one without tries again.

So no lock is needed for correctness, and none is taken in the database: the lock would hold a
connection while the request waits for the log. Within a process the writers of one document queue,
so most changes that would lose are never appended.
"""

import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Protocol

from lrs.errors import UnavailableError
from lrs.events.documents import DocumentKey, DocumentsDeleted, DocumentStored, DocumentVersion
from lrs.events.envelope import encode
from lrs.events.principal import Principal
from lrs.log.port import EventLog, Message
from lrs.xapi.documents import Context, CurrentDocument, ListedDocument, etag, ids, merge

Precondition = Callable[[str | None], None]
"""Raises to refuse a change, given the ETag of the current document (None: there is none)."""

DocumentEvent = DocumentStored | DocumentsDeleted

_QUEUES: Final = 1024


class FoldedDocuments(Protocol):
    """The documents as they have been folded."""

    def current(self, key: DocumentKey) -> CurrentDocument:
        """Return the current document, and the base of a change."""

    def listed(self, context: Context, since: int | None = None) -> list[ListedDocument]:
        """Return the documents of a context, those stored after `since` (us UTC) only."""

    def wait(self, position: int, seconds: float) -> bool:
        """Wait until everything before `position` is folded; tell whether it is."""

    def won(self, turns: Sequence[DocumentVersion], write: str) -> bool:
        """Tell whether this write was the first after each of these versions."""


class DocumentWriter:
    """Changes documents; safe to use from many threads.

    Every method returns when the change can be read, and raises what `check` raises, or
    `UnavailableError` when the outcome is not known in time.
    """

    def __init__(self, log: EventLog, folded: FoldedDocuments, patience: float) -> None:
        """Give a change `patience` seconds, waiting for others included."""
        self._log = log
        self._folded = folded
        self._patience = patience
        self._queues = [threading.Lock() for _ in range(_QUEUES)]

    def put(
        self,
        key: DocumentKey,
        content_type: str,
        content: bytes,
        check: Precondition,
        principal: Principal,
    ) -> None:
        """Store a document in the place of the current one, if any."""

        def decide() -> DocumentEvent:
            current = self._folded.current(key)
            check(current.etag)
            return DocumentStored(key, current.base, _draw(), content_type, content, principal)

        with self._queue(key) as deadline:
            self._change(decide, deadline)

    def post(
        self,
        key: DocumentKey,
        content_type: str,
        content: bytes,
        check: Precondition,
        principal: Principal,
    ) -> None:
        """Store a document, or merge it into the current one; see `merge` for what is raised."""

        def decide() -> DocumentEvent:
            current = self._folded.current(key)
            check(current.etag)
            there = current.document
            whole = content if there is None else merge(there, content_type, content)
            return DocumentStored(key, current.base, _draw(), content_type, whole, principal)

        with self._queue(key) as deadline:
            self._change(decide, deadline)

    def delete(self, key: DocumentKey, check: Precondition, principal: Principal) -> None:
        """Delete a document; without one, nothing happens."""

        def decide() -> DocumentEvent | None:
            current = self._folded.current(key)
            check(current.etag)
            if current.document is None:
                return None
            return DocumentsDeleted((DocumentVersion(key, current.base),), _draw(), principal)

        with self._queue(key) as deadline:
            self._change(decide, deadline)

    def delete_all(self, context: Context, check: Precondition, principal: Principal) -> None:
        """Delete all documents of a context, by one event, so all at once.

        The event names the version of each document. So it does not delete a document that somebody
        has written meanwhile; then the deletion is decided again, on the new version.
        """

        def decide() -> DocumentEvent | None:
            listed = self._folded.listed(context)
            check(etag(ids(listed)))
            if not listed:
                return None
            return DocumentsDeleted(
                tuple(DocumentVersion(one.key, one.base) for one in listed), _draw(), principal
            )

        self._change(decide, time.monotonic() + self._patience)

    def _change(self, decide: Callable[[], DocumentEvent | None], deadline: float) -> None:
        while True:
            change = decide()
            if change is None:
                return
            position = self._log.append(Message(*encode(change)))
            if not self._folded.wait(position + 1, deadline - time.monotonic()):
                raise UnavailableError("the change is on the log, but not yet visible")
            if self._folded.won(_turns(change), change.write):
                return
            if time.monotonic() > deadline:
                raise UnavailableError("others changed the document again and again")

    @contextmanager
    def _queue(self, key: DocumentKey) -> Iterator[float]:
        """Wait for the other writers of a document in this process; yields the deadline."""
        deadline = time.monotonic() + self._patience
        named = hash((key.resource, key.id, *sorted(key.scope.items())))
        queue = self._queues[named % _QUEUES]
        if not queue.acquire(timeout=self._patience):
            raise UnavailableError("too many writers wait for this document")
        try:
            yield deadline
        finally:
            queue.release()


def _turns(change: DocumentEvent) -> Sequence[DocumentVersion]:
    if isinstance(change, DocumentsDeleted):
        return change.versions
    return (DocumentVersion(change.key, change.base),)


def _draw() -> str:
    return str(uuid.uuid4())
