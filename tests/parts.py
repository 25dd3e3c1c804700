"""Requests and answers in multipart/mixed, written without the product's own reader and writer."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

import requests

from tests.product import Client

BOUNDARY = "----ledger'test"
TYPE = f'multipart/mixed; boundary="{BOUNDARY}"'


class Part(NamedTuple):
    """A part as it is on the wire."""

    headers: dict[str, str]
    body: bytes


def described(data: bytes, **changes: Any) -> dict[str, Any]:
    """Return an attachment of a statement, without the keys that are changed to None."""
    attachment = {
        "usageType": "https://example.org/usage/evidence",
        "display": {"en": "Evidence"},
        "contentType": "application/octet-stream",
        "length": len(data),
        "sha2": hashlib.sha256(data).hexdigest(),
    } | changes
    return {name: value for name, value in attachment.items() if value is not None}


def raw(data: bytes, **changes: str | None) -> Part:
    """Return the part that carries raw data, without the headers that are changed to None."""
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": hashlib.sha256(data).hexdigest(),
    } | {name.replace("_", "-"): value for name, value in changes.items()}
    return Part({name: value for name, value in headers.items() if value is not None}, data)


def message(statements: Any, parts: Iterable[Part], kind: str = "application/json") -> bytes:
    """Return the body of a request that stores statements."""
    written = b""
    for part in [Part({"Content-Type": kind}, json.dumps(statements).encode()), *parts]:
        head = "".join(f"{name}: {value}\r\n" for name, value in part.headers.items())
        written += f"\r\n--{BOUNDARY}\r\n{head}\r\n".encode() + part.body
    return written.removeprefix(b"\r\n") + f"\r\n--{BOUNDARY}--\r\n".encode()


def send(client: Client, statements: Any, *parts: Part) -> requests.Response:
    """Post statements with the raw data of their attachments."""
    return send_body(client, message(statements, parts))


def send_body(client: Client, body: bytes) -> requests.Response:
    """Post a body as multipart/mixed."""
    return client.post("/xapi/statements", data=body, headers={"Content-Type": TYPE})


def answered(answer: requests.Response) -> tuple[Any, list[Part]]:
    """Return the JSON of a multipart answer, and the parts with raw data."""
    kind, _, token = answer.headers["Content-Type"].partition("; boundary=")
    assert (answer.status_code, kind) == (200, "multipart/mixed"), answer.text
    before, *pieces, after = (b"\r\n" + answer.content).split(f"\r\n--{token}".encode())
    assert (before, after) == (b"", b"--")
    parts = [_part(piece.removeprefix(b"\r\n")) for piece in pieces]
    assert parts[0].headers == {"Content-Type": "application/json"}
    return json.loads(parts[0].body), parts[1:]


def _part(piece: bytes) -> Part:
    head, _, body = piece.partition(b"\r\n\r\n")
    lines = (line.partition(": ") for line in head.decode().split("\r\n"))
    return Part({name: value for name, _, value in lines}, body)
