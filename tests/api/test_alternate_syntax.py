"""The alternate request syntax of 1.0.3 over HTTP."""

import base64
import json
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
import requests

from tests.product import Product
from tests.statements import completed

VERSION = "X-Experience-API-Version"


def credentials(server: Product) -> str:
    return "Basic " + base64.b64encode(f"{server.key}:{server.secret}".encode()).decode()


def send(
    server: Product,
    method: str,
    form: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
    path: str = "/statements",
) -> requests.Response:
    """POST a form with a version and a credential, unless `fields` has others."""
    told = {"Authorization": credentials(server), VERSION: "1.0.3", **form}
    sent = {name: value for name, value in told.items() if value is not None}
    url = f"{server.endpoint}{path}?method={method}"
    return requests.post(url, data=sent, headers=headers, timeout=10)


def put(server: Product, key: str, **form: Any) -> requests.Response:
    statement = {"statementId": key, "content": json.dumps(completed())}
    return send(server, "PUT", {**statement, **form})


@pytest.mark.requirement("XAPI-00015", "XAPI-00336")
def test_a_statement_that_a_form_puts_is_read_by_a_form(server: Product) -> None:
    key, name = str(uuid.uuid4()), "Ämäl + 1%&="
    content = json.dumps(completed(actor={"mbox": "mailto:a@example.org", "name": name}))
    stored = put(server, key, content=content, **{"Content-Length": str(len(content))})
    assert (stored.status_code, stored.headers[VERSION]) == (204, "1.0.3")
    got = send(server, "GET", {"statementId": key})
    assert got.status_code == 200
    assert got.json()["actor"]["name"] == name


@pytest.mark.requirement("XAPI-00336")
def test_a_form_posts_statements(server: Product) -> None:
    content = json.dumps([completed(), completed()])
    sent = send(server, "POST", {"content": content, "Content-Type": "application/json"})
    assert sent.status_code == 200, sent.text
    assert len(sent.json()) == 2


@pytest.mark.requirement("XAPI-00336")
def test_a_form_deletes_and_heeds_its_preconditions(server: Product) -> None:
    state = {
        "activityId": "urn:a:b",
        "agent": '{"mbox":"mailto:a@example.org"}',
        "stateId": str(uuid.uuid4()),
    }
    path = "/activities/state"
    form = {**state, "content": "tekst ü", "Content-Type": "text/plain; charset=utf-8"}
    assert send(server, "PUT", form, path=path).status_code == 204
    got = send(server, "GET", state, path=path)
    assert (got.content.decode(), got.headers["Content-Type"]) == (
        "tekst ü",
        "text/plain; charset=utf-8",
    )
    wrong = send(server, "DELETE", {**state, "If-Match": '"no"'}, path=path)
    assert wrong.status_code == 412
    right = send(server, "DELETE", {**state, "If-Match": got.headers["ETag"]}, path=path)
    assert right.status_code == 204
    assert send(server, "GET", state, path=path).status_code == 404


@pytest.mark.parametrize(
    "path", ["//activities/state", "/activities//state/", "/activities%2Fstate"]
)
def test_a_form_is_not_taken_for_the_document_however_the_path_is_written(
    server: Product, path: str
) -> None:
    state = {
        "activityId": "urn:a:b",
        "agent": '{"mbox":"mailto:a@example.org"}',
        "stateId": str(uuid.uuid4()),
    }
    form = {**state, "content": "the document", "Content-Type": "text/plain"}
    assert send(server, "PUT", form, path=path).status_code == 204
    got = send(server, "GET", state, path=path)
    assert (got.text, got.history) == ("the document", [])


@pytest.mark.requirement("XAPI-00148", "XAPI-00336")
def test_a_form_asks_for_a_list(server: Product) -> None:
    got = send(server, "GET", {"limit": "1", "format": "ids"})
    assert got.status_code == 200
    assert got.json().keys() == {"statements", "more"}


def test_headers_of_the_request_count_where_the_form_has_none(server: Product) -> None:
    headers = {"Authorization": credentials(server), VERSION: "1.0.3"}
    form = {"limit": "1", "Authorization": None, VERSION: None}
    assert send(server, "GET", form, headers).status_code == 200


