"""Requests of every kind that stores something, and a check whether it was stored."""

import json
import uuid
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import urlencode

import requests

from tests import parts
from tests.product import Client
from tests.statements import completed

DATA = b"\x00\xff\r\n--bound\r\n" * 200


class Request(NamedTuple):
    """A request that stores something, and a check whether it was stored."""

    method: str
    path: str
    content_type: str
    body: bytes
    stored: Callable[[Client], bytes | None]

    def send(self, client: Client, body: bytes | Iterator[bytes], coding: str) -> requests.Response:
        headers = {"Content-Type": self.content_type, "Content-Encoding": coding}
        return client.request(self.method, self.path, data=body, headers=headers, timeout=30)


def document(resource: str, body: bytes = DATA, kind: str = "application/octet-stream") -> Request:
    asked = {"activityId": "https://example.org/a", "profileId": str(uuid.uuid4())}
    if resource == "activities/state":
        agent = json.dumps({"mbox": "mailto:amal@example.org"})
        asked = {"activityId": asked["activityId"], "agent": agent, "stateId": asked["profileId"]}
    path = f"/xapi/{resource}"

    def stored(client: Client) -> bytes | None:
        found = client.get(path, params=asked)
        return found.content if found.ok else None

    return Request("POST", f"{path}?{urlencode(asked)}", kind, body, stored)


def state() -> Request:
    """Return a document of bytes."""
    return document("activities/state")


def profile() -> Request:
    """Return a profile of bytes."""
    return document("activities/profile")


def json_state() -> Request:
    """Return a document of JSON."""
    return document("activities/state", b'{"a": [1.50, "\xc3\xa9"]}', "application/json")


def form() -> Request:
    """Return a document in the alternate request syntax."""
    told = document("activities/state", b"a & b = \xc3\xa9 " * 100)
    query = told.path.partition("?")[2]
    content = urlencode({"content": told.body, "Content-Type": "text/plain"})
    path = "/xapi/activities/state?method=PUT"
    kind = "application/x-www-form-urlencoded"
    return Request("POST", path, kind, f"{content}&{query}".encode(), told.stored)


def statement(method: str = "POST") -> Request:
    key = str(uuid.uuid4())
    query = f"?statementId={key}" if method == "PUT" else ""
    body = json.dumps(completed(id=key)).encode()
    return Request(method, f"/xapi/statements{query}", "application/json", body, is_there(key))


def put_statement() -> Request:
    """Return a statement that is PUT."""
    return statement("PUT")


def multipart() -> Request:
    """Return a statement with an attachment."""
    key = str(uuid.uuid4())
    sent = completed(id=key, attachments=[parts.described(DATA)])
    body = parts.message(sent, [parts.raw(DATA)])
    return Request("POST", "/xapi/statements", parts.TYPE, body, is_there(key))


def is_there(key: str) -> Callable[[Client], bytes | None]:
    def stored(client: Client) -> bytes | None:
        found = client.get("/xapi/statements", params={"statementId": key})
        return found.json()["id"].encode() if found.ok else None

    return stored
