"""What is larger than the settings allow, with and without attachments."""

import gzip
import json
import socket
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

import pytest

from tests.parts import TYPE, Part, described, message, raw, send
from tests.product import Client, Product, authorization
from tests.statements import completed


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A server with small limits."""
    limits = {"LRS_MAX_REQUEST": "20000", "LRS_MAX_ATTACHMENTS": "100000"}
    started = Product(tmp_path_factory.mktemp("narrow"), limits)
    started.start()
    yield started
    assert started.stop() == 0


@pytest.fixture
def narrow(product: Product) -> Iterator[Client]:
    """A client of the server with small limits."""
    with product.client() as client:
        yield client


def _parts_of(size: int, count: int) -> list[Part]:
    return [raw(bytes([number]) * size) for number in range(count)]


@pytest.mark.parametrize(
    ("statements", "parts", "setting"),
    [
        (completed(), _parts_of(100_001, 1), "LRS_MAX_ATTACHMENTS"),
        (completed(), _parts_of(50_001, 2), "LRS_MAX_ATTACHMENTS"),
        ([completed()] * 60, [], "LRS_MAX_REQUEST"),
    ],
)
def test_what_exceeds_a_setting_is_told_its_name(
    narrow: Client, statements: Any, parts: list[Part], setting: str
) -> None:
    refused = send(narrow, statements, *parts)
    assert refused.status_code == 413, refused.text
    assert setting in refused.json()["message"]


def test_attachments_may_be_larger_than_the_statements_may(narrow: Client) -> None:
    parts = _parts_of(49_000, 2)
    statement = completed(attachments=[described(part.body) for part in parts])
    assert send(narrow, statement, *parts).status_code == 200


@pytest.mark.parametrize("size", [20_001, 300_000])
def test_json_of_unknown_length_is_refused_over_the_limit(narrow: Client, size: int) -> None:
    refused = narrow.post(
        "/xapi/statements", data=iter([b" " * size]), headers={"Content-Type": "application/json"}
    )
    assert refused.status_code == 413
    assert "LRS_MAX_REQUEST" in refused.json()["message"]


STATE: Final = {
    "activityId": "https://example.org/a",
    "agent": json.dumps({"mbox": "mailto:amal@example.org"}),
    "stateId": "large",
}


@pytest.mark.parametrize("size", [20_001, 5_000_000])
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("coding", ["", "gzip"])
def test_a_document_is_measured_as_it_is_kept(
    narrow: Client, size: int, coding: str, *, chunked: bool
) -> None:
    body = gzip.compress(bytes(size)) if coding else bytes(size)
    refused = narrow.put(
        "/xapi/activities/state",
        params=STATE,
        data=iter([body]) if chunked else body,
        headers={"Content-Encoding": coding},
    )
    assert refused.status_code == 413, refused.text
    assert "LRS_MAX_REQUEST" in refused.json()["message"]
    assert narrow.get("/xapi/activities/state", params=STATE).status_code == 404


@pytest.mark.parametrize("size", [50_001, 5_000_000])
def test_attachments_are_measured_as_they_are_kept(narrow: Client, size: int) -> None:
    data = [bytes([number]) * size for number in range(2)]
    statement = completed(attachments=[described(one) for one in data])
    body = gzip.compress(message(statement, map(raw, data)))
    refused = narrow.post(
        "/xapi/statements", data=body, headers={"Content-Type": TYPE, "Content-Encoding": "gzip"}
    )
    assert refused.status_code == 413, refused.text
    assert "LRS_MAX_ATTACHMENTS" in refused.json()["message"]


@pytest.mark.parametrize("path", ["/xapi/statements", f"/xapi/activities/state?{urlencode(STATE)}"])
@pytest.mark.parametrize("framing", ["Content-Length: 30000000", "Transfer-Encoding: chunked"])
def test_a_refusal_reaches_a_client_that_listens_only_when_all_is_sent(
    product: Product, path: str, framing: str
) -> None:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nX-Experience-API-Version: 1.0.3\r\n"
        f"Content-Type: application/json\r\nAuthorization: {authorization(product)}\r\n"
        f"{framing}\r\nConnection: close\r\n\r\n"
    )
    piece = b" " * 1_000_000
    if "chunked" in framing:
        piece = b"%x\r\n%b\r\n" % (len(piece), piece)
    with socket.create_connection(("127.0.0.1", product.port), timeout=30) as connection:
        connection.sendall(head.encode())
        for _ in range(30):
            connection.sendall(piece)
        connection.sendall(b"0\r\n\r\n" if "chunked" in framing else b"")
        assert connection.recv(65536).startswith(b"HTTP/1.1 413")
