"""Who a request comes from: Basic authentication against the keyring."""

import base64
import binascii

import orjson
from flask import g, request

from lrs.credentials import Credential
from lrs.errors import UnauthenticatedError
from lrs.http.front import front


def authenticate() -> None:
    """Keep the credential of the request in `g`; raises `UnauthenticatedError`."""
    g.credential = _basic(request.headers.get("Authorization", ""))


def authority(credential: Credential) -> bytes:
    """Return the JSON of the Agent that vouches for what this credential sends."""
    account = {"homePage": front().settings.authority, "name": credential.key}
    return orjson.dumps({"objectType": "Agent", "account": account})


def _basic(header: str) -> Credential:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise UnauthenticatedError("this resource needs HTTP Basic authentication")
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise UnauthenticatedError("the Basic credentials are not base64 of UTF-8") from None
    key, colon, secret = decoded.partition(":")
    if not colon:
        raise UnauthenticatedError("the Basic credentials lack the colon after the key")
    return front().keyring.check(key, secret)
