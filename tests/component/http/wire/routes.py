"""Every route of the application, sent to one by one."""

from typing import Any, Final

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lrs.http.app import TABLES
from lrs.http.wire.authorization import OPEN
from lrs.registers.form.discovery import discover

VERSION = {"X-Experience-API-Version": "1.0.3"}
TABLE: Final = {path: rules for table in TABLES for path, rules in table.items()}

REGISTER_READS: Final = {"GET /api/v1/registers"} | {
    f"GET /api/v1/registers/{register.name}{ending}"
    for register in discover().values()
    for ending in ("", "/history", *(["/<key>"] if register.key.in_path else []))
}
REGISTER_WRITES: Final = {f"POST /api/v1/registers/{name}/entries" for name in discover()}


def routes(app: Flask) -> set[str]:
    """Every method of every route, without those that Flask adds."""
    rules = list(app.url_map.iter_rules())
    return {f"{m} {r.rule}" for r in rules for m in (r.methods or set()) - {"HEAD", "OPTIONS"}}


def send(client: FlaskClient, route: str, **more: Any) -> TestResponse:
    """Send a request without a body to a route such as `GET /xapi/about`."""
    method, path = route.split(" ")
    headers = VERSION | more.pop("headers", {})
    return client.open(path, method=method, headers=headers, **more)


def is_open(route: str) -> bool:
    """Tell whether anybody may use a route."""
    method, rule = route.split(" ")
    return TABLE[rule][method] == OPEN


def allowed(app: Flask, client: FlaskClient, **more: Any) -> set[str]:
    """Return the routes that are not open to all and do not refuse such requests."""
    closed = {route for route in routes(app) if not is_open(route)}
    return {route for route in closed if send(client, route, **more).status_code != 403}
