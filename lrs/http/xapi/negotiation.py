"""Which version of the standard a request speaks, and the headers that every answer bears."""

from contextlib import suppress
from typing import Final

from flask import Response, g, request

from lrs import clock
from lrs.errors import InvalidError, UnavailableError, Violation
from lrs.http.wire.app_parts import app_parts
from lrs.http.wire.headers import CONSISTENT, HEADER, ROOT, STATEMENTS, known_version, version

EMPTY: Final = frozenset((204, 304))
"""Answers without content, which therefore has no type; werkzeug would call it text/html."""


def negotiate() -> None:
    """Keep the version of the request in `g`; raises `InvalidError` for another or none."""
    if HEADER not in request.headers:
        raise _refusal("the header is missing")
    asked = known_version(request.headers[HEADER])
    if asked is None:
        raise _refusal("this version is not supported; 1.0.x and 2.0.x are")
    g.version = asked


def bear(response: Response) -> Response:
    """Let an answer below `/xapi` bear its headers, also where no resource was found.

    Goes by the path: errors of routing (404, 405) belong to no blueprint.
    """
    path = request.path
    if response.status_code in EMPTY:
        response.headers.pop("Content-Type", None)
    if f"{path}/".startswith(ROOT):
        response.headers[HEADER] = version().value
    if path == STATEMENTS or path.startswith(f"{STATEMENTS}/"):
        _bear_consistency(response)
    return response


def _bear_consistency(response: Response) -> None:
    """Add `Consistent-Through` to every answer of the Statement resource, errors too."""
    known = g.get("consistent")
    response.headers[CONSISTENT] = clock.iso(_through() if known is None else known)


def _through() -> int:
    """Return the time for an answer that read no statements; the log is asked for known callers.

    A refused read has it as well: who polls with a query that is wrong must not wait for ever.
    """
    freshness = app_parts().freshness
    if request.method in {"GET", "HEAD"} and "version" in g:
        with suppress(UnavailableError):
            return freshness.through("statements")
    return freshness.latest("statements").stored


def _refusal(message: str) -> InvalidError:
    return InvalidError(
        f"{HEADER}: {message}", [Violation(f"header {HEADER}", "XAPI-00331", message)]
    )
