"""Every event that a request appends names who sent the request."""

import uuid
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lrs.events.documents import DocumentStored
from lrs.events.envelope import Event, decode
from lrs.events.principal import Principal, PrincipalKind, credential
from lrs.events.statements import StatementsStored
from lrs.http.wire.app_parts import AppParts
from lrs.settings import Settings
from lrs.storage.database import Pool
from tests import credentials
from tests.component.http.conftest import Compose
from tests.databases import PostgresqlServer, enrolled
from tests.issuer import AUDIENCE, LocalIssuer
from tests.statements import completed

KEY, SECRET = "lms", "a-secret-of-many-characters"
STATEMENTS = "/xapi/statements"
PROFILE = "/xapi/activities/profile?activityId=urn:a&profileId=p"
ALL = {"X-Experience-API-Version": "1.0.3", "If-None-Match": "*"}


@pytest.fixture(scope="module")
def app(
    postgresql: PostgresqlServer,
    issuer: LocalIssuer,
    compose: Compose,
    tmp_path_factory: pytest.TempPathFactory,
) -> Flask:
    data = tmp_path_factory.mktemp("data")
    plain = Settings(database=enrolled(postgresql.fresh()), data=str(data), append_timeout=0.3)
    database = Pool(plain.database, 1)
    credentials.add(database, KEY, SECRET, ("all",))
    database.close()
    trusting = replace(plain, oidc_issuer=issuer.url, oidc_audience=AUDIENCE)
    return compose(replace(trusting, oidc_person_claim="employee"))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def last(app: Flask) -> Event:
    """Return the event at the end of the log."""
    parts = app.extensions["app_parts"]
    assert isinstance(parts, AppParts)
    reader = parts.log.reader(parts.log.horizon().end - 1)
    (record,) = reader.read(1, 5.0)
    reader.close()
    return decode(record.headers, record.value, record.position)


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_statements_name_the_credential_that_sent_them(
    app: Flask, client: FlaskClient, method: str
) -> None:
    """A POST is stored before Flask sees it, a PUT behind the routes."""
    key = str(uuid.uuid4())
    asked = {"statementId": key} if method == "PUT" else {}
    sent: dict[str, Any] = {"json": completed(id=key), "headers": ALL, "auth": (KEY, SECRET)}
    answer = client.open(STATEMENTS, method=method, query_string=asked, **sent)
    assert answer.status_code in {200, 204}
    event = last(app)
    assert isinstance(event, StatementsStored)
    assert (event.statements[0].id, event.principal) == (key, credential(KEY))


def test_a_document_names_the_credential_that_sent_it(app: Flask, client: FlaskClient) -> None:
    answer = client.put(PROFILE, data=b"{}", headers=ALL, auth=(KEY, SECRET))
    assert answer.status_code == 503, "nobody folds here: the document is on the log all the same"
    event = last(app)
    assert isinstance(event, DocumentStored)
    assert event.principal == credential(KEY)


@pytest.mark.parametrize(("subject", "application"), [("user-1", "app-1"), ("app-1", "")])
def test_a_token_names_its_subject_application_and_person(
    app: Flask, client: FlaskClient, issuer: LocalIssuer, subject: str, application: str
) -> None:
    token = issuer.token(sub=subject, employee="P-17")
    bearer = ALL | {"Authorization": f"Bearer {token}"}
    assert client.post(STATEMENTS, json=completed(), headers=bearer).status_code == 200
    event = last(app)
    assert isinstance(event, StatementsStored)
    named = Principal(PrincipalKind.SUBJECT, subject, issuer.url, application, "P-17")
    assert event.principal == named
