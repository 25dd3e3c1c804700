"""The requests that a store gets most, answered before Flask: posts and reads of statements.

Flask, its hooks and its objects for request and response cost about as much as all that has to be
done for a statement. So where nothing about a request is unusual, it is taken here straight to the
intake or to the reads, by the same functions as the resource `lrs.http.xapi.statements` uses. Only
success is answered here: any other request, and any error, is the application's to answer.
"""

import re
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qsl

import orjson
from flask import Flask
from marshmallow import ValidationError

from lrs import clock
from lrs.errors import LedgerError
from lrs.http.wire import parameters, refusals
from lrs.http.wire.app_parts import AppParts
from lrs.http.wire.authentication import FOUND_OUT, Caller, identify
from lrs.http.wire.authorization import admits
from lrs.http.wire.cors import Origins
from lrs.http.wire.headers import APPENDED, CONSISTENT, HEADER, STATEMENTS, known_version
from lrs.http.wire.measures import STARTED, Measures
from lrs.http.wire.request_body import exactly
from lrs.http.xapi.scopes import TABLE, own_authority
from lrs.http.xapi.statement_bodies import submission
from lrs.http.xapi.statement_queries import Asked, Get, listed, one, several, single
from lrs.xapi.agent import identity
from lrs.xapi.version import Version

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_JSON: Final = "application/json"
_LENGTH: Final = re.compile(r"[0-9]{1,18}")


class Success(NamedTuple):
    """An answer 200: the JSON, and up to when (us UTC) all statements can be seen."""

    body: bytes
    consistent: int
    headers: Mapping[str, str] = {}
    appended: int = 0


Way = Callable[["WSGIEnvironment", Caller, Version], Success | None]
"""Answers a request of a caller in a version; None: it is one for the application after all."""


class HotPath:
    """WSGI middleware that answers what is plain and succeeds."""

    def __init__(self, application: "WSGIApplication", app: Flask) -> None:
        self._application = application
        self._parts: AppParts = app.extensions["app_parts"]
        self._measures: Measures = app.extensions["measures"]
        self._origins: Origins = app.extensions["origins"]
        self._ways: Mapping[str, Way] = {"POST": self._store, "GET": self._read}

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer, or pass the request on."""
        way = self._ways.get(environ["REQUEST_METHOD"])
        if way is None or environ["PATH_INFO"] != STATEMENTS or not _plain(environ):
            return self._application(environ, start_response)
        environ[STARTED] = started = time.perf_counter()
        admitted = self._admitted(environ)
        if admitted is None:
            return self._application(environ, start_response)
        try:
            success = way(environ, *admitted)
        except Exception as error:  # noqa: BLE001  # the application answers every one
            refusals.refuse(environ, error)
            return self._application(environ, start_response)
        if success is None:
            return self._application(environ, start_response)
        start_response("200 OK", self._headers(environ, success, admitted[1]))
        self._measures.note_appended(success.appended)
        self._measures.note_answer(STATEMENTS, environ["REQUEST_METHOD"], 200, started)
        return [success.body]

    def _admitted(self, environ: "WSGIEnvironment") -> tuple[Caller, Version] | None:
        """Return who asks, and in which version; None for what is to be refused."""
        version = known_version(environ.get("HTTP_X_EXPERIENCE_API_VERSION", ""))
        try:
            authorization = environ.get("HTTP_AUTHORIZATION", "")
            caller = identify(authorization, environ.get("REMOTE_ADDR", ""), self._parts)
        except LedgerError as error:
            environ[FOUND_OUT] = error  # to identify again would count a second failure
            return None
        rule = TABLE[STATEMENTS][environ["REQUEST_METHOD"]]
        return (caller, version) if version and admits(rule, caller) else None

    def _store(
        self, environ: "WSGIEnvironment", caller: Caller, version: Version
    ) -> Success | None:
        """Store statements that are sent as plain JSON."""
        length = int(environ["CONTENT_LENGTH"])
        if length > self._parts.settings.max_request:
            return None
        body = exactly(environ["wsgi.input"], length)
        with self._parts.blobs.stage() as staging:
            receipt = self._parts.intake.store(submission(body, caller, version, staging))
        told = {} if receipt.appended else {APPENDED: "false"}
        consistent = self._parts.freshness.latest("statements").stored
        return Success(orjson.dumps(receipt.ids), consistent, told, receipt.appended)

    def _read(self, environ: "WSGIEnvironment", caller: Caller, version: Version) -> Success | None:
        """Return a statement or the first page of a list, as they are stored."""
        asked = _plain_query(environ, version)
        if asked is None:
            return None
        if single(asked):
            found, consistent = one(self._parts, asked, own_authority(caller))
            if found is None:
                return None
            return Success(
                found.payload, consistent, {"Last-Modified": clock.http_date(found.stored)}
            )
        asked, page = several(self._parts, asked, own_authority(caller))
        texts = [found.payload for found in page.statements]
        root = environ.get("SCRIPT_NAME", "")
        return Success(listed(self._parts, asked, texts, page.after, root), page.consistent)

    def _headers(
        self, environ: "WSGIEnvironment", success: Success, version: Version
    ) -> list[tuple[str, str]]:
        return [
            ("Content-Type", _JSON),
            ("Content-Length", str(len(success.body))),
            (HEADER, version.value),
            (CONSISTENT, clock.iso(success.consistent)),
            *success.headers.items(),
            *self._origins.headers(environ.get("HTTP_ORIGIN", "")).items(),
        ]


def install(app: Flask) -> None:
    """Put the path before the application, in which measures and CORS are installed already."""
    app.wsgi_app = HotPath(app.wsgi_app, app)  # type: ignore[method-assign]  # documented


def _plain(environ: "WSGIEnvironment") -> bool:
    """Tell whether this is a read, or a post of JSON of a known length and nothing else."""
    return environ["REQUEST_METHOD"] == "GET" or (
        not environ["QUERY_STRING"]
        and "HTTP_TRANSFER_ENCODING" not in environ
        and "HTTP_CONTENT_ENCODING" not in environ
        and environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() == _JSON
        and _LENGTH.fullmatch(environ.get("CONTENT_LENGTH") or "") is not None
    )


def _plain_query(environ: "WSGIEnvironment", version: Version) -> Asked | None:
    """Return what is asked for if it is right and to be had as it is stored, else None.

    A page that a `more` link leads to is the application's: what a cursor may be is told there.
    """
    query, root = environ["QUERY_STRING"], environ.get("SCRIPT_NAME", "")
    if not (query.isascii() and root.isascii()):
        return None
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict")
        given = dict(pairs)
        asked = parameters.read(Get, given, version) if len(given) == len(pairs) else None
    except (UnicodeDecodeError, ValidationError):
        return None
    return asked if asked is not None and _as_stored(asked) else None


def _as_stored(asked: Asked) -> bool:
    stored = asked["format"] == "exact" and not asked["attachments"] and "cursor" not in asked
    return stored and ("agent" not in asked or identity(asked["agent"]) is not None)
