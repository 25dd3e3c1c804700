"""`/api/v1/registers` over HTTP: what is entered, what is held, what is refused, who is told."""

import json
import uuid
from typing import Any

import pytest
import requests

from tests.product import Client, Product

ROOT = "/api/v1/registers"


def code() -> str:
    """Return a code that no other test uses."""
    return f"c-{uuid.uuid4()}"


def post(client: Client, register: str, *entries: dict[str, Any], **query: str) -> Any:
    body = {"entries": list(entries), "basis": "a test"}
    return client.post(f"{ROOT}/{register}/entries", json=body, params=query)


def recorded(answer: requests.Response) -> tuple[int, int]:
    assert answer.status_code == 200, answer.text
    told = answer.json()
    return told["recorded"], told["unchanged"]


def titled(key: str, since: str | None = None, **attributes: Any) -> dict[str, Any]:
    return {"key": key, "from": since, "attributes": {"title": {"en": key}, **attributes}}


@pytest.fixture
def person(client: Client) -> str:
    """The id of a person in Nairobi from March 2025 on."""
    entity, station, key = code(), code(), code()
    post(client, "entities", titled(entity))
    post(client, "duty-stations", titled(station, location_type="field"))
    attributes = {"kind": "staff", "entity": entity, "duty_station": station}
    made = post(client, "people", {"key": key, "from": "2025-03-01", "attributes": attributes})
    assert recorded(made) == (1, 0)
    return key


def test_an_entry_can_be_read_when_it_is_answered(client: Client, person: str) -> None:
    answer = post(
        client,
        "people",
        {"key": person, "from": "2025-06-01", "attributes": {"kind": "external"}},
        {"key": person, "end": "2025-12-31"},
    )
    assert recorded(answer) == (2, 0)
    assert answer.json()["folded"]
    for on, kind, since, until in (
        ("2025-05-31", "staff", "2025-03-01", "2025-05-31"),
        ("2025-12-31", "external", "2025-06-01", "2025-12-31"),
    ):
        held = client.get(f"{ROOT}/people/{person}", params={"on": on}).json()
        assert (held["key"], held["from"], held["until"]) == (person, since, until)
        assert held["attributes"]["kind"] == kind
        assert held["on"] == on
    assert held["position"] == answer.json()["position"]
    after = client.get(f"{ROOT}/people/{person}", params={"on": "2026-01-01"})
    assert after.status_code == 404


def test_as_of_a_position_shows_what_was_known_then(client: Client, person: str) -> None:
    path, on = f"{ROOT}/people/{person}", {"on": "2025-07-01"}
    before = client.get(path, params=on).json()
    change = {"key": person, "from": "2025-06-01", "attributes": {"kind": "external"}}
    position = post(client, "people", change).json()["position"]
    assert client.get(path, params={**on, "as_of": position}).json()["position"] == position
    then = client.get(path, params={**on, "as_of": before["position"]}).json()
    assert then["attributes"] == before["attributes"]
    back = {"key": person, "from": "2025-06-01", "retract": True}
    assert recorded(post(client, "people", back)) == (1, 0)
    assert client.get(path, params=on).json()["attributes"]["kind"] == "staff"


def test_the_same_again_records_nothing_and_a_dry_run_neither(client: Client) -> None:
    key = code()
    assert recorded(post(client, "entities", titled(key), dry_run="true")) == (1, 0)
    assert client.get(f"{ROOT}/entities/{key}").status_code == 404
    assert recorded(post(client, "entities", titled(key))) == (1, 0)
    assert recorded(post(client, "entities", titled(key))) == (0, 1)


