"""The Statement resource over HTTP, as platforms use it."""

import uuid
from typing import Any

import pytest

from tests.api.statements import get, post, wait_for_all
from tests.product import Client, Product
from tests.statements import completed


@pytest.mark.requirement(
    "XAPI-00139", "XAPI-00146", "XAPI-00147", "XAPI-00156", "XAPI-00158", "XAPI-00159"
)
def test_what_was_posted_is_returned_with_its_very_bytes(client: Client) -> None:
    key = str(uuid.uuid4())
    text = (
        f'{{"id":"{key}","verb":{{"id":"http://adlnet.gov/expapi/verbs/scored"}},'
        '"actor":{"mbox":"mailto:a@example.org"},"object":{"id":"https://example.org/a"},'
        '"result":{"score":{"raw":1.50},"extensions":{"https://example.org/x":"\\u0000"}}'
    )
    sent = client.post(
        "/xapi/statements", data=text + "}", headers={"Content-Type": "application/json"}
    )
    assert sent.status_code == 200, sent.text
    got = client.get("/xapi/statements", params={"statementId": key})
    assert got.text.startswith(text + ",")
    added = set(got.json()) - {"id", "verb", "actor", "object", "result"}
    assert added == {"stored", "timestamp", "authority", "version"}


def test_an_equal_statement_is_accepted_again_and_stored_once(client: Client) -> None:
    statement = completed(id=str(uuid.uuid4()))
    first, second = post(client, statement), post(client, statement)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json() == [statement["id"]]
    wait_for_all(client)
    registration = statement["context"]["registration"]
    found = client.get("/xapi/statements", params={"registration": registration})
    assert len(found.json()["statements"]) == 1


@pytest.mark.requirement("XAPI-00142", "XAPI-00182")
def test_another_statement_under_a_taken_id_is_a_conflict_and_changes_nothing(
    client: Client,
) -> None:
    statement = completed(id=str(uuid.uuid4()))
    post(client, statement)
    other = completed(id=statement["id"])
    batch = post(client, [completed(), other])
    assert batch.status_code == 409
    assert batch.json()["violations"][0]["path"] == "$[1].id"
    stored = client.get("/xapi/statements", params={"statementId": statement["id"]}).json()
    assert stored["object"] == statement["object"]


@pytest.mark.requirement("XAPI-00182", "XAPI-00326")
def test_one_bad_statement_keeps_the_whole_batch_out(client: Client) -> None:
    good, bad = completed(id=str(uuid.uuid4())), completed()
    del bad["actor"]
    bad["verb"]["id"] = "no iri"
    answer = post(client, [good, bad])
    assert answer.status_code == 400
    assert {one["path"] for one in answer.json()["violations"]} >= {"$[1].verb.id"}
    absent = client.get("/xapi/statements", params={"statementId": good["id"]})
    assert absent.status_code == 404


