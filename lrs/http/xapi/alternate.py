"""The alternate request syntax of 1.0.3 (Communication 1.3): any request, told in a form by POST.

For browsers that send nothing but GET and POST without headers. The request is rewritten before it
is routed, so no resource knows of it. 2.0 has no such syntax: there `method` stays what it is, a
query parameter that no resource knows, and is refused as one.

Only the headers that the standard lists can come in the form. One that comes in both places must
say the same in both, so a form never overrides what a proxy has checked; the exceptions are the
type and the length of the content, which in the header are those of the form itself.

A form can be posted from any page of the web without the browser asking first, and the browser adds
a password that it remembers. So where only the form speaks of xAPI and the request comes from a
page, a credential counts only if it is in the form as well.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode

from flask import Flask

from lrs.errors import InvalidError, RejectedError, Violation
from lrs.http.wire import refusals
from lrs.http.wire.headers import HEADER, ROOT
from lrs.http.wire.request_body import Limit, shows_its_end, whole

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REQUIREMENT: Final = "Communication 1.3"
METHODS: Final = frozenset(("GET", "PUT", "POST", "DELETE"))
"""Not HEAD: an answer to POST announces a body, and to HEAD has none."""

_VERSION: Final = "HTTP_X_EXPERIENCE_API_VERSION"
_HEADERS: Final = {
    "Authorization": "HTTP_AUTHORIZATION",
    HEADER: _VERSION,
    "If-Match": "HTTP_IF_MATCH",
    "If-None-Match": "HTTP_IF_NONE_MATCH",
}
_CONTENT: Final = ("content", "Content-Type", "Content-Length")
_OF_THE_FORM: Final = ("HTTP_CONTENT_ENCODING", "HTTP_TRANSFER_ENCODING")
"""How the form was sent, which says nothing of the content in it."""

_MOST_FIELDS: Final = 100


class AlternateSyntax:
    """WSGI middleware that turns such a POST into the request that it tells."""

    def __init__(self, application: "WSGIApplication", limit: int) -> None:
        self._application = application
        self._limit = limit

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Rewrite the request; a refusal travels with it, to be answered like all others."""
        if self._concerns(environ):
            try:
                self._rewrite(environ)
            except RejectedError as error:
                refusals.refuse(environ, error)
        return self._application(environ, start_response)

    def _concerns(self, environ: "WSGIEnvironment") -> bool:
        return (
            environ["REQUEST_METHOD"] == "POST"
            and environ["PATH_INFO"].startswith(ROOT)
            and any(pair.startswith("method=") for pair in environ["QUERY_STRING"].split("&"))
            and not environ.get(_VERSION, "1.0").strip().startswith("2.")
        )

    def _rewrite(self, environ: "WSGIEnvironment") -> None:
        method = _method(environ["QUERY_STRING"])
        fields = _fields(self._body(environ))
        told = _once(fields)
        if method in {"PUT", "POST"} and "content" not in told:
            raise _refusal("content", f"{method} needs the form parameter content")
        if told.get(HEADER, "").strip().startswith("2."):
            raise _refusal(HEADER, "xAPI 2.0 has no alternate request syntax")
        _put_headers(environ, told)
        query = [(name, value) for name, value in fields if name not in told]
        content = told.get("content", "").encode()
        environ["REQUEST_METHOD"] = method
        environ["QUERY_STRING"] = urlencode(query)
        environ["CONTENT_TYPE"] = told.get("Content-Type", "application/json")
        environ["CONTENT_LENGTH"] = str(len(content))
        environ["wsgi.input"] = BytesIO(content)
        for variable in _OF_THE_FORM:
            environ.pop(variable, None)

    def _body(self, environ: "WSGIEnvironment") -> bytes:
        """Return the form; in chunks it could not be read both within a limit and surely whole.

        All at once, as a document is, a stranger must not be read: who sends a form stands in it.
        """
        if not shows_its_end(environ):
            missing = "is needed, or gzip or deflate, to tell the form's end"
            raise _refused("header Content-Length", missing)
        return whole(environ, Limit("LRS_MAX_REQUEST", self._limit))


def install(app: Flask, limit: int) -> None:
    """Accept the syntax, in forms of at most `limit` bytes."""
    app.wsgi_app = AlternateSyntax(app.wsgi_app, limit)  # type: ignore[method-assign]  # documented


def _method(query: str) -> str:
    parameters = parse_qsl(query, keep_blank_values=True)
    if len(parameters) != 1 or parameters[0][0] != "method":
        raise _refused("?method", "must stand alone: all other parameters belong in the form")
    method = parameters[0][1]
    if method not in METHODS:
        raise _refused("?method", f"must be one of {', '.join(sorted(METHODS))}")
    return method


def _fields(body: bytes) -> list[tuple[str, str]]:
    if body.count(b"&") >= _MOST_FIELDS:
        raise _refusal("", f"must have at most {_MOST_FIELDS} fields")
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise _refusal("", f"must be URL-encoded UTF-8: {error}") from None


def _once(fields: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return the headers and the content that the form tells; all else is the query string."""
    told = [(name, value) for name, value in fields if name in _HEADERS or name in _CONTENT]
    for name, times in Counter(name for name, _ in told).items():
        if times > 1:
            raise _refusal(name, "must be given once")
    for name, value in told:
        if name != "content" and not value.isprintable():
            raise _refusal(name, "a header must not hold control characters")
    return dict(told)


def _put_headers(environ: "WSGIEnvironment", told: Mapping[str, str]) -> None:
    if "HTTP_ORIGIN" in environ and _VERSION not in environ and "Authorization" not in told:
        environ.pop("HTTP_AUTHORIZATION", None)
    for name, variable in _HEADERS.items():
        if name in told and environ.setdefault(variable, told[name]) != told[name]:
            raise _refusal(name, "the form and the header differ")


def _refusal(name: str, message: str) -> InvalidError:
    """Return the error for a field of the form; without a name, for the form as a whole."""
    return _refused(f"form {name}".rstrip(), message)


def _refused(place: str, message: str) -> InvalidError:
    violation = Violation(place, REQUIREMENT, message)
    return InvalidError(f"alternate request syntax: {place}: {message}", [violation])
