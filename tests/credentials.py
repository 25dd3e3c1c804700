"""Credentials of tests in which nobody folds the log: rows as the fold writes them."""

import uuid

from sqlalchemy.engine import Engine

from lrs.access.credentials import HistoryRow, Step, credential_history, digest
from projections.folding.changes import Upsert, write


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
