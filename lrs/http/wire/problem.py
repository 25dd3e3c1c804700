"""Errors as responses: one table from class to status, one body for all."""

import logging
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, Final

import orjson
from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from lrs.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    PreconditionError,
    RejectedError,
    SlowedError,
    TooLargeError,
    UnauthenticatedError,
    UnavailableError,
    UnsupportedError,
    Violation,
)
from lrs.http.wire.content_coding import ACCEPTED
from lrs.http.wire.parameters import refusal
from lrs.http.wire.request_body import discard

STATUS: Final[Mapping[type[RejectedError], int]] = {
    RejectedError: 400,
    InvalidError: 400,
    UnauthenticatedError: 401,
    SlowedError: 429,
    ForbiddenError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    PreconditionError: 412,
    TooLargeError: 413,
    UnsupportedError: 415,
}

logger = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Let the application answer every error with the one body."""
    app.register_error_handler(RejectedError, _rejected)
    app.register_error_handler(UnavailableError, _unavailable)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(500, _unexpected)


def body(code: str, message: str, violations: Sequence[Violation] = (), **more: Any) -> bytes:
    """Return the JSON of an error."""
    listed = [
        {"path": one.path, "requirement": one.requirement, "message": one.message}
        for one in violations
    ]
    return orjson.dumps({"error": code, "message": message, "violations": listed, **more})


def answer(status: int, code: str, message: str, violations: Sequence[Violation] = ()) -> Response:
    """Return the response of an error."""
    text = body(code, message, violations)
    return Response(text, status, content_type="application/json")


def _rejected(error: RejectedError) -> Response:
    # Strangers are not listened to.
    if "credential" in g:
        discard(request.environ)
    response = answer(STATUS[type(error)], error.code, str(error), error.violations)
    if isinstance(error, UnsupportedError):
        response.headers["Accept-Encoding"] = ACCEPTED
    if isinstance(error, SlowedError):
        response.headers["Retry-After"] = str(ceil(error.seconds))
    return response


def _unavailable(error: UnavailableError) -> Response:
    logger.warning("unavailable: %s", error)
    response = answer(503, "unavailable", f"{error}; send the same request again")
    response.headers["Retry-After"] = str(error.retry_after)
    return response


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status == 422:
        return _parameters(error)
    said = error.description or error.name
    if error is request.routing_exception and status == 404:
        said = _directions()
    response = answer(status, error.name.lower().replace(" ", "-"), said)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "location", "retry-after"}:
            response.headers[name] = value
    return response


def _directions() -> str:
    """Say that nothing is at this path, as it arrived here, and what is near."""
    root, path = request.script_root, request.path
    near = f"/{path.split('/')[1].lower()}/"
    rules = sorted({rule.rule for rule in current_app.url_map.iter_rules()})
    known = ", ".join(f"{root}{rule}" for rule in rules if rule.startswith(near))
    there = f"below {root}{near[:-1]} are {known}" if known else f"{root}/ says what is where"
    return f"there is nothing at {path}; {there}"


def _parameters(error: HTTPException) -> Response:
    """Answer what flask-smorest found wrong with query parameters."""
    messages = getattr(error, "data", {}).get("messages", {}).get("query", {})
    return _rejected(refusal(messages))


def _unexpected(error: Exception) -> Response:
    logger.error("unexpected failure", exc_info=error)
    return answer(500, "internal-error", "the server failed; the failure has been logged")
