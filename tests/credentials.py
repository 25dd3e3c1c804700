"""Credentials of tests in which nobody folds the log: rows as the fold writes them."""

import uuid
from contextlib import closing

from consumers.fold import Folder
from lrs.access.credentials import HistoryRow, Step, credential_history, digest
from lrs.log.port import EventLog
from lrs.storage.database import Pool, connect
from projections.credentials.fold import Credentials
from projections.folding.changes import Change, write
from projections.folding.position import enrol


def add(database: Pool, key: str, secret: str, scopes: tuple[str, ...]) -> None:
    """Let a key and a secret in, with these scopes."""
    put(database, added(key, secret, scopes))


def added(key: str, secret: str, scopes: tuple[str, ...] = ("all",)) -> HistoryRow:
    """Return the row of a credential that was added."""
    step = Step.ADDED.value
    return HistoryRow(uuid.uuid4().hex, 0, 0, key, step, digest(secret), scopes=scopes)


def put(database: Pool, *rows: HistoryRow) -> None:
    """Put rows of history into the table."""
    with database.lent() as connection:
        write(connection, [Change(credential_history, row) for row in rows])


def fold(url: str, log: EventLog) -> None:
    """Fold the log into the credentials, from where they stand to its end."""
    kind = Credentials()
    with connect(url) as connection, closing(log.reader(0)) as reader:
        place = enrol(connection, kind)
        reader.seek(place.next)
        while place.next < log.horizon().end:
            place = Folder(connection).fold([kind], reader.read(100, 5.0), place)
