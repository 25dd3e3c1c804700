"""The pages at `/` and `/xapi`, and the answer at a path where nothing is."""

import re

import pytest
import requests

from tests.product import Client, Product

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize("path", ["/", "/xapi", "/xapi/", "//"])
def test_a_browser_gets_a_page_without_credentials(server: Product, path: str) -> None:
    got = requests.get(f"{server.root}{path}", headers=BROWSER, timeout=10)
    assert (got.status_code, got.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "/xapi/statements" in got.text
    assert got.headers["Vary"] == "Accept"


@pytest.mark.parametrize("path", ["/", "/xapi"])
def test_the_page_links_only_what_a_browser_can_open(server: Product, path: str) -> None:
    page = requests.get(f"{server.root}{path}", headers=BROWSER, timeout=10).text
    links = re.findall(r'(?:href|src)="([^"]*)"', page)
    assert "/xapi/about" in links
    for link in links:
        assert link.startswith("/"), "nothing is fetched from elsewhere"
        assert requests.get(f"{server.root}{link}", timeout=10).status_code == 200


@pytest.mark.parametrize("accept", ["*/*", "application/json", "", "text/plain"])
@pytest.mark.parametrize("path", ["/", "/xapi"])
def test_a_program_gets_json_that_names_resources(client: Client, path: str, accept: str) -> None:
    got = client.get(path, headers={"Accept": accept})
    assert (got.status_code, got.headers["Content-Type"]) == (200, "application/json")
    told = got.json()
    assert told["endpoint"] == "/xapi"
    assert "/xapi/statements" in told["resources"]
    for resource in told["resources"]:
        assert client.get(resource).status_code in {200, 400}, resource  # 400: lacks a parameter


def test_post_to_the_page_is_told_what_is_allowed(client: Client) -> None:
    got = client.post("/xapi", json=[])
    assert (got.status_code, "GET" in got.headers["Allow"]) == (405, True)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/api", "/api/v1/completions"),
        ("/api/v1", "/api/v1/completions"),
        ("/api/v1/completion", "/api/v1/completions"),
        ("/health", "/health/ready"),
        ("/xapi/statement", "/xapi/statements"),
        ("/xAPI/statements", "/xapi/statements"),
        ("/statements", "/ says"),
        ("/data/xAPI/statements", "/ says"),
        ("/%F0%9F%98%80/%FF%00", "/ says"),
    ],
)
def test_a_path_with_nothing_says_where_things_are(client: Client, path: str, told: str) -> None:
    got = client.get(path)
    assert got.status_code == 404
    assert told in got.json()["detail" if path.startswith("/api") else "message"]


def test_an_absent_document_is_not_told_as_an_absent_path(client: Client) -> None:
    query = {"activityId": "urn:a:b", "profileId": "nothing"}
    message = client.get("/xapi/activities/profile", params=query).json()["message"]
    assert message == "there is no such document"


def test_places_are_told_below_the_prefix(behind: Product) -> None:
    got = behind.client().get("/lrs", headers={"Accept": "application/json"})
    assert got.json()["endpoint"] == "/lrs/xapi"
    assert "/lrs/xapi/statements" in got.json()["resources"]
    absent = behind.client().get("/lrs/health")
    assert "/lrs/health/ready" in absent.json()["message"]
