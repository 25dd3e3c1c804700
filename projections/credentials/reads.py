"""The history of credentials up to the end of the log, also where nobody folds the log.

Whoever changes a credential decides on what is on the log, not on what happens to be folded: the
last credential that may operate the store would otherwise be revoked twice over. So the records
that are not folded yet are read from the log, by the same fold.
"""

from collections.abc import Iterator
from contextlib import closing
from typing import Final, get_args

from lrs.access.credentials import HistoryRow, history, with_secrets
from lrs.errors import UnavailableError, UnfoldableError
from lrs.events.credentials import CredentialEvent
from lrs.events.envelope import decode
from lrs.log.port import EventLog, Record
from lrs.storage.database import Pool
from projections.credentials.fold import Credentials
from projections.folding import position
from projections.folding.projection import Entry

TYPES: Final = frozenset(kind.form.type for kind in get_args(CredentialEvent))
PAGE: Final = 1000
WAIT: Final = 5.0
"""Seconds that the log has for a page of records that it has."""


def complete_history(database: Pool, log: EventLog) -> list[HistoryRow]:
    """Return what is folded, then what is on the log beyond; a copy of an event is left out.

    Raises `UnavailableError` where the log does not answer.
    """
    end = log.horizon().end
    start = position.of_one(database, Credentials.name).next
    folded = history(database)
    known = {row.id for row in folded if row.id}
    found: dict[str, HistoryRow] = {}
    for row in _beyond(log, start, end):
        if row.id not in known:
            found.setdefault(row.id, row)
    return [*folded, *with_secrets(database, list(found.values()))]


def _beyond(log: EventLog, start: int, end: int) -> Iterator[HistoryRow]:
    if start >= end:
        return
    with closing(log.reader(start)) as reader:
        while start < end:
            records = reader.read(min(PAGE, end - start), WAIT)
            if not records:
                raise UnavailableError(f"the log does not answer with position {start}")
            for record in records:
                yield from _rows(record)
            start = records[-1].position + 1


def _rows(record: Record) -> Iterator[HistoryRow]:
    """Yield the rows of a record; none of one that makes no sense, which the fold sets aside."""
    if record.headers.get("ce_type") not in TYPES:
        return
    try:
        event = decode(record.headers, record.value, record.position)
    except UnfoldableError:
        return
    entry = Entry(record.position, record.time, event, record.headers["ce_id"])
    for change in Credentials().fold(entry):
        assert isinstance(change.row, HistoryRow)
        yield change.row
