"""Reads on the hot path and by the resource behind it are one; each is one round trip."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import orjson
import pytest
from flask import Flask, request_started
from werkzeug.datastructures import Authorization
from werkzeug.test import EnvironBuilder, run_wsgi_app

from consumers.fold import Folder
from lrs.access.scopes import Scope
from lrs.http.wire.app_parts import AppParts
from lrs.settings import Settings
from lrs.storage.database import Pool, connect
from projections.folding.position import enrol
from projections.folding.registry import named
from tests import credentials
from tests.asked import note
from tests.component.http.conftest import Compose
from tests.component.http.xapi.test_hot_path import counted
from tests.databases import PostgresqlServer
from tests.statements import completed
from tests.waiting import until

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

STATEMENTS = "/xapi/statements"
SECRET = "a-secret-of-many-characters"
KNOWN, VOIDED, VOIDING, ABSENT = (f"{digit * 8}-1111-4111-8111-111111111111" for digit in "1234")
VOIDS = {"verb": {"id": "http://adlnet.gov/expapi/verbs/voided"}}
TIME = re.compile(r"[0-9-]{10}T[0-9:.]+Z")
BOUNDARY = re.compile(r"\b[0-9a-f]{32}\b")
AGENT = {"mbox": "mailto:ana@example.org"}
ACTIVITY = "https://example.org/courses/1"


@dataclass(frozen=True)
class Case:
    """A read; `hot` tells whether Flask is spared, `status` how it is answered."""

    query: Mapping[str, str] | str = field(default_factory=dict)
    hot: bool = True
    status: int = 200
    user: str = "reader"
    headers: Mapping[str, str | None] = field(default_factory=dict)
    method: str = "GET"
    root: str = ""


def cold(query: Mapping[str, str] | str, status: int = 200) -> Case:
    return Case(query, hot=False, status=status)


ONE = {"statementId": KNOWN}
CASES = {
    "by id": Case(ONE),
    "by id in capitals": Case({"statementId": KNOWN.upper()}),
    "a voided one": Case({"voidedStatementId": VOIDED}),
    "exact without attachments": Case(ONE | {"format": "exact", "attachments": "False"}),
    "all": Case(),
    "all of a limit": Case({"limit": "2"}),
    "below a path": Case({"limit": "1"}, root="/lrs"),
    "the oldest first": Case({"ascending": "true", "limit": "1"}),
    "of an agent": Case({"agent": orjson.dumps(AGENT).decode()}),
    "of a related agent": Case({"agent": orjson.dumps(AGENT).decode(), "related_agents": "true"}),
    "of an activity and a verb": Case({"activity": ACTIVITY, "verb": "https://example.org/v"}),
    "of a related activity": Case({"activity": ACTIVITY, "related_activities": "true"}),
    "of nothing that is there": Case({"registration": ABSENT}),
    "since": Case({"since": "2020-01-01T00:00:00Z"}),
    "until": Case({"until": "2020-01-01T00:00:00Z"}),
    "2.0.0": Case(headers={"X-Experience-API-Version": "2.0.0"}),
    "of another origin": Case(headers={"Origin": "https://example.org"}),
    "one's own": Case(user="own"),
    "by one that may do all": Case(user="all"),
    "an absent one": cold({"statementId": ABSENT}, 404),
    "one that is not voided": cold({"voidedStatementId": KNOWN}, 404),
    "a voided one by its id": cold({"statementId": VOIDED}, 404),
    "with ids alone": cold({"format": "ids"}),
    "canonical": cold(ONE | {"format": "canonical"}),
    "with attachments": cold(ONE | {"attachments": "true"}),
    "another format": cold({"format": "short"}, 400),
    "an unknown parameter": cold({"wanted": "1"}, 400),
    "a parameter twice": cold("limit=1&limit=1", 400),
    "no UTF-8": cold("verb=%FF", 400),
    "beyond ASCII": Case("verb=https://example.org/\u00e9", hot=False, status=200),
    "a bad id": cold({"statementId": "1"}, 400),
    "an id and a filter": cold(ONE | {"limit": "1"}, 400),
    "two ids": cold(ONE | {"voidedStatementId": VOIDED}, 400),
    "an Agent that is none": cold({"agent": "{}"}, 400),
    "a Group of nobody": cold({"agent": '{"objectType":"Group","member":[]}'}, 400),
    "a wrong cursor": cold({"cursor": "x"}, 400),
    "no version": Case(hot=False, status=400, headers={"X-Experience-API-Version": None}),
    "another version": Case(hot=False, status=400, headers={"X-Experience-API-Version": "3.0"}),
    "nobody": Case(hot=False, status=401, user=""),
    "one that may only write": Case(hot=False, status=403, user="writer"),
    "the head": Case(ONE, hot=False, method="HEAD"),
}


@pytest.fixture(scope="module")
def settings(postgresql: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    data = str(tmp_path_factory.mktemp("data"))
    return Settings(database=postgresql.fresh(), data=data, read_wait=0.0)


@pytest.fixture(scope="module")
def app(settings: Settings, compose: Compose) -> Flask:
    made = compose(settings)
    database = Pool(settings.database, 1)
    for key, scope in (
        ("writer", Scope.STATEMENTS_WRITE),
        ("reader", Scope.STATEMENTS_READ),
        ("own", Scope.STATEMENTS_READ_MINE),
        ("all", Scope.ALL),
    ):
        credentials.add(database, key, SECRET, (scope,))
    database.close()
    target = {"objectType": "StatementRef", "id": VOIDED}
    sent = [
        completed(id=KNOWN, actor=AGENT, object={"id": ACTIVITY}),
        completed(id=VOIDED),
        completed(id=VOIDING, object=target, **VOIDS),
        completed(object={"id": ACTIVITY}),
    ]
    client = made.test_client()
    client.environ_base["HTTP_X_EXPERIENCE_API_VERSION"] = "1.0.3"
    assert client.post(STATEMENTS, json=sent, auth=("writer", SECRET)).status_code == 200
    fold(made, settings)
    return made


def fold(app: Flask, settings: Settings) -> None:
    """Fold what is on the log into the statements."""
    parts: AppParts = app.extensions["app_parts"]
    (kind,) = named(("statements",))
    with connect(settings.database) as connection:
        place = enrol(connection, kind, parts.log.horizon().end)
        reader = parts.log.reader(place.next)
        Folder(connection).fold([kind], reader.read(1_000, 0.0), place)
        reader.close()


@dataclass
class Answer:
    """What came back, without what is another each time."""

    status: str
    headers: list[tuple[str, str]]
    body: str


def send(way: "WSGIApplication", case: Case) -> Answer:
    headers: dict[str, str | None] = {"X-Experience-API-Version": "1.0.3"}
    if case.user:
        known = Authorization("basic", {"username": case.user, "password": SECRET})
        headers["Authorization"] = known.to_header()
    headers |= case.headers
    query = case.query if isinstance(case.query, str) else urlencode(case.query)
    environ = EnvironBuilder(
        STATEMENTS,
        method=case.method,
        headers=[(name, value) for name, value in headers.items() if value is not None],
    ).get_environ()
    environ["QUERY_STRING"] = query.encode().decode("latin-1")
    environ["SCRIPT_NAME"] = case.root
    chunks, status, told = run_wsgi_app(way, environ, buffered=True)
    listed = sorted((name, BOUNDARY.sub("", TIME.sub("time", value))) for name, value in told)
    body = BOUNDARY.sub("boundary", b"".join(chunks).decode())
    return Answer(status, listed, body)


def ways(app: Flask) -> "list[WSGIApplication]":
    return [app.wsgi_app, partial(Flask.wsgi_app, app)]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_both_ways_are_one(app: Flask, case: Case) -> None:
    outcomes = []
    for way in ways(app):
        before = counted(app)
        answer = send(way, case)
        after = counted(app)
        outcomes.append((answer, {name: after[name] - before.get(name, 0.0) for name in after}))
    first, second = outcomes
    assert first[0] == second[0]
    assert {k: v for k, v in first[1].items() if v} == {k: v for k, v in second[1].items() if v}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_only_what_is_plain_and_succeeds_spares_flask(app: Flask, case: Case) -> None:
    reached: list[object] = []
    with request_started.connected_to(reached.append, app):
        answer = send(app.wsgi_app, case)
    assert int(answer.status[:3]) == case.status
    assert (not reached) == case.hot


def test_what_is_shown_is_what_was_stored(app: Flask) -> None:
    shown = orjson.loads(send(app.wsgi_app, Case(ONE)).body)
    assert (shown["id"], shown["actor"]) == (KNOWN, AGENT)
    listed = orjson.loads(send(app.wsgi_app, Case()).body)
    assert [one["id"] for one in listed["statements"]][1:] == [VOIDING, KNOWN]
    assert listed["more"] == ""


def test_a_more_link_goes_on_below_the_path_of_a_proxy(app: Flask) -> None:
    first = orjson.loads(send(app.wsgi_app, CASES["below a path"]).body)
    path, _, query = first["more"].partition("?")
    assert path == f"/lrs{STATEMENTS}"
    second = orjson.loads(send(app.wsgi_app, Case(query)).body)
    assert [one["id"] for one in second["statements"]] == [VOIDING]


@pytest.mark.parametrize(
    "query", [ONE, {}, {"limit": "1"}, CASES["since"].query, CASES["of a related activity"].query]
)
def test_a_read_is_one_statement(
    app: Flask, monkeypatch: pytest.MonkeyPatch, query: Mapping[str, str]
) -> None:
    asked = note(monkeypatch)

    def statements(way: "WSGIApplication") -> int:
        asked.clear()
        assert send(way, Case(query)).status == "200 OK"
        return len(asked)

    for way in ways(app):  # until the caller and the place of the projection are known
        assert until(partial(statements, way), (1).__eq__) == 1
