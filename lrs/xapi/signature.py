"""Signed statements: whether a signature among the attachments signs the statement it is on.

As the standard says (Data 2.6), this catches mistakes and proves no identity: the certificate comes
with the signature, so anybody can make one. Only JWS Compact Serialization is read; the JSON
Serialization, which the standard discourages and means to forbid, is refused as malformed.
"""

from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jwt
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.x509 import load_der_x509_certificate

from lrs.errors import InvalidError, Violation
from lrs.xapi import json
from lrs.xapi.attachments import media_type
from lrs.xapi.equality import equal

USAGE_TYPE = "http://adlnet.gov/expapi/attachments/signature"
LONGEST = 4 * 2**20
"""Bytes of a signature that are read; a statement that it signs is far smaller."""

_CONTENT_TYPE = "application/octet-stream"
_ALGORITHMS: Mapping[str, HashAlgorithm] = {
    "RS256": SHA256(),
    "RS384": SHA384(),
    "RS512": SHA512(),
}
_JWS, _PAYLOAD, _ALGORITHM, _CERTIFICATE = "XAPI-00115", "XAPI-00116", "XAPI-00117", "Data 2.6"


def signature_violations(
    statement: Mapping[str, Any], bodies: Callable[[str], bytes | None], root: str = "$"
) -> list[Violation]:
    """Return what is wrong with the signatures of a statement; empty when it has none.

    `statement` is the statement as it was sent, before the LRS assigns anything. `bodies` returns
    the raw data of an attachment, given its sha2; None if no raw data came.
    """
    found: list[Violation] = []
    for place, attachment in enumerate(statement.get("attachments", ())):
        if attachment["usageType"] == USAGE_TYPE:
            path = f"{root}.attachments[{place}]"
            found += _of_attachment(statement, attachment, bodies(attachment["sha2"]), path)
    return found


def _of_attachment(
    statement: Mapping[str, Any], attachment: Mapping[str, Any], body: bytes | None, path: str
) -> Iterator[Violation]:
    if media_type(attachment["contentType"]) != _CONTENT_TYPE:
        message = f"the contentType of a signature must be {_CONTENT_TYPE}"
        yield Violation(f"{path}.contentType", _JWS, message)
    elif body is None:
        yield Violation(path, _JWS, "a signature must come with the request, as raw data")
    else:
        yield from _of_signature(statement, body, path)


def _of_signature(statement: Mapping[str, Any], body: bytes, path: str) -> Iterator[Violation]:
    token = body[: LONGEST + 1].strip()
    try:
        if len(token) > LONGEST:
            raise jwt.DecodeError
        content = jwt.PyJWS(options={"verify_signature": False}).decode_complete(token)
    except (jwt.InvalidTokenError, RecursionError):  # the header may be JSON of any depth
        yield Violation(path, _JWS, "a signature must be a JWS in its compact form")
        return
    header = content["header"]
    if header.get("alg") not in tuple(_ALGORITHMS):  # may be any JSON, unhashable too
        message = f"a signature must be made with one of {', '.join(_ALGORITHMS)}"
        yield Violation(path, _ALGORITHM, message)
        return
    if not _signs(content["payload"], statement):
        message = "the payload of a signature must be the statement before it was signed"
        yield Violation(path, _PAYLOAD, message)
    if "x5c" in header and not _verifies(token, content):
        message = "the signature cannot be verified with the certificate in its x5c header"
        yield Violation(path, _CERTIFICATE, message)


def _signs(payload: bytes, statement: Mapping[str, Any]) -> bool:
    """Say whether the payload is this statement without signatures.

    A payload that names no attachments signs none, as attachments can be left out of a statement;
    those that it names must be the statement's.
    """
    try:
        signed = json.parse(payload)
    except InvalidError:
        return False
    if not isinstance(signed, dict):
        return False
    content = _without_signatures(signed)
    posted = _without_signatures(statement)
    if "attachments" not in content:
        posted.pop("attachments", None)
    return equal(content, posted)


def _without_signatures(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Return the statement without attachments that are signatures; no list if none is left."""
    attachments = statement.get("attachments")
    if not isinstance(attachments, list):
        return dict(statement)
    kept = [one for one in attachments if not _is_signature(one)]
    rest = {name: value for name, value in statement.items() if name != "attachments"}
    return rest | {"attachments": kept} if kept else rest


def _is_signature(attachment: object) -> bool:
    return isinstance(attachment, dict) and attachment.get("usageType") == USAGE_TYPE


def _verifies(token: bytes, content: Mapping[str, Any]) -> bool:
    """Say whether the key of the first certificate, the signer's own, verifies the signature.

    Without PyJWT's floor of 2048 bits: the standard's own example is signed with a key of 1024.
    """
    signed, header = token.rpartition(b".")[0], content["header"]
    try:
        certificate = load_der_x509_certificate(b64decode(header["x5c"][0], validate=True))
        key = certificate.public_key()
        if not isinstance(key, RSAPublicKey):
            return False
        key.verify(content["signature"], signed, PKCS1v15(), _ALGORITHMS[header["alg"]])
    except (InvalidSignature, ValueError, TypeError, LookupError, UnsupportedAlgorithm):
        return False
    return True
