"""What this process asks the database, as the driver is told."""

from typing import Any

import psycopg
import pytest


def note(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that the SQL of each statement is added to from now on."""
    asked: list[str] = []
    execute: Any = psycopg.Connection.execute

    def noting(connection: psycopg.Connection, sql: str, *rest: Any, **how: Any) -> object:
        asked.append(sql)
        return execute(connection, sql, *rest, **how)

    monkeypatch.setattr(psycopg.Connection, "execute", noting)
    return asked
