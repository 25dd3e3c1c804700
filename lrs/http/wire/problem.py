"""Errors as responses: one table from class to status, two bodies by path.

Below `/api` the body is that of RFC 9457 (`application/problem+json`), everywhere else the one that
clients of `/xapi` know, with a word for the kind of error.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from math import ceil
from typing import Any, Final

import orjson
from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.http import HTTP_STATUS_CODES

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
from lrs.http.wire.request_body import discard
from lrs.xapi.path import pointer

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
API: Final = "/api/"
PROBLEM: Final = "application/problem+json"

_PLACES: Final = {"?": "parameter", "header ": "header"}

_DEEPEST: Final = 6
"""Parts of a path that are looked at: no route has more."""

logger = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Let the application answer every error with the body of its path."""
    app.register_error_handler(RejectedError, _rejected)
    app.register_error_handler(UnavailableError, _unavailable)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(500, _unexpected)


def answer(status: int, code: str, message: str, violations: Sequence[Violation] = ()) -> Response:
    """Return the response of an error, in the body that goes with the path of the request."""
    if f"{request.path}/".startswith(API):
        problem = _problem(status, message, violations)
        return Response(orjson.dumps(problem), status, content_type=PROBLEM)
    error = {"error": code, "message": message, "violations": [_violation(v) for v in violations]}
    return Response(orjson.dumps(error), status, content_type="application/json")


def _problem(status: int, message: str, violations: Sequence[Violation]) -> dict[str, Any]:
    """Return the body of RFC 9457: without a type of its own, as the status says all of it."""
    told = {
        "type": "about:blank",
        "title": HTTP_STATUS_CODES.get(status, "Error"),
        "status": status,
        "detail": message,
    }
    errors = [{**_place(one.path), "detail": one.message} for one in violations]
    return {**told, "errors": errors} if errors else told


def _place(path: str) -> dict[str, str]:
    """Return where a violation is, as RFC 9457 shows it: in the query, a header or the body."""
    for mark, kind in _PLACES.items():
        if path.startswith(mark):
            return {kind: path.removeprefix(mark)}
    return {"pointer": path if path.startswith("/") else pointer(path)}


def _violation(one: Violation) -> dict[str, str]:
    return {"path": one.path, "requirement": one.requirement, "message": one.message}


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
    said = error.description or error.name
    if error is request.routing_exception and status == 404:
        said = _directions()
    elif isinstance(error, MethodNotAllowed):
        error.valid_methods = sorted(error.valid_methods or ())
        taken = ", ".join(error.valid_methods)
        said = f"{request.method} is not a method of {request.path}, which takes {taken}"
    response = answer(status, error.name.lower().replace(" ", "-"), said)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "location", "retry-after"}:
            response.headers[name] = value
    return response


def _directions() -> str:
    """Say that nothing is at this path, as it arrived here, and what is near."""
    root, path = request.script_root, request.path
    near, rules = _near(path.lower(), {rule.rule for rule in current_app.url_map.iter_rules()})
    known = ", ".join(f"{root}{rule}" for rule in rules)
    there = f"below {root}{near} are {known}" if known else f"{root}/ says what is where"
    return f"there is nothing at {path}; {there}"


def _near(path: str, rules: Collection[str]) -> tuple[str, list[str]]:
    """Return the longest part of a path below which there is something, and what is there.

    What stands below one of these in turn is left out.
    """
    parts = path.split("/")[:_DEEPEST]
    for depth in range(len(parts), 1, -1):
        near = "/".join(parts[:depth])
        below = sorted(rule for rule in rules if rule.startswith(f"{near}/"))
        inner = {rule for rule in below for outer in below if rule.startswith(f"{outer}/")}
        if below:
            return near, [rule for rule in below if rule not in inner]
    return "", []


def _unexpected(error: Exception) -> Response:
    logger.error("unexpected failure", exc_info=error)
    return answer(500, "internal-error", "the server failed; the failure has been logged")
