"""The hot path and the resource behind it do the same: answers, events and measures."""

import json
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask, request_started
from werkzeug.datastructures import Authorization
from werkzeug.test import EnvironBuilder, run_wsgi_app

from lrs.access.scopes import Scope
from lrs.errors import UnavailableError
from lrs.events.envelope import decode
from lrs.events.statements import StatementsStored
from lrs.http.wire.app_parts import AppParts
from lrs.intake.statements import Receipt, Submission
from lrs.settings import Settings
from lrs.storage.database import Pool
from tests import credentials
from tests.component.http.conftest import Compose
from tests.databases import PostgresqlServer, enrolled
from tests.issuer import AUDIENCE, LocalIssuer
from tests.statements import completed

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

SECRET = "a-secret-of-many-characters"
MOST = 4_000
ID = b"11111111-1111-4111-8111-111111111111"
"""Stands for an id of its own each time that a body is sent."""

UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(r"[0-9-]{10}T[0-9:.]+Z")


def one(**changes: Any) -> bytes:
    return json.dumps(completed(**changes)).encode()


@dataclass(frozen=True)
class Case:
    """A request, sent after `before`; `hot` tells whether Flask is spared."""

    body: bytes = b"[]"
    hot: bool = False
    before: bytes = b""
    user: str = "writer"
    type: str = "application/json"
    query: str = ""
    headers: Mapping[str, str | None] = field(default_factory=dict)


IDENTIFIED = one(id=ID.decode())

CASES = {
    "a statement": Case(one(), hot=True),
    "with an id": Case(IDENTIFIED, hot=True),
    "many": Case(b"[%b, %b]" % (one(), IDENTIFIED), hot=True),
    "none": Case(hot=True),
    "with white space around": Case(b" \n%b\n" % one(), hot=True),
    "with a charset": Case(one(), hot=True, type="Application/JSON; charset=utf-8"),
    "2.0.0": Case(one(), hot=True, headers={"X-Experience-API-Version": "2.0.0"}),
    "1.0": Case(one(), hot=True, headers={"X-Experience-API-Version": " 1.0"}),
    "by one that may define": Case(one(), hot=True, user="all"),
    "by a user of the issuer": Case(one(), hot=True, user="token"),
    "a replay": Case(IDENTIFIED, hot=True, before=IDENTIFIED),
    "old and new": Case(b"[%b, %b]" % (one(), IDENTIFIED), hot=True, before=IDENTIFIED),
    "a conflict": Case(one(id=ID.decode(), timestamp="2026-01-01T00:00:00Z"), before=IDENTIFIED),
    "an invalid statement": Case(one(verb={"id": "no IRI"})),
    "no JSON": Case(b"{"),
    "a key twice": Case(b'{"id": 1, "id": 1}'),
    "no body": Case(b""),
    "too large": Case(b" " * MOST + b"[]"),
    "as large as may be": Case(b" " * (MOST - 2) + b"[]", hot=True),
    "broken off": Case(one(), headers={"Content-Length": "3000"}),
    "of unknown length": Case(one(), headers={"Content-Length": None}),
    "in chunks": Case(one(), headers={"Transfer-Encoding": "chunked"}),
    "another type": Case(one(), type="text/plain"),
    "a parameter": Case(one(), query="statementId=1"),
    "no version": Case(one(), headers={"X-Experience-API-Version": None}),
    "another version": Case(one(), headers={"X-Experience-API-Version": "3.0"}),
    "nobody": Case(one(), user=""),
    "a wrong secret": Case(one(), user="nobody"),
    "a wrong token": Case(one(), headers={"Authorization": "Bearer x"}),
    "one that may only read": Case(one(), user="reader"),
    "a user that may only read": Case(one(), user="reading token"),
}


@pytest.fixture(scope="module")
def app(
    postgresql: PostgresqlServer,
    issuer: LocalIssuer,
    compose: Compose,
    tmp_path_factory: pytest.TempPathFactory,
) -> Flask:
    data = str(tmp_path_factory.mktemp("data"))
    settings = Settings(
        database=enrolled(postgresql.fresh()), data=data, max_request=MOST, read_wait=0.0
    )
    made = compose(replace(settings, oidc_issuer=issuer.url, oidc_audience=AUDIENCE))
    database = Pool(settings.database, 1)
    for key, scope in (
        ("writer", Scope.STATEMENTS_WRITE),
        ("reader", Scope.STATEMENTS_READ),
        ("all", Scope.ALL),
    ):
        credentials.add(database, key, SECRET, (scope,))
    database.close()
    return made


