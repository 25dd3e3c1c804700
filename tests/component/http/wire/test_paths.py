"""Slashes in a path: every spelling is the same resource, and nothing is redirected."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, Response, request_started
from werkzeug.datastructures import Authorization
from werkzeug.test import EnvironBuilder, run_wsgi_app

from lrs.access.scopes import Scope
from lrs.http.app import TABLES
from lrs.settings import Settings
from lrs.storage.database import Pool
from tests import credentials
from tests.component.http.conftest import Compose
from tests.databases import PostgresqlServer, enrolled
from tests.statements import completed

SECRET = "a-secret-of-many-characters"
BASIC = Authorization("basic", {"username": "all", "password": SECRET}).to_header()
HEADERS = {"X-Experience-API-Version": "1.0.3", "Authorization": BASIC}
METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "POST", "DELETE", "PATCH")
SPELLINGS = {
    "two slashes before": "/{}",
    "three slashes before": "//{}",
    "one slash after": "{}/",
    "two slashes after": "{}//",
}


@pytest.fixture(scope="module")
def settings(postgresql: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = Settings(
        database=enrolled(postgresql.fresh()),
        data=str(tmp_path_factory.mktemp("data")),
        read_wait=0.0,
    )
    database = Pool(made.database, 1)
    credentials.add(database, "all", SECRET, (Scope.ALL,))
    database.close()
    return made


@pytest.fixture(scope="module")
def app(settings: Settings, compose: Compose) -> Flask:
    return compose(settings)


@pytest.fixture(scope="module")
def behind(settings: Settings, compose: Compose) -> Flask:
    """An application below a path, behind a proxy that may name another."""
    return compose(replace(settings, path_prefix="/lrs", trusted_proxies=1))


def send(app: Flask, method: str, path: str, **more: Any) -> Response:
    """Send a request whose path stands in the environment as it is written here."""
    headers = HEADERS | more.pop("headers", {})
    builder = EnvironBuilder(method=method, headers=headers, **more)
    environ = builder.get_environ() | {"PATH_INFO": path}
    chunks, status, told = run_wsgi_app(app.wsgi_app, environ, buffered=True)
    return Response(chunks, status, told)


def spellings(path: str) -> list[str]:
    """Return a path with more slashes, in every position."""
    ends = [form.format(path) for form in SPELLINGS.values()]
    inside = [path[:at] + "/" + path[at:] for at, letter in enumerate(path) if letter == "/"]
    return [*ends, *inside, path.replace("/", "//"), path.replace("/", "///") + "//"]


@pytest.mark.parametrize("path", [path for table in TABLES for path in table])
@pytest.mark.parametrize("method", METHODS)
def test_every_spelling_is_the_same_resource(app: Flask, method: str, path: str) -> None:
    clean = send(app, method, path)
    for spelling in spellings(path):
        other = send(app, method, spelling)
        assert (spelling, other.status_code) == (spelling, clean.status_code)
        assert set(other.headers.keys()) == set(clean.headers.keys())
    assert not 300 <= clean.status_code < 400


def test_a_statement_takes_the_hot_path_however_it_is_addressed(app: Flask) -> None:
    reached: list[object] = []
    with request_started.connected_to(reached.append, app):
        posted = send(app, "POST", "/xapi//statements/", json=completed())
    assert (posted.status_code, reached) == (200, [])


def test_a_preflight_of_another_spelling_is_answered(app: Flask) -> None:
    asked = {"Origin": "https://content.example", "Access-Control-Request-Method": "POST"}
    got = send(app, "OPTIONS", "/xapi//statements", headers=asked)
    assert got.status_code == 204
    assert "POST" in got.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize(
    "path",
    [
        "/lrs//xapi//statements",
        "//lrs/xapi/statements/",
        "/xapi//statements",
        "/lrs///xapi/statements",
    ],
)
def test_slashes_below_the_prefix_are_as_single_ones(behind: Flask, path: str) -> None:
    got = send(behind, "GET", path, query_string={"limit": "1"})
    assert got.status_code == 200


def test_a_later_route_that_ends_in_a_slash_does_not_redirect(
    settings: Settings, compose: Compose
) -> None:
    app = compose(settings)
    app.add_url_rule("/later/", view_func=lambda: "here")
    for path in ("/later", "/later/", "//later"):
        assert send(app, "GET", path).status_code == 403  # found: the table has no scope for it
