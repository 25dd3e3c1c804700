"""Lets content in browsers use the store from other origins (CORS), and answers OPTIONS.

Any origin may: a request carries its credential itself, in `Authorization`, and never a cookie. So
the answer is `*` without `Access-Control-Allow-Credentials`, and a browser lends nobody's password.
"""

from typing import Final

from flask import Flask, Response, request
from flask.globals import request_ctx

from lrs.http.wire.headers import APPENDED, CONSISTENT, HEADER, ROOT

ALLOWED: Final = (
    "Authorization",
    "Content-Type",
    "If-Match",
    "If-None-Match",
    "Accept",
    "Accept-Language",
    HEADER,
)
EXPOSED: Final = ", ".join(("ETag", "Last-Modified", HEADER, CONSISTENT, APPENDED, "Retry-After"))
EVERYWHERE: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": EXPOSED,
}
"""What every answer below `/xapi` bears."""

ONE_DAY: Final = "86400"


def install(app: Flask) -> None:
    """Answer OPTIONS on every resource, and let browsers read every answer below `/xapi`."""
    app.before_request(_options)
    app.after_request(_expose)


def _options() -> Response | None:
    """Answer before credentials and version are asked for: browsers send neither in a preflight."""
    concerned = request.method == "OPTIONS" and request.path.startswith(ROOT)
    if not concerned or request.routing_exception is not None:
        return None
    assert request_ctx.url_adapter is not None
    methods = ", ".join(sorted(request_ctx.url_adapter.allowed_methods()))
    response = Response(status=204)
    del response.headers["Content-Type"]
    response.headers["Allow"] = methods
    if "Access-Control-Request-Method" in request.headers:
        response.headers["Access-Control-Allow-Methods"] = methods
        response.headers["Access-Control-Allow-Headers"] = ", ".join(ALLOWED)
        response.headers["Access-Control-Max-Age"] = ONE_DAY
    return response


def _expose(response: Response) -> Response:
    if request.path.startswith(ROOT):
        response.headers.update(EVERYWHERE)
    return response
