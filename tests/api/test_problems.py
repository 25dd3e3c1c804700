"""Errors below `/api`: the body of RFC 9457 for every status; elsewhere the body of `/xapi`."""

import pytest
import requests

from tests.product import Client, Product


@pytest.mark.parametrize(
    ("method", "path", "status", "title"),
    [
        ("GET", "/api/v1/completions?limit=x", 400, "Bad Request"),
        ("GET", "/api/v1/nothing", 404, "Not Found"),
        ("GET", "/api", 404, "Not Found"),
        ("GET", "//api//v1//nothing/", 404, "Not Found"),
        ("DELETE", "/api/v1/completions", 405, "Method Not Allowed"),
        ("POST", "/api/openapi.json", 405, "Method Not Allowed"),
        ("GET", "/api/v1/completions?as_of=999999999", 503, "Service Unavailable"),
    ],
)
def test_an_error_is_told_as_a_problem(
    client: Client, method: str, path: str, status: int, title: str
) -> None:
    got = client.request(method, path)
    assert (got.status_code, got.headers["Content-Type"]) == (status, "application/problem+json")
    told = got.json()
    assert (told["type"], told["title"], told["status"]) == ("about:blank", title, status)
    assert told["detail"]


def test_wrong_credentials_are_told_as_a_problem(server: Product) -> None:
    url = f"{server.root}/api/v1/completions"
    got = requests.get(url, auth=("no", "body"), timeout=10)
    assert (got.status_code, got.json()["status"]) == (401, 401)
    assert got.headers["Content-Type"] == "application/problem+json"
    assert got.headers["WWW-Authenticate"].startswith("Basic")


def test_every_wrong_parameter_is_named(client: Client) -> None:
    got = client.get("/api/v1/completions", params={"limit": "x", "agent": "{", "colour": "red"})
    assert got.status_code == 400
    errors = got.json()["errors"]
    assert {error["parameter"] for error in errors} == {"limit", "agent", "colour"}
    assert all(error["detail"] for error in errors)


@pytest.mark.parametrize(
    "path", ["/xapi/statements?limit=x", "/health", "/apis", "/nothing/api/v1"]
)
def test_elsewhere_errors_keep_the_body_that_clients_of_xapi_know(
    client: Client, path: str
) -> None:
    got = client.get(path)
    assert got.headers["Content-Type"] == "application/json"
    assert set(got.json()) == {"error", "message", "violations"}
