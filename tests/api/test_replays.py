"""Statements that are sent again, whole, in part, or as the LRS returned them (Data 2.3.1)."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.product import Client
from tests.statements import completed


def _post(client: Client, statements: Any) -> requests.Response:
    return client.post("/xapi/statements", json=statements)


def _get(client: Client, key: str) -> Any:
    return client.get("/xapi/statements", params={"statementId": key}).json()


def _untimed(**changes: Any) -> dict[str, Any]:
    statement = completed(id=str(uuid.uuid4()), **changes)
    del statement["timestamp"]
    return statement


def _appended(answer: requests.Response) -> bool:
    assert answer.status_code in {200, 204}, answer.text
    return answer.headers.get("X-Ledger-Appended") != "false"


def test_a_replay_answers_every_id_in_order_and_says_that_nothing_was_appended(
    client: Client,
) -> None:
    batch = [completed(id=str(uuid.uuid4())) for _ in range(3)]
    assert _appended(_post(client, batch))
    again = _post(client, batch[::-1])
    assert again.json() == [one["id"] for one in batch[::-1]]
    assert not _appended(again)


def test_a_batch_with_something_new_answers_every_id(client: Client) -> None:
    old, new = completed(id=str(uuid.uuid4())), completed(id=str(uuid.uuid4()))
    _post(client, old)
    both = _post(client, [new, old])
    assert both.json() == [new["id"], old["id"]]
    assert _appended(both)


@pytest.mark.parametrize(
    "write",
    [
        lambda statement: dict(reversed(statement.items())),
        lambda statement: {**statement, "verb": {"id": statement["verb"]["id"]}},
        lambda statement: {**statement, "id": statement["id"].upper()},
    ],
    ids=["other order", "no display", "other case"],
)
def test_a_statement_is_accepted_again_however_it_is_written(
    client: Client, write: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    statement = completed(id=str(uuid.uuid4()))
    _post(client, statement)
    again = _post(client, [write(statement), completed()])
    assert _appended(again)
    assert again.json()[0] == statement["id"]
    assert not _appended(_post(client, write(statement)))
    assert _get(client, statement["id"])["verb"] == statement["verb"]


@pytest.mark.parametrize("voided", [False, True])
def test_a_statement_is_accepted_again_as_the_lrs_returned_it(client: Client, voided: bool) -> None:
    statement = _untimed()
    _post(client, statement)
    returned = _get(client, statement["id"])
    if voided:
        target = {"objectType": "StatementRef", "id": statement["id"]}
        _post(
            client, completed(verb={"id": "http://adlnet.gov/expapi/verbs/voided"}, object=target)
        )
    again = _post(client, returned)
    assert again.json() == [statement["id"]]
    assert not _appended(again)


def test_a_statement_is_accepted_again_without_its_timestamp(client: Client) -> None:
    statement = completed(id=str(uuid.uuid4()))
    _post(client, statement)
    again = {name: value for name, value in statement.items() if name != "timestamp"}
    put = client.put("/xapi/statements", params={"statementId": statement["id"]}, json=again)
    assert not _appended(put)
    assert _get(client, statement["id"])["timestamp"] == statement["timestamp"]


def test_the_rest_of_a_batch_is_stored_beside_statements_as_they_were_returned(
    client: Client,
) -> None:
    statement, new = _untimed(), completed(id=str(uuid.uuid4()))
    _post(client, statement)
    both = _post(client, [completed(), _get(client, statement["id"]), new])
    assert _appended(both)
    assert both.json()[1:] == [statement["id"], new["id"]]
    assert _get(client, new["id"])["object"] == new["object"]


@pytest.mark.parametrize(
    "changes",
    [{"timestamp": "2020-01-01T00:00:00Z"}, {"verb": {"id": "https://example.org/other"}}],
    ids=["another time", "another verb"],
)
def test_another_statement_is_a_conflict_whatever_comes_with_it(
    client: Client, changes: dict[str, Any]
) -> None:
    statement, other, new = _untimed(), _untimed(), completed(id=str(uuid.uuid4()))
    _post(client, [statement, other])
    batch = [new, _get(client, statement["id"]), {**_get(client, other["id"]), **changes}]
    refused = _post(client, batch)
    assert refused.status_code == 409
    assert [one["path"] for one in refused.json()["violations"]] == ["$[2].id"]
    missing = client.get("/xapi/statements", params={"statementId": new["id"]})
    assert missing.status_code == 404


def test_what_is_sent_again_beside_something_new_changes_nothing(client: Client) -> None:
    activity = f"https://learn.example.org/{uuid.uuid4()}"

    def named(name: str) -> dict[str, Any]:
        return {"id": activity, "definition": {"name": {"en": name}}}

    old = completed(id=str(uuid.uuid4()), object=named("first"))
    _post(client, old)
    end = client.get("/health/ready").json()["log"]["end"]
    for new in (completed(), completed(id=str(uuid.uuid4()))):
        assert _appended(_post(client, [{**old, "object": named("second")}, new]))
    assert client.get("/health/ready").json()["log"]["end"] == end + 2
    client.get("/xapi/statements", params={"statementId": str(uuid.uuid4())})  # waits for the fold
    known = client.get("/xapi/activities", params={"activityId": activity}).json()
    assert known["definition"]["name"] == {"en": "first"}