def test_everything_wrong_is_told_by_pointer_and_nothing_is_recorded(
    client: Client, person: str
) -> None:
    answer = post(
        client,
        "people",
        {"key": person, "from": "2025-07-01", "attributes": {"entity": "nowhere", "kind": "x"}},
        {"key": person, "from": "01/02/2025", "attributes": {"active": True}},
        {"key": person, "from": "2025-08-01", "attributes": {"kind": "external"}},
    )
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert sorted(one["pointer"] for one in answer.json()["errors"]) == [
        "/entries/0/attributes/entity",
        "/entries/0/attributes/kind",
        "/entries/1/attributes/active",
        "/entries/1/from",
    ]
    assert all(one["detail"].startswith("must ") for one in answer.json()["errors"])
    held = client.get(f"{ROOT}/people/{person}", params={"on": "2025-08-01"}).json()
    assert held["attributes"]["kind"] == "staff"


@pytest.mark.parametrize(
    ("media", "body", "pointer"),
    [
        ("application/json", '{"entries": [], "bases": ""}', "/bases"),
        ("application/json", '{"entries": [], "basis": 1}', "/basis"),
        ("application/json", '{"entries": {}}', ""),
        ("application/json", "{", ""),
        ("text/csv", "key,titel\na,b\n", ""),
        ("application/x-ndjson", '{"key": "a", "from": null}\n{\n', "/entries/1"),
    ],
)
def test_a_body_that_is_none_is_told_where(
    client: Client, media: str, body: str, pointer: str
) -> None:
    address = f"{ROOT}/entities/entries"
    answer = client.post(address, data=body, headers={"Content-Type": media})
    assert answer.status_code == 400
    assert pointer in {one["pointer"] for one in answer.json()["errors"]}


