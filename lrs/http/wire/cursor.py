"""The `more` link: what was asked and where to go on, signed, so that nobody can bend it."""

import base64
import binascii
import hashlib
import hmac
from typing import Any, Final

import orjson

from lrs.http.wire.parameters import refusal

_SIGNATURE: Final = 16


def seal(secret: bytes, content: dict[str, Any], resource: str) -> str:
    """Return URL-safe text that `unseal` turns back into `content`, for the same resource only."""
    packed = orjson.dumps(content)
    return base64.urlsafe_b64encode(_sign(secret, packed, resource) + packed).rstrip(b"=").decode()


def unseal(secret: bytes, text: str, resource: str) -> dict[str, Any]:
    """Return the content; raises `InvalidError` unless it was sealed here."""
    try:
        sealed = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
    except (binascii.Error, UnicodeEncodeError):
        sealed = b""
    signature, packed = sealed[:_SIGNATURE], sealed[_SIGNATURE:]
    if not hmac.compare_digest(signature, _sign(secret, packed, resource)):
        raise refusal({"cursor": [f"must be that of a `more` link to {resource} from here"]})
    content: dict[str, Any] = orjson.loads(packed)
    return content


def _sign(secret: bytes, packed: bytes, resource: str) -> bytes:
    return hmac.digest(secret, resource.encode() + b"\n" + packed, hashlib.sha256)[:_SIGNATURE]
