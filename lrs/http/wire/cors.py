"""Lets content in browsers use the store from other origins (CORS), and answers OPTIONS.

By default any origin may: a request carries its credential itself, in `Authorization`, and never a
cookie. So the answer is `*` without `Access-Control-Allow-Credentials`, and a browser lends
nobody's password. Browsers refuse that answer to a page that sends requests in credentials mode.
`LRS_CORS_ORIGINS` lists the origins of such pages: the answer to one of them repeats its origin
with `Access-Control-Allow-Credentials`, and no other page may read anything.

A preflight allows every header that it asks for. Which headers a page adds (`X-Requested-With`,
those of tracing) is not known here, and none but `Authorization` opens anything. Where nothing is,
it allows the method that it asks for, too: of a refused preflight a page learns only that the
network failed, and not that its address is wrong.
"""

import re
from collections.abc import Collection, Mapping
from typing import Final

from flask import Flask, Response, current_app, request
from flask.globals import request_ctx
from werkzeug.exceptions import NotFound

from lrs.http.wire.headers import APPENDED, CONSISTENT, HEADER

ALLOWED: Final = (
    "Authorization",
    "Content-Type",
    "If-Match",
    "If-None-Match",
    "Accept",
    "Accept-Language",
    HEADER,
)
"""What a preflight is told that names no header."""

EXPOSED: Final = {
    "Access-Control-Expose-Headers": ", ".join(
        ("ETag", "Last-Modified", HEADER, CONSISTENT, APPENDED, "Retry-After")
    )
}
ROOTS: Final = ("/xapi/", "/api/")
ONE_DAY: Final = "86400"

_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""The name of a header (RFC 9110 5.1)."""


class Origins:
    """The pages that may read answers, by their origin; none listed: all."""

    def __init__(self, listed: Collection[str]) -> None:
        allowing = {"Access-Control-Allow-Credentials": "true", "Vary": "Origin"}
        self._listed = {
            origin: {"Access-Control-Allow-Origin": origin, **allowing, **EXPOSED}
            for origin in listed
        }
        anyone = {"Access-Control-Allow-Origin": "*", **EXPOSED}
        self._others = {"Vary": "Origin"} if listed else anyone

    def headers(self, origin: str) -> Mapping[str, str]:
        """Return what an answer bears to a request with this header `Origin` (empty: without)."""
        return self._listed.get(origin, self._others)


def install(app: Flask, origins: Collection[str]) -> None:
    """Keep the origins whose pages may read answers below `/xapi` and `/api`."""
    app.extensions["origins"] = Origins(origins)


def options() -> Response | None:
    """Answer OPTIONS before credentials and version are asked for: a preflight has neither."""
    if request.method != "OPTIONS":
        return None
    methods = _allowed()
    if methods is None:
        return None
    response = Response(status=204)
    response.headers["Allow"] = methods
    if _preflight() and _shared():
        asked = request.headers.get("Access-Control-Request-Headers", "").split(",")
        names = [name.strip() for name in asked if _NAME.fullmatch(name.strip())]
        response.headers["Access-Control-Allow-Methods"] = methods or _preflight()
        response.headers["Access-Control-Allow-Headers"] = ", ".join(names or ALLOWED)
        response.headers["Access-Control-Max-Age"] = ONE_DAY
    return response


def expose(response: Response) -> Response:
    """Let browsers read the answer."""
    if _shared():
        origins: Origins = current_app.extensions["origins"]
        response.headers.extend(origins.headers(request.headers.get("Origin", "")))
    return response


def _allowed() -> str | None:
    """Return the methods of the resource; None for a request that is to be told that none is here.

    A preflight is not: none are the methods then, and the request that it asks for will be told.
    """
    if request.routing_exception is None:
        assert request_ctx.url_adapter is not None
        return ", ".join(sorted(request_ctx.url_adapter.allowed_methods()))
    return "" if _lost() and _preflight() else None


def _preflight() -> str:
    """Return the method that a preflight asks for; empty for another request."""
    asked = request.headers.get("Access-Control-Request-Method", "")
    return asked if _NAME.fullmatch(asked) else ""


def _shared() -> bool:
    """Tell whether pages may read the answer: below `/xapi` and `/api`, and where nothing is."""
    return f"{request.path}/".startswith(ROOTS) or _lost()


def _lost() -> bool:
    return isinstance(request.routing_exception, NotFound)
