"""What one database knows about itself: which log it follows, and its own secret."""

import secrets

import psycopg
from sqlalchemy import Column, Table, Text

from lrs.database import connect, metadata
from lrs.errors import HaltError
from lrs.log.port import EventLog

store = Table(
    "store",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)


def adopt(url: str, log: EventLog) -> None:
    """Bind the database to the log at first use; refuse another log, or one that ends too early.

    Views of one log continued on another would be wrong without a sign of it.
    """
    with connect(url) as connection:
        followed = _value(connection, "log", log.identity)
        row = connection.execute("SELECT max(next) FROM progress").fetchone()
    if followed != log.identity:
        raise HaltError(f"the database follows the log {followed}, not {log.identity}")
    reached, end = (row[0] if row else 0) or 0, log.horizon().end
    if end < reached:
        raise HaltError(
            f"the log {log.identity} ends at position {end}, but the database has followed it "
            f"to position {reached}: records are missing, or this is another log"
        )


def secret(url: str) -> bytes:
    """Return the secret that signs cursors, drawn at first use: 256 bits."""
    with connect(url) as connection:
        return bytes.fromhex(_value(connection, "secret", secrets.token_hex(32)))


def _value(connection: psycopg.Connection, name: str, first: str) -> str:
    """Return what is kept under a name, keeping `first` when there is nothing yet."""
    connection.execute(
        "INSERT INTO store (name, value) VALUES (%s, %s) ON CONFLICT DO NOTHING", (name, first)
    )
    row = connection.execute("SELECT value FROM store WHERE name = %s", (name,)).fetchone()
    if row is None:
        raise HaltError(f"the database lost its entry {name!r}")
    return str(row[0])
