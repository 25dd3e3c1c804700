"""The OpenAPI document against the routes and the rules of the application."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from lrs.http.openapi.document import document
from lrs.http.wire.authorization import OPEN
from lrs.settings import Settings
from tests.component.http.conftest import Compose
from tests.component.http.wire.routes import TABLE, routes
from tests.databases import PostgresqlServer
from tests.issuer import AUDIENCE, LocalIssuer


def as_described(route: str) -> str:
    """Return a route with the parts of its path that vary as OpenAPI writes them."""
    return route.replace("<", "{").replace(">", "}")


RULES = {as_described(path): rules for path, rules in TABLE.items()}
Operations = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def settings(postgresql: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(database=postgresql.fresh(), data=str(tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def app(settings: Settings, compose: Compose) -> Flask:
    return compose(settings)


def operations(app: Flask) -> Operations:
    paths = document(app, "")["paths"]
    return {f"{m.upper()} {path}": one for path, of in paths.items() for m, one in of.items()}


def test_every_route_is_described_and_nothing_else_is(app: Flask) -> None:
    assert operations(app).keys() == {as_described(route) for route in routes(app)}


def test_names_of_operations_are_unique(app: Flask) -> None:
    names = [one["operationId"] for one in operations(app).values()]
    assert len(names) == len(set(names))


def test_what_is_open_needs_no_credential_and_all_else_names_its_scopes(app: Flask) -> None:
    for route, one in operations(app).items():
        method, path = route.split(" ")
        rule = RULES[path][method]
        assert one["security"] == ([] if rule == OPEN else [{"basic": []}])
        assert ("401" in one["responses"]) is (rule != OPEN)
        for scope in rule.scopes:
            assert f"`{scope}`" in one["description"]


def test_with_an_issuer_a_token_that_holds_any_of_the_scopes_will_do(
    settings: Settings, compose: Compose, issuer: LocalIssuer
) -> None:
    app = compose(replace(settings, oidc_issuer=issuer.url, oidc_audience=AUDIENCE))
    told = document(app, "")["components"]["securitySchemes"]
    assert told["oidc"]["type"] == "openIdConnect"
    assert told["oidc"]["openIdConnectUrl"].startswith(issuer.url)
    scopes = sorted(TABLE["/xapi/statements"]["PUT"].scopes)
    tokens = [{"oidc": [scope]} for scope in scopes]
    assert operations(app)["PUT /xapi/statements"]["security"] == [{"basic": []}, *tokens]


def test_headers_of_the_platforms_user_are_told_where_a_read_is_recorded(app: Flask) -> None:
    header = {"$ref": "#/components/parameters/X-Ledger-On-Behalf-Of"}
    asking = {route for route, one in operations(app).items() if header in one["parameters"]}
    assert asking == {
        f"{method} {path}"
        for path, rules in RULES.items()
        for method, rule in rules.items()
        if rule.named
    }
