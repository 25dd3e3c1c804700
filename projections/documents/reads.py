"""Reads of the documents: one by its key, lists by context, and who won a turn."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from lrs.errors import HaltError
from lrs.events.documents import NEVER, DocumentKey, DocumentVersion
from lrs.storage.database import Pool, fetch
from lrs.xapi.documents import Context, CurrentDocument, Document, ListedDocument
from projections.documents.fold import Documents, context_hash, key_hash
from projections.folding.freshness import Freshness

# The newest version under a key; a deletion has no content.
_CURRENT: Final = """
SELECT position, content_type, content, etag, stored FROM document WHERE k = %s
"""
# The documents of a context that are not deleted; conditions and an order are appended.
_LISTED: Final = """
SELECT id, registration, position, stored FROM document
WHERE context = %s AND content IS NOT NULL
"""
# The write that came first after each of some versions, in any order; null where none is known.
_TURNS: Final = """
SELECT t.write FROM unnest(%s::bytea[], %s::bigint[]) AS asked(k, base)
LEFT JOIN document_turn t USING (k, base)
"""


class DocumentReads:
    """The documents as they have been folded; safe to use from many threads.

    Reads raise `NotBuiltError` while the projection is still being built.
    """

    def __init__(self, source: Pool, freshness: Freshness) -> None:
        self._engine = source
        self._freshness = freshness

    def current(self, key: DocumentKey) -> CurrentDocument:
        """Return the current document, and the base of a change; a deleted one has a base only."""
        self._freshness.require(Documents.name)
        rows = fetch(self._engine, _CURRENT, (key_hash(key),))
        if not rows:
            return CurrentDocument(NEVER, None)
        position, content_type, content, etag, stored = rows[0]
        if content is None:
            return CurrentDocument(position, None)
        return CurrentDocument(position, Document(content_type, bytes(content), etag, stored))

    def listed(self, context: Context, since: int | None = None) -> list[ListedDocument]:
        """Return the documents of a context by id, those stored after `since` (us UTC) only.

        A context without registration holds the documents of every registration and of none.
        """
        self._freshness.require(Documents.name)
        sql, values = _LISTED, list[Any]([context_hash(context.resource, context.scope)])
        for condition, value in (
            ("registration = %s", context.scope.get("registration")),
            ("stored > %s", since),
        ):
            if value is not None:
                sql += f" AND {condition}"
                values.append(value)
        rows = fetch(self._engine, sql + " ORDER BY id, k", tuple(values))
        return [_listed(context, *row) for row in rows]

    def wait(self, position: int, seconds: float) -> bool:
        """Wait until everything before `position` is folded; tell whether it is."""
        return self._freshness.wait(Documents.name, position, seconds)

    def won(self, turns: Sequence[DocumentVersion], write: str) -> bool:
        """Tell whether this write was the first after each of these versions.

        Raises `HaltError` when no write is known there: the record is in quarantine.
        """
        asked = [key_hash(turn.key) for turn in turns], [turn.base for turn in turns]
        winners = {row[0] for row in fetch(self._engine, _TURNS, asked)}
        if None in winners:
            raise HaltError("a change of a document is in quarantine: see `lrs quarantine`")
        return winners == {UUID(write)}


def _listed(
    context: Context, key: bytes, registration: UUID | None, base: int, at: int
) -> ListedDocument:
    scope: dict[str, Any] = dict(context.scope)
    if registration is not None:
        scope["registration"] = str(registration)
    return ListedDocument(DocumentKey(context.resource, scope, bytes(key).decode()), base, at)