@dataclass
class Reply:
    """A response, without what differs each time."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


def environment(case: Case, body: bytes, issuer: LocalIssuer) -> "WSGIEnvironment":
    headers: dict[str, str | None] = {"X-Experience-API-Version": "1.0.3"}
    if "token" in case.user:
        scope = Scope.STATEMENTS_READ if "reading" in case.user else Scope.STATEMENTS_WRITE
        headers["Authorization"] = f"Bearer {issuer.token(scope=scope)}"
    elif case.user:
        known = Authorization("basic", {"username": case.user, "password": SECRET})
        headers["Authorization"] = known.to_header()
    headers |= case.headers
    environ = EnvironBuilder(
        "/xapi/statements",
        method="POST",
        query_string=case.query,
        data=body,
        content_type=case.type,
        headers=[(name, value) for name, value in headers.items() if value is not None],
    ).get_environ()
    if "Content-Length" in headers:
        environ["CONTENT_LENGTH"] = headers["Content-Length"] or ""
        environ["wsgi.input_terminated"] = True
    return environ


def send(way: "WSGIApplication", case: Case, issuer: LocalIssuer) -> Reply:
    """Send the requests of a case one after the other, under an id of their own."""
    fresh = str(uuid.uuid4()).encode()
    if case.before:
        sent = environment(replace(case, headers={}), case.before.replace(ID, fresh), issuer)
        assert run_wsgi_app(way, sent)[1].startswith("200")
    environ = environment(case, case.body.replace(ID, fresh), issuer)
    chunks, status, headers = run_wsgi_app(way, environ, buffered=True)
    told = sorted((name, TIME.sub("time", value)) for name, value in headers)
    return Reply(status, told, UUID.sub(b"id", b"".join(chunks)))


def events(app: Flask, start: int) -> list[tuple[object, ...]]:
    """Return the events on the log from a position on, without what differs each time."""
    parts: AppParts = app.extensions["app_parts"]
    reader = parts.log.reader(start)
    found: list[tuple[object, ...]] = []
    for record in reader.read(100, 0.0):
        event = decode(record.headers, record.value, record.position)
        assert isinstance(event, StatementsStored)
        raw = tuple(UUID.sub(b"id", bytes(kept.raw)) for kept in event.statements)
        found.append((raw, event.version, bytes(event.authority), event.defines))
    reader.close()
    return found


def counted(app: Flask) -> dict[str, float]:
    """Return the measures of statements."""
    text = app.extensions["measures"].text().decode()
    lines = re.findall(r"^(lrs_(?:req|statements_app)\S*(?:total|_count)\S*) (\S+)$", text, re.M)
    return {name: float(value) for name, value in lines}


def end(app: Flask) -> int:
    parts: AppParts = app.extensions["app_parts"]
    return parts.log.horizon().end


def ways(app: Flask) -> "list[WSGIApplication]":
    return [app.wsgi_app, partial(Flask.wsgi_app, app)]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_both_ways_are_one(app: Flask, issuer: LocalIssuer, case: Case) -> None:
    outcomes = []
    for way in ways(app):
        start, before = end(app), counted(app)
        answer = send(way, case, issuer)
        after = counted(app)
        grown = {name: after[name] - before.get(name, 0.0) for name in after}
        outcomes.append((answer, events(app, start), {k: v for k, v in grown.items() if v}))
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_only_what_is_plain_and_succeeds_spares_flask(
    app: Flask, issuer: LocalIssuer, case: Case
) -> None:
    reached: list[object] = []
    with request_started.connected_to(reached.append, app):
        answer = send(app.wsgi_app, case, issuer)
    assert (not reached) == case.hot
    assert answer.status.startswith("200") or not case.hot


@pytest.mark.parametrize("failure", [UnavailableError("gone"), RuntimeError("a fault of ours")])
def test_a_failure_is_answered_once_and_alike(
    app: Flask, issuer: LocalIssuer, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    tried = []

    def fail(submission: Submission) -> Receipt:
        tried.append(submission)
        time.sleep(0.05)
        raise failure

    monkeypatch.setattr(app.extensions["app_parts"].intake, "store", fail)
    before = spent(app)
    hot, cold = (send(way, Case(one()), issuer) for way in ways(app))
    assert hot == cold
    assert hot.status.startswith("50")
    assert len(tried) == 2
    assert spent(app) - before >= 0.1  # the time before Flask counts as well


def spent(app: Flask) -> float:
    """Return the seconds that answers about statements have taken."""
    text = app.extensions["measures"].text().decode()
    found = re.search(r'^lrs_request_seconds_sum\{route="/xapi/statements"\} (\S+)$', text, re.M)
    return float(found[1]) if found else 0.0
