"""Attachments over HTTP: in and out byte by byte, and refused as a whole."""

import hashlib
import io
import json
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.api.statements import wait_for_all
from tests.parts import BOUNDARY, TYPE, Part, answered, described, message, raw, send, send_body
from tests.product import Client, Product
from tests.statements import completed


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "a\r\n" * 5000)
    return file.getvalue()


CONTENTS = {
    "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(256)) * 300 + b"\xff\xd9",
    "zip": _zip(),
    "blank lines": b"\r\n\r\nContent-Type: text/html\r\n\r\n<p>\r\n\r\n",
    "boundary inside": f"--{BOUNDARY}\r\n a --{BOUNDARY}-- b\r\n--{BOUNDARY}x\r\n".encode()[2:],
    "one line end": b"\r\n",
    "nothing": b"",
}


def _get(client: Client, **asked: Any) -> requests.Response:
    return client.get("/xapi/statements", params={"attachments": "true", **asked})


def _end(client: Client) -> int:
    return int(client.get("/health/ready").json()["log"]["end"])


def _blob(server: Product, data: bytes) -> Path:
    sha2 = hashlib.sha256(data).hexdigest()
    return server.data / "blobs" / sha2[:2] / sha2


@pytest.mark.parametrize("data", CONTENTS.values(), ids=CONTENTS.keys())
@pytest.mark.requirement("XAPI-00127", "XAPI-00161", "XAPI-00167")
def test_raw_data_comes_back_byte_by_byte_with_its_type(client: Client, data: bytes) -> None:
    kind = "text/html; charset=utf-8"
    statement = completed(attachments=[described(data, contentType=kind)])
    sent = send(client, statement, raw(data, Content_Type=kind))
    assert sent.status_code == 200, sent.text
    answer = _get(client, statementId=sent.json()[0])
    stored, parts = answered(answer)
    assert stored["attachments"] == statement["attachments"]
    assert parts == [raw(data, Content_Type=kind)]
    assert "Last-Modified" in answer.headers
    assert "X-Experience-API-Consistent-Through" in answer.headers


@pytest.mark.requirement("XAPI-00127")
def test_put_takes_attachments(client: Client) -> None:
    data, key = uuid.uuid4().bytes, str(uuid.uuid4())
    sent = client.put(
        "/xapi/statements",
        params={"statementId": key},
        data=message(completed(attachments=[described(data)]), [raw(data)]),
        headers={"Content-Type": f'multipart/mixed; boundary="{BOUNDARY}"'},
    )
    assert sent.status_code == 204, sent.text
    assert answered(_get(client, statementId=key))[1] == [raw(data)]


@pytest.mark.parametrize("name", ["sha256", "sha384", "sha512"])
def test_raw_data_is_matched_by_each_function_of_sha2(client: Client, name: str) -> None:
    data = uuid.uuid4().bytes
    sha2 = hashlib.new(name, data).hexdigest()
    sent = send(
        client,
        completed(attachments=[described(data, sha2=sha2.upper())]),
        raw(data, X_Experience_API_Hash=sha2),
    )
    assert sent.status_code == 200, sent.text
    _, [part] = answered(_get(client, statementId=sent.json()[0]))
    assert part.body == data


def test_one_part_serves_many_statements_and_may_be_given_twice(client: Client) -> None:
    data, registration = uuid.uuid4().bytes, str(uuid.uuid4())
    context = {"registration": registration}
    many = [completed(attachments=[described(data)], context=context) for _ in range(3)]
    sent = send(client, many, raw(data), raw(data))
    assert sent.status_code == 200, sent.text
    wait_for_all(client)
    listed, parts = answered(_get(client, registration=registration))
    assert [one["id"] for one in listed["statements"]] == sent.json()[::-1]
    assert parts == [raw(data)]


def test_the_attachments_of_a_substatement_come_back(client: Client) -> None:
    data = uuid.uuid4().bytes
    inner = completed(objectType="SubStatement", attachments=[described(data)])
    sent = send(client, completed(object=inner), raw(data))
    assert sent.status_code == 200, sent.text
    assert answered(_get(client, statementId=sent.json()[0]))[1] == [raw(data)]


