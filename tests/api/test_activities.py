"""The Activities resource over HTTP."""

import uuid
from typing import Any

import pytest
import requests

from tests.product import Client
from tests.statements import completed


def fresh() -> str:
    return f"https://learn.example.org/activity/{uuid.uuid4()}"


def define(client: Client, activity: str, *definitions: dict[str, Any]) -> None:
    objects = [{"id": activity, "definition": definition} for definition in definitions]
    sent = client.post("/xapi/statements", json=[completed(object=one) for one in objects])
    assert sent.status_code == 200, sent.text


def get(client: Client, activity: str) -> requests.Response:
    return client.get("/xapi/activities", params={"activityId": activity})


@pytest.mark.requirement("XAPI-00253", "XAPI-00254")
def test_the_definitions_of_all_statements_are_merged_in_their_order(client: Client) -> None:
    activity = fresh()
    define(client, activity, {"name": {"en": "A", "fr": "B"}, "type": "urn:t:1"})
    define(client, activity, {"name": {"EN": "C"}}, {"description": {"en": "D"}})
    define(client, activity, {"type": "urn:t:2"})
    got = get(client, activity)
    assert got.status_code == 200
    assert got.json() == {
        "objectType": "Activity",
        "id": activity,
        "definition": {
            "name": {"fr": "B", "EN": "C"},
            "description": {"en": "D"},
            "type": "urn:t:2",
        },
    }


def test_a_definition_that_comes_back_stands_again(client: Client) -> None:
    activity = fresh()
    for title in ("A", "B", "A"):
        define(client, activity, {"name": {"en": title}})
    assert get(client, activity).json()["definition"] == {"name": {"en": "A"}}


def test_an_activity_never_heard_of_is_still_an_activity(client: Client) -> None:
    activity = fresh()
    assert get(client, activity).json() == {"objectType": "Activity", "id": activity}


def test_an_iri_longer_than_an_index_entry_can_be_asked_for(client: Client) -> None:
    activity = fresh() + "/" + "x" * 4000
    define(client, activity, {"name": {"en": "A"}})
    assert get(client, activity).json()["definition"] == {"name": {"en": "A"}}


def test_a_repetition_of_a_statement_leaves_the_definition_as_it_was(client: Client) -> None:
    statement = completed(id=str(uuid.uuid4()))
    for title in ("A", "B"):
        statement["object"]["definition"] = {"name": {"en": title}}
        assert client.post("/xapi/statements", json=statement).status_code == 200
    activity = statement["object"]["id"]
    assert get(client, activity).json()["definition"] == {"name": {"en": "A"}}


def test_the_answer_has_an_etag_that_follows_the_definition(client: Client) -> None:
    activity = fresh()
    before, again = get(client, activity), get(client, activity)
    define(client, activity, {"name": {"en": "A"}})
    assert before.headers["ETag"] == again.headers["ETag"] != get(client, activity).headers["ETag"]


@pytest.mark.parametrize(
    "query",
    ["", "?activityId=", "?activityId=none", "?activityid=urn:a:b", "?activityId=urn:a:b&x=1"],
)
@pytest.mark.requirement("XAPI-00250")
def test_a_request_without_one_activity_is_refused(client: Client, query: str) -> None:
    refused = client.get(f"/xapi/activities{query}")
    assert refused.status_code == 400
    assert refused.json()["violations"]


@pytest.mark.requirement("XAPI-00125", "XAPI-00126")
def test_head_answers_as_get_without_a_body(client: Client) -> None:
    got = client.head("/xapi/activities", params={"activityId": "urn:a:b"})
    assert (got.status_code, got.content) == (200, b"")
    assert got.headers["ETag"] == get(client, "urn:a:b").headers["ETag"]
