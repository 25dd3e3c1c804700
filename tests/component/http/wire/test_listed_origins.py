"""With `LRS_CORS_ORIGINS`: the pages listed may send credentials, and no others may read."""

import json
from dataclasses import replace

import pytest
from flask import Flask, request_started
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from lrs.settings import Settings
from lrs.storage.database import Pool
from tests import credentials
from tests.component.http.conftest import Compose
from tests.databases import PostgresqlServer
from tests.statements import completed

LISTED, OTHER = "https://content.example", "https://evil.example"
AUTH = ("all", "a-secret-of-many-characters")
ALLOW, CREDENTIALS = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"
PATHS = ("/xapi/statements", "/xapi/nothing", "/api/v1/completions", "/api/v1/nothing")


@pytest.fixture(scope="module")
def app(
    postgresql: PostgresqlServer, compose: Compose, tmp_path_factory: pytest.TempPathFactory
) -> Flask:
    data = str(tmp_path_factory.mktemp("data"))
    settings = Settings(database=postgresql.fresh(), data=data, read_wait=0.0)
    database = Pool(settings.database, 1)
    credentials.add(database, *AUTH, ("all",))
    database.close()
    return compose(replace(settings, cors_origins=frozenset((LISTED, "https://b.example"))))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    made = app.test_client()
    made.environ_base["HTTP_X_EXPERIENCE_API_VERSION"] = "1.0.3"
    return made


def cors(headers: Headers) -> tuple[str | None, str | None, str | None]:
    return headers.get(ALLOW), headers.get(CREDENTIALS), headers.get("Vary")


@pytest.mark.parametrize("path", PATHS)
def test_a_page_that_is_listed_may_send_credentials(client: FlaskClient, path: str) -> None:
    for auth in (AUTH, None):
        got = client.get(path, auth=auth, headers={"Origin": LISTED})
        assert cors(got.headers) == (LISTED, "true", "Origin")
        assert "ETag" in got.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("origin", [OTHER, "null", "", f"{LISTED}.evil.example", None])
def test_no_other_page_may_read(client: FlaskClient, path: str, origin: str | None) -> None:
    headers = {} if origin is None else {"Origin": origin}
    got = client.get(path, auth=AUTH, headers=headers)
    assert cors(got.headers) == (None, None, "Origin")


@pytest.mark.parametrize(("origin", "told"), [(LISTED, LISTED), (OTHER, None)])
def test_a_preflight_tells_the_same(client: FlaskClient, origin: str, told: str | None) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
    got = client.options("/xapi/statements", headers=asked)
    assert (got.status_code, got.headers.get(ALLOW)) == (204, told)
    assert got.headers.get(CREDENTIALS) == (told and "true")


@pytest.mark.parametrize(("origin", "told"), [(LISTED, LISTED), (OTHER, None)])
def test_the_hot_path_tells_the_same(
    app: Flask, client: FlaskClient, origin: str, told: str | None
) -> None:
    reached: list[object] = []
    with request_started.connected_to(reached.append, app):
        got = client.post(
            "/xapi/statements",
            data=json.dumps(completed()),
            content_type="application/json",
            auth=AUTH,
            headers={"Origin": origin},
        )
    assert (got.status_code, reached) == (200, [])
    assert cors(got.headers) == (told, told and "true", "Origin")
