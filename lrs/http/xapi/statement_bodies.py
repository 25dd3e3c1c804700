"""The body of a request that stores statements: JSON, or multipart/mixed with their attachments."""

from typing import Any

import msgspec
from flask import request

from lrs.errors import InvalidError, Violation
from lrs.http.wire.app_parts import app_parts
from lrs.http.wire.authentication import Caller, authority
from lrs.http.wire.authorization import caller
from lrs.http.wire.headers import version
from lrs.http.wire.request_body import Limit, pieces, whole
from lrs.http.xapi import multipart
from lrs.http.xapi.scopes import defines
from lrs.intake.statements import Submission
from lrs.storage.blobs import Staging
from lrs.xapi import json
from lrs.xapi.attachments import received
from lrs.xapi.exact import split
from lrs.xapi.version import Version


def read(staging: Staging, key: str | None) -> Submission:
    """Return the statements of the request, their raw data staged; `key` is the id of a PUT.

    Raises `InvalidError` for what cannot be read or has another hash than declared,
    `UnsupportedError` for an unknown coding, and `TooLargeError` naming the setting that the
    request exceeds.
    """
    if request.mimetype == "application/json":
        return submission(
            whole(request.environ, Limit.of_requests()), caller(), version(), staging, key
        )
    if request.mimetype == "multipart/mixed":
        return _multipart(staging, key)
    violation = Violation(
        "header Content-Type", "Communication 1.5", "must be application/json or multipart/mixed"
    )
    raise InvalidError("statements come as application/json or multipart/mixed", [violation])


def _multipart(staging: Staging, key: str | None) -> Submission:
    settings, limits = app_parts().settings, multipart.Limits()
    attachments = Limit("LRS_MAX_ATTACHMENTS", settings.max_attachments)
    framing = limits.parts * limits.header_bytes
    in_all = Limit("LRS_MAX_ATTACHMENTS", settings.max_request + settings.max_attachments + framing)
    chunks = pieces(request.environ, in_all)
    parts = multipart.parse(chunks, request.headers["Content-Type"], limits)
    first = next(parts)
    multipart.require_statements(first)
    body = b"".join(Limit.of_requests().held(first.body))
    stored = submission(body, caller(), version(), staging, key)
    for part in parts:
        _stage(part, attachments, staging)
    return stored


def _stage(part: multipart.Part, limit: Limit, staging: Staging) -> None:
    sha2, declared = received(part.headers, part.place)
    if not staging.add(sha2, declared, limit.held(part.body)):
        violation = Violation(part.place, "XAPI-00132", "its data has another hash than declared")
        raise InvalidError("the raw data of an attachment is not what its hash says", [violation])


def submission(
    body: bytes, sender: Caller, standard: Version, staging: Staging, key: str | None = None
) -> Submission:
    """Return the statements of this JSON; raises `InvalidError` for what cannot be read."""
    statements, raw = _parsed(body)
    listed = body.lstrip().startswith(b"[")
    if key is not None:
        _identify(statements if listed else statements[0], key)
    return Submission(
        statements,
        raw,
        standard,
        authority(sender),
        sender.principal,
        listed,
        staging,
        defines(sender),
    )


def _parsed(body: bytes) -> tuple[list[Any], list[bytes]]:
    """Return the statements and the bytes of each; what is wrong is told by its place in the whole.

    Each is parsed by itself: alone it is shallow enough for the quicker way of `lrs.xapi.json`.
    """
    try:
        raw = split(body)
        return [json.parse(one) for one in raw], raw
    except (InvalidError, msgspec.MsgspecError, RecursionError):
        json.parse(body)
        raise


def _identify(statement: Any, key: str) -> None:
    """Give a statement that was PUT the id of the query; refuse another id in the body."""
    if not isinstance(statement, dict):
        violation = Violation("$", "Communication 2.1.1", "must be a single statement")
        raise InvalidError("PUT stores one statement", [violation])
    given = statement.setdefault("id", key)
    if not isinstance(given, str) or given.lower() != key:
        violation = Violation("$.id", "Communication 2.1.1", "must equal the parameter statementId")
        raise InvalidError("the statement has another id than the request", [violation])
