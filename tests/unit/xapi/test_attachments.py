import base64
import hashlib
from typing import Any

import pytest

from lrs.errors import InvalidError
from lrs.xapi.attachments import Received, attachment_violations, hasher, received

SHA2 = "ab" * 32
OTHER = "cd" * 32
ROOT = "$[{}]".format


def _attachment(**changes: Any) -> dict[str, Any]:
    attachment = {"contentType": "text/plain", "length": 27, "sha2": SHA2, **changes}
    return {name: value for name, value in attachment.items() if value is not None}


def _statement(*attachments: dict[str, Any]) -> dict[str, Any]:
    return {"object": {"id": "urn:o"}, "attachments": list(attachments)}


def _found(statement: dict[str, Any], parts: dict[str, Received]) -> list[tuple[str, str]]:
    violations = attachment_violations([statement], parts, ROOT)
    return [(violation.path, violation.requirement) for violation in violations]


def test_statements_without_attachments_need_no_parts() -> None:
    assert attachment_violations([{"object": {"id": "urn:o"}}], {}, ROOT) == []


def test_an_attachment_without_file_url_must_come_with_its_data() -> None:
    statement = _statement(_attachment(fileUrl="https://example.org/f"), _attachment(sha2=OTHER))
    assert _found(statement, {}) == [("$[0].attachments[1]", "XAPI-00129")]


def test_raw_data_may_come_for_an_attachment_with_a_file_url() -> None:
    statement = _statement(_attachment(fileUrl="https://example.org/f"))
    assert _found(statement, {SHA2: Received()}) == []


def test_a_part_that_no_attachment_names_is_refused() -> None:
    found = _found(_statement(_attachment()), {SHA2: Received(), OTHER: Received()})
    assert found == [(f"X-Experience-API-Hash: {OTHER}", "XAPI-00128")]


def test_one_part_serves_many_statements_and_either_case_of_its_hash() -> None:
    statements = [_statement(_attachment()), _statement(_attachment(sha2=SHA2.upper()))]
    assert attachment_violations(statements, {SHA2: Received("text/plain", 27)}, ROOT) == []


def test_attachments_of_a_substatement_count() -> None:
    statement = {"object": {"objectType": "SubStatement", **_statement(_attachment())}}
    statement["object"]["object"] = {"id": "urn:o"}
    assert _found(statement, {SHA2: Received()}) == []
    assert _found(statement, {}) == [("$[0].object.attachments[0]", "XAPI-00129")]


@pytest.mark.parametrize(
    ("said", "declared"),
    [
        ("text/plain; charset=ascii", "text/plain"),
        ("Text/Plain", "text/plain;charset=utf-8"),
        ("text/plain; charset=UTF-8", 'text/plain; charset="utf-8"'),
        ("text/plain", None),
    ],
)
def test_content_types_agree_in_what_both_say(said: str, declared: str | None) -> None:
    assert _found(_statement(_attachment(contentType=said)), {SHA2: Received(declared)}) == []


@pytest.mark.parametrize("declared", ["text/html", "text/plain; charset=utf-8"])
def test_a_part_of_another_content_type_is_refused(declared: str) -> None:
    statement = _statement(_attachment(contentType="text/plain; charset=ascii"))
    found = [("$[0].attachments[0].contentType", "Communication 1.5.2")]
    assert _found(statement, {SHA2: Received(declared)}) == found


def test_a_part_that_declares_another_length_is_refused() -> None:
    found = [("$[0].attachments[0].length", "Communication 1.5.2")]
    assert _found(_statement(_attachment()), {SHA2: Received(length=28)}) == found


def test_headers_of_an_attachment_part_are_read() -> None:
    headers = {
        "x-experience-api-hash": SHA2.upper(),
        "content-transfer-encoding": "Binary",
        "content-type": "image/jpeg",
        "content-length": "12",
    }
    assert received(headers, "multipart[1]") == (SHA2, Received("image/jpeg", 12))


@pytest.mark.parametrize(
    ("changes", "requirement"),
    [
        ({"x-experience-api-hash": None}, "XAPI-00132"),
        ({"x-experience-api-hash": "../../etc"}, "XAPI-00132"),
        ({"x-experience-api-hash": SHA2[:40]}, "XAPI-00132"),
        ({"x-experience-api-hash": base64.b64encode(bytes.fromhex(SHA2)).decode()}, "XAPI-00132"),
        ({"content-transfer-encoding": "base64"}, "XAPI-00135"),
        ({"content-transfer-encoding": "Quoted-Printable"}, "XAPI-00135"),
        ({"content-transfer-encoding": ""}, "XAPI-00135"),
        ({"content-length": "-1"}, "Communication 1.5.2"),
    ],
)
def test_a_part_that_lacks_a_header_is_refused(
    changes: dict[str, str | None], requirement: str
) -> None:
    headers = {"x-experience-api-hash": SHA2, "content-transfer-encoding": "binary", **changes}
    given = {name: value for name, value in headers.items() if value is not None}
    with pytest.raises(InvalidError) as refused:
        received(given, "multipart[1]")
    assert [(one.path, one.requirement) for one in refused.value.violations] == [
        ("multipart[1]", requirement)
    ]


@pytest.mark.parametrize("name", ["sha256", "sha384", "sha512"])
def test_the_hash_function_follows_from_the_length_of_the_hash(name: str) -> None:
    declared = hashlib.new(name, b"data").hexdigest()
    function = hasher(declared)
    function.update(b"data")
    assert function.hexdigest() == declared


@pytest.mark.parametrize("encoding", [None, "binary", "8bit", "BINARY", "8Bit"])
def test_data_that_is_sent_as_it_is_is_taken(encoding: str | None) -> None:
    headers = {"x-experience-api-hash": SHA2}
    if encoding is not None:
        headers["content-transfer-encoding"] = encoding
    assert received(headers, "multipart[1]") == (SHA2, Received())


@pytest.mark.parametrize("name", ["sha256", "sha384", "sha512"])
def test_of_a_hash_in_base64_that_is_told(name: str) -> None:
    sha2 = base64.b64encode(hashlib.new(name, b"data").digest()).decode()
    with pytest.raises(InvalidError) as refused:
        received({"x-experience-api-hash": sha2}, "multipart[1]")
    assert "base64" in refused.value.violations[0].message
