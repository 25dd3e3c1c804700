"""The headers that every answer bears, errors included, and paths behind a proxy."""

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
import requests

from tests.product import Client, Product
from tests.statements import completed

VERSION = "X-Experience-API-Version"
CONSISTENT = "X-Experience-API-Consistent-Through"

RESOURCES = (
    "/statements",
    "/agents",
    "/agents/profile",
    "/activities",
    "/activities/profile",
    "/activities/state",
)


@pytest.mark.parametrize(
    ("sent", "spoken"), [("1.0", "1.0.3"), ("1.0.1", "1.0.3"), ("2.0", "2.0.0")]
)
@pytest.mark.requirement("XAPI-00333")
def test_an_answer_speaks_the_latest_patch_of_the_version_asked_for(
    client: Client, sent: str, spoken: str
) -> None:
    got = client.get("/xapi/statements", headers={VERSION: sent})
    assert (got.status_code, got.headers[VERSION]) == (200, spoken)


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize("sent", [None, "", "0.95", "1.1.0", "1", "2.1", "3.0.0", "1.0.x"])
@pytest.mark.requirement("XAPI-00321", "XAPI-00331")
def test_another_version_or_none_is_refused_in_the_default_version(
    client: Client, resource: str, sent: str | None
) -> None:
    headers = {VERSION: sent}
    got = client.get(f"/xapi{resource}", headers=headers)
    assert (got.status_code, got.headers[VERSION]) == (400, "2.0.0")
    assert got.json()["violations"][0]["requirement"] == "XAPI-00331"


def test_the_default_version_can_be_set(behind: Product) -> None:
    client = behind.client()
    del client.headers[VERSION]
    got = client.get("/xapi/statements")
    assert (got.status_code, got.headers[VERSION]) == (400, "1.0.3")


@pytest.mark.requirement("XAPI-00315", "XAPI-00317", "XAPI-00319", "XAPI-00331")
def test_about_needs_neither_version_nor_credentials(server: Product) -> None:
    got = requests.get(f"{server.endpoint}/about", timeout=10)
    assert (got.status_code, got.headers[VERSION]) == (200, "2.0.0")
    assert {"1.0.3", "2.0.0"} <= set(got.json()["version"])
    refused = requests.get(f"{server.endpoint}/about?x=1", timeout=10)
    assert refused.status_code == 400


@pytest.mark.requirement("XAPI-00316", "XAPI-00317", "XAPI-00318", "XAPI-00319")
def test_about_lists_versions_of_the_standard(each_client: Client) -> None:
    got = each_client.get("/xapi/about")
    assert got.status_code == 200
    spoken = got.json()["version"]
    assert isinstance(spoken, list)
    assert [text for text in spoken if not re.fullmatch(r"0\.9|0\.95|[12]\.0\.[0-9]+", text)] == []
    assert {"1.0.3", "2.0.0"} <= set(spoken)


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.requirement("XAPI-00182", "XAPI-00331")
def test_nothing_is_stored_without_a_version(client: Client, method: str) -> None:
    key = str(uuid.uuid4())
    refused = client.request(
        method,
        "/xapi/statements",
        params={"statementId": key} if method == "PUT" else None,
        json=completed(id=key),
        headers={VERSION: None},
    )
    assert refused.status_code == 400
    assert client.get("/xapi/statements", params={"statementId": key}).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/statements/nothing", 404),
        ("GET", "/statements?statementId=c7bd5a37-dd3e-4fd4-8b8a-4e0c0e2a4ae5", 404),
        ("PATCH", "/statements", 405),
        ("DELETE", "/statements", 405),
        ("POST", "/about", 405),
        ("GET", "/statements?x=1", 400),
    ],
)
@pytest.mark.requirement("XAPI-00153", "XAPI-00324")
def test_errors_bear_the_version_and_the_one_body(
    client: Client, method: str, path: str, status: int
) -> None:
    got = client.request(method, f"/xapi{path}")
    assert (got.status_code, got.headers[VERSION]) == (status, "1.0.3")
    assert set(got.json()) == {"error", "message", "violations"}
    assert (CONSISTENT in got.headers) == path.startswith("/statements")


def test_405_tells_what_is_allowed(client: Client) -> None:
    refused = client.delete("/xapi/statements")
    assert refused.headers["Allow"] == "GET, HEAD, OPTIONS, POST, PUT"
    said = refused.json()["message"]
    assert said.startswith("DELETE ")
    assert said.endswith(refused.headers["Allow"])


def test_too_large_a_body_is_413_with_both_headers(client: Client) -> None:
    body = b'[{"x":"' + b"x" * (16 * 2**20) + b'"}]'
    got = client.post("/xapi/statements", data=body, headers={"Content-Type": "application/json"})
    assert (got.status_code, got.headers[VERSION]) == (413, "1.0.3")
    assert got.headers[CONSISTENT]


