import logging
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lrs.access.scopes import Scope
from lrs.errors import HaltError
from lrs.http.wire import authorization
from lrs.http.wire.authorization import OPEN
from lrs.settings import Settings
from lrs.storage.database import Pool
from tests import credentials
from tests.component.http.conftest import Compose
from tests.component.http.wire.routes import (
    REGISTER_READS,
    REGISTER_WRITES,
    TABLE,
    allowed,
    is_open,
    routes,
    send,
)
from tests.databases import PostgresqlServer, enrolled
from tests.issuer import AUDIENCE, LocalIssuer

SECRET = "a-secret-of-many-characters"

COMPLETIONS = {"GET /api/v1/completions"}
AUDIT = {"GET /api/v1/administration"}
READS = {"GET /xapi/statements", "GET /xapi/agents", "GET /xapi/activities"} | COMPLETIONS
WRITES = {"PUT /xapi/statements", "POST /xapi/statements"}
STATE = {f"{method} /xapi/activities/state" for method in ("GET", "PUT", "POST", "DELETE")}
PROFILE = {
    f"{method} /xapi/{resource}/profile"
    for method in ("GET", "PUT", "POST", "DELETE")
    for resource in ("agents", "activities")
}
ALL = READS | WRITES | STATE | PROFILE | AUDIT | REGISTER_READS | REGISTER_WRITES
XAPI_READS = {route for route in ALL if route.startswith("GET /xapi/")}
ALLOWED = {
    Scope.STATEMENTS_WRITE: WRITES,
    Scope.STATEMENTS_READ_MINE: {"GET /xapi/statements"},
    Scope.STATEMENTS_READ: READS,
    Scope.STATE: STATE,
    Scope.DEFINE: set(),
    Scope.PROFILE: PROFILE,
    Scope.ALL_READ: XAPI_READS,
    Scope.ALL: ALL,
    Scope.RECORDS_READ: COMPLETIONS,
    Scope.REGISTERS_READ: REGISTER_READS,
    Scope.REGISTERS_WRITE: REGISTER_WRITES,
    Scope.STATISTICS_READ: set(),
    Scope.EVALUATE: set(),
    Scope.CERTIFICATIONS_WRITE: set(),
    Scope.FRAMEWORKS_READ: set(),
    Scope.FRAMEWORKS_WRITE: set(),
    Scope.FRAMEWORKS_APPROVE: set(),
    Scope.AUDIT_READ: AUDIT,
    Scope.OPERATE: set(),
}
"""What each scope allows, written out: the tables of the product are held to it."""