def test_another_media_type_is_refused_with_those_that_there_are(client: Client) -> None:
    answer = client.post(f"{ROOT}/entities/entries", data=b"x", headers={"Content-Type": "a/b"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["header"] == "Content-Type"


def test_csv_and_lines_of_json_are_taken_and_csv_is_told_by_line(client: Client) -> None:
    first, second = code(), code()
    table = f"key;title.en\n{first};First\n".encode()
    address, csv = f"{ROOT}/entities/entries", {"Content-Type": "text/csv; charset=utf-8"}
    answer = client.post(address, data=table, headers=csv, params={"from": "2025-03-01"})
    assert recorded(answer) == (1, 0)
    lines = json.dumps(titled(second, "2025-03-01", parent=first)).encode()
    ndjson = {"Content-Type": "application/x-ndjson"}
    assert recorded(client.post(address, data=lines, headers=ndjson)) == (1, 0)
    refused = client.post(address, data=table, headers=csv)
    assert refused.json()["errors"] == [
        {
            "pointer": "/entries/0/from",
            "detail": "line 2: must be given, as a column or for the whole file: the day the row "
            "holds from",
        }
    ]


def test_keys_that_are_objects_go_into_the_query(client: Client, person: str) -> None:
    key = {"account": {"homePage": "https://lms.example.org", "name": code()}}
    assert recorded(post(client, "identities", {"key": key, "attributes": {"person": person}})) == (
        1,
        0,
    )
    asked = {"key": json.dumps(key)}
    held = client.get(f"{ROOT}/identities", params=asked).json()
    assert (held["key"], held["from"], held["until"]) == (key, None, None)
    assert held["attributes"] == {"person": person}
    history = client.get(f"{ROOT}/identities/history", params=asked).json()
    assert [span["attributes"] for span in history["history"]] == [{"person": person}]
    for path, query, status in (
        ("identities", {"key": '{"name": "Ann"}'}, 400),
        ("identities", {"key": "ann"}, 400),
        ("identities", {"key": json.dumps({"mbox": "mailto:nobody@example.org"})}, 404),
        ("people", {"key": person}, 200),
        ("people", {"key": person, "on": "1 March"}, 400),
    ):
        assert client.get(f"{ROOT}/{path}", params=query).status_code == status


def test_the_history_of_a_subject_is_told_by_days(client: Client, person: str) -> None:
    change = {"key": person, "from": "2025-06-01", "attributes": {"kind": "external"}}
    post(client, "people", change)
    told = client.get(f"{ROOT}/people/history", params={"key": person}).json()
    spans = [(one["from"], one["until"], one["attributes"]["kind"]) for one in told["history"]]
    assert spans == [("2025-03-01", "2025-05-31", "staff"), ("2025-06-01", None, "external")]
    unknown = client.get(f"{ROOT}/people/history", params={"key": code()})
    assert unknown.status_code == 404


def test_all_pages_of_a_list_show_one_position(client: Client) -> None:
    keys = sorted(code() for _ in range(5))
    post(client, "lists", *(_item(key) for key in keys))
    first = client.get(f"{ROOT}/lists", params={"limit": 2}).json()
    post(client, "lists", _item(code()))
    pages = [first]
    while more := pages[-1]["more"]:
        pages.append(client.get(more).json())
    found = [row["key"]["code"] for page in pages for row in page["entries"]]
    assert set(keys) <= set(found)
    assert len(found) == len(set(found))
    assert {page["position"] for page in pages} == {first["position"]}


def _item(key: str) -> dict[str, Any]:
    return titled(key) | {"key": {"list": "priorities", "code": key}}


def test_a_complete_request_ends_who_is_missing(client: Client) -> None:
    keys = [code(), code()]
    activity = code()
    post(client, "activities", titled(activity, ids=[f"https://example.org/{activity}"]))
    held = {"from": "2025-01-01", "attributes": {"activity": activity}}
    rows = [{"key": key, **held} for key in keys]
    assert recorded(post(client, "deliveries", *rows)) == (2, 0)
    query = {"complete": "true", "from": "2025-07-01"}
    answer = post(client, "deliveries", rows[0], **query).json()
    assert (answer["recorded"], answer["unchanged"], answer["missing"]) == (1, 1, 1)
    left = client.get(f"{ROOT}/deliveries/{keys[1]}", params={"on": "2025-06-30"}).json()
    assert left["until"] == "2025-06-30"


def test_an_unknown_register_is_not_found_and_the_others_are_named(client: Client) -> None:
    answer = client.get(f"{ROOT}/nothing")
    assert answer.status_code == 404
    assert "/api/v1/registers/people" in answer.json()["detail"]
    told = client.get(ROOT).json()["registers"]
    people = next(one for one in told if one["name"] == "people")
    columns = {one["name"]: one for one in people["columns"]}
    assert columns["entity"]["among"] == "entities"
    assert (columns["entity"]["derived"], columns["active"]["derived"]) == (False, True)


def test_reads_of_persons_are_recorded_and_those_of_entities_are_not(
    client: Client, person: str
) -> None:
    behalf = {"X-Ledger-On-Behalf-Of": code()}
    for path in (f"people/{person}", f"people/history?key={person}", "entities"):
        assert client.get(f"{ROOT}/{path}", headers=behalf).status_code == 200
    asked = {"on_behalf_of": behalf["X-Ledger-On-Behalf-Of"]}
    deeds = client.get("/api/v1/administration", params=asked).json()["administration"]
    assert [one["detail"]["resource"] for one in deeds] == [
        f"{ROOT}/people/history",
        f"{ROOT}/people/<key>",
    ]
    assert person not in json.dumps(deeds)


def test_a_steward_enters_and_one_bound_to_entities_is_let_in_nowhere(server: Product) -> None:
    added = server.command("credential", "add", "entering", "--role", "steward")
    with server.client() as steward:
        steward.auth = ("entering", added.stdout.strip().partition(":")[2])
        assert recorded(post(steward, "entities", titled(code()))) == (1, 0)
    options = ("--role", "steward", "--entities", "DOS")
    added = server.command("credential", "add", "entering-dos", *options)
    with server.client() as bound:
        bound.auth = ("entering-dos", added.stdout.strip().partition(":")[2])
        assert post(bound, "entities", titled(code())).status_code == 403
        assert bound.get(f"{ROOT}/entities").status_code == 403
