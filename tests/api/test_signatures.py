"""Signed statements over HTTP (Data 2.6)."""

import json
import uuid
from base64 import b64encode
from datetime import UTC, datetime
from functools import cache
from typing import Any

import jwt
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from lrs.xapi.signature import USAGE_TYPE
from tests.parts import answered, described, raw, send
from tests.product import Client
from tests.statements import completed


@cache
def _key(_: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def _certificate(owner: str) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, owner)])
    key = _key(owner)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    return b64encode(certificate.public_bytes(Encoding.DER)).decode()


def _sign(payload: Any, algorithm: str = "RS256", **headers: Any) -> bytes:
    key: Any = "s" * 64 if algorithm.startswith("HS") else _key("signer")
    return jwt.PyJWS().encode(json.dumps(payload).encode(), key, algorithm, headers).encode()


def _post(
    client: Client, statement: dict[str, Any], signature: bytes, **changes: Any
) -> requests.Response:
    attachment = described(signature, usageType=USAGE_TYPE, **changes)
    kind = attachment["contentType"]
    return send(
        client, statement | {"attachments": [attachment]}, raw(signature, Content_Type=kind)
    )


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
@pytest.mark.parametrize("with_id", [False, True])
@pytest.mark.requirement("XAPI-00115", "XAPI-00116", "XAPI-00117")
def test_a_signed_statement_is_stored_with_its_signature(
    client: Client, algorithm: str, with_id: bool
) -> None:
    statement = completed(version="1.0.0")
    if with_id:
        statement["id"] = str(uuid.uuid4())
    signature = _sign(statement, algorithm, x5c=[_certificate("signer")])
    sent = _post(client, statement, signature)
    assert sent.status_code == 200, sent.text
    asked = {"statementId": sent.json()[0], "attachments": "true"}
    _, [part] = answered(client.get("/xapi/statements", params=asked))
    assert part.body == signature


def test_a_statement_may_be_signed_before_it_has_its_id(client: Client) -> None:
    statement = completed()
    sent = _post(client, statement | {"id": str(uuid.uuid4())}, _sign(statement))
    assert sent.status_code == 200, sent.text


STATEMENT = completed()
SCORED = {**STATEMENT, "result": {"score": {"scaled": 0.9}}}


@pytest.mark.parametrize(
    ("signature", "changes", "requirement"),
    [
        (lambda: _sign(SCORED), {}, "XAPI-00116"),
        (lambda: _sign(STATEMENT, "HS256"), {}, "XAPI-00117"),
        (lambda: _sign(STATEMENT, "PS256"), {}, "XAPI-00117"),
        (lambda: _sign(STATEMENT, x5c=[_certificate("another")]), {}, "Data 2.6"),
        (lambda: _sign(STATEMENT), {"contentType": "text/plain"}, "XAPI-00115"),
        (lambda: b"no signature", {}, "XAPI-00115"),
    ],
    ids=["another statement", "HS256", "PS256", "another key", "content type", "no JWS"],
)
@pytest.mark.requirement("XAPI-00115", "XAPI-00116", "XAPI-00117")
def test_a_wrong_signature_is_refused(
    client: Client, signature: Any, changes: dict[str, Any], requirement: str
) -> None:
    refused = _post(client, STATEMENT, signature(), **changes)
    assert refused.status_code == 400
    [violation] = refused.json()["violations"]
    assert violation["path"].startswith("$.attachments[0]")
    assert violation["requirement"] == requirement


@pytest.mark.requirement("XAPI-00115")
def test_a_signature_must_come_with_the_statement(client: Client) -> None:
    attachment = described(b"x", usageType=USAGE_TYPE, fileUrl="https://example.org/signature")
    refused = client.post("/xapi/statements", json=completed(attachments=[attachment]))
    assert refused.status_code == 400
