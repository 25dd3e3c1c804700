"""Input that means harm, or means nothing: refused with a reason, and the store serves on."""

import base64
import json
import socket
import uuid
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

import pytest

from lrs.xapi.json import DEEPEST
from lrs.xapi.validation import ENOUGH
from projections.statements.fold import FARTHEST
from tests.product import Client, Product, authorization
from tests.statements import completed

ANONYMOUS = json.dumps({"objectType": "Group", "member": [{"mbox": "mailto:nobody@example.org"}]})


def refused(answer: Any, path: str = "") -> None:
    assert answer.status_code == 400, answer.text
    told = answer.json()
    place = told["errors"][0]["parameter"] if "errors" in told else told["violations"][0]["path"]
    assert path in place


@pytest.mark.parametrize("value", ["text/plain\0", "text/plain\r\nX-Evil: 1"])
def test_a_form_cannot_put_control_characters_into_a_header(client: Client, value: str) -> None:
    form = {
        "X-Experience-API-Version": "1.0.3",
        "Content-Type": value,
        "activityId": "https://example.org/a",
        "agent": json.dumps({"mbox": "mailto:amal@example.org"}),
        "stateId": str(uuid.uuid4()),
        "content": "x",
    }
    refused(client.post("/xapi/activities/state?method=PUT", data=form), "Content-Type")


@pytest.mark.parametrize("path", ["/xapi/statements", "/api/v1/completions"])
def test_an_anonymous_group_is_no_filter(client: Client, path: str) -> None:
    refused(client.get(path, params={"agent": ANONYMOUS}), "agent")


def test_a_cursor_of_another_resource_is_refused(client: Client) -> None:
    client.post("/xapi/statements", json=[completed(), completed()])
    more = ""
    while not more:
        more = client.get("/xapi/statements?limit=1").json()["more"]
    refused(client.get(f"/api/v1/completions?{more.partition('?')[2]}"), "cursor")


def test_a_credential_with_control_characters_is_refused(client: Client) -> None:
    encoded = base64.b64encode(b"a\0b:c").decode()
    client.auth = None
    got = client.get("/xapi/statements", headers={"Authorization": f"Basic {encoded}"})
    assert got.status_code == 401


@pytest.mark.parametrize("number", ["1e-99999999999999999999", "0e99999999999999999999"])
def test_a_number_beyond_all_bounds_is_refused(client: Client, number: str) -> None:
    body = json.dumps(completed(result={"score": {"raw": 7}})).replace("7", number, 1)
    body = body.replace('"raw": 7', f'"raw": {number}')
    headers = {"Content-Type": "application/json"}
    refused(client.post("/xapi/statements", data=body, headers=headers))


def test_a_huge_length_of_an_attachment_is_no_failure(client: Client) -> None:
    attachment = {"usageType": "urn:x:y", "contentType": "text/plain", "length": 7, "sha2": "no"}
    body = json.dumps(completed(attachments=[attachment])).replace('"length": 7', '"length": 1e50')
    headers = {"Content-Type": "application/json"}
    refused(client.post("/xapi/statements", data=body, headers=headers), "attachments")


@pytest.mark.parametrize(
    "content_type",
    ["multipart/mixed; boundary*=utf-8''a; boundary*0=b", "multipart/mixed; boundary*=x''"],
)
def test_odd_parameters_of_a_content_type_are_refused(client: Client, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    refused(client.post("/xapi/statements", data=b"--a\r\n", headers=headers), "Content-Type")


def test_of_a_large_invalid_batch_the_first_violations_are_told(client: Client) -> None:
    answer = client.post("/xapi/statements", json=[{}] * 5000)
    refused(answer)
    assert len(answer.json()["violations"]) == ENOUGH


def test_a_long_chain_of_references_is_followed_to_its_limit(client: Client) -> None:
    ids = [str(uuid.uuid4()) for _ in range(FARTHEST + 10)]
    activity = f"https://example.org/{uuid.uuid4()}"
    chain = [
        completed(id=one, object={"objectType": "StatementRef", "id": following}, result={})
        for one, following in pairwise(ids)
    ]
    last = completed(id=ids[-1], object={"id": activity})
    assert client.post("/xapi/statements", json=[*chain, last]).status_code == 200
    assert client.get("/xapi/statements", params={"statementId": ids[0]}).status_code == 200
    found = client.get("/xapi/statements", params={"activity": activity, "ascending": "true"})
    assert found.json()["statements"][0]["id"] == ids[-1 - FARTHEST]


def test_a_parameter_of_completions_is_given_once(client: Client) -> None:
    refused(client.get("/api/v1/completions?limit=1&limit=2"), "limit")


def test_methods_that_do_not_exist_are_counted_as_one(client: Client) -> None:
    for number in range(3):
        client.request(f"M{number}", "/xapi/about")
    text = client.get("/metrics").text
    assert 'method="other"' in text
    assert 'method="M1"' not in text


def nested(levels: int, opening: str, closing: str) -> Any:
    """Return JSON of so many levels."""
    return json.loads(opening * levels + "1" + closing * levels)


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a:b":', "}")])
def test_nesting_is_kept_to_the_limit_and_refused_beyond(
    client: Client, opening: str, closing: str
) -> None:
    deepest = nested(DEEPEST - 3, opening, closing)  # below statement, result, extensions
    statement = completed(result={"extensions": {"https://example.org/x": deepest}})
    stored = client.post("/xapi/statements", json=statement)
    assert stored.status_code == 200, stored.text
    (key,) = stored.json()
    for form in ("exact", "canonical"):
        read = client.get(f"/xapi/statements?statementId={key}&format={form}")
        assert read.json()["result"] == statement["result"]
    again = client.put(f"/xapi/statements?statementId={key}", json=statement)
    assert again.status_code == 204, again.text
    statement["result"]["extensions"]["https://example.org/x"] = [deepest]
    refused(client.post("/xapi/statements", json=statement), "$")


