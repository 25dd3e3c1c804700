"""The Statement resource over HTTP, as platforms use it."""

import uuid
from typing import Any

import pytest

from tests.product import Client, Product
from tests.statements import completed


def post(client: Client, statements: Any) -> Any:
    return client.post("/xapi/statements", json=statements)


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


def test_one_bad_statement_keeps_the_whole_batch_out(client: Client) -> None:
    good, bad = completed(id=str(uuid.uuid4())), completed()
    del bad["actor"]
    bad["verb"]["id"] = "no iri"
    answer = post(client, [good, bad])
    assert answer.status_code == 400
    assert {one["path"] for one in answer.json()["violations"]} >= {"$[1].verb.id"}
    absent = client.get("/xapi/statements", params={"statementId": good["id"]})
    assert absent.status_code == 404


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


def test_stored_rises_strictly_in_the_order_of_the_log(client: Client) -> None:
    registration = str(uuid.uuid4())
    batch = [completed(context={"registration": registration}) for _ in range(30)]
    ids = post(client, batch).json() + post(client, batch[0]).json()
    wait_for_all(client)
    found = client.get(
        "/xapi/statements", params={"registration": registration, "ascending": "true"}
    ).json()["statements"]
    assert [one["id"] for one in found] == ids
    times = [one["stored"] for one in found]
    assert times == sorted(set(times))


def test_since_is_exclusive_and_until_inclusive_on_stored(client: Client) -> None:
    registration = str(uuid.uuid4())
    post(client, [completed(context={"registration": registration}) for _ in range(3)])
    wait_for_all(client)
    asked = {"registration": registration, "ascending": "true"}
    first, second, third = client.get("/xapi/statements", params=asked).json()["statements"]
    bounded = {**asked, "since": first["stored"], "until": second["stored"]}
    assert client.get("/xapi/statements", params=bounded).json()["statements"] == [second]
    later = client.get("/xapi/statements", params={**asked, "since": second["stored"]})
    assert later.json()["statements"] == [third]


@pytest.mark.parametrize("ascending", ["true", "false"])
def test_following_more_meets_every_statement_once_in_order(client: Client, ascending: str) -> None:
    registration = str(uuid.uuid4())
    ids = post(client, [completed(context={"registration": registration}) for _ in range(7)]).json()
    wait_for_all(client)
    asked = {"registration": registration, "limit": "3", "ascending": ascending}
    page = client.get("/xapi/statements", params=asked).json()
    seen = [one["id"] for one in page["statements"]]
    while page["more"] and len(seen) < len(ids):
        assert page["more"].startswith("/xapi/statements?")
        post(client, completed(context={"registration": registration}))  # inserted while paging
        page = client.get(page["more"]).json()
        seen += [one["id"] for one in page["statements"]]
    expected = ids if ascending == "true" else ids[::-1]
    assert seen[:7] == expected
    assert len(seen) == len(set(seen))


def test_a_bent_more_link_is_refused(client: Client) -> None:
    post(client, [completed() for _ in range(2)])
    more = client.get("/xapi/statements", params={"limit": 1}).json()["more"]
    refused = client.get(more[:-2] + "xx")
    assert refused.status_code == 400


@pytest.mark.parametrize("voiding_first", [True, False])
def test_a_voided_statement_is_hidden_whichever_came_first(
    client: Client, voiding_first: bool
) -> None:
    target = completed(id=str(uuid.uuid4()))
    voiding = completed(
        verb={"id": "http://adlnet.gov/expapi/verbs/voided"},
        object={"objectType": "StatementRef", "id": target["id"].upper()},
    )
    for statement in (voiding, target) if voiding_first else (target, voiding):
        assert post(client, statement).status_code == 200
    wait_for_all(client)
    by_id = client.get("/xapi/statements", params={"statementId": target["id"]})
    voided = client.get("/xapi/statements", params={"voidedStatementId": target["id"]})
    assert (by_id.status_code, voided.status_code) == (404, 200)
    asked = {"registration": target["context"]["registration"]}
    listed = client.get("/xapi/statements", params=asked).json()["statements"]
    assert target["id"] not in [one["id"] for one in listed]


@pytest.mark.parametrize("target_first", [True, False])
def test_filters_follow_references_to_targets_recursively(
    client: Client, target_first: bool
) -> None:
    ids = [str(uuid.uuid4()) for _ in range(3)]
    target = completed(id=ids[0])
    comments = [
        completed(id=key, object={"objectType": "StatementRef", "id": to})
        for key, to in zip(ids[1:], ids, strict=False)
    ]
    chain = [target, *comments] if target_first else [*reversed(comments), target]
    for statement in chain:
        post(client, statement)
    wait_for_all(client)
    found = client.get("/xapi/statements", params={"activity": target["object"]["id"]}).json()
    assert {one["id"] for one in found["statements"]} == set(ids)


def test_references_in_a_circle_end(client: Client) -> None:
    ids = [str(uuid.uuid4()) for _ in range(2)]
    registration = str(uuid.uuid4())
    answer = post(
        client,
        [
            completed(
                id=key,
                object={"objectType": "StatementRef", "id": to},
                context={"registration": registration},
            )
            for key, to in zip(ids, reversed(ids), strict=True)
        ],
    )
    assert answer.status_code == 200
    wait_for_all(client)
    found = client.get("/xapi/statements", params={"registration": registration}).json()
    assert {one["id"] for one in found["statements"]} == set(ids)


def test_agent_matches_object_and_members_of_groups(client: Client) -> None:
    account = {"homePage": "https://people.example.org", "name": str(uuid.uuid4())}
    as_object = completed(object={"objectType": "Agent", "account": account})
    as_member = completed(actor={"objectType": "Group", "member": [{"account": account}]})
    as_instructor = completed(context={"instructor": {"account": account}})
    ids = post(client, [as_object, as_member, as_instructor]).json()
    wait_for_all(client)
    asked = {
        "agent": f'{{"account":{{"homePage":"{account["homePage"]}","name":"{account["name"]}"}}}}'
    }
    primary = client.get("/xapi/statements", params=asked).json()["statements"]
    assert {one["id"] for one in primary} == set(ids[:2])
    related = client.get("/xapi/statements", params={**asked, "related_agents": "true"}).json()
    assert {one["id"] for one in related["statements"]} == set(ids)


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


def test_consistent_through_covers_a_statement_that_a_list_shows(client: Client) -> None:
    key = post(client, completed()).json()[0]
    wait_for_all(client)
    answer = client.get("/xapi/statements", params={"limit": "1"})
    shown = answer.json()["statements"][0]
    assert shown["id"] == key
    assert answer.headers["X-Experience-API-Consistent-Through"] >= shown["stored"]


def test_head_answers_as_get_without_a_body(client: Client) -> None:
    key = post(client, completed()).json()[0]
    asked = {"statementId": key}
    got, head = (
        client.get("/xapi/statements", params=asked),
        client.head("/xapi/statements", params=asked),
    )
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Last-Modified"] == got.headers["Last-Modified"]


def test_wrong_credentials_are_refused(server: Product) -> None:
    with server.client() as client:
        client.auth = (server.key, "wrong")
        assert client.get("/xapi/statements").status_code == 401
        client.auth = None
        answer = client.get("/xapi/statements")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic")


def wait_for_all(client: Client) -> None:
    """A read by an unknown id waits for the projection to reach the end of the log."""
    missing = client.get("/xapi/statements", params={"statementId": str(uuid.uuid4())})
    assert missing.status_code == 404