@pytest.mark.requirement("XAPI-00127", "XAPI-00167")
def test_the_answer_is_multipart_also_without_attachments(client: Client) -> None:
    statement = completed()
    sent = send(client, statement)
    assert sent.status_code == 200, sent.text
    wait_for_all(client)
    stored, parts = answered(_get(client, statementId=sent.json()[0]))
    assert (stored["object"], parts) == (statement["object"], [])
    nothing, parts = answered(_get(client, registration=str(uuid.uuid4())))
    assert (nothing, parts) == ({"statements": [], "more": ""}, [])


@pytest.mark.parametrize("asked", [{}, {"attachments": "false"}])
@pytest.mark.requirement("XAPI-00161", "XAPI-00167")
def test_no_raw_data_is_sent_unless_asked_for(client: Client, asked: dict[str, str]) -> None:
    data = uuid.uuid4().bytes
    key = send(client, completed(attachments=[described(data)]), raw(data)).json()[0]
    answer = client.get("/xapi/statements", params={"statementId": key, **asked})
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["attachments"] == [described(data)]


@pytest.mark.parametrize("form", ["exact", "ids", "canonical"])
def test_every_page_and_format_keeps_the_attachments(client: Client, form: str) -> None:
    registration, contents = str(uuid.uuid4()), [uuid.uuid4().bytes for _ in range(3)]
    for data in contents:
        context = {"registration": registration}
        send(client, completed(attachments=[described(data)], context=context), raw(data))
    wait_for_all(client)
    asked = {"registration": registration, "limit": "1", "ascending": "true", "format": form}
    page, parts = answered(_get(client, **asked))
    while page["more"]:
        page, more = answered(client.get(page["more"]))
        parts += more
    assert parts == [raw(data) for data in contents]


@pytest.mark.requirement("XAPI-00127")
def test_an_attachment_elsewhere_needs_no_raw_data(client: Client) -> None:
    url = {"fileUrl": "https://files.example.org/a"}
    answer = client.post("/xapi/statements", json=completed(attachments=[described(b"a", **url)]))
    assert answer.status_code == 200, answer.text
    data = uuid.uuid4().bytes
    mixed = [described(uuid.uuid4().bytes, **url), described(data, **url)]
    sent = send(client, completed(attachments=mixed), raw(data))
    assert sent.status_code == 200, sent.text
    assert answered(_get(client, statementId=sent.json()[0]))[1] == [raw(data)]


@pytest.mark.requirement("XAPI-00129")
def test_json_cannot_carry_an_attachment_that_is_nowhere_else(client: Client) -> None:
    refused = client.post("/xapi/statements", json=completed(attachments=[described(b"a")]))
    assert refused.status_code == 400
    [violation] = refused.json()["violations"]
    assert violation["path"] == "$.attachments[0]"


def test_the_same_statement_with_its_attachment_is_stored_once(client: Client) -> None:
    data = uuid.uuid4().bytes
    statement = completed(id=str(uuid.uuid4()), attachments=[described(data)])
    first, second = (send(client, statement, raw(data)) for _ in range(2))
    assert first.json() == second.json() == [statement["id"]]
    assert second.headers["X-Ledger-Appended"] == "false"