@pytest.mark.parametrize(
    ("second", "path"),
    [
        (b'{"actor":{"name":"A","name":"B"}}', "$[1].actor.name"),
        (b'{"actor" {}}', "line 2, column 10"),
        (b'{"actor": "\xff"}', "line 2, column 12"),
        (b"{}, {}] [", "line 2, column 9"),
        (b"{},", "line 2, column 3"),
        (b'{"a": 1e400}', "line 2, column 7"),
        (b"[" * (DEEPEST + 1) + b"1" + b"]" * (DEEPEST + 1), "$"),
        (b"[" * 100_000, "$"),
    ],
)
def test_what_is_wrong_with_the_json_of_one_of_many_is_told_by_its_place_in_all(
    client: Client, second: bytes, path: str
) -> None:
    first = completed()
    body = b"[%b,\n%b]" % (json.dumps(first).encode(), second)
    sent = client.post("/xapi/statements", data=body, headers={"Content-Type": "application/json"})
    refused(sent)
    assert sent.json()["violations"][0]["path"] == path


@pytest.mark.parametrize("member", ["actor", "verb", "object", "context", "result", "authority"])
def test_deep_nesting_in_the_wrong_place_is_named(client: Client, member: str) -> None:
    for opening, closing in (("[", "]"), ('{"object":', "}"), ('{"member":[', "]}")):
        levels = (DEEPEST - 1) // opening.replace("{", "[").count("[")
        statement = completed() | {member: nested(levels, opening, closing)}
        refused(client.post("/xapi/statements", json=statement), member)


@pytest.mark.parametrize(
    "activities", ["https://example.org/x", 1, True, None, ["https://x"], {"definition": 1}]
)
def test_an_unknown_kind_of_context_activity_is_named(client: Client, activities: Any) -> None:
    context = {"contextActivities": {"parents": activities}}
    answer = client.post("/xapi/statements", json=completed(context=context))
    refused(answer, "$.context.contextActivities.parents")


@pytest.mark.parametrize("levels", [3, 60, 95])
def test_substatements_within_substatements_are_refused(client: Client, levels: int) -> None:
    statement = completed()
    for _ in range(levels):
        inner = {name: statement[name] for name in ("actor", "verb", "object")}
        statement = completed(object={"objectType": "SubStatement", **inner})
    refused(client.post("/xapi/statements", json=statement), "$")


def test_of_one_very_wrong_statement_the_first_violations_are_told(client: Client) -> None:
    answer = client.post("/xapi/statements", json=completed(attachments=[{}] * 20_000))
    refused(answer, "attachments")
    assert len(answer.json()["violations"]) == ENOUGH


@pytest.mark.parametrize("alternate", [False, True])
def test_a_body_that_breaks_off_is_refused(
    server: Product, client: Client, *, alternate: bool
) -> None:
    asked = {
        "activityId": "https://example.org/a",
        "agent": json.dumps({"mbox": "mailto:amal@example.org"}),
        "stateId": str(uuid.uuid4()),
    }
    query, body, kind = urlencode(asked), b"half", "text/plain"
    if alternate:
        query, body = "method=PUT", urlencode({**asked, "content": "half"}).encode()
        kind = "application/x-www-form-urlencoded"
    head = (
        f"{'POST' if alternate else 'PUT'} /xapi/activities/state?{query} HTTP/1.1\r\nHost: x\r\n"
        f"X-Experience-API-Version: 1.0.3\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(body) + 1}\r\nAuthorization: {authorization(server)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(head.encode() + body)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass
    assert client.get("/xapi/activities/state", params=asked).status_code == 404


def test_an_equals_sign_in_a_parameter_is_no_alternate_syntax(client: Client) -> None:
    query = (
        "activityId=https://example.org/a?method=b&stateId=" + str(uuid.uuid4())
        + "&agent=%7B%22mbox%22%3A%22mailto:amal@example.org%22%7D"
    )  # fmt: skip
    sent = client.post(f"/xapi/activities/state?{query}", json={"a": 1})
    assert sent.status_code == 204, sent.text
