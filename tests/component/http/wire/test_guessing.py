"""Who guesses secrets over HTTP is slowed, is told so, and is counted."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lrs.access.attempts import FREE
from lrs.settings import Settings
from lrs.storage.database import Pool
from tests import credentials
from tests.component.http.conftest import Compose
from tests.databases import PostgresqlServer, enrolled
from tests.statements import completed

SECRET, WRONG = "a-secret-of-many-characters", "not-the-secret-of-many"
STATEMENTS = "/xapi/statements"
KEYS = ("lms", "quiz", "hot", "open")


@pytest.fixture(scope="module")
def client(
    postgresql: PostgresqlServer, compose: Compose, tmp_path_factory: pytest.TempPathFactory
) -> FlaskClient:
    settings = Settings(
        database=enrolled(postgresql.fresh()),
        data=str(tmp_path_factory.mktemp("data")),
        read_wait=0.0,
        trusted_proxies=1,
    )
    database = Pool(settings.database, 1)
    for key in KEYS:
        credentials.add(database, key, SECRET, ("all",))
    database.close()
    made = compose(settings).test_client()
    made.environ_base["HTTP_X_EXPERIENCE_API_VERSION"] = "1.0.3"
    return made


def get(client: FlaskClient, key: str, secret: str, address: str = "192.0.2.1") -> TestResponse:
    asked = {"X-Forwarded-For": address}
    return client.get(STATEMENTS, headers=asked, auth=(key, secret))


def post(client: FlaskClient, key: str, secret: str) -> TestResponse:
    return client.post(STATEMENTS, json=completed(), auth=(key, secret))


def counted(client: FlaskClient, reason: str) -> float:
    name = rf'^lrs_authentication_failures_total{{reason="{reason}"}} ([0-9.]+)$'
    found = re.search(name, client.get("/metrics").text, re.M)
    return float(found.group(1)) if found else 0.0


@pytest.mark.parametrize("key", ["lms", "a-key-that-nobody-has"])
def test_after_some_failures_who_guesses_is_told_to_come_later(
    client: FlaskClient, key: str
) -> None:
    wrong = [get(client, key, WRONG) for _ in range(FREE)]
    assert {one.status_code for one in wrong} == {401}
    assert all(one.headers["WWW-Authenticate"].startswith("Basic ") for one in wrong)
    slowed = get(client, key, WRONG)
    assert (slowed.status_code, slowed.headers["Retry-After"]) == (429, "1")
    assert slowed.json is not None
    assert slowed.json["error"] == "slowed"
    assert "WWW-Authenticate" not in slowed.headers


def test_the_right_secret_gets_in_from_elsewhere(client: FlaskClient) -> None:
    for _ in range(FREE):
        get(client, "quiz", WRONG)
    assert get(client, "quiz", SECRET).status_code == 429
    assert get(client, "quiz", SECRET, "192.0.2.2").status_code == 200


def test_a_post_of_statements_counts_once_for_each_failure(client: FlaskClient) -> None:
    """It is identified before Flask sees it, and must not be a second time there."""
    before = counted(client, "unauthenticated"), counted(client, "slowed")
    assert [post(client, "hot", WRONG).status_code for _ in range(FREE)] == [401] * FREE
    assert counted(client, "unauthenticated") == before[0] + FREE
    slowed = post(client, "hot", SECRET)
    assert (slowed.status_code, slowed.headers["Retry-After"]) == (429, "1")
    assert counted(client, "slowed") == before[1] + 1


def test_a_request_without_credentials_is_no_failure(client: FlaskClient) -> None:
    before = counted(client, "unauthenticated")
    for _ in range(FREE + 1):
        assert client.get(STATEMENTS).status_code == 401
    assert counted(client, "unauthenticated") == before
    assert get(client, "open", SECRET).status_code == 200
