"""The request that a store gets most, answered before Flask: a POST of statements as plain JSON.

Flask, its hooks and its objects for request and response cost about as much as all that has to be
done for a statement. So where nothing about a request is unusual, it is taken here straight to
the intake, by the same functions as the resource `lrs.http.xapi.statements` uses. Only success is
answered here: any other request, and any error, is the application's to answer.
"""

import re
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import orjson
from flask import Flask

from lrs import clock
from lrs.errors import LedgerError
from lrs.http.wire import early
from lrs.http.wire.authentication import FOUND_OUT, Caller, identify
from lrs.http.wire.cors import Origins
from lrs.http.wire.front import Front
from lrs.http.wire.headers import APPENDED, CONSISTENT, HEADER, STATEMENTS, spoken
from lrs.http.wire.measures import STARTED, Measures
from lrs.http.wire.request_body import exactly
from lrs.http.xapi.scopes import WRITING
from lrs.http.xapi.statement_bodies import submission
from lrs.intake.statements import Receipt
from lrs.xapi.version import Version

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_JSON: Final = "application/json"
_LENGTH: Final = re.compile(r"[0-9]{1,18}")


class HotPath:
    """WSGI middleware that stores statements itself where it can."""

    def __init__(self, application: "WSGIApplication", app: Flask) -> None:
        self._application = application
        self._parts: Front = app.extensions["front"]
        self._measures: Measures = app.extensions["measures"]
        self._origins: Origins = app.extensions["origins"]

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Store the statements and answer, or pass the request on."""
        length = _plain_length(environ)
        if length is None or length > self._parts.settings.max_request:
            return self._application(environ, start_response)
        environ[STARTED] = started = time.perf_counter()
        admitted = self._admitted(environ)
        if admitted is None:
            return self._application(environ, start_response)
        try:
            body = exactly(environ["wsgi.input"], length)
            receipt = self._store(body, *admitted)
        except Exception as error:  # noqa: BLE001  # the application answers every one
            early.refuse(environ, error)
            return self._application(environ, start_response)
        answer = orjson.dumps(receipt.ids)
        headers = self._headers(receipt, admitted[1], len(answer))
        headers += self._origins.headers(environ.get("HTTP_ORIGIN", "")).items()
        start_response("200 OK", headers)
        self._measures.note_appended(receipt.appended)
        self._measures.note_answer(STATEMENTS, "POST", 200, started)
        return [answer]

    def _admitted(self, environ: "WSGIEnvironment") -> tuple[Caller, Version] | None:
        """Return who may write, and in which version; None for what is to be refused."""
        version = spoken(environ.get("HTTP_X_EXPERIENCE_API_VERSION", ""))
        try:
            authorization = environ.get("HTTP_AUTHORIZATION", "")
            caller = identify(authorization, environ.get("REMOTE_ADDR", ""), self._parts)
        except LedgerError as error:
            environ[FOUND_OUT] = error  # to identify again would count a second failure
            return None
        return (caller, version) if version and caller.scopes & WRITING else None

    def _store(self, body: bytes, caller: Caller, version: Version) -> Receipt:
        with self._parts.blobs.stage() as staging:
            return self._parts.intake.store(submission(body, caller, version, staging))

    def _headers(self, receipt: Receipt, version: Version, length: int) -> list[tuple[str, str]]:
        consistent = self._parts.freshness.latest("statements").stored
        headers = [
            ("Content-Type", _JSON),
            ("Content-Length", str(length)),
            (HEADER, version.value),
            (CONSISTENT, clock.iso(consistent)),
        ]
        return headers if receipt.appended else [*headers, (APPENDED, "false")]


def install(app: Flask) -> None:
    """Put the path before the application, in which measures and CORS are installed already."""
    app.wsgi_app = HotPath(app.wsgi_app, app)  # type: ignore[method-assign]  # documented


def _plain_length(environ: "WSGIEnvironment") -> int | None:
    """Return the length of the body if this is a plain POST of JSON to the resource, else None."""
    plain = (
        environ["REQUEST_METHOD"] == "POST"
        and environ["PATH_INFO"] == STATEMENTS
        and not environ["QUERY_STRING"]
        and "HTTP_TRANSFER_ENCODING" not in environ
        and "HTTP_CONTENT_ENCODING" not in environ
        and environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() == _JSON
    )
    length = environ.get("CONTENT_LENGTH") or ""
    return int(length) if plain and _LENGTH.fullmatch(length) else None
