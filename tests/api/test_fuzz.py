"""Whatever is sent to whichever route, the answer is never a 500 and nothing is half stored."""

import gzip
import json
import socket
import uuid
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.product import Product, authorization
from tests.statements import completed

ROUTES = [
    "/xapi/statements",
    "/xapi/activities/state",
    "/xapi/activities/profile",
    "/xapi/agents/profile",
    "/xapi/agents",
    "/xapi/activities",
    "/xapi/about",
    "/xapi/nothing",
    "/api/v1/completions",
    "/health/ready",
]
NAMES = [
    "statementId", "voidedStatementId", "agent", "verb", "activity", "registration", "since",
    "until", "limit", "format", "attachments", "ascending", "cursor", "activityId", "stateId",
    "profileId", "related_agents", "as_of", "changed_since", "method", "StatementId", "Content",
]  # fmt: skip
AGENT = '{"mbox":"mailto:a@example.org"}'
VALUES = st.one_of(
    st.sampled_from(
        [AGENT, "{}", "[]", "null", "https://example.org/a", str(uuid.UUID(int=7)), "true", "0",
         "2026-01-01T00:00:00Z", "9" * 400, "-1", "", "\x00", "a" * 5000, "PUT", "GET", "%ff"]
    ),
    st.text(max_size=40),
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "actor", "verb", "object", "result", "context", "member", "x"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
BODIES = st.one_of(
    st.binary(max_size=200),
    JSON.map(lambda value: json.dumps(value).encode()),
    st.sampled_from([b"", b"{", b"[" * 3000, b'{"a":1,"a":2}', b"\r\n--x\r\n", b"PK\x03\x04"]),
)
TYPES = st.sampled_from(
    ["application/json", "application/json; charset=utf-8", "text/plain", "multipart/mixed",
     "multipart/mixed; boundary=x", 'multipart/mixed; boundary="x y"', "image/jpeg", "",
     "application/x-www-form-urlencoded", "application/octet-stream; q=\x80"]
)  # fmt: skip
CODINGS = st.sampled_from(
    [None, "gzip", "deflate", "x-gzip", "identity", "br", "gzip, gzip", ",", "gzip;q=1", "\x80"]
)
CODED = st.sampled_from(
    [bytes, gzip.compress, zlib.compress, lambda body: gzip.compress(body)[:-3]]
)
VERSIONS = st.sampled_from(["1.0.3", "2.0.0", "1.0", "0.95", "3", "", "x"])
ETAGS = st.sampled_from([None, "*", '"x"', 'W/"x"', "x", ",,,", '"' * 9])


class Chunks:
    """A body that is sent in chunks; unlike an iterator it can be shown when a test fails."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        return iter([self._body[at : at + 50] for at in range(0, len(self._body), 50)])

    def __repr__(self) -> str:
        return f"Chunks({self._body!r})"


@st.composite
def calls(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a request of any shape."""
    headers = {
        "X-Experience-API-Version": draw(VERSIONS),
        "Content-Type": draw(TYPES),
        "Content-Encoding": draw(CODINGS),
        "If-Match": draw(ETAGS),
        "If-None-Match": draw(ETAGS),
        "Accept-Language": draw(st.sampled_from([None, "en;q=x", "fr-CH, *;q=0.1", "=;,"])),
    }
    body = draw(CODED)(draw(BODIES))
    return {
        "method": draw(
            st.sampled_from(["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH"])
        ),
        "path": draw(st.sampled_from(ROUTES)),
        "params": draw(st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=5)),
        "data": draw(st.sampled_from([body, Chunks(body)])),
        "headers": {
            name: value.encode("latin-1") for name, value in headers.items() if value is not None
        },
    }


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(call=calls())
def test_no_request_breaks_the_server(server: Product, call: dict[str, Any]) -> None:
    path = call.pop("path")
    with server.client() as client:
        answer = client.request(call.pop("method"), path, **call, timeout=30)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400 and answer.request.method != "HEAD":
        assert answer.json()["detail" if path.startswith("/api/") else "error"]


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_multipart_body_stores_nothing(server: Product, data: st.DataObject) -> None:
    key = str(uuid.uuid4())
    whole = multipart(key)
    start = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.integers(start + 1, min(len(whole), start + 40)))
    filler = data.draw(st.sampled_from([b"", b"\r\n", b"\r\n\r\n", b"--x", b"\xff\xd8\xff", b"PK"]))
    damaged = whole[:start] + filler + whole[end:]
    with server.client() as client:
        answer = client.post("/xapi/statements", data=damaged, headers=MIXED, timeout=30)
        assert answer.status_code < 500, answer.text
        found = client.get("/xapi/statements", params={"statementId": key}, timeout=30)
    assert (found.status_code == 200) == (answer.status_code == 200 and key in answer.text)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_coded_body_stores_nothing(server: Product, data: st.DataObject) -> None:
    key = str(uuid.uuid4())
    whole = gzip.compress(multipart(key), 0)  # of one length, whatever the id
    start = data.draw(st.integers(10, len(whole) - 1))
    end = data.draw(st.integers(start + 1, len(whole)))
    damaged = whole[:start] + data.draw(st.sampled_from([b"", b"\x00", b"\xff" * 9])) + whole[end:]
    body = Chunks(damaged) if data.draw(st.booleans()) else damaged
    with server.client() as client:
        headers = {**MIXED, "Content-Encoding": "gzip"}
        answer = client.post("/xapi/statements", data=body, headers=headers, timeout=30)
        found = client.get("/xapi/statements", params={"statementId": key}, timeout=30)
    assert answer.status_code == (200 if damaged == whole else 400), answer.text
    assert found.status_code == (200 if damaged == whole else 404)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_damaged_chunks_store_nothing(server: Product, data: st.DataObject) -> None:
    """Cut before the last chunk, or in the framing: then the server hangs up or refuses."""
    key, sizes = str(uuid.uuid4()), st.integers(1, 60)
    framed, rest = b"", "\u00e9 and \r\n more".encode() * 20
    while rest:
        size = data.draw(sizes)
        framed += b"%x\r\n%b\r\n" % (len(rest[:size]), rest[:size])
        rest = rest[size:]
    cut = framed[: data.draw(st.integers(0, len(framed)))]
    sent = cut + data.draw(st.sampled_from([b"", b"\r\n", b"zz\r\n", b"-1\r\n\r\n", b"f" * 20]))
    asked = {"activityId": "https://example.org/a", "agent": AGENT, "stateId": key}
    head = (
        f"PUT /xapi/activities/state?{urlencode(asked)} HTTP/1.1\r\nHost: x\r\n"
        "X-Experience-API-Version: 1.0.3\r\nTransfer-Encoding: chunked\r\n"
        f"Authorization: {authorization(server)}\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(head.encode() + sent)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while received := connection.recv(65536):
            answer += received
    assert answer.startswith(b"HTTP/1.1 400"), answer
    with server.client() as client:
        found = client.get("/xapi/activities/state", params=asked, timeout=30)
    assert found.status_code == 404


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_body_stores_nothing(server: Product, cut: float) -> None:
    key = str(uuid.uuid4())
    whole = multipart(key)
    with server.client() as client:
        part = whole[: int(len(whole) * cut)]
        answer = client.post("/xapi/statements", data=part, headers=MIXED, timeout=30)
        assert answer.status_code == 400
        found = client.get("/xapi/statements", params={"statementId": key}, timeout=30)
    assert found.status_code == 404


MIXED = {"Content-Type": "multipart/mixed; boundary=x"}
SHA2 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"  # of one zero byte


def multipart(key: str) -> bytes:
    """Return a valid body: a statement with an attachment of one zero byte."""
    attachment = {
        "usageType": "https://example.org/usage",
        "display": {"en": "x"},
        "contentType": "application/octet-stream",
        "length": 1,
        "sha2": SHA2,
    }
    statement = json.dumps(completed(id=key, attachments=[attachment])).encode()
    return (
        b"--x\r\nContent-Type: application/json\r\n\r\n" + statement + b"\r\n--x\r\n"
        b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n"
        b"X-Experience-API-Hash: " + SHA2.encode() + b"\r\n\r\n\x00\r\n--x--\r\n"
    )


def test_the_undamaged_body_is_stored(server: Product) -> None:
    key = str(uuid.uuid4())
    with server.client() as client:
        answer: requests.Response = client.post(
            "/xapi/statements", data=multipart(key), headers=MIXED
        )
    assert answer.json() == [key]
