"""`format=canonical` over HTTP."""

import json
import uuid
from typing import Any

import pytest

from tests.product import Client
from tests.statements import completed


def canonical(client: Client, key: str, languages: str | None) -> Any:
    headers = {} if languages is None else {"Accept-Language": languages}
    got = client.get(
        "/xapi/statements", params={"statementId": key, "format": "canonical"}, headers=headers
    )
    assert got.status_code == 200, got.text
    return got.json()


def store(client: Client, *statements: dict[str, Any]) -> list[str]:
    sent = client.post("/xapi/statements", json=statements)
    assert sent.status_code == 200, sent.text
    client.get("/xapi/activities", params={"activityId": "urn:a:b"})  # waits for definitions
    keys: list[str] = sent.json()
    return keys


def defined(activity: str, **definition: Any) -> dict[str, Any]:
    return {"id": activity, "definition": definition}


@pytest.mark.requirement("XAPI-00169")
def test_each_activity_has_the_definition_of_the_store(client: Client) -> None:
    course, lesson = (f"https://learn.example.org/{uuid.uuid4()}" for _ in range(2))
    bare = completed(
        object={"id": lesson}, context={"contextActivities": {"parent": [{"id": course}]}}
    )
    described = completed(object=defined(lesson, name={"en": "Lesson"}, type="urn:t:lesson"))
    parent = completed(object=defined(course, name={"en": "Course"}))
    key, *_ = store(client, bare, described, parent)
    got = canonical(client, key, None)
    assert got["object"] == defined(lesson, name={"en": "Lesson"}, type="urn:t:lesson")
    listed = got["context"]["contextActivities"]["parent"]
    assert listed == [defined(course, name={"en": "Course"})]


@pytest.mark.parametrize(
    ("languages", "name", "display"),
    [
        ("fr", {"fr": "Cours"}, {"en": "done"}),
        ("de, fr;q=0.5", {"fr": "Cours"}, {"de": "fertig"}),
        ("en;q=0.1, de;q=0.9", {"en": "Course"}, {"de": "fertig"}),
        (None, {"en": "Course"}, {"en": "done"}),
    ],
)
@pytest.mark.requirement("XAPI-00172")
def test_the_language_is_chosen_for_each_map_on_its_own(
    client: Client, languages: str | None, name: dict[str, str], display: dict[str, str]
) -> None:
    course = f"https://learn.example.org/{uuid.uuid4()}"
    verb = {"id": "https://example.org/done", "display": {"en": "done", "de": "fertig"}}
    target = defined(course, name={"en": "Course", "fr": "Cours"})
    (key,) = store(client, completed(verb=verb, object=target))
    got = canonical(client, key, languages)
    assert got["object"]["definition"]["name"] == name
    assert got["verb"]["display"] == display


@pytest.mark.requirement("XAPI-00170", "XAPI-00171")
def test_exact_and_ids_know_nothing_of_the_definition_of_the_store(client: Client) -> None:
    course = f"https://learn.example.org/{uuid.uuid4()}"
    key, _ = store(
        client, completed(object={"id": course}), completed(object=defined(course, type="urn:t:x"))
    )
    for form in ("exact", "ids"):
        got = client.get("/xapi/statements", params={"statementId": key, "format": form})
        assert got.json()["object"] == {"id": course}


@pytest.mark.parametrize("asked", [{}, {"format": "exact"}])
@pytest.mark.requirement("XAPI-00172")
def test_languages_count_for_the_canonical_form_alone(
    client: Client, asked: dict[str, str]
) -> None:
    verb = {"id": "https://example.org/done", "display": {"en": "done", "de": "fertig"}}
    (key,) = store(client, completed(verb=verb))
    got = client.get(
        "/xapi/statements",
        params={"statementId": key, **asked},
        headers={"Accept-Language": "de"},
    )
    assert got.json()["verb"] == verb


@pytest.mark.requirement("XAPI-00169")
def test_a_page_in_canonical_form_has_the_definitions_of_all_its_activities(
    client: Client,
) -> None:
    registration = str(uuid.uuid4())
    courses = [f"https://learn.example.org/{uuid.uuid4()}" for _ in range(3)]
    context = {"registration": registration}
    keys = store(client, *(completed(object={"id": one}, context=context) for one in courses))
    store(client, *(completed(object=defined(one, name={"en": one})) for one in courses))
    canonical(client, keys[-1], None)
    page = client.get(
        "/xapi/statements",
        params={"registration": registration, "format": "canonical", "ascending": "true"},
    )
    found = [one["object"]["definition"]["name"]["en"] for one in page.json()["statements"]]
    assert found == courses


@pytest.mark.parametrize("form", ["canonical", "ids", "exact"])
def test_numbers_keep_their_digits_in_every_format(client: Client, form: str) -> None:
    numbers = '{"urn:x:n":[1.50,12345678901234567890123,1e-400,-0]}'
    activity = f"https://learn.example.org/{uuid.uuid4()}"
    statement = completed(object=defined(activity, extensions="IN"), result={"extensions": "IN"})
    body = json.dumps(statement).replace('"IN"', numbers)
    sent = client.post("/xapi/statements", data=body, headers={"Content-Type": "application/json"})
    assert sent.status_code == 200, sent.text
    client.get("/xapi/activities", params={"activityId": activity})  # waits for definitions
    asked = {"statementId": sent.json()[0], "format": form}
    got = client.get("/xapi/statements", params=asked).text
    assert got.replace(" ", "").count(numbers) == (1 if form == "ids" else 2)
    known = client.get("/xapi/activities", params={"activityId": activity}).text
    assert numbers in known.replace(" ", "")
