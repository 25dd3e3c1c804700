import json
from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime
from functools import cache
from typing import Any

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from lrs.xapi.signature import USAGE_TYPE, signature_violations

SHA2 = "ab" * 32
STATEMENT: dict[str, Any] = {
    "id": "7b1f5b9e-29f0-4c63-9d5b-0ab2a6d9a113",
    "actor": {"mbox": "mailto:a@example.org"},
    "verb": {"id": "urn:v"},
    "object": {"id": "urn:o", "definition": {"name": {"en": "O"}}},
    "result": {"score": {"raw": 1.5}},
}
CERTIFICATE = {"usageType": "urn:certificate", "contentType": "image/png", "sha2": "cd" * 32}


@cache
def _key(number: int = 0) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Signer")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2021, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    return b64encode(certificate.public_bytes(Encoding.DER)).decode()


def _sign(payload: Any, algorithm: str = "RS256", **headers: Any) -> bytes:
    content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    key: Any = "s" * 64 if algorithm.startswith("HS") else _key()
    return jwt.PyJWS().encode(content, key, algorithm, headers).encode()


def _encoded(part: bytes) -> bytes:
    return urlsafe_b64encode(part).rstrip(b"=")


def _signed(*others: dict[str, Any], **changes: Any) -> dict[str, Any]:
    signature = {"usageType": USAGE_TYPE, "contentType": "application/octet-stream", "sha2": SHA2}
    return {**STATEMENT, "attachments": [*others, {**signature, **changes}]}


def _found(statement: dict[str, Any], body: bytes | None) -> list[tuple[str, str]]:
    violations = signature_violations(statement, {SHA2: body}.get)
    return [(violation.path, violation.requirement) for violation in violations]


def test_a_statement_without_signatures_has_nothing_to_check() -> None:
    assert _found({**STATEMENT, "attachments": [CERTIFICATE]}, None) == []
    assert _found(STATEMENT, None) == []


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
def test_the_three_algorithms_of_the_standard_are_accepted(algorithm: str) -> None:
    assert _found(_signed(), _sign(STATEMENT, algorithm)) == []


def test_other_algorithms_are_refused() -> None:
    refused = [("$.attachments[0]", "XAPI-00117")]
    assert _found(_signed(), _sign(STATEMENT, "HS256")) == refused
    assert _found(_signed(), _sign(STATEMENT, "PS256")) == refused
    unsecured = b'{"alg":"none"}', json.dumps(STATEMENT).encode(), b""
    token = b".".join(map(_encoded, unsecured))
    assert _found(_signed(), token) == refused


def test_a_signature_of_another_content_type_is_refused() -> None:
    found = _found(_signed(contentType="text/plain; charset=ascii"), _sign(STATEMENT))
    assert found == [("$.attachments[0].contentType", "XAPI-00115")]


def test_a_signature_must_come_with_the_request() -> None:
    statement = _signed(CERTIFICATE, fileUrl="https://example.org/s")
    assert _found({**statement, "attachments": statement["attachments"][::-1]}, None) == [
        ("$.attachments[0]", "XAPI-00115")
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not a signature",
        b"a.b.c",
        _sign(STATEMENT).replace(b".", b"", 1),
        b'{"payload":"e30","protected":"e30","signature":"YQ"}',
        urlsafe_b64encode(b"[" * 100_000) + b".e30.YQ",
        b"e30." + b"A" * (5 << 20) + b".YQ",
    ],
    ids=range(7),
)
def test_what_is_no_compact_jws_is_refused(body: bytes) -> None:
    assert _found(_signed(), body) == [("$.attachments[0]", "XAPI-00115")]


@pytest.mark.parametrize(
    "payload",
    [
        json.dumps(STATEMENT).replace('"', "'", 1).encode(),
        b"[]",
        b"{}",
        {**STATEMENT, "verb": {"id": "urn:w"}},
        {**STATEMENT, "id": "7b1f5b9e-29f0-4c63-9d5b-0ab2a6d9a114"},
        {**STATEMENT, "result": {"score": {"raw": 1.51}}},
        {**STATEMENT, "attachments": [{**CERTIFICATE, "sha2": "ef" * 32}]},
    ],
    ids=range(7),
)
def test_a_payload_that_is_not_the_statement_is_refused(payload: Any) -> None:
    assert _found(_signed(CERTIFICATE), _sign(payload)) == [("$.attachments[1]", "XAPI-00116")]


@pytest.mark.parametrize(
    "payload",
    [
        STATEMENT,
        {**STATEMENT, "attachments": [CERTIFICATE]},
        _signed(CERTIFICATE),
        {name: value for name, value in STATEMENT.items() if name != "id"},
        {**STATEMENT, "object": {"objectType": "Activity", "id": "urn:o"}},
        {**STATEMENT, "result": {"score": {"raw": 1.50}}},
        {**STATEMENT, "id": STATEMENT["id"].upper(), "authority": {"openid": "https://a.org"}},
    ],
    ids=range(7),
)
def test_a_payload_that_is_the_same_statement_is_accepted(payload: Any) -> None:
    assert _found(_signed(CERTIFICATE), _sign(payload)) == []


def test_the_certificate_of_the_signer_verifies_the_signature_even_when_it_has_expired() -> None:
    assert _found(_signed(), _sign(STATEMENT, x5c=[_certificate(_key())])) == []


def test_a_short_key_such_as_the_one_in_the_standard_is_accepted() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    header = {"alg": "RS256", "x5c": [_certificate(key)]}
    signed = b".".join(_encoded(json.dumps(part).encode()) for part in (header, STATEMENT))
    signature = key.sign(signed, PKCS1v15(), hashes.SHA256())
    assert _found(_signed(), signed + b"." + _encoded(signature)) == []


@pytest.mark.parametrize(
    "chain",
    [
        lambda: [_certificate(_key(1))],
        lambda: [_certificate(_key(1)), _certificate(_key())],
        lambda: [_certificate(ec.generate_private_key(ec.SECP256R1()))],
        lambda: [],
        lambda: ["not a certificate"],
        lambda: [1],
        lambda: {},
    ],
    ids=["another key", "another leaf", "no RSA key", "empty", "no base64", "no text", "no list"],
)
def test_a_certificate_that_does_not_verify_the_signature_is_refused(chain: Any) -> None:
    found = _found(_signed(), _sign(STATEMENT, x5c=chain()))
    assert found == [("$.attachments[0]", "Data 2.6")]


def test_a_changed_signature_is_refused_when_there_is_a_certificate_to_tell() -> None:
    head, payload, signature = _sign(STATEMENT, x5c=[_certificate(_key())]).split(b".")
    changed = (b"B" if signature.startswith(b"A") else b"A") + signature[1:]
    token = b".".join((head, payload, changed))
    assert _found(_signed(), token) == [("$.attachments[0]", "Data 2.6")]


def test_every_signature_is_checked() -> None:
    statement = _signed(_signed()["attachments"][0])
    assert [path for path, _ in _found(statement, b"x")] == ["$.attachments[0]", "$.attachments[1]"]
