"""The documents of the State, Agent Profile and Activity Profile resources, as they stand now.

The log decides between writers. Each event names its `base`: the position of the record that made
the version on which the event was decided, `NEVER` where there was none. Of several events with one
base, the first on the log takes effect and the others fold to nothing. A deletion is a version too,
so a late copy of the event that created a document cannot bring the document back.

Both tables are decided row by row, with no look at other rows: the newest version is the one with
the highest base, since a record always comes after its base. `document_turn` keeps which write came
first after each base (took its turn), in a few bytes per version, so that a writer learns for sure
whether its own did, even when others have written since.

Rows are keyed by a 256-bit hash of all that names a document: an IRI can be longer than an index
entry takes, and at this length no two documents share a key.
"""

import struct
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Final

import msgspec

from lrs.errors import UnfoldableError
from lrs.events.documents import NEVER, DocumentKey, DocumentsDeleted, DocumentStored
from lrs.xapi.documents import etag
from projections.documents.tables import DocumentRow, TurnRow, document, document_turn
from projections.folding.changes import Change
from projections.folding.projection import Entry, Projection, on

_RANK: Final = struct.Struct(">QQ")
_LAST: Final = 2**63
_encode: Final = msgspec.json.Encoder(order="sorted").encode


def key_hash(named: DocumentKey) -> bytes:
    """Return the hash of all that names a document."""
    return _hash([named.resource, named.scope, named.id])


def context_hash(resource: str, scope: Mapping[str, str]) -> bytes:
    """Return the hash of what a list is asked for by: the scope without the registration."""
    rest = {name: value for name, value in scope.items() if name != "registration"}
    return _hash([resource, rest])


class Documents(Projection):
    """Every document, as the document resources return it."""

    name = "documents"
    version = 1
    tables = (document, document_turn)

    @on(DocumentStored)
    def store(self, entry: Entry[DocumentStored]) -> Iterator[Change]:
        """Yield the write for the turn after its base, and the document as a version."""
        event = entry.event
        body = (event.content_type, etag(event.content), event.content)
        yield from _changes(entry, event.write, (event.key, event.base), body)

    @on(DocumentsDeleted)
    def delete(self, entry: Entry[DocumentsDeleted]) -> Iterator[Change]:
        """Yield for each base a version without content."""
        event = entry.event
        for version in event.versions:
            turn = version.key, version.base
            yield from _changes(entry, event.write, turn, (None, None, None))


def _changes(
    entry: Entry[DocumentStored | DocumentsDeleted],
    write: str,
    turn: tuple[DocumentKey, int],
    body: tuple[str, str, bytes] | tuple[None, None, None],
) -> Iterator[Change]:
    named, base = turn
    if not NEVER <= base < entry.position:
        raise UnfoldableError(f"position {entry.position} names the later base {base}")
    k, registration = key_hash(named), named.scope.get("registration")
    yield Change(document_turn, TurnRow(k, base, entry.position, write))
    content_type, tag, content = body
    row = DocumentRow(
        k=k,
        context=context_hash(named.resource, named.scope),
        registration=registration.lower() if registration else None,
        id=named.id.encode(),
        position=entry.position,
        rank=_rank(base, entry.position),
        stored=entry.stored,
        content_type=content_type,
        etag=tag,
        content=content,
    )
    yield Change(document, row)


def _rank(base: int, position: int) -> bytes:
    """Return bytes whose highest value is the newest version: highest base, then first position."""
    return _RANK.pack(base + 1, _LAST - position)


def _hash(parts: list[object]) -> bytes:
    return blake2b(_encode(parts), digest_size=32).digest()
