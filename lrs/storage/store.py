"""What one database knows about itself: which log it follows, and its own secret."""

import secrets

import psycopg
from sqlalchemy import Column, Table, Text

from lrs.errors import HaltError
from lrs.storage.database import connect, metadata

store = Table(
    "store",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)


def followed(url: str, identity: str) -> str:
    """Return the identity of the log that the database follows: the one given, at first use."""
    with connect(url) as connection:
        return _value(connection, "log", identity)


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
