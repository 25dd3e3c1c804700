"""The body of a request that stores statements: JSON, or multipart/mixed with their attachments."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from flask import g, request
from werkzeug.exceptions import RequestEntityTooLarge

from lrs.blobs import Staging
from lrs.errors import InvalidError, TooLargeError, Violation
from lrs.http import multipart
from lrs.http.authentication import authority
from lrs.http.front import front
from lrs.http.negotiation import version
from lrs.intake import Submission
from lrs.xapi import json
from lrs.xapi.attachments import received
from lrs.xapi.exact import split

CHUNK: Final = 64 * 1024


class Limit:
    """How many bytes may still come before a setting is exceeded."""

    def __init__(self, setting: str, most: int) -> None:
        self._setting = setting
        self._most = most
        self._left = most

    def held(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Pass chunks on; raises `TooLargeError` naming the setting once they are too many."""
        for chunk in chunks:
            self._left -= len(chunk)
            if self._left < 0:
                raise self.exceeded()
            yield chunk

    def exceeded(self) -> TooLargeError:
        """Return the error that names the setting."""
        return TooLargeError(f"the request exceeds {self._setting}, {self._most} bytes")


def read(staging: Staging, key: str | None) -> Submission:
    """Return the statements of the request, their raw data staged; `key` is the id of a PUT.

    Raises `InvalidError` for what cannot be read or has another hash than declared, and
    `TooLargeError` naming the setting that the request exceeds.
    """
    if request.mimetype == "application/json":
        return _submission(_json(), staging, key)
    if request.mimetype == "multipart/mixed":
        return _multipart(staging, key)
    violation = Violation(
        "header Content-Type", "Communication 1.5", "must be application/json or multipart/mixed"
    )
    raise InvalidError("statements come as application/json or multipart/mixed", [violation])


def _json() -> bytes:
    limit = _statements_limit()
    try:
        # Not `get_data`, which cuts a body of unknown length off at the limit without a word.
        return b"".join(limit.held(iter(lambda: request.stream.read(CHUNK), b"")))
    except RequestEntityTooLarge:
        raise limit.exceeded() from None


def _multipart(staging: Staging, key: str | None) -> Submission:
    settings, limits = front().settings, multipart.Limits()
    attachments = Limit("LRS_MAX_ATTACHMENTS", settings.max_attachments)
    framing = limits.parts * limits.header_bytes
    request.max_content_length = settings.max_request + settings.max_attachments + framing
    try:
        parts = multipart.parse(request.stream, request.headers["Content-Type"], limits)
        first = next(parts)
        multipart.require_statements(first)
        body = b"".join(_statements_limit().held(first.body))
        submission = _submission(body, staging, key)
        for part in parts:
            _stage(part, attachments, staging)
    except RequestEntityTooLarge:
        raise attachments.exceeded() from None
    return submission


def _statements_limit() -> Limit:
    return Limit("LRS_MAX_REQUEST", front().settings.max_request)


def _stage(part: multipart.Part, limit: Limit, staging: Staging) -> None:
    sha2, declared = received(part.headers, part.place)
    if not staging.add(sha2, declared, limit.held(part.body)):
        violation = Violation(part.place, "XAPI-00132", "its data has another hash than declared")
        raise InvalidError("the raw data of an attachment is not what its hash says", [violation])


def _submission(body: bytes, staging: Staging, key: str | None) -> Submission:
    parsed = json.parse(body)
    listed = isinstance(parsed, list)
    statements, raw = (parsed, split(body)) if listed else ([parsed], [body.strip()])
    if key is not None:
        _identify(parsed, key)
    return Submission(statements, raw, version(), authority(g.credential), listed, staging)


def _identify(statement: Any, key: str) -> None:
    """Give a statement that was PUT the id of the query; refuse another id in the body."""
    if not isinstance(statement, dict):
        violation = Violation("$", "Communication 2.1.1", "must be a single statement")
        raise InvalidError("PUT stores one statement", [violation])
    given = statement.setdefault("id", key)
    if not isinstance(given, str) or given.lower() != key:
        violation = Violation("$.id", "Communication 2.1.1", "must equal the parameter statementId")
        raise InvalidError("the statement has another id than the request", [violation])