@pytest.fixture(scope="module")
def settings(
    postgresql: PostgresqlServer, issuer: LocalIssuer, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    data = tmp_path_factory.mktemp("data")
    plain = Settings(database=enrolled(postgresql.fresh()), data=str(data), read_wait=0.0)
    return replace(plain, oidc_issuer=issuer.url, oidc_audience=AUDIENCE)


@pytest.fixture(scope="module")
def app(settings: Settings, compose: Compose) -> Flask:
    return compose(settings)


@pytest.fixture(scope="module")
def client(app: Flask, settings: Settings) -> FlaskClient:
    database: Pool = Pool(settings.database, 1)
    for scope in Scope:
        credentials.add(database, key(scope), SECRET, (scope,))
    database.close()
    return app.test_client()


def key(scope: Scope) -> str:
    return scope.replace("/", "-")


def test_every_route_stands_in_the_table_and_every_line_is_a_route(app: Flask) -> None:
    table = {f"{method} {rule}" for rule, methods in TABLE.items() for method in methods}
    assert routes(app) == table


@pytest.mark.parametrize("scope", Scope)
def test_a_scope_allows_what_it_is_for_and_nothing_else(
    app: Flask, client: FlaskClient, scope: Scope
) -> None:
    assert allowed(app, client, auth=(key(scope), SECRET)) == ALLOWED[scope]


@pytest.mark.parametrize("scope", Scope)
def test_a_scope_in_a_token_allows_the_same(
    app: Flask, client: FlaskClient, issuer: LocalIssuer, scope: Scope
) -> None:
    bearer = {"Authorization": f"Bearer {issuer.token(scope=scope)}"}
    answers = {route: send(client, route, headers=bearer) for route in routes(app)}
    refused = {route for route, answer in answers.items() if answer.status_code == 403}
    opened = {route for route in routes(app) if is_open(route)}
    assert routes(app) - refused - opened == ALLOWED[scope]
    for route in refused:
        challenge = answers[route].headers["WWW-Authenticate"]
        assert challenge.startswith('Bearer realm="xAPI", error="insufficient_scope", scope="')


def test_two_tables_with_a_rule_for_one_route_stop_the_start() -> None:
    table = {"/x": {"GET": OPEN}}
    with pytest.raises(HaltError, match="/x"):
        authorization.install(Flask("tested"), table, table)


def test_without_credentials_only_open_routes_answer(app: Flask, client: FlaskClient) -> None:
    answers = {route: send(client, route) for route in routes(app)}
    refused = {route for route, answer in answers.items() if answer.status_code == 401}
    assert routes(app) - refused == {
        "GET /",
        "GET /xapi",
        "GET /xapi/about",
        "GET /health/live",
        "GET /health/ready",
        "GET /metrics",
        "GET /api/openapi.json",
        "GET /api/docs",
    }
    for route in refused:
        assert answers[route].headers.getlist("WWW-Authenticate") == [
            'Basic realm="xAPI", charset="UTF-8"',
            'Bearer realm="xAPI"',
        ]


def test_a_refusal_says_which_scopes_would_do(client: FlaskClient) -> None:
    answer = send(client, "PUT /xapi/statements", auth=(key(Scope.STATE), SECRET))
    assert answer.json is not None
    assert answer.json["error"] == "forbidden"
    assert answer.json["message"].endswith("all, statements/write")
    assert "WWW-Authenticate" not in answer.headers


@pytest.mark.parametrize("spoken", ["1.0.3", "2.0.0"])
def test_a_refusal_bears_the_version_of_the_request(client: FlaskClient, spoken: str) -> None:
    version = {"X-Experience-API-Version": spoken}
    answer = send(client, "GET /xapi/statements", headers=version)
    assert answer.status_code == 401
    assert answer.headers["X-Experience-API-Version"] == spoken
    assert "X-Experience-API-Consistent-Through" in answer.headers


def test_head_is_allowed_as_get_is(client: FlaskClient) -> None:
    for scope, status in ((Scope.STATEMENTS_WRITE, 403), (Scope.STATEMENTS_READ, 200)):
        answer = send(client, "HEAD /xapi/statements", auth=(key(scope), SECRET))
        assert answer.status_code == status


def test_options_need_no_credentials(app: Flask, client: FlaskClient) -> None:
    for rule in TABLE:
        assert send(client, f"OPTIONS {rule}").status_code in {200, 204}


def test_a_path_that_is_none_is_not_found_whoever_asks(client: FlaskClient) -> None:
    assert send(client, "GET /xapi/nothing").status_code == 404
    assert send(client, "DELETE /xapi/statements").status_code == 405


def test_a_route_that_the_table_lacks_is_refused(
    settings: Settings, compose: Compose, client: FlaskClient
) -> None:
    """Or it would be open until someone thought of it."""
    app = compose(settings)
    app.add_url_rule("/xapi/new", view_func=lambda: "told")
    app.add_url_rule("/xapi/agents", "delete", lambda: "deleted", methods=["DELETE"])
    for route in ("GET /xapi/new", "DELETE /xapi/agents"):
        assert send(app.test_client(), route).status_code == 401
        answer = send(app.test_client(), route, auth=(key(Scope.ALL), SECRET))
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "bearer abc.def.ghi",
        "Bearer e30.e30.e30",
        "Bearer ä",
    ],
)
def test_a_bad_token_is_named_as_one(client: FlaskClient, header: str) -> None:
    answer = send(client, "GET /xapi/statements", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers.getlist("WWW-Authenticate") == [
        'Basic realm="xAPI", charset="UTF-8"',
        'Bearer realm="xAPI", error="invalid_token"',
    ]


@pytest.mark.parametrize(
    "header", ["Basic", "Basic !", "Basic YQ==", "Basic /w==", "Basic OiA=", "Digest a", "ä", "é ö"]
)
def test_credentials_that_make_no_sense_are_refused(client: FlaskClient, header: str) -> None:
    answer = send(client, "GET /xapi/statements", headers={"Authorization": header})
    assert answer.status_code == 401


def test_an_issuer_that_is_away_is_unavailable_and_basic_goes_on(
    settings: Settings, compose: Compose, issuer: LocalIssuer, client: FlaskClient
) -> None:
    app = compose(settings)
    bearer = {"Authorization": f"Bearer {issuer.token(scope='all')}"}
    with issuer.away():
        answer = send(app.test_client(), "GET /xapi/statements", headers=bearer)
        basic = send(app.test_client(), "GET /xapi/statements", auth=(key(Scope.ALL), SECRET))
    assert (answer.status_code, basic.status_code) == (503, 200)
    assert answer.headers["Retry-After"]


def test_without_an_issuer_a_token_is_no_way_in(
    settings: Settings, compose: Compose, issuer: LocalIssuer, client: FlaskClient
) -> None:
    app = compose(replace(settings, oidc_issuer=""))
    bearer = {"Authorization": f"Bearer {issuer.token(scope='all')}"}
    answer = send(app.test_client(), "GET /xapi/statements", headers=bearer)
    assert answer.status_code == 401
    assert answer.headers.getlist("WWW-Authenticate") == ['Basic realm="xAPI", charset="UTF-8"']


def test_secrets_and_tokens_are_not_logged(
    client: FlaskClient,
    issuer: LocalIssuer,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong, token = "a-wrong-secret-of-many-characters", issuer.token(scope="all")
    expired = issuer.token(exp=1)
    for secret in (SECRET, wrong):
        send(client, "GET /xapi/statements", auth=(key(Scope.ALL), secret))
    for one in (token, expired, wrong):
        send(client, "GET /xapi/statements", headers={"Authorization": f"Bearer {one}"})
    logged = caplog.text + "".join(capfd.readouterr())
    for one in (SECRET, wrong, *token.split("."), *expired.split(".")):
        assert one not in logged
