"""What roles and limits let their holders do, over every route."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lrs.access.roles import Role
from lrs.access.scopes import Scope
from lrs.http.wire import authorization
from lrs.http.wire.authorization import RouteRule
from lrs.settings import Settings
from tests.component.http.conftest import Compose
from tests.component.http.wire.routes import REGISTER_READS, REGISTER_WRITES, allowed, send
from tests.databases import PostgresqlServer, enrolled
from tests.issuer import AUDIENCE, LocalIssuer

COMPLETIONS = {"GET /api/v1/completions"}
AUDIT = {"GET /api/v1/administration"}
XAPI_READS = {
    "GET /xapi/statements",
    "GET /xapi/agents",
    "GET /xapi/activities",
    "GET /xapi/activities/state",
    "GET /xapi/activities/profile",
    "GET /xapi/agents/profile",
}
ALLOWED = {
    "learner": set(),
    "officer": REGISTER_READS,
    "officer:DOS": set(),
    "steward": COMPLETIONS | REGISTER_READS | REGISTER_WRITES,
    "steward:DOS": set(),
    "evaluator": set(),
    "approver": set(),
    "auditor": XAPI_READS | COMPLETIONS | AUDIT,
    "auditor:DOS": set(),
    "administrator": AUDIT,
    "administrator:DOS": set(),
    "nothing-known": set(),
    "learner steward:DOS": set(),
    "learner steward": COMPLETIONS | REGISTER_READS | REGISTER_WRITES,
}
"""What each role allows to the person p1, bound to entities or not, alone or beside others."""


@pytest.fixture(scope="module")
def settings(
    postgresql: PostgresqlServer, issuer: LocalIssuer, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    data = tmp_path_factory.mktemp("data")
    plain = Settings(database=enrolled(postgresql.fresh()), data=str(data), read_wait=0.0)
    trusting = replace(plain, oidc_issuer=issuer.url, oidc_audience=AUDIENCE)
    return replace(trusting, oidc_roles_claim="realm.roles", oidc_person_claim="employee")


@pytest.fixture(scope="module")
def app(settings: Settings, compose: Compose) -> Flask:
    return compose(settings)


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def bearer(issuer: LocalIssuer, roles: str) -> dict[str, str]:
    """Return the header of a token that grants nothing but these roles, to the person p1."""
    token = issuer.token(scope="", realm={"roles": roles.split()}, employee="p1")
    return {"Authorization": f"Bearer {token}"}


def test_no_role_is_left_untested() -> None:
    assert set(Role) <= ALLOWED.keys()


@pytest.mark.parametrize("roles", ALLOWED)
def test_a_role_allows_what_its_scopes_do_and_tells_of_nobody_beyond_its_reach(
    app: Flask, client: FlaskClient, issuer: LocalIssuer, roles: str
) -> None:
    assert allowed(app, client, headers=bearer(issuer, roles)) == ALLOWED[roles]


def test_a_refusal_for_the_reach_says_so(client: FlaskClient, issuer: LocalIssuer) -> None:
    answer = send(client, "GET /api/v1/completions", headers=bearer(issuer, "officer"))
    assert answer.status_code == 403
    assert answer.json is not None
    assert "end at some people" in answer.json["detail"]


def test_a_route_that_narrows_its_answer_learns_the_reach_of_its_caller(
    settings: Settings, compose: Compose, issuer: LocalIssuer
) -> None:
    app = compose(settings)
    app.add_url_rule("/narrow", view_func=lambda: f"{len(authorization.reach().alternatives)}")
    rule = RouteRule(frozenset({Scope.RECORDS_READ}), named=True, narrows=True)
    app.extensions["rules"] = {"/narrow": {"GET": rule}}
    for roles, told in (("learner officer:DOS", "2"), ("learner", "1"), ("evaluator", None)):
        answer = send(app.test_client(), "GET /narrow", headers=bearer(issuer, roles))
        assert (answer.text if answer.status_code == 200 else None) == told
