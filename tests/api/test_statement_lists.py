"""Lists of statements: their order, their pages, and what follows references."""

import uuid

import pytest

from tests.api.statements import post, wait_for_all
from tests.product import Client
from tests.statements import completed


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


@pytest.mark.requirement("XAPI-00164", "XAPI-00174", "XAPI-00175")
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
@pytest.mark.requirement(
    "XAPI-00108", "XAPI-00109", "XAPI-00111", "XAPI-00114", "XAPI-00166", "XAPI-00173"
)
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


@pytest.mark.requirement("XAPI-00164", "XAPI-00176", "XAPI-00181")
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


@pytest.mark.requirement("XAPI-00153")
def test_consistent_through_covers_a_statement_that_a_list_shows(client: Client) -> None:
    key = post(client, completed()).json()[0]
    wait_for_all(client)
    answer = client.get("/xapi/statements", params={"limit": "1"})
    shown = answer.json()["statements"][0]
    assert shown["id"] == key
    assert answer.headers["X-Experience-API-Consistent-Through"] >= shown["stored"]
