"""Documents in memory: the real fold, over rows that the rule of each table decides."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table

from lrs.events.documents import NEVER, DocumentKey, DocumentVersion
from lrs.events.envelope import decode
from lrs.log.memory import MemoryLog
from lrs.xapi.documents import Context, CurrentDocument, Document, ListedDocument
from projections.documents.fold import Documents, key_hash
from projections.documents.tables import document, document_turn
from projections.folding.changes import Change
from projections.folding.projection import Entry

Rows = dict[tuple[Table, tuple[Any, ...]], dict[str, Any]]


def keep(rows: Rows, changes: Iterable[Change]) -> None:
    """Add rows to `rows`; of two with one key keep the one that the table's rule says."""
    for table, values in changes:
        row = dict(zip(table.columns.keys(), values, strict=True))
        key = table, tuple(row[name] for name in _key(table))
        there = rows.get(key)
        if there is None or _beats(table, row, there):
            rows[key] = row


def _key(table: Table) -> list[str]:
    return [column.name for column in table.primary_key.columns]


def _beats(table: Table, row: dict[str, Any], there: dict[str, Any]) -> bool:
    order = table.info["order"]
    if table.info["wins"] == "first":
        return bool(row[order] < there[order])
    return bool(row[order] > there[order])


class MemoryDocuments:
    """The documents of a memory log, folded when asked to wait."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log
        self._next = 0
        self._rows: Rows = {}

    def current(self, key: DocumentKey) -> CurrentDocument:
        """Return the current document, and the base of a change."""
        row = self._rows.get((document, (key_hash(key),)))
        if row is None:
            return CurrentDocument(NEVER, None)
        if row["content"] is None:
            return CurrentDocument(row["position"], None)
        held = Document(row["content_type"], row["content"], row["etag"], row["stored"])
        return CurrentDocument(row["position"], held)

    def listed(self, context: Context, since: int | None = None) -> list[ListedDocument]:
        """Return every document, of whatever context: a test uses one."""
        rows = [row for (table, _), row in self._rows.items() if table is document]
        return [
            ListedDocument(
                DocumentKey(context.resource, dict(context.scope), row["id"].decode()),
                row["position"],
                row["stored"],
            )
            for row in rows
            if row["content"] is not None and (since is None or row["stored"] > since)
        ]

    def wait(self, position: int, seconds: float) -> bool:
        """Fold everything before `position`."""
        while self._next < position:
            (record,) = self._log.slice(self._next, 1, seconds)
            event = decode(record.headers, record.value, record.position)
            entry = Entry(record.position, record.time, event)
            keep(self._rows, Documents().fold(entry))
            self._next += 1
        return True

    def won(self, turns: Sequence[DocumentVersion], write: str) -> bool:
        """Tell whether this write was the first after each of these versions."""
        keys = [(document_turn, (key_hash(turn.key), turn.base)) for turn in turns]
        return {self._rows[key]["write"] for key in keys} == {write}