@pytest.mark.requirement("XAPI-00153", "XAPI-00334")
def test_wrong_credentials_are_401_with_the_version(server: Product) -> None:
    got = requests.get(
        f"{server.endpoint}/statements", auth=("no", "body"), headers={VERSION: "1.0.3"}, timeout=10
    )
    assert (got.status_code, got.headers[VERSION]) == (401, "1.0.3")
    assert got.headers[CONSISTENT]


def test_what_is_not_xapi_bears_none_of_its_headers(server: Product) -> None:
    got = requests.get(f"{server.root}/health/live", timeout=10)
    assert VERSION not in got.headers
    assert "Access-Control-Allow-Origin" not in got.headers


def test_an_answer_without_content_bears_no_type(client: Client) -> None:
    key, query = str(uuid.uuid4()), {"activityId": "urn:a:b", "profileId": str(uuid.uuid4())}
    profile = "/xapi/activities/profile"
    statement = {"statementId": key}
    answers = [
        client.put("/xapi/statements", params=statement, json=completed(id=key)),
        client.put(profile, params=query, data=b"a", headers={"If-None-Match": "*"}),
        client.post(profile, params=query | {"profileId": str(uuid.uuid4())}, data=b"a"),
        client.options("/xapi/statements"),
        client.options("/health/live"),
    ]
    tag = client.get(profile, params=query).headers["ETag"]
    answers.append(client.get(profile, params=query, headers={"If-None-Match": tag}))
    answers.append(client.delete(profile, params=query))
    told = [(got.status_code, got.content, got.headers.get("Content-Type")) for got in answers]
    assert told == [(status, b"", None) for status in (204, 204, 204, 204, 204, 304, 204)]


def test_head_bears_the_headers_of_get(client: Client) -> None:
    for path in ("/xapi/about", "/xapi/statements?limit=1", "/xapi/nothing", "/api/v1/completions"):
        head, get = client.head(path), client.get(path)
        assert (head.status_code, head.content) == (get.status_code, b"")
        assert head.headers["Content-Type"] == get.headers["Content-Type"] == "application/json"


def more(client: Client, path: str, headers: Mapping[str, str] | None = None) -> str:
    """Return the link from a page that has a next one."""
    for key in client.post(path, json=[completed(), completed()]).json():
        assert client.get(path, params={"statementId": key}).status_code == 200  # waits for it
    page = client.get(path, params={"limit": 1}, headers=headers)
    assert VERSION in page.headers
    link: str = page.json()["more"]
    return link


@pytest.mark.parametrize("stripped", [True, False])
def test_more_leads_back_through_the_proxy_whether_or_not_it_strips_the_prefix(
    behind: Product, stripped: bool
) -> None:
    client, path = behind.client(), "/xapi/statements" if stripped else "/lrs/xapi/statements"
    link = more(client, path)
    assert link.startswith("/lrs/xapi/statements?cursor=")
    assert client.get(link).status_code == 200


def test_errors_below_the_prefix_bear_the_headers(behind: Product) -> None:
    got = behind.client().patch("/lrs/xapi/statements")
    assert (got.status_code, got.headers[VERSION]) == (405, "1.0.3")
    assert got.headers[CONSISTENT]


def test_a_prefix_that_a_trusted_proxy_names_goes_before_the_setting(behind: Product) -> None:
    link = more(behind.client(), "/xapi/statements", {"X-Forwarded-Prefix": "/other"})
    assert link.startswith("/other/xapi/statements?cursor=")


@pytest.mark.parametrize(
    "path",
    [
        "/lrs//xapi//statements",
        "/lrs/xapi/statements/",
        "/xapi//statements",
        "/lrs%2Fxapi/statements",
    ],
)
def test_more_leads_back_however_the_path_below_the_prefix_is_written(
    behind: Product, path: str
) -> None:
    link = more(behind.client(), path)
    assert link.startswith("/lrs/xapi/statements?cursor=")


@pytest.mark.parametrize("prefix", ["/other/", "//other", "other"])
def test_a_forwarded_prefix_leads_back_however_it_is_written(behind: Product, prefix: str) -> None:
    link = more(behind.client(), "/xapi/statements", {"X-Forwarded-Prefix": prefix})
    assert link.startswith("/other/xapi/statements?cursor=")


def test_forwarded_headers_count_for_nothing_without_trusted_proxies(client: Client) -> None:
    headers = {"X-Forwarded-Prefix": "/evil", "X-Forwarded-Host": "evil.example"}
    link = more(client, "/xapi/statements", headers)
    assert link.startswith("/xapi/statements?cursor=")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"statementId": str(uuid.uuid4())}, 404),
        ({"voidedStatementId": str(uuid.uuid4())}, 404),
        ({"statementId": "none"}, 400),
        ({"since": "yesterday"}, 400),
    ],
)
def test_a_read_without_statements_is_of_the_present(
    client: Client, query: dict[str, str], status: int
) -> None:
    """Who polls for a statement learns when waiting is in vain, on a silent store too."""
    before = datetime.now(UTC)
    answer = client.get("/xapi/statements", params=query)
    assert answer.status_code == status
    assert datetime.fromisoformat(answer.headers[CONSISTENT]) >= before
