"""Whatever is sent to whichever route, the answer is never a 500 and nothing is half stored."""

import json
import uuid
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.product import Product
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
VERSIONS = st.sampled_from(["1.0.3", "2.0.0", "1.0", "0.95", "3", "", "x"])
ETAGS = st.sampled_from([None, "*", '"x"', 'W/"x"', "x", ",,,", '"' * 9])


@st.composite
def calls(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a request of any shape."""
    headers = {
        "X-Experience-API-Version": draw(VERSIONS),
        "Content-Type": draw(TYPES),
        "If-Match": draw(ETAGS),
        "If-None-Match": draw(ETAGS),
        "Accept-Language": draw(st.sampled_from([None, "en;q=x", "fr-CH, *;q=0.1", "=;,"])),
    }
    return {
        "method": draw(
            st.sampled_from(["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH"])
        ),
        "path": draw(st.sampled_from(ROUTES)),
        "params": draw(st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=5)),
        "data": draw(BODIES),
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
        assert answer.json()["error"]


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