GOOD, OTHER = b"evidence", b"not mentioned"
ATTACHED = completed(attachments=[described(GOOD)])
INVALID = completed(attachments=[described(GOOD)], verb={"id": "no iri"})
REFUSED: dict[str, Callable[[], bytes]] = {
    "a part that no statement names": lambda: message(ATTACHED, [raw(GOOD), raw(OTHER)]),
    "an attachment without its part": lambda: message(ATTACHED, []),
    "a hash of other data": lambda: message(
        ATTACHED, [raw(OTHER, X_Experience_API_Hash=hashlib.sha256(GOOD).hexdigest())]
    ),
    "no hash": lambda: message(ATTACHED, [raw(GOOD, X_Experience_API_Hash=None)]),
    "a path for a hash": lambda: message(ATTACHED, [raw(GOOD, X_Experience_API_Hash="../../x")]),
    "statements in two parts": lambda: message(
        ATTACHED, [Part({"Content-Type": "application/json"}, json.dumps(ATTACHED).encode())]
    ),
    "another boundary": lambda: message(ATTACHED, [raw(GOOD)]).replace(BOUNDARY.encode(), b"x"),
    "another encoding": lambda: message(ATTACHED, [raw(GOOD, Content_Transfer_Encoding="base64")]),
    "an encoding of old": lambda: message(
        ATTACHED, [raw(GOOD, Content_Transfer_Encoding="quoted-printable")]
    ),
    "another content type": lambda: message(ATTACHED, [raw(GOOD, Content_Type="text/plain")]),
    "another length": lambda: message(ATTACHED, [raw(GOOD, Content_Length="3")]),
    "statements not first": lambda: message(ATTACHED, [raw(GOOD)], "text/plain"),
    "an invalid statement": lambda: message(INVALID, [raw(GOOD)]),
    "cut inside the data": lambda: message(ATTACHED, [raw(GOOD)])[:-40],
    "cut before the end": lambda: message(ATTACHED, [raw(GOOD)])[:-6],
    "no parts": f"--{BOUNDARY}--\r\n".encode,
    "no multipart at all": lambda: b"{}",
    "nothing": lambda: b"",
}


HELD = {
    "a part that no statement names": ["XAPI-00128"],
    "an attachment without its part": ["XAPI-00129"],
    "another boundary": ["XAPI-00130", "XAPI-00131"],
    "a hash of other data": ["XAPI-00132"],
    "no hash": ["XAPI-00132"],
    "statements in two parts": ["XAPI-00133"],
    "statements not first": ["XAPI-00134"],
    "another encoding": ["XAPI-00135"],
    "an encoding of old": ["XAPI-00135"],
}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(body, id=name, marks=pytest.mark.requirement(*HELD.get(name, [])))
        for name, body in REFUSED.items()
    ],
)
@pytest.mark.requirement("XAPI-00182")
def test_what_is_refused_leaves_nothing(
    server: Product, client: Client, body: Callable[[], bytes]
) -> None:
    end = _end(client)
    refused = send_body(client, body())
    assert refused.status_code == 400, refused.text
    assert refused.json()["violations"][0]["path"]
    assert _end(client) == end
    assert not _blob(server, GOOD).exists()
    assert not _blob(server, OTHER).exists()
    assert list((server.data / "blobs" / "incoming").iterdir()) == []


@pytest.mark.parametrize("encoding", [None, "binary", "8bit", "8BIT", "Binary"])
def test_data_that_is_sent_as_it_is_is_stored(client: Client, encoding: str | None) -> None:
    data = uuid.uuid4().bytes
    statement = completed(attachments=[described(data)])
    sent = send(client, statement, raw(data, Content_Transfer_Encoding=encoding))
    assert sent.status_code == 200, sent.text


@pytest.mark.parametrize("body", [b"{}", message(ATTACHED, [raw(GOOD)])], ids=["JSON", "parts"])
@pytest.mark.parametrize("kind", ["text/plain", TYPE.replace("mixed", "form-data"), ""])
@pytest.mark.requirement("XAPI-00127")
def test_statements_come_as_json_or_multipart_only(client: Client, kind: str, body: bytes) -> None:
    refused = client.post("/xapi/statements", data=body, headers={"Content-Type": kind})
    assert refused.status_code == 400
    assert refused.json()["violations"][0]["path"] == "header Content-Type"


@pytest.mark.parametrize("kind", ["multipart/mixed", "multipart/mixed; boundary="])
@pytest.mark.requirement("XAPI-00130")
def test_multipart_must_name_its_boundary(client: Client, kind: str) -> None:
    body = message(ATTACHED, [raw(GOOD)])
    refused = client.post("/xapi/statements", data=body, headers={"Content-Type": kind})
    assert refused.status_code == 400
    assert refused.json()["violations"][0]["path"] == "header Content-Type"
