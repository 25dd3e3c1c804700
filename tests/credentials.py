"""Credentials of tests in which nobody folds the log: rows as the fold writes them."""

import uuid
from contextlib import closing

from sqlalchemy.engine import Engine

from consumers.fold import Folder
from lrs.access.credentials import HistoryRow, Step, credential_history, digest
from lrs.log.port import EventLog
from lrs.storage.database import connect
from projections.credentials.fold import Credentials
from projections.folding.changes import Upsert, write
from projections.folding.position import enrol


def add(database: Engine, key: str, secret: str, scopes: tuple[str, ...]) -> None:
    """Let a key and a secret in, with these scopes."""
    put(database, added(key, secret, scopes))


def added(key: str, secret: str, scopes: tuple[str, ...] = ("all",)) -> HistoryRow:
    """Return the row of a credential that was added."""
    step = Step.ADDED.value
    return HistoryRow(uuid.uuid4().hex, 0, 0, key, step, digest(secret), scopes=scopes)


def put(database: Engine, *rows: HistoryRow) -> None:
    """Put rows of history into the table."""
    connection = database.raw_connection()
    assert connection.driver_connection is not None
    write(connection.driver_connection, [Upsert(credential_history, row) for row in rows])
    connection.close()


def fold(url: str, log: EventLog) -> None:
    """Fold the log into the credentials, from where they stand to its end."""
    kind = Credentials()
    with connect(url) as connection, closing(log.reader(0)) as reader:
        place = enrol(connection, kind)
        reader.seek(place.next)
        while place.next < log.horizon().end:
            place = Folder(connection).fold([kind], reader.read(100, 5.0), place)
