"""Voiding over HTTP: what is hidden, and what is still found."""

import uuid
from typing import Any

import pytest

from tests.api.statements import get, post, wait_for_all
from tests.product import Client
from tests.statements import completed


@pytest.mark.parametrize("voiding_first", [True, False])
@pytest.mark.requirement(
    "XAPI-00016", "XAPI-00018", "XAPI-00019", "XAPI-00155", "XAPI-00157", "XAPI-00163"
)
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


VOIDED = {"id": "http://adlnet.gov/expapi/verbs/voided"}


def reference(key: str, **changes: Any) -> dict[str, Any]:
    return completed(object={"objectType": "StatementRef", "id": key}, **changes)


@pytest.mark.requirement("XAPI-00016", "XAPI-00019")
def test_a_voiding_statement_cannot_be_voided(client: Client) -> None:
    target = post(client, completed()).json()[0]
    voiding = post(client, reference(target, verb=VOIDED)).json()[0]
    post(client, [reference(voiding, verb=VOIDED), reference(target, verb=VOIDED)])
    wait_for_all(client)
    assert get(client, voiding)["object"]["id"] == target
    for name, status in {"statementId": 404, "voidedStatementId": 200}.items():
        assert client.get("/xapi/statements", params={name: target}).status_code == status
    as_voided = client.get("/xapi/statements", params={"voidedStatementId": voiding})
    assert as_voided.status_code == 404


@pytest.mark.requirement("XAPI-00162")
def test_what_refers_to_a_voided_statement_is_still_found_by_it(client: Client) -> None:
    verb = {"id": f"https://example.org/verbs/{uuid.uuid4()}"}
    target = post(client, completed(verb=verb)).json()[0]
    comment = post(client, reference(target)).json()[0]
    voiding = post(client, reference(target, verb=VOIDED)).json()[0]
    wait_for_all(client)
    between = get(client, comment)["stored"]

    def found(**asked: str) -> list[str]:
        answer = client.get("/xapi/statements", params={"verb": verb["id"], **asked})
        return [one["id"] for one in answer.json()["statements"]]

    assert found() == [voiding, comment]
    assert found(limit="1") == [voiding]
    assert found(since=between) == [voiding]
    assert found(until=between) == [comment]