@pytest.mark.requirement("XAPI-00139", "XAPI-00143", "XAPI-00144", "XAPI-00145")
def test_put_stores_under_the_id_of_the_query_and_refuses_another(client: Client) -> None:
    key = str(uuid.uuid4())
    put = client.put("/xapi/statements", params={"statementId": key}, json=completed())
    assert put.status_code == 204
    assert client.get("/xapi/statements", params={"statementId": key.upper()}).json()["id"] == key
    refused = client.put(
        "/xapi/statements", params={"statementId": key}, json=completed(id=str(uuid.uuid4()))
    )
    assert refused.status_code == 400
    assert refused.json()["violations"][0]["path"] == "$.id"


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ({"Agent": "{}"}, "?Agent"),
        ({"agent": '{"name":"x"}'}, "?agent"),
        ({"since": "yesterday"}, "?since"),
        ({"limit": "-1"}, "?limit"),
        ({"limit": "1.5"}, "?limit"),
        ({"ascending": "yes"}, "?ascending"),
        ({"format": "xml"}, "?format"),
        ({"statementId": "x"}, "?statementId"),
        ({"statementId": str(uuid.uuid4()), "verb": "https://example.org/v"}, "?verb"),
        ({"verb": ["https://example.org/v", "https://example.org/w"]}, "?verb"),
    ],
)
@pytest.mark.requirement("XAPI-00012", "XAPI-00324", "XAPI-00325")
def test_a_bad_parameter_is_named(client: Client, asked: dict[str, Any], place: str) -> None:
    answer = client.get("/xapi/statements", params=asked)
    assert answer.status_code == 400
    assert place in {one["path"] for one in answer.json()["violations"]}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b'\xef\xbb\xbf{"actor":1}',
        b'{"a":NaN}',
        b'{"a":1,"a":2}',
        b'{"a":"\\ud800"}',
        b"[" * 10_000 + b"]" * 10_000,
        b'{"a":1e400}',
        b"null",
        b"[1]",
        b'[[{"actor":{}}]]',
        b'"text"',
        b"",
    ],
    ids=str,
)
def test_what_is_no_statement_is_refused_with_a_place(server: Product, body: bytes) -> None:
    with server.client() as client:
        end = client.get("/health/ready").json()["log"]["end"]
        answer = client.post(
            "/xapi/statements", data=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 400
        assert answer.json()["violations"][0]["path"]
        assert client.get("/health/ready").json()["log"]["end"] == end


def test_a_body_over_the_limit_is_refused_and_the_server_goes_on(client: Client) -> None:
    answer = client.post(
        "/xapi/statements", data=b"x" * (100 * 2**20), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413
    assert post(client, completed()).status_code == 200


@pytest.mark.requirement("XAPI-00125", "XAPI-00126")
def test_head_answers_as_get_without_a_body(client: Client) -> None:
    key = post(client, completed()).json()[0]
    asked = {"statementId": key}
    got, head = (
        client.get("/xapi/statements", params=asked),
        client.head("/xapi/statements", params=asked),
    )
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Last-Modified"] == got.headers["Last-Modified"]


@pytest.mark.requirement("XAPI-00334", "XAPI-00335")
def test_wrong_credentials_are_refused(server: Product) -> None:
    with server.client() as client:
        assert client.get("/xapi/statements").status_code == 200
        client.auth = (server.key, "wrong")
        assert client.get("/xapi/statements").status_code == 401
        client.auth = None
        answer = client.get("/xapi/statements")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.requirement("XAPI-00334")
@pytest.mark.parametrize(
    "header", ["Basic", "Basic !", "Basic dGVzdA==", "Basic:dGVzdA==", "x", ""]
)
def test_a_malformed_credential_is_refused(server: Product, header: str) -> None:
    with server.client() as client:
        client.auth = None
        stored = client.post(
            "/xapi/statements", json=completed(), headers={"Authorization": header}
        )
    assert stored.status_code == 401


@pytest.mark.requirement("XAPI-00142")
def test_put_under_a_taken_id_is_a_conflict_and_changes_nothing(client: Client) -> None:
    key = post(client, completed()).json()[0]
    before = get(client, key)
    conflict = client.put("/xapi/statements", params={"statementId": key}, json=completed())
    assert conflict.status_code == 409
    assert get(client, key) == before


@pytest.mark.requirement("XAPI-00142", "XAPI-00182")
def test_a_batch_that_uses_an_id_twice_is_refused(each_client: Client) -> None:
    key = str(uuid.uuid4())
    refused = post(each_client, [completed(id=key), completed(id=key.upper())])
    assert refused.status_code == 400
    absent = each_client.get("/xapi/statements", params={"statementId": key})
    assert absent.status_code == 404


@pytest.mark.requirement("XAPI-00144", "XAPI-00145")
def test_put_needs_the_id_in_the_query(client: Client) -> None:
    statement = completed(id=str(uuid.uuid4()))
    refused = client.put("/xapi/statements", json=statement)
    assert refused.status_code == 400
    assert [one["path"] for one in refused.json()["violations"]] == ["?statementId"]
    absent = client.get("/xapi/statements", params={"statementId": statement["id"]})
    assert absent.status_code == 404
