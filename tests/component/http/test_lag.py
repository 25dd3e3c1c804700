"""What is answered while the log is ahead of the projections: no consumer runs here."""

import uuid

import pytest
from flask.testing import FlaskClient

from lrs.settings import Settings
from lrs.storage.database import Pool, connect
from projections.folding.registry import discover
from tests import credentials
from tests.component.http.conftest import Compose
from tests.databases import PostgresqlServer
from tests.statements import completed

KEY, SECRET = "test", "test-secret-0123456789"
STATEMENTS = "/xapi/statements"


@pytest.fixture
def settings(postgresql: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    data = tmp_path_factory.mktemp("data")
    return Settings(database=postgresql.fresh(), data=str(data), read_wait=0.0)


@pytest.fixture
def client(settings: Settings, compose: Compose) -> FlaskClient:
    database: Pool = Pool(settings.database, 1)
    credentials.add(database, KEY, SECRET, ("all",))
    database.close()
    made = compose(settings).test_client()
    made.environ_base["HTTP_X_EXPERIENCE_API_VERSION"] = "1.0.3"
    return made


def test_a_statement_that_is_not_folded_yet_is_not_said_to_be_absent(client: FlaskClient) -> None:
    asked = {"statementId": str(uuid.uuid4())}
    assert client.get(STATEMENTS, query_string=asked, auth=(KEY, SECRET)).status_code == 404
    made = completed(id=asked["statementId"])
    assert client.post(STATEMENTS, json=made, auth=(KEY, SECRET)).status_code == 200

    answer = client.get(STATEMENTS, query_string=asked, auth=(KEY, SECRET))

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_a_projection_that_nobody_folds_has_a_lag(client: FlaskClient) -> None:
    assert client.post(STATEMENTS, json=completed(), auth=(KEY, SECRET)).status_code == 200
    measured = client.get("/metrics").text
    for name in discover():
        assert f'lrs_projection_lag{{projection="{name}"}} 1.0' in measured


def test_a_log_that_ends_before_what_was_folded_is_not_ready(
    client: FlaskClient, settings: Settings
) -> None:
    assert client.get("/health/ready").status_code == 200
    with connect(settings.database) as connection:
        connection.execute("INSERT INTO progress VALUES ('statements', 1, 7, 0, 6, 0, 0)")

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["log"]["error"] == "the log ends before position 7 of the database"