@pytest.mark.parametrize(
    "form",
    [
        {VERSION: "0.8"},
        {VERSION: None},
        {VERSION: "2.0.0"},
        {"content": None},
        {"content": "{"},
        {"statementId": None},
        {"method": "GET"},
        {"X-Forwarded-For": "10.0.0.1"},
        {"Cookie": "a=b"},
        {"statementId": ["a", "b"]},
        {"content": ["{}", "{}"]},
        {"If-Match": ['"a"', '"b"']},
    ],
)
@pytest.mark.requirement("XAPI-00336")
def test_a_form_that_breaks_the_syntax_is_refused(server: Product, form: dict[str, Any]) -> None:
    refused = put(server, str(uuid.uuid4()), **form)
    assert refused.status_code == 400, refused.text
    assert VERSION in refused.headers


@pytest.mark.parametrize(
    "query",
    [
        "method=PUT&statementId=c7bd5a37-dd3e-4fd4-8b8a-4e0c0e2a4ae5",
        "method=PUT&method=GET",
        "method=",
        "method=HEAD",
        "method=OPTIONS",
        "method=TRACE",
        "Method=PUT",
    ],
)
@pytest.mark.requirement("XAPI-00336")
def test_the_query_names_one_known_method_and_nothing_else(server: Product, query: str) -> None:
    form = {"Authorization": credentials(server), VERSION: "1.0.3", "content": "{}"}
    refused = requests.post(f"{server.endpoint}/statements?{query}", data=form, timeout=10)
    assert refused.status_code in {400, 401}
    assert refused.headers["X-Experience-API-Consistent-Through"]


@pytest.mark.parametrize("query", ["method=PUT&limit=1", "method=put"])
def test_what_is_wrong_outside_of_the_form_is_not_looked_for_in_it(
    server: Product, query: str
) -> None:
    form = {"Authorization": credentials(server), VERSION: "1.0.3", "content": "{}"}
    refused = requests.post(f"{server.endpoint}/statements?{query}", data=form, timeout=10)
    assert [violation["path"] for violation in refused.json()["violations"]] == ["?method"]


@pytest.mark.requirement("XAPI-00336")
def test_only_post_can_tell_another_method(server: Product) -> None:
    headers = {"Authorization": credentials(server), VERSION: "1.0.3"}
    url = f"{server.endpoint}/statements?method=POST"
    refused = requests.put(url, json=completed(), headers=headers, timeout=10)
    assert refused.status_code == 400


@pytest.mark.parametrize("told", ["header", "form"])
def test_2_0_has_no_such_syntax(server: Product, told: str) -> None:
    headers = {VERSION: "2.0.0"} if told == "header" else {}
    form = {"limit": "1", VERSION: None if told == "header" else "2.0.0"}
    headers["Authorization"] = credentials(server)
    assert send(server, "GET", form, headers).status_code == 400


@pytest.mark.parametrize("name", ["Authorization", VERSION, "If-Match"])
def test_a_form_does_not_override_a_header(server: Product, name: str) -> None:
    headers = {name: "other"}
    refused = send(server, "GET", {"limit": "1", "If-Match": '"a"'}, headers)
    assert refused.status_code == 400
    assert refused.json()["violations"][0]["path"] == f"form {name}"


def test_a_password_that_a_browser_adds_does_not_let_a_foreign_page_write(
    server: Product,
) -> None:
    ambient = {"Authorization": credentials(server), "Origin": "https://evil.example"}
    form = {
        "Authorization": None,
        "statementId": str(uuid.uuid4()),
        "content": json.dumps(completed()),
    }
    assert send(server, "PUT", form, ambient).status_code == 401
    preflighted = {**ambient, VERSION: "1.0.3"}
    assert send(server, "PUT", form, preflighted).status_code == 204


def test_bytes_that_are_no_utf_8_are_refused(server: Product) -> None:
    form = f"{VERSION}=1.0.3&Authorization={credentials(server)}&content=%FF"
    url = f"{server.endpoint}/statements?method=POST"
    refused = requests.post(url, data=form, timeout=10)
    assert (refused.status_code, "UTF-8" in refused.json()["message"]) == (400, True)


def test_too_many_fields_are_told_as_such(server: Product) -> None:
    refused = send(server, "GET", {f"field{number}": "x" for number in range(100)})
    assert refused.status_code == 400
    assert "at most 100 fields" in refused.json()["message"]
    assert "UTF-8" not in refused.text


def test_a_form_beyond_the_limit_is_too_large(server: Product) -> None:
    form = {"content": "x" * (16 * 2**20 + 1)}
    refused = send(server, "POST", form)
    assert refused.status_code == 413
    assert refused.headers[VERSION]
