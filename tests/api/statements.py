"""Statements over HTTP: storing them, and waiting until lists show them."""

import uuid
from typing import Any

from tests.product import Client


def post(client: Client, statements: Any) -> Any:
    """Post one or many statements."""
    return client.post("/xapi/statements", json=statements)


def get(client: Client, key: str) -> Any:
    """Return the statement under an id."""
    got = client.get("/xapi/statements", params={"statementId": key})
    assert got.status_code == 200, got.text
    return got.json()


def wait_for_all(client: Client) -> None:
    """A read by an unknown id waits for the projection to reach the end of the log."""
    missing = client.get("/xapi/statements", params={"statementId": str(uuid.uuid4())})
    assert missing.status_code == 404
