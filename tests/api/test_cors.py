"""What browsers need to use the store from content of another origin."""

import pytest
import requests

from tests.product import Client, Product

ORIGIN = {"Origin": "https://content.example"}
METHODS = {
    "/about": {"GET"},
    "/statements": {"GET", "PUT", "POST"},
    "/agents": {"GET"},
    "/activities": {"GET"},
    "/activities/state": {"GET", "PUT", "POST", "DELETE"},
    "/agents/profile": {"GET", "PUT", "POST", "DELETE"},
    "/activities/profile": {"GET", "PUT", "POST", "DELETE"},
}


def words(header: str) -> set[str]:
    return {word.strip() for word in header.split(",")}


@pytest.mark.parametrize("resource", METHODS)
def test_a_preflight_needs_no_credentials_and_tells_what_is_allowed(
    server: Product, resource: str
) -> None:
    asked = {**ORIGIN, "Access-Control-Request-Method": "PUT"}
    got = requests.options(f"{server.endpoint}{resource}", headers=asked, timeout=10)
    assert (got.status_code, got.content) == (204, b"")
    assert got.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in got.headers
    allowed = words(got.headers["Access-Control-Allow-Methods"])
    assert allowed == METHODS[resource] | {"HEAD", "OPTIONS"}
    assert {
        "Authorization",
        "Content-Type",
        "X-Experience-API-Version",
        "If-Match",
        "If-None-Match",
    } <= words(got.headers["Access-Control-Allow-Headers"])


@pytest.mark.parametrize("path", ["/xapi/statements", "/api/v1/completions"])
def test_a_preflight_allows_every_header_that_it_asks_for(server: Product, path: str) -> None:
    asked = "authorization,x-requested-with, cache-control,traceparent,x-experience-api-version"
    preflight = {
        **ORIGIN,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": asked,
    }
    got = requests.options(f"{server.root}{path}", headers=preflight, timeout=10)
    assert (got.status_code, got.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert words(got.headers["Access-Control-Allow-Headers"]) == words(asked)
    assert "GET" in words(got.headers["Access-Control-Allow-Methods"])


def test_what_is_no_name_of_a_header_is_not_repeated(server: Product) -> None:
    preflight = {
        **ORIGIN,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "x-a, <b>, x c: d,,x-e",
    }
    got = requests.options(f"{server.endpoint}/statements", headers=preflight, timeout=10)
    assert (got.status_code, got.headers["Access-Control-Allow-Headers"]) == (204, "x-a, x-e")


def test_options_tells_the_methods_without_a_preflight(server: Product) -> None:
    got = requests.options(f"{server.endpoint}/statements", timeout=10)
    assert got.status_code == 204
    assert words(got.headers["Allow"]) == {"GET", "HEAD", "OPTIONS", "POST", "PUT"}
    assert "Access-Control-Allow-Methods" not in got.headers


def test_a_resource_that_is_not_there_has_no_options(server: Product) -> None:
    got = requests.options(f"{server.endpoint}/nothing", headers=ORIGIN, timeout=10)
    assert got.status_code == 404


@pytest.mark.parametrize(
    "path", ["/xapi/nothing", "/api/v1/nothing", "/xAPI/statements", "/nothing"]
)
def test_a_page_comes_to_hear_that_nothing_is_at_an_address(client: Client, path: str) -> None:
    asked = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    preflight = client.options(path, headers={**ORIGIN, **asked})
    assert (preflight.status_code, preflight.headers["Allow"]) == (204, "")
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert preflight.headers["Access-Control-Allow-Methods"] == "POST"
    assert "authorization" in words(preflight.headers["Access-Control-Allow-Headers"])
    got = client.post(path, json={}, headers=ORIGIN)
    assert (got.status_code, got.headers["Access-Control-Allow-Origin"]) == (404, "*")


@pytest.mark.parametrize(
    "path",
    [
        "/xapi/statements",
        "/xapi/about",
        "/xapi/nothing",
        "/xapi",
        "/api/v1/completions",
        "/api/v1/nothing",
        "/api/openapi.json",
        "/api/docs",
    ],
)
def test_scripts_may_read_every_answer_and_its_headers(client: Client, path: str) -> None:
    got = client.get(path, headers=ORIGIN)
    assert got.headers["Access-Control-Allow-Origin"] == "*"
    assert "Origin" not in got.headers.get("Vary", "")
    assert {
        "ETag",
        "Last-Modified",
        "X-Experience-API-Version",
        "X-Experience-API-Consistent-Through",
    } <= words(got.headers["Access-Control-Expose-Headers"])


def test_an_origin_is_no_credential_and_no_version(server: Product) -> None:
    url = f"{server.endpoint}/statements"
    assert requests.get(url, headers=ORIGIN, timeout=10).status_code in {400, 401}
    client = server.client()
    del client.headers["X-Experience-API-Version"]
    assert client.get("/xapi/statements", headers=ORIGIN).status_code == 400
